import myReports from '../../cards/my-reports.json' with { type: 'json' };
import type { ReportLine } from '../core/report/report.ts';
import { type CardJson, fills } from './fill.ts';
import { nPictures, stateForReporter } from './sentences.ts';
import { inLondonShort } from './when.ts';

const fillMyReports = fills(myReports);

/** A person's own reports, newest first. `next` is the mark from which older ones go on. */
export const myReportsCard = (lines: readonly ReportLine[], page: { readonly next?: string } = {}): CardJson =>
  fillMyReports({
    empty: lines.length === 0 ? 'You have sent no reports.' : '',
    lines: lines.map(({ reference, state, filedAt, pictures }) => ({
      reference,
      state: stateForReporter(state),
      filedAt: inLondonShort(filedAt),
      pictures: nPictures(pictures).toLowerCase(),
    })),
    next: page.next ?? '',
  });
