import {
  bothReadings,
  learnPlaces,
  packPlaces,
  type Placed,
  type PlaceRows,
  readPlacing,
} from '../../../src/core/policy/placing.ts';
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
const read = (rows: PlaceRows) => readPlacing(packPlaces(rows), 3);

describe('learning from places', () => {
  it('knows a place that it has not seen by what stands near it', async () => {
    const placing = read(await learn(examples));
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
    const runtime = read(await learnPlacesApart({ examples, plan: PLAN }, 3));
    const plain = read(await learn(examples));
    for (const middle of MIDDLES) {
      const place = near(middle);
      for (const [at, value] of runtime.likelihoods(place).entries()) {
        expect(value).toBeCloseTo(plain.likelihoods(place)[at] ?? NaN, 3);
      }
    }
  });

  it('says of two readings that share some numbers what both say on average', async () => {
    // Of four numbers, one reading takes the first three, the other the first two and the last.
    const [one, other] = [
      (place: Float32Array) => place.slice(0, 3),
      (place: Float32Array) => place.filter((_n, at) => at !== 2),
    ];
    const learnFrom = (part: typeof one) =>
      learn(examples.map(({ place, situation }) => ({ place: part(place), situation })));
    const [first, second] = [await learnFrom(one), await learnFrom(other)];
    const both = read(bothReadings(first, second, 2));
    // In between, where neither reading is sure: where both are, twice as sure would look the same.
    for (const between of [
      [1, 1, 0, 0.3],
      [1, 0, 1, 0.3],
      [0, 1, 1, 0.3],
      [1, 1, 1, 0.3],
    ]) {
      const place = toLengthOne(Float32Array.from(between));
      const [said, alsoSaid] = [read(first).likelihoods(one(place)), read(second).likelihoods(other(place))];
      const mean = said.map((value, at) => Math.sqrt(value * (alsoSaid[at] ?? 0)));
      const all = mean.reduce((sum, value) => sum + value, 0);
      for (const [at, value] of both.likelihoods(place).entries()) expect(value).toBeCloseTo((mean[at] ?? 0) / all, 2);
    }
  });

  it('refuses a stored result that is cut short, or is for another number of situations', async () => {
    const learnt = packPlaces(await learn(examples));
    expect(() => readPlacing({ ...learnt, amounts: learnt.amounts.slice(0, 8) }, 3)).toThrow(/cut short/);
    expect(() => readPlacing(learnt, 4)).toThrow(/cut short/);
  });
});
