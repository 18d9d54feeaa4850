import { z } from 'zod';
import type { Reading } from './words.ts';

/** The words by which a policy is asked about, each with its share: so small that a thousand policies' stand side by side. */
export const gist = z.object({
  policy: z.string(),
  /** Of the phrasings that it was made from. */
  learntFrom: z.string(),
  /** Stem → in how many of a thousand phrasings it stands. */
  words: z.record(z.string(), z.number()),
});
export type Gist = Readonly<z.infer<typeof gist>>;

/** A stem in fewer phrasings than this tells nothing. */
const FEWEST = 2;

export function gistOf(policy: string, learntFrom: string, readings: readonly Reading[]): Gist {
  const seenIn = new Map<string, number>();
  for (const { stems } of readings) for (const stem of new Set(stems)) seenIn.set(stem, (seenIn.get(stem) ?? 0) + 1);
  const share = (times: number): number => Number(((1000 * times) / readings.length).toPrecision(3));
  const words = [...seenIn].filter(([, times]) => times >= FEWEST).sort(([one], [other]) => (one < other ? -1 : 1));
  return { policy, learntFrom, words: Object.fromEntries(words.map(([stem, times]) => [stem, share(times)])) };
}

/** How much likelier a question's words are asked of one policy than of another: a logarithm. */
export function wordsFor({ stems }: Reading, one: Gist, other: Gist): number {
  let sum = 0;
  for (const stem of new Set(stems)) {
    const [here, there] = [one.words[stem] ?? 0, other.words[stem] ?? 0];
    const mean = (here + there) / 2;
    if (mean > 0) sum += Math.log((here + mean) / (there + mean));
  }
  return sum;
}

export type Narrowed = {
  /** The likeliest first. */
  readonly policies: readonly string[];
  /** How many entries were looked at to find them. */
  readonly lookedAt: number;
};

/** Finds the few policies that a question may be for, without a look at those that share no telling word with it. */
export type Narrowing = { find(reading: Reading, most: number): Narrowed };

/** How much a word's use everywhere counts beside its use in one policy. */
const EVERYWHERE = 0.5;

export function narrowing(gists: readonly Gist[]): Narrowing {
  // A word that many policies hold tells them apart badly, and would have to be looked up in all of them.
  const mostHolders = Math.max(3, Math.ceil(2 * Math.sqrt(gists.length)));
  const held = new Map<string, { readonly places: number[]; readonly shares: number[] }>();
  for (const [place, { words }] of gists.entries()) {
    for (const [stem, share] of Object.entries(words)) {
      const row = held.get(stem) ?? { places: [], shares: [] };
      row.places.push(place);
      row.shares.push(share);
      held.set(stem, row);
    }
  }
  for (const [stem, { places }] of held) if (places.length > mostHolders) held.delete(stem);
  return {
    find({ stems }, most) {
      const scores = new Map<number, number>();
      let lookedAt = 0;
      for (const stem of new Set(stems)) {
        const row = held.get(stem);
        if (!row) continue;
        const everywhere = row.shares.reduce((sum, share) => sum + share, 0) / gists.length;
        for (const [at, place] of row.places.entries()) {
          lookedAt++;
          const mixed = (1 - EVERYWHERE) * (row.shares[at] ?? 0) + EVERYWHERE * everywhere;
          scores.set(place, (scores.get(place) ?? 0) + Math.log(mixed / (EVERYWHERE * everywhere)));
        }
      }
      const order = [...scores].sort(([one, score], [other, otherScore]) => otherScore - score || one - other);
      return { policies: order.slice(0, most).flatMap(([place]) => gists[place]?.policy ?? []), lookedAt };
    },
  };
}
