/**
 * Walks the boxes of a HEIC file (ISO/IEC 14496-12 and 23008-12). Nothing in it is decoded: no decoder for it is at hand.
 * So what can be asked of it is asked of its boxes: that the file is whole, that it holds one picture, and how large.
 */
export type Heic =
  | {
      readonly kind: 'heic';
      /** Where the last box ends. */
      readonly end: number;
      readonly frames: 'one' | 'several';
      /** As a person sees it; 0 where the file does not say. */
      readonly width: number;
      readonly height: number;
      /** The largest of its parts: what a reader would have to unfold. 0 where the file does not say. */
      readonly mostPixels: number;
      /** Parts that a reader of pictures passes over: padding, and boxes of a maker's own. */
      readonly spare: readonly { readonly from: number; readonly to: number }[];
    }
  | { readonly kind: 'avif' }
  /** The same boxes around something that is neither. */
  | { readonly kind: 'other' }
  | { readonly kind: 'broken' };

/** Apple's and Samsung's stills, and the structure that they share. */
const STILL = ['heic', 'heix', 'heim', 'heis', 'mif1', 'mif2', 'miaf'];
const SEQUENCE = ['hevc', 'hevx', 'hevm', 'hevs', 'msf1'];
const AVIF = ['avif', 'avis'];
/** What stands at the outermost level of a picture. Anything else after the first is not the picture's any more. */
const OUTERMOST = ['ftyp', 'meta', 'mdat', 'moov', 'moof', 'free', 'skip', 'wide', 'uuid', 'mpvd'];
const SPARE = ['free', 'skip', 'wide', 'uuid'];
/** Pictures made of other pictures: from tiles, from layers, from one that is turned, from one with more light. */
const DERIVED = ['grid', 'iovl', 'iden', 'tmap'];
const CODED = ['hvc1', ...DERIVED];

/** The brands of a file that begins as one of this family does, or `null`. */
export function brandsOf(bytes: Buffer): readonly string[] | null {
  if (bytes.length < 16 || fourCc(bytes, 4) !== 'ftyp') return null;
  const end = Math.min(bytes.readUInt32BE(0), bytes.length, 16 + 4 * 64);
  const others = Array.from({ length: Math.max(0, Math.floor((end - 16) / 4)) }, (_none, at) => 16 + 4 * at);
  return [8, ...others].map((at) => fourCc(bytes, at));
}

/** @param brands  as `brandsOf` gives them */
export function readHeic(bytes: Buffer, brands: readonly string[]): Heic {
  if (brands.some((brand) => AVIF.includes(brand))) return { kind: 'avif' };
  if (!brands.some((brand) => STILL.includes(brand) || SEQUENCE.includes(brand))) return { kind: 'other' };
  try {
    return walk(bytes, brands);
  } catch (error) {
    // A number that points past the end: a box that is cut short, or that lies.
    if (error instanceof RangeError) return { kind: 'broken' };
    throw error;
  }
}

function walk(bytes: Buffer, brands: readonly string[]): Heic {
  const { boxes, end } = outermost(bytes);
  if (boxes.some(({ type }) => type === 'moov' || type === 'moof') || brands.some((each) => SEQUENCE.includes(each)))
    return { kind: 'heic', end, frames: 'several', width: 0, height: 0, mostPixels: 0, spare: [] };
  const meta = boxes.find(({ type }) => type === 'meta');
  if (meta === undefined) return { kind: 'broken' };
  const within = inside(bytes, { ...meta, from: meta.from + 4 });
  const handler = within.find(({ type }) => type === 'hdlr');
  if (handler === undefined || fourCc(bytes, handler.from + 8) !== 'pict') return { kind: 'broken' };

  const items = itemsOf(bytes, within);
  const main = items.find(({ id }) => id === mainItem(bytes, within));
  if (main === undefined) return { kind: 'broken' };
  if (items.some(({ type }) => type === 'av01')) return { kind: 'avif' };
  if (!CODED.includes(main.type) || !items.some(({ type }) => type === 'hvc1')) return { kind: 'other' };
  if (!bytesAreThere(bytes, within, items, end)) return { kind: 'broken' };

  const spare = boxes.filter(({ type }) => SPARE.includes(type)).map(({ from, to }) => ({ from, to }));
  const frames = picturesShown(bytes, within, items) > 1 ? 'several' : 'one';
  return { kind: 'heic', end, frames, ...sizesOf(bytes, within, main.id), spare };
}

// ── boxes ───────────────────────────────────────────────────────────────────────────────────────────────────────────

/** `from` is where its content begins, `to` where it ends. */
type Box = { readonly type: string; readonly from: number; readonly to: number };

const fourCc = (bytes: Buffer, at: number) => bytes.toString('latin1', at, at + 4);

function boxAt(bytes: Buffer, at: number, end: number): Box {
  const short = bytes.readUInt32BE(at);
  const type = fourCc(bytes, at + 4);
  const size = short === 1 ? Number(bytes.readBigUInt64BE(at + 8)) : short === 0 ? end - at : short;
  const from = at + (short === 1 ? 16 : 8);
  if (at + size > end || at + size < from) throw new RangeError(`box ${type} does not fit`);
  return { type, from, to: at + size };
}

function outermost(bytes: Buffer): { readonly boxes: readonly Box[]; readonly end: number } {
  const boxes: Box[] = [];
  let at = 0;
  while (at + 8 <= bytes.length && OUTERMOST.includes(fourCc(bytes, at + 4))) {
    const box = boxAt(bytes, at, bytes.length);
    boxes.push(box);
    at = box.to;
  }
  return { boxes, end: at };
}

function inside(bytes: Buffer, { from, to }: Pick<Box, 'from' | 'to'>): readonly Box[] {
  const boxes: Box[] = [];
  for (let at = from; at < to;) {
    const box = boxAt(bytes, at, to);
    boxes.push(box);
    at = box.to;
  }
  return boxes;
}

/** Reads numbers one after the other, never past the end of the box. */
function reader(bytes: Buffer, { from, to }: Box) {
  let at = from;
  return {
    /** @param size  in bytes: 0, 1, 2, 4 or 8 */
    next(size: number): number {
      if (at + size > to) throw new RangeError('past the end of a box');
      const value = size === 0 ? 0 : size === 8 ? Number(bytes.readBigUInt64BE(at)) : bytes.readUIntBE(at, size);
      at += size;
      return value;
    },
    text(): string {
      if (at + 4 > to) throw new RangeError('past the end of a box');
      at += 4;
      return fourCc(bytes, at - 4);
    },
    at: () => at,
    isDone: () => at >= to,
  };
}

// ── what the boxes say ──────────────────────────────────────────────────────────────────────────────────────────────

type Item = { readonly id: number; readonly type: string; readonly hidden: boolean };

function itemsOf(bytes: Buffer, within: readonly Box[]): readonly Item[] {
  const box = only(within, 'iinf');
  const version = bytes.readUInt8(box.from);
  const entries = inside(bytes, { from: box.from + (version === 0 ? 6 : 8), to: box.to });
  return entries
    .filter(({ type }) => type === 'infe')
    .map((entry) => {
      const read = reader(bytes, entry);
      const longIds = read.next(1) >= 3;
      const hidden = read.next(1) * 0x10000 + read.next(2);
      const id = read.next(longIds ? 4 : 2);
      read.next(2);
      return { id, type: read.text(), hidden: hidden % 2 === 1 };
    });
}

function mainItem(bytes: Buffer, within: readonly Box[]): number {
  const read = reader(bytes, only(within, 'pitm'));
  const version = read.next(4) >>> 24;
  return read.next(version === 0 ? 2 : 4);
}

function only(within: readonly Box[], type: string): Box {
  const box = within.find((each) => each.type === type);
  if (box === undefined) throw new RangeError(`box ${type} is missing`);
  return box;
}

/** Whether every part that the file speaks of lies within the file, and every coded picture has some bytes. */
function bytesAreThere(bytes: Buffer, within: readonly Box[], items: readonly Item[], end: number): boolean {
  const read = reader(bytes, only(within, 'iloc'));
  const version = read.next(4) >>> 24;
  const [sizes, more] = [read.next(1), read.next(1)];
  const [offsetSize, lengthSize, baseSize] = [sizes >> 4, sizes & 15, more >> 4];
  const indexSize = version === 0 ? 0 : more & 15;
  if ([offsetSize, lengthSize, baseSize, indexSize].some((size) => ![0, 4, 8].includes(size))) return false;
  const held = within.find(({ type }) => type === 'idat');
  const found = new Set<number>();
  const count = read.next(version < 2 ? 2 : 4);
  for (let item = 0; item < count; item += 1) {
    const id = read.next(version < 2 ? 2 : 4);
    const where = version === 0 ? 0 : read.next(2) & 15;
    if (read.next(2) !== 0) return false; // lies in another file
    const base = read.next(baseSize);
    const parts = read.next(2);
    for (let part = 0; part < parts; part += 1) {
      read.next(indexSize);
      const [offset, length] = [read.next(offsetSize), read.next(lengthSize)];
      const last = base + offset + length;
      if (where === 0 && last > end) return false;
      if (where === 1 && (held === undefined || held.from + last > held.to)) return false;
      if (length > 0) found.add(id);
    }
  }
  return items.every(({ id, type }) => type !== 'hvc1' || found.has(id));
}

/** Without what is hidden, the tiles and layers of another, its small copy, its depth and its mask. */
function picturesShown(bytes: Buffer, within: readonly Box[], items: readonly Item[]): number {
  const parts = new Set<number>();
  const references = within.find(({ type }) => type === 'iref');
  if (references !== undefined) {
    const size = bytes.readUInt8(references.from) === 0 ? 2 : 4;
    for (const reference of inside(bytes, { from: references.from + 4, to: references.to })) {
      const read = reader(bytes, reference);
      const from = read.next(size);
      const to = Array.from({ length: read.next(2) }, () => read.next(size));
      if (['thmb', 'auxl'].includes(reference.type)) parts.add(from);
      if (reference.type === 'dimg') to.forEach((id) => parts.add(id));
    }
  }
  return items.filter(({ id, type, hidden }) => CODED.includes(type) && !hidden && !parts.has(id)).length;
}

function sizesOf(bytes: Buffer, within: readonly Box[], main: number) {
  const box = within.find(({ type }) => type === 'iprp');
  const parts = box === undefined ? [] : inside(bytes, box);
  const container = parts.find(({ type }) => type === 'ipco');
  const properties = container === undefined ? [] : inside(bytes, container);
  const sizes = properties.map((property) =>
    property.type === 'ispe'
      ? { width: bytes.readUInt32BE(property.from + 4), height: bytes.readUInt32BE(property.from + 8) }
      : null,
  );
  const mostPixels = Math.max(0, ...sizes.map((size) => (size === null ? 0 : size.width * size.height)));
  const ofMain = parts.filter(({ type }) => type === 'ipma').flatMap((each) => propertiesOf(bytes, each, main));
  const size = ofMain.map((index) => sizes[index - 1]).find((each) => each !== null && each !== undefined);
  // A quarter turn, once or three times: the sides change places.
  const turned = ofMain.some((index) => {
    const property = properties[index - 1];
    return property?.type === 'irot' && bytes.readUInt8(property.from) % 2 === 1;
  });
  const { width, height } = size ?? { width: 0, height: 0 };
  return { mostPixels, ...(turned ? { width: height, height: width } : { width, height }) };
}

/** The places in the list of properties, from 1, that are tied to an item. */
function propertiesOf(bytes: Buffer, box: Box, main: number): readonly number[] {
  const read = reader(bytes, box);
  const [version, flags] = [read.next(1), read.next(1) * 0x10000 + read.next(2)];
  const entries = read.next(4);
  const found: number[] = [];
  for (let entry = 0; entry < entries && !read.isDone(); entry += 1) {
    const id = read.next(version === 0 ? 2 : 4);
    const count = read.next(1);
    for (let each = 0; each < count; each += 1) {
      const index = flags % 2 === 1 ? read.next(2) & 0x7fff : read.next(1) & 0x7f;
      if (id === main) found.push(index);
    }
  }
  return found;
}
