import { createRequire } from 'node:module';

// Its own types pull in TypeScript sources of another package that strict settings refuse, so the one class is typed here.
const { Template } = createRequire(import.meta.url)('adaptivecards-templating') as {
  readonly Template: new (json: object) => { expand(data: { readonly $root: unknown }): unknown };
};

export type CardJson = Readonly<Record<string, unknown>>;
type Json = string | number | boolean | null | undefined | Json[] | JsonObject;
type JsonObject = { [key: string]: Json };
/** What a template may name. `null` leaves a property out; an empty text leaves its line out. */
export type CardData = Readonly<Record<string, unknown>>;

/**
 * A template of the top-level `cards/`, ready to be filled.
 *
 * Text that is not the template's own stands in a `RichTextBlock`, which knows no markup. Filling finishes three things
 * that no template needs to repeat: line breaks become blocks of their own, a text's `{{` is never read as a date, and
 * each `Action.Execute` has the `Action.Submit` that an older client falls back to.
 */
export function fills(json: object): (data: CardData) => CardJson {
  const template = new Template(json);
  return (data) => finishObject(template.expand({ $root: data }) as JsonObject);
}

function finish(value: Json): Json {
  if (Array.isArray(value)) return value.flatMap((item) => inLines(item).map(finish));
  return typeof value === 'object' && value !== null ? finishObject(value) : value;
}

function finishObject(object: JsonObject): JsonObject {
  const done: JsonObject = {};
  for (const [key, value] of Object.entries(object)) {
    if (value !== null && value !== undefined) done[key] = finish(value);
  }
  return done['type'] === 'Action.Execute' ? { ...done, fallback: submitFor(done) } : done;
}

const withoutEmpty = (object: JsonObject): JsonObject =>
  Object.fromEntries(Object.entries(object).filter(([, value]) => value !== null && value !== undefined));

/** The same press for a client without `Action.Execute`: the verb travels with the data. */
function submitFor({ title, verb, data, style, associatedInputs }: JsonObject): JsonObject {
  const sent = { verb, ...(data as JsonObject | undefined) };
  return withoutEmpty({ type: 'Action.Submit', title, data: sent, style, associatedInputs });
}

/** Somebody may type nothing but line breaks; from this line on they are joined. */
const MOST_LINES = 60;

function inLines(item: Json): Json[] {
  if (typeof item !== 'object' || item === null || Array.isArray(item) || item['type'] !== 'RichTextBlock')
    return [item];
  const lines: JsonObject[][] = [[]];
  for (const run of item['inlines'] as JsonObject[]) {
    const text = run['text'];
    const parts = typeof text === 'string' || typeof text === 'number' ? String(text).split(LINE_BREAK) : [];
    const room = MOST_LINES - lines.length;
    const fitting = [...parts.slice(0, room), ...(parts.length > room ? [parts.slice(room).join(' ')] : [])];
    fitting.forEach((part, at) => {
      if (at > 0) lines.push([]);
      lines.at(-1)?.push(...splitDates(part).map((piece) => ({ ...run, text: piece })));
    });
  }
  return lines
    .filter((runs) => runs.some(({ text }) => typeof text === 'string' && text.trim() !== ''))
    .map((inlines, at) => (at === 0 ? { ...item, inlines } : { ...item, separator: null, spacing: 'Small', inlines }));
}

const LINE_BREAK = /\r\n|[\n\r\u2028\u2029]/;
/** Clients replace `{{DATE(…)}}` in any text; broken into two runs it stays what was typed. */
const splitDates = (text: string): readonly string[] => text.split(/(?<=\{)(?=\{)/).filter((piece) => piece !== '');
