/**
 * `npm run count`: what one turn costs in requests to the storage account, as a table, and what it may cost at most.
 *
 * The real app on the real emulator. A request is counted where the storage room makes it, and belongs to the turn during
 * which it is made, or to the workers that the turn woke. The table is printed by `npm run count`, and by nothing else.
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { IncomingMessage } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { dataOf, type RunningPostwise, runPostwise, type Said, type Who } from '../builders/runningApp.ts';
import { pngPicture } from '../builders/pictureFiles.ts';

type Json = Readonly<Record<string, unknown>>;
type Part = 'before' | 'after' | 'workers';
type Cost = Readonly<Record<Part, readonly string[]>>;

/** So long after the last request nothing more comes of a turn. */
const QUIET_MS = 250;
/** The workers then look at nothing by themselves, only when a turn wakes them. */
const NEVER_MS = 60 * 60_000;

const inTurn = new AsyncLocalStorage<true>();
const counted: { readonly part: Part; readonly name: string }[] = [];
let replied = false;
let lastAt = 0;

/** Everything that a request to the bot sets off is its turn; the first message that the Connector is given is the reply. */
function startOfRequest(message: unknown): void {
  const { request } = message as { readonly request: IncomingMessage };
  if (/\/v3\/conversations/.test(request.url ?? '')) replied = true;
  inTurn.enterWith(true);
}
const REQUESTS = 'http.server.request.start';

const observe = ({ name }: { readonly name: string }) => {
  lastAt = performance.now();
  counted.push({ part: inTurn.getStore() === undefined ? 'workers' : replied ? 'after' : 'before', name });
};

const costs = new Map<string, Cost>();
let postwise: RunningPostwise;
let picture: Buffer;

async function quiet(): Promise<void> {
  while (performance.now() - lastAt < QUIET_MS) await sleep(QUIET_MS / 5);
}

/** Does it, waits until nothing more comes of it, and writes down what it cost. */
async function turn<T>(name: string, act: () => Promise<T>): Promise<T> {
  await quiet();
  counted.length = 0;
  replied = false;
  const result = await act();
  // A press is answered in the response itself, which has come by now.
  replied = true;
  lastAt = performance.now();
  await quiet();
  const of = (part: Part) => counted.flatMap((each) => (each.part === part ? [each.name] : []));
  costs.set(name, { before: of('before'), after: of('after'), workers: of('workers') });
  return result;
}

const cost = (name: string): Cost => {
  const found = costs.get(name);
  if (found === undefined) throw new Error(`No turn was called "${name}"`);
  return found;
};

const cardIn = (said: readonly Said[]): Said => {
  const card = said.findLast((one) => one.card !== undefined);
  if (card === undefined) throw new Error(`No card, but: ${said.map(({ all }) => all).join('\n')}`);
  return card;
};
const press = (who: Who, card: Said, verb: string, chosen: Json = {}, where?: 'personal' | 'channel') => {
  const data = dataOf(card.card, verb, (found) =>
    Object.entries(chosen).every(([key, value]) => !(key in found) || found[key] === value),
  );
  return postwise.press(who, verb, { ...data, ...chosen }, where, card.id);
};
/** An answer for every input of a form that wants one. */
function filled(card: unknown): Record<string, string> {
  if (Array.isArray(card)) return Object.assign({}, ...card.map(filled)) as Record<string, string>;
  if (typeof card !== 'object' || card === null) return {};
  const node = card as Json;
  const choices = node['choices'] as readonly { readonly value: string }[] | undefined;
  const own =
    String(node['type']).startsWith('Input.') && node['isRequired'] === true
      ? {
          [String(node['id'])]:
            node['type'] === 'Input.Date' ? '2026-01-05' : (choices?.[0]?.value ?? 'A post that calls me names'),
        }
      : {};
  return { ...filled(Object.values(node)), ...own };
}

beforeAll(async () => {
  picture = await pngPicture();
  subscribe(REQUESTS, startOfRequest);
  postwise = await runPostwise({ forTests: { observe, idleMs: NEVER_MS } });
  await walk();
});
afterAll(async () => {
  await postwise.stop();
  unsubscribe(REQUESTS, startOfRequest);
  if (process.env['npm_lifecycle_event'] === 'count') process.stdout.write(table());
});

/** The main journey, each turn once; what stands between them is not counted. */
async function walk(): Promise<void> {
  await turn('set up the channel', () => postwise.mention('head', 'set up'));
  await turn('first message ever: help', () => postwise.say('teacher', 'help'));
  await turn('help', () => postwise.say('teacher', 'help'));
  await turn('first message ever: a question', () => postwise.say('other', 'can I be friends with a pupil online?'));
  await turn('a question', () => postwise.say('teacher', 'can I accept a friend request from a pupil?'));
  const asksBack = cardIn(await turn('what follows a question', () => postwise.say('teacher', 'and on WhatsApp?')));
  await turn('a choice', () => press('teacher', asksBack, 'ask.clarify'));
  await turn('a long question', () =>
    postwise.say('teacher', 'A mum in my class has asked me to be in the chat that the families have, may I?'),
  );
  await turn('forget', () => postwise.say('teacher', 'forget'));

  const silent = cardIn(
    await turn('a question that the policy does not answer', () =>
      postwise.say('teacher', 'can I write a tripadvisor review of the cafe?'),
    ),
  );
  await turn('helpful: yes', () => press('teacher', silent, 'answer.helpful', { helpful: 'yes' }));
  await turn('ask the headteacher', () =>
    press('teacher', silent, 'question.send', { 'f.question': 'Can I write a review of the cafe?' }),
  );

  let card = cardIn(await turn('report', () => postwise.say('teacher', 'report')));
  card = await turn('danger: no', () => press('teacher', card, 'report.danger', { answer: 'no' }));
  card = await turn('imagery: no', () => press('teacher', card, 'report.imagery', { answer: 'no' }));
  card = await turn('whom it concerns', () =>
    press('teacher', card, 'report.concerns', { concerns: 'parent-or-other' }),
  );
  card = await turn('kind', () => press('teacher', card, 'report.kind', { kind: 'something-else' }));
  card = await turn('form', () => press('teacher', card, 'report.form', filled(card.card)));
  const contentUrl = postwise.connector.pictures.put('grab', { bytes: picture });
  await turn('a picture in the chat', async () => {
    await postwise.say('teacher', '', { attachments: [{ contentType: 'image/png', contentUrl }] });
    await postwise.until(() => postwise.personal('teacher').find(({ all }) => all.includes('Stored')));
  });
  card = await turn('pictures: that is all', () => press('teacher', card, 'report.pictures', { act: 'done' }));
  const receipt = await turn('send', async () => {
    const sent = await press('teacher', card, 'report.send');
    await postwise.until(() => postwise.channel().find(({ all }) => all.includes('SM-')));
    return sent;
  });

  const reference = /SM-[A-Z0-9]{3}-[A-Z0-9]{4}/.exec(receipt.all)?.[0] ?? 'none';
  const posted = await postwise.until(() => postwise.channel().find(({ all }) => all.includes(reference)));
  await turn('acknowledge', () => press('head', posted, 'triage.acknowledge', {}, 'channel'));
  await postwise.say('head', 'hi');
  await turn('open', () => press('head', posted, 'triage.open', {}, 'channel'));
  const link = await postwise.until(() => postwise.personal('head').find(({ all }) => /\/open\/\w+/.test(all)));
  const path = /\/open\/\w+/.exec(link.all)?.[0] ?? '';
  const from = { 'sec-fetch-site': 'same-origin' };
  const entered = await turn('page: press the button', () =>
    fetch(`${postwise.url}${path}`, { method: 'POST', headers: from, redirect: 'manual' }),
  );
  const cookie = entered.headers.get('set-cookie')?.split(';')[0] ?? '';
  await turn('page: the question', () => read(path, { cookie }));
  await turn('page: not about me', () =>
    fetch(`${postwise.url}${path}/about-you`, {
      method: 'POST',
      headers: { ...from, cookie },
      body: new URLSearchParams({ answer: 'no' }),
      redirect: 'manual',
    }),
  );
  await turn('page: the report', () => read(path, { cookie }));
  await turn('page: a picture', () => read(`${path}/pictures/1`, { cookie }));
  await turn('reports, in the channel', () => postwise.mention('head', 'reports'));
  await turn('reports, in person', () => postwise.say('head', 'reports'));
  await turn('my reports', () => postwise.say('teacher', 'my reports'));
  await turn('close', () =>
    postwise.press('head', 'triage.close', { ...dataOf(posted.card, 'triage.open'), reason: 'dealt-with' }, 'channel'),
  );
}

async function read(path: string, headers: Readonly<Record<string, string>>): Promise<void> {
  const response = await fetch(`${postwise.url}${path}`, { headers });
  await response.arrayBuffer();
  if (response.status !== 200) throw new Error(`${path.split('/')[1]} answers ${response.status}`);
}

/** Every name once, with how often where it is more than once. */
const named = (names: readonly string[]): string =>
  [...new Set(names)]
    .map((name) => [name, names.filter((each) => each === name).length] as const)
    .map(([name, times]) => (times === 1 ? name : `${name} ×${times}`))
    .join(', ') || 'nothing';

function table(): string {
  const rows = [...costs].map(
    ([name, { before, after, workers }]) =>
      `${name.padEnd(26)} ${[before, after, workers].map(({ length }) => String(length).padStart(8)).join('')}   ${named(before)}`,
  );
  return [
    '\nRequests to the storage account, a turn (real app, emulator in memory; retries and further pages not counted apart)\n',
    `${'turn'.padEnd(26)}   before   after workers   before the reply, by name`,
    ...rows,
    '\nbefore: the reply waits for them.  after: the same turn, once it has answered.  workers: fetching and telling, which it woke.\n',
  ].join('\n');
}

describe('what a turn costs', () => {
  it('is counted at all', () => {
    expect(cost('send').before).toContain('file report');
    expect(cost('send').workers).toContain('list what is due to be told');
    expect(cost('first message ever: help').after).toContain('remember conversation of');
  });

  it.each([
    ['set up the channel', 4, 0],
    ['first message ever: help', 0, 2],
    // Where the person is reached and what they asked are one transaction; one look finds what is set aside.
    ['first message ever: a question', 1, 2],
    ['help', 0, 0],
    // Kept after the reply: rule, topic and open choice. Read where a message is short enough to go on from them.
    ['a question', 1, 1],
    // The topic is noted in memory, and stored with others.
    ['a question that the policy does not answer', 1, 1],
    ['helpful: yes', 2, 0],
    ['ask the headteacher', 3, 0],
    ['what follows a question', 1, 1],
    ['a choice', 1, 1],
    ['a long question', 0, 1],
    ['forget', 1, 0],
    // After the card: where it stands is kept, so that it becomes one line after Send.
    ['report', 2, 1],
    ['danger: no', 2, 0],
    ['imagery: no', 3, 0],
    ['whom it concerns', 3, 0],
    ['kind', 2, 0],
    ['form', 4, 0],
    ['a picture in the chat', 4, 0],
    ['pictures: that is all', 3, 0],
    ['send', 6, 0],
    ['acknowledge', 4, 0],
    ['open', 6, 0],
    ['page: press the button', 2, 0],
    ['page: the question', 3, 0],
    ['page: not about me', 5, 0],
    ['page: the report', 6, 0],
    ['page: a picture', 8, 0],
    ['reports, in the channel', 3, 0],
    ['reports, in person', 2, 0],
    ['my reports', 2, 0],
    ['close', 4, 0],
  ])('of "%s" is at most %d requests before the reply and %d after', (name, before, after) => {
    expect(cost(name).before.length).toBeLessThanOrEqual(before);
    expect(cost(name).after.length).toBeLessThanOrEqual(after);
  });
});
