import formTemplate from '../../cards/form.json' with { type: 'json' };
import kind from '../../cards/kind.json' with { type: 'json' };
import { type Draft, STOP_KINDS } from '../core/report/draft.ts';
import {
  type FormAnswers,
  type FormInput,
  type FormProblem,
  type IncidentForm,
  OTHER_KIND,
} from '../core/report/forms.ts';
import { stageOf } from './draftStage.ts';
import { type CardData, type CardJson, fills } from './fill.ts';
import { nationalOf } from './signpostWords.ts';

const fillKind = fills(kind);
const fillForm = fills(formTemplate);

/** The form's inputs travel under this prefix, so that they can never stand in for `verb` or `draft`. */
export const FORM_PREFIX = 'f.';

/**
 * What kind of thing happened, the commonest first. From an answer, the kinds to which its rule applies come before the
 * others, those whose first rule it is foremost, and the first of them stands chosen until the person says otherwise. At the end stand those of which no picture
 * is taken: one who said "no" too early still finds the way.
 *
 * @param kindWords  said where the report is about the person
 */
export function kindCard(draft: Draft, forms: readonly IncidentForm[], kindWords = ''): CardJson {
  const { fromRule } = draft;
  const place = ({ clauses }: IncidentForm) => (fromRule === undefined ? -1 : clauses.indexOf(fromRule));
  const fits = (form: IncidentForm) => place(form) >= 0 && form.kind !== OTHER_KIND;
  const listed = forms.filter((form) => form.listed);
  const fitting = listed.filter(fits).sort((a, b) => place(a) - place(b));
  const kinds = [
    ...fitting,
    ...listed.filter((form) => !fits(form)),
    ...STOP_KINDS.flatMap((stop) => forms.filter((form) => form.kind === stop)),
  ].map((form) => ({ kind: form.kind, title: form.title }));
  const before = kinds.find((form) => form.kind === draft.kind);
  return fillKind({
    draft: draft.id,
    stage: stageOf(draft, 'kind'),
    kindWords,
    fromRule:
      fromRule === undefined || fitting.length === 0
        ? ''
        : `You come from rule ${fromRule} of the policy: what it applies to stands first. Choose another if that fits better.`,
    kinds,
    chosen: (before ?? fitting[0])?.kind ?? null,
  });
}

/**
 * The form of one kind, filled with what was typed; each problem stands above its input.
 *
 * @param again.typed    defaults to the draft's answers
 * @param again.problem  a sentence about the whole card, such as storage being down
 */
export function formCard(draft: Draft, form: IncidentForm, again: FormAgain = {}): CardJson {
  const problems = again.problems ?? [];
  return fillForm({
    draft: draft.id,
    stage: stageOf(draft, 'form'),
    kind: form.kind,
    page: 'first',
    title: form.title,
    summary: form.summary,
    problem: again.problem ?? problemsInAll(problems.length),
    doNow: form.doNow,
    doNot: form.doNot,
    ...nationalOf(form.national),
    inputs: formInputs(form, again.typed ?? draft.answers, problems),
    hasMore: (form.more ?? []).length > 0,
    mayChangeKind: form.listed,
  });
}

/** What a form card comes back with. */
export type FormAgain = {
  readonly problems?: readonly FormProblem[];
  readonly typed?: FormAnswers;
  readonly problem?: string;
};

/** The second card of a form, for those who know more. */
export function moreCard(draft: Draft, form: IncidentForm, again: FormAgain = {}): CardJson {
  const problems = again.problems ?? [];
  return fillForm({
    draft: draft.id,
    stage: stageOf(draft, 'more'),
    kind: form.kind,
    page: 'more',
    title: 'More, if you know it',
    summary: 'Nothing here has to be answered. Press “Go on” at any point.',
    problem: again.problem ?? problemsInAll(problems.length),
    doNow: [],
    doNot: [],
    ...nationalOf(undefined),
    inputs: formInputs({ inputs: form.more ?? [] }, again.typed ?? draft.answers, problems),
    hasMore: false,
    mayChangeKind: false,
  });
}

const problemsInAll = (count: number): string =>
  count === 0
    ? ''
    : count === 1
      ? 'One answer needs another look. Nothing else was lost.'
      : `${count} answers need another look. Nothing else was lost.`;

/** The inputs of a form as a template takes them, filled with what was typed. */
export const formInputs = (
  form: Pick<IncidentForm, 'inputs'>,
  typed: FormAnswers,
  problems: readonly FormProblem[] = [],
): readonly CardData[] =>
  form.inputs.map((input) => ({
    type: input.type,
    id: `${FORM_PREFIX}${input.id}`,
    label: input.required ? input.label : `${input.label} (optional)`,
    hint: input.hint ?? '',
    required: input.required,
    errorMessage: input.required ? `Please answer “${input.label}”.` : null,
    problem: problems.find(({ input: id }) => id === input.id)?.sentence ?? '',
    ...asTyped(input, typed[input.id] ?? ''),
  }));

/** Up to this many choices are shown at once; more open as a list, which a phone shows in its own way. */
const MOST_CHOICES_SHOWN = 4;

function asTyped(input: FormInput, value: string): CardData {
  switch (input.type) {
    case 'text':
      // A client cuts a value to `maxLength`: one that is too long comes back whole, to be shortened by its writer.
      return {
        multiline: input.multiline,
        maxLength: value.length > input.maxLength ? null : input.maxLength,
        value: value === '' ? null : value,
      };
    case 'choice': {
      const codes = (input.many ? value.split(',') : [value]).filter((code) =>
        input.choices.some((choice) => choice.code === code),
      );
      const shown = input.many || input.choices.length <= MOST_CHOICES_SHOWN;
      return {
        many: input.many,
        style: shown ? 'expanded' : 'compact',
        placeholder: shown ? null : 'Choose one',
        choices: input.choices,
        value: codes.length === 0 ? null : codes.join(','),
      };
    }
    case 'date':
      return { value: /^\d{4}-\d{2}-\d{2}$/.test(value) ? value : null };
  }
}
