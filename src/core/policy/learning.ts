import { createHash } from 'node:crypto';
import { featuresOf } from './features.ts';
import type { Policy } from './policy.ts';
import type { Placed, PlacingPlan } from './placing.ts';
import type { Example, Kinship, TrainingPlan } from './train.ts';
import { SPELLING, type WordCounts } from './spelling.ts';
import { type Reader, type Reading, split, type Words } from './words.ts';

/** How somebody asked, and which situation it is. */
export type Phrasing = { readonly q: string; readonly s: string };

/** Settled by leaving one writer out at a time; see docs/eval-log.md. */
export const TRAINING: TrainingPlan = { readings: 3, epochs: 3, rate: 0.1, fewest: 4, seed: 20 };

/** Settled on writers and scenes that were left out; see docs/decisions/a-sentence-encoder.md. */
export const PLACING: PlacingPlan = { epochs: 5, batch: 128, rate: 0.01, shrink: 1e-5, spread: 8, seed: 20 };

/** With few phrasings, so many are looked at all the same: a small policy is gone through more often. */
const LEAST_LOOKED_AT = 60_000;
const LEAST_PLACED = 60_000;
const often = <Plan extends { readonly epochs: number }>(plan: Plan, least: number, phrasings: number): Plan =>
  plan.epochs * phrasings >= least ? plan : { ...plan, epochs: Math.ceil(least / Math.max(1, phrasings)) };

/** With many phrasings, a feature in fewer than one of so many tells nothing more: leaving it out halves what is stored. */
const ONE_IN = 4_500;
const forSoMany = (plan: TrainingPlan, phrasings: number): TrainingPlan => ({
  ...often(plan, LEAST_LOOKED_AT, phrasings),
  fewest: Math.max(plan.fewest, Math.round(phrasings / ONE_IN)),
});

/** How often each word stands in them. */
export function countWords(phrasings: readonly Phrasing[]): WordCounts {
  const counts = new Map<string, number>();
  for (const { q } of phrasings) for (const word of split(q)) counts.set(word, (counts.get(word) ?? 0) + 1);
  return counts;
}

/** A phrasing, ready to be learnt from. `situation` is a place in the list of situations. */
export type Known = { readonly text: string; readonly reading: Reading; readonly situation: number };

/** What content itself says of each situation, and the phrasings. @throws where one names a situation that is not there */
export function readKnown(policy: Policy, phrasings: readonly Phrasing[], reader: Reader): readonly Known[] {
  const placeOf = new Map([...policy.situations.keys()].map((id, place) => [id, place]));
  return [...ownWords(policy), ...phrasings].map(({ q, s }) => {
    const situation = placeOf.get(s);
    if (situation === undefined) throw new Error(`A phrasing names situation "${s}", which is not there: ${q}`);
    return { text: q, reading: reader.read(q), situation };
  });
}

/** Kin are situations that share a rule, a verdict, a section, an emergency or a concept of their briefs. */
export function kinshipOf(policy: Policy, reader: Reader): Kinship {
  const places = new Map<string, number>();
  const placeOf = (trait: string): number => {
    const place = places.get(trait) ?? places.size;
    places.set(trait, place);
    return place;
  };
  const of = [...policy.situations.values()].map(({ id, brief, cites, verdict, emergency }) => {
    const [first = 'none', ...others] = cites;
    return [
      `situation ${id}`,
      `verdict ${verdict}`,
      `first rule ${first}`,
      `first rule and verdict ${first} ${verdict}`,
      `part ${first.split('.').slice(0, 2).join('.')}`,
      ...others.slice(0, 2).map((rule) => `further rule ${rule}`),
      ...(emergency ? [`emergency ${emergency}`] : []),
      ...reader.read(brief).concepts.map((concept) => `concept ${concept}`),
    ].map(placeOf);
  });
  return { traits: places.size, of };
}

/**
 * What content itself says of a situation: its brief, its headline, and the rule that it rests on. People who have read the
 * policy ask in its words.
 */
function ownWords({ situations, clauses }: Policy): Phrasing[] {
  const ruled = new Set<string>();
  return [...situations.values()].flatMap(({ id, brief, headline, cites, verdict }) => {
    const rule = verdict === 'not-covered' || verdict === 'emergency' ? undefined : cites[0];
    const clause = rule === undefined || ruled.has(rule) ? undefined : clauses.get(rule);
    if (clause) ruled.add(clause.id);
    return [brief, ...(rule === undefined ? [] : [headline]), ...(clause ? [clause.text] : [])].map((q) => ({
      q,
      s: id,
    }));
  });
}

/** What `train` learns from: of words alone. */
export type WordLesson = {
  readonly examples: readonly Example[];
  readonly kinship: Kinship;
  readonly plan: TrainingPlan;
};

export const wordLesson = (policy: Policy, known: readonly Known[], reader: Reader, plan = TRAINING): WordLesson => ({
  examples: known.map(({ reading, situation }) => ({ features: featuresOf(reading), situation })),
  kinship: kinshipOf(policy, reader),
  plan: plan === TRAINING ? forSoMany(plan, known.length) : plan,
});

/** What `learnPlaces` learns from. */
export type PlaceLesson = { readonly examples: readonly Placed[]; readonly plan: PlacingPlan };

/** @param places  of the known texts, in their order */
export function placeLesson(known: readonly Known[], places: readonly Float32Array[], plan = PLACING): PlaceLesson {
  if (places.length !== known.length) throw new Error('As many places as phrasings are wanted');
  return {
    examples: known.flatMap(({ situation }, at) => (places[at] ? [{ place: places[at], situation }] : [])),
    plan: plan === PLACING ? often(plan, LEAST_PLACED, known.length) : plan,
  };
}

/**
 * Stands in the stored result, to tell at once whether content has changed since.
 *
 * @param encoder  tells one sentence encoder from another
 */
export function fingerprintOf(
  policy: Policy,
  phrasings: readonly Phrasing[],
  words: Words,
  encoder: string,
  plan = TRAINING,
): string {
  return createHash('sha256')
    .update(
      JSON.stringify([
        ownWords(policy),
        phrasings.map(({ q, s }) => [q, s]),
        words,
        forSoMany(plan, phrasings.length),
        encoder,
        often(PLACING, LEAST_PLACED, phrasings.length),
        SPELLING,
      ]),
    )
    .digest('hex')
    .slice(0, 32);
}
