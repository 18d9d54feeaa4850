import { type Conversation, ConversationGone } from '../../src/flows/ports.ts';
import { APP_ID, REPORTS_CHANNEL, TENANT } from '../activities/recorded.ts';
import { cardOf, type Step } from '../builders/fakeConnector.ts';
import { card, type EdgeUnderTest, edgeUnderTest } from './edgeUnderTest.ts';

let it_: EdgeUnderTest;
beforeEach(async () => {
  it_ = await edgeUnderTest();
});
afterEach(() => it_.close());

const channel = (): Conversation => ({ id: REPORTS_CHANNEL, serviceUrl: it_.connector.serviceUrl });
const chat = (id = 'a:1teacher'): Conversation => ({ id, serviceUrl: it_.connector.serviceUrl });
const one = { kind: 'one-waits', audience: 'head' } as const;
const stopped = { kind: 'picture-stopped', to: 'x', reference: 'y' } as never;
const post = () => it_.edge.headChannel.post(channel(), one);
const notify = () => it_.edge.personalNotice.send(chat(), stopped);
const statuses = () => it_.connector.calls.map((call) => call.status);

describe('the channel for reports', () => {
  it('gets a thread of its own for each report, and gives the id of the message rather than of the conversation', async () => {
    const id = await post();
    expect(it_.connector.standing(REPORTS_CHANNEL)).toMatchObject([
      { id, conversation: `${REPORTS_CHANNEL};messageid=${id}` },
    ]);
    expect(cardOf(it_.connector.standing()[0])).toEqual(card('channel one-waits'));
    expect(it_.connector.calls).toMatchObject([
      {
        what: 'create',
        body: {
          isGroup: true,
          tenantId: TENANT,
          bot: { id: APP_ID },
          channelData: { channel: { id: REPORTS_CHANNEL }, tenant: { id: TENANT } },
          activity: { type: 'message', summary: 'Postwise: open to read', importance: 'normal' },
        },
      },
    ]);
  });

  it('has the card changed in place by that id', async () => {
    const id = await post();
    await it_.edge.headChannel.update(channel(), id, one);
    expect(it_.connector.standing(REPORTS_CHANNEL)).toMatchObject([{ id, updates: 1 }]);
    expect(it_.connector.calls[1]).toMatchObject({
      what: 'update',
      conversation: `${REPORTS_CHANNEL};messageid=${id}`,
      id,
    });
  });

  it('says that a card which was deleted there is gone, so that it is posted anew', async () => {
    await expect(it_.edge.headChannel.update(channel(), '404', one)).rejects.toThrow(ConversationGone);
    expect(it_.connector.calls).toHaveLength(1);
  });
});

describe('a personal notice', () => {
  it('goes to the chat that was stored', async () => {
    await notify();
    expect(it_.connector.standing('a:1teacher')).toHaveLength(1);
    expect(cardOf(it_.connector.standing()[0])).toEqual(card('notice picture-stopped'));
  });
});

describe('another try', () => {
  it.each<[string, Step[], number[]]>([
    ['502 twice', [502, 502], [502, 502, 201]],
    ['503', [503], [503, 201]],
    ['504', [504], [504, 201]],
    ['500', [500], [500, 201]],
    ['412, two operations at once', [412], [412, 201]],
    ['429 without Retry-After', [429], [429, 201]],
    ['429 with Retry-After in seconds', [{ status: 429, headers: { 'retry-after': '0.05' } }], [429, 201]],
    [
      '429 with Retry-After as a date',
      [{ status: 429, headers: { 'retry-after': new Date(0).toUTCString() } }],
      [429, 201],
    ],
    ['no answer in time', ['hang'], [0, 201]],
    ['a connection that breaks', ['drop'], [0, 201]],
  ])('follows %s, and none but ours', async (_what, steps, seen) => {
    it_.connector.next(...steps);
    await post();
    expect(statuses()).toEqual(seen);
    expect(it_.connector.standing(REPORTS_CHANNEL)).toHaveLength(1);
  });

  it.each([429, 412, 500, 502, 503, 504])('of %i ends after four', async (status) => {
    it_.connector.always(status);
    await expect(notify()).rejects.toMatchObject({
      name: 'SendFailed',
      message: `Cannot send a message in Teams: ${status} ServiceError`,
    });
    expect(statuses()).toEqual([status, status, status, status]);
  });

  it('of no answer ends after four', async () => {
    it_.connector.always('hang');
    await expect(notify()).rejects.toThrow('Cannot send a message in Teams: no answer');
    expect(it_.connector.calls).toHaveLength(4);
  });

  it.each([400, 401, 403, 413])('does not follow %i', async (status) => {
    it_.connector.always(status);
    await expect(notify()).rejects.toMatchObject({ name: 'SendFailed', status });
    expect(statuses()).toEqual([status]);
  });

  it('does not follow where Teams asks for more patience than a send has', async () => {
    it_.connector.always({ status: 429, headers: { 'retry-after': '3600' } });
    await expect(notify()).rejects.toThrow('429');
    expect(statuses()).toEqual([429]);
  });

  it('waits as long as Teams asks', async () => {
    it_.connector.next({ status: 429, headers: { 'retry-after': '0.15' } });
    const before = performance.now();
    await notify();
    expect(performance.now() - before).toBeGreaterThan(140);
  });

  it('posts twice rather than never where the answer was lost', async () => {
    it_.connector.next('done-but-dropped');
    await post();
    expect(it_.connector.standing(REPORTS_CHANNEL)).toHaveLength(2);
  });

  it('waits longer each time, and never quite the same', async () => {
    const waits = async (random: number) => {
      const edge = await edgeUnderTest({
        configuration: { pace: { delaysMs: [20, 60], attemptMs: 500, longestWaitMs: 500, random: () => random } },
      });
      try {
        edge.connector.always(503);
        const before = performance.now();
        await edge.edge.personalNotice
          .send({ id: 'a:1', serviceUrl: edge.connector.serviceUrl }, stopped)
          .catch(() => undefined);
        expect(edge.connector.calls).toHaveLength(3);
        return performance.now() - before;
      } finally {
        await edge.close();
      }
    };
    // Half to one and a half times 20 + 60 ms; timers are never early by more than their own millisecond.
    expect(await waits(0)).toBeGreaterThan(37);
    expect(await waits(0.999)).toBeGreaterThan(115);
  });
});

describe('a conversation that takes no more messages', () => {
  it.each<[number, string]>([
    [403, 'ConversationBlockedByUser'],
    [403, 'BotNotInConversationRoster'],
    [403, 'BotDisabledByAdmin'],
    [403, 'MessageWritesBlocked'],
    [404, 'ConversationNotFound'],
    [401, 'BotNotRegistered'],
    [500, 'ConversationNotFound'], // as the Agents Playground says it
  ])('%i %s is known for gone at once', async (status, code) => {
    it_.connector.always({ status, code });
    await expect(notify()).rejects.toThrow(ConversationGone);
    await expect(post()).rejects.toThrow(ConversationGone);
    expect(it_.connector.calls).toHaveLength(2);
  });

  it('is not taken for gone because of a 404 that says nothing of the kind', async () => {
    it_.connector.always(404);
    await expect(post()).rejects.toMatchObject({ name: 'SendFailed', status: 404 });
  });

  it('does not say in its error what was to be sent', async () => {
    it_.connector.gone.add('a:1teacher');
    const error = await notify().catch((e: unknown) => e);
    expect(error).toBeInstanceOf(ConversationGone);
    expect(
      JSON.stringify([error, String(error), String((error as Error).cause), (error as Error).stack]),
    ).not.toContain('notice');
  });
});

describe('one conversation', () => {
  it('has one send at a time; others need not wait for it', async () => {
    it_.connector.always({ delayMs: 30 });
    const before = performance.now();
    await Promise.all([post(), post(), post(), it_.edge.personalNotice.send(chat('a:2'), stopped), notify()]);
    expect(it_.connector.mostAtOnce()).toBe(1);
    expect(performance.now() - before).toBeGreaterThan(85);
    expect(it_.connector.standing(REPORTS_CHANNEL)).toHaveLength(3);
  });

  it('is asked what is to stand there when its turn has come, and what comes after is never overtaken', async () => {
    const { personalNotice } = it_.edge;
    await notify();
    const id = it_.connector.standing(chat().id)[0]?.id ?? '';
    it_.connector.next({ delayMs: 30 }, { status: 503 });
    let sentBefore: readonly number[] = [];
    const settled = { kind: 'pictures-settled', draft: {} } as never;
    await Promise.all([
      notify(),
      personalNotice.renew(chat(), id, async () => {
        sentBefore = statuses();
        return settled;
      }),
      personalNotice.replace(chat(), id, { kind: 'card-spent' } as never),
    ]);
    expect(sentBefore).toEqual([201, 201]);
    expect(statuses().slice(2)).toEqual([503, 200, 200]);
    expect(cardOf(it_.connector.standing(chat().id)[0])).toEqual(card('notice card-spent'));
    expect(it_.connector.standing(chat().id)[0]).toMatchObject({ updates: 2 });
  });

  it('is sent nothing where nothing is to stand there by then', async () => {
    await it_.edge.personalNotice.renew(chat(), '404', async () => null);
    expect(it_.connector.calls).toEqual([]);
    const fault = new Error('storage is away');
    await expect(it_.edge.personalNotice.renew(chat(), '1', () => Promise.reject(fault))).rejects.toBe(fault);
    await expect(it_.edge.personalNotice.renew(chat(), '404', async () => stopped)).rejects.toThrow(ConversationGone);
  });

  it('is not stopped by a send that failed', async () => {
    it_.connector.next({ status: 403 });
    const both = await Promise.allSettled([notify(), notify()]);
    expect(both.map((each) => each.status)).toEqual(['rejected', 'fulfilled']);
  });
});

describe('a login that fails', () => {
  it('is an error that can be tried again later, and asks nothing of Teams', async () => {
    it_.tokens.setDown(true);
    await expect(notify()).rejects.toThrow('Cannot send a message in Teams: no token for the bot');
    expect(it_.connector.calls).toEqual([]);
  });
});
