import type { IncomingMessage } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import type { Fetched, PictureSourceFetcher } from '../flows/ports.ts';
import { type HostRule, mayFetch, ruleFor } from './hosts.ts';
import { ForeignAddress, get, readBody, type Resolve, resolveBySystem, TooManyBytes } from './request.ts';

export type PictureFetching = {
  /** Where pictures may come from; code names them (`TEAMS_PICTURE_HOSTS`), never a setting. */
  readonly allowed: readonly HostRule[];
  /** The bot's own token for a host that takes it; asked for pasted pictures only. `null`: ask without one. */
  readonly token?: (host: string) => Promise<string | null>;
  readonly limits: {
    readonly bytes: number;
    /** For one attempt, from the look-up of the name to the last byte. */
    readonly timeMs: number;
  };
  /** One further attempt for each. Pasted pictures are known to be refused with 403 now and then, and to come on asking again. */
  readonly retryDelaysMs: readonly number[];
  /** How names are resolved; tests only. */
  readonly resolve?: Resolve;
};

/** Attempts at once, then after one, three and six seconds: well within the few minutes that an address lives. */
export const TEAMS_RETRY_DELAYS_MS: readonly number[] = [1_000, 3_000, 6_000];

const MOST_REDIRECTS = 3;
const LONGEST_RETRY_AFTER_MS = 20_000;

type Address = { readonly url: string; readonly how: 'inline' | 'file' };
type Attempt = Fetched | { readonly kind: 'again'; readonly status?: number; readonly afterMs?: number };

/**
 * Makes the only way to bytes at somebody else's address. `fetch` never throws and logs nothing: addresses carry keys.
 *
 * - Only hosts of the list, by https, at addresses that their rule allows, checked after the name was resolved.
 * - The token goes only with `inline`, only to hosts that take it, and never along a redirect.
 * - A redirect is followed only within the rule it started under.
 */
export function createPictureFetcher(fetching: PictureFetching): PictureSourceFetcher {
  const resolve = fetching.resolve ?? resolveBySystem;

  async function fetch(address: Address, stop: AbortSignal): Promise<Fetched> {
    if (stop.aborted) return refused('aborted');
    const start = ruleFor(address.url, fetching.allowed);
    if (start === null) return refused('foreign-host');
    let last: Attempt = { kind: 'again' };
    for (const delayMs of [0, ...fetching.retryDelaysMs]) {
      const waitMs: number = Math.max(delayMs, last.kind === 'again' ? (last.afterMs ?? 0) : 0);
      if (waitMs > 0 && !(await waited(waitMs, stop))) return refused('aborted');
      last = await attempt(start.url, start.rule, address.how, stop);
      if (stop.aborted) return refused('aborted'); // stopped while the last byte came in: the bytes are let go
      if (last.kind !== 'again') return last;
    }
    // A file's address carries its own key: refused to the end, the key has run out.
    return refused(address.how === 'file' && last.status === 403 ? 'expired' : 'unreachable');
  }

  async function attempt(url: URL, rule: HostRule, how: Address['how'], stop: AbortSignal): Promise<Attempt> {
    const timeout = new AbortController();
    const timer = setTimeout(() => timeout.abort(), fetching.limits.timeMs);
    const signal = AbortSignal.any([stop, timeout.signal]);
    try {
      const token = how === 'inline' && rule.takesToken ? await inTime(fetching.token?.(url.hostname), signal) : null;
      return await follow(url, rule, { how, token, signal });
    } catch (error) {
      if (error instanceof ForeignAddress) return refused('foreign-host');
      if (error instanceof TooManyBytes) return refused('too-large');
      return { kind: 'again' };
    } finally {
      clearTimeout(timer);
    }
  }

  async function follow(
    from: URL,
    rule: HostRule,
    asked: { readonly how: Address['how']; readonly token: string | null; readonly signal: AbortSignal },
  ): Promise<Attempt> {
    let url = from;
    let token = asked.token;
    for (let redirects = 0; redirects <= MOST_REDIRECTS; redirects += 1) {
      const answer = await get(url, rule, { token, resolve, signal: asked.signal });
      try {
        if (!isRedirect(answer)) return await settle(answer, asked.how);
        const next = redirectOf(answer, url);
        if (next === null || ruleFor(next, [rule]) === null) return refused('foreign-host');
        url = new URL(next);
        token = null;
      } finally {
        answer.destroy();
      }
    }
    return refused('unreachable');
  }

  async function settle(answer: IncomingMessage, how: Address['how']): Promise<Attempt> {
    const status = answer.statusCode ?? 0;
    if (status === 404) return refused('not-found');
    if (status === 410) return refused('expired');
    if (status === 401) return refused(how === 'file' ? 'expired' : 'unreachable');
    if (status === 403 || status === 429 || status >= 500)
      return { kind: 'again', status, afterMs: retryAfterMs(answer) };
    const encoding = answer.headers['content-encoding'] ?? 'identity';
    if (status !== 200 || encoding !== 'identity') return refused('unreachable');
    return { kind: 'fetched', bytes: await readBody(answer, fetching.limits.bytes) };
  }

  return { mayFetch: (url) => mayFetch(url, fetching.allowed), fetch };
}

const refused = <W extends Extract<Fetched, { kind: 'refused' }>['why']>(why: W) => ({ kind: 'refused', why }) as const;

/** The token, or `null` where none is given; throws when the time is over or it was stopped first. */
async function inTime(token: Promise<string | null> | undefined, signal: AbortSignal): Promise<string | null> {
  signal.throwIfAborted();
  const over = new Promise<never>((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(new Error('stopped')), { once: true });
  });
  return (await Promise.race([token, over])) ?? null;
}

const isRedirect = ({ statusCode = 0 }: IncomingMessage) => statusCode >= 300 && statusCode < 400 && statusCode !== 304;

function redirectOf(answer: IncomingMessage, from: URL): string | null {
  const to = answer.headers.location;
  return to !== undefined && URL.canParse(to, from.href) ? new URL(to, from).href : null;
}

function retryAfterMs(answer: IncomingMessage): number {
  const seconds = Number(answer.headers['retry-after']);
  return Number.isFinite(seconds) && seconds > 0 ? Math.min(seconds * 1_000, LONGEST_RETRY_AFTER_MS) : 0;
}

/** @returns false when it was stopped before the time was over */
async function waited(ms: number, stop: AbortSignal): Promise<boolean> {
  try {
    await wait(ms, undefined, { signal: stop });
    return true;
  } catch {
    return false;
  }
}
