import { connect } from 'node:net';
import { MOST_MESSAGE_BYTES } from '../../src/web/messages.ts';
import { createWeb } from '../../src/web/server.ts';
import type { WebOptions } from '../../src/web/web.ts';
import { aHouse } from '../builders/house.ts';
import { SCHOOL } from '../builders/values.ts';
import { aSite, ask, type Site, STANDING_LINE } from './site.ts';

const JSON_TYPE = { 'Content-Type': 'application/json' };
const ACTIVITY = JSON.stringify({ type: 'message', text: 'hi' });

let site: Site;
let received: { authorization: string | undefined; body: unknown }[];
let receive: WebOptions['receive'];
const open = async (change: Partial<WebOptions> = {}) => {
  received = [];
  receive = async () => ({ status: 200 });
  site = await aSite({
    receive: async (authorization, body) => {
      received.push({ authorization, body });
      return receive(authorization, body);
    },
    ...change,
  });
};
beforeEach(() => open());
afterEach(() => site.close());

const post = (headers: Readonly<Record<string, string>>, body: string | Buffer = ACTIVITY) =>
  ask(site.port, 'POST', '/api/messages', { headers, body });

describe('the message endpoint', () => {
  it('hands on the parsed message with its authorization, and gives back what came of it', async () => {
    receive = async () => ({ status: 200, body: { statusCode: 200, value: 'é' } });
    const reply = await post({ ...JSON_TYPE, Authorization: 'Bearer token' });
    expect(received).toEqual([{ authorization: 'Bearer token', body: { type: 'message', text: 'hi' } }]);
    expect(reply).toMatchObject({ status: 200, text: '{"statusCode":200,"value":"é"}' });
    receive = async () => ({ status: 401 });
    expect(await post({ 'Content-Type': 'application/json; charset=utf-8' })).toMatchObject({ status: 401, text: '' });
  });

  it.each([
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'application/jsonx',
    '',
  ])('takes no "%s"', async (type) => {
    expect((await post({ 'Content-Type': type })).status).toBe(415);
    expect(received).toEqual([]);
  });

  it('takes nothing compressed', async () => {
    expect((await post({ ...JSON_TYPE, 'Content-Encoding': 'gzip' })).status).toBe(415);
    expect(received).toEqual([]);
  });

  it('takes no message over its limit, said beforehand or found out while it comes', async () => {
    const large = JSON.stringify({ text: 'x'.repeat(MOST_MESSAGE_BYTES) });
    expect((await post(JSON_TYPE, large)).status).toBe(413);
    expect((await post({ ...JSON_TYPE, 'Transfer-Encoding': 'chunked' }, large)).status).toBe(413);
    const fits = JSON.stringify({ text: 'x'.repeat(MOST_MESSAGE_BYTES - 11) });
    expect(Buffer.byteLength(fits)).toBe(MOST_MESSAGE_BYTES);
    expect((await post(JSON_TYPE, fits)).status).toBe(200);
    expect(received).toHaveLength(1);
  });

  it.each(['', '{', '{"text": }', 'undefined', Buffer.from([0xff, 0xfe, 0x7b, 0x7d])])(
    'says in a sentence that %j is no JSON',
    async (body) => {
      expect(await post(JSON_TYPE, body)).toMatchObject({
        status: 400,
        text: '{"message":"The message is not valid JSON."}',
      });
      expect(received).toEqual([]);
    },
  );

  it('tells nothing of an exception, and logs its name alone', async () => {
    receive = async () => {
      throw new TypeError('secret words of Sam Jones');
    };
    const reply = await post(JSON_TYPE);
    expect(reply.status).toBe(500);
    expect(reply.text).toMatch(/^\{"message":"That could not be done just now.","mark":"[0-9a-f]{8}"\}$/);
    expect(site.house.logged).toEqual([
      expect.stringMatching(/^\{"event":"web-fault","mark":"[0-9a-f]{8}","error":"TypeError"\}$/),
    ]);
  });

  it('on loopback, takes nothing that a web page of another site sends', async () => {
    for (const origin of [
      'https://evil.example',
      'null',
      'http://127.0.0.1.evil.example',
      'http://localhost@evil.example',
    ])
      expect((await post({ ...JSON_TYPE, Origin: origin })).status).toBe(403);
    expect(received).toEqual([]);
    for (const origin of ['http://127.0.0.1:46150', 'http://localhost:46150', 'http://[::1]:5'])
      expect((await post({ ...JSON_TYPE, Origin: origin })).status).toBe(200);
  });

  it('on loopback, takes nothing that was sent to a name other than this machine’s', async () => {
    const names = [
      'evil.example',
      'evil.example:3978',
      '127.0.0.1.evil.example',
      'localhost.evil.example',
      '10.0.0.1',
      '[::2]',
    ];
    for (const Host of names) {
      expect((await post({ ...JSON_TYPE, Host })).status).toBe(403);
      expect((await ask(site.port, 'GET', '/open/x', { headers: { Host } })).status).toBe(403);
    }
    expect(received).toEqual([]);
    for (const Host of ['127.0.0.1', 'localhost:3978', 'LOCALHOST', '[::1]:3978'])
      expect((await post({ ...JSON_TYPE, Host })).status).toBe(200);
  });

  it('elsewhere, goes by the token and not by the name', async () => {
    await site.close();
    const visitor = {
      kind: 'sign-in',
      begin: () => Promise.reject(new Error('not here')),
      finish: () => Promise.reject(new Error('not here')),
    } as const;
    await open({ local: false, visitor });
    expect((await post({ ...JSON_TYPE, Host: 'bot.school.example' })).status).toBe(200);
  });
});

describe('the server', () => {
  it('does not open pages by a link alone anywhere but on loopback', async () => {
    const house = aHouse();
    const options: WebOptions = {
      outside: house.outside,
      fetches: house.fetches,
      forms: [],
      visitor: { kind: 'link-alone' },
      school: SCHOOL,
      receive: async () => ({ status: 200 }),
      healthy: async () => true,
      local: false,
      standingLine: STANDING_LINE,
      contacts: {},
      nudge: () => undefined,
    };
    await expect(createWeb(options)).rejects.toThrow('in the local default only');
  });

  it('says whether it is well, and no more', async () => {
    expect(await ask(site.port, 'GET', '/healthz')).toMatchObject({ status: 200, text: 'ok\n' });
    expect(await ask(site.port, 'HEAD', '/healthz')).toMatchObject({ status: 200, text: '' });
    for (const healthy of [async () => false, () => Promise.reject(new Error('table "x" is down'))]) {
      await site.close();
      await open({ healthy });
      expect(await ask(site.port, 'GET', '/healthz')).toMatchObject({ status: 503, text: 'not ready\n' });
    }
  });

  it.each([
    ['GET', '/nothing-here', 404],
    ['GET', '/open', 404],
    ['GET', '/assets/server.ts', 404],
    ['GET', '/assets/..%2fserver.ts', 404],
    ['GET', '/api/messages', 405],
    ['DELETE', '/open/x', 405],
    ['PATCH', '/upload/x', 405],
    ['OPTIONS', '/open/x', 405],
    ['HEAD', '/open/x/pictures/1', 405],
    ['GET', '/open/x/finish', 405],
    ['GET', '//evil.example/%zz', 404],
    ['GET', '/open/%zz', 404],
    ['GET', '/signed-in?state=open~x~y&code=z', 404],
  ])('answers %s %s with a plain page (%i)', async (method, path, status) => {
    const reply = await ask(site.port, method, path, { headers: { 'Sec-Fetch-Site': 'same-origin' } });
    expect(reply.status).toBe(status);
    expect(reply.headers['content-type']).toBe('text/html; charset=utf-8');
    expect(reply.text).not.toMatch(/ResourceNotFound|MethodNotAllowed|restify|does not exist/);
    if (method !== 'HEAD') expect(reply.text).toContain('<h1>');
  });

  it.each([
    'GET http://[bad HTTP/1.1',
    'GET * HTTP/1.1',
    'OPTIONS * HTTP/1.1',
    'GET open HTTP/1.1',
    'GET http://evil.example/open/x HTTP/1.1',
  ])('outlives the request line "%s"', async (line) => {
    const answer = await new Promise<string>((resolve, reject) => {
      const socket = connect(site.port, '127.0.0.1');
      let text = '';
      socket.on('error', reject).on('data', (chunk: Buffer) => (text += chunk.toString('utf8')));
      socket.on('close', () => resolve(text));
      socket.write(`${line}\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n`);
    });
    expect(answer).toMatch(/^HTTP\/1\.1 4\d\d /);
    expect(await ask(site.port, 'GET', '/healthz')).toMatchObject({ status: 200 });
  });

  it('puts the same strict headers on whatever it sends', async () => {
    for (const path of ['/', '/open/x', '/upload/x', '/healthz', '/assets/postwise.css', '/assets/upload.js']) {
      const { headers } = await ask(site.port, 'GET', path);
      expect(headers).toMatchObject({
        'content-security-policy':
          "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
        'referrer-policy': 'no-referrer',
        'x-content-type-options': 'nosniff',
        'cross-origin-opener-policy': 'same-origin',
        'cross-origin-resource-policy': 'same-origin',
        'cache-control': path.startsWith('/assets/') ? 'public, max-age=86400' : 'no-store',
      });
      expect(headers['server']).toBeUndefined();
      expect(headers['set-cookie']).toBeUndefined();
    }
  });

  it('logs nothing of an ordinary request', async () => {
    for (const path of ['/open/some-secret-link', '/signed-in?code=secret&state=s', '/healthz'])
      await ask(site.port, 'GET', path);
    expect(site.house.logged).toEqual([]);
  });

  it('closes while a connection is held open', async () => {
    const socket = connect(site.port, '127.0.0.1');
    await new Promise((resolve) => socket.once('connect', resolve));
    socket.on('error', () => undefined);
    await site.close();
    await expect(ask(site.port, 'GET', '/healthz')).rejects.toThrow();
    socket.destroy();
    await open();
  });
});
