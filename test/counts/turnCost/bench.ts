/**
 * What our own code takes in a turn, beside a bare echo bot in the same run. `npm run bench -- --turns`.
 *
 * Three processes with the same settings: the SDK's echo bot, Postwise, and the storage SDK by itself. Messages come over
 * loopback with a token that is really checked, replies go over loopback to a Connector. Processor time is what counts,
 * of every thread of the bot; waiting for anybody is no part of it. What is ours is a turn of Postwise, less an echo
 * turn, less what the storage SDK takes for the same requests.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { startAzurite } from '../../builders/azurite.ts';
import { channelTokens } from '../../builders/channelTokens.ts';
import { cardOf, type FakeConnector, fakeConnector } from '../../builders/fakeConnector.ts';
import { dataOf } from '../../builders/runningApp.ts';
import { APP_ID, type Bot, type Start, startBot, TEACHER, TENANT, type Usage } from './measured.ts';

type Json = Readonly<Record<string, unknown>>;
type Cost = { readonly all: number; readonly main: number };
type Turn = Cost & { readonly wall: number; readonly requests: Readonly<Record<string, number>> };

/** `--turns`, `--walks`: how many are counted. `--warm`: blocks of questions before them, and twice as many walks. */
const { values } = parseArgs({
  options: {
    turns: { type: 'string', default: '300' },
    walks: { type: 'string', default: '25' },
    warm: { type: 'string', default: '8' },
  },
});
const [TURNS, WALKS] = [Number(values.turns), Number(values.walks)];
/** In turn, so that a busy machine is busy for both. */
const BLOCK = 25;
const WARM_BLOCKS = Number(values.warm);
const WARM_WALKS = 2 * WARM_BLOCKS;
/** After its response a turn still keeps and tells. */
const SETTLE_MS = 15;
const CHAT = 'a:measured-chat';

const questions = readFileSync(join(import.meta.dirname, '../../core/policy/heldBack/questions.jsonl'), 'utf8')
  .split('\n')
  .filter((line) => line !== '')
  .map((line) => (JSON.parse(line) as { question: string }).question);

let connector: FakeConnector;
let given: Start;
let authorization: string;
let forged: string;
const bots: Bot[] = [];

async function run(): Promise<void> {
  const azurite = await startAzurite();
  connector = await fakeConnector();
  const tokens = await channelTokens(APP_ID, connector.serviceUrl);
  authorization = await tokens.header();
  forged = await tokens.header({ key: 'stranger' });
  given = { serviceUrl: connector.serviceUrl, keysUrl: tokens.keysUrl, storage: azurite.connectionString };
  try {
    await measureAll();
  } finally {
    await Promise.all(bots.map((bot) => bot.stop()));
    await Promise.all([azurite.stop(), connector.close(), tokens.close()]);
  }
}

async function measureAll(): Promise<void> {
  const storage = await storageAlone();
  try {
    await measureBeside(storage);
  } finally {
    await storage.stop();
  }
}

async function measureBeside(storage: StorageAlone): Promise<void> {
  const echo = await started('echoBot.ts');
  const postwise = await started('postwiseBot.ts');
  const asked: Asked = { echo: [], postwise: [] };
  for (let block = 0; block < WARM_BLOCKS + TURNS / BLOCK; block += 1) {
    const warm = block < WARM_BLOCKS;
    await storage.measure(warm);
    for (let at = 0; at < BLOCK; at += 1) {
      const text = questions[(block * BLOCK + at) % questions.length] ?? 'can I?';
      for (const [name, bot] of [
        ['echo', echo],
        ['postwise', postwise],
      ] as const) {
        const { turn } = await measure(bot, message(text));
        if (!warm) asked[name].push(turn);
      }
    }
  }
  const taps = new Map<string, Asked>();
  for (let walk = 0; walk < WARM_WALKS + WALKS; walk += 1) {
    await storage.measure();
    await walkGuide(echo, postwise, walk < WARM_WALKS ? new Map<string, Asked>() : taps);
  }
  print(storage.costs(), asked, taps);
}

/** Turns of the two bots, taken by turns: what else the machine does at the time is done to both. */
type Asked = { readonly echo: Turn[]; readonly postwise: Turn[] };

async function started(file: string): Promise<Bot> {
  const bot = await startBot(file, given);
  bots.push(bot);
  // What is measured is worth nothing unless the token is really checked.
  const { status } = await post(bot, message('hello'), forged);
  if (status < 400) throw new Error(`${file} answers ${status} to a forged token`);
  return bot;
}

type Costs = Readonly<Record<string, Cost>>;
type StorageAlone = Awaited<ReturnType<typeof storageAlone>>;

/** The storage SDK by itself, asked again and again between the turns. */
async function storageAlone() {
  const child = fork(join(import.meta.dirname, 'storageAlone.ts'), { execArgv: ['--no-warnings'] });
  const answer = async () => ((await once(child, 'message')) as [unknown])[0];
  child.send(given);
  await answer();
  const measured: Costs[] = [];
  return {
    /** @param warm  not counted */
    async measure(warm = false): Promise<void> {
      child.send('measure');
      const costs = (await answer()) as Costs;
      if (!warm) measured.push(costs);
    },
    costs: (): Costs =>
      Object.fromEntries(
        Object.keys(measured[0] ?? {}).map((method) => {
          const of = (key: keyof Cost) => medianOf(measured.map((costs) => costs[method]?.[key] ?? 0));
          return [method, { all: of('all'), main: of('main') }];
        }),
      ),
    async stop(): Promise<void> {
      const gone = once(child, 'exit');
      child.disconnect();
      await gone;
    },
  };
}

function activity(): Json {
  return {
    id: `activity-${performance.now()}`,
    timestamp: new Date().toISOString(),
    channelId: 'msteams',
    serviceUrl: connector.serviceUrl,
    from: { id: '29:teacher', name: 'Somebody', aadObjectId: TEACHER },
    recipient: { id: `28:${APP_ID}`, name: 'Postwise' },
    channelData: { tenant: { id: TENANT } },
    conversation: { conversationType: 'personal', tenantId: TENANT, id: CHAT },
  };
}
const message = (text: string): Json => ({ ...activity(), type: 'message', text });
const tap = (verb: string, data: Json, card: string): Json => ({
  ...activity(),
  type: 'invoke',
  name: 'adaptiveCard/action',
  replyToId: card,
  value: { action: { type: 'Action.Execute', verb, data }, trigger: 'manual' },
});

const post = (bot: Bot, sent: Json, token: string): Promise<Response> =>
  fetch(bot.url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: token },
    body: JSON.stringify(sent),
  });

async function measure(bot: Bot, sent: Json): Promise<{ readonly turn: Turn; readonly body: unknown }> {
  const before = await bot.usage();
  const from = performance.now();
  const response = await post(bot, sent, authorization);
  const text = await response.text();
  const wall = performance.now() - from;
  if (response.status !== 200) throw new Error(`A bot answers ${response.status}: ${text}`);
  await sleep(SETTLE_MS);
  const after = await bot.usage();
  return { turn: between(before, after, wall), body: text === '' ? undefined : (JSON.parse(text) as unknown) };
}

function between(before: Usage, after: Usage, wall: number): Turn {
  const requests = Object.entries(after.requests).map(([name, count]) => [name, count - (before.requests[name] ?? 0)]);
  return {
    wall,
    all: (after.all - before.all) / 1_000,
    main: (after.main - before.main) / 1_000,
    requests: Object.fromEntries(requests) as Turn['requests'],
  };
}

/** From "report" to the look-over, and then the draft is deleted. */
async function walkGuide(echo: Bot, bot: Bot, taps: Map<string, Asked>): Promise<void> {
  const take = async (name: string, sent: Json) => {
    const beside = await measure(echo, { ...message(name), conversation: { id: 'a:echo', tenantId: TENANT } });
    const { turn, body } = await measure(bot, sent);
    const so = taps.get(name) ?? { echo: [], postwise: [] };
    taps.set(name, { echo: [...so.echo, beside.turn], postwise: [...so.postwise, turn] });
    return (body as { readonly value?: unknown } | undefined)?.value;
  };
  await take('report', message('report'));
  const standing = connector.standing(CHAT).at(-1);
  let card: unknown = standing === undefined ? undefined : cardOf(standing.activity);
  const press = async (name: string, verb: string, more: Json = {}) => {
    const data = dataOf(card, verb, (found) =>
      Object.entries(more).every(([key, value]) => found[key] === value || !(key in found)),
    );
    card = await take(name, tap(verb, { ...data, ...more }, standing?.id ?? ''));
  };
  await press('danger: no', 'report.danger', { answer: 'no' });
  await press('imagery: no', 'report.imagery', { answer: 'no' });
  await press('whom it concerns', 'report.concerns', { concerns: 'parent-or-other' });
  await press('kind', 'report.kind', { kind: 'something-else' });
  await press('form', 'report.form', filled(card));
  await press('pictures: that is all', 'report.pictures', { act: 'done' });
  await press('delete', 'report.delete');
  await press('delete: sure', 'report.delete', { sure: true });
}

/** An answer for every input of a form that wants one. */
function filled(card: unknown): Record<string, string> {
  if (Array.isArray(card)) return Object.assign({}, ...card.map(filled)) as Record<string, string>;
  if (typeof card !== 'object' || card === null) return {};
  const node = card as Json;
  const choices = node['choices'] as readonly { readonly value: string }[] | undefined;
  const wanted = String(node['type']).startsWith('Input.') && node['isRequired'] === true;
  const answer = node['type'] === 'Input.Date' ? '2026-01-05' : (choices?.[0]?.value ?? 'A post that calls me names');
  return { ...filled(Object.values(node)), ...(wanted ? { [String(node['id'])]: answer } : {}) };
}

function print(storage: Costs, asked: Asked, taps: ReadonlyMap<string, Asked>): void {
  const line = (name: string, cells: readonly (number | string)[]) =>
    console.log(
      name.padEnd(26) + cells.map((cell) => (typeof cell === 'number' ? cell.toFixed(2) : cell).padStart(10)).join(''),
    );
  const row = (name: string, { echo, postwise }: Asked) => {
    const [bare, ours] = [middle(echo), middle(postwise)];
    const share = (key: keyof Cost) =>
      Object.entries(ours.requests).reduce(
        (sum, [method, count]) => sum + (count * (storage[method] ?? storage['transaction'] ?? NOTHING)[key]) / 1_000,
        0,
      );
    const [all, main] = (['all', 'main'] as const).map((key) => ours[key] - bare[key] - share(key)) as [number, number];
    const cells = [postwise.length, ours.wall, bare.all, ours.all, share('all'), all, all / bare.all];
    line(name, [...cells.slice(0, 1).map(String), ...cells.slice(1), bare.main, ours.main, main, main / bare.main]);
  };
  /** One that may go on from the last is read up to three times. */
  const mayFollow = ({ requests }: Turn) => (requests['get'] ?? 0) > 0;
  const which = (follows: boolean): Asked => ({
    echo: asked.echo.filter((_turn, at) =>
      asked.postwise.some((turn, other) => other === at && mayFollow(turn) === follows),
    ),
    postwise: asked.postwise.filter((turn) => mayFollow(turn) === follows),
  });
  console.log(`${cpus()[0]?.model ?? 'unknown processor'}, Node ${process.versions.node}.`);
  console.log(`Held-back questions and walks through the guide, each turn beside one of the echo bot;`);
  console.log(
    `${WARM_BLOCKS * BLOCK} questions and ${WARM_WALKS} walks before them are not counted. Milliseconds, medians.\n`,
  );
  line('', ['', '', 'processor', 'time', 'of all', 'threads', '', 'of', 'the main', 'thread']);
  line('', ['turns', 'wall', 'echo', 'Postwise', 'storage', 'ours', '÷ echo', 'echo', 'Postwise', 'ours', '÷ echo']);
  row('a question', asked);
  row('  short: may go on', which(true));
  row('  longer', which(false));
  for (const [name, turns] of taps) row(name, turns);
  const together = [...taps.values()];
  row('the guide together', {
    echo: together.flatMap(({ echo }) => echo),
    postwise: together.flatMap(({ postwise }) => postwise),
  });
  console.log('\nstorage: what the storage SDK takes by itself for the same requests.');
  console.log("ours: a turn of Postwise less echo less storage; of all threads, so with the sentence encoder's.");
}

const NOTHING: Cost = { all: 0, main: 0 };

function medianOf(numbers: readonly number[]): number {
  const sorted = [...numbers].sort((one, other) => one - other);
  return sorted[Math.floor(sorted.length / 2)] ?? NaN;
}

/** The middle of each figure, so that one stop for rubbish more or less moves nothing; of requests the mean. */
function middle(turns: readonly Turn[]): Turn {
  const median = (of: (turn: Turn) => number): number => medianOf(turns.map(of));
  const methods = new Set(turns.flatMap(({ requests }) => Object.keys(requests)));
  const mean = (method: string) => turns.reduce((sum, { requests }) => sum + (requests[method] ?? 0), 0) / turns.length;
  return {
    wall: median(({ wall }) => wall),
    all: median(({ all }) => all),
    main: median(({ main }) => main),
    requests: Object.fromEntries([...methods].map((method) => [method, mean(method)])),
  };
}

await run();
