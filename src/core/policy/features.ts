import type { Reading } from './words.ts';

/** Key of a feature: a 32-bit number made from its text, so that no vocabulary has to be kept. */
export type FeatureKey = number;

/**
 * What a question shows: stems, neighbouring stems, stems with one between them, and concepts. Each counts once, however often it
 * is said. Pieces of words and pairs of concepts were tried and did not help.
 */
export function featuresOf({ stems, concepts }: Reading): Set<FeatureKey> {
  const seen = new Set<FeatureKey>();
  for (const [at, stem] of stems.entries()) {
    seen.add(keyOf('w', stem));
    const next = stems[at + 1];
    if (next !== undefined) seen.add(keyOf('b', `${stem} ${next}`));
    const afterNext = stems[at + 2];
    if (afterNext !== undefined) seen.add(keyOf('s', `${stem} ${afterNext}`));
  }
  for (const concept of concepts) seen.add(keyOf('k', concept));
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
