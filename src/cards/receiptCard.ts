import receipt from '../../cards/receipt.json' with { type: 'json' };
import type { DraftId, Reference } from '../core/ids.ts';
import type { Audience, Imagery } from '../core/report/audience.ts';
import { type CardJson, fills } from './fill.ts';
import { NOBODY_HERE, type OutsideContacts, whomToTell } from './sealedWords.ts';
import { audienceInWords, nPictures, toldSentence } from './sentences.ts';
import type { Signpost, StaffSupport } from '../core/report/signposts.ts';
import { signpostsAsData, supportAsData } from './signpostWords.ts';
import type { Evidence } from '../core/report/picture.ts';
import { inLondon } from './when.ts';

const fillReceipt = fills(receipt);

export type Receipt = {
  /** The draft it was sent from, so that its pictures can still be stopped. */
  readonly draft: DraftId;
  readonly reference: Reference;
  /** ISO instant; shown in London. */
  readonly filedAt: string;
  readonly audience: Audience;
  /** Whether word of it has somewhere to go: a channel that is set up, or the chat of one who may open it. */
  readonly canBeTold: boolean;
  /** The end of the record's chain at Send, SHA-256 in hex. */
  readonly chainHead: string;
  /** Of the policy, as it applied on that day. */
  readonly policyVersion: string;
  /** What stays in the chat could be such a picture: then nobody is sent to delete it. */
  readonly imagery: Imagery;
  readonly pictures: readonly { readonly number: number; readonly sha256: string; readonly state: Evidence['state'] }[];
  /** Of a sealed report: shown here once. */
  readonly chairCode?: string | undefined;
  /** Whom to tell in person of a sealed report. */
  readonly outside?: OutsideContacts;
  /** Where else it can be reported: only what fits this kind. */
  readonly signposts?: readonly Signpost[];
  /** For the reporter whom it is about. */
  readonly support?: StaffSupport | null;
};

/** How many signs of a fingerprint a person can compare with their eyes. */
const SIGNS_SHOWN = 12;

const STAYS =
  'Cards of this report that stand elsewhere in this chat become one line. What you sent yourself, pictures too, stays in Teams: Postwise ' +
  'cannot take it out. It goes when you delete those messages, or when the school’s own rules for Teams clear them.';
const STAYS_UNTOUCHED =
  'What you sent in this chat yourself stays in Teams: Postwise cannot take it out. If one of those messages holds the picture, ' +
  'leave it unopened, do not delete it, and tell the safeguarding lead that it is there.';

/** What was sent, to whom, and what comes next. Says only what is true now. */
export function receiptCard(sent: Receipt): CardJson {
  const inPerson = whomToTell(sent.outside);
  return fillReceipt({
    draft: sent.draft,
    reference: sent.reference,
    filedAt: inLondon(sent.filedAt),
    audience: sent.outside?.chairIsConcerned === true ? NOBODY_HERE : audienceInWords(sent.audience),
    told: toldSentence(sent.audience, sent.canBeTold),
    chairTitle: inPerson.title,
    chair: sent.audience === 'chair' ? inPerson.sentence : '',
    code: sent.chairCode ?? '',
    codeFor: sent.outside?.chairIsConcerned === true ? 'the local authority' : 'the chair',
    counted:
      sent.pictures.length === 0 ? 'None were sent with it.' : `${nPictures(sent.pictures.length)} kept with it.`,
    pictures: sent.pictures.map(({ number, sha256, state }) => ({
      number,
      hash: sha256.slice(0, SIGNS_SHOWN),
      note: state === 'kept' ? '' : ' (locked)',
    })),
    chainHead: sent.chainHead.slice(0, SIGNS_SHOWN),
    policy: `Version ${sent.policyVersion} of the social media policy applied when it was sent.`,
    stays: sent.imagery === 'no' ? STAYS : STAYS_UNTOUCHED,
    ...supportAsData(sent.support ?? null),
    signposts: signpostsAsData(sent.signposts ?? []),
    next:
      sent.audience === 'chair'
        ? 'Please do not wait to hear from anybody: get in touch yourself and give the reference. No time is promised here by which you hear.'
        : 'You get a message here when somebody acknowledges it, when there is a question for you and when it is closed. No time is promised by which that is. ' +
          'Type my reports to look at any time, to add to it or to withdraw it.',
  });
}
