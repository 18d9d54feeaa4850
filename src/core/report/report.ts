import type { DraftId, Reference, ReportId, RuleId, SchoolId, StaffId } from '../ids.ts';
import {
  audienceFor,
  type Audience,
  type Concern,
  concernedPersons,
  type CouldBeHead,
  type Imagery,
  type Roles,
} from './audience.ts';
import { type Act, type AuditLine, type Chain, chainAfter, CHAIN_START, nextLine } from './audit.ts';
import { type Draft, nextStep, sealedPictures, storedPictures, subjectOf, waitingPictures } from './draft.ts';
import type { FormAnswers } from './forms.ts';
import type { ChairCodeHash } from './chairCode.ts';
import type { Evidence, PictureReason } from './picture.ts';
import { lastAnswerAt, type Question, seal, waitingQuestions } from './questions.ts';

/** What was sent, and never changes after. Instants are ISO. */
export type Filed = {
  readonly id: ReportId;
  readonly reference: Reference;
  readonly school: SchoolId;
  readonly draft: DraftId;
  readonly reporter: StaffId;
  /** As Teams gave it with the Send: for those who open the report, and for nobody else. */
  readonly reporterName?: string;
  readonly filedAt: string;
  readonly audience: Audience;
  readonly concerned: readonly StaffId[];
  readonly concerns: readonly Concern[];
  readonly couldBeHead?: CouldBeHead;
  readonly danger: 'no' | 'yes';
  readonly imagery: Imagery;
  readonly kind: string;
  readonly formVersion: number;
  readonly answers: FormAnswers;
  readonly fromRule?: RuleId;
  /** The version of the policy in force that day, as its own version table gives it. */
  readonly policyVersion: string;
  /** Which policy that is, and the rules that applied to this kind that day; left out in reports of before. */
  readonly policyId?: string;
  readonly rules?: readonly RuleId[];
  /** How many pictures it has: those it was sent with, and those added since. */
  readonly pictures: number;
  /** Of a sealed report: what proves the code that its reporter was given for the chair. */
  readonly chairCode?: ChairCodeHash;
};

/** What goes on after: the record's chain, and where its card stands in the channel. */
type Kept = Filed & {
  readonly chain: Chain;
  readonly card?: { readonly conversation: string; readonly message: string };
  /** The reporter's own flag. The state stays, and so do those who handle it: they may still act, and close it. */
  readonly withdrawn?: Withdrawal;
  /** What the reporter added since, oldest first. */
  readonly additions?: readonly Addition[];
  /** Put to the reporter by those who handle it, oldest first. */
  readonly questions?: readonly Question[];
};

/** `words` as typed; `pictures` by number. `draft` is the one that it was gathered in. */
export type Addition = {
  readonly at: string;
  readonly draft: DraftId;
  readonly words?: string;
  readonly pictures: readonly number[];
};
export const LONGEST_ADDITION = 2_000;
/** With more than these, a new report is clearer for everybody. */
export const MOST_ADDITIONS = 20;

/** Why nothing can be added to a report any more; `null` where something can. */
export function whyNotAdd(report: Report): 'closed' | 'withdrawn' | 'too-many' | null {
  if (report.state === 'closed') return 'closed';
  if (report.withdrawn !== undefined) return 'withdrawn';
  return (report.additions ?? []).length >= MOST_ADDITIONS ? 'too-many' : null;
}

/** What was gathered becomes part of the report: its words, its pictures as evidence, and one line in the record. */
export function addToReport(
  report: Report,
  draft: Draft,
  words: string,
  at: string,
): Change & { readonly evidence: readonly Evidence[] } {
  const evidence = storedPictures(draft).map((picture): Evidence => ({ ...picture, state: 'kept', draft: draft.id }));
  const addition: Addition = {
    at,
    draft: draft.id,
    ...(words === '' ? {} : { words }),
    pictures: evidence.map(({ number }) => number),
  };
  const next: Report = {
    ...report,
    pictures: report.pictures + evidence.length,
    additions: [...(report.additions ?? []), addition],
  };
  const facts = {
    pictures: String(evidence.length),
    words: words === '' ? 'no' : 'yes',
    ...Object.fromEntries(evidence.map(({ number, sha256 }) => [`picture ${number}`, sha256])),
  };
  return { ...withLine(next, { at, by: report.reporter, what: 'added', facts }), evidence };
}

/** The stop of an addition: what was stored of it is sealed with the report, and no word of it is kept. */
export function stopAddition(
  report: Report,
  draft: Draft,
  at: string,
): Change & { readonly evidence: readonly Evidence[] } {
  const evidence = sealedPictures(draft).map((picture): Evidence => ({
    ...picture,
    state: 'sealed',
    sealedAt: at,
    draft: draft.id,
  }));
  const facts = { draft: draft.id, pictures: String(evidence.length) };
  const next: Report = { ...report, pictures: report.pictures + evidence.length };
  return { ...withLine(next, { at, by: report.reporter, what: 'addition-stopped', facts }), evidence };
}

/** `words` is what the reporter typed beside the reason: shown on the page, and nowhere else. */
export type Withdrawal = { readonly at: string; readonly reason: WithdrawalReason; readonly words?: string };

export const WITHDRAWAL_REASONS = [
  { code: 'mistake', label: 'I was mistaken' },
  { code: 'resolved', label: 'It has been sorted out' },
  { code: 'repeat', label: 'I sent it twice' },
  { code: 'not-say', label: 'I would rather not say' },
] as const;
export type WithdrawalReason = (typeof WITHDRAWAL_REASONS)[number]['code'];
export const readWithdrawalReason = (value: unknown): WithdrawalReason | null =>
  WITHDRAWAL_REASONS.find(({ code }) => code === value)?.code ?? null;
export const LONGEST_WITHDRAWAL_WORDS = 500;

export type New = Kept & { readonly state: 'new' };
export type Acknowledged = Kept & {
  readonly state: 'acknowledged';
  readonly acknowledgedBy: StaffId;
  readonly acknowledgedAt: string;
};
export type Closed = Kept & {
  readonly state: 'closed';
  readonly reason: ClosingReason;
  readonly closedBy: StaffId;
  readonly closedAt: string;
  /** For the reporter to read; the reason is for the record. */
  readonly note?: string;
};
export type Report = New | Acknowledged | Closed;

export const CLOSING_REASONS = [
  { code: 'dealt-with', label: 'Dealt with in school' },
  { code: 'passed-on', label: 'Passed on to another service' },
  { code: 'no-further-action', label: 'Looked into, no further action' },
  { code: 'not-enough', label: 'Not enough to go on' },
  { code: 'repeat', label: 'Already reported' },
] as const;
export type ClosingReason = (typeof CLOSING_REASONS)[number]['code'];
export const readClosingReason = (value: unknown): ClosingReason | null =>
  CLOSING_REASONS.find(({ code }) => code === value)?.code ?? null;

/** Everything that a Send writes, decided before anything is written. */
export type Filing = {
  readonly report: New;
  readonly evidence: readonly Evidence[];
  readonly audit: readonly AuditLine[];
};

export type Readiness =
  | { readonly kind: 'ready' }
  /** Something is still to be answered; the guide shows that step. */
  | { readonly kind: 'unfinished' }
  /** Pictures are still on their way; Send waits for them, so that the receipt is true. */
  | { readonly kind: 'pictures-coming'; readonly count: number };

export function readyToSend(draft: Draft): Readiness {
  if (nextStep(draft) !== 'look-over') return { kind: 'unfinished' };
  const count = waitingPictures(draft).length;
  return count === 0 ? { kind: 'ready' } : { kind: 'pictures-coming', count };
}

/** Fixes the audience and the persons concerned, and makes the first line of the record. */
export function fileDraft(
  draft: Draft,
  facts: {
    readonly id: ReportId;
    readonly school: SchoolId;
    readonly at: string;
    readonly policyVersion: string;
    readonly policyId?: string | undefined;
    readonly rules?: readonly RuleId[] | undefined;
    readonly reporterName?: string | undefined;
    readonly chairCode?: ChairCodeHash | undefined;
  },
  roles: Roles,
): Filing {
  const subject = subjectOf(draft);
  const evidence = [...storedPictures(draft), ...sealedPictures(draft)]
    .sort((a, b) => a.number - b.number)
    .map(({ state, ...picture }): Evidence => ({ ...picture, state: state === 'sealed' ? 'sealed' : 'kept' }));
  const audience = audienceFor(subject, roles);
  const first = nextLine(
    { lines: 0, head: CHAIN_START },
    {
      at: facts.at,
      by: draft.reporter,
      what: 'filed',
      facts: {
        audience,
        pictures: String(evidence.length),
        ...Object.fromEntries(evidence.map(({ number, sha256 }) => [`picture ${number}`, sha256])),
      },
    },
  );
  const report: New = {
    id: facts.id,
    school: facts.school,
    reference: draft.reference,
    draft: draft.id,
    reporter: draft.reporter,
    ...(facts.reporterName === undefined ? {} : { reporterName: facts.reporterName }),
    filedAt: facts.at,
    audience,
    concerned: concernedPersons(subject, roles),
    concerns: draft.concerns,
    ...(draft.couldBeHead === undefined ? {} : { couldBeHead: draft.couldBeHead }),
    danger: draft.danger ?? 'no',
    imagery: subject.imagery,
    kind: draft.kind ?? 'something-else',
    formVersion: draft.formVersion ?? 1,
    answers: draft.answers,
    ...(draft.fromRule === undefined ? {} : { fromRule: draft.fromRule }),
    policyVersion: facts.policyVersion,
    ...(facts.policyId === undefined ? {} : { policyId: facts.policyId }),
    ...(facts.rules === undefined ? {} : { rules: facts.rules }),
    pictures: evidence.length,
    // Only what is sealed is ever taken out by a code.
    ...(audience === 'chair' && facts.chairCode !== undefined ? { chairCode: facts.chairCode } : {}),
    chain: chainAfter(first),
    state: 'new',
  };
  return { report, evidence, audit: [first] };
}

// ── the lifecycle as a table ────────────────────────────────────────────────────────────────────────────────────────

export type Step =
  | { readonly kind: 'acknowledge' }
  | {
      readonly kind: 'close';
      readonly reason: ClosingReason;
      /** As `readWords` gives it, and no longer than `LONGEST_NOTE`; empty is none. */
      readonly note?: string;
    };
const ALLOWED: Readonly<Record<Report['state'], readonly Step['kind'][]>> = {
  new: ['acknowledge', 'close'],
  acknowledged: ['close'],
  closed: [],
};
export const allowedSteps = (report: Report): readonly Step['kind'][] => ALLOWED[report.state];

export type Change = { readonly report: Report; readonly audit: readonly AuditLine[] };

/** @returns the changed report with its line in the record, or `null` where the state does not allow the step */
export function takeStep(report: Report, step: Step, by: StaffId, at: string): Change | null {
  if (!ALLOWED[report.state].includes(step.kind)) return null;
  const kept = keptOf(report);
  switch (step.kind) {
    case 'acknowledge':
      return withLine(
        { ...kept, state: 'acknowledged', acknowledgedBy: by, acknowledgedAt: at },
        { at, by, what: 'acknowledged', facts: {} },
      );
    case 'close': {
      const { reason, note = '' } = step;
      return withLine(
        { ...kept, state: 'closed', reason, closedBy: by, closedAt: at, ...(note === '' ? {} : { note }) },
        { at, by, what: 'closed', facts: { reason, ...(note === '' ? {} : { note: seal(note) }) } },
      );
    }
  }
}

/** @returns `null` where it is closed or withdrawn already: there is nothing left to take back */
export function withdraw(report: Report, withdrawn: Withdrawal): Change | null {
  if (report.state === 'closed' || report.withdrawn !== undefined) return null;
  const { at, reason } = withdrawn;
  return withLine({ ...report, withdrawn }, { at, by: report.reporter, what: 'withdrawn', facts: { reason } });
}

/**
 * Takes one picture back. It counts whatever became of the report since: it changes how the picture is shown, and
 * takes nothing from those who handle it.
 *
 * @returns `null` where it was taken back before, or is locked: a locked one is the safeguarding lead's
 */
export function withdrawPicture(
  report: Report,
  picture: Evidence,
  reason: PictureReason,
  at: string,
): (Change & { readonly evidence: readonly Evidence[] }) | null {
  if (picture.state !== 'kept' || picture.withdrawn !== undefined) return null;
  const facts = { picture: String(picture.number), sha256: picture.sha256, reason };
  return {
    ...withLine(report, { at, by: report.reporter, what: 'picture-withdrawn', facts }),
    evidence: [{ ...picture, withdrawn: { at, reason } }],
  };
}

/** Adds a line to the record and nothing else. */
export function withLine<R extends Report>(report: R, act: Act): { report: R; audit: readonly AuditLine[] } {
  const line = nextLine(report.chain, act);
  return { report: { ...report, chain: chainAfter(line) }, audit: [line] };
}

function keptOf(report: Report): Kept {
  const bare: Record<string, unknown> = { ...report };
  for (const key of ['state', 'acknowledgedBy', 'acknowledgedAt', 'reason', 'closedBy', 'closedAt', 'note'])
    delete bare[key];
  return bare as Kept;
}

/** What a list, a card in the channel or a notice may know: no name, no word of what was reported. */
export type ReportLine = {
  readonly id: ReportId;
  readonly reference: Reference;
  readonly audience: Audience;
  readonly concerned: readonly StaffId[];
  readonly reporter: StaffId;
  readonly filedAt: string;
  readonly state: Report['state'];
  readonly danger: 'no' | 'yes';
  readonly pictures: number;
  readonly withdrawn?: true;
  /** When the reporter last added to it. */
  readonly addedAt?: string;
  /** When the oldest question was put that still waits for the reporter's answer. */
  readonly askedAt?: string;
  /** When the reporter last answered one. */
  readonly answeredAt?: string;
  /** It was closed with a note for the reporter. */
  readonly noted?: true;
};
export const lineOf = (report: Report): ReportLine => ({
  id: report.id,
  reference: report.reference,
  audience: report.audience,
  concerned: report.concerned,
  reporter: report.reporter,
  filedAt: report.filedAt,
  state: report.state,
  danger: report.danger,
  pictures: report.pictures,
  ...(report.withdrawn === undefined ? {} : { withdrawn: true as const }),
  ...(report.additions === undefined ? {} : { addedAt: report.additions.at(-1)?.at ?? report.filedAt }),
  ...(report.questions === undefined ? {} : exchangeOf(report)),
  ...(report.state === 'closed' && report.note !== undefined ? { noted: true as const } : {}),
});

function exchangeOf(report: Report): Pick<ReportLine, 'askedAt' | 'answeredAt'> {
  const askedAt = waitingQuestions(report)[0]?.at;
  const answeredAt = lastAnswerAt(report);
  return { ...(askedAt === undefined ? {} : { askedAt }), ...(answeredAt === null ? {} : { answeredAt }) };
}
