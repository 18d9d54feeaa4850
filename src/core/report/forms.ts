import type { KindAudience } from './audience.ts';
import { tidy } from './pictureWords.ts';

/**
 * The question set of one kind of incident, as data in `content/incidents`. Versioned: a report says which version asked.
 */
export type FormInput = {
  readonly id: string;
  readonly label: string;
  /** Shown small under the label, where a label alone would be unclear. */
  readonly hint?: string;
  readonly required: boolean;
} & (
  | { readonly type: 'text'; readonly multiline: boolean; readonly maxLength: number }
  | { readonly type: 'choice'; readonly many: boolean; readonly choices: readonly FormChoice[] }
  | { readonly type: 'date' }
);
export type FormChoice = { readonly code: string; readonly label: string };

/** A published page that something was read from. */
export type Source = { readonly name: string; readonly url: string };
/** What is said nationally, and not by the school's policy: shown apart from it, with where and when it was read. */
export type NationalLines = {
  readonly lines: readonly string[];
  readonly sources: readonly Source[];
  /** School day, `YYYY-MM-DD`. */
  readonly checkedOn: string;
};

export type IncidentForm = {
  readonly kind: string;
  readonly version: number;
  readonly title: string;
  /** One line under the title in the list of kinds. */
  readonly summary: string;
  /** Offered in the list of kinds; a form that is not listed is reached by a safety answer. */
  readonly listed: boolean;
  /** Clauses of the policy that apply, e.g. `8.3.a`. */
  readonly clauses: readonly string[];
  /** Who has it, where the answers ask for nobody narrower. */
  readonly audience: KindAudience;
  /** From the policy, and from what makes a record stand up. */
  readonly doNow: readonly string[];
  readonly doNot: readonly string[];
  readonly national?: NationalLines;
  /** Helplines and services that fit this kind, by their ids in `content/signposts`. */
  readonly services?: readonly string[];
  /** Whether it makes sense to report it to the site or app as well. */
  readonly siteSteps?: boolean;
  /** The one card that everybody fills in. */
  readonly inputs: readonly FormInput[];
  /** A second card for those who know more; nobody has to open it, and nothing on it is required. */
  readonly more?: readonly FormInput[];
};

/** For what fits no other kind: it stands at the end, and no rule leads to it. */
export const OTHER_KIND = 'something-else';

/** Everything that a form can ask, in the order in which it is shown. */
export const inputsOf = ({ inputs, more = [] }: IncidentForm): readonly FormInput[] => [...inputs, ...more];

export type FormAnswers = Readonly<Record<string, string>>;
export type FormProblem = { readonly input: string; readonly sentence: string };
export type FormReading =
  | { readonly kind: 'complete'; readonly answers: FormAnswers }
  /** What was typed comes back as `typed`, so that nothing is lost. */
  | { readonly kind: 'incomplete'; readonly typed: FormAnswers; readonly problems: readonly FormProblem[] };

/**
 * A value longer than this is cut when it is shown back: it could not be kept anyway. Every input of a card with as much,
 * beside all that is said of pictures, still fits the draft's row.
 */
const LONGEST_SHOWN_BACK = 8_000;

function asText(value: unknown): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  return '';
}

/**
 * Reads what a card sent back. Unknown inputs are left out; wrong types count as empty; nothing throws.
 *
 * @param today  school day, `YYYY-MM-DD`: a date after it is a slip
 */
export function readForm(
  { inputs }: { readonly inputs: readonly FormInput[] },
  sent: Readonly<Record<string, unknown>>,
  today: string,
): FormReading {
  const typed: Record<string, string> = {};
  const problems: FormProblem[] = [];
  for (const input of inputs) {
    const value = tidy(asText(sent[input.id])).slice(0, LONGEST_SHOWN_BACK).trim();
    if (value !== '') typed[input.id] = value;
    const sentence = problemWith(input, value, today);
    if (sentence !== null) problems.push({ input: input.id, sentence });
  }
  return problems.length === 0 ? { kind: 'complete', answers: typed } : { kind: 'incomplete', typed, problems };
}

function problemWith(input: FormInput, value: string, today: string): string | null {
  if (value === '') return input.required ? `Please answer “${input.label}”.` : null;
  switch (input.type) {
    case 'text':
      return value.length > input.maxLength
        ? `“${input.label}” takes ${input.maxLength} characters and has ${value.length}. Please shorten it; the rest can go in a screen grab.`
        : null;
    case 'date':
      if (!/^\d{4}-\d{2}-\d{2}$/.test(value) || Number.isNaN(Date.parse(value)))
        return `“${input.label}” should be a date, such as ${today}.`;
      return value > today ? `“${input.label}” is in the future. Please check the date.` : null;
    case 'choice': {
      const codes = input.many ? value.split(',') : [value];
      return codes.every((code) => input.choices.some((choice) => choice.code === code))
        ? null
        : `Please pick one of the answers offered for “${input.label}”.`;
    }
  }
}

/** An answer in words: choices by their labels. */
export function answerInWords(input: FormInput, value: string | undefined): string {
  if (value === undefined || value === '') return 'Not answered';
  if (input.type !== 'choice') return value;
  const labels = (input.many ? value.split(',') : [value]).map(
    (code) => input.choices.find((choice) => choice.code === code)?.label ?? code,
  );
  return labels.join('; ');
}
