import { alreadySentCard, draftGoneCard, draftWaitingCard } from '../cards/draftCards.ts';
import { myPicturesCard } from '../cards/myPicturesCard.ts';
import { refusals } from '../cards/sentences.ts';
import { readDraftId, readReportId, type DraftId, type ReportId } from '../core/ids.ts';
import { readPictureReason } from '../core/report/picture.ts';
import { LONGEST_ADDITION, readWithdrawalReason } from '../core/report/report.ts';
import { addNow, keepAddition, startAddingTo } from '../flows/addToReport.ts';
import type { DraftTurn } from '../flows/changeDraft.ts';
import { dropPicture } from '../flows/guideReport.ts';
import { rememberWhereShown } from '../flows/rememberCard.ts';
import type { Person } from '../flows/ports.ts';
import { ownPictures, takeBackPicture } from '../flows/withdrawPicture.ts';
import { ownReport, withdrawReport } from '../flows/withdrawReport.ts';
import type { Action } from './intent.ts';
import { guideCard } from './guideCard.ts';
import { answerOne, newCode } from './exchangeActions.ts';
import { ownCard, reportCard } from './ownCard.ts';
import { readNumber } from './readNumber.ts';
import type { Hand, Talk } from './talk.ts';

/** A press on a card about a report that the person sent. Whose it is, is asked of the store, never of the card. */
export async function actOnMine(talk: Talk, who: Person, { verb, data, card }: Action, hand: Hand): Promise<void> {
  const draft = readDraftId(data['draft']);
  if (draft !== null) return actOnAddition(talk, who, draft, { verb, data, card }, hand);
  const id = readReportId(data['report']);
  if (id === null) return hand.text(refusals.notYours);
  switch (verb) {
    case 'mine.open': {
      const report = await ownReport(talk.outside, who, id);
      if (report === null) return hand.text(refusals.notYours);
      await hand.card(data['see'] === 'report' ? await reportCard(talk, report) : await ownCard(talk, report));
      return;
    }
    case 'mine.answer':
      return answerOne(talk, who, id, data, hand);
    case 'mine.new-code':
      return newCode(talk, who, id, data['sure'] === true || data['sure'] === 'true', hand);
    case 'mine.start-add':
      return startAdding(talk, who, id, hand);
    case 'mine.pictures': {
      const own = await ownPictures(talk.outside, who, id);
      if (own === null) return hand.text(refusals.notYours);
      await hand.card(myPicturesCard(own.report, own.evidence));
      return;
    }
    case 'mine.take-back':
      return takeBack(talk, who, id, data, hand);
    case 'mine.withdraw': {
      const reason = readWithdrawalReason(data['reason']);
      if (reason === null) return hand.text(refusals.withdrawalReasonMissing);
      const words = text(data['f.why']).slice(0, LONGEST_KEPT);
      const done = await withdrawReport(talk.outside, who, id, { reason, words }, talk.nudge);
      if (done.kind === 'not-yours') return hand.text(refusals.notYours);
      await hand.card(await reportCard(talk, done.report));
      return;
    }
    default:
      return hand.text(refusals.notUnderstood);
  }
}

async function takeBack(talk: Talk, who: Person, id: ReportId, data: Action['data'], hand: Hand): Promise<void> {
  const reason = readPictureReason(data['reason']);
  const number = readNumber(data['number']);
  if (reason === null || number === null) return hand.text(refusals.pictureOrReasonMissing);
  const turn = await takeBackPicture(talk.outside, who, id, number, reason);
  if (turn.kind === 'not-yours') return hand.text(refusals.notYours);
  const done = turn.kind === 'done' ? `You took back number ${number}.` : 'That was done before, or is not possible.';
  await hand.card(myPicturesCard(turn.report, turn.evidence, done));
}

/** Of what is too long to be added, so much comes back to be shortened. */
const LONGEST_KEPT = 8_000;

const text = (value: unknown): string => (typeof value === 'string' ? value : '');

/** What is to be added is gathered on cards of its own, beginning with the question about pictures. */
export async function startAdding(talk: Talk, who: Person, id: ReportId, hand: Hand): Promise<void> {
  const started = await startAddingTo(talk.outside, who, id);
  switch (started.kind) {
    case 'not-yours':
      return hand.text(refusals.notYours);
    case 'no-more':
      return hand.text(NO_MORE[started.why]);
    case 'other-draft':
      await hand.newCard(draftWaitingCard(started.draft, started.report.reference));
      return;
    case 'draft':
      await rememberWhereShown(
        talk.outside,
        who,
        started.draft.id,
        await hand.newCard(await guideCard(talk, who, started.draft)),
      );
      return;
  }
}

const NO_MORE = {
  closed: 'That report is closed. Write “report” to start a new one, and give the old reference in it.',
  withdrawn: 'You withdrew that report. Write “report” to start a new one, and give the old reference in it.',
  'too-many':
    'That report has been added to many times. Write “report” to start a new one, and give the old reference in it.',
} as const;

const NOT_YET = {
  ...NO_MORE,
  empty: 'There is nothing to add yet. Send a picture or write something, then press “Add it”.',
  'too-long': `That is longer than ${LONGEST_ADDITION} characters. Nothing is lost: please shorten it, then press “Add it”.`,
  'pictures-coming': 'A picture is still on its way. I will tell you when it is stored; then press “Add it” again.',
  unanswered: '',
} as const;

async function actOnAddition(
  talk: Talk,
  who: Person,
  id: DraftId,
  { verb, data, card }: Pick<Action, 'verb' | 'data' | 'card'>,
  hand: Hand,
): Promise<void> {
  const { outside } = talk;
  const words = text(data['f.added']).slice(0, LONGEST_KEPT);
  switch (verb) {
    case 'mine.again': {
      const turn = await keepAddition(outside, who, id, words);
      const number = data['act'] === 'remove' && turn.kind === 'draft' ? readNumber(data['number']) : null;
      return showAddition(talk, who, number === null ? turn : await dropPicture(outside, who, id, number), hand);
    }
    case 'mine.add': {
      const added = await addNow(outside, who, id, words, talk.nudge, card);
      if (added.kind === 'added') {
        await hand.card(
          await reportCard(
            talk,
            added.report,
            'Added. Those who handle it are told that there is more, without what it says.',
          ),
        );
        return;
      }
      if (added.kind !== 'not-yet') return showAddition(talk, who, added, hand);
      await hand.card(await guideCard(talk, who, added.draft, { problem: NOT_YET[added.why] }));
      return;
    }
    default:
      return hand.text(refusals.notUnderstood);
  }
}

async function showAddition(talk: Talk, who: Person, turn: DraftTurn, hand: Hand): Promise<void> {
  if (turn.kind === 'draft') await hand.card(await guideCard(talk, who, turn.draft));
  else await hand.card(turn.kind === 'already-sent' ? alreadySentCard(turn.reference) : draftGoneCard());
}
