import { z } from 'zod';
import type { IncidentForm } from './forms.ts';
import { inputsOf } from './forms.ts';
import { sourced } from './readForms.ts';
import { SITE_INPUT, type Signposts } from './signposts.ts';

const words = z.string().trim().min(1).max(300);
const code = z.string().regex(/^[a-z][a-z0-9-]{0,39}$/);

const sites = z.strictObject({
  before: words,
  after: z.array(words).min(1),
  sites: z.array(z.strictObject({ code, name: words, steps: z.array(words).min(1), ...sourced })).min(1),
});
const services = z.array(
  z.strictObject({ id: code, name: words, use: words, reach: words, limits: words.optional(), ...sourced }),
);
const support = z.strictObject({
  title: words,
  kindWords: words,
  inSchool: z.array(words).min(1),
  policy: z.strictObject({ words, clauses: z.array(z.string().regex(/^\d+(\.[a-z0-9]+)+$/i)).min(1) }),
  outside: z.strictObject({ lines: z.array(words).min(1), ...sourced }),
});

/** Says all that is wrong with them at once. */
export class SignpostsError extends Error {
  override readonly name = 'SignpostsError';
  readonly problems: readonly string[];
  constructor(problems: readonly string[]) {
    super(`The signposts cannot be used:\n${problems.map((problem) => `- ${problem}`).join('\n')}`);
    this.problems = problems;
  }
}

/**
 * Reads the three files of `content/signposts` and holds them against the forms.
 *
 * @throws SignpostsError  a shape; a service that a form names and nobody knows, or that no form names; a site that a form
 *   offers without steps for it
 */
export function readSignposts(
  json: { readonly sites: unknown; readonly services: unknown; readonly support: unknown },
  forms: readonly IncidentForm[],
): Signposts {
  const read = z.strictObject({ sites, services, support }).safeParse(json);
  if (!read.success)
    throw new SignpostsError(read.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`));
  const problems = [...servicesAmiss(read.data, forms), ...sitesAmiss(read.data, forms)];
  if (problems.length > 0) throw new SignpostsError(problems);
  return read.data;
}

function servicesAmiss({ services: known }: Signposts, forms: readonly IncidentForm[]): readonly string[] {
  const ids = known.map(({ id }) => id);
  const named = forms.flatMap(({ kind, services: wanted = [] }) => wanted.map((id) => ({ kind, id })));
  return [
    ...named
      .filter(({ id }) => !ids.includes(id))
      .map(({ kind, id }) => `${kind} names the service "${id}", which is not there.`),
    ...ids
      .filter((id) => !named.some((one) => one.id === id))
      .map((id) => `No kind of report names the service "${id}".`),
    ...ids.filter((id, at) => ids.indexOf(id) !== at).map((id) => `The service "${id}" is given twice.`),
  ];
}

function sitesAmiss({ sites: known }: Signposts, forms: readonly IncidentForm[]): readonly string[] {
  const codes = known.sites.map((site) => site.code);
  return [
    ...codes.filter((one, at) => codes.indexOf(one) !== at).map((one) => `The site "${one}" is given twice.`),
    ...forms
      .filter(({ siteSteps }) => siteSteps === true)
      .flatMap((form) => {
        const input = inputsOf(form).find(({ id }) => id === SITE_INPUT);
        if (input?.type !== 'choice') return [`${form.kind} has steps for sites, and does not ask which site it is.`];
        return input.choices
          .filter((choice) => !codes.includes(choice.code))
          .map((choice) => `${form.kind} offers "${choice.code}", and there are no steps for it.`);
      }),
  ];
}
