import type { ReportId, SchoolId } from '../core/ids.ts';
import type { Act } from '../core/report/audit.ts';
import { type Report, withLine } from '../core/report/report.ts';
import type { Outside } from './ports.ts';

/**
 * Adds one line to a report's record, and what `change` makes of the report with it, in one transaction.
 *
 * @returns the report with the line, or `null` where there is none
 */
export async function addToRecord(
  outside: Outside,
  school: SchoolId,
  id: ReportId,
  act: Omit<Act, 'at'>,
  change: (report: Report) => Report = (report) => report,
): Promise<Report | null> {
  for (;;) {
    const kept = await outside.reports.get(school, id);
    if (kept === null) return null;
    const next = withLine(change(kept.value), { at: outside.clock.now().toISOString(), ...act });
    if ((await outside.reports.commit(school, kept, next)) === 'done') return next.report;
  }
}
