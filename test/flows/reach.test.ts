import type { LastAsked } from '../../src/core/policy/lastAsked.ts';
import type { Conversation } from '../../src/flows/ports.ts';
import { createReach, type Reach } from '../../src/flows/reach.ts';
import { aHouse, type House, personalChat, teacher } from '../builders/house.ts';
import { aLastAsked } from '../builders/lastAsked.ts';
import { aWaiting, SCHOOL, TEACHER } from '../builders/values.ts';

const CHAT = personalChat(TEACHER);
const MINUTE = 60_000;

let house: House;
let now: number;
let reach: Reach;
let asked: string[];
/** A process that has just started, on what is stored. */
const start = () => {
  const { people, outbox, lastAsked } = house.outside;
  asked = [];
  const watched = {
    people: {
      ...people,
      remember: (...given: Parameters<typeof people.remember>) => {
        asked.push('remember');
        return people.remember(...given);
      },
    },
    lastAsked: {
      ...lastAsked,
      keep: (...given: Parameters<typeof lastAsked.keep>) => {
        asked.push('keep');
        return lastAsked.keep(...given);
      },
    },
    outbox: {
      ...outbox,
      unpark: (...given: Parameters<typeof outbox.unpark>) => {
        asked.push('unpark');
        return outbox.unpark(...given);
      },
    },
  };
  reach = createReach(watched, { now: () => new Date(now) });
};
const seen = (conversation: Conversation = CHAT, last?: LastAsked) => reach.seen(teacher, conversation, last);
/** A word for the teacher that could not be brought. */
const setAside = async () => {
  await house.outside.outbox.add(SCHOOL, aWaiting());
  const row = (await house.outside.outbox.due(SCHOOL, new Date(now + 10_000 * MINUTE), 10)).at(-1);
  if (row === undefined) throw new Error('nothing is due');
  await reach.outbox.park(SCHOOL, row, TEACHER);
};

beforeEach(() => {
  house = aHouse();
  now = house.outside.clock.now().getTime();
  start();
});

it('writes down a chat once, and looks once for what was set aside', async () => {
  expect(await seen()).toBe(0);
  expect(asked).toEqual(['remember', 'unpark']);
  for (let more = 0; more < 5; more += 1) await seen();
  expect(asked).toEqual(['remember', 'unpark']);
  expect(await reach.people.conversation(SCHOOL, TEACHER)).toEqual(CHAT);
});

it('keeps what was asked with the chat where that is written, and by itself where it is not', async () => {
  const first = aLastAsked();
  const next = aLastAsked({ situation: 'leaver-request' });
  const kept = () => house.outside.lastAsked.get(SCHOOL, { person: TEACHER, conversation: CHAT.id });
  await seen(CHAT, first);
  expect(asked).toEqual(['remember', 'unpark']);
  expect(await kept()).toEqual(first);
  await seen(CHAT, next);
  expect(asked).toEqual(['remember', 'unpark', 'keep']);
  expect(await kept()).toEqual(next);
});

it.each<[string, Conversation]>([
  ['chat', { ...CHAT, id: 'another chat' }],
  ['service', { ...CHAT, serviceUrl: 'https://another.example.test/' }],
])('writes down another %s at once', async (_what, moved) => {
  await seen();
  await seen(moved);
  expect(await reach.people.conversation(SCHOOL, TEACHER)).toEqual(moved);
});

it('takes up what was set aside since, with the next message', async () => {
  await seen();
  await setAside();
  expect(await seen()).toBe(1);
  expect(await seen()).toBe(0);
});

it('writes a chat down again that was given up', async () => {
  await seen();
  await reach.people.forget(SCHOOL, TEACHER);
  expect(await reach.people.conversation(SCHOOL, TEACHER)).toBeNull();
  await seen();
  expect(await reach.people.conversation(SCHOOL, TEACHER)).toEqual(CHAT);
});

it('takes up after a restart what was set aside before it', async () => {
  await seen();
  await setAside();
  start();
  expect(await seen()).toBe(1);
});

it('looks again after ten minutes, for what another process set aside', async () => {
  await seen();
  const other = reach;
  start();
  await seen();
  const mine = reach;
  reach = other;
  await setAside();
  reach = mine;
  expect(await seen()).toBe(0);
  now += 10 * MINUTE;
  expect(await seen()).toBe(1);
});

it('forgets nothing that the storage did not take', async () => {
  house.store.fail('people.remember', { times: 1 });
  await expect(seen()).rejects.toThrow();
  house.store.fail('outbox.unpark', { times: 1 });
  await expect(seen()).rejects.toThrow();
  asked = [];
  await seen();
  expect(asked).toEqual(['unpark']);
});
