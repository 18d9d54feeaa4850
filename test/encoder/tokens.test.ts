import { middleLeftOut, tokenCutter } from '../../src/encoder/tokens.ts';

const cut = tokenCutter();

/** 101 and 102 frame every text; the numbers are line numbers of the vocabulary of BERT base, uncased. */
describe('the cutter of tokens', () => {
  it.each([
    ['', [101, 102]],
    ['hello world', [101, 7592, 2088, 102]],
    ['a head teacher rang', [101, 1037, 2132, 3836, 8369, 102]],
    ['Café, please!', [101, 7668, 1010, 3531, 999, 102]],
  ])('cuts %j as the network was taught', (text, ids) => {
    expect(cut(text)).toEqual(ids);
  });

  it('cuts a word that it does not know into pieces, and gives up on endless ones', () => {
    expect(cut('unfriending').length).toBeGreaterThan(3);
    expect(cut('x'.repeat(200))).toEqual([101, 100, 102]);
  });

  it.each(['🙈', '\u202eabc', 'هل يمكنني', '\u0000', '\ud800', '<script>', '[CLS] [MASK]'])('takes %j', (text) => {
    expect(cut(text).every((id) => Number.isInteger(id) && id >= 0 && id < 30_522)).toBe(true);
  });

  it('keeps the beginning and the end of a long story', () => {
    const ids = middleLeftOut(cut(`first ${'then '.repeat(500)} last`));
    expect(ids).toHaveLength(128);
    expect([ids[0], ids[1], ids.at(-2), ids.at(-1)]).toEqual([101, 2034, 2197, 102]);
  });
});
