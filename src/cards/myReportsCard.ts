import myReport from '../../cards/my-report.json' with { type: 'json' };
import myReports from '../../cards/my-reports.json' with { type: 'json' };
import { type Report, type ReportLine, whyNotAdd, WITHDRAWAL_REASONS } from '../core/report/report.ts';
import { type CardJson, fills } from './fill.ts';
import { audienceInWords, closingReasonInWords, nPictures, stateForReporter } from './sentences.ts';
import { inLondon, inLondonShort } from './when.ts';

const fillMyReports = fills(myReports);
const fillMyReport = fills(myReport);

/** A person's own reports, newest first. `next` is the mark from which older ones go on. */
export const myReportsCard = (lines: readonly ReportLine[], page: { readonly next?: string } = {}): CardJson =>
  fillMyReports({
    empty: lines.length === 0 ? 'You have sent no reports.' : '',
    lines: lines.map(({ id, reference, state, filedAt, pictures, withdrawn }) => ({
      report: id,
      reference,
      state: withdrawn === true ? `${stateForReporter(state)}. You withdrew it` : stateForReporter(state),
      filedAt: inLondonShort(filedAt),
      pictures: nPictures(pictures).toLowerCase(),
    })),
    first: lines[0]?.id ?? '',
    next: page.next ?? '',
  });

/** One of them, for the person who sent it: where it stands and what can still be done, and no word of what it says. */
export const myReportCard = (report: Report, done = ''): CardJson =>
  fillMyReport({
    report: report.id,
    draft: report.draft,
    done,
    reference: report.reference,
    state: stateForReporter(report.state),
    withdrawn: report.withdrawn === undefined ? '' : `You withdrew it ${inLondonShort(report.withdrawn.at)}`,
    outcome: report.state === 'closed' ? `What came of it: ${closingReasonInWords(report.reason)}.` : '',
    filedAt: inLondon(report.filedAt),
    audience: audienceInWords(report.audience),
    pictures: nPictures(report.pictures),
    added:
      report.additions === undefined
        ? ''
        : `Added to ${report.additions.map(({ at }) => inLondonShort(at)).join('; ')}`,
    hasPictures: report.pictures > 0,
    mayAdd: whyNotAdd(report) === null,
    mayWithdraw: report.state !== 'closed' && report.withdrawn === undefined,
    reasons: WITHDRAWAL_REASONS,
  });
