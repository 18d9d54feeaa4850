import { createHash } from 'node:crypto';
import type { DraftId, Reference, ReportId, SchoolId, StaffId } from '../core/ids.ts';
import { audienceNow, type Roles } from '../core/report/audience.ts';
import type { AuditLine } from '../core/report/audit.ts';
import { type ChairCode, isChairCode } from '../core/report/chairCode.ts';
import type { Evidence } from '../core/report/picture.ts';
import { type Report, withLine } from '../core/report/report.ts';
import { addToRecord } from './addToRecord.ts';
import { mintChairCode } from './fileReport.ts';
import type { Outside, Person, Versioned } from './ports.ts';

/** So many wrong codes in an hour, and the report is locked until the hour of the first of them is over. */
const MOST_WRONG_CODES = 5;
const WRONG_CODE_COUNTS_MS = 60 * 60_000;
/** What one file that opens itself in a browser can carry. */
export const MOST_PACK_BYTES = 100 * 1024 * 1024;

export type PackAsked = {
  readonly school: SchoolId;
  readonly reference: Reference;
  /** Who takes it out: one whom the report does not concern, and no headteacher. */
  readonly by: StaffId;
  readonly name: string;
  readonly reason: string;
  /** `null` where what was typed cannot be a code: that counts as a wrong one. */
  readonly code: ChairCode | null;
  readonly withPictures: boolean;
};

export type PackPicture = { readonly evidence: Evidence } & (
  | { readonly kind: 'original'; readonly bytes: Buffer }
  /** `sealed`: it may be indecent; `destroyed`: it was, by the safeguarding lead. `altered`: no longer the bytes that were received. `not-asked`: left out on request. */
  | { readonly kind: 'left-out'; readonly why: 'sealed' | 'destroyed' | 'altered' | 'not-asked' }
);

export type PackContents = {
  readonly report: Report;
  readonly pictures: readonly PackPicture[];
  /** With the line that says that this was taken out. */
  readonly record: readonly AuditLine[];
};

export type PackOutcome =
  | { readonly kind: 'pack'; readonly contents: PackContents }
  /** No such report, not one for the chair, or not for this person: one answer for all. */
  | { readonly kind: 'not-yours' }
  | { readonly kind: 'wrong-code'; readonly triesLeft: number }
  /** ISO instant. */
  | { readonly kind: 'locked'; readonly until: string }
  | { readonly kind: 'too-large'; readonly bytes: number };

/**
 * Takes a report that the chair has out of the bot, sealed or come to the chair since, for a chair who has no account to open it with. The line in the record is kept
 * before anything is given; a wrong code is a line as well, and each guess is judged against the version of the report
 * at which it was counted, so that guesses at the same time are counted one after the other. Nothing is logged.
 */
export async function sealForChair(
  outside: Pick<Outside, 'reports' | 'evidence' | 'roster' | 'clock'>,
  asked: PackAsked,
): Promise<PackOutcome> {
  const { school, by, code, name, reason } = asked;
  for (;;) {
    const roles = await outside.roster.roles(school);
    const kept = await chairsReport(outside, asked, roles);
    if (kept === null) return { kind: 'not-yours' };
    const report = kept.value;
    const at = outside.clock.now().toISOString();
    const refuse = async (facts: Readonly<Record<string, string>>) =>
      (await outside.reports.commit(school, kept, withLine(report, { at, by, what: 'pack-refused', facts }))) ===
      'done';

    if (!mayTakeOut(by, report, roles)) {
      if (await refuse({ why: 'person' })) return { kind: 'not-yours' };
      continue;
    }
    const record = (await outside.reports.record(school, report.id)).slice(0, report.chain.lines);
    const wrong = wrongCodes(record, at);
    const first = wrong.at(-MOST_WRONG_CODES);
    if (first !== undefined && wrong.length >= MOST_WRONG_CODES)
      return { kind: 'locked', until: new Date(Date.parse(first) + WRONG_CODE_COUNTS_MS).toISOString() };
    if (code === null || report.chairCode === undefined || !(await isChairCode(code, report.chairCode))) {
      if (await refuse({ why: 'code' })) return { kind: 'wrong-code', triesLeft: MOST_WRONG_CODES - wrong.length - 1 };
      continue;
    }

    const evidence = await outside.reports.evidence(school, report.id);
    const bytes = evidence.reduce((sum, picture) => sum + (picture.state === 'kept' ? picture.bytes : 0), 0);
    if (asked.withPictures && bytes > MOST_PACK_BYTES) return { kind: 'too-large', bytes };
    const pictures = await Promise.all(evidence.map((picture) => pictureFor(outside, asked, report, picture)));
    const given = pictures.filter(({ kind }) => kind === 'original').length;
    const facts = { name, reason, pictures: String(given) };
    const change = withLine(report, { at, by, what: 'pack-written', facts });
    if ((await outside.reports.commit(school, kept, change)) !== 'done') continue;
    return { kind: 'pack', contents: { report: change.report, pictures, record: [...record, ...change.audit] } };
  }
}

async function chairsReport(
  { reports }: Pick<Outside, 'reports'>,
  { school, reference }: PackAsked,
  roles: Roles,
): Promise<Versioned<Report> | null> {
  const found = await reports.byReference(school, reference);
  const kept = found === null ? null : await reports.get(school, found.id);
  return kept !== null && isWithChair(kept.value, roles) ? kept : null;
}

/** Sealed for the chair, or come to the chair because everybody before is shut out. */
export const isWithChair = (report: Report, roles: Roles): boolean => audienceNow(report, roles) === 'chair';

const mayTakeOut = (person: StaffId, report: Report, roles: Roles): boolean =>
  !report.concerned.includes(person) && !roles.headteachers.includes(person);

/** When each wrong code of the last hour was given, oldest first. */
const wrongCodes = (record: readonly AuditLine[], now: string): readonly string[] =>
  record
    .filter(
      ({ what, facts, at }) =>
        what === 'pack-refused' && facts['why'] === 'code' && Date.parse(now) - Date.parse(at) < WRONG_CODE_COUNTS_MS,
    )
    .map(({ at }) => at);

async function pictureFor(
  { evidence: store }: Pick<Outside, 'evidence'>,
  { school, withPictures }: PackAsked,
  report: Report,
  evidence: Evidence,
): Promise<PackPicture> {
  if (evidence.state !== 'kept') return { evidence, kind: 'left-out', why: evidence.state };
  if (!withPictures) return { evidence, kind: 'left-out', why: 'not-asked' };
  const original = await store.get(school, {
    draft: evidence.draft ?? report.draft,
    picture: evidence.id,
    copy: 'original',
  });
  const isSame = original !== null && createHash('sha256').update(original.bytes).digest('hex') === evidence.sha256;
  return isSame
    ? { evidence, kind: 'original', bytes: original.bytes }
    : { evidence, kind: 'left-out', why: 'altered' };
}

export type NewCode = { readonly reference: Reference; readonly code: ChairCode; readonly report: Report };

/**
 * A new code for the reporter of a sealed report, who lost the one on the receipt or never saw it: Teams may deliver a
 * press twice, and the second answer takes the receipt's place. The code before it opens nothing any more.
 *
 * @param draft  the one that the report was sent from
 * @returns `null` where this person sent no report from it that the chair has
 */
export async function newChairCode(outside: Outside, who: Person, draft: DraftId): Promise<NewCode | null> {
  const sent = await outside.reports.byDraft(who.school, draft);
  return sent === null ? null : newCodeFor(outside, who, sent.id);
}

/** The same for a report by its own id: also one that came to the chair later, which had no code until now. */
export async function newCodeFor(outside: Outside, who: Person, id: ReportId): Promise<NewCode | null> {
  const [sent, roles] = await Promise.all([outside.reports.get(who.school, id), outside.roster.roles(who.school)]);
  if (sent === null || sent.value.reporter !== who.staff || !isWithChair(sent.value, roles)) return null;
  const { code, hash } = await mintChairCode(outside);
  const act = { by: who.staff, what: 'code-made', facts: {} } as const;
  const made = await addToRecord(outside, who.school, id, act, (report) => ({ ...report, chairCode: hash }));
  return made === null ? null : { reference: made.reference, code, report: made };
}
