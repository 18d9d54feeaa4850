/** Values as they stand on an ordinary day. A test names only what matters to it; everything else is plausible. */
import type { HeadQuestion } from '../../src/core/asking/headQuestion.ts';
import {
  type AnswerId,
  type DraftId,
  type LinkId,
  type PictureId,
  type QuestionId,
  readAnswerId,
  readDraftId,
  readLinkId,
  readPictureId,
  readQuestionId,
  readReference,
  readReportId,
  readSchoolId,
  readStaffId,
  readTellingId,
  type Reference,
  REFERENCE_LETTERS,
  type ReportId,
  type SchoolId,
  type StaffId,
  type TellingId,
} from '../../src/core/ids.ts';
import { chainAfter, CHAIN_START, nextLine } from '../../src/core/report/audit.ts';
import type { Draft } from '../../src/core/report/draft.ts';
import type { DraftPicture, Evidence } from '../../src/core/report/picture.ts';
import type { Filing, New, Report } from '../../src/core/report/report.ts';
import type { Link, Waiting } from '../../src/flows/ports.ts';

function must<T>(value: T | null): T {
  if (value === null) throw new Error('a builder made an id that its reader refuses');
  return value;
}

// ── ids: any word or number makes one, the same word the same id ────────────────────────────────────────────────────

export const school = (word: string): SchoolId => must(readSchoolId(word));
/** Shaped like an Entra object id, with the number at its end. */
export const staff = (number: number): StaffId =>
  must(readStaffId(`00000000-0000-4000-8000-${String(number).padStart(12, '0')}`));
export const reportId = (word: string | number): ReportId => must(readReportId(`report-${word}`));
export const draftId = (word: string | number): DraftId => must(readDraftId(`draft-${word}`));
export const pictureId = (word: string | number): PictureId => must(readPictureId(`picture-${word}`));
export const linkId = (word: string | number): LinkId => must(readLinkId(`link-${word}`));
export const tellingId = (word: string | number): TellingId => must(readTellingId(`telling-${word}`));
export const answerId = (word: string | number): AnswerId => must(readAnswerId(`answer-${word}`));
export const questionId = (word: string | number): QuestionId => must(readQuestionId(`question-${word}`));
/** `SM-…` of a number from 0. */
export function reference(number: number): Reference {
  let letters = '';
  for (let rest = number, place = 0; place < 7; place += 1, rest = Math.floor(rest / REFERENCE_LETTERS.length))
    letters = REFERENCE_LETTERS.charAt(rest % REFERENCE_LETTERS.length) + letters;
  return must(readReference(`SM${letters}`));
}

export const SCHOOL = school('st-marys');
export const TEACHER = staff(1);
export const HEAD = staff(2);
export const LEAD = staff(3);
export const CHAIR = staff(4);
export const TRIAGER = staff(5);
export const OTHER_TEACHER = staff(6);

export const SENT_AT = '2026-03-02T09:30:00.000Z';
/** So many milliseconds after `SENT_AT`. */
export const after = (ms: number): string => new Date(Date.parse(SENT_AT) + ms).toISOString();

// ── values ──────────────────────────────────────────────────────────────────────────────────────────────────────────

const FACTS = {
  sha256: 'a'.repeat(64),
  bytes: 52_000,
  mediaType: 'image/png',
  width: 1080,
  height: 1920,
  receivedAt: SENT_AT,
};

/** Answered to its end and ready to be sent, with no picture. */
export const aDraft = (change: Partial<Draft> = {}): Draft => ({
  id: draftId(1),
  reference: reference(1),
  reporter: TEACHER,
  startedAt: after(-600_000),
  changedAt: after(-60_000),
  danger: 'no',
  imagery: 'no',
  concerns: [{ kind: 'parent-or-other' }],
  sealed: false,
  kind: 'abusive-post',
  formVersion: 1,
  answers: { where: 'class group chat', what: 'A parent wrote something unkind about a teacher.' },
  formDone: true,
  picturesDone: true,
  pictures: [],
  nextNumber: 1,
  ...change,
});

/** Asked of the headteacher, and not answered yet. */
export const aQuestion = (change: Partial<HeadQuestion> = {}): HeadQuestion => ({
  id: questionId(1),
  asker: TEACHER,
  askerName: 'Ada Reyes',
  words: 'May I put a review of a book shop online?',
  askedAt: SENT_AT,
  ...change,
});

export const aStoredPicture = (number: number): DraftPicture => ({
  id: pictureId(number),
  number,
  source: { kind: 'chat', activityId: `activity-${number}`, index: 0, how: 'inline' },
  state: 'stored',
  ...FACTS,
});

export const aWaitingPicture = (number: number): DraftPicture => ({
  id: pictureId(number),
  number,
  source: { kind: 'chat', activityId: `activity-${number}`, index: 0, how: 'file' },
  state: 'waiting',
  url: `https://files.example.test/${number}`,
  host: 'files.example.test',
  until: after(600_000),
});

export const anEvidence = (change: Partial<Evidence> = {}): Evidence => ({
  id: pictureId(change.number ?? 1),
  number: 1,
  source: { kind: 'page', uploadKey: `upload-${change.number ?? 1}` },
  state: 'kept',
  ...FACTS,
  ...change,
});

const FIRST_LINE = nextLine(
  { lines: 0, head: CHAIN_START },
  { at: SENT_AT, by: TEACHER, what: 'filed', facts: { audience: 'triage', pictures: '0' } },
);

/** New and for those who handle reports. Asked for as acknowledged or closed, the headteacher did it an hour later. */
export function aReport(change?: Partial<New>): New;
export function aReport(change: Partial<Report>): Report;
export function aReport(change: Partial<Report> = {}): Report {
  const filed = {
    id: reportId(1),
    reference: reference(1),
    school: SCHOOL,
    draft: draftId(1),
    reporter: TEACHER,
    filedAt: SENT_AT,
    audience: 'triage',
    concerned: [],
    concerns: [{ kind: 'parent-or-other' }],
    danger: 'no',
    imagery: 'no',
    kind: 'abusive-post',
    formVersion: 1,
    answers: { where: 'class group chat', what: 'A parent wrote something unkind about a teacher.' },
    policyVersion: '1',
    pictures: 0,
    chain: chainAfter(FIRST_LINE),
  } as const;
  return { ...filed, ...LATER[change.state ?? 'new'], ...change } as Report;
}

const LATER = {
  new: { state: 'new' },
  acknowledged: { acknowledgedBy: HEAD, acknowledgedAt: after(3_600_000) },
  closed: { reason: 'dealt-with', closedBy: HEAD, closedAt: after(3_600_000) },
} as const;

/** Report, evidence and first line as a Send makes them, of a draft: the same draft id, reference and reporter. */
export function aFiling(draft: Draft, change: Partial<New> = {}, evidence: readonly Evidence[] = []): Filing {
  const report = aReport({
    id: reportId(draft.id),
    draft: draft.id,
    reference: draft.reference,
    reporter: draft.reporter,
    audience: draft.sealed ? 'chair' : 'triage',
    concerns: draft.concerns,
    answers: draft.answers,
    pictures: evidence.length,
    ...change,
  });
  const first = nextLine(
    { lines: 0, head: CHAIN_START },
    { at: report.filedAt, by: report.reporter, what: 'filed', facts: { audience: report.audience } },
  );
  return { report: { ...report, chain: chainAfter(first) }, evidence, audit: [first] };
}

export const aWaiting = (change: Partial<Waiting> = {}): Waiting => ({
  id: tellingId(1),
  telling: { kind: 'channel-card', report: reportId(1) },
  dueAt: SENT_AT,
  attempts: 0,
  sealed: false,
  ...change,
});

type LinkParts = Partial<Link> & { readonly kind?: Link['kind']; readonly report?: ReportId; readonly draft?: DraftId };
/** Opens report 1, or with `kind: 'upload'` takes pictures for draft 1. */
export function aLink({ kind = 'open', report = reportId(1), draft = draftId(1), ...change }: LinkParts = {}): Link {
  const link = {
    id: linkId(1),
    school: SCHOOL,
    person: TRIAGER,
    madeAt: SENT_AT,
    redeemBy: after(120_000),
    sealed: false,
    ...change,
  };
  return kind === 'open' ? { ...link, kind, report } : { ...link, kind, draft };
}
