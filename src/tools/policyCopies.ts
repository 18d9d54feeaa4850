import type { Reader } from '../core/policy/words.ts';
import type { Gist } from '../core/policy/narrowing.ts';
import type { Held } from '../flows/policies.ts';
import type { PolicyPlace, PolicySource } from '../policies.ts';

/**
 * Many policies out of one, to measure with: each copy is asked about in words of its own. Most of its words no other copy
 * has; the others it shares with a family of ten, as a school's policies share theirs.
 */
export type Copies = {
  readonly places: readonly PolicyPlace[];
  readonly source: PolicySource;
  /** A question as it would be asked of that copy; 0 is the first policy itself. */
  asked(this: void, question: string, copy: number): string;
  plain(this: void, question: string): string;
};

const FAMILY = 10;
/** Shorter stems are words that everybody uses. */
const OWN_FROM = 4;
const MARK = /^\u2020(\d+) /;

type Original = {
  readonly first: Held;
  /** Called for each copy, so that each takes the time and the memory of a policy. */
  readonly load: () => Held;
  readonly gist: Gist;
};

/** @param size  how many policies there are to be, the first included */
export function copiesOf(size: number, { first, load, gist }: Original): Copies {
  const { reader } = first.index;
  const places = [first.id, ...Array.from({ length: size - 1 }, (_one, at) => `copy-${at + 1}`)].map((id) => ({
    id,
    folder: '',
  }));
  const numberOf = (id: string): number => Number(/^copy-(\d+)$/.exec(id)?.[1] ?? 0);
  const renamed = (stem: string, copy: number): string => {
    if (stem.length < OWN_FROM || copy === 0) return stem;
    const isOwn = (stem.codePointAt(1) ?? 0) % 4 !== 0;
    return isOwn ? `${stem}-${copy}` : `${stem}-family-${Math.floor(copy / FAMILY)}`;
  };
  const plain = (question: string): string => question.replace(MARK, '');
  return {
    places,
    plain,
    asked: (question, copy) => `\u2020${copy} ${question}`,
    source: {
      reader: {
        ...reader,
        read(question) {
          const copy = Number(MARK.exec(question)?.[1] ?? 0);
          const reading = reader.read(plain(question));
          return { ...reading, stems: reading.stems.map((stem) => renamed(stem, copy)) };
        },
        spelt: (question) => reader.spelt(plain(question)),
      },
      load(place) {
        const held = place.id === first.id ? first : load();
        // A copy stands as near to a question as its original does: only words tell them apart.
        const bare: Reader = {
          ...reader,
          read: (question) => reader.read(plain(question)),
          spelt: (question) => reader.spelt(plain(question)),
        };
        const index = { ...held.index, reader: bare };
        return { ...held, index, id: place.id };
      },
      gist: ({ id }) => ({
        ...gist,
        policy: id,
        words: Object.fromEntries(
          Object.entries(gist.words).map(([stem, share]) => [renamed(stem, numberOf(id)), share]),
        ),
      }),
    },
  };
}
