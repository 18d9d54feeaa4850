import added from '../../cards/notice-added.json' with { type: 'json' };
import reportAnswer from '../../cards/notice-report-answer.json' with { type: 'json' };
import atRisk from '../../cards/notice-draft-at-risk.json' with { type: 'json' };
import draftEnds from '../../cards/notice-draft-ends.json' with { type: 'json' };
import link from '../../cards/notice-link.json' with { type: 'json' };
import lockedLink from '../../cards/notice-locked-link.json' with { type: 'json' };
import pictures from '../../cards/notice-pictures.json' with { type: 'json' };
import reportQuestion from '../../cards/notice-report-question.json' with { type: 'json' };
import state from '../../cards/notice-state.json' with { type: 'json' };
import stopped from '../../cards/notice-stopped.json' with { type: 'json' };
import withdrawn from '../../cards/notice-withdrawn.json' with { type: 'json' };
import question from '../../cards/notice-question.json' with { type: 'json' };
import waits from '../../cards/notice-waits.json' with { type: 'json' };
import withChair from '../../cards/notice-with-chair.json' with { type: 'json' };
import { never } from '../core/never.ts';
import { USEFUL, type Useful } from '../core/report/capture.ts';
import { type Draft, nextStep, notKeptPictures, storedPictures } from '../core/report/draft.ts';
import type { Notice } from '../flows/ports.ts';
import type { Contacts } from './contacts.ts';
import { leads } from './safetyCards.ts';
import { sentCard } from './draftCards.ts';
import { stageOf } from './draftStage.ts';
import { type CardJson, fills } from './fill.ts';
import { countedInWords, picturesCard } from './picturesCard.ts';
import { keptSentence, usefulSentence } from './pictureSentences.ts';
import { notKeptSentence, stateForReporter } from './sentences.ts';
import { clockInLondon, inLondon } from './when.ts';

const fillAdded = fills(added);
const fillReportAnswer = fills(reportAnswer);
const fillAtRisk = fills(atRisk);
const fillDraftEnds = fills(draftEnds);
const fillLink = fills(link);
const fillLockedLink = fills(lockedLink);
const fillPictures = fills(pictures);
const fillQuestion = fills(question);
const fillReportQuestion = fills(reportQuestion);
const fillState = fills(state);
const fillStopped = fills(stopped);
const fillWaits = fills(waits);
const fillWithChair = fills(withChair);
const fillWithdrawn = fills(withdrawn);

/** What a person is told in their own chat, unasked. No name, and no word of what was reported. */
export function noticeCard(notice: Notice, contacts: Contacts = {}): CardJson {
  switch (notice.kind) {
    case 'state-changed':
      return fillState({
        reference: notice.reference,
        state: `${stateForReporter(notice.state)}.`,
        report: notice.report ?? '',
        note: notice.note === true ? 'There is a note for you. It is not shown here until you press.' : '',
      });
    case 'asked-of-reporter':
      return fillReportQuestion({ reference: notice.reference, report: notice.report });
    case 'reporter-answered':
      return fillReportAnswer({ reference: notice.reference, report: notice.report });
    case 'with-chair':
      return fillWithChair({ reference: notice.reference, report: notice.report });
    case 'waits-for-you':
      return fillWaits({ reference: notice.reference, report: notice.report });
    case 'withdrawn':
      return fillWithdrawn({ reference: notice.reference, report: notice.report });
    case 'added-to':
      return fillAdded({ reference: notice.reference, report: notice.report });
    case 'draft-ends':
      return fillDraftEnds({ draft: notice.draft, until: inLondon(notice.until) });
    case 'draft-at-risk':
      return fillAtRisk({ draft: notice.draft, safeguarding: leads(contacts).safeguarding });
    case 'card-spent':
      return sentCard(notice.reference);
    case 'picture-stopped':
      return fillStopped({ reference: notice.reference });
    case 'pictures-settled':
      return picturesSettled(notice.draft, notice.useful);
    case 'draft-pictures':
      return picturesCard(notice.draft, notice.page, notice.useful);
    case 'locked-link':
      return fillLockedLink({ url: notice.url, until: clockInLondon(notice.until) });
    case 'open-link':
      return fillLink({ reference: notice.reference, url: notice.url, until: clockInLondon(notice.until) });
    case 'question-waits':
      return fillQuestion({
        title: 'A question waits for you',
        line: 'A member of staff asks you something that the policy does not answer. Look around you before you read it: others may see your screen.',
        press: 'Read it',
        verb: 'question.open',
        question: notice.question,
      });
    case 'question-answered':
      return fillQuestion({
        title: 'The headteacher has answered your question',
        line: 'Look around you before you read it: others may see your screen.',
        press: 'Read the answer',
        verb: 'question.read',
        question: notice.question,
      });
    default:
      return never(notice);
  }
}

function picturesSettled(draft: Draft, useful: readonly Useful[] = USEFUL): CardJson {
  const troubles = notKeptPictures(draft);
  const kept = storedPictures(draft);
  const nothingKept = { kept: [], useful: '', troubles: [] };
  if (draft.imagery === undefined)
    return fillPictures({
      stage: stageOf(draft, nextStep(draft)),
      title: 'A picture waits for your answer no longer',
      ...nothingKept,
      again:
        'I have not fetched or looked at it, and have let go of its address. The question about pictures comes first.',
    });
  // Sealed or dropped since: nothing is to be sent again, and nothing more is said of them.
  if (draft.imagery !== 'no')
    return fillPictures({
      stage: stageOf(draft, nextStep(draft)),
      title: 'No pictures are taken in this report',
      ...nothingKept,
      again: '',
    });
  return fillPictures({
    stage: stageOf(draft, nextStep(draft)),
    title: countedInWords(draft),
    // Number, kind, size and time; what was written with it stays on the card and the page.
    kept: kept.map((picture) => ({ number: picture.number, sentence: `Stored: ${keptSentence(picture)}` })),
    useful: kept.length === 0 ? '' : usefulSentence(useful),
    troubles: troubles.map(({ number, why }) => ({ number, sentence: notKeptSentence(why) })),
    again: troubles.length === 0 ? '' : sendAgain(troubles.map(({ number }) => number)),
  });
}

/** `Please send numbers 3 and 5 again.` */
function sendAgain(numbers: readonly number[]): string {
  const last = numbers.at(-1);
  return numbers.length === 1
    ? `Please send number ${last} again.`
    : `Please send numbers ${numbers.slice(0, -1).join(', ')} and ${last} again.`;
}
