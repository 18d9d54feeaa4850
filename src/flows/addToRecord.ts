import type { ReportId, SchoolId } from '../core/ids.ts';
import type { Act } from '../core/report/audit.ts';
import { type Report, withLine } from '../core/report/report.ts';
import type { Outside, Versioned } from './ports.ts';

/**
 * Adds one line to a report's record, and what `change` makes of the report with it, in one transaction.
 *
 * @param read  the report as it was read in this turn; read here where it is not given, and again where it has changed
 * @returns     the report with the line, or `null` where there is none
 */
export async function addToRecord(
  outside: Outside,
  school: SchoolId,
  id: ReportId,
  act: Omit<Act, 'at'>,
  change: (report: Report) => Report = (report) => report,
  read?: Versioned<Report>,
): Promise<Report | null> {
  let given = read;
  for (;;) {
    const kept = given ?? (await outside.reports.get(school, id));
    given = undefined;
    if (kept === null) return null;
    const next = withLine(change(kept.value), { at: outside.clock.now().toISOString(), ...act });
    if ((await outside.reports.commit(school, kept, next)) === 'done') return next.report;
  }
}
