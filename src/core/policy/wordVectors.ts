import { createHash } from 'node:crypto';
import { z } from 'zod';

const stored = z.object({
  source: z.string(),
  licence: z.string(),
  dimensions: z.number(),
  /** Separated by spaces. */
  words: z.string(),
  /** One signed byte per number, 127 standing for 1; every word's vector has length 1. */
  vectors: z.string(),
});

/** Where ordinary English words stand beside one another: near ones are used alike. */
export type WordVectors = {
  readonly dimensions: number;
  /** Tells one set of vectors from another. */
  readonly fingerprint: string;
  /** Adds a word's place, times `by`, to a sum. False where the word is not known. */
  add(word: string, by: number, sum: Float32Array): boolean;
  has(word: string): boolean;
};

/** @throws where the stored vectors are not such */
export function readWordVectors(content: unknown): WordVectors {
  const { dimensions, words, vectors } = stored.parse(content);
  const places = new Map(words.split(' ').map((word, place) => [word, place]));
  const numbers = new Int8Array(Buffer.from(vectors, 'base64'));
  if (numbers.length !== places.size * dimensions) throw new Error('Word vectors: as many numbers as words are wanted');
  return {
    dimensions,
    fingerprint: createHash('sha256').update(words).update(vectors).digest('hex'),
    has: (word) => places.has(word),
    add(word, by, sum) {
      const place = places.get(word);
      if (place === undefined) return false;
      const from = place * dimensions;
      for (let at = 0; at < dimensions; at++) sum[at] = (sum[at] ?? 0) + (by * (numbers[from + at] ?? 0)) / 127;
      return true;
    },
  };
}
