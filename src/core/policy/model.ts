import { z } from 'zod';
import type { FeatureKey } from './features.ts';
import { softmax, type Weights } from './train.ts';

/** What was learnt, as it is stored: numbers in base64, so that a diff stays short and a load quick. */
const packed = z.object({
  /** Of everything the weights were learnt from. A test trains again and compares. */
  learntFrom: z.string(),
  situations: z.array(z.string()),
  features: z.number(),
  /** 32-bit keys, rising. */
  keys: z.string(),
  /** 32-bit floats. */
  telling: z.string(),
  /** Per feature, how many situations it speaks for or against: 16 bits. */
  counts: z.string(),
  /** Places of those situations: 16 bits each. */
  places: z.string(),
  /** How much, in units of `unit`: one signed byte each. */
  amounts: z.string(),
  unit: z.number(),
});
export type Packed = z.infer<typeof packed>;

/** Weights smaller than this share of the largest are left out: they change no answer and make up most of the bytes. */
const SMALLEST_SHARE = 1 / 127;
const FAINTEST = 12;

export function pack(weights: Weights, situations: readonly string[], learntFrom: string): Packed {
  let largest = 0;
  for (const value of weights.rows) largest = Math.max(largest, Math.abs(value));
  const unit = largest * SMALLEST_SHARE || 1;
  const keys: number[] = [];
  const telling: number[] = [];
  const counts: number[] = [];
  const places: number[] = [];
  const amounts: number[] = [];
  for (const [row, key] of weights.keys.entries()) {
    const before = places.length;
    for (let at = 0; at < weights.situations; at++) {
      const amount = Math.round((weights.rows[row * weights.situations + at] ?? 0) / unit);
      if (Math.abs(amount) <= FAINTEST) continue;
      places.push(at);
      amounts.push(amount);
    }
    if (places.length === before) continue;
    keys.push(key);
    telling.push(weights.telling[row] ?? 0);
    counts.push(places.length - before);
  }
  return {
    learntFrom,
    situations: [...situations],
    features: keys.length,
    keys: base64(Uint32Array.from(keys)),
    telling: base64(Float32Array.from(telling)),
    counts: base64(Uint16Array.from(counts)),
    places: base64(Uint16Array.from(places)),
    amounts: base64(Int8Array.from(amounts)),
    unit,
  };
}

export type Model = {
  readonly learntFrom: string;
  readonly situations: readonly string[];
  /** How likely each situation is, given what a question shows: numbers that add up to 1. */
  likelihoods(features: ReadonlySet<FeatureKey>): Float32Array;
};

/** @throws where the stored result is not one */
export function readModel(stored: unknown): Model {
  const { learntFrom, situations, unit, ...texts } = packed.parse(stored);
  const keys = new Uint32Array(bytes(texts.keys));
  const telling = new Float32Array(bytes(texts.telling));
  const counts = new Uint16Array(bytes(texts.counts));
  const places = new Uint16Array(bytes(texts.places));
  const amounts = new Int8Array(bytes(texts.amounts));
  const starts = new Uint32Array(keys.length + 1);
  for (let row = 0; row < keys.length; row++) starts[row + 1] = (starts[row] ?? 0) + (counts[row] ?? 0);
  const rowOf = new Map<FeatureKey, number>();
  for (let row = 0; row < keys.length; row++) rowOf.set(keys[row] ?? 0, row);
  return {
    learntFrom,
    situations,
    likelihoods(features) {
      const scores = new Float32Array(situations.length);
      const found: number[] = [];
      let squares = 0;
      for (const key of features) {
        const row = rowOf.get(key);
        if (row === undefined) continue;
        found.push(row);
        squares += (telling[row] ?? 0) ** 2;
      }
      const length = Math.sqrt(squares) || 1;
      for (const row of found) {
        const value = ((telling[row] ?? 0) * unit) / length;
        for (let entry = starts[row] ?? 0; entry < (starts[row + 1] ?? 0); entry++) {
          const place = places[entry] ?? 0;
          scores[place] = (scores[place] ?? 0) + value * (amounts[entry] ?? 0);
        }
      }
      softmax(scores);
      return scores;
    },
  };
}

const base64 = (numbers: Uint32Array | Float32Array | Uint16Array | Int8Array): string =>
  Buffer.from(numbers.buffer, numbers.byteOffset, numbers.byteLength).toString('base64');

/** A copy that starts at a whole number, as wide numbers need. */
function bytes(text: string): ArrayBuffer {
  const buffer = Buffer.from(text, 'base64');
  return buffer.buffer.slice(buffer.byteOffset, buffer.byteOffset + buffer.byteLength);
}
