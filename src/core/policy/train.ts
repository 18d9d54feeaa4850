import type { FeatureKey } from './features.ts';

/** One labelled question, made ready. `situation` is a place in the list of situations. */
export type Example = {
  readonly features: ReadonlySet<FeatureKey>;
  readonly situation: number;
  readonly weight: number;
};

export type TrainingPlan = {
  readonly epochs: number;
  readonly rate: number;
  /** Pulls weights towards nothing, so that chance words carry little. */
  readonly decay: number;
  /** A feature seen in fewer examples is left out. */
  readonly fewest: number;
  readonly seed: number;
};

/** A linear reading: what each feature adds to each situation. */
export type Weights = {
  readonly keys: readonly FeatureKey[];
  /** Per feature, how telling it is: inverse document frequency. */
  readonly telling: Float32Array;
  /** `keys.length` rows of `situations` numbers. */
  readonly rows: Float32Array;
  readonly situations: number;
};

/**
 * Multinomial logistic regression by stochastic gradient descent (AdaGrad). The same examples in the same order give the same
 * weights: the only chance in it is a seeded shuffle.
 */
export function train(examples: readonly Example[], situations: number, plan: TrainingPlan): Weights {
  const seenIn = new Map<FeatureKey, number>();
  for (const { features } of examples) for (const key of features) seenIn.set(key, (seenIn.get(key) ?? 0) + 1);
  const keys = [...seenIn].filter(([, times]) => times >= plan.fewest).map(([key]) => key);
  keys.sort((a, b) => a - b);
  const placeOf = new Map(keys.map((key, place) => [key, place]));
  const telling = Float32Array.from(keys, (key) => Math.log(1 + examples.length / (seenIn.get(key) ?? 1)));
  const vectors = examples.map(({ features }) => vectorOf(features, placeOf, telling));

  const rows = new Float32Array(keys.length * situations);
  const steps = new Float32Array(keys.length * situations).fill(1e-6);
  const order = examples.map((_example, place) => place);
  const random = seeded(plan.seed);
  const scores = new Float32Array(situations);
  for (let epoch = 0; epoch < plan.epochs; epoch++) {
    shuffle(order, random);
    for (const place of order) {
      const vector = vectors[place];
      const example = examples[place];
      if (!vector || !example) continue;
      scores.fill(0);
      for (const [row, value] of vector) addScaled(scores, rows, row * situations, value);
      softmax(scores);
      scores[example.situation] = (scores[example.situation] ?? 0) - 1;
      for (const [row, value] of vector) {
        const from = row * situations;
        for (let at = 0; at < situations; at++) {
          const slope = (scores[at] ?? 0) * value * example.weight + plan.decay * (rows[from + at] ?? 0);
          if (Math.abs(slope) < 1e-5) continue;
          const step = (steps[from + at] ?? 0) + slope * slope;
          steps[from + at] = step;
          rows[from + at] = (rows[from + at] ?? 0) - (plan.rate * slope) / Math.sqrt(step);
        }
      }
    }
  }
  return { keys, telling, rows, situations };
}

/** Features that are known, weighed by how telling they are, of length 1. */
export function vectorOf(
  features: ReadonlySet<FeatureKey>,
  placeOf: ReadonlyMap<FeatureKey, number>,
  telling: Float32Array,
): readonly (readonly [row: number, value: number])[] {
  const found: [number, number][] = [];
  let squares = 0;
  for (const key of features) {
    const row = placeOf.get(key);
    if (row === undefined) continue;
    const value = telling[row] ?? 0;
    squares += value * value;
    found.push([row, value]);
  }
  const length = Math.sqrt(squares) || 1;
  return found.map(([row, value]) => [row, value / length]);
}

function addScaled(into: Float32Array, from: Float32Array, offset: number, by: number): void {
  for (let at = 0; at < into.length; at++) into[at] = (into[at] ?? 0) + by * (from[offset + at] ?? 0);
}

export function softmax(scores: Float32Array): void {
  let highest = -Infinity;
  for (const score of scores) if (score > highest) highest = score;
  let sum = 0;
  for (let at = 0; at < scores.length; at++) {
    const value = Math.exp((scores[at] ?? 0) - highest);
    scores[at] = value;
    sum += value;
  }
  for (let at = 0; at < scores.length; at++) scores[at] = (scores[at] ?? 0) / sum;
}

/** A small generator of numbers from 0 to 1, the same for the same seed (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

function shuffle(items: number[], random: () => number): void {
  for (let at = items.length - 1; at > 0; at--) {
    const other = Math.floor(random() * (at + 1));
    const kept = items[at] ?? 0;
    items[at] = items[other] ?? 0;
    items[other] = kept;
  }
}
