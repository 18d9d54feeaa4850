import type { Reading } from './words.ts';
import type { WordVectors } from './wordVectors.ts';

/** A question's place among ordinary English: the sum of its words' places, rare words counting more. */
export type Meaning = { of(reading: Reading): Float32Array; readonly dimensions: number };

/** What is common to all questions is taken away, so that only what sets one apart is left. */
export function meaningOf(readings: readonly Reading[], vectors: WordVectors): Meaning {
  const seenIn = new Map<string, number>();
  for (const { words } of readings) for (const word of new Set(words)) seenIn.set(word, (seenIn.get(word) ?? 0) + 1);
  const telling = (word: string): number => Math.log(1 + readings.length / (seenIn.get(word) ?? 1));
  const raw = ({ words }: Reading): Float32Array => {
    const sum = new Float32Array(vectors.dimensions);
    for (const word of new Set(words)) vectors.add(word, telling(word), sum);
    return toLengthOne(sum);
  };
  const common = new Float32Array(vectors.dimensions);
  for (const reading of readings) {
    const place = raw(reading);
    for (let at = 0; at < common.length; at++) common[at] = (common[at] ?? 0) + (place[at] ?? 0) / readings.length;
  }
  return {
    dimensions: vectors.dimensions,
    of(reading) {
      const place = raw(reading);
      for (let at = 0; at < place.length; at++) place[at] = (place[at] ?? 0) - (common[at] ?? 0);
      return toLengthOne(place);
    },
  };
}

export function toLengthOne(vector: Float32Array): Float32Array {
  let squares = 0;
  for (const value of vector) squares += value * value;
  const length = Math.sqrt(squares) || 1;
  for (let at = 0; at < vector.length; at++) vector[at] = (vector[at] ?? 0) / length;
  return vector;
}
