/**
 * `npm run bench`: time per question beside MiniSearch over the same clauses, load time and memory, and how they grow with
 * the number of policies. Ratios travel from machine to machine; the figures beside them are this machine's own.
 *
 * Each engine at each size has a process of its own, so that none pays for another's memory. `--questions N` asks only the
 * first N; `--policies 1,10` chooses the sizes; `--seconds N` is how long one engine at one size may be expected to load.
 *
 * `--turns` measures something else: what our own code takes in a whole turn, beside a bare echo bot. It needs the
 * stand-ins for Teams and storage that the tests have, so it lies with them (`test/counts/turnCost`), and takes a minute.
 */
import { spawnSync } from 'node:child_process';
import { cpus, freemem, loadavg } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import MiniSearch from 'minisearch';
import { z } from 'zod';
import clauses from '../content/policy/coton-social-media/clauses.json' with { type: 'json' };
import { createEncoder } from '../encoder/encoder.ts';
import { inBrief } from '../core/policy/narrowing.ts';
import { explainAmong } from '../flows/policies.ts';
import { firstPolicy, holdPolicies, readHeld } from '../policies.ts';
import { copiesOf } from './policyCopies.ts';
import { readLabelled } from './scoring.ts';

const ROOT = join(import.meta.dirname, '../..');
const QUESTIONS = join(ROOT, 'test/core/policy/heldBack/questions.jsonl');
const USAGE =
  'Usage: npm run bench -- [--questions N] [--policies 1,10,100,1000] [--seconds N], or npm run bench -- --turns';
const TURNS = join(ROOT, 'test/counts/turnCost/bench.ts');
const DAY = '2026-11-22';

/** The first, and those that stay ready. */
const READY = 5;
/** Of a policy that is not ready, about so much is held. */
const GIST_MEGABYTES = 0.5;

const ENGINES = ['postwise', 'minisearch'] as const;
type Engine = (typeof ENGINES)[number];

const measured = z.object({
  /** Milliseconds. */
  load: z.number(),
  median: z.number(),
  p99: z.number(),
  /** Milliseconds of all threads together, the mean: what else the machine does is no part of it. */
  processor: z.number(),
  /** Megabytes of the whole process, once loaded and after rubbish was collected. */
  rss: z.number(),
  heap: z.number(),
  /** Of our policies only. */
  work: z
    .object({
      /** Of a question: policies asked in full, situations weighed there, and entries looked at to find those policies. */
      asked: z.number(),
      weighed: z.number(),
      lookedAt: z.number(),
      /** Questions for which the right policy was among those asked. */
      found: z.number(),
      of: z.number(),
      /** Milliseconds to make a policy ready that is not; `null` where all are. */
      making: z.number().nullable(),
    })
    .optional(),
});
type Measured = Readonly<z.infer<typeof measured>>;

async function main(): Promise<number> {
  let values;
  try {
    ({ values } = parseArgs({
      options: {
        questions: { type: 'string', default: '1000000' },
        policies: { type: 'string', default: '1,10,100,1000' },
        seconds: { type: 'string', default: '60' },
        turns: { type: 'boolean', default: false },
        /** Of the processes that this one starts. */
        only: { type: 'string' },
      },
    }));
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : String(error)}\n${USAGE}`);
    return 2;
  }
  if (values.turns) return spawnSync(process.execPath, ['--no-warnings', TURNS], { stdio: 'inherit' }).status ?? 1;
  const sizes = values.policies.split(',').map(Number);
  const [most, seconds] = [Number(values.questions), Number(values.seconds)];
  if (![...sizes, most, seconds].every((number) => Number.isInteger(number) && number > 0)) {
    console.error(USAGE);
    return 2;
  }
  const questions = readLabelled(QUESTIONS)
    .slice(0, most)
    .map(({ question }) => question);
  if (values.only !== undefined) {
    const engine = ENGINES.find((name) => name === values.only);
    if (!engine) throw new Error(`No engine "${values.only}"`);
    console.log(JSON.stringify(await measure(engine, sizes[0] ?? 1, questions)));
    return 0;
  }
  compare(
    [...new Set(sizes)].sort((one, other) => one - other),
    questions.length,
    seconds,
  );
  return 0;
}

function compare(sizes: readonly number[], questions: number, seconds: number): void {
  const ours = apart('postwise', 1, questions);
  const theirs = apart('minisearch', 1, questions);
  console.log(
    `${cpus()[0]?.model ?? 'unknown processor'}, Node ${process.versions.node}, at a load of ${(loadavg()[0] ?? 0).toFixed(1)}; one thread, one policy,`,
  );
  console.log(`${questions} held-back questions, each asked once unmeasured and three times measured.\n`);
  console.log(`                          Postwise ÷ MiniSearch    Postwise    MiniSearch`);
  const line = (what: string, unit: string, key: Exclude<keyof Measured, 'work'>): void => {
    console.log(
      `${what.padEnd(26)}${times(ours[key], theirs[key]).padStart(21)}${figure(ours[key], unit).padStart(12)}${figure(theirs[key], unit).padStart(14)}`,
    );
  };
  line('time per question, median', 'ms', 'median');
  line('time per question, 99th %', 'ms', 'p99');
  line('processor time, mean', 'ms', 'processor');
  line('load time', 'ms', 'load');
  line('memory, resident (RSS)', 'MB', 'rss');
  line('memory, heap', 'MB', 'heap');

  console.log('\nGrowth, as times the figure for one policy');
  console.log(
    'Postwise: copies of the policy, each asked about in words of its own or of its family of ten. The first and at',
  );
  console.log(
    'most two others are asked in full; a few stay ready, and the questions are for three of those. MiniSearch holds',
  );
  console.log('the clauses as often, under other ids, in one index.');
  for (const engine of ENGINES) {
    const one = engine === 'postwise' ? ours : theirs;
    for (const size of sizes) console.log(grown(engine, size, one, questions, seconds));
  }
}

function grown(engine: Engine, size: number, one: Measured, questions: number, seconds: number): string {
  const start = `  ${engine === 'postwise' ? 'Postwise' : 'MiniSearch'}, ${size} ${size === 1 ? 'policy' : 'policies'}:`;
  const loads = (one.load * Math.min(size, READY)) / 1000;
  const megabytes = one.rss + one.heap * (Math.min(size, READY) - 1) + GIST_MEGABYTES * size;
  if (engine === 'postwise' && (loads > seconds || megabytes > (freemem() / 1e6) * 0.7)) {
    return `${start} not measured: it would load for about ${loads.toFixed(0)} s and take about ${megabytes.toFixed(0)} MB`;
  }
  const now = size === 1 ? one : apart(engine, size, questions);
  const part = (what: string, unit: string, key: Exclude<keyof Measured, 'work'>): string =>
    `${what} ${times(now[key], one[key])} (${figure(now[key], unit)})`;
  return `${start} ${[
    part('median', 'ms', 'median'),
    part('99th %', 'ms', 'p99'),
    part('processor', 'ms', 'processor'),
    part('load', 'ms', 'load'),
    part('RSS', 'MB', 'rss'),
    part('heap', 'MB', 'heap'),
    ...(now.work ? workInWords(now.work) : []),
  ].join(', ')}`;
}

const workInWords = ({ asked, weighed, lookedAt, found, of, making }: NonNullable<Measured['work']>) => [
  `${asked.toFixed(1)} policies asked and ${weighed.toFixed(0)} situations weighed`,
  ...(lookedAt === 0 ? [] : [`${lookedAt.toFixed(0)} entries looked at to find them`]),
  `the right one among them for ${found} of ${of}`,
  ...(making === null ? [] : [`making another ready ${figure(making, 'ms')}`]),
];

const times = (one: number, other: number): string => `× ${(one / other).toPrecision(3)}`;
const figure = (value: number, unit: string): string => `${value < 10 ? value.toFixed(3) : value.toFixed(0)} ${unit}`;

/** Measures in a process of its own. */
function apart(engine: Engine, size: number, questions: number): Measured {
  const { stdout, stderr, status } = spawnSync(
    process.execPath,
    [
      '--max-old-space-size=16000',
      import.meta.filename,
      ...['--only', engine, '--policies', String(size), '--questions', String(questions)],
    ],
    { encoding: 'utf8' },
  );
  if (status !== 0) throw new Error(`Cannot measure ${engine} with ${size} policies: ${stderr}`);
  return measured.parse(JSON.parse(stdout));
}

async function measure(engine: Engine, size: number, questions: readonly string[]): Promise<Measured> {
  const began = performance.now();
  const ours = engine === 'postwise' ? await ourEngine(size) : null;
  const ask = ours?.ask ?? miniSearch(size);
  const load = performance.now() - began;
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
  const { rss, heapUsed } = process.memoryUsage();
  for (const [at, question] of questions.entries()) await ask(question, at);
  const spent = process.cpuUsage();
  const taken: number[] = [];
  for (const [at, question] of [...questions, ...questions, ...questions].entries()) {
    const asked = performance.now();
    await ask(question, at);
    taken.push(performance.now() - asked);
  }
  const { user, system } = process.cpuUsage(spent);
  const processor = (user + system) / 1000 / taken.length;
  taken.sort((one, other) => one - other);
  const share = (part: number): number => taken[Math.min(taken.length - 1, Math.floor(part * taken.length))] ?? 0;
  const work = ours === null ? {} : { work: ours.work(questions) };
  return { load, median: share(0.5), p99: share(0.99), processor, rss: rss / 1e6, heap: heapUsed / 1e6, ...work };
}

type Ours = {
  readonly ask: (question: string, at: number) => Promise<unknown>;
  /** Counted afterwards, so that counting takes no measured time. */
  readonly work: (questions: readonly string[]) => NonNullable<Measured['work']>;
};

/** One encoder for all: however many policies there are, a question stands in one place. */
async function ourEngine(size: number): Promise<Ours> {
  const encoder = createEncoder();
  const first = readHeld(firstPolicy, encoder);
  const { places, source, asked, plain } = copiesOf(size, {
    first,
    // Another value of the same: a copy has its phrasings checked, as a policy beside the first has.
    load: () => readHeld({ ...firstPolicy }, encoder),
    gist: inBrief(first.gist),
  });
  const policies = holdPolicies({ ...encoder, encode: (text) => encoder.encode(plain(text)) }, places, source);
  await encoder.encode('');
  // Of a few policies staff ask again and again; those stay ready.
  const copyFor = (at: number): number => (size === 1 ? 0 : 1 + (at % Math.min(size - 1, 3)));
  const sizeOf = (id: string): number => policies.of(id)?.index.policy.situations.size ?? 0;
  return {
    ask: (question, at) => explainAmong(asked(question, copyFor(at)), policies, DAY),
    work(questions) {
      const narrowed = questions.map((question, at) => ({
        copy: places[copyFor(at)]?.id ?? '',
        ...policies.narrowed(asked(question, copyFor(at))),
      }));
      const mean = (of: (one: (typeof narrowed)[number]) => number): number =>
        narrowed.reduce((sum, one) => sum + of(one), 0) / narrowed.length;
      const weighed = mean((one) => [firstPolicy.id, ...one.policies].reduce((sum, id) => sum + sizeOf(id), 0));
      const began = performance.now();
      const last = places.at(-1)?.id ?? '';
      const isNew = size > READY && policies.of(last) !== null;
      return {
        asked: mean((one) => 1 + one.policies.length),
        weighed,
        lookedAt: mean((one) => one.lookedAt),
        found: narrowed.filter((one) => size === 1 || one.policies.includes(one.copy)).length,
        of: narrowed.length,
        making: isNew ? performance.now() - began : null,
      };
    },
  };
}

function miniSearch(size: number): (question: string) => Promise<unknown> {
  const mini = new MiniSearch<{ id: string; text: string }>({ fields: ['text'] });
  for (let copy = 0; copy < size; copy++) mini.addAll(clauses.map(({ id, text }) => ({ id: `${copy}/${id}`, text })));
  return (question) => Promise.resolve(mini.search(question));
}

process.exitCode = await main();
