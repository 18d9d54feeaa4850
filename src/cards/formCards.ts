import formTemplate from '../../cards/form.json' with { type: 'json' };
import kind from '../../cards/kind.json' with { type: 'json' };
import kindMany from '../../cards/kind-many.json' with { type: 'json' };
import type { Draft } from '../core/report/draft.ts';
import type { FormAnswers, FormInput, FormProblem, IncidentForm } from '../core/report/forms.ts';
import { stageOf } from './draftStage.ts';
import { type CardData, type CardJson, fills } from './fill.ts';

const fillKind = fills(kind);
const fillKindMany = fills(kindMany);
const fillForm = fills(formTemplate);

/** A card holds six buttons, and one of them deletes the draft. */
const MOST_KIND_BUTTONS = 5;
/** The form's inputs travel under this prefix, so that they can never stand in for `verb` or `draft`. */
export const FORM_PREFIX = 'f.';

/** What kind of thing happened: a button each, or a list of choices where there are more than buttons fit. */
export function kindCard(draft: Draft, forms: readonly IncidentForm[]): CardJson {
  const kinds = forms.filter(({ listed }) => listed).map(({ kind, title, summary }) => ({ kind, title, summary }));
  const chosen = kinds.some(({ kind }) => kind === draft.kind) ? draft.kind : null;
  const data = { draft: draft.id, stage: stageOf(draft, 'kind'), kinds, chosen };
  return kinds.length <= MOST_KIND_BUTTONS ? fillKind(data) : fillKindMany(data);
}

/**
 * The form of one kind, filled with what was typed; each problem stands above its input.
 *
 * @param again.typed    defaults to the draft's answers
 * @param again.problem  a sentence about the whole card, such as storage being down
 */
export function formCard(
  draft: Draft,
  form: IncidentForm,
  again: { readonly problems?: readonly FormProblem[]; readonly typed?: FormAnswers; readonly problem?: string } = {},
): CardJson {
  const problems = again.problems ?? [];
  return fillForm({
    draft: draft.id,
    stage: stageOf(draft, 'form'),
    title: form.title,
    problem: again.problem ?? problemsInAll(problems.length),
    doNow: form.doNow,
    doNot: form.doNot,
    inputs: formInputs(form, again.typed ?? draft.answers, problems),
    mayChangeKind: form.listed,
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
  form: IncidentForm,
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
