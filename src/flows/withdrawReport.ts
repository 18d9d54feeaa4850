import type { ReportId } from '../core/ids.ts';
import { audienceNow, openers, type Roles } from '../core/report/audience.ts';
import { LONGEST_WITHDRAWAL_WORDS, type Report, withdraw, type WithdrawalReason } from '../core/report/report.ts';
import { toWaiting } from './fileReport.ts';
import type { Outside, Person, Telling, Waiting } from './ports.ts';

/** A report that this person sent. Nobody else's, and none at all, are the same answer. */
export async function ownReport(outside: Outside, who: Person, id: ReportId): Promise<Report | null> {
  const kept = await outside.reports.get(who.school, id);
  return kept !== null && kept.value.reporter === who.staff ? kept.value : null;
}

export type Withdrawing =
  | { readonly kind: 'done'; readonly report: Report }
  /** Withdrawn before, or closed: the report as it is. */
  | { readonly kind: 'already'; readonly report: Report }
  | { readonly kind: 'not-yours' };

const TRIES = 6;

/** A flag with a reason, never a deletion: those who handle it are told, and decide what is still to be done. */
export async function withdrawReport(
  outside: Outside,
  who: Person,
  id: ReportId,
  said: { readonly reason: WithdrawalReason; readonly words: string },
  nudge: () => void,
): Promise<Withdrawing> {
  const words = said.words.trim().slice(0, LONGEST_WITHDRAWAL_WORDS);
  for (let tries = 0; tries < TRIES; tries += 1) {
    const [kept, roles] = await Promise.all([outside.reports.get(who.school, id), outside.roster.roles(who.school)]);
    if (kept === null || kept.value.reporter !== who.staff) return { kind: 'not-yours' };
    const change = withdraw(kept.value, {
      at: outside.clock.now().toISOString(),
      reason: said.reason,
      ...(words === '' ? {} : { words }),
    });
    if (change === null) return { kind: 'already', report: kept.value };
    const tell = tellHandlers(outside, change.report, roles, 'withdrawn');
    if ((await outside.reports.commit(who.school, kept, { ...change, tell })) === 'done') {
      nudge();
      return { kind: 'done', report: change.report };
    }
  }
  throw new Error('Cannot withdraw a report: somebody else was quicker every time');
}

/** Those who handle a report are told without content: its card in the channel is made anew, the others in person. */
export function tellHandlers(
  outside: Outside,
  report: Report,
  roles: Roles,
  kind: Extract<Telling['kind'], 'withdrawn' | 'added-to'>,
): readonly Waiting[] {
  const { id, reference, audience } = report;
  const tellings: Telling[] = audience === 'triage' ? [{ kind: 'channel-card', report: id }] : [];
  if (audienceNow(report, roles) !== 'triage')
    tellings.push(...openers(report, roles).map((to): Telling => ({ kind, to, reference, report: id })));
  return tellings.map((telling) => toWaiting(outside, telling, audience === 'chair'));
}
