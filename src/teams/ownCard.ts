import { myReportCard } from '../cards/myReportsCard.ts';
import { reportQuestionCard } from '../cards/reportQuestionCard.ts';
import { type Audience, audienceNow } from '../core/report/audience.ts';
import { waitingQuestions } from '../core/report/questions.ts';
import type { Report } from '../core/report/report.ts';
import type { CardJson } from './intent.ts';
import type { Talk } from './talk.ts';

/** What the reporter sees on opening one of theirs: the oldest question that waits, or where it stands. */
export async function ownCard(talk: Talk, report: Report, done = ''): Promise<CardJson> {
  const question = waitingQuestions(report)[0];
  return question === undefined
    ? reportCard(talk, report, done)
    : reportQuestionCard(report, question, { done, now: await hasNow(talk, report) });
}

/** Where it stands, even while a question waits. */
export const reportCard = async (talk: Talk, report: Report, done = ''): Promise<CardJson> =>
  myReportCard(report, done, await hasNow(talk, report));

/** Who has it today. Only where somebody is shut out can that be another than at Send, so only then are the roles asked for. */
export const hasNow = async (talk: Talk, report: Report): Promise<Audience> =>
  report.audience === 'chair' || report.concerned.length === 0
    ? report.audience
    : audienceNow(report, await talk.outside.roster.roles(talk.school));
