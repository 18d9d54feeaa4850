import { never } from '../never.ts';
import type { RuleId } from '../ids.ts';
import { isOver, type SchoolDay } from '../schoolDay.ts';
import type { Answer, Citation, Clarify, Guidance, PolicyMark } from './answer.ts';
import { type About, displayOf, type Policy, sectionOf, type Situation } from './policy.ts';

/** The most quotes an answer carries. */
export const MOST_CITATIONS = 5;

export type Sources = {
  readonly policy: Policy;
  readonly guidance: ReadonlyMap<string, Guidance>;
  /** Stands on every answer that the policy does not give. */
  readonly standingLine: string;
};

/**
 * The answer to a situation, word for word from content.
 *
 * @param also  further clauses that may apply, best first; quoted after the situation's first
 */
export function answerTo(situation: Situation, sources: Sources, on: SchoolDay, also: readonly RuleId[] = []): Answer {
  const { policy } = sources;
  const [first, ...others] = situation.cites;
  const rules = [...new Set([...(first ? [first] : []), ...also, ...others])].slice(0, MOST_CITATIONS);
  const common = {
    situation: situation.id,
    headline: situation.headline,
    citations: rules.map((rule) => cite(policy, rule, situation.verdict === 'not-covered')),
    exceptions: situation.exceptions.flatMap((rule) =>
      (policy.clauses.get(rule)?.exceptions ?? []).map((quote) => ({ rule, quote })),
    ),
    next: situation.next,
    policy: markOf(policy.about, on),
    guidance: situation.guidance.map((id) => find(sources.guidance, id)),
  };
  const clarify = clarifyOf(situation);
  const { standingLine } = sources;
  switch (situation.verdict) {
    case 'emergency':
      if (!situation.emergency) throw new Error(`Situation "${situation.id}" does not say which emergency it is`);
      return {
        ...common,
        kind: 'emergency',
        verdict: situation.verdict,
        emergency: situation.emergency,
        actNow: common.guidance,
        guidance: [],
        clarify: null,
        standingLine,
      };
    case 'not-covered':
      return { ...common, kind: 'not-covered', verdict: situation.verdict, clarify, standingLine };
    case 'prohibited':
    case 'required':
    case 'report':
    case 'ask-headteacher':
    case 'allowed':
    case 'allowed-with-conditions':
    case 'advice':
    case 'information':
      return { ...common, kind: 'ruling', verdict: situation.verdict, clarify };
    default:
      return never(situation.verdict);
  }
}

/** Version and review, as they stand on a day. The policy stays the policy until it is replaced. */
export function markOf({ id, title, version }: About, on: SchoolDay): PolicyMark {
  const overdue = isOver(version.nextReviewMonth, on);
  const review = overdue
    ? `its review was due in ${version.nextReview} and is overdue; it holds until it is replaced`
    : `its next review is due in ${version.nextReview}`;
  return {
    id,
    title,
    version: version.number,
    lastReview: version.lastReview,
    nextReview: version.nextReview,
    overdue,
    sentence: `${title}, version ${version.number}, last reviewed in ${version.lastReview}; ${review}.`,
  };
}

function cite({ clauses }: Policy, rule: RuleId, nearest: boolean): Citation {
  const clause = find(clauses, rule);
  return { rule, section: sectionOf(clause), quote: clause.text, display: displayOf(clause.text), nearest };
}

const clarifyOf = ({ clarify }: Situation): Clarify | null =>
  clarify
    ? { ask: clarify.ask, choices: clarify.choices.map(({ situation, label }) => ({ id: situation, label })) }
    : null;

function find<Id extends string, T>(map: ReadonlyMap<Id, T>, id: Id): T {
  const found = map.get(id);
  if (found === undefined) throw new Error(`Content names "${id}", which is not there`);
  return found;
}
