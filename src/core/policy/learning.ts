import { createHash } from 'node:crypto';
import { featuresOf } from './features.ts';
import { type Packed, pack } from './model.ts';
import type { Policy } from './policy.ts';
import { type Example, train, type TrainingPlan } from './train.ts';
import type { Reader } from './words.ts';

/** How somebody asked, and which situation it is. */
export type Phrasing = { readonly q: string; readonly s: string };

/** Settled by leaving one writer out at a time; see docs/eval-log.md. */
export const TRAINING: TrainingPlan = { epochs: 12, rate: 0.4, decay: 1e-5, fewest: 2, seed: 20 };

/** How much a situation's own words count beside a writer's phrasing. */
const BRIEF = 1;
const CLAUSE = 0.3;

/** Labelled questions from content: the briefs, the headlines, the clauses, and every writer's phrasings. */
export function examplesOf(policy: Policy, phrasings: readonly Phrasing[], reader: Reader): Example[] {
  const ids = [...policy.situations.keys()];
  const placeOf = new Map(ids.map((id, place) => [id, place]));
  const example = (text: string, situation: number, weight: number): Example => ({
    features: featuresOf(reader.read(text)),
    situation,
    weight,
  });
  const own = [...policy.situations.values()].flatMap(({ brief, cites, verdict }, place) => {
    const clause = verdict === 'not-covered' ? undefined : policy.clauses.get(cites[0] ?? ('' as never));
    return [example(brief, place, BRIEF), ...(clause ? [example(clause.text, place, CLAUSE)] : [])];
  });
  const written = phrasings.map(({ q, s }) => {
    const place = placeOf.get(s);
    if (place === undefined) throw new Error(`A phrasing names situation "${s}", which is not there: ${q}`);
    return example(q, place, 1);
  });
  return [...own, ...written];
}

/** Learns from content; the same content gives the same result, to the byte. */
export function learn(policy: Policy, phrasings: readonly Phrasing[], reader: Reader, plan = TRAINING): Packed {
  const ids = [...policy.situations.keys()];
  return pack(
    train(examplesOf(policy, phrasings, reader), ids.length, plan),
    ids,
    fingerprintOf([policy.about, ids, phrasings, plan]),
  );
}

/** Stands in the stored result, to tell at once whether content has changed since. */
export const fingerprintOf = (content: unknown): string =>
  createHash('sha256').update(JSON.stringify(content)).digest('hex').slice(0, 32);
