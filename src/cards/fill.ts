import { Template } from 'adaptivecards-templating';

export type CardJson = Readonly<Record<string, unknown>>;
type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json | undefined };
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
  return (data) => finishObject(template.expand({ $root: data }) as { readonly [key: string]: Json });
}

function finish(value: Json): Json {
  if (Array.isArray(value)) return (value as readonly Json[]).flatMap((item) => inLines(item).map(finish));
  if (typeof value === 'object' && value !== null) return finishObject(value as { readonly [key: string]: Json });
  return value;
}

function finishObject(object: { readonly [key: string]: Json | undefined }): { readonly [key: string]: Json } {
  const kept = Object.entries(object).flatMap(([key, value]) =>
    value === null || value === undefined ? [] : [[key, finish(value)] as const],
  );
  const done = Object.fromEntries(kept);
  return done['type'] === 'Action.Execute' ? { ...done, fallback: submitFor(done) } : done;
}

/** The same press for a client without `Action.Execute`: the verb travels with the data. */
function submitFor(action: { readonly [key: string]: Json }): Json {
  const { title, verb, data, style, associatedInputs } = action;
  const submit = { type: 'Action.Submit', title, data: { verb, ...(data as object) }, style, associatedInputs };
  return Object.fromEntries(Object.entries(submit).filter(([, value]) => value !== undefined)) as Json;
}

type Run = { readonly text?: Json; readonly [key: string]: Json | undefined };
/** Somebody may type nothing but line breaks; from this line on they are joined. */
const MOST_LINES = 60;

function inLines(item: Json): readonly Json[] {
  if (typeof item !== 'object' || item === null || Array.isArray(item)) return [item];
  const block = item as { readonly [key: string]: Json };
  if (block['type'] !== 'RichTextBlock') return [item];
  const lines: Run[][] = [[]];
  for (const run of block['inlines'] as readonly Run[]) {
    const parts = String(run.text ?? '').split(/\r\n|[\n\r\u2028\u2029]/);
    parts.forEach((part, at) => {
      const full = lines.length === MOST_LINES;
      if (at > 0 && !full) lines.push([]);
      const text = at > 0 && full ? ` ${part}` : part;
      lines.at(-1)?.push(...splitDates(text).map((piece) => ({ ...run, text: piece })));
    });
  }
  return lines
    .filter((runs) => runs.some(({ text }) => typeof text === 'string' && text.trim() !== ''))
    .map((inlines, at) =>
      at === 0 ? { ...block, inlines } : { ...block, separator: null, spacing: 'Small', inlines },
    );
}

/** Clients replace `{{DATE(…)}}` in any text; broken into two runs it stays what was typed. */
const splitDates = (text: string): readonly string[] => text.split(/(?<=\{)(?=\{)/).filter((piece) => piece !== '');
