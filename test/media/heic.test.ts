import fc from 'fast-check';
import sharp from 'sharp';
import { createPictureChecker, type PictureChecker } from '../../src/media/checkPictures.ts';
import { readContainer } from '../../src/media/container.ts';
import { aHeic, box, CODED, ftyp, type HeicPlan, irot, ispe, u32 } from './heicFile.ts';
import { grain } from './pictures.ts';

const refused = (why: string) => ({ kind: 'refused', why });
const kept = (width: number, height: number) => ({ kind: 'unseen', mediaType: 'image/heic', width, height });
let checker: PictureChecker;
beforeAll(() => (checker = createPictureChecker()));
afterAll(() => checker.close());

/** A phone's picture of many tiles, with a small copy, a map of its depth and the camera's notes. */
const TILED: HeicPlan = {
  main: 5,
  parts: [
    { id: 1, type: 'hvc1', hidden: true, properties: [3] },
    { id: 2, type: 'hvc1', hidden: true, properties: [3] },
    { id: 5, type: 'grid', properties: [1, 2] },
    { id: 6, type: 'hvc1', properties: [4] },
    { id: 7, type: 'hvc1', properties: [4] },
    { id: 8, type: 'Exif' },
  ],
  references: [
    ['dimg', 5, [1, 2]],
    ['thmb', 6, [5]],
    ['auxl', 7, [5]],
    ['cdsc', 8, [5]],
  ],
  properties: [ispe(4_032, 3_024), irot(1), ispe(512, 512), ispe(320, 240)],
};
const anArchive = Buffer.from(`PK\x05\x06${'\0'.repeat(16)}\x03\0hey`, 'latin1');

describe('a HEIC', () => {
  it.each<[string, HeicPlan, [number, number]]>([
    ['in one piece, turned by the camera', {}, [3_024, 4_032]],
    ['of tiles, with a small copy, its depth and notes', TILED, [3_024, 4_032]],
    ['that is not turned', { properties: [ispe(640, 480), irot(2)] }, [640, 480]],
    ['that does not say how large it is', { parts: [{ id: 1, type: 'hvc1' }], properties: [] }, [0, 0]],
    ['as newer phones name it', { brands: ['heix', 'mif1', 'MiHE', 'miaf', 'tmap'] }, [3_024, 4_032]],
    ['that names only what it is built like', { brands: ['mif1', 'miaf'] }, [3_024, 4_032]],
    ['with padding', { between: [box('free', Buffer.alloc(40))] }, [3_024, 4_032]],
    [
      'with the moving picture that a phone appends',
      { after: [box('mpvd', Buffer.from('\0\0\0\x18ftypmp42', 'latin1'))] },
      [3_024, 4_032],
    ],
  ])('%s is taken without being shown', async (_what, plan, [width, height]) => {
    expect(await checker.inspect(aHeic(plan))).toEqual(kept(width, height));
  });

  it('ends where its last box does', () => {
    const bytes = aHeic();
    expect(readContainer(bytes)).toMatchObject({ kind: 'heic', end: bytes.length, frames: 'one' });
    expect(readContainer(Buffer.concat([bytes, CODED]))).toMatchObject({ kind: 'heic', end: bytes.length });
  });

  it('may have its data in a box that goes on to the end of the file', async () => {
    const bytes = aHeic();
    bytes.writeUInt32BE(0, bytes.indexOf('mdat') - 4);
    expect(await checker.inspect(bytes)).toEqual(kept(3_024, 4_032));
    expect(await checker.inspect(bytes.subarray(0, -3))).toEqual(refused('broken'));
  });

  it('is broken wherever it is cut short', () => {
    for (const bytes of [aHeic(), aHeic(TILED)])
      for (let length = 16; length < bytes.length; length += 1)
        expect([length, readContainer(bytes.subarray(0, length))]).toEqual([length, { kind: 'broken' }]);
  });

  it.each<[string, Buffer, string]>([
    ['a beginning without a picture', ftyp(['heic', 'mif1']), 'broken'],
    ['one without the picture it speaks of', aHeic({ main: 9 }), 'broken'],
    ['one whose data are elsewhere', aHeic({ parts: [{ id: 1, type: 'hvc1', bytes: Buffer.alloc(0) }] }), 'broken'],
    ['one that says it is a film', aHeic({ handler: 'vide' }), 'broken'],
    ['a sequence, by its name', aHeic({ brands: ['hevc', 'msf1'] }), 'animated'],
    ['a sequence, by what it can be read as', aHeic({ brands: ['heic', 'mif1', 'msf1'] }), 'animated'],
    ['one with a film beside the picture', aHeic({ after: [box('moov', Buffer.alloc(20))] }), 'animated'],
    [
      'one with two pictures',
      aHeic({
        parts: [
          { id: 1, type: 'hvc1', properties: [1] },
          { id: 2, type: 'hvc1', properties: [1] },
        ],
      }),
      'animated',
    ],
    ['one of 100 megapixels', aHeic({ properties: [ispe(10_000, 10_000)] }), 'too-many-pixels'],
    [
      'one whose tiles are larger than it says of itself',
      aHeic({ ...TILED, properties: [ispe(64, 64), irot(0), ispe(20_000, 20_000), ispe(8, 8)] }),
      'too-many-pixels',
    ],
    ['one with an archive after it', Buffer.concat([aHeic(), anArchive]), 'not-a-picture'],
    ['one with a page after it', Buffer.concat([aHeic(), Buffer.from('<script>alert(1)</script>')]), 'not-a-picture'],
    ['one with a page in its padding', aHeic({ between: [box('free', Buffer.from('<html>'))] }), 'not-a-picture'],
    [
      'one with an archive in its data',
      aHeic({ parts: [{ id: 1, type: 'hvc1', bytes: Buffer.concat([CODED, anArchive]) }] }),
      'not-a-picture',
    ],
    [
      'one that is a document too',
      aHeic({ parts: [{ id: 1, type: 'hvc1', bytes: Buffer.from('%PDF-1.7') }] }),
      'not-a-picture',
    ],
    ['one coded in another way', aHeic({ parts: [{ id: 1, type: 'jpeg' }] }), 'not-a-picture'],
    ['an AVIF in the boxes of a HEIC', aHeic({ parts: [{ id: 1, type: 'av01' }] }), 'unsupported'],
  ])('%s is refused', async (_what, bytes, why) => {
    expect(await checker.inspect(bytes)).toEqual(refused(why));
  });

  it('is told from an AVIF and from a film', async () => {
    expect(await checker.inspect(await grain(32, 32).avif().toBuffer())).toEqual(refused('unsupported'));
    const film = Buffer.concat([ftyp(['isom', 'mp42']), box('moov', u32(0)), box('mdat', CODED)]);
    expect(await checker.inspect(film)).toEqual(refused('not-a-picture'));
  });

  it('is read without throwing and without end, whatever its numbers say', () => {
    const whole = [aHeic(), aHeic(TILED)];
    const spoilt = fc
      .tuple(fc.constantFrom(...whole), fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 6 }))
      .map(([bytes, changes]) => {
        const other = Buffer.from(bytes);
        for (const [at, value] of changes) other[16 + (at % (other.length - 16))] = value;
        return other;
      });
    fc.assert(
      fc.property(spoilt, (file) => ['heic', 'broken', 'unsupported', 'unknown'].includes(readContainer(file).kind)),
      { numRuns: 3_000 },
    );
  });
});

describe('the small copy', () => {
  it('is drawn from the copy that pages show, without what the camera wrote', async () => {
    const told = { IFD0: { Make: 'ZQ-told-phone' } };
    const checked = await checker.inspect(await grain(900, 1_900).withExif(told).jpeg().toBuffer());
    if (checked.kind !== 'picture') throw new Error(checked.kind);
    const { bytes, mediaType } = checked.thumbnail;
    expect(Buffer.from(bytes).includes('ZQ-told')).toBe(false);
    const { format, width, height, exif, icc } = await sharp(bytes).metadata();
    expect([mediaType, format, width, height, exif, icc]).toEqual([
      'image/webp',
      'webp',
      240,
      240,
      undefined,
      undefined,
    ]);
    expect(bytes.byteLength).toBeLessThan(40_000);
  });

  it('is no larger than a small picture', async () => {
    const checked = await checker.inspect(await grain(30, 20).png().toBuffer());
    if (checked.kind !== 'picture') throw new Error(checked.kind);
    const { width, height } = await sharp(checked.thumbnail.bytes).metadata();
    expect([width, height]).toEqual([30, 20]);
  });
});
