import { setTimeout as sleep } from 'node:timers/promises';
import {
  type ChannelNotice,
  type Conversation,
  ConversationGone,
  type HeadChannel,
  type Notice,
  type PersonalNotice,
} from '../flows/ports.ts';
import { type Connect, type Conversations, type Failure, type OutgoingActivity, readFailure } from './connector.ts';
import type { CardJson } from './intent.ts';

/** How patient a send is. Constructor values, so that tests need not wait. */
export type Pace = {
  /** Before the second try, the third, and so on; each is drawn from half to one and a half times that. Milliseconds. */
  readonly delaysMs: readonly number[];
  /** One try that takes longer has failed; whether the message arrived is then not known. */
  readonly attemptMs: number;
  /** Where Teams asks for more patience than this, the send fails at once and is left to whoever asked for it. */
  readonly longestWaitMs: number;
  /** 0 to 1 (1 excluded). */
  readonly random?: () => number;
};

/** At most some 40 seconds: within the minute for which a row to tell is leased. */
export const TEAMS_PACE: Pace = { delaysMs: [500, 1_500, 4_000], attemptMs: 8_000, longestWaitMs: 10_000 };

/** Teams did not take it, after the tries that made sense. It holds a status and Teams' own word, and nothing that was said. */
export class SendFailed extends Error {
  override readonly name = 'SendFailed';
  readonly status: number | null;
  constructor(attempt: string, failure: Failure) {
    const state = failure.status ?? (failure.asked ? 'no answer' : 'no token for the bot');
    super(`Cannot ${attempt} in Teams: ${state}${failure.code === '' ? '' : ` ${failure.code}`}`);
    this.status = failure.status;
  }
}

/** Asked for when its turn in the conversation has come; `null` sends nothing. */
export type Late = () => Promise<OutgoingActivity | null>;

/** The one way out to Teams: checked service, one send at a time for each conversation, a few tries. */
export type Sender = {
  /** @returns the message's id; `null` where Teams did not say */
  send(to: Conversation, message: OutgoingActivity): Promise<string | null>;
  /** @throws ConversationGone also where only the message is gone: a new one may still be sent */
  update(to: Conversation, messageId: string, message: OutgoingActivity | Late): Promise<void>;
  /** @returns the id of the new thread's first message, which is also the thread's */
  startThread(channel: Conversation, message: OutgoingActivity): Promise<string>;
  /** @returns what the roster says of a person; `null` where they are not in it */
  member(conversation: Conversation, teamsUserId: string): Promise<unknown>;
};

/**
 * @param mayAnswerTo  asked before every call: a stored conversation is no better than a fresh one
 * @param bot          `appId` may be empty where nothing asks for a token; `tenant` is the school's
 */
export function createSender(
  connect: Connect,
  mayAnswerTo: (serviceUrl: string) => boolean,
  bot: { readonly appId: string; readonly tenant: string },
  pace: Pace,
): Sender {
  const inTurn = createQueues();
  type Task<T> = (api: Conversations, until: Until) => Promise<T>;
  const reach = <T>(attempt: string, to: Conversation, task: Task<T>): Promise<T> => {
    if (!mayAnswerTo(to.serviceUrl)) throw new SendFailed(attempt, { ...NOT_ASKED, code: 'ServiceNotAllowed' });
    return persist(attempt, pace, async (until) => task(await connect(to.serviceUrl), until));
  };
  const call = <T>(attempt: string, to: Conversation, task: Task<T>) =>
    inTurn(base(to.id), () => reach(attempt, to, task));
  return {
    async send(to, message) {
      const { id } = await call('send a message', to, (api, until) => api.sendToConversation(to.id, message, until));
      return id ?? null;
    },
    async update(to, messageId, message) {
      await inTurn(base(to.id), async () => {
        const given = typeof message === 'function' ? await message() : message;
        if (given !== null)
          await reach('update a message', to, (api, until) => api.updateActivity(to.id, messageId, given, until));
      }).catch((error: unknown) => {
        if (error instanceof SendFailed && error.status === 404) throw gone('update a message', error);
        throw error;
      });
    },
    async startThread(channel, message) {
      const thread = {
        isGroup: true,
        bot: { id: bot.appId, name: '' },
        tenantId: bot.tenant,
        channelData: { channel: { id: channel.id }, tenant: { id: bot.tenant } },
        activity: message as Required<OutgoingActivity>,
      };
      // The SDK's types want more of a conversation than Teams does for a thread in a channel.
      const parameters = thread as unknown as Parameters<Conversations['createConversation']>[0];
      const made = await call('post', channel, (api, until) => api.createConversation(parameters, until));
      // `id` is the conversation's, `19:…;messageid=…`. Updates go to the activity.
      const id = made.activityId || /;messageid=([^;]+)$/.exec(made.id)?.[1];
      if (id === undefined) throw new SendFailed('post', { ...NOT_ASKED, asked: true, code: 'NoActivityId' });
      return id;
    },
    async member(conversation, teamsUserId) {
      try {
        return await call('read the roster', conversation, (api, until) =>
          api.getConversationMember(conversation.id, teamsUserId, until),
        );
      } catch (error) {
        if (error instanceof SendFailed && error.status === 404) return null;
        throw error;
      }
    },
  };
}

/** Posts into the channel for reports; each report is a thread of its own. */
export function createHeadChannel(sender: Sender, channelCard: (notice: ChannelNotice) => CardJson): HeadChannel {
  return {
    post: (channel, notice) => sender.startThread(channel, cardMessage(channelCard(notice))),
    update: (channel, message, notice) =>
      sender.update(thread(channel, message), message, cardMessage(channelCard(notice))),
  };
}

export function createPersonalNotice(sender: Sender, noticeCard: (notice: Notice) => CardJson): PersonalNotice {
  return {
    async send(conversation, notice) {
      await sender.send(conversation, cardMessage(noticeCard(notice)));
    },
    async replace(conversation, message, notice) {
      await sender.update(conversation, message, cardMessage(noticeCard(notice)));
    },
    async renew(conversation, message, make) {
      await sender.update(conversation, message, async () => {
        const notice = await make();
        return notice === null ? null : cardMessage(noticeCard(notice));
      });
    },
  };
}

/**
 * `summary` is what a phone shows on its locked screen: it says nothing but who wrote. There is no `text` beside the card,
 * since Teams would show that above it; the words for clients without cards are in the card's own fallback text.
 */
export const cardMessage = (card: CardJson): OutgoingActivity => ({
  type: 'message',
  summary: 'Postwise: open to read',
  importance: 'normal',
  attachments: [{ contentType: 'application/vnd.microsoft.card.adaptive', content: card }],
});

/** Plain, so that nothing in it is taken for a link or an emphasis. */
export const textMessage = (text: string): OutgoingActivity => ({
  type: 'message',
  text,
  textFormat: 'plain',
  summary: 'Postwise: open to read',
  importance: 'normal',
});

// ── one at a time, and again ────────────────────────────────────────────────────────────────────────────────────────

/** Teams answers 412 to two operations on one conversation at once. A conversation and its threads count as one. */
function createQueues(): <T>(key: string, task: () => Promise<T>) => Promise<T> {
  const last = new Map<string, Promise<unknown>>();
  return (key, task) => {
    const mine = (last.get(key) ?? Promise.resolve()).then(task);
    const settled = mine.then(
      () => undefined,
      () => undefined,
    );
    last.set(key, settled);
    void settled.then(() => last.get(key) === settled && last.delete(key));
    return mine;
  };
}

type Until = { readonly abortSignal: AbortSignal };

async function persist<T>(attempt: string, pace: Pace, task: (until: Until) => Promise<T>): Promise<T> {
  for (let tries = 0; ; tries += 1) {
    const failure = await inTime(pace.attemptMs, task).then(
      (value) => ({ value }),
      (error: unknown) => readFailure(error, new Date()),
    );
    if ('value' in failure) return failure.value;
    if (FINAL.has(failure.code)) throw gone(attempt, new SendFailed(attempt, failure));
    const wait = waitBefore(failure, tries, pace);
    if (wait === null) throw new SendFailed(attempt, failure);
    await sleep(wait);
  }
}

/** Also ends the wait for the bot's own token, which hears no signal. */
async function inTime<T>(ms: number, task: (until: Until) => Promise<T>): Promise<T> {
  const ending = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const deadline = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      const late = Object.assign(new Error('No answer in time'), { name: 'TimeoutError' });
      reject(late);
      ending.abort(late);
    }, ms);
  });
  try {
    return await Promise.race([task({ abortSignal: ending.signal }), deadline]);
  } finally {
    clearTimeout(timer);
  }
}

// Rate limiting and conflicts, and what a service says that is not well. Source: "Optimize your bot with rate limiting in
// Teams": 412, 429, 502 and 504 are to be tried again; 500 and 503 are the same service on a bad day.
const PASSING: ReadonlySet<number> = new Set([412, 429, 500, 502, 503, 504]);

// Source: "Send proactive messages" and the status codes of "Conversation messages", Teams platform documentation.
const FINAL: ReadonlySet<string> = new Set([
  'ConversationBlockedByUser',
  'BotNotInConversationRoster',
  'BotDisabledByAdmin',
  'MessageWritesBlocked',
  'ConversationNotFound',
  'BotNotRegistered',
]);

/** Milliseconds; `null` where another try now would not help. */
function waitBefore(failure: Failure, tries: number, pace: Pace): number | null {
  const delay = pace.delaysMs[tries];
  const passing = failure.status === null ? failure.asked : PASSING.has(failure.status);
  if (!passing || delay === undefined) return null;
  const asked = failure.retryAfterMs ?? 0;
  const jitter = 0.5 + (pace.random ?? Math.random)();
  return asked > pace.longestWaitMs ? null : Math.max(asked, delay * jitter);
}

const gone = (attempt: string, cause: SendFailed) =>
  new ConversationGone(`Cannot ${attempt} in Teams: the conversation takes no more messages from us`, { cause });

const NOT_ASKED: Failure = { status: null, code: '', retryAfterMs: null, asked: false };
const base = (conversationId: string) => conversationId.split(';')[0] ?? conversationId;
const thread = (channel: Conversation, message: string): Conversation => ({
  ...channel,
  id: `${base(channel.id)};messageid=${message}`,
});
