/** Values that no card and no page of ours sends, and those that they do send, in places where they do not belong. */
import fc from 'fast-check';
import { MARKUP } from './somebodyElse.ts';

/** Fixed, so that every run of the tests is the same; another may be given to look further. */
export const SEED = Number(process.env['POSTWISE_ODD_SEED'] ?? 20_261_122);

/** Stands for an id that is known only once the test runs: `own draft`. */
export type Named = { readonly named: 'draft' | 'report' };
const isNamed = (value: unknown): value is Named =>
  typeof value === 'object' && value !== null && 'named' in value && Object.keys(value).length === 1;

/** Puts the ids in the place of their names, at any depth. */
export function withIds(value: unknown, own: Readonly<Record<Named['named'], string>>): unknown {
  if (isNamed(value)) return own[value.named];
  if (Array.isArray(value)) return value.map((each) => withIds(each, own));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, withIds(each, own)]));
}

const own = fc.constantFrom<Named>({ named: 'draft' }, { named: 'report' });

export const oddText: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom(
    ...['', ' ', '0', '-1', '1', '2', '1e3', '0x1', '99999999999999999999', 'true', 'null', 'SM-234-679A', 'sm-'],
    ...['__proto__', 'constructor', 'toString', 'hasOwnProperty', '../..', '%2e%2e', "' or RowKey ne '", 'a:b/c#d?e'],
    ...[MARKUP, '{{DATE(2026-01-01)}}', '${draft}', '\u202Eabc', '\u0000', '\ud800', 'a\r\nb\u2028c', '😀'.repeat(40)],
    ...['2999-01-01', '0000-00-00', '2026-02-30', 'a,b,,c', '00000000-0000-4000-8000-000000000042'],
  ),
  fc.integer({ min: 1_000, max: 70_000 }).map((length) => 'x'.repeat(length)),
  fc.string({ unit: 'grapheme', maxLength: 20 }),
);

/** @param known  what is right somewhere: answers of our cards, other people's ids */
export const oddValue = (known: readonly string[]): fc.Arbitrary<unknown> => {
  const plain = fc.oneof(
    { weight: 4, arbitrary: fc.constantFrom(...known) },
    { weight: 2, arbitrary: oddText },
    { weight: 1, arbitrary: own },
    { weight: 1, arbitrary: fc.constantFrom<unknown>(null, true, false, 0, -1, 1, 1.5, 1e308) },
  );
  return fc.oneof(
    { weight: 6, arbitrary: plain },
    { weight: 1, arbitrary: fc.array(plain, { maxLength: 3 }) },
    { weight: 1, arbitrary: fc.dictionary(fc.constantFrom('id', 'value', '__proto__', 'toString', 'length'), plain) },
  );
};

/** What must never be seen: an exception's text or a trace, our own file names, the storage's words, or a value that is none. */
export const EXCEPTION =
  /\b\w*Error\b[:"]|\bat (?:async )?[\w.<>]+ \(|\.ts:\d|node_modules|Cannot (?:read|set|convert)|is not (?:a function|iterable|defined)|\[object Object\]|\bundefined\b|\bNaN\b|PartitionKey|odata/;

/** A sentence for a person: some words, and an end. */
export const SENTENCE = /\p{L}{2,}[^.!?…]*[.!?…:]/u;
