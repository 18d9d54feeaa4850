import type { RuleId } from '../ids.ts';
import type { SchoolDay } from '../schoolDay.ts';

/**
 * What a careful reader answers. `report`: tell the headteacher, or report it; `advice`: something to bear in mind;
 * `information`: a fact that the policy states.
 */
export const VERDICTS = [
  'prohibited',
  'required',
  'report',
  'ask-headteacher',
  'allowed',
  'allowed-with-conditions',
  'advice',
  'information',
  'not-covered',
  'emergency',
] as const;
export type Verdict = (typeof VERDICTS)[number];

export const EMERGENCIES = ['child at risk', 'adult at risk', 'threat to people on site'] as const;
export type EmergencyKind = (typeof EMERGENCIES)[number];

/** Word for word, one clause; white space collapsed. `display` is the same with its links made readable. */
export type Citation = {
  readonly rule: RuleId;
  /** Number and title, e.g. `5 v. Our Social Media Rules: Maintain professional standards`. */
  readonly section: string;
  readonly quote: string;
  readonly display: string;
  /** True where the rule does not answer the question and is only the nearest there is. */
  readonly nearest: boolean;
};

export type Exception = { readonly rule: RuleId; readonly quote: string };

/** A tap on a choice is answered by `answerSituation` with its id. */
export type Clarify = {
  readonly ask: string;
  readonly choices: readonly { readonly id: string; readonly label: string }[];
};

/** Which policy is quoted, and how far it can be relied on, on the day asked about. */
export type PolicyMark = {
  readonly id: string;
  readonly title: string;
  readonly version: string;
  /** As printed, e.g. `July 2024`. */
  readonly lastReview: string;
  readonly nextReview: string;
  readonly overdue: boolean;
  /** All of it in one sentence, to stand under an answer. */
  readonly sentence: string;
};

/** Roles whose contact the school's own settings hold. A missing one is shown as not set. */
export const CONTACT_ROLES = [
  'headteacher',
  'safeguarding lead',
  'deputy safeguarding lead',
  'chair of governors',
  'LADO',
  'HR',
] as const;
export type ContactRole = (typeof CONTACT_ROLES)[number];

/** National guidance: shown in a block of its own, never mixed with the policy. */
export type Guidance = {
  readonly id: string;
  readonly title: string;
  readonly lines: readonly string[];
  /** Contacts of the school to show with it. */
  readonly contacts: readonly ContactRole[];
  readonly sources: readonly { readonly name: string; readonly url: string }[];
  readonly checkedOn: SchoolDay;
};

type Common = {
  /** The situation that the question was taken for: an id of content, never the words that were typed. */
  readonly situation: string;
  readonly headline: string;
  /** At most five, best first. */
  readonly citations: readonly Citation[];
  readonly exceptions: readonly Exception[];
  readonly next: readonly string[];
  readonly policy: PolicyMark;
  readonly guidance: readonly Guidance[];
};

export type Ruling = Common & {
  readonly kind: 'ruling';
  readonly verdict: Exclude<Verdict, 'not-covered' | 'emergency'>;
  readonly clarify: Clarify | null;
};
/** The policy does not say. Its citations are the nearest rules, marked so; `standingLine` always stands with it. */
export type NotCovered = Common & {
  readonly kind: 'not-covered';
  readonly verdict: 'not-covered';
  readonly clarify: Clarify | null;
  readonly standingLine: string;
};
/** Someone may be at risk. `actNow` comes before anything else, and nothing is asked back. */
export type Emergency = Common & {
  readonly kind: 'emergency';
  readonly verdict: 'emergency';
  readonly emergency: EmergencyKind;
  readonly actNow: readonly Guidance[];
  readonly clarify: null;
  readonly standingLine: string;
};
export type Answer = Ruling | NotCovered | Emergency;

/** The answer as one plain object: the line that `npm run ask -- --json` prints. */
export type AnswerLine = {
  readonly verdict: Verdict;
  readonly headline: string;
  readonly citations: readonly { readonly rule: string; readonly section: string; readonly quote: string }[];
  readonly exceptions: readonly { readonly rule: string; readonly quote: string }[];
  readonly next: readonly string[];
  readonly clarify: Clarify | null;
  readonly policy: { readonly id: string; readonly title: string; readonly version: string };
};

export const toAnswerLine = (answer: Answer): AnswerLine => ({
  verdict: answer.verdict,
  headline: answer.headline,
  citations: answer.citations.map(({ rule, section, quote }) => ({ rule, section, quote })),
  exceptions: answer.exceptions.map(({ rule, quote }) => ({ rule, quote })),
  next: answer.next,
  clarify: answer.clarify,
  policy: { id: answer.policy.id, title: answer.policy.title, version: answer.policy.version },
});
