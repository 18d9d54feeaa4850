import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, SignJWT, UnsecuredJWT } from 'jose';

const ISSUER = 'https://api.botframework.com';

/** What a token says; every part has a good default. */
export type TokenParts = {
  readonly audience?: string;
  readonly serviceUrl?: string | null;
  readonly issuer?: string;
  /** Seconds from now. */
  readonly endsIn?: number | null;
  readonly startsIn?: number;
  /** `endorsed` is Teams' own; `webchat` is published too, but for another channel; `stranger` bears a published key's name. */
  readonly key?: 'endorsed' | 'webchat' | 'stranger' | 'unpublished' | 'none';
  readonly claims?: Readonly<Record<string, unknown>>;
};

/**
 * A local stand-in for what issues tokens: the channel's published keys (OpenID metadata and JWKS) for what comes in, and
 * Entra's token endpoint for what goes out.
 */
export async function channelTokens(appId: string, serviceUrl: string, password = 'a-secret-for-tests') {
  const [endorsed, webchat, stranger] = await pairs();
  const keys = [
    { ...(await exportJWK(endorsed.publicKey)), kid: 'endorsed', use: 'sig', endorsements: ['msteams', 'skype'] },
    { ...(await exportJWK(webchat.publicKey)), kid: 'webchat', use: 'sig', endorsements: ['webchat'] },
  ];
  const asked: string[] = [];
  const logins: { readonly path: string; readonly fields: Readonly<Record<string, string>> }[] = [];
  let down = false;

  const server = createServer((request, response) => {
    const path = (request.url ?? '').split('?')[0] ?? '';
    asked.push(path);
    const send = (status: number, body: unknown) => {
      response.writeHead(status, { 'content-type': 'application/json' });
      response.end(JSON.stringify(body));
    };
    if (down) return send(503, {});
    if (path === '/openid') return send(200, { issuer: ISSUER, jwks_uri: `${origin}/keys` });
    if (path === '/keys') return send(200, { keys });
    if (!path.endsWith('/oauth2/v2.0/token')) return send(404, {});
    readForm(request).then(
      (fields) => {
        logins.push({ path, fields });
        const good = fields.client_id === appId && fields.client_secret === password;
        if (good) send(200, { token_type: 'Bearer', expires_in: 3600, ext_expires_in: 3600, access_token: OUTGOING });
        else send(401, { error: 'invalid_client', error_description: 'AADSTS7000215: scrubbed' });
      },
      () => send(400, {}),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  /** @returns the value of an Authorization header */
  const header = async (parts: TokenParts = {}): Promise<string> => {
    const key = parts.key ?? 'endorsed';
    const now = Math.floor(Date.now() / 1000);
    const service = parts.serviceUrl === undefined ? serviceUrl : parts.serviceUrl;
    const claims = {
      iss: parts.issuer ?? ISSUER,
      aud: parts.audience ?? appId,
      nbf: now + (parts.startsIn ?? -5),
      ...(parts.endsIn === null ? {} : { exp: now + (parts.endsIn ?? 3600) }),
      ...(service === null ? {} : { serviceurl: service }),
      ...parts.claims,
    };
    if (key === 'none') return `Bearer ${new UnsecuredJWT(claims).encode()}`;
    const pair = key === 'endorsed' ? endorsed : key === 'webchat' ? webchat : stranger;
    // The stranger's token names a key that is published, and is signed with another: a forgery.
    const kid = key === 'stranger' ? 'endorsed' : key;
    return `Bearer ${await new SignJWT(claims).setProtectedHeader({ alg: 'RS256', typ: 'JWT', kid }).sign(pair.privateKey)}`;
  };

  return {
    /** For the edge's `configuration.keysUrl`. A fresh one each time has no keys cached. */
    keysUrl: `${origin}/openid`,
    origin,
    header,
    /** The bot's own token, as the login gives it. */
    outgoing: OUTGOING,
    asked: asked as readonly string[],
    logins: logins as readonly { readonly path: string; readonly fields: Readonly<Record<string, string>> }[],
    setDown(is: boolean) {
      down = is;
    },
    /** For the edge's `configuration.credentialFactory`: asks the login above over plain HTTP, which the SDK's own cannot. */
    credentialFactory: loginWith(`${origin}/tenant/oauth2/v2.0/token`, appId, password),
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

const OUTGOING = `outgoing-${randomUUID()}`;
type Pair = Awaited<ReturnType<typeof makeKey>>;
let made: Promise<[Pair, Pair, Pair]> | undefined;
/** Once for each test file: making them takes longer than most tests. */
const pairs = () => (made ??= Promise.all([makeKey(), makeKey(), makeKey()]));
const makeKey = () => generateKeyPair('RS256', { extractable: true });

function loginWith(url: string, appId: string, password: string) {
  const getToken = async (): Promise<string> => {
    const body = new URLSearchParams({ client_id: appId, client_secret: password, grant_type: 'client_credentials' });
    const answer = (await (await fetch(url, { method: 'POST', body })).json()) as { access_token?: string };
    if (answer.access_token === undefined) throw new Error('the login gave no token');
    return answer.access_token;
  };
  const credentials = {
    getToken,
    async signRequest<T extends { headers: { set(name: string, value: string): unknown } }>(request: T): Promise<T> {
      request.headers.set('authorization', `Bearer ${await getToken()}`);
      return request;
    },
  };
  return {
    isValidAppId: async (id: string) => id === appId,
    isAuthenticationDisabled: async () => false,
    createCredentials: async () => credentials,
  };
}

async function readForm(request: IncomingMessage): Promise<Readonly<Record<string, string>>> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Object.fromEntries(new URLSearchParams(Buffer.concat(parts).toString('utf8')));
}
