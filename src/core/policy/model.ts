import { z } from 'zod';
import type { FeatureKey } from './features.ts';
import { type PackedPlaces, packedPlaces, readPlacing } from './placing.ts';
import { softmax, type Weights } from './train.ts';

/** What was learnt, as it is stored: numbers in base64, so that a diff stays short and a load quick. */
const packed = z.object({
  /** Fingerprint of everything the weights were learnt from. */
  learntFrom: z.string(),
  situations: z.array(z.string()),
  /** 32-bit keys, rising. */
  keys: z.string(),
  /** 32-bit floats. */
  telling: z.string(),
  /** The largest amount of each row, one row for every key: 32-bit floats. */
  largest: z.string(),
  /** Half a byte for each situation, 8 standing for nothing and 15 for the row's largest amount. */
  amounts: z.string(),
  /** What the sentence encoder's places tell; not there where nothing was learnt of them. */
  places: packedPlaces.optional(),
});
export type Packed = z.infer<typeof packed>;

const STEPS = 7;
const MIDDLE = 8;

export function pack(
  weights: Weights,
  situations: readonly string[],
  learntFrom: string,
  places?: PackedPlaces,
): Packed {
  const width = weights.situations;
  const height = weights.rows.length / width;
  const largest = new Float32Array(height);
  const amounts = new Uint8Array(Math.ceil(weights.rows.length / 2));
  for (let row = 0; row < height; row++) {
    const values = weights.rows.subarray(row * width, (row + 1) * width);
    const most = values.reduce((so, value) => Math.max(so, Math.abs(value)), 0);
    largest[row] = most;
    for (let at = 0; at < width; at++) {
      const half = MIDDLE + (most === 0 ? 0 : Math.round(((values[at] ?? 0) / most) * STEPS));
      const entry = row * width + at;
      amounts[entry >> 1] = (amounts[entry >> 1] ?? 0) | (entry % 2 === 0 ? half : half << 4);
    }
  }
  return {
    learntFrom,
    situations: [...situations],
    keys: base64(Uint32Array.from(weights.keys)),
    telling: base64(weights.telling),
    largest: base64(largest),
    amounts: base64(amounts),
    ...(places === undefined ? {} : { places }),
  };
}

export type Model = {
  readonly learntFrom: string;
  readonly situations: readonly string[];
  /** How likely each situation is, given what a question shows: numbers that add up to 1. */
  likelihoods(features: ReadonlySet<FeatureKey>): Float32Array;
  /** The same from its place among English sentences; `null` where nothing was learnt of places. */
  placed(place: Float32Array): Float32Array | null;
};

/** @throws where the stored result is not one */
export function readModel(stored: unknown): Model {
  const { learntFrom, situations, places, ...texts } = packed.parse(stored);
  const keys = new Uint32Array(bytes(texts.keys));
  const telling = new Float32Array(bytes(texts.telling));
  const largest = new Float32Array(bytes(texts.largest));
  const amounts = new Uint8Array(bytes(texts.amounts));
  const width = situations.length;
  const placing = places === undefined ? null : readPlacing(places, width);
  if (largest.length !== keys.length || amounts.length !== Math.ceil((keys.length * width) / 2))
    throw new Error('What was learnt is cut short: train again');
  const rowOf = new Map<FeatureKey, number>();
  for (let row = 0; row < keys.length; row++) rowOf.set(keys[row] ?? 0, row);
  const add = (scores: Float32Array, row: number, value: number): void => {
    const by = (value * (largest[row] ?? 0)) / STEPS;
    for (let at = 0, entry = row * width; at < width; at++, entry++) {
      const both = amounts[entry >> 1] ?? 0;
      const half = entry % 2 === 0 ? both & 15 : both >> 4;
      scores[at] = (scores[at] ?? 0) + by * (half - MIDDLE);
    }
  };
  return {
    learntFrom,
    situations,
    placed: (place) => placing?.likelihoods(place) ?? null,
    likelihoods(features) {
      const scores = new Float32Array(width);
      let squares = 0;
      for (const key of features) squares += (telling[rowOf.get(key) ?? -1] ?? 0) ** 2;
      const length = Math.sqrt(squares) || 1;
      for (const key of features) {
        const row = rowOf.get(key);
        if (row !== undefined) add(scores, row, (telling[row] ?? 0) / length);
      }
      softmax(scores);
      return scores;
    },
  };
}

const base64 = (numbers: Uint32Array | Float32Array | Uint8Array): string =>
  Buffer.from(numbers.buffer, numbers.byteOffset, numbers.byteLength).toString('base64');

/** A copy that starts at a whole number, as wide numbers need. */
function bytes(text: string): ArrayBuffer {
  const buffer = Buffer.from(text, 'base64');
  return buffer.buffer.slice(buffer.byteOffset, buffer.byteOffset + buffer.byteLength);
}
