import fc from 'fast-check';
import { ordinaryWords, spellerOf } from '../../../src/core/policy/spelling.ts';
import { cleaned } from '../../../src/core/policy/words.ts';
import { readForTraining } from '../../../src/policies.ts';

const counts = new Map([
  ['facebook', 900],
  ['school', 2000],
  ['governors', 90],
  ['class', 300],
  ['just', 400],
  ['says', 500],
  ['little', 200],
  ['littel', 9],
]);
const words = new Set(['muck', 'scold', 'clap', 'schools']);
const speller = spellerOf(counts, (word) => words.has(word) || (counts.get(word) ?? 0) > 50);

describe('a slip of the keys', () => {
  it.each([
    ['facbook', 'facebook'],
    ['faecbook', 'facebook'],
    ['goveners', 'governors'],
    ['scool', 'school'],
    ['clas', 'class'],
    ['jsut', 'just'],
    ['littel', 'little'],
  ])('"%s" is "%s"', (typed, meant) => {
    expect(speller.correct(typed)).toBe(meant);
  });

  it.each(['muck', 'sats', 'clap', 'teh', 'xbox', 'it', "don't", 'büro', '1234', ''])('"%s" is left alone', (typed) => {
    expect(speller.correct(typed)).toBe(typed);
  });

  it('is put right once and for all: what was meant stays as it is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 14 }), (typed) => {
        const meant = speller.correct(typed);
        expect(speller.correct(meant)).toBe(meant);
      }),
    );
  });
});

describe('the dictionary', () => {
  it('knows words by their endings, and names', () => {
    const isWord = ordinaryWords({ aff: 'SET UTF-8\nSFX S Y 1\nSFX S 0 s .\n', dic: '2\ngate/S\nAnna\n' });
    expect(['gate', 'gates', 'anna', 'gats', 'annas'].map(isWord)).toEqual([true, true, true, false, false]);
  });
});

describe('the words of our own phrasings', () => {
  const { reader } = readForTraining();

  it('put a question right as staff type it on a phone', () => {
    expect(reader.spelt('Pupil askd to add me on snapchatt, can i accpet?')).toBe(
      'pupil asked to add me on snapchat, can i accept?',
    );
  });

  it('take no word of English for another', () => {
    const plain = "muck, lice, tits, noose, weed, barge, sausages and the vicar's solicitors";
    expect(reader.spelt(plain)).toBe(plain);
  });

  it('change nothing but words', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (typed) => {
        const bare = (text: string): string => text.replace(/[a-z0-9']+/g, '#');
        expect(bare(reader.spelt(typed))).toBe(bare(cleaned(typed)));
      }),
    );
  });
});
