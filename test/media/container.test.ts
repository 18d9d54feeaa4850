import fc from 'fast-check';
import { readContainer } from '../../src/media/container.ts';
import { animated, aPicture, chunk, formats, grain, withChunks } from './pictures.ts';

describe('the sort of a file', () => {
  it.each(formats)('is %s by its bytes, and its end is found', async (format) => {
    const bytes = await aPicture(format);
    expect(readContainer(bytes)).toEqual({ kind: 'picture', format, end: bytes.length, frames: 'one' });
    const longer = Buffer.concat([bytes, Buffer.from('something after it')]);
    expect(readContainer(longer)).toMatchObject({ kind: 'picture', end: bytes.length });
  });

  it('finds the end of a progressive JPEG with its many scans, and of one with restart marks', async () => {
    const progressive = await grain().jpeg({ progressive: true }).toBuffer();
    expect(readContainer(progressive)).toMatchObject({ format: 'jpeg', end: progressive.length });
    const arithmetic = await grain(64, 64).jpeg({ quality: 100 }).toBuffer();
    expect(readContainer(arithmetic)).toMatchObject({ format: 'jpeg', end: arithmetic.length });
  });

  it.each(['webp', 'gif'] as const)('sees that a %s moves', async (format) => {
    expect(readContainer(await animated(format))).toMatchObject({ format, frames: 'several' });
  });

  it('sees that a PNG moves, which the library does not', async () => {
    const moving = withChunks(await aPicture('png'), chunk('acTL', Buffer.from([0, 0, 0, 2, 0, 0, 0, 0])));
    expect(readContainer(moving)).toMatchObject({ format: 'png', frames: 'several' });
  });

  it.each(formats)('sees that a %s is cut short, wherever it is cut', async (format) => {
    const bytes = await aPicture(format, 40, 30);
    for (let length = 20; length < bytes.length; length += 7) {
      expect([length, readContainer(bytes.subarray(0, length))]).toEqual([length, { kind: 'broken' }]);
    }
  });

  it.each([
    ['avif', Buffer.from('\0\0\0\x18ftypavif\0\0\0\0mif1avif', 'latin1')],
    ['tiff', Buffer.from('II*\0\x08\0\0\0', 'latin1')],
    ['ico', Buffer.from('\0\0\x01\0\x01\0', 'latin1')],
    ['pdf', Buffer.from('%PDF-1.7\n')],
    ['svg', Buffer.from('<?xml version="1.0"?>\n<!-- drawn --><svg xmlns="http://www.w3.org/2000/svg"/>')],
  ])('is %s, which is not read', (is, bytes) => {
    expect(readContainer(bytes)).toEqual({ kind: 'unsupported', is });
  });

  it.each(['', 'hello', '<!doctype html><p>', 'PK\x03\x04', 'MZ\x90\0', 'GIF', '\x89PNG'])(
    'is unknown for "%s"',
    (text) => {
      expect(readContainer(Buffer.from(text, 'latin1'))).toEqual({ kind: 'unknown' });
    },
  );

  it('is told for any bytes without throwing and without end', async () => {
    const starts = await Promise.all(formats.map(async (format) => (await aPicture(format, 8, 8)).subarray(0, 60)));
    const bytes = fc
      .tuple(fc.constantFrom(Buffer.alloc(0), ...starts), fc.nat(60), fc.uint8Array({ maxLength: 300 }))
      .map(([start, keep, rest]) => Buffer.concat([start.subarray(0, keep), rest]));
    fc.assert(
      fc.property(bytes, (file) => ['picture', 'broken', 'unsupported', 'unknown'].includes(readContainer(file).kind)),
      {
        numRuns: 2_000,
      },
    );
  });
});
