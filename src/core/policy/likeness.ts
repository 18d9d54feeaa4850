import { type FeatureKey, likenessFeaturesOf } from './features.ts';
import type { Meaning } from './meaning.ts';
import { softmax } from './train.ts';
import type { Reading } from './words.ts';

/** A phrasing whose situation is known. */
export type Known = { readonly text: string; readonly reading: Reading; readonly situation: number };

export type Likeness = {
  /** How likely each situation is, going by the phrasings that are most alike. Adds up to 1. */
  likelihoods(reading: Reading): Float32Array;
  /** How alike the phrasing most alike is: 1 and more is nearly the same. */
  best(reading: Reading): number;
  /** The phrasings most alike, most alike first. */
  nearest(reading: Reading, most: number): readonly Known[];
};

/** How much likeness of meaning counts beside likeness of words. */
const MEANING_COUNTS = 0.4;
/** How much more a closer phrasing counts than a farther one. */
const SHARPNESS = 20;

/** Compares a question with every known phrasing: by shared words, rare ones counting more, and by meaning. */
export function likenessTo(known: readonly Known[], situations: number, meaning: Meaning): Likeness {
  const features = known.map(({ reading }) => likenessFeaturesOf(reading));
  const seenIn = new Map<FeatureKey, number>();
  for (const set of features) for (const key of set) seenIn.set(key, (seenIn.get(key) ?? 0) + 1);
  const telling = (key: FeatureKey): number => Math.log(1 + known.length / (seenIn.get(key) ?? 0.5));
  const lengthOf = (set: ReadonlySet<FeatureKey>): number => {
    let squares = 0;
    for (const key of set) squares += telling(key) ** 2;
    return Math.sqrt(squares) || 1;
  };
  const holders = new Map<FeatureKey, { readonly places: number[]; readonly amounts: number[] }>();
  for (const [place, set] of features.entries()) {
    const length = lengthOf(set);
    for (const key of set) {
      const row = holders.get(key) ?? { places: [], amounts: [] };
      row.places.push(place);
      row.amounts.push(telling(key) / length);
      holders.set(key, row);
    }
  }
  const { dimensions } = meaning;
  const situationOf = Int32Array.from(known, ({ situation }) => situation);
  const meanings = new Float32Array(known.length * dimensions);
  for (const [place, { reading }] of known.entries()) meanings.set(meaning.of(reading), place * dimensions);

  const likenesses = (reading: Reading): Float32Array => {
    const alike = new Float32Array(known.length);
    const asked = likenessFeaturesOf(reading);
    const length = lengthOf(asked);
    for (const key of asked) {
      const row = holders.get(key);
      if (!row) continue;
      const amount = telling(key) / length;
      for (let at = 0; at < row.places.length; at++) {
        const place = row.places[at] ?? 0;
        alike[place] = (alike[place] ?? 0) + amount * (row.amounts[at] ?? 0);
      }
    }
    const meant = meaning.of(reading);
    for (let place = 0; place < known.length; place++) {
      // Four sums at a time keep the processor busier than one, and nearly all of the time goes by here.
      let [one, two, three, four] = [0, 0, 0, 0];
      const from = place * dimensions;
      for (let at = 0; at < dimensions; at += 4) {
        one += (meant[at] ?? 0) * (meanings[from + at] ?? 0);
        two += (meant[at + 1] ?? 0) * (meanings[from + at + 1] ?? 0);
        three += (meant[at + 2] ?? 0) * (meanings[from + at + 2] ?? 0);
        four += (meant[at + 3] ?? 0) * (meanings[from + at + 3] ?? 0);
      }
      alike[place] = (alike[place] ?? 0) + MEANING_COUNTS * (one + two + (three + four));
    }
    return alike;
  };
  return {
    best: (reading) => likenesses(reading).reduce((most, one) => Math.max(most, one), 0),
    likelihoods(reading) {
      const alike = likenesses(reading);
      const sums = new Float32Array(situations);
      for (let place = 0; place < known.length; place++) {
        const situation = situationOf[place] ?? 0;
        sums[situation] = (sums[situation] ?? 0) + Math.exp(SHARPNESS * (alike[place] ?? 0));
      }
      for (let at = 0; at < situations; at++) sums[at] = Math.log((sums[at] ?? 0) + 1e-9);
      softmax(sums);
      return sums;
    },
    nearest(reading, most) {
      const alike = likenesses(reading);
      const order = known.map((_known, place) => place).sort((one, other) => (alike[other] ?? 0) - (alike[one] ?? 0));
      return order.slice(0, most).flatMap((place) => known[place] ?? []);
    },
  };
}
