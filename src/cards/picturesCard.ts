import pictures from '../../cards/pictures.json' with { type: 'json' };
import { type Draft, picturesToTell, storedPictures, waitingPictures } from '../core/report/draft.ts';
import { USEFUL, type Useful } from '../core/report/capture.ts';
import type { DraftPicture } from '../core/report/picture.ts';
import { stageOf } from './draftStage.ts';
import { type CardJson, fills } from './fill.ts';
import { usefulSentence, wordsOnCard } from './pictureSentences.ts';
import { nPictures, pictureSentence } from './sentences.ts';
import { clockInLondon } from './when.ts';

const fillPictures = fills(pictures);

/**
 * Where screen grabs are added, and what has become of each.
 *
 * @param page.uploadUrl    the upload page, once a link was asked for; `null` offers to make one
 * @param page.uploadUntil  ISO instant at which that link ends
 * @param useful            what is still useful to capture, once a picture is stored
 */
export function picturesCard(
  draft: Draft,
  page: { readonly uploadUrl: string | null; readonly uploadUntil?: string },
  useful: readonly Useful[] = USEFUL,
): CardJson {
  const stored = storedPictures(draft).length;
  return fillPictures({
    ...picturesAsData(draft, page, useful),
    done: stored + waitingPictures(draft).length === 0 ? 'Go on without' : 'That is all',
  });
}

/** The ways in and what has become of each picture, for the card of a report and for that of an addition. */
export const picturesAsData = (
  draft: Draft,
  page: { readonly uploadUrl: string | null; readonly uploadUntil?: string },
  useful: readonly Useful[] = USEFUL,
) => ({
  draft: draft.id,
  stage: stageOf(draft, 'pictures'),
  uploadUrl: page.uploadUrl ?? '',
  uploadUntil:
    page.uploadUrl === null || page.uploadUntil === undefined
      ? ''
      : `The upload page is open for you until ${clockInLondon(page.uploadUntil)}.`,
  counted: countedInWords(draft),
  worth: storedPictures(draft).length === 0 ? WORTH_HAVING : usefulSentence(useful),
  pictures: picturesToTell(draft).map((picture) => ({
    number: picture.number,
    sentence: pictureSentence(picture),
    words: afterBreak(wordsOnCard(picture.words)),
    color: COLOURS[picture.state],
  })),
  // As text: a choice hands back text, and the number is read again on the way in.
  removable: picturesToTell(draft)
    .filter(({ state }) => state === 'stored' || state === 'not-kept')
    .map(({ number }) => ({ number, value: String(number) })),
});

const WORTH_HAVING =
  'Worth having: the whole post and its thread, the account name, the date and the full address. What you write with a picture is kept with it.';

/** A line of its own under what stands before it, or nothing. */
const afterBreak = (text: string): string => (text === '' ? '' : `\n${text}`);

const COLOURS: Readonly<Record<DraftPicture['state'], string>> = {
  waiting: 'Default',
  stored: 'Default',
  'not-kept': 'Attention',
  sealed: 'Attention',
  dropped: 'Default',
};

/** `Stored 2 of 3. 1 is still coming.` What was let go of is not counted. */
export function countedInWords(draft: Draft): string {
  const of = picturesToTell(draft).filter(({ state }) => state !== 'dropped').length;
  if (of === 0) return nPictures(0);
  const coming = waitingPictures(draft).length;
  const still = coming === 0 ? '' : coming === 1 ? ' 1 is still coming.' : ` ${coming} are still coming.`;
  return `Stored ${storedPictures(draft).length} of ${of}.${still}`;
}
