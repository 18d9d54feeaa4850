import * as oidc from 'openid-client';
import { readStaffId } from '../core/ids.ts';
import { type SignedIn, SignInUnavailable, type SignInVisitor } from './visitor.ts';

export type EntraRegistration = {
  /** `https://login.microsoftonline.com/<tenant id>/v2.0`; plain http on loopback only. */
  readonly issuer: string;
  readonly tenantId: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** `<public address>/signed-in`, as registered with Entra. */
  readonly redirectUri: string;
};

/** What a sign-in under way needs again at its end. */
type Keep = { readonly nonce: string; readonly verifier: string };

/** The parts of an answer that count; whatever else was put in the address is not passed on. */
const ANSWER_PARTS = ['code', 'state', 'iss', 'error'] as const;

/** A visitor who signs in with the school's Entra: code flow with PKCE; issuer, signature, audience, nonce and tenant are checked. */
export function createEntraVisitor(registration: EntraRegistration): SignInVisitor {
  const { tenantId, clientId, clientSecret, redirectUri } = registration;
  const issuer = new URL(registration.issuer);
  if (issuer.protocol !== 'https:' && !isLoopback(issuer)) throw new Error('The issuer must be an https address');
  let found: Promise<oidc.Configuration> | null = null;

  /** Asked once, at the first sign-in; a failure is not remembered. */
  function discover(): Promise<oidc.Configuration> {
    found ??= oidc
      .discovery(issuer, clientId, clientSecret, undefined, {
        timeout: 10,
        execute: [
          oidc.enableNonRepudiationChecks,
          // Marked as deprecated by the library to warn off others; only the tests' own issuer is on loopback.

          ...(isLoopback(issuer) && issuer.protocol === 'http:' ? [oidc.allowInsecureRequests] : []),
        ],
      })
      .catch((cause: unknown) => {
        found = null;
        throw new SignInUnavailable('Cannot read the issuer’s own description', { cause });
      });
    return found;
  }

  return {
    kind: 'sign-in',
    async begin(state, chooseAgain) {
      const config = await discover();
      const keep: Keep = { nonce: oidc.randomNonce(), verifier: oidc.randomPKCECodeVerifier() };
      const url = oidc.buildAuthorizationUrl(config, {
        redirect_uri: redirectUri,
        scope: 'openid profile',
        response_mode: 'query',
        state,
        nonce: keep.nonce,
        code_challenge: await oidc.calculatePKCECodeChallenge(keep.verifier),
        code_challenge_method: 'S256',
        ...(chooseAgain ? { prompt: 'select_account' } : {}),
      });
      return { url, keep: JSON.stringify(keep) };
    },

    async finish(keep, state, answer) {
      const config = await discover();
      const { nonce, verifier } = JSON.parse(keep) as Keep;
      const back = new URL(redirectUri);
      for (const part of ANSWER_PARTS) {
        const value = answer.get(part);
        if (value !== null) back.searchParams.set(part, value);
      }
      try {
        const checks = {
          expectedNonce: nonce,
          expectedState: state,
          pkceCodeVerifier: verifier,
          idTokenExpected: true,
        };
        const tokens = await oidc.authorizationCodeGrant(config, back, checks);
        return whoIs(tokens.claims(), tenantId);
      } catch (error) {
        if (isRefusal(error)) return { kind: 'not-confirmed' };
        throw new SignInUnavailable('Cannot end a sign-in with the issuer', { cause: error });
      }
    },
  };
}

/** `oid` is the person's id in the tenant `tid`; an `oid` of another tenant is somebody else's. */
function whoIs(claims: oidc.IDToken | undefined, tenantId: string): SignedIn {
  if (typeof claims?.['tid'] !== 'string' || claims['tid'].toLowerCase() !== tenantId.toLowerCase())
    return { kind: 'other-tenant' };
  const staff = readStaffId(claims['oid']);
  return staff === null ? { kind: 'not-confirmed' } : { kind: 'signed-in', staff };
}

/** The issuer's "no", or an answer that does not hold; anything else is the world letting us down. */
function isRefusal(error: unknown): boolean {
  if (error instanceof oidc.AuthorizationResponseError) return true;
  if (error instanceof oidc.ResponseBodyError) return error.status < 500;
  if (!(error instanceof oidc.ClientError)) return false;
  const isFault = error.cause instanceof Response && error.cause.status >= 500;
  return !isFault && error.code !== 'OAUTH_TIMEOUT' && error.code !== 'OAUTH_ABORT';
}

const isLoopback = ({ hostname }: URL): boolean => ['127.0.0.1', 'localhost', '[::1]'].includes(hostname);
