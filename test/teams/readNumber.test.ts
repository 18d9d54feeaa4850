import { readNumber } from '../../src/teams/readNumber.ts';

describe('a number on a card', () => {
  it.each([
    [3, 3],
    ['3', 3],
    ['12', 12],
  ])('%j is %d', (value, number) => expect(readNumber(value)).toBe(number));

  it.each([
    [true],
    [false],
    [''],
    [' '],
    [null],
    [undefined],
    [[1]],
    [{}],
    [0],
    ['0'],
    [-1],
    [1.5],
    ['1e1'],
    ['0x1'],
    [NaN],
  ])('%j is none', (value) => expect(readNumber(value)).toBeNull());
});
