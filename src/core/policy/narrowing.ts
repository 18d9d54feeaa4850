import { z } from 'zod';
import type { Reading } from './words.ts';

/** The words by which a policy is asked about, each with its share. */
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
/** Of a thousand phrasings, for the gists that stand side by side: what is said more rarely is no word of the policy's. */
const LEAST_SHARE = 1;

export function gistOf(policy: string, learntFrom: string, readings: readonly Reading[]): Gist {
  const seenIn = new Map<string, number>();
  for (const { stems } of readings) for (const stem of new Set(stems)) seenIn.set(stem, (seenIn.get(stem) ?? 0) + 1);
  const words = [...seenIn]
    .filter(([, times]) => times >= FEWEST)
    .map(([stem, times]) => [stem, Number(((1000 * times) / readings.length).toPrecision(3))] as const)
    .sort(([one], [other]) => (one < other ? -1 : 1));
  return { policy, learntFrom, words: Object.fromEntries(words) };
}

/** Without the rare words, so small that a thousand stand side by side. */
export const inBrief = (whole: Gist): Gist => ({
  ...whole,
  words: Object.fromEntries(Object.entries(whole.words).filter(([, share]) => share >= LEAST_SHARE)),
});

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

/** How much of a question is in words that a policy is asked in, rare words counting more; 0 to 1. */
export function familiarity({ stems }: Reading, { words }: Gist): number {
  let [known, all] = [0, 0];
  for (const stem of new Set(stems)) {
    const share = words[stem] ?? 0;
    const isHeard = share >= HEARD_FROM;
    const telling = Math.log(1 + 1000 / (isHeard ? share : UNHEARD));
    all += telling;
    if (isHeard) known += telling;
  }
  return all === 0 ? 0 : known / all;
}
/** A word in fewer of a thousand phrasings was said by chance, and makes nothing familiar. */
const HEARD_FROM = 0.2;
/** What counts as the share of a word that a policy is never asked in, of a thousand. */
const UNHEARD = 1;

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

/** A word in so many policies still tells them apart. */
const MAY_HOLD = 20;

export function narrowing(gists: readonly Gist[]): Narrowing {
  // A word that many policies hold tells them apart badly, and would have to be looked up in all of them.
  const mostHolders = Math.max(MAY_HOLD, Math.ceil(2 * Math.sqrt(gists.length)));
  const holders = new Map<string, number>();
  for (const { words } of gists) for (const stem in words) holders.set(stem, (holders.get(stem) ?? 0) + 1);
  // One long row of entries, a stretch of it for each stem: a million small lists would take ten times the memory.
  const stretches = new Map<string, number>();
  const from = [0];
  for (const [stem, many] of holders) {
    if (many > mostHolders) continue;
    stretches.set(stem, from.length - 1);
    from.push((from.at(-1) ?? 0) + many);
  }
  const next = Int32Array.from(from);
  const places = new Int32Array(from.at(-1) ?? 0);
  const shares = new Float32Array(places.length);
  for (const [place, { words }] of gists.entries()) {
    for (const [stem, share] of Object.entries(words)) {
      const stretch = stretches.get(stem);
      if (stretch === undefined) continue;
      const entry = next[stretch] ?? 0;
      next[stretch] = entry + 1;
      places[entry] = place;
      shares[entry] = share;
    }
  }
  return {
    find({ stems }, most) {
      const scores = new Map<number, number>();
      let lookedAt = 0;
      for (const stem of new Set(stems)) {
        const stretch = stretches.get(stem);
        if (stretch === undefined) continue;
        const [start, end] = [from[stretch] ?? 0, from[stretch + 1] ?? 0];
        let sum = 0;
        for (let entry = start; entry < end; entry++) sum += shares[entry] ?? 0;
        const everywhere = sum / gists.length;
        for (let entry = start; entry < end; entry++) {
          lookedAt++;
          const mixed = (1 - EVERYWHERE) * (shares[entry] ?? 0) + EVERYWHERE * everywhere;
          const place = places[entry] ?? 0;
          scores.set(place, (scores.get(place) ?? 0) + Math.log(mixed / (EVERYWHERE * everywhere)));
        }
      }
      const order = [...scores].sort(([one, score], [other, otherScore]) => otherScore - score || one - other);
      return { policies: order.slice(0, most).flatMap(([place]) => gists[place]?.policy ?? []), lookedAt };
    },
  };
}
