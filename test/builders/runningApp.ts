import { PassThrough } from 'node:stream';
import { type AppOptions, startApp } from '../../src/app.ts';
import { readSchoolId, readStaffId, type StaffId } from '../../src/core/ids.ts';
import type { HostRule } from '../../src/fetching/hosts.ts';
import { type Azurite, startAzurite } from './azurite.ts';
import { cardOf, type FakeConnector, fakeConnector } from './fakeConnector.ts';

const must = <T>(value: T | null): T => {
  if (value === null) throw new Error('not an id');
  return value;
};
const staff = (last: string): StaffId => must(readStaffId(`00000000-0000-4000-8000-0000000000${last}`));

export const PEOPLE = {
  teacher: staff('01'),
  head: staff('02'),
  lead: staff('03'),
  chair: staff('04'),
  other: staff('05'),
} as const;
export type Who = keyof typeof PEOPLE;
export const TENANT = '00000000-0000-4000-8000-000000000099';
export const REPORTS_CHANNEL = '19:reports@thread.tacv2';

const loopback = (host: string): HostRule => ({
  kind: 'loopback',
  host,
  scheme: 'http',
  port: 'any',
  takesToken: false,
});

type Json = Readonly<Record<string, unknown>>;
export type Answered = { readonly status: number; readonly body: unknown };

/** The whole of Postwise as `local` joins it, over HTTP, on the real emulator, with a Connector that can misbehave. */
export type RunningPostwise = {
  readonly connector: FakeConnector;
  readonly azurite: Azurite;
  readonly url: string;
  /** Every log line so far. */
  readonly log: () => string;
  post(activity: unknown, headers?: Readonly<Record<string, string>>): Promise<Answered>;
  /** A message in the person's own chat. @returns the cards and texts that came after it, newest last */
  say(who: Who, text: string, more?: Json): Promise<readonly Said[]>;
  /** A mention in the channel for reports. */
  mention(who: Who, text: string, channel?: string): Promise<readonly Said[]>;
  /** A press by `Action.Execute`. @returns the card or message of the response */
  press(who: Who, verb: string, data: Json, where?: 'personal' | 'channel', card?: string): Promise<Said>;
  /** Waits until it holds, or fails. */
  until<T>(ask: () => T | null | undefined | false | Promise<T | null | undefined | false>): Promise<T>;
  personal(who: Who): readonly Said[];
  channel(): readonly Said[];
  /** @param meanwhile  done while nothing runs */
  restart(meanwhile?: () => void): Promise<void>;
  stop(): Promise<void>;
};

export type Said = {
  readonly id: string;
  readonly text: string;
  readonly card: Json | undefined;
  readonly all: string;
};

export const chatOf = (who: Who): string => `a:chat-${who}`;

export async function runPostwise(change: Partial<AppOptions> = {}): Promise<RunningPostwise> {
  const [azurite, connector] = await Promise.all([startAzurite(), fakeConnector()]);
  const logTo = new PassThrough();
  let logged = '';
  logTo.on('data', (chunk: Buffer) => (logged += chunk.toString('utf8')));
  const options: AppOptions = {
    school: must(readSchoolId('test-school')),
    tenant: TENANT,
    host: '127.0.0.1',
    port: 0,
    publicUrl: 'http://127.0.0.1:1',
    local: true,
    credentials: { kind: 'local' },
    botId: 'bot-id',
    tables: { connectionString: azurite.connectionString },
    blobs: { connectionString: azurite.connectionString },
    pictureHosts: [loopback('127.0.0.1')],
    serviceHosts: [loopback('127.0.0.1')],
    visitor: { kind: 'link-alone' },
    roles: { headteachers: [PEOPLE.head], safeguarding: [PEOPLE.lead], chairs: [PEOPLE.chair] },
    named: [{ id: PEOPLE.lead, role: 'Safeguarding lead', name: 'Lee Adeyemi' }],
    contacts: { chair: { kind: 'set', name: 'Chris Tan', phone: '01632 960103' } },
    logTo,
    ...change,
    forTests: { idleMs: 50, pictureRetryDelaysMs: [10, 20], ...change.forTests },
  };
  let app = await startApp(options);
  const url = () => `http://127.0.0.1:${app.port}`;
  let activities = 0;

  const said = (conversation: string): readonly Said[] =>
    connector.standing(conversation).map(({ id, activity }) => asSaid(id, activity));
  const base = (who: Who): Json => ({
    id: `activity-${(activities += 1)}-${process.pid}`,
    timestamp: '2026-11-20T21:00:00.000Z',
    channelId: 'msteams',
    serviceUrl: connector.serviceUrl,
    from: { id: `29:${who}`, name: 'Somebody', aadObjectId: PEOPLE[who] },
    recipient: { id: '28:bot-id', name: 'Postwise' },
    channelData: { tenant: { id: TENANT } },
  });
  const inPerson = (who: Who): Json => ({
    ...base(who),
    conversation: { conversationType: 'personal', tenantId: TENANT, id: chatOf(who) },
  });
  const inChannel = (who: Who, channel: string): Json => ({
    ...base(who),
    conversation: { conversationType: 'channel', isGroup: true, tenantId: TENANT, id: `${channel};messageid=1` },
    channelData: { tenant: { id: TENANT }, channel: { id: channel }, team: { id: '19:team@thread.tacv2' } },
  });
  const post = async (activity: unknown, headers: Readonly<Record<string, string>> = {}): Promise<Answered> => {
    const response = await fetch(`${url()}/api/messages`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: typeof activity === 'string' ? activity : JSON.stringify(activity),
    });
    const text = await response.text();
    return { status: response.status, body: text === '' ? undefined : (JSON.parse(text) as unknown) };
  };
  const newIn = async (conversation: string, act: () => Promise<unknown>): Promise<readonly Said[]> => {
    const before = new Set(connector.standing(conversation).map(({ id }) => id));
    await act();
    return said(conversation).filter(({ id }) => !before.has(id));
  };

  return {
    connector,
    azurite,
    get url() {
      return url();
    },
    log: () => logged,
    post,
    say: (who, text, more = {}) => newIn(chatOf(who), () => post({ ...inPerson(who), type: 'message', text, ...more })),
    mention: (who, text, channel = REPORTS_CHANNEL) =>
      newIn(channel, () =>
        post({
          ...inChannel(who, channel),
          type: 'message',
          text: `<at>Postwise</at> ${text}`,
          entities: [{ type: 'mention', text: '<at>Postwise</at>', mentioned: { id: '28:bot-id', name: 'Postwise' } }],
        }),
      ),
    async press(who, verb, data, where = 'personal', card = 'card-0') {
      const answered = await post({
        ...(where === 'personal' ? inPerson(who) : inChannel(who, REPORTS_CHANNEL)),
        type: 'invoke',
        name: 'adaptiveCard/action',
        replyToId: card,
        value: { action: { type: 'Action.Execute', verb, data }, trigger: 'manual' },
      });
      const body = answered.body as { type?: string; value?: unknown } | undefined;
      const isCard = body?.type === 'application/vnd.microsoft.card.adaptive';
      return {
        id: card,
        text: !isCard && typeof body?.value === 'string' ? body.value : '',
        card: isCard ? (body?.value as Json) : undefined,
        all: JSON.stringify(body ?? {}),
      };
    },
    async until(ask) {
      for (let tries = 0; tries < 600; tries += 1) {
        const answer = await ask();
        if (answer !== null && answer !== undefined && answer !== false) return answer;
        await new Promise((resolve) => setTimeout(resolve, 25));
      }
      throw new Error('It never came to hold');
    },
    personal: (who) => said(chatOf(who)),
    channel: () => said(REPORTS_CHANNEL),
    async restart(meanwhile) {
      await app.stop();
      meanwhile?.();
      app = await startApp(options);
    },
    async stop() {
      await app.stop();
      await Promise.all([azurite.stop(), connector.close()]);
    },
  };
}

function asSaid(id: string, activity: Json): Said {
  return {
    id,
    text: typeof activity.text === 'string' ? activity.text : '',
    card: cardOf(activity),
    all: JSON.stringify(activity),
  };
}

/** The data of the first action with that verb, wherever it stands in a card. */
export function dataOf(card: unknown, verb: string, matches: (data: Json) => boolean = () => true): Json {
  const found = actionsOf(card).find((action) => action.verb === verb && matches((action.data ?? {}) as Json));
  if (found === undefined)
    throw new Error(
      `The card has no ${verb}: ${actionsOf(card)
        .map(({ verb: v }) => String(v))
        .join(', ')}`,
    );
  return (found.data ?? {}) as Json;
}

export function actionsOf(card: unknown): readonly Json[] {
  if (Array.isArray(card)) return card.flatMap(actionsOf);
  if (typeof card !== 'object' || card === null) return [];
  const object = card as Json;
  const own = typeof object.type === 'string' && object.type.startsWith('Action.') ? [object] : [];
  return [...own, ...Object.entries(object).flatMap(([key, value]) => (key === 'fallback' ? [] : actionsOf(value)))];
}
