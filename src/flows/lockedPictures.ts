/** Pictures that may be indecent, and what the safeguarding lead does about them. No flow here reads a byte of one. */
import type { DraftId, Reference, ReportId, SchoolId, StaffId } from '../core/ids.ts';
import { readDraftId, readReportId } from '../core/ids.ts';
import type { Roles } from '../core/report/audience.ts';
import type { AuditLine } from '../core/report/audit.ts';
import {
  destroyInReport,
  destroyInStopped,
  mayLookAfter,
  type StoppedDraft,
  stoppedFacts,
  withStoppedLine,
} from '../core/report/locked.ts';
import type { Adviser, Destruction, Evidence } from '../core/report/picture.ts';
import { type Report, withLine } from '../core/report/report.ts';
import { toWaiting } from './fileReport.ts';
import type { Link, Outside, Person, Telling, Versioned } from './ports.ts';
import { OPEN_LINK_MS } from './triageReport.ts';

/** `report-…` or `stopped-…`, as a page's address has it. */
export type LockedKey =
  { readonly of: 'report'; readonly id: ReportId } | { readonly of: 'stopped'; readonly id: DraftId };
export function readLockedKey(value: unknown): LockedKey | null {
  const [, of, rest] = /^(report|stopped)-(.+)$/.exec(typeof value === 'string' ? value : '') ?? [];
  const report = of === 'report' ? readReportId(rest) : null;
  if (report !== null) return { of: 'report', id: report };
  const draft = of === 'stopped' ? readDraftId(rest) : null;
  return draft === null ? null : { of: 'stopped', id: draft };
}
export const lockedKeyInWords = ({ of, id }: LockedKey): string => `${of}-${id}`;

/** What is known of a locked picture. Never the picture. */
export type LockedPicture = Pick<Evidence, 'number' | 'sha256' | 'bytes' | 'mediaType' | 'receivedAt'> & {
  readonly destroyed?: Destruction;
};
export type LockedItem = {
  readonly key: LockedKey;
  readonly reference: Reference;
  readonly reporter: StaffId;
  readonly reporterName?: string;
  /** ISO instant: when it was sent, or last changed before it was removed. */
  readonly at: string;
  /** Kept with what concerns the headteacher. */
  readonly sealed: boolean;
  /** Only those that are locked, or were destroyed. */
  readonly pictures: readonly LockedPicture[];
  /** Of a stopped draft; a report's is for those who may open the report. */
  readonly record?: readonly AuditLine[];
};

type Found =
  | { readonly of: 'report'; readonly kept: Versioned<Report>; readonly evidence: readonly Evidence[] }
  | { readonly of: 'stopped'; readonly kept: Versioned<StoppedDraft> };

const wasLocked = ({ state }: Evidence) => state === 'sealed' || state === 'destroyed';

function itemOf(found: Found): LockedItem {
  if (found.of === 'stopped') {
    const { draft, reference, reporter, changedAt, sealed, pictures, record = [] } = found.kept.value;
    return { key: { of: 'stopped', id: draft }, reference, reporter, at: changedAt, sealed, pictures, record };
  }
  const { id, reference, reporter, reporterName, filedAt } = found.kept.value;
  return {
    key: { of: 'report', id },
    reference,
    reporter,
    ...(reporterName === undefined ? {} : { reporterName }),
    at: filedAt,
    sealed: found.kept.value.audience === 'chair',
    pictures: found.evidence.filter(wasLocked),
  };
}

/** What the person may look after today, asked of the stored facts. Anything else is as if it were not there. */
async function find(outside: Outside, { school, staff }: Person, key: LockedKey, roles: Roles): Promise<Found | null> {
  if (key.of === 'stopped') {
    const kept = await outside.stopped.get(school, key.id);
    return kept !== null && mayLookAfter(staff, stoppedFacts(kept.value, roles), roles)
      ? { of: 'stopped', kept }
      : null;
  }
  const kept = await outside.reports.get(school, key.id);
  if (kept === null || !mayLookAfter(staff, kept.value, roles)) return null;
  const evidence = await outside.reports.evidence(school, key.id);
  return evidence.some(wasLocked) ? { of: 'report', kept, evidence } : null;
}

/** Everything locked that waits for this person, oldest first; what is destroyed and gone is no longer among it. */
export async function lockedFor(outside: Outside, who: Person): Promise<readonly LockedItem[]> {
  const roles = await outside.roster.roles(who.school);
  if (!roles.safeguarding.includes(who.staff)) return [];
  // Of what is sealed a headteacher is given nothing, so it is not even asked for.
  const sides = roles.headteachers.includes(who.staff) ? [false] : [false, true];
  const keys = await Promise.all(
    sides.map(async (sealed): Promise<readonly LockedKey[]> => {
      const [reports, stopped] = await Promise.all([
        outside.reports.withLockedPictures(who.school, sealed),
        outside.stopped.list(who.school, sealed),
      ]);
      const waiting = stopped.filter(({ value }) => value.pictures.some((one) => one.destroyed?.goneAt === undefined));
      return [
        ...reports.map((id): LockedKey => ({ of: 'report', id })),
        ...waiting.map(({ value }): LockedKey => ({ of: 'stopped', id: value.draft })),
      ];
    }),
  );
  const found = await Promise.all(keys.flat().map((key) => find(outside, who, key, roles)));
  return found
    .flatMap((one) => (one === null ? [] : [itemOf(one)]))
    .sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : a.reference < b.reference ? -1 : 1));
}

export type LockedLink = 'sent' | 'no-chat' | 'nothing';

/** Sends the lead a link to the page with what is locked. For everybody else, and where nothing is, it is one answer. */
export async function sendLockedLink(outside: Outside, who: Person): Promise<LockedLink> {
  const items = await lockedFor(outside, who);
  if (items.length === 0) return 'nothing';
  const chat = await outside.people.conversation(who.school, who.staff);
  if (chat === null) return 'no-chat';
  const now = outside.clock.now();
  const link: Link = {
    kind: 'locked',
    id: outside.ids.link(),
    school: who.school,
    person: who.staff,
    madeAt: now.toISOString(),
    redeemBy: new Date(now.getTime() + OPEN_LINK_MS).toISOString(),
    // Of a link that leads to what is sealed nothing is logged, as of one to a sealed report.
    sealed: items.some(({ sealed }) => sealed),
  };
  await outside.links.create(link);
  const url = `${outside.publicUrl}/locked/${link.id}`;
  await outside.notices.send(chat, { kind: 'locked-link', url, until: link.redeemBy });
  return 'sent';
}

/** The same list for the page: that it was looked at is in the record of each before it is given. */
export async function listLocked(outside: Outside, who: Person): Promise<readonly LockedItem[]> {
  const items = await lockedFor(outside, who);
  const seen = await Promise.all(items.map(({ key }) => viewLocked(outside, who, key, { as: 'list' })));
  return seen.filter((item) => item !== null);
}

/** What is known of one, for a press on its page whose look was written down before. */
export async function lockedItem(outside: Outside, who: Person, key: LockedKey): Promise<LockedItem | null> {
  const found = await find(outside, who, key, await outside.roster.roles(who.school));
  return found === null ? null : itemOf(found);
}

/** What is known of one, after the look is in its record. @returns `null` where it is not for this person */
export async function viewLocked(
  outside: Outside,
  who: Person,
  key: LockedKey,
  facts: Readonly<Record<string, string>> = {},
): Promise<LockedItem | null> {
  for (;;) {
    const roles = await outside.roster.roles(who.school);
    const found = await find(outside, who, key, roles);
    if (found === null) return null;
    const at = outside.clock.now().toISOString();
    const act = { at, by: who.staff, what: 'locked-viewed', facts } as const;
    const outcome =
      found.of === 'report'
        ? await outside.reports.commit(who.school, found.kept, withLine(found.kept.value, act))
        : await outside.stopped.commit(who.school, found.kept, withStoppedLine(found.kept.value, act));
    if (outcome === 'done') return itemOf(found);
  }
}

export type DestructionSaid = {
  readonly adviser: Adviser;
  readonly adviceReference: string;
  readonly reason: string;
  /** The pictures that the person was shown as locked, by number: one that was locked since is not among them. */
  readonly numbers: readonly number[];
};
export type Destroyed =
  | { readonly kind: 'destroyed'; readonly pictures: number }
  /** They were destroyed before, or none of those numbers is locked. */
  | { readonly kind: 'already' }
  | { readonly kind: 'none' };

/**
 * The recorded act by which locked pictures are destroyed. First it is kept, with everything that remains of them and the
 * row for the worker in one transaction; only then does a byte go.
 */
export async function destroyPictures(
  outside: Outside,
  who: Person,
  key: LockedKey,
  { numbers, ...said }: DestructionSaid,
  nudge: () => void,
): Promise<Destroyed> {
  for (;;) {
    const roles = await outside.roster.roles(who.school);
    const found = await find(outside, who, key, roles);
    if (found === null) return { kind: 'none' };
    const destroyed: Destruction = { ...said, at: outside.clock.now().toISOString(), by: who.staff };
    const kept = await keepDestruction(outside, who.school, found, numbers, destroyed);
    if (kept === 'changed') continue;
    if (kept === 0) return { kind: 'already' };
    nudge();
    return { kind: 'destroyed', pictures: kept };
  }
}

async function keepDestruction(
  outside: Outside,
  school: SchoolId,
  found: Found,
  numbers: readonly number[],
  destroyed: Destruction,
): Promise<number | 'changed'> {
  if (found.of === 'report') {
    const { value: report } = found.kept;
    const change = destroyInReport(report, found.evidence, numbers, destroyed);
    if (change.evidence.length === 0) return 0;
    const tell = [toWaiting(outside, { kind: 'destroy-pictures', report: report.id }, report.audience === 'chair')];
    const outcome = await outside.reports.commit(school, found.kept, { ...change, tell });
    return outcome === 'done' ? change.evidence.length : 'changed';
  }
  const { value: stopped } = found.kept;
  const next = destroyInStopped(stopped, numbers, destroyed);
  const count = (next.record ?? []).length - (stopped.record ?? []).length;
  if (count === 0) return 0;
  const tell = [toWaiting(outside, { kind: 'destroy-stopped', draft: stopped.draft }, stopped.sealed)];
  return (await outside.stopped.commit(school, found.kept, next, tell)) === 'done' ? count : 'changed';
}

// ── the worker ──────────────────────────────────────────────────────────────────────────────────────────────────────

/** What the storage holds back after deletion is asked after once a day: nothing of ours can hurry it. */
const ASK_AGAIN_MS = 24 * 60 * 60_000;

/**
 * Takes away the bytes of what was destroyed, and writes in the record when nothing is left of them. Ends as it began
 * wherever it is cut off: what is gone stays gone, and what is not is found again by its state.
 */
export async function finishDestroying(
  outside: Outside,
  school: SchoolId,
  telling: Extract<Telling, { kind: 'destroy-pictures' | 'destroy-stopped' }>,
): Promise<'told' | { readonly again: Date }> {
  const left =
    telling.kind === 'destroy-pictures'
      ? await finishInReport(outside, school, telling.report)
      : await finishInStopped(outside, school, telling.draft);
  return left === 0 ? 'told' : { again: new Date(outside.clock.now().getTime() + ASK_AGAIN_MS) };
}

async function finishInReport(outside: Outside, school: SchoolId, id: ReportId): Promise<number> {
  for (;;) {
    const kept = await outside.reports.get(school, id);
    const evidence = await outside.reports.evidence(school, id);
    const doomed = evidence.filter(({ destroyed }) => destroyed !== undefined && destroyed.goneAt === undefined);
    if (kept === null || doomed.length === 0) return 0;
    const gone: Evidence[] = [];
    for (const picture of doomed) {
      const draft = picture.draft ?? kept.value.draft;
      if ((await outside.evidence.destroy(school, { draft, picture: picture.id })) === 0) gone.push(picture);
    }
    const left = doomed.length - gone.length;
    if (gone.length === 0) return left;
    const at = outside.clock.now().toISOString();
    let report: Report = kept.value;
    const audit = gone.flatMap(({ number }) => {
      const facts = { picture: String(number) };
      const lined = withLine(report, { at, by: 'postwise', what: 'picture-gone', facts });
      report = lined.report;
      return lined.audit;
    });
    const changed = gone.map((picture) => marked(picture, at));
    if ((await outside.reports.commit(school, kept, { report, audit, evidence: changed })) === 'done') return left;
  }
}

async function finishInStopped(outside: Outside, school: SchoolId, draft: DraftId): Promise<number> {
  for (;;) {
    const kept = await outside.stopped.get(school, draft);
    const doomed = (kept?.value.pictures ?? []).filter(
      ({ destroyed }) => destroyed !== undefined && destroyed.goneAt === undefined,
    );
    if (kept === null || doomed.length === 0) return 0;
    const at = outside.clock.now().toISOString();
    let next = kept.value;
    for (const { id, number } of doomed) {
      if ((await outside.evidence.destroy(school, { draft, picture: id })) > 0) continue;
      const facts = { picture: String(number) };
      next = {
        ...withStoppedLine(next, { at, by: 'postwise', what: 'picture-gone', facts }),
        pictures: next.pictures.map((picture) => (picture.id === id ? marked(picture, at) : picture)),
      };
    }
    const left = next.pictures.filter(({ destroyed }) => destroyed !== undefined && destroyed.goneAt === undefined);
    if (next === kept.value) return left.length;
    if ((await outside.stopped.commit(school, kept, next)) === 'done') return left.length;
  }
}

const marked = <P extends { readonly destroyed?: Destruction }>(picture: P, goneAt: string): P =>
  picture.destroyed === undefined ? picture : { ...picture, destroyed: { ...picture.destroyed, goneAt } };
