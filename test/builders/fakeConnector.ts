import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

type Json = Readonly<Record<string, unknown>>;

/** One request that the Connector was asked, in the order of arrival. */
export type Call = {
  readonly what: 'create' | 'send' | 'reply' | 'update' | 'delete' | 'member' | 'members' | 'unknown';
  readonly conversation: string;
  /** The activity of a reply, update or delete; the person of a roster read. */
  readonly id: string;
  readonly body: Json;
  readonly authorization: string | undefined;
  /** What it was answered with; 0 where it was dropped or left hanging. */
  status: number;
};

/** How one request goes wrong. A number is a status; `hang` never answers, `drop` closes the connection. */
export type Step =
  | 'ok'
  | number
  | 'hang'
  | 'drop'
  | {
      readonly status: number;
      readonly code?: string;
      readonly headers?: Readonly<Record<string, string>>;
      /** Answered late, and as if all were well where no status is given. */
      readonly delayMs?: number;
    }
  | { readonly delayMs: number }
  /** It is done, and the answer is lost all the same. */
  | 'done-but-dropped';

/** A message as it stands in a conversation now. */
export type Standing = {
  readonly id: string;
  readonly conversation: string;
  readonly activity: Json;
  readonly updates: number;
};

export type Picture = {
  readonly bytes: Uint8Array;
  readonly type?: string;
  /** Answers before the bytes are given, one for each request. */
  readonly first?: readonly number[];
  /** Asks for this bearer token, as the service of pasted pictures does. */
  readonly token?: string;
};

/**
 * A server that speaks the Connector's REST API, remembers what it was asked and fails as it is told to.
 * Source of the paths and codes: Bot Connector API v3, and what the Agents Playground answers.
 *
 * `serviceUrl` has a path, as Teams' own have. Messages to a conversation listed in `gone` are refused.
 */
export async function fakeConnector() {
  const calls: Call[] = [];
  const steps: Step[] = [];
  const standing = new Map<string, Standing>();
  const members = new Map<string, Json>();
  const pictures = new Map<string, Picture>();
  const pictureRequests: { readonly name: string; readonly authorization: string | undefined }[] = [];
  const underWay = new Map<string, number>();
  const gone = new Set<string>();
  const failing = new Map<string, Step>();
  let mostAtOnce = 0;
  let forever: Step | null = null;
  let nextId = 1_772_446_540_000;

  const perform = (call: Call): { status: number; body: unknown } => {
    const refuse = (status: number, code: string) => ({ status, body: { error: { code, message: 'scrubbed' } } });
    const base = call.conversation.split(';')[0] ?? '';
    if (gone.has(base)) return refuse(404, 'ConversationNotFound');
    const put = (conversation: string) => {
      const id = String((nextId += 1));
      standing.set(id, { id, conversation, activity: call.body, updates: 0 });
      return id;
    };
    switch (call.what) {
      case 'send':
      case 'reply':
        return { status: 201, body: { id: put(call.conversation) } };
      case 'create': {
        const channel = ((call.body.channelData as Json | undefined)?.channel as Json | undefined)?.id;
        if (typeof channel !== 'string' || gone.has(channel)) return refuse(404, 'ConversationNotFound');
        const id = String((nextId += 1));
        const conversation = `${channel};messageid=${id}`;
        standing.set(id, { id, conversation, activity: (call.body.activity ?? {}) as Json, updates: 0 });
        return { status: 201, body: { id: conversation, activityId: id } };
      }
      case 'update': {
        const was = standing.get(call.id);
        if (was === undefined || was.conversation.split(';')[0] !== base)
          return refuse(404, 'ActivityNotFoundInConversation');
        standing.set(call.id, { ...was, activity: call.body, updates: was.updates + 1 });
        return { status: 200, body: { id: call.id } };
      }
      case 'delete':
        return standing.delete(call.id) ? { status: 200, body: {} } : refuse(404, 'ActivityNotFoundInConversation');
      case 'member': {
        const member = members.get(call.id);
        return member === undefined ? refuse(404, 'MemberNotFoundInConversation') : { status: 200, body: member };
      }
      case 'members':
        return { status: 200, body: { members: [...members.values()] } };
      default:
        return refuse(404, 'NotFound');
    }
  };

  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    const picture = /^\/pictures\/([^/?]+)/.exec(request.url ?? '')?.[1];
    if (picture !== undefined) return servePicture(decodeURIComponent(picture), request, response);
    const call = readCall(request, await readBody(request));
    calls.push(call);
    const key = call.conversation.split(';')[0] ?? '';
    const now = (underWay.get(key) ?? 0) + 1;
    underWay.set(key, now);
    mostAtOnce = Math.max(mostAtOnce, now);
    try {
      await reply(call, failing.get(key) ?? steps.shift() ?? forever ?? 'ok', response);
    } finally {
      underWay.set(key, (underWay.get(key) ?? 1) - 1);
    }
  };

  const reply = async (call: Call, step: Step, response: ServerResponse) => {
    if (step === 'hang') return;
    if (step === 'drop') return void response.destroy();
    if (step === 'done-but-dropped') {
      perform(call);
      return void response.destroy();
    }
    if (typeof step === 'object' && step.delayMs !== undefined) await sleep(step.delayMs);
    const fails =
      typeof step === 'number' ? { status: step } : typeof step === 'object' && 'status' in step ? step : null;
    const { status, body } =
      fails === null
        ? perform(call)
        : { status: fails.status, body: { error: { code: fails.code ?? 'ServiceError', message: 'scrubbed' } } };
    call.status = status;
    response.writeHead(status, { 'content-type': 'application/json', ...fails?.headers });
    response.end(JSON.stringify(body));
  };

  const servePicture = (name: string, request: IncomingMessage, response: ServerResponse) => {
    const before = pictureRequests.filter((each) => each.name === name).length;
    const { authorization } = request.headers;
    pictureRequests.push({ name, authorization });
    const picture = pictures.get(name);
    const status =
      picture === undefined
        ? 404
        : (picture.first?.[before] ??
          (picture.token !== undefined && authorization !== `Bearer ${picture.token}` ? 401 : 200));
    response.writeHead(status, { 'content-type': picture?.type ?? 'image/png' });
    response.end(status === 200 ? picture?.bytes : '');
  };

  const server = createServer((request, response) => {
    answer(request, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const origin = `http://127.0.0.1:${port}`;

  return {
    port,
    origin,
    serviceUrl: `${origin}/uk/`,
    calls: calls as readonly Call[],
    /** What the next requests meet, one step each; after them all is well again. */
    next(...more: readonly Step[]) {
      steps.push(...more);
    },
    /** What every request meets from now on; `null` ends it. */
    always(step: Step | null) {
      forever = step;
    },
    /** The messages that a person would see now, oldest first. */
    standing: (conversation?: string): readonly Standing[] =>
      [...standing.values()].filter((m) => conversation === undefined || m.conversation.split(';')[0] === conversation),
    /** Puts a message there as if the bot had sent it before. */
    place(conversation: string, id: string, activity: Json = {}) {
      standing.set(id, { id, conversation, activity, updates: 0 });
    },
    gone,
    /** What every request about one conversation meets, while it stands here. */
    failing,
    member(id: string, member: Json) {
      members.set(id, { id, ...member });
    },
    /** The most requests that were under way for one conversation at the same time. */
    mostAtOnce: () => mostAtOnce,
    /** The host of attachments: same server, own count. */
    pictures: {
      put(name: string, picture: Picture) {
        pictures.set(name, picture);
        return `${origin}/pictures/${encodeURIComponent(name)}`;
      },
      requests: pictureRequests as readonly { readonly name: string; readonly authorization: string | undefined }[],
    },
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

export type FakeConnector = Awaited<ReturnType<typeof fakeConnector>>;

/** The card of a message, where it has one. */
export function cardOf(message: { readonly activity: Json } | Json | undefined): Json | undefined {
  const activity = (message !== undefined && 'activity' in message ? message.activity : message) as Json | undefined;
  const attachments = activity?.attachments;
  return Array.isArray(attachments) ? ((attachments[0] as Json | undefined)?.content as Json | undefined) : undefined;
}

function readCall(request: IncomingMessage, body: Json): Call {
  const path = (request.url ?? '').split('?')[0] ?? '';
  const [conversation = '', part = '', id = ''] = (/\/v3\/conversations\/?(.*)$/.exec(path)?.[1] ?? '')
    .split('/')
    .map(decodeURIComponent);
  const what = whatOf(request.method ?? '', /\/v3\/conversations/.test(path) ? conversation : null, part, id);
  const channel = ((body.channelData as Json | undefined)?.channel as Json | undefined)?.id;
  const place = what === 'create' && typeof channel === 'string' ? channel : conversation;
  return { what, conversation: place, id, body, authorization: request.headers.authorization, status: 0 };
}

function whatOf(method: string, conversation: string | null, part: string, id: string): Call['what'] {
  if (conversation === null) return 'unknown';
  if (conversation === '') return method === 'POST' ? 'create' : 'unknown';
  if (part === 'members' && method === 'GET') return id === '' ? 'members' : 'member';
  if (part === 'pagedmembers' && method === 'GET') return 'members';
  if (part !== 'activities') return 'unknown';
  if (method === 'POST') return id === '' ? 'send' : 'reply';
  return id === '' ? 'unknown' : method === 'PUT' ? 'update' : method === 'DELETE' ? 'delete' : 'unknown';
}

async function readBody(request: IncomingMessage): Promise<Json> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  const text = Buffer.concat(parts).toString('utf8');
  return text === '' ? {} : (JSON.parse(text) as Json);
}
