import type { DraftId, Reference } from '../core/ids.ts';
import { imageryLeads } from '../core/report/audience.ts';
import { lockedAt } from '../core/report/picture.ts';
import { type Report, withLine } from '../core/report/report.ts';
import type { AuditLine } from '../core/report/audit.ts';
import { toWaiting } from './fileReport.ts';
import type { Outside, Person } from './ports.ts';

export type StoppedAfterSend = {
  readonly reference: Reference;
  /** Pictures of the report that nobody can open any more, those that were locked before among them. */
  readonly locked: number;
};

/**
 * The reporter says only after Send that a picture may be indecent: every picture of that report is sealed in one stored
 * step, as by a reader's Stop, and the safeguarding lead is told without content. It is not taken back.
 *
 * @param draft  the one that the report was sent from
 * @returns `null` where this person sent no report from it
 */
export async function stopSentPictures(
  outside: Outside,
  who: Person,
  draft: DraftId,
  nudge: () => void,
): Promise<StoppedAfterSend | null> {
  for (;;) {
    const sent = await outside.reports.byDraft(who.school, draft);
    if (sent === null || sent.reporter !== who.staff) return null;
    const [kept, roles] = await Promise.all([
      outside.reports.get(who.school, sent.id),
      outside.roster.roles(who.school),
    ]);
    if (kept === null) return null;
    // After the report: what was added between the two would be neither in this list nor met as a change.
    const evidence = await outside.reports.evidence(who.school, sent.id);
    const stopped = { reference: kept.value.reference, locked: evidence.length };
    const open = evidence.filter(({ state }) => state === 'kept');
    if (open.length === 0) return stopped;

    const at = outside.clock.now().toISOString();
    let report: Report = kept.value;
    const audit: AuditLine[] = [];
    for (const { number } of open) {
      const lined = withLine(report, { at, by: who.staff, what: 'picture-sealed', facts: { picture: String(number) } });
      report = lined.report;
      audit.push(...lined.audit);
    }
    const outcome = await outside.reports.commit(who.school, kept, {
      report,
      audit,
      evidence: open.map((picture) => lockedAt(picture, at)),
      tell: imageryLeads(report, roles).map((to) =>
        toWaiting(outside, { kind: 'picture-stopped', to, reference: report.reference }, report.audience === 'chair'),
      ),
    });
    if (outcome === 'done') {
      nudge();
      return stopped;
    }
  }
}
