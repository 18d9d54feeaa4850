import { createHash } from 'node:crypto';
import type { IncidentForm } from './forms.ts';
import { FormsError, readFormShape } from './readForms.ts';

/**
 * SHA-256 over what somebody who opens a report sees of its form. A form whose fingerprint changed is another version: the
 * old one is kept, so that a report is always shown with the questions of its day. Where a kind goes to, and which
 * services are offered today, is no part of it.
 */
export function fingerprintOfForm(form: IncidentForm): string {
  const { kind, title, summary, clauses, doNow, doNot, national, inputs, more = [] } = form;
  const seen = [kind, title, summary, clauses, doNow, doNot, national?.lines ?? [], inputs, more];
  return createHash('sha256')
    .update(JSON.stringify(seen.map(inOrder)))
    .digest('hex');
}

/** The order in which a file names the parts of a thing changes nothing. */
function inOrder(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inOrder);
  if (typeof value !== 'object' || value === null) return value;
  return Object.entries(value)
    .filter(([, part]) => part !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, part]) => [name, inOrder(part)]);
}

/**
 * Reads forms that are asked no more, and are kept for the reports that were made with them.
 *
 * @throws FormsError where one is no form, is there twice, or is not older than the one of today
 */
export function readEarlierForms(json: readonly unknown[], today: readonly IncidentForm[]): readonly IncidentForm[] {
  const forms = json.map(readFormShape);
  const problems = forms.flatMap(({ kind, version }, at): readonly string[] => {
    const now = today.find((form) => form.kind === kind);
    return [
      ...(forms.findIndex((one) => one.kind === kind && one.version === version) === at
        ? []
        : [`Version ${version} of "${kind}" is kept twice.`]),
      ...(now === undefined || version < now.version
        ? []
        : [`Version ${version} of "${kind}" is kept as an earlier one, and today's is ${now.version}.`]),
    ];
  });
  if (problems.length > 0) throw new FormsError(problems);
  return forms;
}

/** The form as it was asked, by its version; failing that, the one of today, which `isOfDay` tells. */
export function formOfDay(
  forms: readonly IncidentForm[],
  { kind, formVersion }: { readonly kind: string; readonly formVersion: number },
): { readonly form: IncidentForm; readonly isOfDay: boolean } | null {
  const sameKind = forms.filter((form) => form.kind === kind);
  const [newest] = [...sameKind].sort((a, b) => b.version - a.version);
  const form = sameKind.find(({ version }) => version === formVersion) ?? newest;
  return form === undefined ? null : { form, isOfDay: form.version === formVersion };
}

/** Fingerprints by name and version, as `content/earlier/fingerprints.json` keeps them. */
export type Fingerprints = Readonly<Record<string, Readonly<Record<string, string>>>>;

/**
 * What stands under a version with which it was not written down: somebody changed it and did not raise the version.
 *
 * @param where  the folder in which the old one is to be kept, for the sentence
 */
export function notRaised(
  things: readonly { readonly name: string; readonly version: string; readonly fingerprint: string }[],
  known: Fingerprints,
  where: string,
): readonly string[] {
  return things.flatMap(({ name, version, fingerprint }) => {
    const written = known[name]?.[version];
    if (written === fingerprint) return [];
    return written === undefined
      ? [`Version ${version} of "${name}" is new: write its fingerprint down, ${fingerprint}.`]
      : [`"${name}" has changed and is still version ${version}. Keep the old one in ${where}, and raise the version.`];
  });
}
