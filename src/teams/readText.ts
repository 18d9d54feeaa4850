type Fields = Readonly<Record<string, unknown>>;

const LONGEST_TEXT = 10_000;

export type ReadText = {
  /** Mentions of the bot taken out, white space trimmed, at most 10,000 characters. */
  readonly text: string;
  /** Teams user ids of the other persons mentioned, in order, each once. */
  readonly mentioned: readonly string[];
  readonly cut: boolean;
};

/**
 * What a person wrote, without the bot's name before it. The other persons' names stay, without Teams' marks round them.
 *
 * @param isBot  whether a mentioned id is the bot's
 */
export function readText(activity: Fields, isBot: (id: unknown) => boolean): ReadText {
  const mentions = Array.isArray(activity.entities) ? activity.entities.map(readMention).filter((m) => m !== null) : [];
  let words = typeof activity.text === 'string' ? activity.text.slice(0, LONGEST_TEXT * 4) : '';
  const overlong = typeof activity.text === 'string' && activity.text.length > words.length;
  for (const mention of mentions) {
    if (isBot(mention.id) && mention.shown !== '') words = words.replaceAll(mention.shown, ' ');
  }
  words = plain(words.replace(/<at(?: [^<>]*)?>([^<>]*)<\/at>/gi, '$1')).trim();
  const letters = words.length > LONGEST_TEXT ? cutBetweenCharacters(words) : words;
  const others = mentions.map((mention) => mention.id).filter((id) => !isBot(id));
  return { text: letters.trimEnd(), mentioned: [...new Set(others)], cut: overlong || letters.length < words.length };
}

function readMention(entity: unknown): { readonly id: string; readonly shown: string } | null {
  if (typeof entity !== 'object' || entity === null) return null;
  const { type, mentioned, text } = entity as Fields;
  if (type !== 'mention' || typeof mentioned !== 'object' || mentioned === null) return null;
  const { id, name } = mentioned as Fields;
  if (typeof id !== 'string' || id === '') return null;
  const shown = typeof text === 'string' && text !== '' ? text : typeof name === 'string' ? `<at>${name}</at>` : '';
  return { id, shown };
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&lt;': '<',
  '&gt;': '>',
  '&quot;': '"',
  '&#39;': "'",
  '&nbsp;': ' ',
  '&amp;': '&',
};

/** Teams leaves a few characters written as in HTML, and hard spaces behind a mention. */
const plain = (words: string): string =>
  words.replace(/&(?:lt|gt|quot|#39|nbsp|amp);/g, (entity) => ENTITIES[entity] ?? entity).replaceAll('\u00a0', ' ');

/** An emoji is two units of a string: half of one is not kept. */
function cutBetweenCharacters(words: string): string {
  const cut = words.slice(0, LONGEST_TEXT);
  return /[\ud800-\udbff]$/.test(cut) ? cut.slice(0, -1) : cut;
}
