import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { senseOf } from '../../src/core/policy/place.ts';
import { createEncoder } from '../../src/encoder/encoder.ts';
import { placeAll } from '../../src/encoder/inBulk.ts';
import type { SentenceEncoder } from '../../src/flows/ports.ts';

const workerFile = (name: string) => pathToFileURL(join(import.meta.dirname, 'workers', name));
const open: SentenceEncoder[] = [];
const encoderWith = (change: Parameters<typeof createEncoder>[0]) => {
  const encoder = createEncoder({ endMs: change?.worker ? 100 : 60_000, ...change });
  open.push(encoder);
  return encoder;
};
afterAll(() => Promise.all(open.map((encoder) => encoder.close())));

/** The first 24 of the last layer's 384 numbers. */
const FULL = {
  text: 'Am I allowed to post a photo of the school trip on my own page?',
  vector: [
    -0.015, 0.0752, 0.0122, -0.0066, 0.0825, -0.0134, -0.0613, -0.0188, -0.0167, 0.0123, 0.1161, 0.1176, 0.0237, 0.0596,
    -0.0309, -0.03, -0.0252, -0.0114, -0.0224, 0.0244, 0.0105, -0.0439, -0.0146, 0.032,
  ],
};

const alike = (one: Float32Array | null, other: Float32Array | null): number =>
  [...(one ?? [])].reduce((sum, value, at) => sum + value * (other?.[at] ?? 0), 0);

describe('the encoder', () => {
  const encoder = encoderWith({ onAway: (why) => expect(why).toBe('never away') });

  it('gives a place of four parts of one length, three of which have length 1 together, the same every time', async () => {
    const once = await encoder.encode('a parent wants to add me');
    expect(once).toHaveLength(4 * 384);
    expect(alike(once, once)).toBeCloseTo(4 / 3, 5);
    const parts = [0, 1, 2, 3].map((part) => once?.slice(part * 384, (part + 1) * 384) ?? null);
    for (const part of parts) expect(alike(part, part)).toBeCloseTo(1 / 3, 5);
    expect(await encoder.encode('a parent wants to add me')).toEqual(once);
  });

  it('gives many at once, for training, the places that it gives one by one, in order', async () => {
    const texts = Array.from({ length: 205 }, (_none, at) => `a parent wants to add me, for the ${at}th time`);
    const many = await placeAll(texts);
    expect(many).toHaveLength(texts.length);
    for (const at of [0, 1, 101, 204]) expect(many[at]).toEqual(await encoder.encode(texts[at] ?? ''));
  });

  it('puts what means the same nearer than what shares its words', async () => {
    const [asked, same, other] = await Promise.all([
      encoder.encode('someone has hacked my account'),
      encoder.encode('a stranger got hold of my password'),
      encoder.encode('I have someone to do the account books'),
    ]);
    expect(alike(asked, same)).toBeGreaterThan(alike(asked, other));
  });

  // Worked out once from the same weights with full numbers; whole numbers come within a hundredth or two of them.
  it('comes close to what the network gives without whole numbers', async () => {
    const { text, vector } = FULL;
    const given = senseOf((await encoder.encode(text)) ?? new Float32Array());
    expect(given).toHaveLength(384);
    const part = Float32Array.from(vector);
    const length = Math.hypot(...part) * Math.hypot(...given.slice(0, part.length));
    expect(alike(part, given) / length).toBeGreaterThan(0.98);
  });

  it.each(['', '🙈🙈', '\u202e\u200b', 'x'.repeat(10_000), 'word '.repeat(3_000)])(
    'takes odd text %#',
    async (text) => {
      const vector = await encoder.encode(text);
      expect(vector?.every(Number.isFinite)).toBe(true);
    },
  );
});

/** In a process of its own: a thread that is stopped within the network's arithmetic ends its process. */
describe('an encoder that is closed', () => {
  const encoderFile = JSON.stringify(pathToFileURL(join(import.meta.dirname, '../../src/encoder/encoder.ts')).href);

  it.each([
    ['while it starts', "void encoder.encode('a'); await new Promise((go) => setTimeout(go, 30));"],
    [
      'in the middle of many sums',
      "await encoder.encode('a'); for (let at = 0; at < 300; at++) void encoder.encode(`word ${at} `.repeat(60));",
    ],
    ['before it was asked', ''],
  ])('%s ends quietly', (_when, first) => {
    const script = `const { createEncoder } = await import(${encoderFile}); const encoder = createEncoder(); ${first} await encoder.close(); console.log('ended');`;
    const ran = spawnSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' });
    expect({ out: ran.stdout, code: ran.status, signal: ran.signal }).toEqual({
      out: 'ended\n',
      code: 0,
      signal: null,
    });
  });
});

/** Of four parts of 3 and 4. */
const PLACE = Float32Array.from([3, 4, 3, 4, 3, 4, 3, 4], (value) => Math.fround(value / 5) / Math.sqrt(3));

describe('an encoder that fails', () => {
  it('is done without when it cannot start, and says so once', async () => {
    const told: string[] = [];
    const encoder = encoderWith({ worker: workerFile('cannotStart.mjs'), onAway: (why) => told.push(why) });
    expect(await encoder.encode('one')).toBeNull();
    expect(await encoder.encode('two')).toBeNull();
    expect(told).toEqual(['no such machine']);
  });

  it('is done without when its file is not there', async () => {
    const told: string[] = [];
    const encoder = encoderWith({ worker: workerFile('missing.mjs'), onAway: (why) => told.push(why) });
    expect(await encoder.encode('one')).toBeNull();
    expect(told).toHaveLength(1);
  });

  it.each(['die', 'throw'])('is replaced when it came to "%s", and repeats no word of the question', async (text) => {
    const told: string[] = [];
    const encoder = encoderWith({ worker: workerFile('diesOnAsking.mjs'), onAway: (why) => told.push(why) });
    expect(await encoder.encode('hello')).toEqual(PLACE);
    expect(await encoder.encode(text)).toBeNull();
    expect(await encoder.encode('hello')).toEqual(PLACE);
    expect(told).toHaveLength(1);
    expect(told[0]).not.toContain('secret');
  });

  it('is left alone for a while when it takes too long', async () => {
    const told: string[] = [];
    const encoder = encoderWith({ worker: workerFile('never.mjs'), startMs: 50, onAway: (why) => told.push(why) });
    expect(await Promise.all([encoder.encode('one'), encoder.encode('two')])).toEqual([null, null]);
    expect(await encoder.encode('three')).toBeNull();
    expect(told).toEqual(['it did not become ready']);
  });

  it('answers nothing once it is closed, and tells nobody of that', async () => {
    const told: string[] = [];
    const encoder = encoderWith({ worker: workerFile('diesOnAsking.mjs'), onAway: (why) => told.push(why) });
    await encoder.encode('hello');
    await encoder.close();
    expect(await encoder.encode('hello')).toBeNull();
    expect(told).toEqual([]);
  });
});

it('lets the process end by itself', () => {
  const file = JSON.stringify(join(import.meta.dirname, '../../src/encoder/encoder.ts'));
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [
      '--input-type=module',
      '-e',
      `const { createEncoder } = await import(${file}); console.log((await createEncoder().encode('hello')).length)`,
    ],
    { encoding: 'utf8', timeout: 50_000 },
  );
  expect({ status, stdout: stdout.trim(), stderr }).toEqual({ status: 0, stdout: '1536', stderr: '' });
});
