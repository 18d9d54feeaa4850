import { myReportCard } from '../cards/myReportsCard.ts';
import { refusals } from '../cards/sentences.ts';
import { readReportId } from '../core/ids.ts';
import { readWithdrawalReason } from '../core/report/report.ts';
import type { Person } from '../flows/ports.ts';
import { ownReport, withdrawReport } from '../flows/withdrawReport.ts';
import type { Action } from './guideActions.ts';
import type { Hand, Talk } from './talk.ts';

/** A press on a card about a report that the person sent. Whose it is, is asked of the store, never of the card. */
export async function actOnMine(talk: Talk, who: Person, { verb, data }: Action, hand: Hand): Promise<void> {
  const id = readReportId(data['report']);
  if (id === null) return hand.text(refusals.notYours);
  switch (verb) {
    case 'mine.open': {
      const report = await ownReport(talk.outside, who, id);
      if (report === null) return hand.text(refusals.notYours);
      await hand.card(myReportCard(report));
      return;
    }
    case 'mine.withdraw': {
      const reason = readWithdrawalReason(data['reason']);
      if (reason === null) return hand.text(refusals.withdrawalReasonMissing);
      const words = typeof data['f.words'] === 'string' ? data['f.words'] : '';
      const done = await withdrawReport(talk.outside, who, id, { reason, words }, talk.nudge);
      if (done.kind === 'not-yours') return hand.text(refusals.notYours);
      await hand.card(myReportCard(done.report));
      return;
    }
    default:
      return hand.text(refusals.notUnderstood);
  }
}
