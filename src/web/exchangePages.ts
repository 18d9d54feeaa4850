import { readWords, LONGEST_NOTE, LONGEST_QUESTION, MOST_QUESTIONS, whyNotWords } from '../core/report/questions.ts';
import { readClosingReason } from '../core/report/report.ts';
import { putQuestion } from '../flows/askReporter.ts';
import { reportFor, triageReport } from '../flows/triageReport.ts';
import { type Answer, seeOther } from './answer.ts';
import { refused } from './doors.ts';
import { askAgainPage, closeAgainPage, notSentPage } from './exchangeView.ts';
import { inside, noLongerPage } from './openPages.ts';
import { badRequestPage } from './plainPages.ts';
import { type Asked, readForm } from './request.ts';
import type { WebOptions } from './web.ts';

/** More than fits is to come back to whoever typed it, so more than fits is read. */
const MOST_WRITTEN_BYTES = 256 * 1024;

const PROBLEMS = {
  empty: 'There is nothing in the box yet. Nothing was sent.',
  'too-long': `That is longer than ${LONGEST_QUESTION.toLocaleString('en-GB')} characters. Nothing was sent: please shorten it.`,
  'too-many': `${MOST_QUESTIONS} questions have been asked already. Please speak with the reporter in person.`,
  closed: 'The report is closed, so nothing was sent. Please speak with the reporter in person.',
} as const;

/** A question from the page on which the report is read. Who may ask is asked of the store, as for every look. */
export async function askTheReporter(web: WebOptions, asked: Asked): Promise<Answer> {
  const form = await readForm(asked.request, MOST_WRITTEN_BYTES);
  const typed = form?.get('words') ?? '';
  const within = await inside(web, asked);
  if (!('link' in within)) return notTaken(web, refused(within), typed);
  if (form === null) return badRequestPage(web.standingLine);
  const { link, path } = within;
  const who = { school: link.school, staff: link.person };
  const put = await putQuestion(web.outside, who, link.report, readWords(typed), web.nudge);
  switch (put.kind) {
    case 'not-yours':
      return noLongerPage(web.standingLine);
    case 'refused':
      return askAgainPage(put.report, path, { words: typed, problem: PROBLEMS[put.why] }, web.standingLine);
    default:
      return seeOther(`${path}#questions`);
  }
}

/** Closes the report with its reason for the record and, if one is given, a note that the reporter reads. */
export async function closeReport(web: WebOptions, asked: Asked): Promise<Answer> {
  const form = await readForm(asked.request, MOST_WRITTEN_BYTES);
  const typed = form?.get('note') ?? '';
  const within = await inside(web, asked);
  if (!('link' in within)) return notTaken(web, refused(within), typed);
  if (form === null) return badRequestPage(web.standingLine);
  const { link, path } = within;
  const who = { school: link.school, staff: link.person };
  const reason = readClosingReason(form.get('reason'));
  const note = readWords(typed);
  if (reason === null || whyNotWords(note, LONGEST_NOTE) === 'too-long') {
    const found = await reportFor(web.outside, who, link.report);
    if (found === null) return noLongerPage(web.standingLine);
    const problem =
      reason === null
        ? 'Choose a reason first. Nothing was closed.'
        : `The note is longer than ${LONGEST_NOTE.toLocaleString('en-GB')} characters. Nothing was closed: please shorten it.`;
    return closeAgainPage(found.kept.value, path, { words: typed, problem, reason }, web.standingLine);
  }
  const closed = await triageReport(web.outside, who, link.report, { kind: 'close', reason, note }, web.nudge);
  return closed.kind === 'not-yours' ? noLongerPage(web.standingLine) : seeOther(`${path}#questions`);
}

/** What somebody typed while their page ended is given back to them, and is kept nowhere. */
const notTaken = (web: WebOptions, answer: Answer, typed: string): Answer =>
  typed.trim() === '' ? answer : notSentPage(answer.status, typed, web.standingLine);
