/** Tunes a tiny layer in a thread of its own, where the runtime can work: within jest it knows no arrays. */
import { parentPort } from 'node:worker_threads';
import { seeded } from '../../../src/core/policy/train.ts';
import { numbersOf } from '../../../src/encoder/runtime.ts';
import { fit, type Met, stepper } from '../../../src/encoder/tuning.ts';
import { partsOf, type Sizes, slopeOf } from '../../../src/encoder/tuningStep.ts';
import { toHalves, type Weights } from '../../../src/encoder/weights.ts';

export type Found = {
  /** Of each part: how long its slopes are, and how much the loss rises for a step along them. */
  readonly slopes: readonly { readonly name: string; readonly length: number; readonly rise: number }[];
  /** The largest difference of a number in a text's place, when it is filled up beside longer ones. */
  readonly farthest: number;
  readonly losses: readonly number[];
  /** Names of parts that came out otherwise when the same was fitted again. */
  readonly otherwise: readonly string[];
};

const SIZES: Sizes = { width: 8, heads: 2, wide: 12, heard: 5, situations: 4 };
const PLAN = { smoothing: 0.1, spread: 3, epsilon: 1e-12 };
const TUNING = { ...PLAN, epochs: 6, batch: 8, rate: 0.01, rateOfReading: 0.05, shrink: 1e-5, seed: 4 };

const random = seeded(7);
const chance = (many: number, size: number): Float32Array =>
  Float32Array.from({ length: many }, () => (random() - 0.5) * 2 * size);

const parts = new Map(
  [...partsOf(SIZES)].map(([name, shape]) => [
    name,
    chance(
      shape.reduce((all, size) => all * size, 1),
      0.7,
    ).map((value) => (name.endsWith('LayerNorm.weight') ? 1 + value / 2 : value)),
  ]),
);
const start: Weights = {
  get: (name) => ({ shape: partsOf(SIZES).get(name) ?? [], halves: toHalves(parts.get(name) ?? new Float32Array()) }),
};
const met = (tokens: number, situation: number): Met => ({
  tokens: toHalves(chance(tokens * SIZES.width, 1).map((value) => value + situation / 2)),
  heard: chance(SIZES.heard, 1),
  situation,
});

const texts = [met(3, 0), met(1, 1), met(5, 2), met(4, 3), met(2, 0)];
const middle = chance(SIZES.width, 0.2);
const step = await stepper(SIZES, PLAN);

const given = await step(texts, parts, middle);
const slopes: Found['slopes'][number][] = [];
for (const [name, values] of parts) {
  const own = numbersOf(given, slopeOf(name));
  const length = Math.hypot(...own);
  const lossAt = async (far: number): Promise<number> => {
    const moved = values.map((value, at) => value + (far * (own[at] ?? 0)) / length);
    return numbersOf(await step(texts, new Map([...parts, [name, moved]]), middle), 'loss')[0] ?? NaN;
  };
  const FAR = 0.02;
  slopes.push({ name, length, rise: ((await lossAt(FAR)) - (await lossAt(-FAR))) / (2 * FAR) });
}

const together = numbersOf(given, 'places');
let farthest = 0;
for (const [at, text] of texts.entries()) {
  const alone = numbersOf(await step([text], parts, middle), 'places');
  for (const [number, value] of alone.entries()) {
    farthest = Math.max(farthest, Math.abs(value - (together[at * SIZES.width + number] ?? NaN)));
  }
}

const many = Array.from({ length: 40 }, (_none, at) => met(1 + (at % 6), at % 4));
const fitted = await fit(many, start, SIZES, TUNING);
const again = await fit(many, start, SIZES, TUNING);
const bytesOf = (values: Float32Array | undefined): string =>
  values === undefined ? '' : Buffer.from(values.buffer, values.byteOffset, values.byteLength).toString('base64');
const otherwise = [...fitted.parts].flatMap(([name, values]) =>
  bytesOf(values) === bytesOf(again.parts.get(name)) ? [] : [name],
);
parentPort?.postMessage({ slopes, farthest, losses: fitted.losses, otherwise } satisfies Found);
