import type { ReportId, StaffId } from '../core/ids.ts';
import { audienceNow, openers, type Roles } from '../core/report/audience.ts';
import type { Act, AuditLine } from '../core/report/audit.ts';
import { type Report, withLine } from '../core/report/report.ts';
import { toWaiting } from './fileReport.ts';
import { handlersOf } from './guideReport.ts';
import type { Link, Outside, Person, Telling, Versioned } from './ports.ts';
import { reportFor } from './triageReport.ts';

type OpenLink = Extract<Link, { kind: 'open' }>;
const reader = (link: OpenLink): Person => ({ school: link.school, staff: link.person });

/** What a person is asked about before a word of the report is shown: its reference, and no more. */
export async function aboutToOpen(outside: Outside, link: OpenLink): Promise<Report['reference'] | null> {
  return (await reportFor(outside, reader(link), link.report))?.kept.value.reference ?? null;
}

/** "No: open it." A line in the record first, then the link lets its one browser go on. */
export async function sayNotAboutMe(outside: Outside, kept: Versioned<Link>): Promise<'go-on' | 'none'> {
  const { value: link } = kept;
  if (link.kind !== 'open') return 'none';
  if (link.notAboutMe === true) return 'go-on';
  for (;;) {
    const found = await reportFor(outside, reader(link), link.report);
    if (found === null) return 'none';
    const at = outside.clock.now().toISOString();
    const change = withLine(found.kept.value, { at, by: link.person, what: 'not-about-me', facts: {} });
    if ((await outside.reports.commit(link.school, found.kept, change)) === 'done') break;
  }
  for (let now: Versioned<Link> | null = kept; ; now = await outside.links.get(link.school, link.id)) {
    if (now === null || now.value.kind !== 'open') return 'none';
    if ((await outside.links.replace(now, { ...now.value, notAboutMe: true })) === 'done') return 'go-on';
  }
}

export type ShutOut =
  /** Somebody can still open it; `wentOn` where those are others than before, who are told that it waits. */
  | { readonly kind: 'done'; readonly wentOn: boolean }
  /** Nobody here may open it any more. */
  | { readonly kind: 'nobody-left' }
  | { readonly kind: 'none' };

/** "Yes: stand aside." In one stored change the person is among those whom it concerns, and opens it no more. */
export const standAside = (outside: Outside, link: OpenLink, nudge: () => void): Promise<ShutOut> =>
  shutOut(outside, reader(link), link.report, link.person, nudge);

export type Added =
  | Exclude<ShutOut, { kind: 'none' }>
  /** It concerns the headteacher: that is for the chair, in a report that was sealed from its first word. */
  | { readonly kind: 'headteacher' }
  | { readonly kind: 'none' };

/**
 * One who may open a report found that it concerns another who handles reports. That person opens it no more from now.
 *
 * A headteacher is not added. What was sent unsealed cannot be sealed after: it stands in lists, and its card in the
 * channel. That somebody tried is written nowhere, since the headteacher reads the record.
 */
export async function addConcerned(
  outside: Outside,
  link: OpenLink,
  person: StaffId,
  nudge: () => void,
): Promise<Added> {
  const found = await reportFor(outside, reader(link), link.report);
  if (found === null) return { kind: 'none' };
  const { roles, kept } = found;
  if (roles.headteachers.includes(person) && kept.value.audience !== 'chair') return { kind: 'headteacher' };
  if (!whoCanBeAdded(kept.value, roles, link.person).includes(person)) return { kind: 'none' };
  return shutOut(outside, reader(link), link.report, person, nudge);
}

/** Those who handle reports and could come to open this one; not the reader, who can stand aside. */
export const whoCanBeAdded = (report: Report, roles: Roles, reading: StaffId): readonly StaffId[] =>
  handlersOf(roles).filter((person) => person !== reading && !report.concerned.includes(person));

async function shutOut(
  outside: Outside,
  who: Person,
  id: ReportId,
  person: StaffId,
  nudge: () => void,
): Promise<ShutOut> {
  for (;;) {
    const found = await reportFor(outside, who, id);
    if (found === null) return { kind: 'none' };
    const { kept, roles } = found;
    const before = kept.value;
    const concerned = [...new Set([...before.concerned, person])];
    const at = outside.clock.now().toISOString();
    const line: Pick<Act, 'what' | 'facts'> =
      person === who.staff ? { what: 'stood-aside', facts: {} } : { what: 'person-added', facts: { person } };
    let change: { report: Report; audit: readonly AuditLine[] } = withLine(
      { ...before, concerned },
      { at, by: who.staff, ...line },
    );
    const left = openers(change.report, roles);
    const couldOpen = openers(before, roles);
    const fresh = left.filter((opener) => !couldOpen.includes(opener));
    const to = audienceNow(change.report, roles);
    if (left.length === 0 || to !== audienceNow(before, roles)) {
      const facts = { to: left.length === 0 ? 'nobody' : to };
      const next = withLine(change.report, { at, by: 'postwise', what: 'went-on', facts });
      change = { report: next.report, audit: [...change.audit, ...next.audit] };
    }
    const { reference, reporter } = before;
    const tellings = fresh.map((to): Telling => ({ kind: 'waits-for-you', to, reference, report: id }));
    // A chair without an account hears of it from the reporter, who can have a code made for them.
    if (left.length === 0 && before.audience !== 'chair')
      tellings.push({ kind: 'with-chair', to: reporter, reference, report: id });
    const tell = tellings.map((telling) => toWaiting(outside, telling, before.audience === 'chair'));
    if ((await outside.reports.commit(who.school, kept, { ...change, tell })) !== 'done') continue;
    if (tell.length > 0) nudge();
    return left.length === 0 ? { kind: 'nobody-left' } : { kind: 'done', wentOn: fresh.length > 0 };
  }
}
