import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readClauses } from './core/policy/policy.ts';
import type { Clauses } from './core/policy/policyVersions.ts';
import type { IncidentForm } from './core/report/forms.ts';
import { readEarlierForms } from './core/report/formVersions.ts';

/** What the house said before: for reports that were made then. */
export type Earlier = {
  readonly forms: readonly IncidentForm[];
  /** `null` where that version is not kept. */
  readonly clauses: (policy: string, version: string) => Clauses | null;
};

export const earlierFolder = join(import.meta.dirname, 'content/earlier');
const jsonIn = (folder: string): readonly string[] =>
  existsSync(folder)
    ? readdirSync(folder)
        .filter((name) => name.endsWith('.json'))
        .sort()
        .map((name) => join(folder, name))
    : [];
const read = (file: string): unknown => JSON.parse(readFileSync(file, 'utf8'));

/**
 * Reads `incidents/<kind>.<version>.json` and `policy/<policy>/<version>.json`, each as it stood when a newer one took its
 * place; of a policy its clauses alone.
 *
 * @throws where one of them cannot be read: a report must not be shown with something else in its place
 */
export function readEarlier(today: readonly IncidentForm[], folder = earlierFolder): Earlier {
  const policies = join(folder, 'policy');
  const versions = (existsSync(policies) ? readdirSync(policies, { withFileTypes: true }) : [])
    .filter((entry) => entry.isDirectory())
    .flatMap(({ name }) =>
      jsonIn(join(policies, name)).map((file): readonly [string, Clauses] => [
        file.slice(policies.length + 1, -'.json'.length).replaceAll('\\', '/'),
        readClauses(read(file)),
      ]),
    );
  const kept = new Map(versions);
  return {
    forms: readEarlierForms(jsonIn(join(folder, 'incidents')).map(read), today),
    clauses: (policy, version) => kept.get(`${policy}/${version}`) ?? null,
  };
}
