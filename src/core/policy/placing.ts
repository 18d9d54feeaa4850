import { z } from 'zod';
import { seeded, shuffle, softmax } from './train.ts';

/** A labelled question by its place among English sentences. `situation` is a place in the list of situations. */
export type Placed = { readonly place: Float32Array; readonly situation: number };

export type PlacingPlan = {
  readonly epochs: number;
  /** Examples that are looked at between two steps. */
  readonly batch: number;
  readonly rate: number;
  /** Draws every weight towards nothing, the more the larger it is. */
  readonly shrink: number;
  /** How far places are pulled apart, before they are learnt from. */
  readonly spread: number;
  readonly seed: number;
};

/** What was learnt of places, as it is stored: numbers in base64. */
export const packedPlaces = z.object({
  dimensions: z.number().int().positive(),
  /** The middle of all places, which says nothing: 32-bit floats. */
  middle: z.string(),
  spread: z.number(),
  /** The largest amount of each row, one row for every dimension and one that always counts: 32-bit floats. */
  largest: z.string(),
  /** A signed byte for each situation, 127 standing for the row's largest amount. */
  amounts: z.string(),
});
export type PackedPlaces = z.infer<typeof packedPlaces>;

/** A linear reading of places: how far each number of a place speaks for each situation. */
export type PlaceRows = {
  /** One row for every number of a place, and one that always counts; each of so many numbers as there are situations. */
  readonly rows: Float32Array;
  readonly middle: Float32Array;
  readonly spread: number;
};

export type Placing = {
  /** How likely each situation is, going by where a question stands: numbers that add up to 1. */
  likelihoods(place: Float32Array): Float32Array;
};

/**
 * The sums of one step: for every row and situation, how much the errors of these places lean on it, summed over them. Given by
 * whoever does such sums quickly.
 *
 * @param places  one after the other, drawn apart, each with a last number that always counts
 * @param right   the situation of each
 * @param rows    as long as a place, each of so many numbers as there are situations
 */
export type Slopes = (places: Float32Array, right: Int32Array, rows: Float32Array) => Promise<Float32Array>;

/**
 * Multinomial logistic regression over places (Adam, in batches). The same examples in the same order give the same result: the
 * only chance in it is a seeded shuffle.
 */
export async function learnPlaces(
  examples: readonly Placed[],
  situations: number,
  plan: PlacingPlan,
  slopesOf: Slopes,
): Promise<PlaceRows> {
  const middle = middleOf(examples.map(({ place }) => place));
  const dimensions = middle.length;
  const rows = new Float32Array((dimensions + 1) * situations);
  const step = adam(rows, plan);
  const order = examples.map((_example, at) => at);
  const random = seeded(plan.seed);
  for (let epoch = 0; epoch < plan.epochs; epoch++) {
    shuffle(order, random);
    const rate = plan.rate * (1 - epoch / plan.epochs) + plan.rate / 100;
    for (let from = 0; from < order.length; from += plan.batch) {
      const batch = order.slice(from, from + plan.batch).flatMap((at) => examples[at] ?? []);
      const places = new Float32Array(batch.length * (dimensions + 1));
      for (const [at, { place }] of batch.entries()) {
        spreadOut(place, middle, plan.spread, places.subarray(at * (dimensions + 1), (at + 1) * (dimensions + 1)));
      }
      const right = Int32Array.from(batch, ({ situation }) => situation);
      step(await slopesOf(places, right, rows), 1 / batch.length, rate);
    }
  }
  return { rows, middle, spread: plan.spread };
}

/** The mean of vectors of one length. */
export function middleOf(vectors: readonly Float32Array[]): Float32Array {
  const middle = new Float32Array(vectors[0]?.length ?? 0);
  for (const vector of vectors) {
    for (let at = 0; at < middle.length; at++) middle[at] = (middle[at] ?? 0) + (vector[at] ?? 0) / vectors.length;
  }
  return middle;
}

/**
 * Two readings of places as one, which says what both say on average (of the logarithms of their likelihoods). Their first
 * numbers are the same ones; what each reads after them stands one after the other.
 *
 * @param shared  how many numbers are the same
 */
export function bothReadings(one: PlaceRows, other: PlaceRows, shared: number): PlaceRows {
  const situations = one.rows.length / (one.middle.length + 1);
  const rowsOf = ({ rows }: PlaceRows, from: number, to?: number): Float32Array =>
    rows.subarray(from * situations, to === undefined ? rows.length : to * situations);
  const mean = (values: Float32Array, others: Float32Array) =>
    values.map((value, at) => (value + (others[at] ?? 0)) / 2);
  const half = (values: Float32Array) => values.map((value) => value / 2);
  const [height, otherHeight] = [one.middle.length, other.middle.length];
  return {
    rows: joined(
      mean(rowsOf(one, 0, shared), rowsOf(other, 0, shared)),
      half(rowsOf(one, shared, height)),
      half(rowsOf(other, shared, otherHeight)),
      mean(rowsOf(one, height), rowsOf(other, otherHeight)),
    ),
    middle: joined(one.middle, other.middle.subarray(shared)),
    spread: one.spread,
  };
}

function joined(...parts: readonly Float32Array[]): Float32Array {
  const all = new Float32Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

/** Away from the middle, and a last number that always counts. */
function spreadOut(place: Float32Array, middle: Float32Array, spread: number, into: Float32Array): void {
  for (let at = 0; at < middle.length; at++) into[at] = ((place[at] ?? 0) - (middle[at] ?? 0)) * spread;
  into[middle.length] = 1;
}

/**
 * Steps by the mean slope over its usual size (Kingma and Ba, 2015).
 *
 * @param rows  are changed by each step, by its `slopes` times `share`
 */
export function adam(
  rows: Float32Array,
  { shrink }: Pick<PlacingPlan, 'shrink'>,
): (slopes: Float32Array, share: number, rate: number) => void {
  const [KEEPS, KEEPS_SIZE] = [0.9, 0.999];
  const mean = new Float32Array(rows.length);
  const size = new Float32Array(rows.length);
  let taken = 0;
  return (slopes, share, rate) => {
    taken++;
    const [young, youngSize] = [1 - KEEPS ** taken, 1 - KEEPS_SIZE ** taken];
    for (let at = 0; at < rows.length; at++) {
      const slope = share * (slopes[at] ?? 0) + shrink * (rows[at] ?? 0);
      const now = KEEPS * (mean[at] ?? 0) + (1 - KEEPS) * slope;
      const nowSize = KEEPS_SIZE * (size[at] ?? 0) + (1 - KEEPS_SIZE) * slope * slope;
      mean[at] = now;
      size[at] = nowSize;
      rows[at] = (rows[at] ?? 0) - (rate * (now / young)) / (Math.sqrt(nowSize / youngSize) + 1e-8);
    }
  };
}

const MOST = 127;

export function packPlaces({ rows, middle, spread }: PlaceRows): PackedPlaces {
  const situations = rows.length / (middle.length + 1);
  const largest = new Float32Array(rows.length / situations);
  const amounts = new Int8Array(rows.length);
  for (let row = 0; row < largest.length; row++) {
    const values = rows.subarray(row * situations, (row + 1) * situations);
    const most = values.reduce((so, value) => Math.max(so, Math.abs(value)), 0);
    largest[row] = most;
    for (const [at, value] of values.entries()) {
      amounts[row * situations + at] = most === 0 ? 0 : Math.round((value / most) * MOST);
    }
  }
  return {
    dimensions: middle.length,
    middle: base64(middle),
    spread,
    largest: base64(largest),
    amounts: base64(amounts),
  };
}

/** @throws where the stored result is not for so many situations */
export function readPlacing({ dimensions, spread, ...texts }: PackedPlaces, situations: number): Placing {
  const middle = new Float32Array(numbers(texts.middle));
  const largest = new Float32Array(numbers(texts.largest));
  const amounts = new Int8Array(numbers(texts.amounts));
  if (middle.length !== dimensions || amounts.length !== (dimensions + 1) * situations) {
    throw new Error('What was learnt of places is cut short: train again');
  }
  const input = new Float32Array(dimensions + 1);
  return {
    likelihoods(place) {
      spreadOut(place, middle, spread, input);
      for (let row = 0; row <= dimensions; row++) input[row] = ((input[row] ?? 0) * (largest[row] ?? 0)) / MOST;
      const scores = scoresOf(amounts, input, situations);
      softmax(scores);
      return scores;
    },
  };
}

function scoresOf(amounts: Int8Array, input: Float32Array, situations: number): Float32Array {
  const scores = new Float32Array(situations);
  let row = 0;
  // Four rows at a time: each score is fetched and put back once for the four, and nearly all of the time goes by here.
  for (; row + 3 < input.length; row += 4) {
    const [one, two, three, four] = [input[row] ?? 0, input[row + 1] ?? 0, input[row + 2] ?? 0, input[row + 3] ?? 0];
    const first = row * situations;
    const [second, third, fourth] = [first + situations, first + 2 * situations, first + 3 * situations];
    for (let at = 0; at < situations; at++) {
      const more = one * (amounts[first + at] ?? 0) + two * (amounts[second + at] ?? 0);
      scores[at] = (scores[at] ?? 0) + more + (three * (amounts[third + at] ?? 0) + four * (amounts[fourth + at] ?? 0));
    }
  }
  for (; row < input.length; row++) {
    const by = input[row] ?? 0;
    for (let at = 0, entry = row * situations; at < situations; at++, entry++) {
      scores[at] = (scores[at] ?? 0) + by * (amounts[entry] ?? 0);
    }
  }
  return scores;
}

const base64 = (values: Float32Array | Int8Array): string =>
  Buffer.from(values.buffer, values.byteOffset, values.byteLength).toString('base64');

/** A copy that starts at a whole number, as wide numbers need. */
function numbers(text: string): ArrayBuffer {
  const buffer = Buffer.from(text, 'base64');
  return buffer.buffer.slice(buffer.byteOffset, buffer.byteOffset + buffer.byteLength);
}
