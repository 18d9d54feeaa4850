import { learnPlaces, type Placed, readPlacing } from '../../../src/core/policy/placing.ts';
import { seeded } from '../../../src/core/policy/train.ts';
import { toLengthOne } from '../../../src/core/policy/meaning.ts';

const PLAN = { epochs: 5, batch: 8, rate: 0.05, shrink: 1e-5, spread: 8, seed: 1 };
const random = seeded(3);
const near = (middle: readonly number[]) =>
  toLengthOne(Float32Array.from(middle, (value) => value + (random() - 0.5) / 4));
const MIDDLES = [
  [1, 0, 0, 0.2],
  [0, 1, 0, 0.2],
  [0, 0, 1, 0.2],
];
const examples: readonly Placed[] = Array.from({ length: 150 }, (_one, at) => ({
  place: near(MIDDLES[at % 3] ?? []),
  situation: at % 3,
}));

describe('learning from places', () => {
  const learnt = learnPlaces(examples, 3, PLAN);

  it('knows a place that it has not seen by what stands near it', () => {
    const placing = readPlacing(learnt, 3);
    for (const [situation, middle] of MIDDLES.entries()) {
      const likely = placing.likelihoods(near(middle));
      expect(likely.reduce((sum, value) => sum + value, 0)).toBeCloseTo(1, 5);
      expect(likely.indexOf(Math.max(...likely))).toBe(situation);
    }
  });

  it('gives the same from the same, to the byte, and something else from something else', () => {
    expect(learnPlaces(examples, 3, PLAN)).toEqual(learnt);
    expect(learnPlaces(examples.slice(0, 100), 3, PLAN)).not.toEqual(learnt);
  });

  it('refuses a stored result that is cut short, or is for another number of situations', () => {
    expect(() => readPlacing({ ...learnt, amounts: learnt.amounts.slice(0, 8) }, 3)).toThrow(/cut short/);
    expect(() => readPlacing(learnt, 4)).toThrow(/cut short/);
  });
});
