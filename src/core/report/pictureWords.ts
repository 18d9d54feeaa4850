import { firstAddress } from './addresses.ts';

/** What the sender says of one picture: in their own words, and where it was. Both are text, never a link. */
export type PictureWords = { readonly caption?: string; readonly link?: string };

/** In UTF-16 units. Sixty pictures that are told of, each with as much, still fit one row. */
export const LONGEST_CAPTION = 1_000;
export const LONGEST_LINK = 1_000;

/** Control characters tell nobody anything, and each takes six places in the row. */
const UNPRINTABLE = /[^\P{Cc}\n]/gu;
/** Typed text without them and without white space around it, its lines ended in one way. */
export const tidy = (text: string): string =>
  text
    .toWellFormed()
    .replace(/\r\n?|[\u0085\u2028\u2029]/g, '\n')
    .replace(UNPRINTABLE, ' ')
    .trim();

/** What was typed beside a picture on the page. A part that is empty is left out, and nothing at all is `undefined`. */
export function readPictureWords(caption: string, link: string): PictureWords | undefined {
  const words = tidy(caption).slice(0, LONGEST_CAPTION).trim();
  const where = tidy(link).replaceAll('\n', ' ').slice(0, LONGEST_LINK).trim();
  return words === '' && where === ''
    ? undefined
    : { ...(words === '' ? {} : { caption: words }), ...(where === '' ? {} : { link: where }) };
}

/**
 * The words that came with pictures in the chat belong to each of them. An address among them is where the picture was;
 * it stays in the words too, unless it is all there is.
 */
export function wordsOfMessage(text: string): PictureWords | undefined {
  const words = tidy(text);
  const address = firstAddress(words);
  return readPictureWords(address === words ? '' : words, address ?? '');
}

/** Whether not all of a message's words can be kept with its picture. */
export const isCutShort = (text: string): boolean => tidy(text).length > LONGEST_CAPTION;
