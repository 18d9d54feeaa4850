import type { FeatureKey } from './features.ts';

/** One labelled question, made ready. `situation` is a place in the list of situations. */
export type Example = {
  readonly features: ReadonlySet<FeatureKey>;
  readonly situation: number;
};

/**
 * What the situations have in common (a first rule, a verdict, a concept): for each situation, places in one list. A word that
 * speaks for one situation so speaks for its kin as well, and a rule is known by all the ways of asking about it.
 */
export type Kinship = { readonly traits: number; readonly of: readonly (readonly number[])[] };

export type TrainingPlan = {
  /** So many readings are learnt, each from another shuffle, and their mean is kept: a good part of what is chance in one goes. */
  readonly readings: number;
  /** For each reading. */
  readonly epochs: number;
  readonly rate: number;
  /** A feature seen in fewer examples is left out. */
  readonly fewest: number;
  readonly seed: number;
};

/** A linear reading: what each feature adds to each situation. */
export type Weights = {
  readonly keys: readonly FeatureKey[];
  /** Per feature, how telling it is: inverse document frequency. */
  readonly telling: Float32Array;
  /** A row of `situations` numbers for every key. */
  readonly rows: Float32Array;
  readonly situations: number;
};

/**
 * Multinomial logistic regression by stochastic gradient descent (AdaGrad), with weights for traits: a situation's weight is the
 * sum of its traits'. The same examples in the same order give the same weights: the only chance in it is seeded shuffles.
 */
export function train(examples: readonly Example[], kinship: Kinship, plan: TrainingPlan): Weights {
  const seenIn = new Map<FeatureKey, number>();
  for (const { features } of examples) for (const key of features) seenIn.set(key, (seenIn.get(key) ?? 0) + 1);
  const keys = [...seenIn].filter(([, times]) => times >= plan.fewest).map(([key]) => key);
  keys.sort((a, b) => a - b);
  const placeOf = new Map(keys.map((key, place) => [key, place]));
  const telling = Float32Array.from(keys, (key) => Math.log(1 + examples.length / (seenIn.get(key) ?? 1)));
  const lessons = examples.map(({ features, situation }) => ({
    vector: vectorOf(features, placeOf, telling),
    situation,
  }));

  const { traits } = kinship;
  const byTraits = new Float32Array(keys.length * traits);
  const rows = new Float32Array(keys.length * kinship.of.length);
  for (let reading = 0; reading < plan.readings; reading++) {
    byTraits.fill(0);
    descend(byTraits, lessons, kinship, plan, seeded(plan.seed + reading));
    addBySituation(rows, byTraits, kinship, 1 / plan.readings);
  }
  return { keys, telling, rows, situations: kinship.of.length };
}

/** @param rows  nothing but noughts; afterwards what each feature adds to each trait */
function descend(
  rows: Float32Array,
  lessons: readonly { readonly vector: Vector; readonly situation: number }[],
  { traits, of }: Kinship,
  { epochs, rate }: TrainingPlan,
  random: () => number,
): void {
  // So small a start makes the first step of a weight a full one, whatever its slope: measured better than a cautious start.
  const steps = new Float32Array(rows.length).fill(1e-6);
  const order = lessons.map((_lesson, place) => place);
  const scores = new Float32Array(of.length);
  const byTrait = new Float32Array(traits);
  const touched = new Int32Array(traits);
  for (let epoch = 0; epoch < epochs; epoch++) {
    shuffle(order, random);
    for (const place of order) {
      const lesson = lessons[place];
      if (!lesson) continue;
      const { vector, situation } = lesson;
      byTrait.fill(0);
      addScaled(byTrait, rows, vector);
      for (let at = 0; at < of.length; at++) scores[at] = sumOf(byTrait, of[at] ?? []);
      softmax(scores);
      scores[situation] = (scores[situation] ?? 0) - 1;
      byTrait.fill(0);
      for (let at = 0; at < of.length; at++) {
        const error = scores[at] ?? 0;
        // Most situations are nowhere near; leaving them out saves most of the time.
        if (!isSlope(error)) continue;
        for (const trait of of[at] ?? []) byTrait[trait] = (byTrait[trait] ?? 0) + error;
      }
      let many = 0;
      for (let trait = 0; trait < traits; trait++) if (isSlope(byTrait[trait] ?? 0)) touched[many++] = trait;
      const some = touched.subarray(0, many);
      for (let at = 0; at < vector.rows.length; at++) {
        step(rows, steps, (vector.rows[at] ?? 0) * traits, byTrait, some, vector.values[at] ?? 0, rate);
      }
    }
  }
}

function sumOf(values: Float32Array, places: readonly number[]): number {
  let sum = 0;
  for (let at = 0; at < places.length; at++) sum += values[places[at] ?? 0] ?? 0;
  return sum;
}

/** Adds to `rows` the traits' weights added up by situation, so that a reading needs to know nothing of traits. */
function addBySituation(rows: Float32Array, byTraits: Float32Array, { traits, of }: Kinship, share: number): void {
  for (let row = 0; row * traits < byTraits.length; row++) {
    const from = byTraits.subarray(row * traits, (row + 1) * traits);
    for (let at = 0; at < of.length; at++) {
      const to = row * of.length + at;
      rows[to] = (rows[to] ?? 0) + share * sumOf(from, of[at] ?? []);
    }
  }
}

/** The places of a text's features and what each weighs. */
type Vector = { readonly rows: Int32Array; readonly values: Float32Array };

/** The known features, weighed by how telling they are, of length 1. */
function vectorOf(
  features: ReadonlySet<FeatureKey>,
  placeOf: ReadonlyMap<FeatureKey, number>,
  telling: Float32Array,
): Vector {
  const found = [...features].flatMap((key) => placeOf.get(key) ?? []);
  const length = Math.sqrt(found.reduce((squares, row) => squares + (telling[row] ?? 0) ** 2, 0)) || 1;
  return {
    rows: Int32Array.from(found),
    values: Float32Array.from(found, (row) => (telling[row] ?? 0) / length),
  };
}

/** Adds a text's rows of `from` to `into`, four at a time: a quarter of the whole time saved. */
function addScaled(into: Float32Array, from: Float32Array, { rows, values }: Vector): void {
  const row = (at: number): number => (rows[at] ?? 0) * into.length;
  const fours = rows.length - (rows.length % 4);
  for (let at = 0; at < fours; at += 4) {
    const [a, b, c, d] = [row(at), row(at + 1), row(at + 2), row(at + 3)];
    const [byA, byB, byC, byD] = [values[at] ?? 0, values[at + 1] ?? 0, values[at + 2] ?? 0, values[at + 3] ?? 0];
    for (let to = 0; to < into.length; to++) {
      into[to] =
        (into[to] ?? 0) +
        byA * (from[a + to] ?? 0) +
        byB * (from[b + to] ?? 0) +
        byC * (from[c + to] ?? 0) +
        byD * (from[d + to] ?? 0);
    }
  }
  for (let at = fours; at < rows.length; at++) {
    const by = values[at] ?? 0;
    for (let to = 0; to < into.length; to++) into[to] = (into[to] ?? 0) + by * (from[row(at) + to] ?? 0);
  }
}

/** Less than this moves no weight: leaving it out saves a fifth of the time, and answers are no worse. */
const SLIGHT = 1e-4;
const isSlope = (slope: number): boolean => slope >= SLIGHT || slope <= -SLIGHT;

/** @param some  traits that may have a slope: no value is above 1, so the others have none */
function step(
  rows: Float32Array,
  steps: Float32Array,
  offset: number,
  errors: Float32Array,
  some: Int32Array,
  value: number,
  rate: number,
): void {
  for (const at of some) {
    const slope = (errors[at] ?? 0) * value;
    if (!isSlope(slope)) continue;
    const sum = (steps[offset + at] ?? 0) + slope * slope;
    steps[offset + at] = sum;
    rows[offset + at] = (rows[offset + at] ?? 0) - (rate * slope) / Math.sqrt(sum);
  }
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

export function shuffle(items: number[], random: () => number): void {
  for (let at = items.length - 1; at > 0; at--) {
    const other = Math.floor(random() * (at + 1));
    const kept = items[at] ?? 0;
    items[at] = items[other] ?? 0;
    items[other] = kept;
  }
}
