import { z } from 'zod';
import { IMAGERY_KIND, STOP_KINDS } from './draft.ts';
import { type IncidentForm, inputsOf } from './forms.ts';

/** One card on a phone: more inputs than this are not filled in. */
const MOST_INPUTS = 7;
/** Keeps the largest report well inside one storage row, and the form that comes back with a problem inside one card. */
const MOST_TEXT = 4_000;

const words = z.string().trim().min(1).max(300);
// Labels and titles are shown where a client may read Markdown, so they hold none.
const label = words.max(120).regex(/^[^*_`[\]<>#\\]+$/, 'has a sign that a card would read as markup');
const code = z.string().regex(/^[a-z][a-z0-9-]{0,39}$/, 'is not lower-case letters, digits and hyphens');

const common = { id: code, label, hint: words.optional(), required: z.boolean() };
const input = z.discriminatedUnion('type', [
  z.strictObject({
    ...common,
    type: z.literal('text'),
    multiline: z.boolean(),
    maxLength: z.int().min(1).max(MOST_TEXT),
  }),
  z.strictObject({
    ...common,
    type: z.literal('choice'),
    many: z.boolean(),
    choices: z.array(z.strictObject({ code, label })).min(2),
  }),
  z.strictObject({ ...common, type: z.literal('date') }),
]);

/** National guidance, or a service outside the school: never without where and when it was read. */
export const sourced = {
  sources: z.array(z.strictObject({ name: words, url: z.url({ protocol: /^https?$/ }) })).min(1),
  checkedOn: z.iso.date(),
};

const form = z.strictObject({
  kind: code,
  version: z.int().min(1),
  title: label.max(60),
  summary: words,
  listed: z.boolean(),
  clauses: z.array(z.string().regex(/^\d+(\.[a-z0-9]+)+$/i)).min(1),
  audience: z.enum(['triage', 'head', 'safeguarding']),
  doNow: z.array(words).min(1),
  doNot: z.array(words).min(1),
  national: z.strictObject({ lines: z.array(words).min(1), ...sourced }).optional(),
  services: z.array(code).optional(),
  siteSteps: z.boolean().optional(),
  inputs: z.array(input).min(1).max(MOST_INPUTS),
  more: z.array(input).max(MOST_INPUTS).optional(),
});

/** Names every form that is not as it must be, and where. */
export class FormsError extends Error {
  override readonly name = 'FormsError';
  readonly problems: readonly string[];
  constructor(problems: readonly string[]) {
    super(`The incident forms cannot be used:\n${problems.map((problem) => `- ${problem}`).join('\n')}`);
    this.problems = problems;
  }
}

/**
 * Reads the question sets of `content/incidents`, each one file's JSON. Their order is the order of the list of kinds.
 *
 * @throws FormsError with all that is wrong at once: a shape, a kind or code given twice, more text than fits
 */
export function readForms(json: readonly unknown[]): readonly IncidentForm[] {
  const problems: string[] = [];
  const forms = json.flatMap((one, at): IncidentForm[] => {
    const read = form.safeParse(one);
    if (read.success) return [read.data];
    for (const { path, message } of read.error.issues)
      problems.push(`form ${at + 1}, ${path.join('.') || 'whole'}: ${message}`);
    return [];
  });
  problems.push(...twice(forms.map(({ kind }) => kind)).map((kind) => `The kind "${kind}" is given twice.`));
  for (const one of forms) problems.push(...problemsIn(one));
  if (forms.length > 0 && !forms.some(({ listed }) => listed)) problems.push('No form is listed: nobody could report.');
  if (problems.length > 0) throw new FormsError(problems);
  return forms;
}

/** @throws FormsError where it has not the shape of a form; what holds of the forms of today is not asked of it */
export function readFormShape(json: unknown): IncidentForm {
  const read = form.safeParse(json);
  if (read.success) return read.data;
  throw new FormsError(read.error.issues.map(({ path, message }) => `${path.join('.') || 'whole'}: ${message}`));
}

function problemsIn(form: IncidentForm): readonly string[] {
  const { kind, listed, audience, more = [] } = form;
  const inputs = inputsOf(form);
  const stops = STOP_KINDS.includes(kind);
  const codes = inputs.flatMap((one) =>
    one.type === 'choice' ? twice(one.choices.map((choice) => choice.code)).map((c) => `${one.id}: ${c}`) : [],
  );
  const text = inputs.reduce((sum, one) => sum + (one.type === 'text' ? one.maxLength : 0), 0);
  return [
    ...twice(inputs.map(({ id }) => id)).map((id) => `${kind}: the input "${id}" is given twice.`),
    ...codes.map((one) => `${kind}: the code "${one}" is given twice.`),
    ...(text > MOST_TEXT ? [`${kind}: its texts take ${text} characters together; at most ${MOST_TEXT} fit.`] : []),
    ...(inputs.some(({ required }) => required)
      ? []
      : [`${kind}: no input is required, so an empty form could be sent.`]),
    ...(more.some(({ required }) => required)
      ? [`${kind}: the second card asks for something, and nobody has to open it.`]
      : []),
    ...(listed === stops
      ? [`${kind}: a kind is listed, or a safety answer leads to it: it is ${listed ? 'both' : 'neither'}.`]
      : []),
    ...(stops && audience === 'triage' ? [`${kind}: no picture of it is taken, so it is not for triage either.`] : []),
    // UKCIS 2024: to the safeguarding lead, every time. Content has no say in that.
    ...(kind === IMAGERY_KIND && audience !== 'safeguarding' ? [`${kind}: it goes to the safeguarding lead.`] : []),
  ];
}

const twice = (names: readonly string[]): readonly string[] => [
  ...new Set(names.filter((name, at) => names.indexOf(name) !== at)),
];
