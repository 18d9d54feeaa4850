import { crc32, deflateSync } from 'node:zlib';

/**
 * Draws the two icons that Teams asks for: a speech bubble with a tick. Drawn by rule, so that they can be changed
 * without a drawing program, and written as PNG without a library.
 */
type Colour = readonly [red: number, green: number, blue: number];
type Point = readonly [x: number, y: number];
/** Distance from a point to a shape's edge, in shares of the icon's width; negative inside. */
type Shape = (at: Point) => number;
/** What stands at a point: a colour and how much of it, 0 to 1. */
type Paint = (at: Point) => { readonly colour: Colour; readonly share: number };

export const ACCENT: Colour = [0x1f, 0x5f, 0x6b];
const WHITE: Colour = [255, 255, 255];

/** Full colour, 192 by 192 pixels; what matters stands in the middle half, which every client shows. */
export function colourIcon(): Buffer {
  const size = 192;
  const shapes = symbol(0.27);
  const edge = 1 / size;
  return png(size, (at) => {
    const white = inside(shapes.bubble(at), edge) * (1 - inside(shapes.tick(at) - 0.028, edge));
    return { colour: blend(ACCENT, WHITE, white), share: 1 };
  });
}

/** White on nothing, 32 by 32 pixels. */
export function outlineIcon(): Buffer {
  const size = 32;
  const shapes = symbol(0.42);
  const edge = 1 / size;
  return png(size, (at) => {
    const ring = inside(Math.abs(shapes.bubble(at)) - 0.032, edge);
    return { colour: WHITE, share: Math.max(ring, inside(shapes.tick(at) - 0.036, edge)) };
  });
}

/** @param reach half of the bubble's width */
function symbol(reach: number): { readonly bubble: Shape; readonly tick: Shape } {
  const [cx, cy] = [0.5, 0.5 - reach * 0.2];
  const body = box([cx, cy], reach, reach * 0.78, reach * 0.3);
  // A half-plane each: left of the tail, above its tip's slope, below the middle of the bubble.
  const [left, top] = [cx - reach * 0.58, cy + reach * 0.4];
  const tail = ([x, y]: Point) => Math.max(left - x, top - y, (x - left + (y - cy - reach * 1.2)) * Math.SQRT1_2);
  const tick = (at: Point) =>
    Math.min(
      segment(at, [cx - reach * 0.42, cy + reach * 0.02], [cx - reach * 0.1, cy + reach * 0.32]),
      segment(at, [cx - reach * 0.1, cy + reach * 0.32], [cx + reach * 0.45, cy - reach * 0.3]),
    );
  return { bubble: (at) => Math.min(body(at), tail(at)), tick };
}

const box =
  ([cx, cy]: Point, halfWidth: number, halfHeight: number, radius: number): Shape =>
  ([x, y]) => {
    const [dx, dy] = [Math.abs(x - cx) - halfWidth + radius, Math.abs(y - cy) - halfHeight + radius];
    return Math.hypot(Math.max(dx, 0), Math.max(dy, 0)) + Math.min(Math.max(dx, dy), 0) - radius;
  };

function segment([x, y]: Point, [ax, ay]: Point, [bx, by]: Point): number {
  const [vx, vy] = [bx - ax, by - ay];
  const along = Math.min(1, Math.max(0, ((x - ax) * vx + (y - ay) * vy) / (vx * vx + vy * vy)));
  return Math.hypot(x - ax - along * vx, y - ay - along * vy);
}

const inside = (distance: number, edge: number) => Math.min(1, Math.max(0, 0.5 - distance / edge));
const blend = (from: Colour, to: Colour, share: number): Colour => [
  from[0] + (to[0] - from[0]) * share,
  from[1] + (to[1] - from[1]) * share,
  from[2] + (to[2] - from[2]) * share,
];

function png(size: number, paint: Paint): Buffer {
  const row = 1 + size * 4;
  const pixels = Buffer.alloc(row * size);
  for (let y = 0; y < size; y += 1) {
    for (let x = 0; x < size; x += 1) {
      const { colour, share } = paint([(x + 0.5) / size, (y + 0.5) / size]);
      pixels.set([...colour, share * 255].map(Math.round), y * row + 1 + x * 4);
    }
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(size, 0);
  header.writeUInt32BE(size, 4);
  header.set([8, 6, 0, 0, 0], 8); // eight bits each of red, green, blue and opacity
  const parts = [
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(pixels, { level: 9 })),
    chunk('IEND', Buffer.alloc(0)),
  ];
  return Buffer.concat([Buffer.from('89504e470d0a1a0a', 'hex'), ...parts]);
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const frame = Buffer.alloc(8 + body.length);
  frame.writeUInt32BE(data.length, 0);
  body.copy(frame, 4);
  frame.writeUInt32BE(crc32(body), 4 + body.length);
  return frame;
}
