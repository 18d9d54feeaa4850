import { randomBytes } from 'node:crypto';
import { crc32 } from 'node:zlib';
import sharp from 'sharp';

/** Grainy, so that a cut anywhere takes away something that matters. */
export const grain = (width = 240, height = 160) =>
  sharp(randomBytes(width * height * 3), { raw: { width, height, channels: 3 } });

export const formats = ['png', 'jpeg', 'webp', 'gif'] as const;
export const aPicture = (format: (typeof formats)[number] = 'png', width?: number, height?: number) =>
  grain(width, height).toFormat(format).toBuffer();

export async function animated(format: 'webp' | 'gif'): Promise<Buffer> {
  const frames = await Promise.all([aPicture('png', 40, 40), aPicture('png', 40, 40)]);
  return sharp(frames, { join: { animated: true } })
    .toFormat(format, { delay: [100, 100] })
    .toBuffer();
}

export const chunk = (type: string, data: Buffer): Buffer => {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const [size, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
  size.writeUInt32BE(data.length);
  sum.writeUInt32BE(crc32(body));
  return Buffer.concat([size, body, sum]);
};

/** Puts chunks straight after the header of a PNG. */
export const withChunks = (png: Buffer, ...chunks: readonly Buffer[]): Buffer =>
  Buffer.concat([png.subarray(0, 33), ...chunks, png.subarray(33)]);

/** A PNG whose header says how large it is, and which holds next to nothing. */
export function boastingPng(width: number, height: number): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 2, 0, 0, 0], 8);
  return Buffer.concat([
    Buffer.from('89504e470d0a1a0a', 'hex'),
    chunk('IHDR', header),
    chunk('IDAT', Buffer.from('789c6364f8cfc000000301010', 'hex')),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}
