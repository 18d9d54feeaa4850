/**
 * HEIC files by hand, box by box, as a phone lays them out: no encoder for them is at hand. What stands for the coded
 * picture is no picture; nothing here decodes it either.
 */
export const box = (type: string, ...content: readonly (Buffer | readonly number[])[]): Buffer => {
  const body = Buffer.concat(content.map((each) => (Buffer.isBuffer(each) ? each : Buffer.from(each))));
  const head = Buffer.alloc(8, type.padStart(8, '\0'), 'latin1');
  head.writeUInt32BE(8 + body.length);
  return Buffer.concat([head, body]);
};
export const u16 = (value: number) => [value >> 8, value & 255];
export const u32 = (value: number) => [...u16(Math.floor(value / 0x10000)), ...u16(value % 0x10000)];
const word = (text: string) => Buffer.from(text, 'latin1');

export type HeicPart = {
  readonly id: number;
  readonly type: string;
  readonly hidden?: boolean;
  /** Places in the list of properties, from 1. */
  readonly properties?: readonly number[];
  readonly bytes?: Buffer;
};
export type HeicPlan = {
  readonly brands?: readonly string[];
  readonly main?: number;
  readonly parts?: readonly HeicPart[];
  readonly references?: readonly (readonly [type: string, from: number, to: readonly number[]])[];
  readonly properties?: readonly Buffer[];
  readonly handler?: string;
  /** Boxes between the description and the data. */
  readonly between?: readonly Buffer[];
  readonly after?: readonly Buffer[];
};

export const ispe = (width: number, height: number) => box('ispe', u32(0), u32(width), u32(height));
/** @param quarters  turns to the left */
export const irot = (quarters: number) => box('irot', [quarters]);
export const CODED = Buffer.from('coded picture, as far as anybody here can tell');

export const ftyp = (brands: readonly string[]) =>
  box('ftyp', word(brands[0] ?? ''), u32(0), ...brands.map((brand) => word(brand)));

/** One picture of 3,024 by 4,032, held sideways by the camera: a phone's own way. */
export function aHeic(plan: HeicPlan = {}): Buffer {
  const {
    brands = ['heic', 'mif1'],
    main = 1,
    parts = [{ id: 1, type: 'hvc1', properties: [1, 2] }],
    references = [],
    properties = [ispe(4_032, 3_024), irot(3)],
    handler = 'pict',
    between = [],
    after = [],
  } = plan;
  const entries = parts.map(({ id, type, hidden = false }) =>
    box('infe', [2, 0, 0, hidden ? 1 : 0], u16(id), u16(0), word(type), [0]),
  );
  const ties = parts.map(({ id, properties: own = [] }) => [...u16(id), own.length, ...own]);
  const links = references.map(([type, from, to]) => box(type, u16(from), u16(to.length), ...to.map(u16)));
  const meta = (start: number) => {
    let at = start;
    const places = parts.map(({ id, bytes = CODED }) => {
      const place = [...u16(id), ...u16(0), ...u16(1), ...u32(at), ...u32(bytes.length)];
      at += bytes.length;
      return place;
    });
    return box(
      'meta',
      u32(0),
      box('hdlr', u32(0), u32(0), word(handler), u32(0), u32(0), u32(0), [0]),
      box('pitm', u32(0), u16(main)),
      box('iloc', u32(0), [0x44, 0], u16(parts.length), ...places),
      box('iinf', u32(0), u16(parts.length), ...entries),
      ...(links.length === 0 ? [] : [box('iref', u32(0), ...links)]),
      box('iprp', box('ipco', ...properties), box('ipma', u32(0), u32(parts.length), ...ties)),
    );
  };
  const head = Buffer.concat([ftyp(brands), meta(0), ...between]);
  const data = box('mdat', ...parts.map(({ bytes = CODED }) => bytes));
  return Buffer.concat([ftyp(brands), meta(head.length + 8), ...between, data, ...after]);
}
