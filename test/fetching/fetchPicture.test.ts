import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { createPictureFetcher, type PictureFetching } from '../../src/fetching/fetchPicture.ts';
import type { HostRule } from '../../src/fetching/hosts.ts';
import { type Answer, pictureHost, testOnlyPem } from './pictureHost.ts';

type Host = Awaited<ReturnType<typeof pictureHost>>;

const PICTURE = Buffer.from('the bytes of a picture');
const TOKEN = 'a-token-of-the-bot';
// `writeHead` is never built upon: restify, loaded by another test of the same process, makes it give nothing back.
const give: Answer = (_request, response) => {
  response.writeHead(200, { 'content-type': 'image/png' });
  response.end(PICTURE);
};
const status =
  (code: number, headers: Record<string, string> = {}): Answer =>
  (_request, response) => {
    response.writeHead(code, headers);
    response.end();
  };
/** Each answer once, the last one for ever. */
const inTurn = (...answers: readonly Answer[]): Answer => {
  let at = 0;
  return (request, response) => {
    const answer = answers[Math.min(at, answers.length - 1)];
    at += 1;
    answer?.(request, response);
  };
};

const hosts: Host[] = [];
async function host(answer: Answer, scheme: 'http' | 'https' = 'http') {
  const made = await pictureHost(answer, scheme);
  hosts.push(made);
  return made;
}
afterEach(async () => {
  await Promise.all(hosts.splice(0).map((each) => each.close()));
});

const ruleOf = ({ port }: Host, change: Partial<Extract<HostRule, { kind: 'loopback' }>> = {}): HostRule => ({
  kind: 'loopback',
  host: '127.0.0.1',
  scheme: 'http',
  port,
  takesToken: true,
  ...change,
});
const fetcher = (allowed: readonly HostRule[], change: Partial<PictureFetching> = {}) =>
  createPictureFetcher({
    allowed,
    token: async () => TOKEN,
    limits: { bytes: 1_000, timeMs: 5_000 },
    retryDelaysMs: [1, 1, 1],
    ...change,
  });
const stop = () => new AbortController().signal;
const inline = (url: string) => ({ url, how: 'inline' }) as const;
const file = (url: string) => ({ url, how: 'file' }) as const;

describe('a picture', () => {
  it('comes whole from an allowed host', async () => {
    const from = await host(give);
    expect(await fetcher([ruleOf(from)]).fetch(file(from.url()), stop())).toEqual({ kind: 'fetched', bytes: PICTURE });
    expect(from.asked[0]).toMatchObject({ method: 'GET', url: '/picture', headers: { 'accept-encoding': 'identity' } });
  });

  it('from a host that is not allowed is not asked for at all', async () => {
    const from = await host(give);
    const none = fetcher([ruleOf(from, { port: from.port + 1 })]);
    expect(await none.fetch(inline(from.url()), stop())).toEqual({ kind: 'refused', why: 'foreign-host' });
    expect(none.mayFetch(from.url())).toBe(false);
    expect(from.connections()).toBe(0);
  });

  it.each(['10.0.0.5', '127.0.0.1', '169.254.169.254', '::1', 'fd00::5'])(
    'is refused when the name of an allowed host leads to %s, before anything is connected to',
    async (address) => {
      const fetch = fetcher([{ kind: 'public', host: '.pictures.test', takesToken: true }], {
        resolve: async () => [
          { address: '8.8.8.8', family: 4 },
          { address, family: address.includes(':') ? 6 : 4 },
        ],
      });
      expect(await fetch.fetch(inline('https://a.pictures.test/x'), stop())).toEqual({
        kind: 'refused',
        why: 'foreign-host',
      });
    },
  );

  it('is refused when a name of this machine leads elsewhere, or has no address', async () => {
    const from = await host(give);
    const rule = ruleOf(from, { host: 'pictures.test' });
    const url = `http://pictures.test:${from.port}/`;
    const elsewhere = fetcher([rule], { resolve: async () => [{ address: '8.8.8.8', family: 4 }] });
    expect(await elsewhere.fetch(file(url), stop())).toEqual({ kind: 'refused', why: 'foreign-host' });
    const nowhere = fetcher([rule], { resolve: () => Promise.reject(new Error('ENOTFOUND')) });
    expect(await nowhere.fetch(file(url), stop())).toEqual({ kind: 'refused', why: 'unreachable' });
  });

  it('is fetched from the address that was checked, though the name leads elsewhere a moment later', async () => {
    const from = await host(give);
    let asked = 0;
    const fetch = fetcher([ruleOf(from, { host: 'pictures.test' })], {
      resolve: async () => {
        asked += 1;
        return [{ address: asked === 1 ? '127.0.0.1' : '10.0.0.5', family: 4 }];
      },
    });
    expect(await fetch.fetch(file(`http://pictures.test:${from.port}/`), stop())).toMatchObject({ kind: 'fetched' });
    expect([asked, from.connections()]).toEqual([1, 1]);
  });
});

describe('the token', () => {
  const tokenOf = ({ asked }: Host) => asked.map(({ headers }) => headers.authorization);

  it('goes with a pasted picture to a host that takes it', async () => {
    const from = await host(give);
    await fetcher([ruleOf(from)]).fetch(inline(from.url()), stop());
    expect(tokenOf(from)).toEqual([`Bearer ${TOKEN}`]);
  });

  it('never goes with a file, nor to a host that does not take it, and is not even asked for', async () => {
    const from = await host(give);
    const token = jest.fn(async () => TOKEN);
    await fetcher([ruleOf(from)], { token }).fetch(file(from.url()), stop());
    await fetcher([ruleOf(from, { takesToken: false })], { token }).fetch(inline(from.url()), stop());
    expect(tokenOf(from)).toEqual([undefined, undefined]);
    expect(token).not.toHaveBeenCalled();
  });

  it('may be none, as on one machine', async () => {
    const from = await host(give);
    for (const token of [undefined, async () => null]) {
      expect(await fetcher([ruleOf(from)], { token }).fetch(inline(from.url()), stop())).toMatchObject({
        kind: 'fetched',
      });
    }
    expect(tokenOf(from)).toEqual([undefined, undefined]);
  });

  it('that cannot be had leaves the picture unreachable, and nothing is asked without it', async () => {
    const from = await host(give);
    const fetch = fetcher([ruleOf(from)], { token: () => Promise.reject(new Error('no token')) });
    expect(await fetch.fetch(inline(from.url()), stop())).toEqual({ kind: 'refused', why: 'unreachable' });
    expect(from.asked).toHaveLength(0);
  });

  it('that never comes does not hold the picture for ever', async () => {
    const from = await host(give);
    const fetch = fetcher([ruleOf(from)], {
      token: () => new Promise(() => undefined),
      limits: { bytes: 9, timeMs: 20 },
    });
    expect(await fetch.fetch(inline(from.url()), stop())).toEqual({ kind: 'refused', why: 'unreachable' });
  });
});

describe('a redirect', () => {
  const away = (to: string): Answer => status(302, { location: to });

  it('within the same rule is followed, without the token', async () => {
    const from = await host((request, response) =>
      request.url === '/picture' ? away('/moved')(request, response) : give(request, response),
    );
    expect(await fetcher([ruleOf(from)]).fetch(inline(from.url()), stop())).toMatchObject({ kind: 'fetched' });
    expect(from.asked.map(({ url, headers }) => [url, headers.authorization])).toEqual([
      ['/picture', `Bearer ${TOKEN}`],
      ['/moved', undefined],
    ]);
  });

  it('to another host is refused, be it allowed by another rule, and nothing is asked there', async () => {
    const elsewhere = await host(give);
    const from = await host(away(elsewhere.url()));
    for (const allowed of [[ruleOf(from)], [ruleOf(from), ruleOf(elsewhere)]]) {
      expect(await fetcher(allowed).fetch(inline(from.url()), stop())).toEqual({
        kind: 'refused',
        why: 'foreign-host',
      });
    }
    expect(elsewhere.connections()).toBe(0);
  });

  it.each(['http://user@127.0.0.1/', 'file:///etc/passwd', 'http://[', ''])('to "%s" is refused', async (to) => {
    const from = await host(away(to));
    const got = await fetcher([ruleOf(from)]).fetch(file(from.url()), stop());
    expect(got.kind).toBe('refused');
    expect(from.asked.length).toBeLessThanOrEqual(4);
  });

  it('in a circle ends', async () => {
    const from = await host(away('/picture'));
    expect(await fetcher([ruleOf(from)]).fetch(file(from.url()), stop())).toEqual({
      kind: 'refused',
      why: 'unreachable',
    });
    expect(from.asked).toHaveLength(4);
  });
});

describe('what goes wrong', () => {
  it.each<[string, Answer]>([
    ['403', status(403)],
    ['429', status(429)],
    ['500', status(500)],
    ['503', status(503)],
    ['a broken connection', (request) => void request.socket.destroy()],
    [
      'a body that ends early',
      (_request, response) => {
        response.writeHead(200, { 'content-length': '50' });
        response.write('x', () => response.destroy());
      },
    ],
  ])('%s is tried again', async (_what, first) => {
    const from = await host(inTurn(first, first, give));
    expect(await fetcher([ruleOf(from)]).fetch(inline(from.url()), stop())).toEqual({
      kind: 'fetched',
      bytes: PICTURE,
    });
    expect(from.asked).toHaveLength(3);
  });

  it.each<[string, 'inline' | 'file', number, string, number]>([
    ['not found', 'inline', 404, 'not-found', 1],
    ['gone', 'file', 410, 'expired', 1],
    ['a file whose key is not taken', 'file', 401, 'expired', 1],
    ['a file refused to the end', 'file', 403, 'expired', 4],
    ['a pasted picture refused to the end', 'inline', 403, 'unreachable', 4],
    ['a token not taken', 'inline', 401, 'unreachable', 1],
    ['a host that is ill to the end', 'inline', 503, 'unreachable', 4],
    ['an answer without a picture', 'inline', 204, 'unreachable', 1],
  ])('%s (%s, %i) is %s after %i', async (_what, how, code, why, times) => {
    const from = await host(status(code));
    expect(await fetcher([ruleOf(from)]).fetch({ url: from.url(), how }, stop())).toEqual({ kind: 'refused', why });
    expect(from.asked).toHaveLength(times);
  });

  it('waits as long as the host asks it to', async () => {
    const from = await host(inTurn(status(429, { 'retry-after': '1' }), give));
    const started = performance.now();
    expect(await fetcher([ruleOf(from)]).fetch(inline(from.url()), stop())).toMatchObject({ kind: 'fetched' });
    expect(performance.now() - started).toBeGreaterThan(900);
  });

  it('an answer that unfolds is not read', async () => {
    const from = await host(status(200, { 'content-encoding': 'gzip' }));
    expect(await fetcher([ruleOf(from)]).fetch(file(from.url()), stop())).toEqual({
      kind: 'refused',
      why: 'unreachable',
    });
  });

  it('too many bytes are refused as soon as they are announced or counted', async () => {
    const announced = await host(status(200, { 'content-length': '1001' }));
    expect(await fetcher([ruleOf(announced)]).fetch(file(announced.url()), stop())).toEqual({
      kind: 'refused',
      why: 'too-large',
    });
    let sent = 0;
    const endless = await host((_request, response) => {
      response.writeHead(200);
      const more = () => {
        sent += 1;
        if (!response.destroyed) response.write(Buffer.alloc(600), () => setImmediate(more));
      };
      more();
    });
    expect(await fetcher([ruleOf(endless)]).fetch(file(endless.url()), stop())).toEqual({
      kind: 'refused',
      why: 'too-large',
    });
    const then = sent;
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(sent - then).toBeLessThan(1_000); // the connection was ended, so the sending stops
  });

  it('exactly as many bytes as allowed are taken', async () => {
    const from = await host((_request, response) => response.end(Buffer.alloc(1_000)));
    expect(await fetcher([ruleOf(from)]).fetch(file(from.url()), stop())).toMatchObject({ kind: 'fetched' });
  });

  it('a host that drips is not waited for', async () => {
    const from = await host((_request, response) => {
      response.writeHead(200);
      const drip = setInterval(() => (response.destroyed ? clearInterval(drip) : response.write('.')), 5);
    });
    const fetch = fetcher([ruleOf(from)], { limits: { bytes: 100_000, timeMs: 60 }, retryDelaysMs: [1] });
    expect(await fetch.fetch(file(from.url()), stop())).toEqual({ kind: 'refused', why: 'unreachable' });
    expect(from.asked).toHaveLength(2);
  });
});

describe('a stop', () => {
  const aborted = { kind: 'refused', why: 'aborted' };

  it('beforehand lets nothing be asked', async () => {
    const from = await host(give);
    expect(await fetcher([ruleOf(from)]).fetch(inline(from.url()), AbortSignal.abort())).toEqual(aborted);
    expect(from.connections()).toBe(0);
  });

  it('in the middle of the bytes ends the connection and lets the bytes go', async () => {
    const stopper = new AbortController();
    let ended: () => void = () => undefined;
    const closed = new Promise<void>((resolve) => (ended = resolve));
    const from = await host((_request, response) => {
      response.once('close', ended);
      response.writeHead(200, { 'content-length': '500' });
      response.write('x', () => stopper.abort());
    });
    expect(await fetcher([ruleOf(from)]).fetch(inline(from.url()), stopper.signal)).toEqual(aborted);
    await closed;
    expect(from.asked).toHaveLength(1);
  });

  it('between two attempts lets no further one be made', async () => {
    const stopper = new AbortController();
    const from = await host((request, response) => {
      status(503)(request, response);
      setTimeout(() => stopper.abort(), 20);
    });
    const fetch = fetcher([ruleOf(from)], { retryDelaysMs: [10_000] });
    expect(await fetch.fetch(inline(from.url()), stopper.signal)).toEqual(aborted);
    expect(from.asked).toHaveLength(1);
  });

  it('while the token is awaited lets nothing be asked', async () => {
    const stopper = new AbortController();
    const from = await host(give);
    const token = async () => {
      stopper.abort();
      return TOKEN;
    };
    expect(await fetcher([ruleOf(from)], { token }).fetch(inline(from.url()), stopper.signal)).toEqual(aborted);
    expect(from.connections()).toBe(0);
  });
});

describe('https', () => {
  const resolve = async () => [{ address: '127.0.0.1', family: 4 }];
  const secure = (from: Host, name: string) => ruleOf(from, { scheme: 'https', host: name });

  it('to a host that nobody vouches for sends nothing', async () => {
    const from = await host(give, 'https');
    const fetch = fetcher([secure(from, 'pictures.test')], { resolve });
    expect(await fetch.fetch(inline(`https://pictures.test:${from.port}/`), stop())).toEqual({
      kind: 'refused',
      why: 'unreachable',
    });
    expect(from.connections()).toBe(4);
    expect(from.asked).toHaveLength(0);
  });

  it('to the host of the certificate works, and to another name does not', async () => {
    const from = await host(give, 'https');
    const before = getCACertificates('default');
    setDefaultCACertificates([...before, testOnlyPem.slice(testOnlyPem.indexOf('-----BEGIN CERT'))]);
    try {
      const fetch = fetcher([secure(from, 'pictures.test'), secure(from, 'wrong.test')], { resolve });
      expect(await fetch.fetch(inline(`https://pictures.test:${from.port}/`), stop())).toMatchObject({
        kind: 'fetched',
      });
      expect(await fetch.fetch(inline(`https://wrong.test:${from.port}/`), stop())).toEqual({
        kind: 'refused',
        why: 'unreachable',
      });
      expect(from.asked).toHaveLength(1);
    } finally {
      setDefaultCACertificates(before);
    }
  });
});
