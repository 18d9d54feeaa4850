import type { Activity, ConfigurationBotFrameworkAuthentication } from 'botbuilder';

type ConnectorFactory = ReturnType<ConfigurationBotFrameworkAuthentication['createConnectorFactory']>;
export type ConnectorClient = Awaited<ReturnType<ConnectorFactory['create']>>;
export type Conversations = ConnectorClient['conversations'];
export type OutgoingActivity = Partial<Activity>;

/** Gives the Connector API of one service, which speaks with the bot's own token. */
export type Connect = (serviceUrl: string) => Promise<Conversations>;

/**
 * Takes two habits from the SDK's client. It would repeat a POST by itself up to three times, so that the tries multiply
 * with ours; and it would follow a redirect with the bot's token in its hand.
 *
 * @throws where the client is not built as it was in botbuilder 4.23.3: better no bot than one that repeats itself unseen
 */
export function plainConversations(client: ConnectorClient): Conversations {
  const { pipeline } = (client as unknown as { client: { pipeline: Pipeline } }).client;
  const removed = ['defaultRetryPolicy', 'redirectPolicy'].flatMap((name) => pipeline.removePolicy({ name }));
  if (removed.length !== 2) throw new Error("The SDK's client is not built as expected");
  return client.conversations;
}

type Pipeline = { removePolicy(which: { readonly name: string }): readonly unknown[] };

/** What a failed call says of itself, without the words of either side. */
export type Failure = {
  /** HTTP status; `null` where no answer came. */
  readonly status: number | null;
  /** Teams' own word, such as `BotNotInConversationRoster`; empty where there is none. */
  readonly code: string;
  /** From `Retry-After`. */
  readonly retryAfterMs: number | null;
  /** The request was sent, or could not be: Teams itself was asked. Otherwise it failed before, at the bot's own token. */
  readonly asked: boolean;
};

export function readFailure(error: unknown, now: Date): Failure {
  const it = fields(error);
  const status = typeof it.statusCode === 'number' ? it.statusCode : null;
  const code = typeof it.code === 'string' && /^[\w.-]{1,60}$/.test(it.code) ? it.code : '';
  const asked = status !== null || it.name === 'AbortError' || it.name === 'TimeoutError' || it.name === 'RestError';
  return { status, code, retryAfterMs: readRetryAfter(it.response, now), asked };
}

/** Seconds, or a date. */
function readRetryAfter(response: unknown, now: Date): number | null {
  const headers = fields(response).headers as { get?: (name: string) => unknown } | undefined;
  const value = headers?.get?.('retry-after');
  if (typeof value !== 'string' || value.trim() === '') return null;
  const ms = /^\d+(\.\d+)?$/.test(value.trim()) ? Number(value) * 1000 : Date.parse(value) - now.getTime();
  return Number.isFinite(ms) ? Math.max(0, ms) : null;
}

const fields = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
