import type { StoredFacts } from '../core/report/picture.ts';
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
