import { refusals, setUp } from '../cards/sentences.ts';
import { triageCard, triageListCard } from '../cards/triageCards.ts';
import { readReportId } from '../core/ids.ts';
import { LONGEST_NOTE, readWords, whyNotWords } from '../core/report/questions.ts';
import { lineOf, readClosingReason, type Report, type Step } from '../core/report/report.ts';
import { channelNotice } from '../flows/deliverWaiting.ts';
import { isTriager, openReport, openReports, postAgain, reportFor, triageReport } from '../flows/triageReport.ts';
import type { Person } from '../flows/ports.ts';
import type { Action } from './intent.ts';
import { type Hand, LIST_LENGTH, type Talk } from './talk.ts';

/** A press on a card of those who handle reports. Who presses is asked of the store each time, never of the card. */
export async function actOnTriage(talk: Talk, who: Person, action: Action, hand: Hand): Promise<void> {
  const { verb, data, from } = action;
  if (from.place !== 'personal' && !(await isHere(talk, action))) return hand.text(setUp.onlyInTriageChannel);
  if (verb === 'triage.list') {
    // The list takes the place of the one that everybody in the channel sees.
    if (from.place !== 'personal' && !(await isTriager(talk.outside, who))) return hand.text(setUp.onlyTriagers);
    const after = typeof data['after'] === 'string' && data['after'] !== '' ? data['after'] : undefined;
    const page = await openReports(
      talk.outside,
      who,
      from.place === 'personal' ? 'personal' : 'channel',
      LIST_LENGTH,
      after,
    );
    await hand.card(triageListCard(page.items, page.next === undefined ? {} : { next: page.next }));
    return;
  }
  const id = readReportId(data['report']);
  if (id === null) return hand.text(refusals.notYours);
  switch (verb) {
    case 'triage.acknowledge':
      return step(talk, who, id, { kind: 'acknowledge' }, action, hand);
    case 'triage.close': {
      const reason = readClosingReason(data['reason']);
      if (reason === null) return hand.text(refusals.reasonMissing);
      const note = readWords(data['f.note']);
      if (whyNotWords(note, LONGEST_NOTE) === 'too-long') return hand.text(refusals.noteTooLong);
      return step(talk, who, id, { kind: 'close', reason, note }, action, hand);
    }
    case 'triage.open':
      return open(talk, who, id, hand);
    case 'triage.again': {
      const found = await reportFor(talk.outside, who, id);
      if (found === null) return hand.text(refusals.notYours);
      const posted = await postAgain(talk.outside, who, found.kept.value.reference, talk.nudge);
      return hand.text(posted === 'posted' ? 'Its card is on its way to the channel again.' : refusals.notYours);
    }
    default:
      return hand.text('I do not know this button; the card may be an old one. Write “reports” for the list.');
  }
}

/** Whether it was pressed in the channel that is set up for reports: not in a group, nor in one that was set up before. */
async function isHere(talk: Talk, { from }: Action): Promise<boolean> {
  const channel = await talk.outside.desk.channel(talk.school);
  return from.place === 'channel' && channel?.id === from.conversation.id;
}

async function step(talk: Talk, who: Person, id: Report['id'], taken: Step, action: Action, hand: Hand): Promise<void> {
  const triage = await triageReport(talk.outside, who, id, taken, talk.nudge);
  if (triage.kind === 'not-yours') return hand.text(refusals.notYours);
  const inChannel = action.from.place !== 'personal';
  const notice = channelNotice(triage.report);
  // In the channel only what the channel has cards of is ever shown, even to one who may open more.
  if (inChannel && notice.kind !== 'report') return hand.text('Done.');
  await hand.card(triageCard(asLine(triage.report)));
  if (triage.kind === 'already') await hand.text(refusals.stepTaken);
}

const asLine = (report: Report) => ({ kind: 'report', line: lineOf(report), steps: stepsOf(report) }) as const;
const stepsOf = (report: Report) => {
  const notice = channelNotice({ ...report, audience: 'triage' });
  return notice.kind === 'report' ? notice.steps : [];
};

async function open(talk: Talk, who: Person, id: Report['id'], hand: Hand): Promise<void> {
  const opening = await openReport(talk.outside, who, id);
  switch (opening.kind) {
    case 'sent':
      return hand.text(setUp.linkComesPersonally);
    case 'no-chat':
      return hand.text(setUp.writeToMeFirst);
    case 'not-yours':
      return hand.text(refusals.notYours);
  }
}
