/** The way in through a link: looking, pressing, signing in, staying. The same for every kind of page. */
import { createHash, timingSafeEqual } from 'node:crypto';
import { type LinkId, readLinkId } from '../core/ids.ts';
import { never } from '../core/never.ts';
import { doorOf, enterAsRead, holdsSession, redeemAsRead, type Visit } from '../flows/links.ts';
import type { Link, Versioned } from '../flows/ports.ts';
import { type Answer, seeOther } from './answer.ts';
import { type PageKind, pathOf, readCookie, sessionCookie, signInCookie, toSetCookie } from './cookies.ts';
import {
  badRequestPage,
  buttonPage,
  closedPage,
  goingToSignInPage,
  notFoundPage,
  notYoursPage,
  otherTenantPage,
  signedInPage,
  signInFailedPage,
  signInUnavailablePage,
  takenPage,
} from './plainPages.ts';
import { type Asked, readForm } from './request.ts';
import { SignInUnavailable, type SignInVisitor } from './visitor.ts';
import type { WebOptions } from './web.ts';

export type LinkOf<K extends PageKind> = Extract<Link, { kind: K }>;
export type Standing<K extends PageKind> =
  | { readonly kind: 'in'; readonly link: LinkOf<K>; readonly kept: Versioned<Link>; readonly path: string }
  /** Held by this browser, and what it led to has ended. */
  | { readonly kind: 'ended'; readonly link: LinkOf<K>; readonly path: string }
  /** `waiting`: the link as it was read, where it can still be redeemed. */
  | { readonly kind: 'out'; readonly answer: Answer; readonly waiting?: Versioned<Link> };

const isOf = <K extends PageKind>(link: Link, kind: K): link is LinkOf<K> => link.kind === kind;

/** Where this browser stands with a link. Looking spends nothing. */
export async function standAt<K extends PageKind>(web: WebOptions, kind: K, asked: Asked): Promise<Standing<K>> {
  const { outside, school, standingLine, visitor } = web;
  const id = readLinkId(asked.params['id']);
  if (id === null) return { kind: 'out', answer: closedPage(kind, standingLine) };
  const path = pathOf(kind, id);
  const secret = readCookie(asked.request.headers.cookie, sessionCookie(id));
  const read = await outside.links.get(school, id);
  const kept = await enterAsRead(outside, read, secret);
  if (kept !== null && isOf(kept.value, kind)) return { kind: 'in', link: kept.value, kept, path };
  const door = await doorOf(outside, read);
  if (read === null || door.kind === 'closed' || !isOf(door.link, kind))
    return { kind: 'out', answer: closedPage(kind, standingLine) };
  if (door.kind === 'waiting') {
    const answer = buttonPage(kind, path, visitor.kind === 'sign-in', standingLine);
    return { kind: 'out', answer, waiting: read };
  }
  return holdsSession(door.link, secret, outside.clock.now())
    ? { kind: 'ended', link: door.link, path }
    : { kind: 'out', answer: takenPage(kind, path, standingLine) };
}

/** A press inside a page by a browser that is not in: the same page as for looking, but never a success. */
export const refused = (answer: Answer): Answer => (answer.status < 400 ? { ...answer, status: 403 } : answer);

/** The press on the button page: lets the browser in, or sends the person to sign in first. */
export async function pressButton(web: WebOptions, kind: PageKind, asked: Asked): Promise<Answer> {
  const { standingLine, visitor } = web;
  const form = await readForm(asked.request);
  const id = readLinkId(asked.params['id']);
  if (form === null) return badRequestPage(standingLine);
  if (id === null) return closedPage(kind, standingLine);
  const standing = await standAt(web, kind, asked);
  if (standing.kind !== 'out') return seeOther(pathOf(kind, id));
  if (standing.waiting === undefined) return refused(standing.answer);
  return visitor.kind === 'link-alone'
    ? redeem(web, kind, id, standing.waiting, { kind: 'link-alone' })
    : beginSignIn(web, visitor, kind, id, form.get('account') === 'another');
}

/** @param kept  the link as it was last read */
async function redeem(
  web: WebOptions,
  kind: PageKind,
  id: LinkId,
  kept: Versioned<Link> | null,
  visit: Visit,
): Promise<Answer> {
  const { outside, standingLine, local } = web;
  const path = pathOf(kind, id);
  const redeemed = await redeemAsRead(outside, kept, visit);
  switch (redeemed.kind) {
    case 'closed':
      return closedPage(kind, standingLine);
    case 'not-yours':
      return notYoursPage(path, standingLine);
    case 'session': {
      const maxAgeSeconds = (Date.parse(redeemed.until) - outside.clock.now().getTime()) / 1000;
      const cookie = toSetCookie({ name: sessionCookie(id), value: redeemed.secret, path, maxAgeSeconds, local });
      const spent = toSetCookie({ name: signInCookie(id), value: '', path, maxAgeSeconds: 0, local });
      return seeOther(path, { 'Set-Cookie': visit.kind === 'signed-in' ? [cookie, spent] : [cookie] });
    }
    default:
      return never(redeemed);
  }
}

// ── signing in ──────────────────────────────────────────────────────────────────────────────────────────────────────

/** A sign-in under way, in the link's row: the browser that began it (a hash), the state sent along, the visitor's own. */
type UnderWay = { readonly browser: string; readonly state: string; readonly keep: string };
const hashOf = (secret: string): string => createHash('sha256').update(secret).digest('hex');
/** Longer than a person takes with a second factor; the link itself ends sooner. */
const SIGN_IN_SECONDS = 600;
/** Stands between the parts of a state; no id contains it. */
const BETWEEN = '~';

async function beginSignIn(
  web: WebOptions,
  visitor: SignInVisitor,
  kind: PageKind,
  id: LinkId,
  chooseAgain: boolean,
): Promise<Answer> {
  const { outside, school, standingLine, local } = web;
  const browser = outside.ids.secret();
  const state = [kind, id, outside.ids.secret()].join(BETWEEN);
  const begun = await visitor.begin(state, chooseAgain).catch(unavailable);
  if (begun === null) return signInUnavailablePage(standingLine);
  const kept = await outside.links.get(school, id);
  const underWay: UnderWay = { browser: hashOf(browser), state, keep: begun.keep };
  if (kept === null || kept.value.session !== undefined) return closedPage(kind, standingLine);
  const written = await outside.links.replace(kept, { ...kept.value, signIn: JSON.stringify(underWay) });
  if (written === 'changed') return signInFailedPage(pathOf(kind, id), standingLine);
  const cookie = { name: signInCookie(id), value: browser, path: pathOf(kind, id), maxAgeSeconds: SIGN_IN_SECONDS };
  const page = goingToSignInPage(begun.url, standingLine);
  return { ...page, headers: { ...page.headers, 'Set-Cookie': [toSetCookie({ ...cookie, local })] } };
}

/** Where Entra sends the browser back to. Strict cookies do not come along from there, so this shows a button and no more. */
export function comeBack(web: WebOptions, query: string): Answer {
  const answer = new URLSearchParams(query);
  const [kind, word, rest] = (answer.get('state') ?? '').split(BETWEEN);
  const id = readLinkId(word);
  if (
    web.visitor.kind !== 'sign-in' ||
    id === null ||
    rest === undefined ||
    (kind !== 'open' && kind !== 'upload' && kind !== 'locked')
  )
    return notFoundPage(web.standingLine);
  return signedInPage(`${pathOf(kind, id)}/signed-in`, query, web.standingLine);
}

/** The press after the sign-in: by the same browser, once; then the link is redeemed by whoever signed in. */
export async function finishSignIn(web: WebOptions, kind: PageKind, asked: Asked): Promise<Answer> {
  const { outside, school, standingLine, visitor } = web;
  const form = await readForm(asked.request);
  const id = readLinkId(asked.params['id']);
  if (visitor.kind !== 'sign-in') return notFoundPage(standingLine);
  if (form === null || id === null) return badRequestPage(standingLine);
  const path = pathOf(kind, id);
  const standing = await standAt(web, kind, asked);
  if (standing.kind !== 'out') return seeOther(path);
  if (standing.waiting === undefined) return refused(standing.answer);
  const link = standing.waiting.value;

  const answer = new URLSearchParams(form.get('answer') ?? '');
  const browser = readCookie(asked.request.headers.cookie, signInCookie(id));
  const underWay = await takeSignIn(web, id, browser, answer.get('state'));
  if (underWay === null) return refuseSignIn(web, link, 'not-this-browser', signInFailedPage(path, standingLine));
  const signedIn = await visitor.finish(underWay.keep, underWay.state, answer).catch(unavailable);
  switch (signedIn?.kind) {
    case undefined:
      return signInUnavailablePage(standingLine);
    case 'not-confirmed':
      return refuseSignIn(web, link, 'not-confirmed', signInFailedPage(path, standingLine));
    case 'other-tenant':
      return refuseSignIn(web, link, 'other-tenant', otherTenantPage(path, standingLine));
    case 'signed-in':
      return redeem(web, kind, id, await outside.links.get(school, id), signedIn);
    default:
      return never(signedIn);
  }
}

/** Takes the sign-in out of the link's row, so that its state works once; `null` unless this browser began it. */
async function takeSignIn(
  { outside, school }: WebOptions,
  id: LinkId,
  browser: string | undefined,
  state: string | null,
): Promise<UnderWay | null> {
  const kept = await outside.links.get(school, id);
  if (kept?.value.signIn === undefined || browser === undefined) return null;
  const underWay = JSON.parse(kept.value.signIn) as UnderWay;
  const isSame = timingSafeEqual(Buffer.from(hashOf(browser), 'hex'), Buffer.from(underWay.browser, 'hex'));
  if (!isSame || state !== underWay.state) return null;
  const { signIn: _taken, ...rest } = kept.value;
  return (await outside.links.replace(kept, rest)) === 'done' ? underWay : null;
}

/** Of a link to a sealed report not even the id is logged: the log is read by people who must not know of it. */
function refuseSignIn({ outside }: WebOptions, link: Link, why: string, answer: Answer): Answer {
  outside.log.warn('sign-in-refused', link.sealed ? { why } : { link: link.id, why });
  return answer;
}

function unavailable(error: unknown): null {
  if (error instanceof SignInUnavailable) return null;
  throw error;
}
