import type { CardJson } from './every.ts';

export type Element = Readonly<Record<string, unknown>>;
const isObject = (value: unknown): value is Element =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Everything in a card that has a type, from the outside in: the card, its elements, inputs, runs, actions, show-cards. */
export function elementsOf(card: CardJson): readonly Element[] {
  const inside = (value: unknown): readonly Element[] => {
    if (Array.isArray(value)) return value.flatMap(inside);
    if (!isObject(value)) return [];
    const deeper = Object.entries(value).flatMap(([key, one]) => (key === 'data' ? [] : inside(one)));
    return typeof value['type'] === 'string' ? [value, ...deeper] : deeper;
  };
  return inside(card);
}

export const ofType = (card: CardJson, type: string): readonly Element[] =>
  elementsOf(card).filter((element) => element['type'] === type);

/** What pressing can do, without the fallback that stands in for it. */
export const actionsOf = (card: CardJson): readonly Element[] => {
  const fallbacks = new Set(elementsOf(card).map((element) => element['fallback']));
  return elementsOf(card).filter((element) => String(element['type']).startsWith('Action.') && !fallbacks.has(element));
};

const text = (value: unknown): string => (typeof value === 'string' ? value : '');
const list = (value: unknown): readonly Element[] => (Array.isArray(value) ? value.filter(isObject) : []);

/** Every text that the card shows, each as one sentence: blocks, labels, choices, buttons, what inputs hold. */
export function textsOf(card: CardJson): readonly string[] {
  return elementsOf(card).flatMap((element): readonly string[] => {
    const type = text(element['type']);
    if (type === 'TextBlock') return [text(element['text'])];
    if (type === 'RichTextBlock')
      return [
        list(element['inlines'])
          .map((run) => text(run['text']))
          .join(''),
      ];
    if (type.startsWith('Input.')) {
      const held = type === 'Input.ChoiceSet' ? [] : [text(element['value'])];
      const choices = list(element['choices']).map((choice) => text(choice['title']));
      return [text(element['label']), ...choices, ...held].filter((one) => one !== '');
    }
    // A submit is only ever the fallback of a button that was named already.
    return type.startsWith('Action.') && type !== 'Action.Submit' ? [text(element['title'])] : [];
  });
}
