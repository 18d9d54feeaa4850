import https from 'node:https';
import http from 'node:http';
import { createTeamsEdge } from '../../src/teams/edge.ts';
import { APP_ID, recorded, TENANT } from '../activities/recorded.ts';
import type { TokenParts } from '../builders/channelTokens.ts';
import { type EdgeUnderTest, edgeUnderTest, PASSWORD, TEAMS } from './edgeUnderTest.ts';

let it_: EdgeUnderTest;
// The SDK prints public keys when a token is forged; that is no part of what is tested.
beforeAll(() => jest.spyOn(console, 'error').mockImplementation(() => undefined));
beforeEach(async () => {
  it_ = await edgeUnderTest();
});
afterEach(() => it_.close());
afterAll(() => jest.restoreAllMocks());

const every = [
  'message',
  'message-paste',
  'submit',
  'invoke-execute',
  'invoke-automatic',
  'conversation-update-personal',
];
const NOT_AUTHORISED = { status: 401, body: { message: 'Not authorised.' } };

describe('a channel token', () => {
  it.each(every)('that is good lets %s in', async (name) => {
    expect((await it_.deliver(name)).status).toBe(200);
    expect(it_.intents).toHaveLength(1);
  });

  const refused: [string, TokenParts][] = [
    ['for another bot', { audience: '00000000-0000-4000-8000-000000000099' }],
    ['for several bots', { claims: { aud: [APP_ID, 'another'] } }],
    ['for another service', { serviceUrl: 'http://127.0.0.1:1/uk/' }],
    ['for no service', { serviceUrl: null }],
    ['that has ended, more than the five minutes of skew ago', { endsIn: -301 }],
    ['that has no end', { endsIn: null }],
    ['that has not begun', { startsIn: 400 }],
    ['with a key that is endorsed for another channel', { key: 'webchat' }],
    ['with a forged signature', { key: 'stranger' }],
    ['with a key that nobody publishes', { key: 'unpublished' }],
    ['without a signature', { key: 'none' }],
    ['of an unknown issuer', { issuer: 'https://issuer.invalid' }],
    [
      'that Entra gave out through our own app id, as the emulator would use',
      { issuer: `https://sts.windows.net/${TENANT}/`, claims: { tid: TENANT, appid: APP_ID, ver: '1.0' } },
    ],
    [
      'that Entra gave out through our own app id, version 2',
      { issuer: `https://login.microsoftonline.com/${TENANT}/v2.0`, claims: { tid: TENANT, azp: APP_ID, ver: '2.0' } },
    ],
    [
      'of another bot, as a skill',
      { issuer: `https://sts.windows.net/${TENANT}/`, claims: { ver: '1.0', appid: 'other' } },
    ],
  ];
  it.each(refused)('%s is refused with 401 and no reason', async (_what, parts) => {
    for (const name of ['message', 'invoke-execute']) {
      const answer = await it_.edge.receive(await it_.tokens.header(parts), it_.activity(name));
      expect(answer).toEqual(NOT_AUTHORISED);
    }
    expect(it_.intents).toEqual([]);
    expect(it_.connector.calls).toEqual([]);
  });

  it('within the five minutes of skew is still good', async () => {
    const answer = await it_.edge.receive(await it_.tokens.header({ endsIn: -240 }), it_.activity('message'));
    expect(answer.status).toBe(200);
  });

  it.each([
    undefined,
    '',
    ' ',
    'Bearer',
    'Bearer ',
    'Bearer x.y.z',
    'Bearer a b',
    'Basic dXNlcjpwYXNz',
    'x'.repeat(100_000),
  ])('that is none at all is refused with 401 (%#)', async (header) => {
    expect(await it_.edge.receive(header, it_.activity('message'))).toEqual(NOT_AUTHORISED);
    expect(it_.intents).toEqual([]);
  });

  it('does not help an activity of another channel', async () => {
    for (const channelId of ['skype', 'webchat', 'AseChannel', 'emulator', undefined, 7]) {
      const answer = await it_.edge.receive(await it_.tokens.header(), it_.activity('message', { channelId }));
      expect(answer).toEqual(NOT_AUTHORISED);
    }
  });

  it('does not help an activity that names no service, or another', async () => {
    for (const serviceUrl of [undefined, '', 'https://elsewhere.invalid/', 7]) {
      const answer = await it_.edge.receive(await it_.tokens.header(), recorded('message', { serviceUrl }));
      expect(answer).toEqual(NOT_AUTHORISED);
    }
  });

  it('is refused while the keys cannot be had, and good again afterwards', async () => {
    it_.tokens.setDown(true);
    expect(await it_.edge.receive(await it_.tokens.header(), it_.activity('message'))).toEqual(NOT_AUTHORISED);
    it_.tokens.setDown(false);
    expect((await it_.deliver('message')).status).toBe(200);
  });

  it('that is refused leaves one line in the log, with a reason and nothing of the activity', async () => {
    await it_.edge.receive(await it_.tokens.header({ key: 'stranger' }), it_.activity('message'));
    expect(it_.lines).toEqual([{ event: 'token-refused', ids: { why: 'JsonWebTokenError' } }]);
  });
});

describe('the tenant', () => {
  const other = { tenant: { id: '99999999-0000-4000-8000-000000000009' } };
  it.each([...every, 'conversation-update-channel', 'invoke-task-fetch', 'message-delete'])(
    'of another school is refused in %s, though the token is good',
    async (name) => {
      const answer = await it_.edge.receive(await it_.tokens.header(), it_.activity(name, { channelData: other }));
      expect(answer).toEqual({ status: 403, body: { message: 'Not for this bot.' } });
      expect(it_.intents).toEqual([]);
      expect(it_.connector.calls).toEqual([]);
    },
  );
});

describe('the service', () => {
  it('that is not on the list is not answered, though the token is good for it', async () => {
    const elsewhere = await edgeUnderTest({ mayAnswerTo: () => false });
    try {
      const answer = await elsewhere.deliver('message');
      expect(answer).toEqual({ status: 403, body: { message: 'Not for this bot.' } });
      expect(elsewhere.intents).toEqual([]);
      expect(elsewhere.connector.calls).toEqual([]);
      expect(elsewhere.tokens.logins).toEqual([]);
    } finally {
      await elsewhere.close();
    }
  });

  it('of a stored conversation is asked about again before anything is sent', async () => {
    const conversation = { id: 'a:1', serviceUrl: 'https://elsewhere.invalid/' };
    const notice = { kind: 'picture-stopped' } as never;
    await expect(it_.edge.personalNotice.send(conversation, notice)).rejects.toThrow('ServiceNotAllowed');
    expect(it_.tokens.logins).toEqual([]);
  });
});

describe("the bot's own token", () => {
  it('goes with what is sent', async () => {
    it_.onIntent((_intent, reply) => reply.text('hello'));
    await it_.deliver('message');
    expect(it_.connector.calls.map((call) => call.authorization)).toEqual([`Bearer ${it_.tokens.outgoing}`]);
    expect(await it_.edge.botToken()).toBe(it_.tokens.outgoing);
  });

  it('follows no redirect', async () => {
    it_.onIntent((_intent, reply) => reply.text('hello'));
    it_.connector.always({ status: 307, headers: { location: `${it_.connector.origin}/elsewhere/` } });
    await it_.deliver('message');
    expect(it_.connector.calls.map((call) => call.what)).toEqual(['send', 'send']);
  });

  it("is asked for at the school's tenant by the SDK's own client, with the secret", async () => {
    const hosts: unknown[] = [];
    // The SDK insists on https and on Microsoft's host; only the wire is replaced here.
    const spy = jest.spyOn(https, 'request').mockImplementation(((options: http.RequestOptions) => {
      hosts.push(options.hostname);
      const { host, hostname, port } = new URL(it_.tokens.origin);
      return http.request({ ...options, protocol: 'http:', host, hostname, port, agent: undefined });
    }) as never);
    const edge = createTeamsEdge({
      credentials: TEAMS,
      tenant: TENANT,
      mayAnswerTo: () => true,
      onIntent: async () => undefined,
      cards: { noticeCard: () => ({}), channelCard: () => ({}) },
      log: { info: () => undefined, warn: () => undefined },
    });
    try {
      expect(await edge.botToken()).toBe(it_.tokens.outgoing);
    } finally {
      spy.mockRestore();
    }
    expect(new Set(hosts)).toEqual(new Set(['login.microsoftonline.com']));
    expect(it_.tokens.logins).toEqual([
      {
        path: `/${TENANT}/oauth2/v2.0/token`,
        fields: expect.objectContaining({
          client_id: APP_ID,
          client_secret: PASSWORD,
          scope: expect.stringContaining('https://api.botframework.com/.default') as unknown,
        }) as object,
      },
    ]);
  });
});

describe('the edge is not built', () => {
  const build = (change: object) => () =>
    createTeamsEdge({
      credentials: { ...TEAMS, ...change },
      tenant: 'tenant' in change ? String(change.tenant) : TENANT,
      mayAnswerTo: () => true,
      onIntent: async () => undefined,
      cards: { noticeCard: () => ({}), channelCard: () => ({}) },
      log: { info: () => undefined, warn: () => undefined },
    });
  it.each([
    ['an app id', { appId: '' }],
    ['an app id that is more than space', { appId: '  ' }],
    ['a secret', { password: '' }],
    ['a tenant for the app', { tenantId: '' }],
    ['a tenant for the school', { tenant: ' ' }],
  ])('for Teams without %s', (_what, change) => {
    expect(build(change)).toThrow();
  });

  it('but is, with all of them', () => {
    expect(build({})).not.toThrow();
    expect(build({ appType: 'UserAssignedMSI', password: undefined })).not.toThrow();
  });
});

describe('local', () => {
  it('asks for no token, shows none, and still looks at the tenant', async () => {
    const local = await edgeUnderTest({
      credentials: { kind: 'local' },
      configuration: { credentialFactory: undefined },
    });
    try {
      local.onIntent((_intent, reply) => reply.text('hello'));
      const answer = await local.edge.receive(undefined, local.activity('message'));
      expect(answer.status).toBe(200);
      expect(local.connector.calls.map((call) => call.authorization)).toEqual([undefined]);
      expect(await local.edge.botToken()).toBeNull();
      const foreign = local.activity('message', { channelData: { tenant: { id: 'another' } } });
      expect((await local.edge.receive(undefined, foreign)).status).toBe(403);
    } finally {
      await local.close();
    }
  });
});
