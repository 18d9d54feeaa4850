import { createHash } from 'node:crypto';
import { featuresOf } from './features.ts';
import { type Known, type Likeness, likenessTo } from './likeness.ts';
import { type Meaning, meaningOf } from './meaning.ts';
import { type Packed, pack } from './model.ts';
import type { Policy } from './policy.ts';
import { learnPlaces, type PlacingPlan } from './placing.ts';
import { type Kinship, train, type TrainingPlan } from './train.ts';
import { type Speller, SPELLING, spellerOf } from './spelling.ts';
import { type Reader, split, type Words } from './words.ts';
import type { WordVectors } from './wordVectors.ts';

/** How somebody asked, and which situation it is. */
export type Phrasing = { readonly q: string; readonly s: string };

/** Settled by leaving one writer out at a time; see docs/eval-log.md. */
export const TRAINING: TrainingPlan = { epochs: 8, rate: 0.1, fewest: 4, seed: 20 };

/** Settled on writers and scenes that were left out; see docs/decisions/a-sentence-encoder.md. */
export const PLACING: PlacingPlan = { epochs: 5, batch: 128, rate: 0.01, shrink: 1e-5, spread: 8, seed: 20 };

/** With few phrasings, so many are looked at all the same: a small policy is gone through more often. */
const LEAST_LOOKED_AT = 60_000;
const LEAST_PLACED = 60_000;
const often = <Plan extends { readonly epochs: number }>(plan: Plan, least: number, phrasings: number): Plan =>
  plan.epochs * phrasings >= least ? plan : { ...plan, epochs: Math.ceil(least / Math.max(1, phrasings)) };

/** Puts slips right from the words of the phrasings themselves. */
export function spellerFrom(phrasings: readonly Phrasing[], isOrdinary: (word: string) => boolean): Speller {
  const counts = new Map<string, number>();
  for (const { q } of phrasings) for (const word of split(q)) counts.set(word, (counts.get(word) ?? 0) + 1);
  return spellerOf(counts, isOrdinary);
}

/** What is known of how people ask: made from content at the start, and what the training learns from. */
export type Knowledge = {
  readonly known: readonly Known[];
  readonly meaning: Meaning;
  readonly likeness: Likeness;
};

/** @throws where a phrasing names a situation that is not there */
export function gatherKnowledge(
  policy: Policy,
  phrasings: readonly Phrasing[],
  reader: Reader,
  vectors: WordVectors,
): Knowledge {
  const placeOf = new Map([...policy.situations.keys()].map((id, place) => [id, place]));
  const known = [...ownWords(policy), ...phrasings].map(({ q, s }) => {
    const situation = placeOf.get(s);
    if (situation === undefined) throw new Error(`A phrasing names situation "${s}", which is not there: ${q}`);
    return { text: q, reading: reader.read(q), situation };
  });
  const meaning = meaningOf(
    known.map(({ reading }) => reading),
    vectors,
  );
  return { known, meaning, likeness: likenessTo(known, policy.situations.size, meaning) };
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

/**
 * Learns from content; the same content gives the same result, to the byte.
 *
 * @param places  of the known phrasings among English sentences, in their order; none where there is no encoder
 */
export function learn(
  policy: Policy,
  { known, meaning }: Knowledge,
  reader: Reader,
  learntFrom: string,
  plan = TRAINING,
  places: readonly Float32Array[] = [],
): Packed {
  const examples = known.map(({ reading, situation }) => ({
    features: featuresOf(reading),
    meaning: meaning.of(reading),
    situation,
  }));
  const ids = [...policy.situations.keys()];
  if (places.length !== 0 && places.length !== known.length) throw new Error('As many places as phrasings are wanted');
  const placed = known.flatMap(({ situation }, at) => {
    const place = places[at];
    return place ? [{ place, situation }] : [];
  });
  return pack(
    train(examples, kinshipOf(policy, reader), plan === TRAINING ? often(plan, LEAST_LOOKED_AT, known.length) : plan),
    ids,
    learntFrom,
    placed.length === 0 ? undefined : learnPlaces(placed, ids.length, often(PLACING, LEAST_PLACED, placed.length)),
  );
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
  vectors: WordVectors,
  encoder: string,
  plan = TRAINING,
): string {
  return createHash('sha256')
    .update(
      JSON.stringify([
        ownWords(policy),
        phrasings.map(({ q, s }) => [q, s]),
        words,
        vectors.fingerprint,
        often(plan, LEAST_LOOKED_AT, phrasings.length),
        encoder,
        often(PLACING, LEAST_PLACED, phrasings.length),
        SPELLING,
      ]),
    )
    .digest('hex')
    .slice(0, 32);
}
