import { type Reading } from './words.ts';

/** Key of a feature: a 32-bit number made from its text, so that no vocabulary has to be kept. */
export type FeatureKey = number;

/** What a question shows: stems, neighbouring stems, concepts, pairs of concepts. Each counts once, however often it is said. */
export function featuresOf(reading: Reading): Set<FeatureKey> {
  const seen = likenessFeaturesOf(reading);
  const sorted = [...reading.concepts].sort();
  for (const [at, concept] of sorted.entries()) {
    for (const other of sorted.slice(at + 1)) seen.add(keyOf('p', `${concept} ${other}`));
  }
  return seen;
}

/** The same without the pairs of concepts: what two questions are compared by. */
export function likenessFeaturesOf({ stems, concepts }: Reading): Set<FeatureKey> {
  const seen = new Set<FeatureKey>();
  for (const [at, stem] of stems.entries()) {
    seen.add(keyOf('w', stem));
    const after = stems[at + 1];
    if (after !== undefined) seen.add(keyOf('b', `${stem} ${after}`));
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
