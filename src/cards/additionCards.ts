import addition from '../../cards/addition.json' with { type: 'json' };
import stopped from '../../cards/addition-stopped.json' with { type: 'json' };
import { type Draft, sealedPictures } from '../core/report/draft.ts';
import type { Useful } from '../core/report/capture.ts';
import type { Contacts } from './contacts.ts';
import { type CardJson, fills } from './fill.ts';
import { picturesAsData } from './picturesCard.ts';
import { leads } from './safetyCards.ts';
import { nPictures } from './sentences.ts';

const fillAddition = fills(addition);
const fillStopped = fills(stopped);

/** Where pictures and words are gathered that go to a report which was sent. What was typed before stands in the box. */
export const additionCard = (
  draft: Draft,
  page: { readonly uploadUrl: string | null; readonly uploadUntil?: string },
  { problem = '', useful }: { readonly problem?: string | undefined; readonly useful?: readonly Useful[] } = {},
): CardJson =>
  fillAddition({
    ...picturesAsData(draft, page, useful),
    reference: draft.reference,
    problem,
    words: draft.answers['words'] ?? '',
  });

/** Nothing is added: it could show a child. What to do with the device, and whom to tell. */
export const additionStoppedCard = (draft: Draft, contacts: Contacts): CardJson => {
  const locked = sealedPictures(draft).length;
  return fillStopped({
    happened: [
      `Your report ${draft.reference} stays as it was sent.`,
      locked === 0 ? '' : `${nPictures(locked)} of what you were adding: locked.`,
      'The safeguarding lead is told without content.',
      draft.pictures.some(({ source }) => source.kind === 'chat')
        ? 'What you sent is still in this chat. Leave it there, unopened, and tell the safeguarding lead that it is.'
        : '',
    ]
      .filter((sentence) => sentence !== '')
      .join('\n'),
    ...leads(contacts),
  });
};
