import type { ReportId } from '../core/ids.ts';
import { audienceNow, mayOpen, openers, type Roles } from '../core/report/audience.ts';
import { type Answered, type Asked, askReporter, keepAnswer } from '../core/report/exchange.ts';
import type { Report } from '../core/report/report.ts';
import { toWaiting } from './fileReport.ts';
import type { Outside, Person, Telling, Waiting } from './ports.ts';
import { reportFor } from './triageReport.ts';

const TRIES = 6;

export type Question =
  | { readonly kind: 'asked' | 'already'; readonly report: Report }
  | (Extract<Asked, { kind: 'refused' }> & { readonly report: Report })
  /** Not there, or not for this person: the same answer. */
  | { readonly kind: 'not-yours' };

/**
 * Puts a question to the reporter. It is kept with its line in the record before anybody is told; what the reporter is told
 * is that one waits, and neither what it asks nor who asks it.
 *
 * @param words  as `readWords` gives them
 */
export async function putQuestion(
  outside: Outside,
  who: Person,
  id: ReportId,
  words: string,
  nudge: () => void,
): Promise<Question> {
  for (let tries = 0; tries < TRIES; tries += 1) {
    const found = await reportFor(outside, who, id);
    if (found === null) return { kind: 'not-yours' };
    const { kept, roles } = found;
    const asked = askReporter(kept.value, words, who.staff, outside.clock.now().toISOString());
    if (asked.kind !== 'asked') return { ...asked, report: kept.value };
    const { reporter, reference } = kept.value;
    const tell = [
      tellOf(outside, kept.value, { kind: 'asked-of-reporter', to: reporter, reference, report: id }),
      ...cardInChannel(outside, asked.change.report, roles),
    ];
    if ((await outside.reports.commit(who.school, kept, { ...asked.change, tell })) === 'done') {
      nudge();
      return { kind: 'asked', report: asked.change.report };
    }
  }
  throw new Error('Cannot put a question: somebody else was quicker every time');
}

export type AnswerKept =
  | { readonly kind: 'answered' | 'already'; readonly report: Report }
  | (Extract<Answered, { kind: 'refused' }> & { readonly report: Report })
  | { readonly kind: 'not-yours' };

/**
 * Keeps the reporter's answer, whatever became of the report since, and tells those who handle it that one is there.
 *
 * @param words  as `readWords` gives them
 */
export async function giveAnswer(
  outside: Outside,
  who: Person,
  id: ReportId,
  { question, words }: { readonly question: number; readonly words: string },
  nudge: () => void,
): Promise<AnswerKept> {
  for (let tries = 0; tries < TRIES; tries += 1) {
    const [kept, roles] = await Promise.all([outside.reports.get(who.school, id), outside.roster.roles(who.school)]);
    if (kept === null || kept.value.reporter !== who.staff) return { kind: 'not-yours' };
    const answered = keepAnswer(kept.value, question, words, outside.clock.now().toISOString());
    if (answered.kind !== 'answered') return { ...answered, report: kept.value };
    const tell = tellOfAnswer(outside, answered.change.report, question, roles);
    if ((await outside.reports.commit(who.school, kept, { ...answered.change, tell })) === 'done') {
      nudge();
      return { kind: 'answered', report: answered.change.report };
    }
  }
  throw new Error('Cannot keep an answer: somebody else was quicker every time');
}

/**
 * Whoever asked is told in person, if they may still open it, and in the channel its card says so to the others. Of a
 * narrower audience everybody is told, and so they are where the asker may not open it any more.
 */
function tellOfAnswer(outside: Outside, report: Report, question: number, roles: Roles): readonly Waiting[] {
  const { id, reference } = report;
  const asker = report.questions?.find(({ number }) => number === question)?.by;
  const isShared = audienceNow(report, roles) === 'triage';
  const to =
    isShared && asker !== undefined && mayOpen(asker, report, roles) ? [asker] : isShared ? [] : openers(report, roles);
  return [
    ...cardInChannel(outside, report, roles),
    ...to.map((staff) => tellOf(outside, report, { kind: 'reporter-answered', to: staff, reference, report: id })),
  ];
}

/** Only where the channel's own people have the report now. */
const cardInChannel = (outside: Outside, report: Report, roles: Roles): readonly Waiting[] =>
  report.audience === 'triage' && audienceNow(report, roles) === 'triage'
    ? [tellOf(outside, report, { kind: 'channel-card', report: report.id })]
    : [];

const tellOf = (outside: Outside, report: Report, telling: Telling): Waiting =>
  toWaiting(outside, telling, report.audience === 'chair');
