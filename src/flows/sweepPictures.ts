import type { SchoolId } from '../core/ids.ts';
import { COPIES, type Outside } from './ports.ts';

/** So long may bytes stand before the row that names them is written; a slow upload takes minutes. */
export const UNNAMED_FOR_MS = 60 * 60_000;

/**
 * Takes away bytes that nothing names: a crash between the bytes and their row leaves them, and they could be of a kind that
 * must not be kept. Sealed pictures are named, by their report or by what a removed draft left for the safeguarding lead.
 *
 * @param since  bytes that have stood since before then are looked at
 * @returns      how many pictures were taken away
 */
export async function sweepPictures(outside: Outside, school: SchoolId, since: Date): Promise<number> {
  const { evidence, drafts, reports, log } = outside;
  // In this order: a draft that is sent meanwhile is no longer among the drafts, and is then found as a report.
  const standing = await evidence.standing(school, since);
  if (standing.length === 0) return 0;
  const named = await drafts.picturesNamed(school);
  let swept = 0;
  for (const { draft, picture } of standing) {
    if (named.has(picture)) continue;
    const report = await reports.byDraft(school, draft);
    const kept = report === null ? [] : await reports.evidence(school, report.id);
    if (kept.some(({ id, state }) => id === picture && state !== 'destroyed')) continue;
    for (const copy of COPIES) await evidence.remove(school, { draft, picture, copy });
    swept += 1;
  }
  if (swept > 0) log.info('pictures-swept', { count: swept });
  return swept;
}
