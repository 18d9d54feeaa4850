import type { Element } from './readCard.ts';

/** What every element of the body may have beside its own. */
const PLACE = ['id', 'spacing', 'separator'];
const INPUT = [...PLACE, 'label', 'isRequired', 'errorMessage', 'value'];
const ACTION = ['title', 'verb', 'data', 'style', 'associatedInputs', 'fallback'];

/**
 * The only properties that our cards use, per element: all of version 1.5 or lower. A misspelt one is silently ignored by
 * a client, so anything that is not in this list is a mistake. There is no `Image`: evidence is never in a card.
 */
export const ALLOWED: Readonly<Record<string, readonly string[]>> = {
  AdaptiveCard: ['$schema', 'version', 'fallbackText', 'msteams', 'body', 'actions'],
  TextBlock: [...PLACE, 'text', 'wrap', 'style', 'size', 'weight', 'color', 'isSubtle'],
  RichTextBlock: [...PLACE, 'inlines'],
  TextRun: ['text', 'size', 'weight', 'color', 'isSubtle', 'fontType'],
  Container: [...PLACE, 'items', 'style', 'bleed'],
  ColumnSet: [...PLACE, 'columns'],
  Column: ['width', 'items'],
  ActionSet: [...PLACE, 'actions'],
  'Input.Text': [...INPUT, 'isMultiline', 'maxLength'],
  'Input.Date': INPUT,
  'Input.ChoiceSet': [...INPUT, 'choices', 'style', 'isMultiSelect', 'wrap', 'placeholder'],
  'Action.Execute': ACTION,
  'Action.Submit': ['title', 'data', 'style', 'associatedInputs'],
  'Action.OpenUrl': ['title', 'url'],
  'Action.ShowCard': ['title', 'card'],
};

/** Values that a client falls back from without a word. */
export const ALLOWED_VALUES: Readonly<Record<string, readonly unknown[]>> = {
  version: ['1.5'],
  spacing: ['None', 'Small', 'Medium', 'Large'],
  size: ['Small', 'Default', 'Medium', 'Large', 'ExtraLarge'],
  weight: ['Bolder'],
  color: ['Default', 'Accent', 'Good', 'Attention'],
  fontType: ['Monospace'],
  width: ['auto', 'stretch'],
  associatedInputs: ['none'],
};
const STYLES: Readonly<Record<string, readonly unknown[]>> = {
  TextBlock: ['heading'],
  Container: ['emphasis', 'accent', 'good', 'attention', 'warning'],
  'Input.ChoiceSet': ['compact', 'expanded'],
  'Action.Execute': ['positive', 'destructive'],
  'Action.Submit': ['positive', 'destructive'],
};

/** What in one element is not on the list, in words. */
export function strangeIn(element: Element): readonly string[] {
  const type = String(element['type']);
  const allowed = ALLOWED[type];
  if (allowed === undefined) return [`${type} is no element of ours`];
  return Object.entries(element).flatMap(([key, value]) => {
    if (key === 'type') return [];
    if (!allowed.includes(key)) return [`${type} has no "${key}"`];
    const values = key === 'style' ? STYLES[type] : ALLOWED_VALUES[key];
    return values === undefined || values.includes(value) ? [] : [`${type} has ${key} "${String(value)}"`];
  });
}
