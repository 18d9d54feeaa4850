import { newStemmer } from 'snowball-stemmers';
import { NO_SPELLER, type Speller } from './spelling.ts';

/** What staff vocabulary stands for: content that anybody at the school can add to. */
export type Words = {
  /** Phone typing and everyday short forms → plain words; `'on x'` may be several words on either side. */
  readonly shortForms: Readonly<Record<string, string>>;
  /** Concept → words, and `several-words` with hyphens. */
  readonly concepts: Readonly<Record<string, readonly string[]>>;
};

/** A question made ready: plain words, their stems, the concepts seen. Never stored. */
export type Reading = {
  readonly words: readonly string[];
  readonly stems: readonly string[];
  readonly concepts: readonly string[];
};

/** Longer questions are read to here; a story's point is in its beginning or its end, so both are kept. */
export const LONGEST_READ = 2400;

export type Foreign = 'in other letters' | 'in other words';

/** Shorter words are much the same in many languages. */
const TELLING = 4;

export interface Reader {
  read(question: string): Reading;
  /** The question as a sentence encoder is to have it: cleaned, and with its slips put right. */
  spelt(question: string): string;
  /** Not a letter of it is Latin; or of its longer words half or more, and three at least, are none of English. */
  foreignIn(reading: Pick<Reading, 'words'>): Foreign | null;
}

export function wordReader({ shortForms, concepts }: Words, speller: Speller = NO_SPELLER): Reader {
  const stemmer = newStemmer('english');
  const stems = new Map<string, string>();
  const stemOf = (word: string): string => {
    const known = stems.get(word);
    if (known !== undefined) return known;
    const stem = /^[a-z']+$/.test(word) ? stemmer.stem(word.replace(/'s?$/, '')) : word;
    // A cache of everything ever typed would grow without end.
    if (stems.size < 50_000) stems.set(word, stem);
    return stem;
  };
  const single = new Map<string, readonly string[]>();
  const double = new Map<string, readonly string[]>();
  for (const [short, plain] of Object.entries(shortForms)) {
    const parts = split(short);
    (parts.length === 1 ? single : double).set(parts.join(' '), split(plain));
  }
  const ours = new Set(Object.values(concepts).flatMap((phrases) => phrases.flatMap((phrase) => phrase.split('-'))));
  const spelt = (word: string): string => (ours.has(word) || single.has(word) ? word : speller.correct(word));
  const expand = (words: readonly string[]): string[] => {
    const plain: string[] = [];
    for (let at = 0; at < words.length; at++) {
      const word = words[at] ?? '';
      const two = double.get(`${word} ${words[at + 1] ?? ''}`);
      if (two) at++;
      plain.push(...(two ?? single.get(word) ?? [spelt(word)]));
    }
    return plain;
  };
  const byPhrase = new Map<string, string[]>();
  let longest = 1;
  for (const [concept, phrases] of Object.entries(concepts)) {
    for (const phrase of phrases) {
      const key = expand(split(phrase.replaceAll('-', ' '))).map(stemOf);
      longest = Math.max(longest, key.length);
      const at = key.join(' ');
      byPhrase.set(at, [...(byPhrase.get(at) ?? []), concept]);
    }
  }
  return {
    read(question) {
      const words = expand(split(question)).slice(0, 400);
      const stemmed = words.map(stemOf);
      const seen = new Set<string>();
      for (let at = 0; at < stemmed.length; at++) {
        for (let length = 1; length <= longest && at + length <= stemmed.length; length++) {
          for (const concept of byPhrase.get(stemmed.slice(at, at + length).join(' ')) ?? []) seen.add(concept);
        }
      }
      return { words, stems: stemmed, concepts: [...seen] };
    },
    spelt: (question) => cleaned(question).replace(/[a-z0-9]+(?:'[a-z]+)*/g, spelt),
    foreignIn({ words }) {
      const said = words.filter((word) => /\p{L}/u.test(word));
      if (said.length > 0 && !said.some((word) => /[a-z]/.test(word))) return 'in other letters';
      const telling = said.filter((word) => word.length >= TELLING || /[^a-z0-9']/.test(word));
      const strange = telling.filter((word) => !ours.has(word) && !speller.knows(word)).length;
      return strange >= 3 && 2 * strange >= telling.length ? 'in other words' : null;
    },
  };
}

/** Lower case, less the marks that cannot be seen, with plain apostrophes and no drawl: "sooooo", "pleeease". */
export function cleaned(text: string): string {
  const kept =
    text.length > LONGEST_READ ? `${text.slice(0, LONGEST_READ / 2)} ${text.slice(-LONGEST_READ / 2)}` : text;
  return kept
    .normalize('NFKC')
    .replace(/[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]/g, '')
    .replace(/[‘’ʼ`´]/g, "'")
    .toLowerCase()
    .replace(/([a-z])\1{2,}/g, '$1$1');
}

/** Lower case words of letters and digits; apostrophes stay inside a word. */
export const split = (text: string): string[] => cleaned(text).match(/[a-z0-9]+(?:'[a-z]+)*|[\p{L}\p{N}]+/gu) ?? [];
