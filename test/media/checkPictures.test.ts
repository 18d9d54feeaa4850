import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import sharp from 'sharp';
import { createPictureChecker, PictureCheckError, type PictureChecker } from '../../src/media/checkPictures.ts';
import { animated, aPicture, boastingPng, chunk, formats, grain, withChunks } from './pictures.ts';

const workerAt = (name: string) => pathToFileURL(join(import.meta.dirname, 'workers', `${name}.ts`));
const refused = (why: string) => ({ kind: 'refused', why });

let checker: PictureChecker;
beforeAll(() => (checker = createPictureChecker()));
afterAll(() => checker.close());

async function viewOf(bytes: Buffer) {
  const checked = await checker.inspect(bytes);
  if (checked.kind !== 'picture') throw new Error(`no picture but ${checked.kind}`);
  return checked;
}

describe('a picture', () => {
  it.each(formats)('in %s is taken, with its size and a copy to show', async (format) => {
    const { mediaType, width, height, viewCopy } = await viewOf(await aPicture(format));
    expect([mediaType, width, height]).toEqual([`image/${format}`, 240, 160]);
    const shown = await sharp(viewCopy.bytes).metadata();
    expect([`image/${shown.format}`, shown.width, shown.height]).toEqual([viewCopy.mediaType, 240, 160]);
  });

  it('is shown with the colours it had', async () => {
    const red = await sharp({ create: { width: 20, height: 20, channels: 3, background: '#c81e32' } })
      .png()
      .toBuffer();
    const { viewCopy } = await viewOf(red);
    const [r, g, b] = await sharp(viewCopy.bytes).raw().toBuffer();
    expect([r, g, b]).toEqual([0xc8, 0x1e, 0x32]);
  });

  it('is shown at 2,000 pixels a side at most, and never enlarged', async () => {
    const tall = await viewOf(
      await sharp({ create: { width: 1_000, height: 9_000, channels: 3, background: 'white' } })
        .png()
        .toBuffer(),
    );
    expect([tall.width, tall.height, tall.viewCopy.width, tall.viewCopy.height]).toEqual([1_000, 9_000, 222, 2_000]);
    const small = await viewOf(await aPicture('jpeg', 30, 20));
    expect([small.viewCopy.width, small.viewCopy.height]).toEqual([30, 20]);
  });

  it('is shown the right way up', async () => {
    const turned = await viewOf(await grain(60, 40).jpeg().withMetadata({ orientation: 6 }).toBuffer());
    expect([turned.width, turned.height, turned.viewCopy.width, turned.viewCopy.height]).toEqual([40, 60, 40, 60]);
  });

  it('is shown as JPEG when a PNG of it would be heavy', async () => {
    const { viewCopy } = await viewOf(await aPicture('png', 1_400, 1_200));
    expect(viewCopy.mediaType).toBe('image/jpeg');
  });

  it.each(['png', 'jpeg', 'webp'] as const)(
    'in %s is shown without what the camera and the phone wrote into it',
    async (format) => {
      const told = {
        IFD0: { Copyright: 'ZQ-told-name', Make: 'ZQ-told-phone' },
        IFD3: { GPSLatitude: '51/1 30/1 0/1' },
      };
      const bytes = await grain()
        .withExif(told)
        .withXmp('<x:xmpmeta xmlns:x="adobe:ns:meta/"><a>ZQ-told-xmp</a></x:xmpmeta>')
        .keepIccProfile()
        .toFormat(format)
        .toBuffer();
      expect(bytes.includes('ZQ-told-phone')).toBe(true);
      const { viewCopy } = await viewOf(bytes);
      expect(Buffer.from(viewCopy.bytes).includes('ZQ-told')).toBe(false);
      const { exif, xmp, icc, iptc } = await sharp(viewCopy.bytes).metadata();
      expect([exif, xmp, icc, iptc]).toEqual([undefined, undefined, undefined, undefined]);
    },
  );

  it('is shown without the notes of a PNG and without what stands after it', async () => {
    const noted = withChunks(await aPicture('png'), chunk('tEXt', Buffer.from('Comment\0ZQ-told-note')));
    const { viewCopy } = await viewOf(Buffer.concat([noted, Buffer.from('\0\0ZQ-told-after')]));
    expect(Buffer.from(viewCopy.bytes).includes('ZQ-told')).toBe(false);
  });

  it('from a phone that appends a moving picture of its own is taken', async () => {
    const moving = Buffer.from('\0\0\0\x18ftypmp42\0\0\0\0isommp42', 'latin1');
    expect(await checker.inspect(Buffer.concat([await aPicture('jpeg'), moving]))).toMatchObject({ kind: 'picture' });
  });

  it('that holds four bytes of an archive by chance is taken', async () => {
    const byChance = withChunks(await aPicture(), chunk('teSt', Buffer.from('PK\x05\x06 and no archive')));
    expect(await checker.inspect(byChance)).toMatchObject({ kind: 'picture' });
  });

  it('keeps its own bytes untouched', async () => {
    const bytes = await aPicture('jpeg');
    const before = Buffer.from(bytes);
    await checker.inspect(bytes);
    expect(bytes.equals(before)).toBe(true);
  });
});

/** The smallest zip there is: its last record alone, with a comment. */
const anArchive = Buffer.from(`PK\x05\x06${'\0'.repeat(16)}\x03\0hey`, 'latin1');

describe('what is refused', () => {
  it.each<[string, () => Promise<Buffer> | Buffer, string]>([
    ['nothing', () => Buffer.alloc(0), 'not-a-picture'],
    ['text', () => Buffer.from('not a picture at all'), 'not-a-picture'],
    ['a page', () => Buffer.from('<!doctype html><img src="x.png">'), 'not-a-picture'],
    [
      'a drawing in SVG',
      () => Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'),
      'unsupported',
    ],
    ['a TIFF', () => grain().tiff().toBuffer(), 'unsupported'],
    ['the beginning of a HEIC', () => Buffer.from('\0\0\0\x18ftypheic\0\0\0\0mif1heic', 'latin1'), 'broken'],
    ['more than 20 MB', () => Buffer.alloc(20 * 1024 * 1024 + 1, 0xff), 'too-large'],
    ['a moving GIF', () => animated('gif'), 'animated'],
    [
      'a moving PNG',
      async () => withChunks(await aPicture(), chunk('acTL', Buffer.from([0, 0, 0, 2, 0, 0, 0, 0]))),
      'animated',
    ],
    ['a moving WebP', () => animated('webp'), 'animated'],
    ['a PNG of 40,000 by 40,000', () => boastingPng(40_000, 40_000), 'too-many-pixels'],
    ['a PNG of 2 billion by 1', () => boastingPng(2_000_000_000, 1), 'broken'],
    ['a PNG that holds less than it says', () => boastingPng(100, 100), 'broken'],
    ['a PNG with an archive after it', async () => Buffer.concat([await aPicture(), anArchive]), 'not-a-picture'],
    [
      'a JPEG with a page after it',
      async () => Buffer.concat([await aPicture('jpeg'), Buffer.from('\n<script>alert(1)</script>')]),
      'not-a-picture',
    ],
    [
      'a GIF with a program after it',
      async () => Buffer.concat([await aPicture('gif'), Buffer.from('#!/bin/sh\n')]),
      'not-a-picture',
    ],
    [
      'a PNG that is a document too',
      async () => withChunks(await aPicture(), chunk('tEXt', Buffer.from('a\0%PDF-1.4'))),
      'not-a-picture',
    ],
  ])('%s', async (_what, make, why) => {
    expect(await checker.inspect(await make())).toEqual(refused(why));
  });

  it.each(formats)('a %s that is cut short', async (format) => {
    const bytes = await aPicture(format);
    for (const part of [0.3, 0.7, 0.99]) {
      expect(await checker.inspect(bytes.subarray(0, Math.floor(bytes.length * part)))).toEqual(refused('broken'));
    }
  });

  it.each(['png', 'webp'] as const)('a %s whose middle is missing, though it has an end', async (format) => {
    const bytes = await aPicture(format, 400, 400);
    const third = Math.floor(bytes.length / 3);
    const holed = Buffer.concat([bytes.subarray(0, third), bytes.subarray(2 * third)]);
    expect(await checker.inspect(holed)).toMatchObject({ kind: 'refused', why: 'broken' });
  });

  it('a bomb: a small file that unfolds to 100 megapixels', async () => {
    const bomb = await sharp({ create: { width: 10_000, height: 10_000, channels: 3, background: 'white' } })
      .png({ compressionLevel: 9 })
      .toBuffer();
    expect(bomb.length).toBeLessThan(1_000_000);
    expect(await checker.inspect(bomb)).toEqual(refused('too-many-pixels'));
  });

  it('leaves the checker able to take the next picture', async () => {
    expect(await checker.inspect(await aPicture())).toMatchObject({ kind: 'picture' });
  });
});

describe('the worker', () => {
  const folder = mkdtempSync(join(tmpdir(), 'postwise-media-'));
  const made: PictureChecker[] = [];
  const fake = (change: Parameters<typeof createPictureChecker>[0] = {}) => {
    const each = createPictureChecker({ worker: workerAt('dies'), ...change });
    made.push(each);
    return each;
  };
  /** The fake worker answers with its process id and the names in its environment. */
  const saidBy = async (each: PictureChecker, text = 'hello') => {
    const checked = await each.inspect(Buffer.from(text));
    return checked.kind === 'refused' ? checked.why : checked.kind;
  };
  const pidIn = (said: string) => Number(said.split(' ')[0]);
  const isAlive = (pid: number) => {
    try {
      return process.kill(pid, 0);
    } catch {
      return false;
    }
  };
  const until = async (holds: () => boolean) => {
    for (let tries = 0; tries < 400 && !holds(); tries += 1) await new Promise((resolve) => setTimeout(resolve, 25));
    expect(holds()).toBe(true);
  };
  afterAll(async () => {
    await Promise.all(made.map((each) => each.close()));
    rmSync(folder, { recursive: true });
  });

  it('is given no setting and no secret', async () => {
    process.env['POSTWISE_TEST_SECRET'] = 'x';
    try {
      expect((await saidBy(fake())).split(' ').slice(1)).toEqual(
        expect.not.arrayContaining(['POSTWISE_TEST_SECRET', 'PATH']),
      );
    } finally {
      delete process.env['POSTWISE_TEST_SECRET'];
    }
  });

  it('that dies of a picture is replaced, and the picture is broken', async () => {
    const each = fake();
    const before = pidIn(await saidBy(each));
    expect(await each.inspect(Buffer.from('die'))).toEqual(refused('broken'));
    expect(pidIn(await saidBy(each))).not.toBe(before);
  });

  it('that dies once does not cost the picture', async () => {
    expect(pidIn(await saidBy(fake(), `once ${join(folder, 'mark')}`))).toBeGreaterThan(0);
  });

  it('that is killed at rest is replaced', async () => {
    const each = fake();
    const pid = pidIn(await saidBy(each));
    process.kill(pid, 'SIGKILL');
    await until(() => !isAlive(pid));
    expect(pidIn(await saidBy(each))).not.toBe(pid);
  });

  it('that takes too long is ended, and the next picture is looked at', async () => {
    const each = fake({ timeMs: 300 });
    const pid = pidIn(await saidBy(each));
    expect(await Promise.all([each.inspect(Buffer.from('hang')), saidBy(each)])).toEqual([
      refused('broken'),
      expect.stringMatching(/^\d/),
    ]);
    expect(isAlive(pid)).toBe(false);
  });

  (process.platform === 'linux' ? it : it.skip)('that takes too much memory is ended', async () => {
    const each = fake({ memoryBytes: 400_000_000 });
    const pid = pidIn(await saidBy(each));
    expect(await each.inspect(Buffer.from('eat'))).toEqual(refused('broken'));
    expect(isAlive(pid)).toBe(false);
  });

  it('that cannot start is an error, and says nothing of the picture', async () => {
    await expect(fake({ worker: workerAt('neverStarts') }).inspect(Buffer.from('x'))).rejects.toThrow(
      new PictureCheckError('Cannot start the picture worker: the image library is not there'),
    );
    await expect(fake({ worker: workerAt('noSuchFile') }).inspect(Buffer.from('x'))).rejects.toThrow(PictureCheckError);
  });

  it('is ended when it has nothing to do, and started again', async () => {
    const each = fake({ idleMs: 20 });
    const pid = pidIn(await saidBy(each));
    await until(() => !isAlive(pid));
    expect(pidIn(await saidBy(each))).not.toBe(pid);
  });

  it('is ended with the checker, which then refuses', async () => {
    const each = fake();
    const pid = pidIn(await saidBy(each));
    await each.close();
    expect(isAlive(pid)).toBe(false);
    await expect(each.inspect(Buffer.from('x'))).rejects.toThrow(/closed/);
  });

  it('does not keep its parent from ending, and ends with it', async () => {
    const script = `
      const { createPictureChecker } = await import(${JSON.stringify(pathToFileURL(join(import.meta.dirname, '../../src/media/checkPictures.ts')).href)});
      const checked = await createPictureChecker({ worker: new URL(${JSON.stringify(workerAt('dies').href)}) }).inspect(Buffer.from('x'));
      console.log(checked.why);
      console.log('sharp' in process.versions || [...process.report.getReport().sharedObjects].some((each) => each.includes('sharp')));`;
    const [why = '', sharpLoaded] = execFileSync(process.execPath, ['--input-type=module', '-e', script], {
      encoding: 'utf8',
      timeout: 30_000,
    }).split('\n');
    const pid = pidIn(why);
    expect(pid).toBeGreaterThan(0);
    expect(sharpLoaded).toBe('false');
    await until(() => !isAlive(pid));
  });
});
