import problem from '../../cards/problem.json' with { type: 'json' };
import type { FormAnswers, IncidentForm } from '../core/report/forms.ts';
import { type CardData, type CardJson, fills } from './fill.ts';
import { FORM_PREFIX, formInputs } from './formCards.ts';

const fillProblem = fills(problem);

export type Retry = {
  readonly title?: string;
  readonly verb: string;
  readonly data: Readonly<Record<string, string | number | boolean>>;
};

/** What is typed at once, and no more: a card has an end. */
const LONGEST_SHOWN_BACK = 8_000;

/**
 * Something let us down, such as storage. What was typed comes back in the card, and its button sends it again.
 *
 * @param typed  inputs as they came, by their ids (`f.what`); shown as the form's own inputs where a form has them all
 * @param retry  without what was typed, which travels in the inputs
 */
export const problemCard = (
  sentence: string,
  more: {
    readonly typed?: Readonly<Record<string, string>>;
    readonly forms?: readonly IncidentForm[];
    readonly retry?: Retry;
  } = {},
): CardJson =>
  fillProblem({
    sentence,
    inputs: inputsOf(more.typed ?? {}, more.forms ?? [], more.retry?.data['kind']),
    retry: more.retry === undefined ? null : { title: 'Try again', ...more.retry },
  });

/** @param kind  the form that was being filled in, where the press says so: forms ask some of the same things */
function inputsOf(
  typed: Readonly<Record<string, string>>,
  forms: readonly IncidentForm[],
  kind: unknown,
): readonly CardData[] {
  const ids = Object.keys(typed);
  if (ids.length === 0) return [];
  const page = forms
    .filter((form) => kind === undefined || form.kind === kind)
    .flatMap((form) => [form.inputs, form.more ?? []])
    .find((inputs) => ids.every((id) => inputs.some((input) => `${FORM_PREFIX}${input.id}` === id)));
  if (page !== undefined) return formInputs({ inputs: page }, withoutPrefix(typed));
  return Object.entries(typed).map(([id, value]) => ({
    type: 'text',
    id,
    label: 'What you typed',
    multiline: true,
    maxLength: null,
    required: false,
    errorMessage: null,
    problem: '',
    hint: '',
    value: value.slice(0, LONGEST_SHOWN_BACK),
  }));
}

const withoutPrefix = (typed: Readonly<Record<string, string>>): FormAnswers =>
  Object.fromEntries(
    Object.entries(typed).map(([id, value]) => [id.slice(FORM_PREFIX.length), value.slice(0, LONGEST_SHOWN_BACK)]),
  );
