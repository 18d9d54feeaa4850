import { createHash } from 'node:crypto';
import type { RuleId } from '../ids.ts';
import type { Clause } from './policy.ts';

/** Which policy applied on the day of a report, and which of its rules. */
export type AppliedPolicy = {
  readonly id: string;
  readonly version: string;
  readonly rules: readonly RuleId[];
};

export type Clauses = ReadonlyMap<RuleId, Clause>;

/** SHA-256 over what can be quoted of a policy: the id, place and wording of each clause, in their order. */
export const fingerprintOfClauses = (clauses: Clauses): string =>
  createHash('sha256')
    .update(
      JSON.stringify(
        [...clauses.values()].map(({ id, section, sectionTitle, part = '', text }) => [
          id,
          section,
          sectionTitle,
          part,
          text,
        ]),
      ),
    )
    .digest('hex');
