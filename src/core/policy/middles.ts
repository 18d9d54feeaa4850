import { z } from 'zod';
import { senseOf, toLengthOne } from './place.ts';

const stored = z.object({
  /** Of the content that they were made from. */
  learntFrom: z.string(),
  dimensions: z.number().int().positive(),
  situations: z.array(z.string()),
  /** A row for each situation, drawn out until its largest number is 127: signed bytes in base64. */
  middles: z.string(),
});
export type PackedMiddles = z.infer<typeof stored>;

/** Where each situation is asked about among English sentences, all its ways of asking together. */
export type Middles = {
  readonly learntFrom: string;
  /** How near a place is to the middle of a situation, 1 being there; 0 for a situation that is not known. */
  nearness(place: Float32Array, situation: string): number;
  /** The same of the situation that is nearest. */
  nearest(place: Float32Array): number;
};

const MOST = 127;

/** @param known  phrasings by their place and the number of their situation */
export function middlesOf(
  known: readonly { readonly place: Float32Array; readonly situation: number }[],
  situations: readonly string[],
  learntFrom: string,
): PackedMiddles {
  const dimensions = known[0] ? senseOf(known[0].place).length : 1;
  const sums = new Float32Array(situations.length * dimensions);
  for (const { place, situation } of known) {
    const sense = senseOf(place);
    for (let at = 0, entry = situation * dimensions; at < dimensions; at++, entry++) {
      sums[entry] = (sums[entry] ?? 0) + (sense[at] ?? 0);
    }
  }
  const rows = new Int8Array(sums.length);
  for (let from = 0; from < sums.length; from += dimensions) {
    const sum = sums.subarray(from, from + dimensions);
    const most = sum.reduce((so, value) => Math.max(so, Math.abs(value)), 0) || 1;
    for (const [at, value] of sum.entries()) rows[from + at] = Math.round((value / most) * MOST);
  }
  return { learntFrom, dimensions, situations: [...situations], middles: Buffer.from(rows.buffer).toString('base64') };
}

/** @throws where the stored result is not one */
export function readMiddles(content: unknown): Middles {
  const { learntFrom, dimensions, situations, middles } = stored.parse(content);
  const rows = Float32Array.from(new Int8Array(Buffer.from(middles, 'base64')));
  if (rows.length !== situations.length * dimensions) throw new Error('The middles are cut short: train again');
  for (let from = 0; from < rows.length; from += dimensions) toLengthOne(rows.subarray(from, from + dimensions));
  const rowOf = new Map(situations.map((id, row) => [id, row]));
  const near = (sense: Float32Array, row: number): number => {
    let sum = 0;
    for (let at = 0, entry = row * dimensions; at < dimensions; at++, entry++) {
      sum += (sense[at] ?? 0) * (rows[entry] ?? 0);
    }
    return sum;
  };
  return {
    learntFrom,
    nearness(place, situation) {
      const row = rowOf.get(situation);
      return row === undefined ? 0 : near(senseOf(place), row);
    },
    nearest(place) {
      const sense = senseOf(place);
      return situations.reduce((most, _id, row) => Math.max(most, near(sense, row)), 0);
    },
  };
}
