import { learnPlaces, type Placed, readPlacing } from '../../../src/core/policy/placing.ts';
import { seeded } from '../../../src/core/policy/train.ts';
import { toLengthOne } from '../../../src/core/policy/place.ts';
import { learnPlacesApart } from '../../../src/tools/learnApart.ts';
import { plainSlopes } from '../../builders/slopes.ts';

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

const learn = (some: readonly Placed[]) => learnPlaces(some, 3, PLAN, plainSlopes);

describe('learning from places', () => {
  it('knows a place that it has not seen by what stands near it', async () => {
    const placing = readPlacing(await learn(examples), 3);
    for (const [situation, middle] of MIDDLES.entries()) {
      const likely = placing.likelihoods(near(middle));
      expect(likely.reduce((sum, value) => sum + value, 0)).toBeCloseTo(1, 5);
      expect(likely.indexOf(Math.max(...likely))).toBe(situation);
    }
  });

  it('gives the same from the same, to the byte, and something else from something else', async () => {
    const learnt = await learn(examples);
    expect(await learn(examples)).toEqual(learnt);
    expect(await learn(examples.slice(0, 100))).not.toEqual(learnt);
  });

  it('comes to the same with the sums of the runtime', async () => {
    const runtime = readPlacing(await learnPlacesApart({ examples, plan: PLAN }, 3), 3);
    const plain = readPlacing(await learn(examples), 3);
    for (const middle of MIDDLES) {
      const place = near(middle);
      for (const [at, value] of runtime.likelihoods(place).entries()) {
        expect(value).toBeCloseTo(plain.likelihoods(place)[at] ?? NaN, 3);
      }
    }
  });

  it('refuses a stored result that is cut short, or is for another number of situations', async () => {
    const learnt = await learn(examples);
    expect(() => readPlacing({ ...learnt, amounts: learnt.amounts.slice(0, 8) }, 3)).toThrow(/cut short/);
    expect(() => readPlacing(learnt, 4)).toThrow(/cut short/);
  });
});
