/** Readers of what the rows hold. Strict: a field that is not known here means that another version wrote the row. */
import { z } from 'zod';
import {
  readDraftId,
  readLinkId,
  readPictureId,
  readQuestionId,
  readReference,
  readReportId,
  readRuleId,
  readSchoolId,
  readStaffId,
  readTellingId,
  type ReportId,
} from '../core/ids.ts';
import type { HelpfulCount, TopicCount } from '../core/asking/counts.ts';
import type { HeadQuestion } from '../core/asking/headQuestion.ts';
import { VERDICTS } from '../core/policy/answer.ts';
import { AUDIENCES } from '../core/report/audience.ts';
import type { AuditLine } from '../core/report/audit.ts';
import { type Draft, STEPS } from '../core/report/draft.ts';
import { ADVISERS, type DraftPicture, type Evidence, PICTURE_REASONS } from '../core/report/picture.ts';
import type { StoppedDraft } from '../core/report/locked.ts';
import { CLOSING_REASONS, type Report, type ReportLine, WITHDRAWAL_REASONS } from '../core/report/report.ts';
import { readSchoolWeek } from '../core/schoolWeek.ts';
import type { Conversation, Link, Waiting } from '../flows/ports.ts';

/** Stored ids stand as their reader gives them, so one that the reader would change is refused. */
const id = <T extends string>(read: (value: unknown) => T | null) => z.custom<T>((value) => read(value) === value);
export const staffId = id(readStaffId);
export const reportId = id(readReportId);
/** The report whose row it is: `evidence:<report>:0001`. */
export const reportIdIn = (key: string): ReportId | null => readReportId(key.split(':')[1]);
export const draftId = id(readDraftId);
export const pictureId = id(readPictureId);
export const reference = id(readReference);
const linkId = id(readLinkId);
const schoolId = id(readSchoolId);
const questionId = id(readQuestionId);
const schoolWeek = id(readSchoolWeek);
const instant = z.string().refine((text) => !Number.isNaN(Date.parse(text)));
const count = z.int().min(0);

const yesOrNo = z.enum(['no', 'yes']);
const imagery = z.enum(['no', 'yes', 'not-sure']);
const couldBeHead = z.enum(['no', 'yes-or-not-sure']);
const answers = z.record(z.string(), z.string());
const concern = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.enum(['headteacher', 'other-staff', 'pupil', 'parent-or-other', 'me', 'not-sure']) }),
  z.strictObject({ kind: z.literal('handler'), staffId }),
]);

// ── pictures ────────────────────────────────────────────────────────────────────────────────────────────────────────

const source = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('chat'), activityId: z.string(), index: count, how: z.enum(['inline', 'file']) }),
  z.strictObject({ kind: z.literal('page'), uploadKey: z.string() }),
]);
const facts = {
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  bytes: count,
  mediaType: z.string(),
  width: count,
  height: count,
  receivedAt: instant,
  noView: z.literal(true).optional(),
};
const notKept = z.enum([
  'foreign-host',
  'expired',
  'too-large',
  'not-found',
  'unreachable',
  'not-a-picture',
  'too-many-pixels',
  'animated',
  'broken',
  'unsupported',
  'too-many',
]);
const words = z.strictObject({ caption: z.string().optional(), link: z.string().optional() });
const numbered = { id: pictureId, number: count, source, words: words.optional() };
const picture = z.discriminatedUnion('state', [
  z.strictObject({ ...numbered, state: z.literal('waiting'), url: z.string(), host: z.string(), until: instant }),
  z.strictObject({ ...numbered, state: z.literal('stored'), ...facts }),
  z.strictObject({ ...numbered, state: z.literal('not-kept'), why: notKept, sentAgain: z.literal(true).optional() }),
  z.strictObject({ ...numbered, state: z.literal('sealed'), ...facts }),
  z.strictObject({ ...numbered, state: z.literal('dropped') }),
]) satisfies z.ZodType<DraftPicture>;

const destruction = z.strictObject({
  at: instant,
  by: staffId,
  adviser: z.enum(ADVISERS.map(({ code }) => code)),
  adviceReference: z.string(),
  reason: z.string(),
  goneAt: instant.optional(),
});

export const evidence = z.strictObject({
  ...numbered,
  state: z.enum(['kept', 'sealed', 'destroyed']),
  sealedAt: instant.optional(),
  withdrawn: z.strictObject({ at: instant, reason: z.enum(PICTURE_REASONS.map(({ code }) => code)) }).optional(),
  destroyed: destruction.optional(),
  draft: draftId.optional(),
  ...facts,
}) satisfies z.ZodType<Evidence>;

// ── drafts and reports ──────────────────────────────────────────────────────────────────────────────────────────────

export const draft = z.strictObject({
  id: draftId,
  reference,
  reporter: staffId,
  startedAt: instant,
  changedAt: instant,
  danger: yesOrNo.optional(),
  imagery: imagery.optional(),
  concerns: z.array(concern),
  couldBeHead: couldBeHead.optional(),
  sealed: z.boolean(),
  kind: z.string().optional(),
  formVersion: z.number().optional(),
  kindAudience: z.enum(['triage', 'head', 'safeguarding']).optional(),
  answers,
  formDone: z.boolean(),
  picturesDone: z.boolean(),
  pictures: z.array(picture),
  nextNumber: count,
  fromRule: id(readRuleId).optional(),
  uploadLink: linkId.optional(),
  pageNo: linkId.optional(),
  addsTo: reportId.optional(),
  heldBefore: count.optional(),
  cards: z.array(z.string()).optional(),
  cardBehind: z.literal(true).optional(),
  riskSaidAt: instant.optional(),
  editing: z.enum(STEPS).optional(),
}) satisfies z.ZodType<Draft>;

const filed = {
  id: reportId,
  reference,
  school: schoolId,
  draft: draftId,
  reporter: staffId,
  reporterName: z.string().optional(),
  filedAt: instant,
  audience: z.enum(AUDIENCES),
  concerned: z.array(staffId),
  concerns: z.array(concern),
  couldBeHead: couldBeHead.optional(),
  danger: yesOrNo,
  imagery,
  kind: z.string(),
  formVersion: z.number(),
  answers,
  fromRule: id(readRuleId).optional(),
  policyVersion: z.string(),
  policyId: z.string().optional(),
  rules: z.array(id(readRuleId)).optional(),
  pictures: count,
  chain: z.strictObject({ lines: count, head: z.string() }),
  card: z.strictObject({ conversation: z.string(), message: z.string() }).optional(),
  withdrawn: z
    .strictObject({
      at: instant,
      reason: z.enum(WITHDRAWAL_REASONS.map(({ code }) => code)),
      words: z.string().optional(),
    })
    .optional(),
  additions: z
    .array(z.strictObject({ at: instant, draft: draftId, words: z.string().optional(), pictures: z.array(count) }))
    .optional(),
  questions: z
    .array(
      z.strictObject({
        number: count,
        at: instant,
        by: staffId,
        words: z.string(),
        answers: z.array(z.strictObject({ at: instant, words: z.string() })),
      }),
    )
    .optional(),
  chairCode: z.strictObject({ salt: z.string(), hash: z.string() }).optional(),
};
export const report = z.discriminatedUnion('state', [
  z.strictObject({ ...filed, state: z.literal('new') }),
  z.strictObject({
    ...filed,
    state: z.literal('acknowledged'),
    acknowledgedBy: staffId,
    acknowledgedAt: instant,
  }),
  z.strictObject({
    ...filed,
    state: z.literal('closed'),
    reason: z.enum(CLOSING_REASONS.map(({ code }) => code)),
    closedBy: staffId,
    closedAt: instant,
    note: z.string().optional(),
  }),
]) satisfies z.ZodType<Report>;

export const reportLine = z.strictObject({
  id: reportId,
  reference,
  audience: z.enum(AUDIENCES),
  concerned: z.array(staffId),
  reporter: staffId,
  filedAt: instant,
  state: z.enum(['new', 'acknowledged', 'closed']),
  danger: yesOrNo,
  pictures: count,
  withdrawn: z.literal(true).optional(),
  addedAt: instant.optional(),
  askedAt: instant.optional(),
  answeredAt: instant.optional(),
  noted: z.literal(true).optional(),
}) satisfies z.ZodType<ReportLine>;

const ACTS = [
  'filed',
  'acknowledged',
  'closed',
  'withdrawn',
  'added',
  'addition-stopped',
  'question-asked',
  'question-answered',
  'link-sent',
  'link-refused',
  'page-viewed',
  'picture-viewed',
  'picture-sealed',
  'picture-withdrawn',
  'locked-viewed',
  'picture-destroyed',
  'picture-gone',
  'posted',
  'not-about-me',
  'stood-aside',
  'person-added',
  'went-on',
  'pack-written',
  'pack-refused',
  'code-made',
] as const satisfies readonly AuditLine['what'][];
export const auditLine = z.strictObject({
  number: count,
  at: instant,
  by: z.union([z.literal('postwise'), staffId]),
  what: z.enum(ACTS),
  facts: z.record(z.string(), z.string()),
  before: z.string(),
  hash: z.string(),
}) satisfies z.ZodType<AuditLine>;

/** Rows that were written before anything could be done with them hold no more than the first five. */
export const stoppedDraft = z.strictObject({
  draft: draftId,
  reference,
  reporter: staffId,
  changedAt: instant,
  pictures: z.array(
    z.strictObject({ ...numbered, state: z.literal('sealed'), ...facts, destroyed: destruction.optional() }),
  ),
  concerns: z.array(concern).optional(),
  couldBeHead: couldBeHead.optional(),
  record: z.array(auditLine).optional(),
}) satisfies z.ZodType<Omit<StoppedDraft, 'sealed'>>;

// ── telling, places and links ───────────────────────────────────────────────────────────────────────────────────────

const telling = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('channel-card'), report: reportId }),
  z.strictObject({
    kind: z.literal('state-changed'),
    to: staffId,
    reference,
    state: z.enum(['new', 'acknowledged', 'closed']),
    report: reportId.optional(),
    note: z.literal(true).optional(),
  }),
  z.strictObject({ kind: z.literal('asked-of-reporter'), to: staffId, reference, report: reportId }),
  z.strictObject({ kind: z.literal('reporter-answered'), to: staffId, reference, report: reportId }),
  z.strictObject({ kind: z.literal('with-chair'), to: staffId, reference, report: reportId }),
  z.strictObject({ kind: z.literal('waits-for-you'), to: staffId, reference, report: reportId }),
  z.strictObject({ kind: z.literal('withdrawn'), to: staffId, reference, report: reportId }),
  z.strictObject({ kind: z.literal('added-to'), to: staffId, reference, report: reportId }),
  z.strictObject({ kind: z.literal('card-spent'), to: staffId, reference, message: z.string() }),
  z.strictObject({
    kind: z.literal('card-follows'),
    to: staffId,
    draft: draftId,
    stoppedAt: instant.optional(),
  }),
  z.strictObject({ kind: z.literal('draft-life'), of: staffId, draft: draftId }),
  z.strictObject({ kind: z.literal('draft-at-risk'), to: staffId, draft: draftId }),
  z.strictObject({ kind: z.literal('addition-stopped'), of: staffId, draft: draftId }),
  z.strictObject({ kind: z.literal('picture-stopped'), to: staffId, reference }),
  z.strictObject({ kind: z.literal('pictures-settled'), to: staffId, draft: draftId }),
  z.strictObject({ kind: z.literal('question-waits'), to: staffId, question: questionId }),
  z.strictObject({ kind: z.literal('question-in-channel'), question: questionId }),
  z.strictObject({ kind: z.literal('question-answered'), to: staffId, question: questionId }),
  z.strictObject({ kind: z.literal('destroy-pictures'), report: reportId }),
  z.strictObject({ kind: z.literal('destroy-stopped'), draft: draftId }),
]);
export const waiting = z.strictObject({
  id: id(readTellingId),
  telling,
  dueAt: instant,
  attempts: count,
  sealed: z.boolean(),
}) satisfies z.ZodType<Waiting>;

export const conversation = z.strictObject({
  serviceUrl: z.string(),
  id: z.string(),
}) satisfies z.ZodType<Conversation>;

const linked = {
  id: linkId,
  school: schoolId,
  person: staffId,
  madeAt: instant,
  redeemBy: instant,
  sealed: z.boolean(),
  session: z.strictObject({ secretHash: z.string(), until: instant }).optional(),
  signIn: z.string().optional(),
};
export const link = z.discriminatedUnion('kind', [
  z.strictObject({ ...linked, kind: z.literal('open'), report: reportId, notAboutMe: z.literal(true).optional() }),
  z.strictObject({ ...linked, kind: z.literal('upload'), draft: draftId }),
  z.strictObject({ ...linked, kind: z.literal('locked') }),
]) satisfies z.ZodType<Link>;

// ── what questions teach, and what is asked of the headteacher ──────────────────────────────────────────────────────

const topic = { week: schoolWeek, policy: z.string(), situation: z.string() };
export const topicCounts = z.array(z.strictObject({ ...topic, count })) satisfies z.ZodType<TopicCount[]>;
export const helpfulCounts = z.array(
  z.strictObject({ ...topic, version: z.string(), verdict: z.enum(VERDICTS), yes: count, no: count }),
) satisfies z.ZodType<HelpfulCount[]>;
export const tapped = z.strictObject({});

const byHead = { by: staffId, at: instant };
export const headQuestion = z.strictObject({
  id: questionId,
  asker: staffId,
  askerName: z.string().optional(),
  words: z.string(),
  askedAt: instant,
  answer: z
    .discriminatedUnion('how', [
      z.strictObject({ how: z.literal('written'), words: z.string(), ...byHead }),
      z.strictObject({ how: z.literal('in-person'), ...byHead }),
    ])
    .optional(),
}) satisfies z.ZodType<HeadQuestion>;

// ── a field or a word that core has and no reader knows stops the compiler here, not a person's report at night ─────

type Fields<T> = T extends unknown ? keyof T : never;
/** `true`, or the fields that are missing. */
type Knows<Reader extends z.ZodType, Value> = [Value] extends [z.output<Reader>]
  ? [Exclude<Fields<Value>, Fields<z.output<Reader>>>] extends [never]
    ? true
    : Exclude<Fields<Value>, Fields<z.output<Reader>>>
  : never;
type Loose<T> = T extends string ? T : T extends object ? { -readonly [K in keyof T]: Loose<T[K]> } : T;
true satisfies Knows<typeof draft, Loose<Draft>>;
true satisfies Knows<typeof report, Loose<Report>>;
true satisfies Knows<typeof reportLine, Loose<ReportLine>>;
true satisfies Knows<typeof evidence, Loose<Evidence>>;
true satisfies Knows<typeof stoppedDraft, Loose<Omit<StoppedDraft, 'sealed'>>>;
true satisfies Knows<typeof auditLine, Loose<AuditLine>>;
true satisfies Knows<typeof waiting, Loose<Waiting>>;
true satisfies Knows<typeof link, Loose<Link>>;
true satisfies Knows<typeof headQuestion, Loose<HeadQuestion>>;
