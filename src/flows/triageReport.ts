import type { Reference, ReportId, StaffId } from '../core/ids.ts';
import { mayOpen, type Roles } from '../core/report/audience.ts';
import { type Report, type ReportLine, type Step, takeStep } from '../core/report/report.ts';
import { addToRecord } from './addToRecord.ts';
import { toWaiting } from './fileReport.ts';
import type { Link, Outside, Page, Person, Telling, Versioned } from './ports.ts';

/** Open is redeemed within two minutes; what follows is a short session. */
export const OPEN_LINK_MS = 2 * 60_000;

export type Triage =
  | { readonly kind: 'done'; readonly report: Report }
  /** The card was out of date: the report as it is now. */
  | { readonly kind: 'already'; readonly report: Report }
  /** Not there, or not for this person: the same answer, so that it tells nothing. */
  | { readonly kind: 'not-yours' };

/** A report that this person may open today, asked of the stored facts. */
export async function reportFor(
  outside: Outside,
  who: Person,
  id: ReportId,
): Promise<{ readonly kept: Versioned<Report>; readonly roles: Roles } | null> {
  const [kept, roles] = await Promise.all([outside.reports.get(who.school, id), outside.roster.roles(who.school)]);
  if (kept === null) return null;
  if (mayOpen(who.staff, kept.value, roles)) return { kept, roles };
  // Of a sealed report not even a refusal is logged: the log is read by people who must not know that there is one.
  if (kept.value.audience !== 'chair') outside.log.warn('report-refused', { report: id, staff: who.staff });
  return null;
}

const TRIES = 6;

/** Acknowledges or closes. Two at once: one wins, the other is shown what the first one did. */
export async function triageReport(
  outside: Outside,
  who: Person,
  id: ReportId,
  step: Step,
  nudge: () => void,
): Promise<Triage> {
  for (let tries = 0; tries < TRIES; tries += 1) {
    const found = await reportFor(outside, who, id);
    if (found === null) return { kind: 'not-yours' };
    const { kept } = found;
    const change = takeStep(kept.value, step, who.staff, outside.clock.now().toISOString());
    if (change === null) return { kind: 'already', report: kept.value };
    const sealed = kept.value.audience === 'chair';
    const tellings: Telling[] = [
      {
        kind: 'state-changed',
        to: kept.value.reporter,
        reference: kept.value.reference,
        state: change.report.state,
        report: id,
        ...(change.report.state === 'closed' && change.report.note !== undefined ? { note: true } : {}),
      },
    ];
    if (kept.value.audience === 'triage') tellings.push({ kind: 'channel-card', report: id });
    const tell = tellings.map((telling) => toWaiting(outside, telling, sealed));
    if ((await outside.reports.commit(who.school, kept, { ...change, tell })) === 'done') {
      nudge();
      return { kind: 'done', report: change.report };
    }
  }
  throw new Error('Cannot change a report: somebody else was quicker every time');
}

/** Stands before a mark among the sealed reports, or for the newest of the others once those are through. */
const SEALED_MARK = 'sealed/';
const OTHERS_MARK = 'others/';

/**
 * The open reports that this person may open, newest first; for the chair those that are sealed, and then the others.
 *
 * @param after  the `next` of the page before. It opens nothing: each page asks anew who may open what
 * @param place  in the channel only what the channel has cards of; in the personal chat everything that is theirs
 * @param known  the roles as they were read in this turn
 */
export async function openReports(
  outside: Outside,
  who: Person,
  place: 'channel' | 'personal',
  most: number,
  after?: string,
  known?: Roles,
): Promise<Page<ReportLine>> {
  const roles = known ?? (await outside.roster.roles(who.school));
  const mine = (line: ReportLine) =>
    mayOpen(who.staff, line, roles) && (place === 'personal' || line.audience === 'triage');
  const others = (room: number, from?: string) =>
    gather((mark) => outside.reports.open(who.school, most, mark), mine, room, from);
  // Asked for only by one who holds the chair's role, so that for everybody else nothing differs, not even the time it takes.
  const isChair = place === 'personal' && roles.chairs.includes(who.staff);
  const isAmongSealed = after === undefined || after.startsWith(SEALED_MARK);
  if (!isChair || !isAmongSealed) return others(most, after?.replace(/^[a-z]+\//, '') || undefined);

  const from = after?.slice(SEALED_MARK.length);
  const sealed = await gather((mark) => outside.reports.openSealed(who.school, most, mark), mine, most, from);
  if (sealed.next !== undefined) return { ...sealed, next: `${SEALED_MARK}${sealed.next}` };
  const room = most - sealed.items.length;
  const rest = await others(Math.max(room, 1));
  if (room <= 0) return rest.items.length === 0 ? sealed : { ...sealed, next: OTHERS_MARK };
  return { ...rest, items: [...sealed.items, ...rest.items] };
}

/** Goes through a list until there are enough of those that are wanted, or it ends. */
async function gather(
  list: (after?: string) => Promise<Page<ReportLine>>,
  wanted: (line: ReportLine) => boolean,
  enough: number,
  after?: string,
): Promise<Page<ReportLine>> {
  const items: ReportLine[] = [];
  let from = after;
  for (;;) {
    const page = await list(from);
    items.push(...page.items.filter(wanted));
    from = page.next;
    if (from === undefined) return { items };
    if (items.length >= enough) return { items, next: from };
  }
}

/** Puts a report's card into the channel anew, at the bottom, where it is seen. */
export async function postAgain(
  outside: Outside,
  who: Person,
  reference: Reference,
  nudge: () => void,
): Promise<'posted' | 'not-yours'> {
  const report = await outside.reports.byReference(who.school, reference);
  if (report === null || report.audience !== 'triage') return 'not-yours';
  const found = await reportFor(outside, who, report.id);
  if (found === null) return 'not-yours';
  const { card: _old, ...bare } = found.kept.value;
  const outcome = await outside.reports.commit(who.school, found.kept, {
    report: bare,
    audit: [],
    tell: [toWaiting(outside, { kind: 'channel-card', report: report.id }, false)],
  });
  if (outcome === 'changed') return postAgain(outside, who, reference, nudge);
  nudge();
  return 'posted';
}

export type Opening =
  | { readonly kind: 'sent'; readonly reference: Reference }
  /** The person never wrote to the bot, so there is no chat to send the link to. */
  | { readonly kind: 'no-chat' }
  | { readonly kind: 'not-yours' };

/** Makes a link for this one person and sends it to their personal chat, never to the place where it was asked for. */
export async function openReport(outside: Outside, who: Person, id: ReportId): Promise<Opening> {
  const found = await reportFor(outside, who, id);
  if (found === null) return { kind: 'not-yours' };
  const chat = await outside.people.conversation(who.school, who.staff);
  if (chat === null) return { kind: 'no-chat' };
  const { value: report } = found.kept;
  const now = outside.clock.now();
  const link: Link = {
    kind: 'open',
    id: outside.ids.link(),
    school: who.school,
    person: who.staff,
    report: id,
    madeAt: now.toISOString(),
    redeemBy: new Date(now.getTime() + OPEN_LINK_MS).toISOString(),
    sealed: report.audience === 'chair',
  };
  const sent = { by: who.staff, what: 'link-sent', facts: {} } as const;
  await addToRecord(outside, who.school, id, sent, undefined, found.kept);
  await outside.links.create(link);
  await outside.notices.send(chat, {
    kind: 'open-link',
    reference: report.reference,
    url: `${outside.publicUrl}/open/${link.id}`,
    until: link.redeemBy,
  });
  return { kind: 'sent', reference: report.reference };
}

export const myReports = (outside: Outside, who: Person, most: number, after?: string): Promise<Page<ReportLine>> =>
  outside.reports.mine(who.school, who.staff, most, after);

export type SetUp = 'set' | 'not-headteacher';

/** Makes a channel the one for reports. Obeyed only from the headteacher named in the settings. */
export async function setUpChannel(
  outside: Outside,
  who: Person,
  channel: { readonly serviceUrl: string; readonly id: string },
): Promise<SetUp> {
  const roles = await outside.roster.roles(who.school);
  if (!roles.headteachers.includes(who.staff)) return 'not-headteacher';
  await outside.desk.setChannel(who.school, channel, who.staff, outside.clock.now().toISOString());
  await outside.outbox.unpark(who.school, THE_CHANNEL, outside.clock.now());
  return 'set';
}

/** What waits for the channel is set aside under this name, as what waits for a person is under theirs. */
export const THE_CHANNEL = 'the-triage-channel' as StaffId;

export async function changeTriager(
  outside: Outside,
  who: Person,
  act: 'add' | 'remove',
  person: StaffId,
): Promise<SetUp> {
  const roles = await outside.roster.roles(who.school);
  if (!roles.headteachers.includes(who.staff)) return 'not-headteacher';
  const at = outside.clock.now().toISOString();
  if (act === 'add') await outside.desk.addTriager(who.school, person, who.staff, at);
  else await outside.desk.removeTriager(who.school, person, who.staff, at);
  return 'set';
}

/** Whether this person may give the commands of the triage channel at all. */
export const isTriager = async (outside: Outside, who: Person): Promise<boolean> =>
  (await rolesForTriager(outside, who)) !== null;

/** All roles, for one who may; `null` for anybody else. */
export async function rolesForTriager(outside: Outside, who: Person): Promise<Roles | null> {
  const roles = await outside.roster.roles(who.school);
  return roles.headteachers.includes(who.staff) || roles.triagers.includes(who.staff) ? roles : null;
}
