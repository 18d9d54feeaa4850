import { chairCodeCard, chairCodeConfirmCard } from '../cards/draftCards.ts';
import { reportQuestionCard } from '../cards/reportQuestionCard.ts';
import { refusals } from '../cards/sentences.ts';
import type { ReportId } from '../core/ids.ts';
import { LONGEST_ANSWER, MOST_ANSWERS, readWords } from '../core/report/questions.ts';
import { giveAnswer } from '../flows/askReporter.ts';
import type { Person } from '../flows/ports.ts';
import { newCodeFor } from '../flows/sealForChair.ts';
import { ownReport } from '../flows/withdrawReport.ts';
import { outsideOf } from './guideCard.ts';
import type { Action } from './intent.ts';
import { hasNow, ownCard } from './ownCard.ts';
import { readNumber } from './readNumber.ts';
import type { Hand, Talk } from './talk.ts';

/** The reporter answers a question about their own report, on the card that shows it. */
export async function answerOne(
  talk: Talk,
  who: Person,
  id: ReportId,
  data: Action['data'],
  hand: Hand,
): Promise<void> {
  const typed = typeof data['f.answer'] === 'string' ? data['f.answer'] : '';
  const number = readNumber(data['question']);
  if (number === null) return hand.text(refusals.notUnderstood);
  const given = await giveAnswer(talk.outside, who, id, { question: number, words: readWords(typed) }, talk.nudge);
  if (given.kind === 'not-yours') return hand.text(refusals.notYours);
  const { report } = given;
  if (given.kind !== 'refused') {
    await hand.card(await ownCard(talk, report, given.kind === 'answered' ? ANSWER_KEPT : ANSWERED_BEFORE));
    return;
  }
  const question = report.questions?.find((one) => one.number === number);
  if (question === undefined || given.why === 'no-such-question') return hand.text(refusals.notUnderstood);
  await hand.card(
    reportQuestionCard(report, question, { problem: NOT_AN_ANSWER[given.why], typed, now: await hasNow(talk, report) }),
  );
}

const ANSWER_KEPT = 'Your answer is kept. Those who handle the report are told that there is one, not what it says.';
const ANSWERED_BEFORE = 'That answer is kept already. Nothing was sent twice.';
const NOT_AN_ANSWER = {
  empty: 'There is nothing in the box yet. Write your answer, then press “Send the answer”.',
  'too-long': `That is longer than ${LONGEST_ANSWER.toLocaleString('en-GB')} characters. Nothing is lost: please shorten it, then press “Send the answer”.`,
  'too-many': `You have answered this question ${MOST_ANSWERS} times. What you typed is not kept: use “Add to it” on the report for more.`,
} as const;

/** A code opens a report to whoever has it, so the one before is not ended by a press that was a slip. */
export async function newCode(talk: Talk, who: Person, id: ReportId, sure: boolean, hand: Hand): Promise<void> {
  const report = await ownReport(talk.outside, who, id);
  if (report === null) return hand.text(refusals.notYours);
  if (report.chairCode !== undefined && !sure && (await hasNow(talk, report)) === 'chair') {
    await hand.card(chairCodeConfirmCard(report));
    return;
  }
  const made = await newCodeFor(talk.outside, who, id);
  if (made === null) return hand.text(refusals.notYours);
  const { chairIsConcerned } = outsideOf(talk, made.report, await talk.outside.roster.roles(who.school));
  const isFirst = report.chairCode === undefined;
  await hand.card(chairCodeCard(made.reference, made.code, { isFirst, chairIsConcerned }));
}
