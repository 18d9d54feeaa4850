import receipt from '../../cards/receipt.json' with { type: 'json' };
import type { Reference } from '../core/ids.ts';
import type { Audience } from '../core/report/audience.ts';
import type { Contact } from './contacts.ts';
import { type CardJson, fills } from './fill.ts';
import { chairSentence } from './lookOverCard.ts';
import { audienceInWords, nPictures, toldSentence } from './sentences.ts';
import { inLondon } from './when.ts';

const fillReceipt = fills(receipt);

export type Receipt = {
  readonly reference: Reference;
  /** ISO instant; shown in London. */
  readonly filedAt: string;
  readonly audience: Audience;
  readonly channelIsSet: boolean;
  readonly pictures: readonly { readonly number: number; readonly sha256: string; readonly state: 'kept' | 'sealed' }[];
  /** Shown for a sealed report, as set or as not set. */
  readonly chair?: Contact;
};

/** How many signs of a fingerprint a person can compare with their eyes. */
const SIGNS_SHOWN = 12;

/** What was sent, to whom, and what comes next. Says only what is true now. */
export const receiptCard = (sent: Receipt): CardJson =>
  fillReceipt({
    reference: sent.reference,
    filedAt: inLondon(sent.filedAt),
    audience: audienceInWords(sent.audience),
    told: toldSentence(sent.audience, sent.channelIsSet),
    chair: sent.audience === 'chair' ? chairSentence(sent.chair) : '',
    counted:
      sent.pictures.length === 0 ? 'None were sent with it.' : `${nPictures(sent.pictures.length)} kept with it.`,
    pictures: sent.pictures.map(({ number, sha256, state }) => ({
      number,
      hash: sha256.slice(0, SIGNS_SHOWN),
      note: state === 'sealed' ? ' (locked)' : '',
    })),
    next:
      sent.audience === 'chair'
        ? 'Please do not wait to hear from the chair: get in touch yourself and give the reference.'
        : 'You get a message here when somebody acknowledges it and when it is closed. Type my reports to look at any time.',
  });
