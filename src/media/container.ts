/** Looks at a file's own bytes, never at its name or at what its sender called it. No picture is decoded here. */
import { brandsOf, type Heic, readHeic } from './heic.ts';

export type Format = 'png' | 'jpeg' | 'webp' | 'gif';

export type Container =
  | {
      readonly kind: 'picture';
      readonly format: Format;
      /** Where the picture ends; bytes after it belong to something else. */
      readonly end: number;
      readonly frames: 'one' | 'several';
    }
  /** Whole as far as its boxes tell, and not to be decoded here. */
  | Extract<Heic, { kind: 'heic' }>
  /** The beginning is that of a picture, and the end is missing or is not where the file says. */
  | { readonly kind: 'broken' }
  /** A picture of a sort that is not read here. */
  | {
      readonly kind: 'unsupported';
      readonly is: 'avif' | 'tiff' | 'bmp' | 'ico' | 'svg' | 'pdf' | 'jxl' | 'psd';
    }
  | { readonly kind: 'unknown' };

const PNG = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
const FOREIGN_STARTS = ['PK\x03\x04', '%PDF-', 'Rar!', '7z\xbc\xaf', 'MZ', '\x7fELF', '#!', '<'];
const JPEG = Buffer.from([0xff, 0xd8, 0xff]);

export function readContainer(bytes: Buffer): Container {
  if (startsWith(bytes, PNG)) return walked('png', readPng(bytes));
  if (startsWith(bytes, JPEG)) return walked('jpeg', readJpeg(bytes));
  if (/^GIF8[79]a/.test(text(bytes, 0, 6))) return walked('gif', readGif(bytes));
  if (text(bytes, 0, 4) === 'RIFF' && text(bytes, 8, 12) === 'WEBP') return walked('webp', readWebp(bytes));
  const brands = brandsOf(bytes);
  const heic = brands === null ? null : readHeic(bytes, brands);
  switch (heic?.kind) {
    case 'heic':
    case 'broken':
      return heic;
    case 'avif':
      return { kind: 'unsupported', is: 'avif' };
    case 'other':
    case undefined:
  }
  const is = readOther(bytes);
  return is === null ? { kind: 'unknown' } : { kind: 'unsupported', is };
}

/**
 * Whether a second file rides on the picture: a page, a program, an archive or a document that another reader would find.
 * What phones append themselves (a second JPEG, a moving picture, their own notes) is left alone.
 */
export function carriesAnotherFile(bytes: Buffer, end: number): boolean {
  if (isAnotherFile(bytes.subarray(end))) return true;
  // An archive is read from its end, a PDF within the first kilobyte, whatever stands around them.
  return endsAsArchive(bytes) || bytes.subarray(0, 1_024).includes('%PDF-');
}

/** Bytes that are no part of a picture, and begin as a file of another sort or hold a page. */
export function isAnotherFile(bytes: Buffer): boolean {
  const beginning = text(bytes, 0, 512).replace(/^[\0\s\ufeff]+/, '');
  if (FOREIGN_STARTS.some((start) => beginning.startsWith(start))) return true;
  return /<(!doctype|html|script|iframe|body)\b|<\?php/i.test(text(bytes, 0, 1_000_000));
}

// A zip's last record is 22 bytes and a comment, whose length it tells: so four bytes of a picture that happen to look like
// its beginning are not taken for it.
function endsAsArchive(bytes: Buffer): boolean {
  for (let at = bytes.lastIndexOf('PK\x05\x06'); at >= 0 && at + 22 + 0xffff >= bytes.length;) {
    if (at + 22 <= bytes.length && at + 22 + bytes.readUInt16LE(at + 20) === bytes.length) return true;
    at = at === 0 ? -1 : bytes.lastIndexOf('PK\x05\x06', at - 1);
  }
  return false;
}

type Walk = { readonly end: number; readonly frames: 'one' | 'several' } | null;

const walked = (format: Format, walk: Walk): Container =>
  walk === null ? { kind: 'broken' } : { kind: 'picture', format, ...walk };

const startsWith = (bytes: Buffer, start: Buffer) => bytes.subarray(0, start.length).equals(start);
const text = (bytes: Buffer, from: number, to: number) => bytes.toString('latin1', from, Math.min(to, bytes.length));

// PNG 1.2 section 3.2: length, type, data, check sum. `acTL` before the data announces an animation.
function readPng(bytes: Buffer): Walk {
  let frames: 'one' | 'several' = 'one';
  for (let at = PNG.length; at + 12 <= bytes.length;) {
    const type = text(bytes, at + 4, at + 8);
    const next = at + 12 + bytes.readUInt32BE(at);
    if (next > bytes.length) return null;
    if (type === 'acTL' || type === 'fdAT') frames = 'several';
    if (type === 'IEND') return { end: next, frames };
    at = next;
  }
  return null;
}

// ITU T.81 annex B: segments with a length, except that coded data follows "start of scan" up to the next marker.
function readJpeg(bytes: Buffer): Walk {
  for (let at = 2; at + 2 <= bytes.length;) {
    if (bytes[at] !== 0xff) return null;
    const marker = bytes[at + 1] ?? 0;
    if (marker === 0xff) at += 1;
    else if (marker === 0xd9) return { end: at + 2, frames: 'one' };
    else if (marker === 0x01 || (marker >= 0xd0 && marker <= 0xd8)) at += 2;
    else {
      if (at + 4 > bytes.length) return null;
      at += 2 + bytes.readUInt16BE(at + 2);
      if (marker === 0xda) at = endOfScan(bytes, at);
    }
  }
  return null;
}

function endOfScan(bytes: Buffer, from: number): number {
  let at = bytes.indexOf(0xff, from);
  while (at >= 0) {
    const next = bytes[at + 1] ?? 0;
    const inside = next === 0x00 || (next >= 0xd0 && next <= 0xd7);
    if (!inside && next !== 0xff) return at;
    at = bytes.indexOf(0xff, at + (inside ? 2 : 1));
  }
  return bytes.length;
}

// GIF89a: a screen descriptor, then blocks up to the trailer.
function readGif(bytes: Buffer): Walk {
  const tableAfter = (flags: number) => (flags & 0x80 ? 3 * 2 ** ((flags & 7) + 1) : 0);
  let at = 13 + tableAfter(bytes[10] ?? 0);
  let pictures = 0;
  while (at < bytes.length) {
    const block = bytes[at];
    if (block === 0x3b) return pictures === 0 ? null : { end: at + 1, frames: pictures > 1 ? 'several' : 'one' };
    if (block === 0x2c) {
      pictures += 1;
      at = afterSubBlocks(bytes, at + 11 + tableAfter(bytes[at + 9] ?? 0));
    } else if (block === 0x21) at = afterSubBlocks(bytes, at + 2);
    else return null;
  }
  return null;
}

function afterSubBlocks(bytes: Buffer, from: number): number {
  let at = from;
  for (;;) {
    const size = bytes[at];
    if (size === undefined) return bytes.length;
    at += 1 + size;
    if (size === 0) return at;
  }
}

// RIFF: the length says where the file ends. `ANIM` and `ANMF` make an animation.
function readWebp(bytes: Buffer): Walk {
  if (bytes.length < 20) return null;
  const end = 8 + bytes.readUInt32LE(4);
  if (end > bytes.length) return null;
  let frames: 'one' | 'several' = 'one';
  for (let at = 12; at + 8 <= end;) {
    if (['ANIM', 'ANMF'].includes(text(bytes, at, at + 4))) frames = 'several';
    const size = bytes.readUInt32LE(at + 4);
    at += 8 + size + (size % 2);
  }
  return { end, frames };
}

function readOther(bytes: Buffer): Extract<Container, { kind: 'unsupported' }>['is'] | null {
  const start = text(bytes, 0, 16);
  if (start.startsWith('II*\0') || start.startsWith('MM\0*')) return 'tiff';
  if (start.startsWith('BM') && bytes.length >= 26 && bytes.readUInt32LE(2) === bytes.length) return 'bmp';
  if (start.startsWith('\0\0\x01\0')) return 'ico';
  if (start.startsWith('%PDF-')) return 'pdf';
  if (start.startsWith('8BPS')) return 'psd';
  if (start.startsWith('\0\0\0\x0cJXL ') || start.startsWith('\xff\x0a')) return 'jxl';
  return /^\s*(<\?xml[^>]*>\s*)?(<!--[^]*?-->\s*)*(<!doctype svg[^>]*>\s*)?<svg\b/i.test(text(bytes, 0, 2_048))
    ? 'svg'
    : null;
}
