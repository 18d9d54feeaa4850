import { findPolicies, firstPolicy, type PolicyPlace } from '../policies.ts';

/** What the commands take to say which policy is meant. */
export const POLICY_OPTIONS = { policy: { type: 'string' }, policies: { type: 'string', multiple: true } } as const;
type Chosen = { readonly policy?: string | undefined; readonly policies?: readonly string[] | undefined };

/** The policy of that id, or all where none is named. @throws where there is no such policy */
export function choosePolicies({ policy, policies }: Chosen): readonly PolicyPlace[] {
  const all = findPolicies(policies);
  if (policy === undefined) return all;
  const place = all.find(({ id }) => id === policy);
  if (!place) throw new Error(`There is no policy "${policy}". There are: ${all.map(({ id }) => id).join(', ')}.`);
  return [place];
}

/** The policy of that id, or the first where none is named. @throws where there is no such policy */
export const choosePolicy = (chosen: Chosen): PolicyPlace =>
  chosen.policy === undefined ? firstPolicy : (choosePolicies(chosen)[0] ?? firstPolicy);
