import { lookup as dnsLookup, type LookupAddress } from 'node:dns';
import { Agent as HttpAgent, type IncomingMessage, request as httpRequest } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import { type HostRule, mayConnect } from './hosts.ts';

/** As `dns.lookup` with `all: true`; a constructor value so that tests can say where a name leads. */
export type Resolve = (host: string) => Promise<readonly LookupAddress[]>;

/** A name led to an address that its rule does not allow. Nothing was connected to. */
export class ForeignAddress extends Error {
  override readonly name = 'ForeignAddress';
}

/** More bytes than the limit, by announcement or by count. */
export class TooManyBytes extends Error {
  override readonly name = 'TooManyBytes';
}

export const resolveBySystem: Resolve = (host) =>
  new Promise((resolve, reject) => {
    dnsLookup(host, { all: true }, (error, addresses) => (error ? reject(error) : resolve(addresses)));
  });

/**
 * Resolves a name and checks every address before the socket gets one, so that the address connected to is the address
 * checked: a name cannot lead elsewhere in between. One wrong address among several refuses them all.
 */
const checkedLookup =
  (kind: HostRule['kind'], resolve: Resolve): LookupFunction =>
  (host, options, done) => {
    resolve(host).then(
      (addresses) => {
        const [first] = addresses;
        if (first === undefined || addresses.some(({ address }) => !mayConnect(address, kind))) {
          done(new ForeignAddress('a name leads to an address that is not allowed'), '', 0);
        } else if (options.all === true) {
          done(null, [...addresses]);
        } else {
          done(null, first.address, first.family);
        }
      },
      (error: unknown) => done(error instanceof Error ? error : new Error('no address', { cause: error }), '', 0),
    );
  };

/**
 * Sends one GET and gives back the answer's head; redirects are answers like any other. The connection is used once, and
 * is told of no proxy.
 *
 * @throws ForeignAddress, or the socket's own error
 */
export function get(
  url: URL,
  rule: HostRule,
  asked: { readonly token: string | null; readonly resolve: Resolve; readonly signal: AbortSignal },
): Promise<IncomingMessage> {
  const secure = url.protocol === 'https:';
  const literal = url.hostname.replace(/^\[|\]$/g, '');
  if (isIP(literal) !== 0 && !mayConnect(literal, rule.kind)) {
    return Promise.reject(new ForeignAddress('an address is not allowed')); // a number is never looked up
  }
  const agent = secure ? new HttpsAgent({ keepAlive: false }) : new HttpAgent({ keepAlive: false });
  return new Promise((resolve, reject) => {
    (secure ? httpsRequest : httpRequest)(url, {
      agent,
      lookup: checkedLookup(rule.kind, asked.resolve),
      signal: asked.signal,
      headers: {
        accept: 'image/*,application/octet-stream;q=0.9,*/*;q=0.1',
        'accept-encoding': 'identity', // a compressed answer could unfold to any size
        ...(asked.token === null ? {} : { authorization: `Bearer ${asked.token}` }),
      },
    })
      .once('response', resolve)
      .once('error', reject)
      .end();
  });
}

/**
 * Reads an answer's body as it comes, and stops at the limit.
 *
 * @throws TooManyBytes, or the socket's own error when the body ends early
 */
export async function readBody(answer: IncomingMessage, limit: number): Promise<Buffer> {
  if (Number(answer.headers['content-length'] ?? 0) > limit) throw new TooManyBytes('announced');
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of answer as AsyncIterable<Buffer>) {
    size += part.length;
    if (size > limit) throw new TooManyBytes('counted');
    parts.push(part);
  }
  return Buffer.concat(parts, size);
}
