import { createHash, randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, type JWTPayload, SignJWT } from 'jose';

/** Who signs in next, and what is wrong with what the issuer says of them. */
export type NextSignIn = {
  oid: string;
  tid: string;
  /** Claims that take the place of the right ones. */
  claims?: JWTPayload;
  /** The person gives up: the issuer sends back this error. */
  error?: string;
  /** Signed with a key that the issuer does not publish. */
  forged?: boolean;
  /** The token endpoint does not work. */
  down?: boolean;
};

/** An OpenID Connect issuer on loopback, as strict as Entra about what it is asked: code flow with PKCE, each code once. */
export type LocalIssuer = {
  readonly url: string;
  next: NextSignIn;
  /** The queries with which sign-ins were asked for, in order. */
  readonly asked: URLSearchParams[];
  /** How often a code was exchanged or refused. */
  exchanges: number;
  close(): Promise<void>;
};

type Code = { readonly asked: URLSearchParams; readonly next: NextSignIn };

export async function aLocalIssuer(client: {
  readonly id: string;
  readonly secret: string;
  readonly redirectUri: string;
}): Promise<LocalIssuer> {
  const [published, unpublished] = await Promise.all([generateKeyPair('RS256'), generateKeyPair('RS256')]);
  const jwk = { ...(await exportJWK(published.publicKey)), kid: 'key-1', alg: 'RS256', use: 'sig' };
  const codes = new Map<string, Code>();
  // In two steps: restify, in the same process, replaces `writeHead` for every server, and its own returns nothing.
  const tell = (response: ServerResponse, status: number, value: unknown) => {
    response.writeHead(status, { 'Content-Type': 'application/json' });
    response.end(JSON.stringify(value));
  };

  const server = createServer((request, response) => {
    void answer(request, response).catch(() => tell(response, 500, { error: 'server_error' }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/tenant/v2.0`;

  const issuer: LocalIssuer = {
    url,
    next: { oid: '', tid: '' },
    asked: [],
    exchanges: 0,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<unknown> {
    const asked = new URL(request.url ?? '/', url);
    switch (asked.pathname.replace('/tenant/v2.0', '')) {
      case '/.well-known/openid-configuration':
        return tell(response, 200, {
          issuer: url,
          authorization_endpoint: `${url}/authorize`,
          token_endpoint: `${url}/token`,
          jwks_uri: `${url}/keys`,
          response_types_supported: ['code'],
          subject_types_supported: ['pairwise'],
          id_token_signing_alg_values_supported: ['RS256'],
        });
      case '/keys':
        return tell(response, 200, { keys: [jwk] });
      case '/authorize':
        return authorize(asked.searchParams, response);
      case '/token':
        return exchange(request, response);
      default:
        return tell(response, 404, {});
    }
  }

  function authorize(asked: URLSearchParams, response: ServerResponse): void {
    issuer.asked.push(asked);
    const right =
      asked.get('client_id') === client.id &&
      asked.get('redirect_uri') === client.redirectUri &&
      asked.get('response_type') === 'code' &&
      asked.get('code_challenge_method') === 'S256' &&
      asked.get('scope')?.split(' ').includes('openid') === true &&
      (asked.get('nonce') ?? '') !== '';
    if (!right) return tell(response, 400, { error: 'not as registered' });
    const back = new URL(client.redirectUri);
    back.searchParams.set('state', asked.get('state') ?? '');
    if (issuer.next.error !== undefined) {
      back.searchParams.set('error', issuer.next.error);
    } else {
      const code = randomUUID();
      codes.set(code, { asked, next: issuer.next });
      back.searchParams.set('code', code);
    }
    response.writeHead(302, { Location: back.href });
    response.end();
  }

  async function exchange(request: IncomingMessage, response: ServerResponse): Promise<unknown> {
    issuer.exchanges += 1;
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const form = new URLSearchParams(Buffer.concat(chunks).toString('utf8'));
    const code = form.get('code') ?? '';
    const made = codes.get(code);
    codes.delete(code);
    const challenge = createHash('sha256')
      .update(form.get('code_verifier') ?? '')
      .digest('base64url');
    if (form.get('client_secret') !== client.secret) return tell(response, 401, { error: 'invalid_client' });
    if (made === undefined || made.asked.get('code_challenge') !== challenge)
      return tell(response, 400, { error: 'invalid_grant' });
    if (made.next.down === true) return tell(response, 503, { error: 'temporarily_unavailable' });
    const { oid, tid, claims, forged } = made.next;
    const idToken = await new SignJWT({ oid, tid, nonce: made.asked.get('nonce') ?? '', ...claims })
      .setProtectedHeader({ alg: 'RS256', kid: 'key-1' })
      .setIssuer(typeof claims?.iss === 'string' ? claims.iss : url)
      .setAudience(typeof claims?.aud === 'string' ? claims.aud : client.id)
      .setSubject('pairwise-subject')
      .setIssuedAt()
      .setExpirationTime('5m')
      .sign(forged === true ? unpublished.privateKey : published.privateKey);
    return tell(response, 200, { access_token: 'unused', token_type: 'Bearer', expires_in: 300, id_token: idToken });
  }

  return issuer;
}
