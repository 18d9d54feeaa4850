import type { Reading } from './words.ts';

/** Key of a feature: a 32-bit number made from its text, so that no vocabulary has to be kept. */
export type FeatureKey = number;

/**
 * What a question shows: stems, pairs of neighbouring stems, pieces of words (for bad typing), concepts and pairs of
 * concepts. Each counts once, however often it is said.
 */
export function featuresOf({ words, stems, concepts }: Reading): Set<FeatureKey> {
  const seen = new Set<FeatureKey>();
  for (const [at, stem] of stems.entries()) {
    seen.add(keyOf('w', stem));
    seen.add(keyOf('b', `${stem} ${stems[at + 1] ?? ''}`));
    const after = stems[at + 2];
    if (after !== undefined) seen.add(keyOf('s', `${stem} ${after}`));
  }
  for (const word of words) {
    const marked = `^${word}$`;
    for (let length = 4; length <= 4; length++) {
      for (let from = 0; from + length <= marked.length; from++)
        seen.add(keyOf('c', marked.slice(from, from + length)));
    }
  }
  const sorted = [...concepts].sort();
  for (const [at, concept] of sorted.entries()) {
    seen.add(keyOf('k', concept));
    for (const other of sorted.slice(at + 1)) seen.add(keyOf('p', `${concept} ${other}`));
  }
  return seen;
}

/** FNV-1a. */
function keyOf(kind: string, text: string): FeatureKey {
  let hash = 0x811c9dc5 ^ kind.charCodeAt(0);
  hash = Math.imul(hash, 0x01000193);
  for (let at = 0; at < text.length; at++) {
    hash ^= text.charCodeAt(at);
    hash = Math.imul(hash, 0x01000193);
  }
  return hash >>> 0;
}
