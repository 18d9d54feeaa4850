import { z } from 'zod';
import { readRuleId, type RuleId } from '../ids.ts';
import type { Answer } from './answer.ts';
import { type Policy, sectionOf } from './policy.ts';

/** Why there is a rule, in the policy's own words: part of a clause, word for word. */
export type Reason = { readonly rule: RuleId; readonly section: string; readonly quote: string };

export type Reasons = {
  /** The policy's reasons for the rules that an answer rests on, those that are about them alone first. */
  of(answer: Answer): readonly Reason[];
};

const stored = z.array(
  z.strictObject({ for: z.array(z.string()).min(1), clause: z.string(), quote: z.string().min(1) }),
);

/** More than these are a lecture. */
const MOST_REASONS = 2;

/** @throws where a reason is not, word for word, in the clause that it names, or is for a rule that is not there */
export function readReasons(content: unknown, { clauses }: Policy): Reasons {
  const clauseOf = (id: string) => {
    const rule = readRuleId(id);
    const clause = rule === null ? undefined : clauses.get(rule);
    if (!clause) throw new Error(`A reason names clause "${id}", which the policy does not have`);
    return clause;
  };
  const reasons = stored.parse(content).map((one) => {
    const clause = clauseOf(one.clause);
    if (!clause.text.includes(one.quote)) throw new Error(`Clause ${clause.id} does not say "${one.quote}"`);
    const rules = new Set(one.for.map((id) => clauseOf(id).id));
    return { rules, reason: { rule: clause.id, section: sectionOf(clause), quote: one.quote } };
  });
  return {
    of({ citations }) {
      const cited = citations.filter(({ nearest }) => !nearest).map(({ rule }) => rule);
      return reasons
        .filter(({ rules }) => cited.some((rule) => rules.has(rule)))
        .sort((one, other) => one.rules.size - other.rules.size)
        .map(({ reason }) => reason)
        .filter(({ quote }, at, all) => all.findIndex((other) => other.quote === quote) === at)
        .slice(0, MOST_REASONS);
    },
  };
}
