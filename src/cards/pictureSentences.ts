import { never } from '../core/never.ts';
import type { Useful } from '../core/report/capture.ts';
import type { StoredFacts } from '../core/report/picture.ts';
import type { PictureWords } from '../core/report/pictureWords.ts';
import { clockInLondon } from './when.ts';

const KINDS: Readonly<Record<string, string>> = {
  'image/png': 'PNG',
  'image/jpeg': 'JPEG',
  'image/webp': 'WebP',
  'image/gif': 'GIF',
  'image/heic': 'HEIC',
};
export const mediaTypeInWords = (mediaType: string): string => KINDS[mediaType] ?? mediaType;

export function sizeInWords(bytes: number): string {
  if (bytes < 1024) return `${bytes} bytes`;
  if (bytes < 1024 * 1024) return `${Math.round(bytes / 1024)} KB`;
  return `${(bytes / 1024 / 1024).toFixed(1)} MB`;
}

/** `PNG, 52 KB, 1080 by 1920`. */
export const pictureInWords = ({ mediaType, bytes, width, height }: StoredFacts): string =>
  [mediaTypeInWords(mediaType), sizeInWords(bytes), ...(width * height === 0 ? [] : [`${width} by ${height}`])].join(
    ', ',
  );

/** For the reporter, who may be able to send it in another form. */
export const NO_VIEW =
  'It is kept as you sent it, and cannot be shown here. A screen grab or a JPEG of it, sent as well, can be looked at.';
/** For whoever reads the report. */
export const NOT_SHOWN_HERE =
  'Kept, and cannot be shown here: nothing here can open this kind of picture. The original is unaltered. The reporter can be asked for a screen grab of it.';

/** What is told of a picture once it is kept: kind, size and time. `PNG, 52 KB, 1080 by 1920, at 14:03.` */
export const keptSentence = (facts: StoredFacts): string =>
  `${pictureInWords(facts)}, at ${clockInLondon(facts.receivedAt)}.${facts.noView === true ? ` ${NO_VIEW}` : ''}`;

function usefulInWords(useful: Useful): string {
  switch (useful) {
    case 'link':
      return 'the full address of the post or page';
    case 'account':
      return 'the account name as the screen shows it';
    case 'time':
      return 'when it was posted';
    case 'thread':
      return 'the thread around it';
    default:
      return never(useful);
  }
}

export function usefulSentence(useful: readonly Useful[]): string {
  const parts = useful.map(usefulInWords);
  const last = parts.pop();
  if (last === undefined) return 'Nothing more is needed with these pictures.';
  return `Still useful, if you can see it: ${parts.length === 0 ? last : `${parts.join(', ')} and ${last}`}.`;
}

/** On a card each picture has room for so much of what was typed; the page shows all of it. */
const ROOM_ON_CARD = 240;
const inShort = (text: string): string =>
  text.length <= ROOM_ON_CARD ? text : `${text.slice(0, ROOM_ON_CARD).trimEnd().toWellFormed()} …`;

/** The sender's words with a picture, as lines of a card. All of it is text: an address in it is no link. */
export const wordsOnCard = (words: PictureWords | undefined): string =>
  [
    ...(words?.caption === undefined ? [] : [`Your words: ${inShort(words.caption)}`]),
    ...(words?.link === undefined ? [] : [`Where it was: ${inShort(words.link)}`]),
  ].join('\n');
