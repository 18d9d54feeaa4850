import template from '../../cards/report-question.json' with { type: 'json' };
import { LONGEST_ANSWER, type Question, waitingQuestions } from '../core/report/questions.ts';
import type { Audience } from '../core/report/audience.ts';
import type { Report } from '../core/report/report.ts';
import { type CardJson, fills } from './fill.ts';
import { inLondon, inLondonShort } from './when.ts';

const fillQuestion = fills(template);

/** Of what is too long to be kept, so much comes back to be shortened: a card has an end. */
const LONGEST_SHOWN_BACK = 8_000;

/**
 * One question, for the person who sent the report: what is asked, never who asks. It is shown here and in no notice, and
 * goes when it is answered.
 *
 * @param now    who has it today, where it has gone on since it was sent
 * @param typed  what stands in the box, where it could not be kept yet
 */
export const reportQuestionCard = (
  report: Report,
  question: Question,
  more: { readonly done?: string; readonly problem?: string; readonly typed?: string; readonly now?: Audience } = {},
): CardJson =>
  fillQuestion({
    report: report.id,
    reference: report.reference,
    number: String(question.number),
    done: more.done ?? '',
    problem: more.problem ?? '',
    place: placeOf(report, question),
    question: question.words,
    before: beforeOf(question),
    caution: cautionOf(report),
    longest: LONGEST_ANSWER.toLocaleString('en-GB'),
    withChair: (more.now ?? report.audience) === 'chair',
    typed: (more.typed ?? '').slice(0, LONGEST_SHOWN_BACK),
  });

/** A picture may have been stopped after Send as well; which, its reporter is not told here. */
const cautionOf = ({ imagery, pictures }: Report): string =>
  imagery !== 'no'
    ? 'Do not describe what such a picture shows, and do not send it to anybody.'
    : pictures > 0
      ? 'If a picture may be indecent, do not describe what it shows, and do not send it to anybody.'
      : '';

function placeOf(report: Report, { number, at }: Question): string {
  const waiting = waitingQuestions(report).length;
  const asked = `Asked ${inLondon(at)}`;
  return waiting > 1 ? `${asked}. ${waiting} questions wait; this is number ${number}.` : `${asked}.`;
}

function beforeOf({ answers }: Question): string {
  const last = answers.at(-1);
  return last === undefined
    ? ''
    : `You answered ${inLondonShort(last.at)}. What you write now is kept beside that answer.`;
}
