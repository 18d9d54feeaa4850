import myPictures from '../../cards/my-pictures.json' with { type: 'json' };
import { never } from '../core/never.ts';
import { type Evidence, PICTURE_REASONS, pictureReasonInWords } from '../core/report/picture.ts';
import type { Report } from '../core/report/report.ts';
import { type CardJson, fills } from './fill.ts';
import { sizeInWords } from './sentences.ts';
import { inLondonShort } from './when.ts';

const fillMyPictures = fills(myPictures);

/** The pictures of a report for the person who sent it: by number, never shown. One can be taken back. */
export function myPicturesCard(report: Report, evidence: readonly Evidence[], done = ''): CardJson {
  const choices = evidence.filter(({ state, withdrawn }) => state === 'kept' && withdrawn === undefined);
  return fillMyPictures({
    report: report.id,
    draft: report.draft,
    reference: report.reference,
    done,
    pictures: evidence.map((picture) => ({ number: picture.number, words: pictureState(picture) })),
    mayTakeBack: choices.length > 0,
    choices: choices.map(({ number }) => ({ number, code: String(number) })),
    reasons: PICTURE_REASONS,
  });
}

function pictureState({ state, withdrawn, bytes, receivedAt }: Evidence): string {
  switch (state) {
    case 'kept':
      return withdrawn === undefined
        ? `${sizeInWords(bytes)}, received ${inLondonShort(receivedAt)}`
        : `you took it back ${inLondonShort(withdrawn.at)} (${pictureReasonInWords(withdrawn.reason).toLowerCase()})`;
    case 'sealed':
      return 'locked, because it may be indecent';
    case 'destroyed':
      return 'destroyed by the safeguarding lead';
    default:
      return never(state);
  }
}
