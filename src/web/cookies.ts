import type { LinkId } from '../core/ids.ts';

/** Which page a link opens; its addresses and its cookie's path begin with it. */
export type PageKind = 'open' | 'upload' | 'locked';
export const pathOf = (kind: PageKind, id: LinkId): string => `/${kind}/${id}`;

/** One cookie a link, sent back to that link's pages only: there is no session for the whole site. */
export const sessionCookie = (id: LinkId): string => `pw-${id}`;
/** Binds a sign-in under way to the browser that began it. */
export const signInCookie = (id: LinkId): string => `pw-${id}-in`;

export type CookieFacts = {
  readonly name: string;
  readonly value: string;
  readonly path: string;
  readonly maxAgeSeconds: number;
  /** Over plain http on loopback a cookie cannot be Secure. */
  readonly local: boolean;
};

export function toSetCookie({ name, value, path, maxAgeSeconds, local }: CookieFacts): string {
  const age = `Max-Age=${Math.max(0, Math.floor(maxAgeSeconds))}`;
  return [`${name}=${value}`, `Path=${path}`, age, 'HttpOnly', 'SameSite=Strict', ...(local ? [] : ['Secure'])].join(
    '; ',
  );
}

/** The value of one cookie of a `Cookie` header; the first, where there are two. */
export function readCookie(header: string | undefined, name: string): string | undefined {
  for (const pair of (header ?? '').split(';')) {
    const at = pair.indexOf('=');
    if (at > 0 && pair.slice(0, at).trim() === name) return pair.slice(at + 1).trim();
  }
  return undefined;
}
