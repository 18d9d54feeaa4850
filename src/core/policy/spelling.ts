import nspell from 'nspell';

/** Puts a misspelt word right, where it is plain which word was meant; any other word comes back as it is. */
export type Speller = {
  correct(word: string): string;
  /** Whether it is a word of English, or stands in the phrasings. */
  knows(word: string): boolean;
};

/** How often each word stands in the phrasings; in the order in which they first stand there, which settles ties. */
export type WordCounts = ReadonlyMap<string, number>;

/** Says nothing is misspelt. */
export const NO_SPELLER: Speller = { correct: (word) => word, knows: () => true };

export type SpellingPlan = {
  /** Shorter words are left alone: too many others are near them. */
  readonly shortest: number;
  /** Up to this length only a letter left out or two swapped are put right: another letter makes another word. */
  readonly brief: number;
  /** From this length on two slips are put right, below it one. */
  readonly twoSlipsFrom: number;
  /** How often a word must stand in the phrasings to be what was meant. */
  readonly fewest: number;
  /** How many times as often as the word that was typed. */
  readonly lead: number;
};

export const SPELLING: SpellingPlan = { shortest: 4, brief: 4, twoSlipsFrom: 8, fewest: 8, lead: 20 };

/** Tells a word, or a name, from a slip of the keys; by a dictionary in Hunspell's form, and plurals and endings by its rules. */
export function ordinaryWords(dictionary: { readonly aff: string; readonly dic: string }): (word: string) => boolean {
  const book = nspell(dictionary);
  return (word) => book.correct(word) || book.correct(`${word.slice(0, 1).toUpperCase()}${word.slice(1)}`);
}

/** The counts that `spellerOf` makes any use of: a small part, to be kept without the phrasings. */
export function countsForSpelling(
  counts: WordCounts,
  isOrdinary: (word: string) => boolean,
  plan = SPELLING,
): Readonly<Record<string, number>> {
  const used = [...counts].filter(
    ([word, times]) => isPlain(word) && word.length >= plan.shortest && (times >= plan.fewest || !isOrdinary(word)),
  );
  return Object.fromEntries(used);
}

/**
 * Knows the words of the phrasings, and finds the one that was meant by leaving letters out of both (Garbe's symmetric deletes).
 *
 * @param counts     how often each word stands in the phrasings
 * @param isOrdinary whether it is a word of ordinary English, which is never a slip
 */
export function spellerOf(counts: WordCounts, isOrdinary: (word: string) => boolean, plan = SPELLING): Speller {
  const byRest = new Map<string, string[]>();
  for (const [word, times] of counts) {
    if (times < plan.fewest || !isPlain(word) || word.length < plan.shortest) continue;
    for (const rest of restsOf(word, slipsIn(word, plan))) byRest.set(rest, [...(byRest.get(rest) ?? []), word]);
  }
  const found = (word: string): string => {
    const slips = slipsIn(word, plan);
    const enough = plan.lead * (counts.get(word) ?? 0);
    const near = new Map<string, number>();
    for (const rest of restsOf(word, slips)) {
      for (const other of byRest.get(rest) ?? []) {
        if (near.has(other) || other[0] !== word[0] || (counts.get(other) ?? 0) < enough) continue;
        if (word.length <= plan.brief && other.length <= word.length && lettersOf(word) !== lettersOf(other)) continue;
        near.set(other, distance(word, other));
      }
    }
    const [best] = [...near]
      .filter(([, far]) => far <= slips)
      .sort(([one, near1], [two, near2]) => near1 - near2 || (counts.get(two) ?? 0) - (counts.get(one) ?? 0));
    return best?.[0] ?? word;
  };
  const known = new Map<string, string>();
  return {
    correct(word) {
      if (word.length < plan.shortest || !isPlain(word) || isOrdinary(word)) return word;
      const before = known.get(word);
      if (before !== undefined) return before;
      const meant = found(word);
      // A cache of everything ever typed would grow without end.
      if (known.size < 20_000) known.set(word, meant);
      return meant;
    },
    knows: (word) => isOrdinary(word) || counts.has(word),
  };
}

const lettersOf = (word: string): string => [...word].sort().join('');
const isPlain = (word: string): boolean => /^[a-z]+$/.test(word);
const slipsIn = (word: string, plan: SpellingPlan): number => (word.length >= plan.twoSlipsFrom ? 2 : 1);

/** The word itself, and all that is left of it with up to so many letters taken out. */
function restsOf(word: string, most: number): ReadonlySet<string> {
  const rests = new Set([word]);
  let last = [word];
  for (let taken = 0; taken < most; taken++) {
    const next: string[] = [];
    for (const from of last) {
      for (let at = 0; at < from.length; at++) {
        const rest = from.slice(0, at) + from.slice(at + 1);
        if (!rests.has(rest)) next.push(rest);
        rests.add(rest);
      }
    }
    last = next;
  }
  return rests;
}

/** Letters left out, put in, changed, or two neighbours swapped: the least number of slips from one to the other. */
function distance(one: string, other: string): number {
  let before: number[] = [];
  let last = Array.from({ length: other.length + 1 }, (_none, at) => at);
  for (let row = 1; row <= one.length; row++) {
    const next = [row];
    for (let at = 1; at <= other.length; at++) {
      const same = one[row - 1] === other[at - 1];
      let least = Math.min((last[at] ?? 0) + 1, (next[at - 1] ?? 0) + 1, (last[at - 1] ?? 0) + (same ? 0 : 1));
      const swapped = row > 1 && at > 1 && one[row - 1] === other[at - 2] && one[row - 2] === other[at - 1];
      if (swapped) least = Math.min(least, (before[at - 2] ?? 0) + 1);
      next.push(least);
    }
    before = last;
    last = next;
  }
  return last[other.length] ?? 0;
}
