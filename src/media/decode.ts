import sharp from 'sharp';
import { carriesAnotherFile, type Container, type Format, isAnotherFile, readContainer } from './container.ts';

/** What the checker finds; the port's `Inspection`, with the sizes that are known here. */
export type Checked =
  | {
      readonly kind: 'picture';
      readonly mediaType: `image/${Format}`;
      /** As a person sees it: turned the way the camera says. */
      readonly width: number;
      readonly height: number;
      /** Drawn anew from the pixels: no metadata, no place, no trailing bytes; at most 2,000 pixels a side. */
      readonly viewCopy: {
        readonly bytes: Uint8Array;
        readonly mediaType: 'image/jpeg' | 'image/png';
        readonly width: number;
        readonly height: number;
      };
      /** The same, small: for lists. */
      readonly thumbnail: { readonly bytes: Uint8Array; readonly mediaType: 'image/webp' };
    }
  /** Whole and one picture, as far as can be told; there is no decoder for it, so nothing of it can be shown. */
  | {
      readonly kind: 'unseen';
      readonly mediaType: 'image/heic';
      /** 0 where the file does not say. */
      readonly width: number;
      readonly height: number;
    }
  | {
      readonly kind: 'refused';
      readonly why: 'not-a-picture' | 'too-large' | 'too-many-pixels' | 'animated' | 'broken' | 'unsupported';
    };

/** The largest phone picture met in schools is 50 megapixels; a few hundred megabytes once unfolded. */
export const MOST_PIXELS = 50_000_000;
const LONGEST_VIEW_SIDE = 2_000;
const LONGEST_THUMBNAIL_SIDE = 240;
/** Screen grabs stay sharp as PNG; a photograph saved as PNG would be several times this. */
const MOST_PNG_VIEW_BYTES = 3 * 1024 * 1024;

const LOADER: Readonly<Record<Format, string>> = {
  png: 'VipsForeignLoadPng',
  jpeg: 'VipsForeignLoadJpeg',
  webp: 'VipsForeignLoadWebp',
  gif: 'VipsForeignLoadNsgif',
};

// The library reads a dozen more formats; none of them is wanted, so none may be reached by odd bytes.
sharp.block({ operation: ['VipsForeignLoad'] });
sharp.unblock({ operation: Object.values(LOADER) });
sharp.cache(false);
sharp.concurrency(1);

/** Decodes a whole picture, within limits, and draws the copy that pages show. Never throws for anything in the bytes. */
export async function check(bytes: Buffer): Promise<Checked> {
  const container = readContainer(bytes);
  switch (container.kind) {
    case 'unknown':
      return refused('not-a-picture');
    case 'unsupported':
      return refused('unsupported');
    case 'broken':
      return refused('broken');
    case 'heic':
      return unseen(bytes, container);
    case 'picture':
  }
  if (carriesAnotherFile(bytes, container.end)) return refused('not-a-picture');
  if (container.frames === 'several') return refused('animated');
  try {
    return await draw(bytes, container.format);
  } catch (error) {
    return refused(error instanceof Error && /pixel limit/.test(error.message) ? 'too-many-pixels' : 'broken');
  }
}

/** The decoder's limits and refusals, as far as the boxes alone can hold them. */
function unseen(bytes: Buffer, heic: Extract<Container, { kind: 'heic' }>): Checked {
  const { end, frames, width, height, mostPixels, spare } = heic;
  if (carriesAnotherFile(bytes, end) || spare.some(({ from, to }) => isAnotherFile(bytes.subarray(from, to))))
    return refused('not-a-picture');
  if (frames === 'several') return refused('animated');
  return mostPixels > MOST_PIXELS
    ? refused('too-many-pixels')
    : { kind: 'unseen', mediaType: 'image/heic', width, height };
}

async function draw(bytes: Buffer, format: Format): Promise<Checked> {
  // "error" refuses what is cut short or does not decode, and lets pass the small oddities that real phones write.
  const open = () => sharp(bytes, { failOn: 'error', limitInputPixels: MOST_PIXELS, sequentialRead: true });
  const found = await open().metadata();
  if (found.width * found.height > MOST_PIXELS) return refused('too-many-pixels');
  if (found.format !== format) return refused('broken');
  if ((found.pages ?? 1) > 1) return refused('animated');

  const drawn = () =>
    open()
      .autoOrient()
      .resize({ width: LONGEST_VIEW_SIDE, height: LONGEST_VIEW_SIDE, fit: 'inside', withoutEnlargement: true })
      .toColourspace('srgb');
  const asPng = format === 'png' || format === 'gif' ? await drawn().png().toBuffer({ resolveWithObject: true }) : null;
  const small = asPng !== null && asPng.data.length <= MOST_PNG_VIEW_BYTES;
  const view = small
    ? asPng
    : await drawn().flatten({ background: 'white' }).jpeg({ quality: 86 }).toBuffer({ resolveWithObject: true });
  return {
    kind: 'picture',
    mediaType: `image/${format}`,
    width: found.autoOrient.width,
    height: found.autoOrient.height,
    viewCopy: {
      bytes: view.data,
      mediaType: small ? 'image/png' : 'image/jpeg',
      width: view.info.width,
      height: view.info.height,
    },
    thumbnail: { bytes: await smallCopy(view.data), mediaType: 'image/webp' },
  };
}

/** Of the view copy, which has no metadata left. The top of a tall screen grab says more than a strip of all of it. */
const smallCopy = (view: Buffer): Promise<Buffer> =>
  sharp(view, { failOn: 'error', limitInputPixels: LONGEST_VIEW_SIDE ** 2 })
    .resize({
      width: LONGEST_THUMBNAIL_SIDE,
      height: LONGEST_THUMBNAIL_SIDE,
      fit: 'cover',
      position: 'top',
      withoutEnlargement: true,
    })
    .webp({ quality: 60 })
    .toBuffer();

const refused = (why: Extract<Checked, { kind: 'refused' }>['why']): Checked => ({ kind: 'refused', why });
