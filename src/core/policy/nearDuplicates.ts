import type { Reader } from './words.ts';

export type Pair = { readonly one: string; readonly other: string; readonly likeness: number };

/** Two texts that share this share of their words say the same thing in nearly the same words. */
const NEAR = 0.75;

/**
 * Pairs of a held-back question and a phrasing that are nearly the same: whoever learnt the one knows the other, so a
 * held-back question with such a twin measures nothing.
 */
export function nearDuplicates(held: readonly string[], phrasings: readonly string[], reader: Reader): readonly Pair[] {
  const stemsOf = (text: string): ReadonlySet<string> => new Set(reader.read(text).stems);
  const known = phrasings.map((text) => ({ text, stems: stemsOf(text) }));
  return held.flatMap((one) => {
    const stems = stemsOf(one);
    return known.flatMap(({ text, stems: others }) => {
      const shared = [...stems].filter((stem) => others.has(stem)).length;
      const likeness = shared / (stems.size + others.size - shared || 1);
      return likeness >= NEAR ? [{ one, other: text, likeness }] : [];
    });
  });
}
