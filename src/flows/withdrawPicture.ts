import type { ReportId } from '../core/ids.ts';
import type { Evidence, PictureReason } from '../core/report/picture.ts';
import { type Report, withdrawPicture } from '../core/report/report.ts';
import type { Outside, Person } from './ports.ts';
import { ownReport } from './withdrawReport.ts';

export type PictureTurn =
  | { readonly kind: 'done'; readonly report: Report; readonly evidence: readonly Evidence[] }
  /** Taken back before, locked, or no such number: the pictures as they are. */
  | { readonly kind: 'already'; readonly report: Report; readonly evidence: readonly Evidence[] }
  | { readonly kind: 'not-yours' };

/** The pictures of a report, for the one who sent it: their numbers and what became of them. */
export async function ownPictures(
  outside: Outside,
  who: Person,
  id: ReportId,
): Promise<{ readonly report: Report; readonly evidence: readonly Evidence[] } | null> {
  const report = await ownReport(outside, who, id);
  return report === null ? null : { report, evidence: await outside.reports.evidence(who.school, id) };
}

const TRIES = 6;

/** The reporter, and nobody else, takes back one picture of a report that was sent. It stays kept; twice is once. */
export async function takeBackPicture(
  outside: Outside,
  who: Person,
  id: ReportId,
  number: number,
  reason: PictureReason,
): Promise<PictureTurn> {
  for (let tries = 0; tries < TRIES; tries += 1) {
    const kept = await outside.reports.get(who.school, id);
    if (kept === null || kept.value.reporter !== who.staff) return { kind: 'not-yours' };
    const evidence = await outside.reports.evidence(who.school, id);
    const picture = evidence.find((one) => one.number === number);
    const at = outside.clock.now().toISOString();
    const change = picture === undefined ? null : withdrawPicture(kept.value, picture, reason, at);
    if (change === null) return { kind: 'already', report: kept.value, evidence };
    if ((await outside.reports.commit(who.school, kept, change)) === 'done') {
      const now = evidence.map((one) => change.evidence.find(({ id: same }) => same === one.id) ?? one);
      return { kind: 'done', report: change.report, evidence: now };
    }
  }
  throw new Error('Cannot take back a picture: somebody else was quicker every time');
}
