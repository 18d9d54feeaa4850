import { setTimeout as sleep } from 'node:timers/promises';
import { HEAD, PERSONAL_CHAT, REPORTS_CHANNEL, TEACHER } from '../activities/recorded.ts';
import { cardOf } from '../builders/fakeConnector.ts';
import { card, type EdgeUnderTest, edgeUnderTest } from './edgeUnderTest.ts';

let it_: EdgeUnderTest;
beforeEach(async () => {
  it_ = await edgeUnderTest();
});
afterEach(() => it_.close());

const asCard = (value: unknown) => ({ statusCode: 200, type: 'application/vnd.microsoft.card.adaptive', value });
const asMessage = (value: unknown) => ({ statusCode: 200, type: 'application/vnd.microsoft.activity.message', value });
const kinds = () => it_.connector.calls.map((call) => call.what);
const CARD = '1772446530201';
const SUBMITTED = '1772446530200';

describe('a message', () => {
  it('is answered by a new message with the card, whose summary says nothing', async () => {
    it_.onIntent((_intent, reply) => reply.card(card('rule')));
    expect(await it_.deliver('message')).toEqual({ status: 200, body: undefined });
    const [message] = it_.connector.standing(PERSONAL_CHAT);
    expect(cardOf(message)).toEqual(card('rule'));
    expect(message?.activity).toMatchObject({
      type: 'message',
      summary: 'Postwise: open to read',
      importance: 'normal',
    });
    expect(message?.activity).not.toHaveProperty('text');
  });

  it('in a channel is answered in its thread', async () => {
    it_.onIntent((_intent, reply) => reply.text('Please open our chat.'));
    await it_.deliver('message-channel-mention');
    expect(it_.connector.calls).toMatchObject([
      {
        what: 'send',
        conversation: `${REPORTS_CHANNEL};messageid=1772446530001`,
        body: { text: 'Please open our chat.', textFormat: 'plain' },
      },
    ]);
  });

  it('may be answered by several messages, which arrive in order', async () => {
    it_.onIntent(async (_intent, reply) => {
      await Promise.all([reply.text('one'), reply.card(card('two')), reply.newCard(card('three'))]);
    });
    await it_.deliver('message');
    expect(it_.connector.calls.map((call) => call.body.text ?? cardOf(call.body)?.body)).toEqual([
      'one',
      card('two').body,
      card('three').body,
    ]);
    expect(it_.connector.mostAtOnce()).toBe(1);
  });

  it.each(['message', 'message-paste', 'message-deleted', 'installed'])('of kind %s reaches the bot', async (kind) => {
    const name = { 'message-deleted': 'message-delete', installed: 'conversation-update-personal' }[kind] ?? kind;
    await it_.deliver(name);
    expect(it_.intents).toMatchObject([
      { kind: kind === 'message-paste' ? 'message' : kind, from: { staff: TEACHER } },
    ]);
  });
});

describe('an invoke', () => {
  it('is answered with the card, and the stored message is changed so that it does not fall back', async () => {
    it_.connector.place(PERSONAL_CHAT, CARD);
    it_.onIntent((_intent, reply) => reply.card(card('next')));
    expect(await it_.deliver('invoke-execute')).toEqual({ status: 200, body: asCard(card('next')) });
    expect(kinds()).toEqual(['update']);
    expect(it_.connector.standing(PERSONAL_CHAT)).toMatchObject([{ id: CARD, updates: 1 }]);
    expect(cardOf(it_.connector.standing(PERSONAL_CHAT)[0])).toEqual(card('next'));
  });

  it('in a channel changes the card in its thread', async () => {
    it_.connector.place(`${REPORTS_CHANNEL};messageid=1772446530001`, '1772446530001');
    it_.onIntent((_intent, reply) => reply.card(card('acknowledged')));
    await it_.deliver('invoke-execute-channel');
    expect(it_.intents).toMatchObject([{ from: { staff: HEAD } }]);
    expect(it_.connector.calls).toMatchObject([
      { what: 'update', conversation: `${REPORTS_CHANNEL};messageid=1772446530001`, id: '1772446530001', status: 200 },
    ]);
  });

  it('that nobody pressed is answered, and nothing in the chat is touched', async () => {
    it_.connector.place(PERSONAL_CHAT, CARD);
    it_.onIntent(async (_intent, reply) => {
      await reply.card(card('as it stands'));
      await reply.card(card('a second'));
      await reply.newCard(card('a third'));
      await reply.text('words');
      await reply.update(CARD, card('changed'));
    });
    expect(await it_.deliver('invoke-automatic')).toEqual({ status: 200, body: asCard(card('as it stands')) });
    expect(it_.connector.calls).toEqual([]);
  });

  it('may be answered with words', async () => {
    it_.onIntent((_intent, reply) => reply.text('That is done.'));
    expect(await it_.deliver('invoke-execute')).toEqual({ status: 200, body: asMessage('That is done.') });
    expect(it_.connector.calls).toEqual([]);
  });

  it.each(['', '  '])('is never answered with an empty message, which Teams would send again', async (text) => {
    it_.onIntent((_intent, reply) => reply.text(text));
    expect((await it_.deliver('invoke-execute')).body).toEqual(asMessage('Received.'));
  });

  it('that the bot says nothing to is answered all the same', async () => {
    expect(await it_.deliver('invoke-execute')).toEqual({ status: 200, body: asMessage('Received.') });
  });

  it('may leave its card as it is and put another below', async () => {
    it_.onIntent((_intent, reply) => reply.newCard(card('guide')));
    expect((await it_.deliver('invoke-execute')).body).toEqual(asMessage('Received.'));
    expect(kinds()).toEqual(['send']);
  });

  it('has one response: what comes after it goes to the chat', async () => {
    it_.connector.place(PERSONAL_CHAT, CARD);
    it_.onIntent(async (_intent, reply) => {
      await reply.card(card('receipt'));
      await reply.card(card('more'));
      await reply.text('and this');
    });
    expect((await it_.deliver('invoke-execute')).body).toEqual(asCard(card('receipt')));
    expect(kinds()).toEqual(['update', 'send', 'send']);
  });

  it('is answered with its card though the stored one cannot be changed; that is logged', async () => {
    it_.connector.always(503);
    it_.onIntent((_intent, reply) => reply.card(card('next')));
    expect(await it_.deliver('invoke-execute')).toEqual({ status: 200, body: asCard(card('next')) });
    expect(it_.lines).toMatchObject([{ event: 'card-not-kept', ids: { error: 'SendFailed' } }]);
  });

  it('that takes too long is answered in time, and its card comes when it is ready', async () => {
    const slow = await edgeUnderTest({ configuration: { answerWithinMs: 40 } });
    try {
      slow.connector.place(PERSONAL_CHAT, CARD);
      slow.onIntent(async (_intent, reply) => {
        await sleep(150);
        await reply.card(card('late'));
      });
      const answer = await slow.edge.receive(await slow.tokens.header(), slow.activity('invoke-execute'));
      expect(answer).toEqual({
        status: 200,
        body: asMessage('This is taking longer than it should. The answer will come here.'),
      });
      expect(slow.connector.calls).toEqual([]);
      await slow.edge.settled();
      expect(cardOf(slow.connector.standing(PERSONAL_CHAT)[0])).toEqual(card('late'));
    } finally {
      await slow.close();
    }
  });

  it('of a kind that the bot does not know is answered 501', async () => {
    expect((await it_.deliver('invoke-task-fetch')).status).toBe(501);
    expect(it_.intents).toEqual([]);
  });

  it('without an action is refused plainly', async () => {
    expect(await it_.deliver('invoke-no-action')).toEqual({
      status: 400,
      body: { message: 'This is not an activity that Postwise can read.' },
    });
  });

  it('without a conversation is answered with a sentence', async () => {
    const answer = await it_.deliver('invoke-no-conversation');
    expect(answer).toEqual({ status: 200, body: asMessage(expect.stringContaining('which chat this came from')) });
  });
});

describe('a submit', () => {
  it('changes the card that was pressed', async () => {
    it_.connector.place(PERSONAL_CHAT, SUBMITTED);
    it_.onIntent((_intent, reply) => reply.card(card('next')));
    expect((await it_.deliver('submit')).status).toBe(200);
    expect(kinds()).toEqual(['update']);
    expect(cardOf(it_.connector.standing(PERSONAL_CHAT)[0])).toEqual(card('next'));
  });

  it('is answered by a new card where the old one cannot be changed', async () => {
    it_.onIntent((_intent, reply) => reply.card(card('next')));
    await it_.deliver('submit');
    expect(kinds()).toEqual(['update', 'send']);
    expect(cardOf(it_.connector.standing(PERSONAL_CHAT)[0])).toEqual(card('next'));
  });

  it('that does not say which card was pressed is answered by a new one', async () => {
    it_.onIntent((_intent, reply) => reply.card(card('next')));
    await it_.deliver('submit', { replyToId: undefined });
    expect(kinds()).toEqual(['send']);
  });

  it('may be answered with words and a further card', async () => {
    it_.connector.place(PERSONAL_CHAT, SUBMITTED);
    it_.onIntent(async (_intent, reply) => {
      await reply.text('Received.');
      await reply.card(card('changed'));
      await reply.card(card('new'));
    });
    await it_.deliver('submit');
    expect(kinds()).toEqual(['send', 'update', 'send']);
  });
});

describe('when the bot fails', () => {
  const SECRET = 'Year 4 pupil named in the report';
  const fail = async () => {
    throw new TypeError(SECRET);
  };

  it.each(['message', 'submit'])('a %s is answered with one apology', async (name) => {
    it_.onIntent(fail);
    expect((await it_.deliver(name)).status).toBe(200);
    expect(it_.connector.calls).toMatchObject([
      { what: 'send', body: { text: expect.stringMatching(/^Sorry, .*999/s) as unknown } },
    ]);
  });

  it('an invoke is answered with the apology', async () => {
    it_.onIntent(fail);
    expect(await it_.deliver('invoke-execute')).toEqual({
      status: 200,
      body: asMessage(expect.stringMatching(/^Sorry, .*999/s)),
    });
    expect(it_.connector.calls).toEqual([]);
  });

  it('the log has one line that says where, and not a word of what was said', async () => {
    it_.onIntent(fail);
    await it_.deliver('message');
    expect(it_.lines).toEqual([
      {
        event: 'turn-failed',
        ids: {
          kind: 'message',
          error: 'TypeError',
          at: expect.stringMatching(/^src\/teams\/edge\.ts:\d+$/) as unknown,
        },
      },
    ]);
    expect(JSON.stringify([it_.lines, it_.connector.calls])).not.toContain(SECRET);
  });

  it('and the apology cannot be sent either, it is a 500 without a reason', async () => {
    it_.onIntent(fail);
    it_.connector.always('drop');
    expect(await it_.deliver('message')).toEqual({ status: 500, body: { message: 'Something went wrong.' } });
    expect(it_.lines.map((line) => line.event)).toEqual(['turn-failed', 'not-said']);
  });

  it('because Teams takes no message, the person is still told, once Teams does', async () => {
    it_.connector.next(503, 503, 503, 503);
    it_.onIntent((_intent, reply) => reply.card(card('answer')));
    await it_.deliver('message');
    expect(it_.connector.standing(PERSONAL_CHAT)).toMatchObject([
      { activity: { text: expect.stringContaining('Sorry') as unknown } },
    ]);
  });

  it.each<[string, () => Promise<void>]>([
    // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- that is what is tested
    ['with something that is no error', () => Promise.reject('a string')],
    [
      'before it has begun to wait',
      () => {
        throw new RangeError('at once');
      },
    ],
  ])('%s, it is the same', async (_how, onIntent) => {
    const failing = await edgeUnderTest({ onIntent });
    try {
      expect((await failing.deliver('message')).status).toBe(200);
      expect(failing.lines.map((line) => line.event)).toEqual(['turn-failed']);
      expect(failing.connector.standing(PERSONAL_CHAT)).toHaveLength(1);
    } finally {
      await failing.close();
    }
  });
});

describe('bad input', () => {
  it.each([undefined, null, 'text', 17, [], {}, { type: '' }, { type: {} }])('%j is refused with 400', async (body) => {
    expect(await it_.edge.receive(await it_.tokens.header(), body)).toEqual({
      status: 400,
      body: { message: 'This is not an activity that Postwise can read.' },
    });
  });

  it('a message without a sender gets a sentence, and is not acted on', async () => {
    expect(await it_.deliver('message-no-sender')).toEqual({ status: 200 });
    expect(it_.intents).toEqual([]);
    expect(it_.connector.calls).toMatchObject([
      { what: 'send', body: { text: expect.stringContaining('who sent this') as unknown } },
    ]);
  });

  it('an invoke without a sender gets the sentence in its answer', async () => {
    const answer = await it_.deliver('invoke-execute', { from: { id: '29:x' } });
    expect(answer).toEqual({ status: 200, body: asMessage(expect.stringContaining('who sent this')) });
  });

  it('a message without a conversation is refused with 400', async () => {
    expect((await it_.deliver('message-no-conversation')).status).toBe(400);
    expect(it_.connector.calls).toEqual([]);
  });

  it('a message without text reaches the bot, which has an answer for it', async () => {
    await it_.deliver('message-no-text');
    expect(it_.intents).toMatchObject([{ kind: 'message', text: '' }]);
  });

  it.each(['typing', 'message-reaction', 'message-edit', 'conversation-update-member', 'installation-update-remove'])(
    '%s is answered 200, and nothing is said',
    async (name) => {
      expect((await it_.deliver(name)).status).toBe(200);
      expect(it_.intents).toEqual([]);
      expect(it_.connector.calls).toEqual([]);
    },
  );

  it('an event that nobody knows yet is answered 200', async () => {
    expect((await it_.deliver('typing', { type: 'somethingNew' })).status).toBe(200);
  });
});

describe('the roster', () => {
  const chat = () => ({ id: REPORTS_CHANNEL, serviceUrl: it_.connector.serviceUrl });

  it('says whose Teams user id it is', async () => {
    it_.connector.member('29:1hana-scrubbed', { aadObjectId: HEAD.toUpperCase(), name: 'Scrubbed' });
    expect(await it_.edge.member(chat(), '29:1hana-scrubbed')).toBe(HEAD);
  });

  it('may not know a person, or not their Entra id', async () => {
    it_.connector.member('29:guest', { name: 'Scrubbed' });
    expect(await it_.edge.member(chat(), '29:nobody')).toBeNull();
    expect(await it_.edge.member(chat(), '29:guest')).toBeNull();
  });

  it('that cannot be read is an error, and no answer', async () => {
    it_.connector.always(503);
    await expect(it_.edge.member(chat(), '29:x')).rejects.toThrow('Cannot read the roster in Teams: 503 ServiceError');
  });
});
