import { Tensor } from 'onnxruntime-node';
import { adam } from '../core/policy/placing.ts';
import { seeded, shuffle } from '../core/policy/train.ts';
import { type Given, numbersOf, sessionOf } from './runtime.ts';
import { isOfReading, partsOf, type Sizes, slopeOf, type StepPlan, writeTuningStep } from './tuningStep.ts';
import { putFloats, toFloats, type Weights } from './weights.ts';

/** A labelled text as the last layer meets it. */
export type Met = {
  /** Its tokens one after the other, in 16-bit floats: those of all texts are held at once. */
  readonly tokens: Uint16Array;
  /** What was heard of it before, drawn apart. */
  readonly heard: Float32Array;
  readonly situation: number;
};

export type TuningPlan = StepPlan & {
  readonly epochs: number;
  /** Texts that are looked at between two steps. */
  readonly batch: number;
  /** Of the layer, which knows much already; it falls to nothing by the end, as the other does. */
  readonly rate: number;
  /** Of the reading beside it, which begins with nothing. */
  readonly rateOfReading: number;
  /** Draws the reading's weights towards nothing. */
  readonly shrink: number;
  readonly seed: number;
};

/** Parts by name, as `partsOf` gives them. */
export type Fitted = {
  readonly parts: ReadonlyMap<string, Float32Array>;
  /** Mean loss of each epoch. */
  readonly losses: readonly number[];
};

/**
 * Fits the last layer to texts whose situations are known, together with a reading of what was heard before it and of the
 * places that it gives. The same texts in the same order give the same, to the byte, on one machine.
 *
 * @param start  the layer as it is
 * @param say  told now and then how far it is
 */
export async function fit(
  texts: readonly Met[],
  start: Weights,
  sizes: Sizes,
  plan: TuningPlan,
  say: (progress: string) => void = () => undefined,
): Promise<Fitted> {
  const step = await stepper(sizes, plan);
  const parts = new Map(
    [...partsOf(sizes)].map(([name, shape]) => [
      name,
      isOfReading(name) ? new Float32Array(shape.reduce((all, size) => all * size, 1)) : toFloats(start.get(name)),
    ]),
  );
  const steps = [...parts].map(([name, values]) => ({
    slopes: slopeOf(name),
    take: adam(values, { shrink: isOfReading(name) ? plan.shrink : 0 }),
    rate: isOfReading(name) ? plan.rateOfReading : plan.rate,
  }));
  const random = seeded(plan.seed);
  const middle = await middleOf(batchesOf(texts, plan.batch, random).slice(0, ENOUGH), parts, sizes, step);
  const all = plan.epochs * Math.ceil(texts.length / plan.batch);
  const losses: number[] = [];
  let taken = 0;
  for (let epoch = 0; epoch < plan.epochs; epoch++) {
    let [loss, seen] = [0, 0];
    for (const batch of batchesOf(texts, plan.batch, random)) {
      const given = await step(batch, parts, middle);
      const share = (1 - taken / all) * Math.min(1, (taken + 1) / (all * WARMS_UP));
      for (const { slopes, take, rate } of steps) take(numbersOf(given, slopes), 1 / batch.length, rate * share);
      loss += numbersOf(given, 'loss')[0] ?? 0;
      seen += batch.length;
      taken++;
      if (taken % SAYS_EVERY === 0) say(`step ${taken} of ${all}, mean loss ${(loss / seen).toFixed(3)}`);
    }
    losses.push(loss / seen);
  }
  return { parts, losses };
}

/** Batches from which the middle of places is taken: it need not be known to the last digit. */
const ENOUGH = 32;
/** Share of all steps in which the rate rises to its full size. */
const WARMS_UP = 0.05;
const SAYS_EVERY = 50;
/** So many batches' worth of texts are sorted by length, so that hardly any is filled up, and hardly any two keep company. */
const SORTED_TOGETHER = 20;

/** Every text once, in batches of texts about as long as each other, by chance otherwise. */
function batchesOf(texts: readonly Met[], size: number, random: () => number): readonly (readonly Met[])[] {
  const order = texts.map((_text, at) => at);
  shuffle(order, random);
  const shuffled = order.flatMap((at) => texts[at] ?? []);
  const batches: (readonly Met[])[] = [];
  for (let from = 0; from < shuffled.length; from += size * SORTED_TOGETHER) {
    const some = shuffled.slice(from, from + size * SORTED_TOGETHER);
    some.sort((one, other) => one.tokens.length - other.tokens.length);
    for (let at = 0; at < some.length; at += size) batches.push(some.slice(at, at + size));
  }
  const turn = batches.map((_batch, at) => at);
  shuffle(turn, random);
  return turn.flatMap((at) => (batches[at] ? [batches[at]] : []));
}

type Parts = ReadonlyMap<string, Float32Array>;
type Step = (batch: readonly Met[], parts: Parts, middle: Float32Array) => Promise<Given>;

/** Does the sums of a step. */
export async function stepper(sizes: Sizes, plan: StepPlan): Promise<Step> {
  // A test holds two threads to the same bytes twice.
  const session = await sessionOf(writeTuningStep(sizes, plan), 2);
  const shapes = partsOf(sizes);
  const { width, heard } = sizes;
  return (batch, parts, middle) => {
    const most = Math.max(...batch.map(({ tokens }) => tokens.length)) / width;
    const tokens = new Float32Array(batch.length * most * width);
    const shares = new Float32Array(batch.length * most);
    const before = new Float32Array(batch.length * heard);
    for (const [at, text] of batch.entries()) {
      const many = text.tokens.length / width;
      putFloats(text.tokens, tokens, at * most * width);
      shares.fill(1 / many, at * most, at * most + many);
      before.set(text.heard, at * heard);
    }
    return session.run({
      tokens: new Tensor('float32', tokens, [batch.length, most, width]),
      shares: new Tensor('float32', shares, [batch.length, most]),
      heard: new Tensor('float32', before, [batch.length, heard]),
      middle: new Tensor('float32', middle, [width]),
      right: new Tensor(
        'int64',
        BigInt64Array.from(batch, ({ situation }) => BigInt(situation)),
        [batch.length],
      ),
      ...Object.fromEntries(
        [...parts].map(([name, values]) => [name, new Tensor('float32', values, [...(shapes.get(name) ?? [])])]),
      ),
    });
  };
}

async function middleOf(
  batches: readonly (readonly Met[])[],
  parts: Parts,
  { width }: Sizes,
  step: Step,
): Promise<Float32Array> {
  const middle = new Float32Array(width);
  const texts = batches.reduce((sum, batch) => sum + batch.length, 0);
  for (const batch of batches) {
    for (const [at, value] of numbersOf(await step(batch, parts, middle), 'places').entries()) {
      middle[at % width] = (middle[at % width] ?? 0) + value / texts;
    }
  }
  return middle;
}
