import type { StaffId } from '../core/ids.ts';
import { imageryLeads, type Roles } from '../core/report/audience.ts';
import type { AuditLine, Act } from '../core/report/audit.ts';
import { type Evidence, lockedAmong } from '../core/report/picture.ts';
import { type Report, withLine } from '../core/report/report.ts';
import { toWaiting } from './fileReport.ts';
import { type PictureView, shownCopy } from './asReceived.ts';
import type { Link, Outside, Person, PictureKey } from './ports.ts';
import { whoCanBeAdded } from './standAside.ts';
import { reportFor } from './triageReport.ts';

type OpenLink = Extract<Link, { kind: 'open' }>;
const reader = (link: OpenLink): Person => ({ school: link.school, staff: link.person });

export type ReportPage = {
  readonly report: Report;
  readonly evidence: readonly Evidence[];
  readonly record: readonly AuditLine[];
  /** Those who handle reports and whom it may turn out to concern. */
  readonly others?: readonly StaffId[];
};

const NO_FACTS: Act['facts'] = {};

/** The report with its pictures' facts. The view is a line in the record before a word of it is returned. */
export async function readReport(outside: Outside, link: OpenLink): Promise<ReportPage | null> {
  // Small copies stand on the page itself, so a look at the page is a look at each of them.
  const viewed = await recorded(outside, link, (evidence) => {
    const thumbnails = thumbnailed(evidence).map(({ number }) => number);
    return { what: 'page-viewed', facts: thumbnails.length === 0 ? NO_FACTS : { thumbnails: thumbnails.join(', ') } };
  });
  if (viewed === null) return null;
  const { report, evidence, roles } = viewed;
  const record = await outside.reports.record(link.school, link.report);
  return { report, evidence, record, others: whoCanBeAdded(report, roles, link.person) };
}

export type { PictureView } from './asReceived.ts';

/**
 * The copy of one picture that pages show. The view is in the record first; that write is against the version of the
 * report at which the picture was not sealed, and it is asked once more after it: a seal that comes between ends the view.
 */
export async function viewPicture(outside: Outside, link: OpenLink, number: number): Promise<PictureView> {
  const viewed = await recorded(outside, link, (evidence) =>
    shown(evidence, number) === null ? null : { what: 'picture-viewed', facts: { picture: String(number) } },
  );
  if (viewed === null) return { kind: 'none' };
  const picture = shown(await outside.reports.evidence(link.school, link.report), number);
  return picture === null ? { kind: 'none' } : copyOf(outside, link, viewed.report, picture, ['view']);
}

const shown = (evidence: readonly Evidence[], number: number): Evidence | null =>
  evidence.find((each) => each.number === number && each.state === 'kept' && each.noView !== true) ?? null;

/** One picture is seen without a list of it. Of one that was taken back, or cannot be shown, there is no small copy. */
export function thumbnailed(evidence: readonly Evidence[]): readonly Evidence[] {
  const shown = evidence.filter(
    ({ state, withdrawn, noView }) => state === 'kept' && withdrawn === undefined && noView !== true,
  );
  return shown.length < 2 ? [] : shown;
}

/** The small copy of one picture. The line of the record for it is that of the page that it stands on. */
export async function viewThumbnail(outside: Outside, link: OpenLink, number: number): Promise<PictureView> {
  const found = await reportFor(outside, reader(link), link.report);
  if (found === null) return { kind: 'none' };
  const evidence = await outside.reports.evidence(link.school, link.report);
  const picture = thumbnailed(evidence).find((each) => each.number === number);
  return picture === undefined
    ? { kind: 'none' }
    : copyOf(outside, link, found.kept.value, picture, ['thumbnail', 'view']);
}

async function copyOf(
  outside: Outside,
  link: OpenLink,
  report: Report,
  picture: Evidence,
  copies: readonly PictureKey['copy'][],
): Promise<PictureView> {
  const where = { draft: picture.draft ?? report.draft, picture: picture.id };
  const view = await shownCopy(outside, link.school, where, picture, copies);
  if (view.kind === 'altered' && report.audience !== 'chair')
    outside.log.warn('picture-altered', { report: report.id, number: picture.number });
  return view;
}

/** One press seals it: no route serves those bytes again, and the safeguarding lead is told without content. */
export async function stopPicture(
  outside: Outside,
  link: OpenLink,
  number: number,
  nudge: () => void,
): Promise<'sealed' | 'none'> {
  for (;;) {
    const found = await reportFor(outside, reader(link), link.report);
    const all = found === null ? [] : await outside.reports.evidence(link.school, link.report);
    const picture = all.find((one) => one.number === number);
    if (found === null || picture === undefined) return 'none';
    if (picture.state !== 'kept') return 'sealed';
    const { kept, roles } = found;
    const at = outside.clock.now().toISOString();
    const facts = { picture: String(number) };
    const change = withLine(kept.value, { at, by: link.person, what: 'picture-sealed', facts });
    const sealed = kept.value.audience === 'chair';
    const outcome = await outside.reports.commit(link.school, kept, {
      ...change,
      evidence: lockedAmong(all, picture, at),
      tell: imageryLeads(kept.value, roles).map((to) =>
        toWaiting(outside, { kind: 'picture-stopped', to, reference: kept.value.reference }, sealed),
      ),
    });
    if (outcome === 'done') {
      nudge();
      return 'sealed';
    }
  }
}

/**
 * Writes a line in the record; asks again at each try whether this person may still open the report, and only then what
 * its pictures are. They are as the line says: nothing of a report changes but against its version.
 *
 * @param line  `null`: there is nothing to see, and none is written
 */
async function recorded(
  outside: Outside,
  link: OpenLink,
  line: (evidence: readonly Evidence[]) => Pick<Act, 'what' | 'facts'> | null,
): Promise<{ readonly report: Report; readonly evidence: readonly Evidence[]; readonly roles: Roles } | null> {
  for (;;) {
    const found = await reportFor(outside, reader(link), link.report);
    if (found === null) return null;
    const evidence = await outside.reports.evidence(link.school, link.report);
    const act = line(evidence);
    if (act === null) return null;
    const { kept, roles } = found;
    const change = withLine(kept.value, { at: outside.clock.now().toISOString(), by: link.person, ...act });
    if ((await outside.reports.commit(link.school, kept, change)) === 'done')
      return { report: change.report, evidence, roles };
  }
}
