import type { Request as Incoming } from 'restify';

/** A request with the parts of its path. Nothing of its body has been read. */
export type Asked = { readonly request: Incoming; readonly params: Readonly<Record<string, string>> };

const LOOPBACK = /^(127\.0\.0\.1|localhost|\[::1\])(:\d{1,5})?$/i;

/** Whether a `Host` header names this machine. Without this, any web page could reach a server on loopback by a name of its own. */
export const isLoopbackHost = (host: string | undefined): boolean => host !== undefined && LOOPBACK.test(host);

export function isLoopbackOrigin(origin: string): boolean {
  const match = /^https?:\/\/(.+)$/i.exec(origin);
  return match !== null && isLoopbackHost(match[1]);
}

/**
 * Whether a POST or PUT comes from a page of ours.
 *
 * Our pages send no referrer, and then a form's `Origin` is `null`; so `Sec-Fetch-Site`, which no page can set, is asked
 * first. A client that sends neither is no browser, and carries nobody's cookies.
 */
export function isFromOurPage({ headers }: Incoming, ownOrigin: string): boolean {
  const site = headers['sec-fetch-site'];
  if (site !== undefined) return site === 'same-origin';
  return headers.origin === undefined || headers.origin === ownOrigin;
}

export type Body =
  | { readonly kind: 'bytes'; readonly bytes: Buffer }
  | { readonly kind: 'too-large' }
  /** `stop` was pressed meanwhile: what had come is let go. */
  | { readonly kind: 'stopped' }
  /** The sender went away. */
  | { readonly kind: 'cut-off' };

/** Reads a body up to a limit, and keeps nothing of one that goes over it. */
export function readBody(request: Incoming, most: number, stop?: AbortSignal): Promise<Body> {
  if (Number(request.headers['content-length'] ?? 0) > most) {
    letGo(request);
    return Promise.resolve({ kind: 'too-large' });
  }
  return new Promise((resolve) => {
    let chunks: Buffer[] = [];
    // Where its length is told it has its place from the start: joined from pieces it would be there twice.
    const told = Number(request.headers['content-length'] ?? 0);
    let whole = told > 0 ? Buffer.allocUnsafeSlow(told) : null;
    let size = 0;
    const settle = (body: Body) => {
      request.off('data', take).off('end', end).off('close', cut).off('error', cut);
      stop?.removeEventListener('abort', stopped);
      chunks = [];
      whole = null;
      if (body.kind === 'too-large' || body.kind === 'stopped') letGo(request);
      resolve(body);
    };
    const take = (chunk: Buffer) => {
      size += chunk.length;
      if (size > most) return settle({ kind: 'too-large' });
      if (whole === null) chunks.push(chunk);
      else chunk.copy(whole, size - chunk.length);
    };
    const end = () => settle({ kind: 'bytes', bytes: whole?.subarray(0, size) ?? Buffer.concat(chunks) });
    const cut = () => settle({ kind: 'cut-off' });
    const stopped = () => settle({ kind: 'stopped' });
    if (stop?.aborted === true) return stopped();
    if (request.destroyed) return cut();
    stop?.addEventListener('abort', stopped);
    request.on('data', take).on('end', end).on('close', cut).on('error', cut);
  });
}

/** More than this is not waited for, even to be thrown away. */
const MOST_LET_GO = 64 * 1024 * 1024;

/** Lets a body flow away unread: closing at once would reset the connection before the sender has read the answer. */
export function letGo(request: Incoming): void {
  let size = 0;
  request.on('error', () => undefined);
  request.on('data', (chunk: Buffer) => {
    size += chunk.length;
    if (size > MOST_LET_GO) request.destroy();
  });
}

/** A form of our pages is small; the largest holds what a sign-in sent back. */
const MOST_FORM_BYTES = 16 * 1024;

/** @returns `null` where it is no form, or too large for one of ours */
export async function readForm(request: Incoming, most = MOST_FORM_BYTES): Promise<URLSearchParams | null> {
  const type = mediaTypeOf(request);
  const body = await readBody(request, most);
  if (body.kind !== 'bytes') return null;
  if (body.bytes.length === 0) return new URLSearchParams();
  return type === 'application/x-www-form-urlencoded' ? new URLSearchParams(body.bytes.toString('utf8')) : null;
}

/** `application/json` of `Application/JSON; charset=utf-8`. */
export const mediaTypeOf = ({ headers }: Incoming): string =>
  (headers['content-type'] ?? '').split(';', 1).join('').trim().toLowerCase();
