import myReport from '../../cards/my-report.json' with { type: 'json' };
import myReports from '../../cards/my-reports.json' with { type: 'json' };
import type { Audience } from '../core/report/audience.ts';
import { type Question, waitingQuestions } from '../core/report/questions.ts';
import { type Report, type ReportLine, whyNotAdd, WITHDRAWAL_REASONS } from '../core/report/report.ts';
import { type CardJson, fills } from './fill.ts';
import { audienceInWords, nextForReporter, nPictures, stateForReporter } from './sentences.ts';
import { inLondon, inLondonShort } from './when.ts';

const fillMyReports = fills(myReports);
const fillMyReport = fills(myReport);

/** A person's own reports, newest first. `next` is the mark from which older ones go on. */
export const myReportsCard = (lines: readonly ReportLine[], page: { readonly next?: string } = {}): CardJson =>
  fillMyReports({
    empty: lines.length === 0 ? 'You have sent no reports.' : '',
    lines: lines.map((line) => ({
      report: line.id,
      reference: line.reference,
      state: [
        stateForReporter(line.state),
        ...(line.withdrawn === true ? ['You withdrew it'] : []),
        ...(line.askedAt === undefined ? [] : ['A question waits for you']),
        ...(line.noted === true ? ['There is a note for you'] : []),
      ].join('. '),
      filedAt: inLondonShort(line.filedAt),
      pictures: nPictures(line.pictures).toLowerCase(),
    })),
    first: lines[0]?.id ?? '',
    next: page.next ?? '',
  });

/**
 * One of them, for the person who sent it: where it stands, the note it was closed with and what can still be done, and no
 * word of what it says. Why it was closed is for the record.
 *
 * @param now  who has it today, where it has gone on since it was sent
 */
export const myReportCard = (report: Report, done = '', now: Audience = report.audience): CardJson =>
  fillMyReport({
    report: report.id,
    draft: report.draft,
    done,
    reference: report.reference,
    state: stateForReporter(report.state),
    withdrawn: report.withdrawn === undefined ? '' : `You withdrew it ${inLondonShort(report.withdrawn.at)}`,
    next: nextForReporter(report, now),
    note: report.state === 'closed' ? (report.note ?? '') : '',
    noNote:
      report.state === 'closed' && report.note === undefined
        ? 'No note was left for you. If you want to know what came of it, ask in person and give the reference.'
        : '',
    filedAt: inLondon(report.filedAt),
    audience: audienceInWords(report.audience),
    goneOn: now === report.audience ? '' : `It has gone on since, to ${audienceInWords(now)}.`,
    pictures: nPictures(report.pictures),
    added:
      report.additions === undefined
        ? ''
        : `Added to ${report.additions.map(({ at }) => inLondonShort(at)).join('; ')}`,
    asked: (report.questions ?? []).map(questionLine).join('\n'),
    questionWaits: waitingQuestions(report).length > 0,
    // Six buttons are all that a card takes: while a question waits, the code's stands on the question's card.
    withChair: now === 'chair' && waitingQuestions(report).length === 0,
    roomForList: waitingQuestions(report).length === 0 && (now !== 'chair' || report.pictures === 0),
    hasPictures: report.pictures > 0,
    mayAdd: whyNotAdd(report) === null,
    mayWithdraw: report.state !== 'closed' && report.withdrawn === undefined,
    reasons: WITHDRAWAL_REASONS,
  });

/** Without the words: those stand on the question's own card until it is answered, and on the report's page. */
function questionLine({ number, at, answers }: Question): string {
  const asked = `Question ${number}, ${inLondonShort(at)}`;
  const last = answers.at(-1);
  return last === undefined ? `${asked}: waits for your answer` : `${asked}: answered ${inLondonShort(last.at)}`;
}
