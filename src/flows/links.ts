import { createHash, timingSafeEqual } from 'node:crypto';
import type { DraftId, LinkId, SchoolId, StaffId } from '../core/ids.ts';
import type { Draft } from '../core/report/draft.ts';
import { addToRecord } from './addToRecord.ts';
import { changeDraft, findDraft, type DraftTurn } from './changeDraft.ts';
import type { Link, Outside, Person, Versioned } from './ports.ts';

/** An upload link may be redeemed for ten minutes, and its session lasts as long. */
export const UPLOAD_LINK_MS = 10 * 60_000;
/** How long a page with a report stays open for the one browser that redeemed its link. */
export const OPEN_SESSION_MS = 10 * 60_000;

type UploadLink =
  | { readonly kind: 'link'; readonly url: string; readonly until: string }
  | Exclude<DraftTurn, { kind: 'draft' }>
  | { readonly kind: 'stopped' };

/**
 * The address of the upload page for this draft: the link that is alive, so that showing a card again does not shut the page
 * somebody has open, or a new one, with which an older one ends. Only while the draft says "no".
 *
 * @param read  the draft as it was read in this turn
 */
export async function uploadLinkFor(
  outside: Outside,
  who: Person,
  draft: DraftId,
  read?: Versioned<Draft>,
): Promise<UploadLink> {
  const found = read ?? (await findDraft(outside, who, draft));
  if ('kind' in found) return found;
  const live = found.value.uploadLink;
  const door = live === undefined ? { kind: 'closed' as const } : await lookAtLink(outside, who.school, live);
  if (door.kind === 'closed') return makeUploadLink(outside, who, draft, found);
  const until = door.link.session?.until ?? door.link.redeemBy;
  const left = Date.parse(until) - outside.clock.now().getTime();
  return left < SHORTEST_USE_MS
    ? makeUploadLink(outside, who, draft, found)
    : { kind: 'link', url: addressOf(outside, door.link), until };
}

/** The address of the page that is alive for this draft, for a card that is made while nobody asks for one: none is made. */
export async function uploadPageOf(
  outside: Outside,
  school: SchoolId,
  { uploadLink }: Draft,
): Promise<{ readonly uploadUrl: string | null; readonly uploadUntil?: string }> {
  const door = uploadLink === undefined ? null : await lookAtLink(outside, school, uploadLink);
  return door === null || door.kind === 'closed'
    ? { uploadUrl: null }
    : { uploadUrl: addressOf(outside, door.link), uploadUntil: door.link.session?.until ?? door.link.redeemBy };
}

/** With less than this left, a fresh link is kinder. */
const SHORTEST_USE_MS = 3 * 60_000;
const addressOf = (outside: Outside, link: Link): string => `${outside.publicUrl}/${link.kind}/${link.id}`;

/** Makes a link to the upload page for this draft; one that was made before ends. */
export async function makeUploadLink(
  outside: Outside,
  who: Person,
  draft: DraftId,
  read?: Versioned<Draft>,
): Promise<UploadLink> {
  const now = outside.clock.now();
  const link: Link = {
    kind: 'upload',
    id: outside.ids.link(),
    school: who.school,
    person: who.staff,
    draft,
    madeAt: now.toISOString(),
    redeemBy: new Date(now.getTime() + UPLOAD_LINK_MS).toISOString(),
    sealed: false,
  };
  // The link row first: a draft that points to a link which is not there would be a dead button.
  await outside.links.create(link);
  const turn = await changeDraft(
    outside,
    who,
    draft,
    (kept) => {
      if (kept.imagery !== 'no') return null;
      const { pageNo: _asked, ...rest } = kept;
      return { draft: { ...rest, uploadLink: link.id } };
    },
    read,
  );
  if (turn.kind !== 'draft') return turn;
  return turn.draft.uploadLink === link.id
    ? { kind: 'link', url: addressOf(outside, link), until: link.redeemBy }
    : { kind: 'stopped' };
}

export type Door =
  /** No such link, too late, or ended: one answer for all three. */
  | { readonly kind: 'closed' }
  /** Can still be redeemed. Looking spends nothing: scanners look. */
  | { readonly kind: 'waiting'; readonly link: Link }
  /** Redeemed; only the browser with the cookie goes in. */
  | { readonly kind: 'taken'; readonly link: Link };

/** What stands behind an address, without spending anything. */
export async function lookAtLink(outside: Outside, school: SchoolId, id: LinkId): Promise<Door> {
  return doorOf(outside, await outside.links.get(school, id));
}

/** The same of a link that was read. */
export async function doorOf(outside: Outside, kept: Versioned<Link> | null): Promise<Door> {
  if (kept === null) return { kind: 'closed' };
  const { value: link } = kept;
  const now = outside.clock.now().toISOString();
  if (link.session !== undefined) return link.session.until > now ? { kind: 'taken', link } : { kind: 'closed' };
  return link.redeemBy > now && (await stillWanted(outside, link)) ? { kind: 'waiting', link } : { kind: 'closed' };
}

/** An upload link lives only as long as its draft points to it. */
async function stillWanted(outside: Outside, link: Link): Promise<boolean> {
  if (link.kind !== 'upload') return true;
  const draft = await outside.drafts.get(link.school, link.person);
  return draft !== null && draft.value.id === link.draft && draft.value.uploadLink === link.id;
}

/** Who stands at the page: a person who signed in, or, in the local default only, whoever has the link. */
export type Visit = { readonly kind: 'signed-in'; readonly staff: StaffId } | { readonly kind: 'link-alone' };

export type Redeemed =
  | { readonly kind: 'session'; readonly secret: string; readonly until: string }
  | { readonly kind: 'closed' }
  | { readonly kind: 'not-yours' };

/** Spends the link: once, by the person it was made for. The secret is shown to this one browser and kept only as a hash. */
export async function redeemLink(outside: Outside, school: SchoolId, id: LinkId, visit: Visit): Promise<Redeemed> {
  return redeemAsRead(outside, await outside.links.get(school, id), visit);
}

/** The same of a link that was read in this turn: spent against that version, so that it is spent once. */
export async function redeemAsRead(outside: Outside, kept: Versioned<Link> | null, visit: Visit): Promise<Redeemed> {
  if (kept === null || (await doorOf(outside, kept)).kind !== 'waiting') return { kind: 'closed' };
  const { value: link } = kept;
  if (!isTheirs(link, visit)) {
    await noteRefusal(outside, link, visit);
    return { kind: 'not-yours' };
  }
  const secret = outside.ids.secret();
  const life = link.kind === 'upload' ? UPLOAD_LINK_MS : OPEN_SESSION_MS;
  const until = new Date(outside.clock.now().getTime() + life).toISOString();
  const next: Link = { ...link, session: { secretHash: hashOf(secret), until } };
  return (await outside.links.replace(kept, next)) === 'done' ? { kind: 'session', secret, until } : { kind: 'closed' };
}

/** Somebody else came with this link: a line in the report's own record, and in the log unless the report is sealed. */
export async function noteRefusal(outside: Outside, link: Link, visit: Visit): Promise<void> {
  const by = visit.kind === 'signed-in' ? visit.staff : 'postwise';
  if (!link.sealed) outside.log.warn('link-refused', { link: link.id, by });
  if (link.kind !== 'open') return;
  await addToRecord(outside, link.school, link.report, { by, what: 'link-refused', facts: {} });
}

export const isTheirs = (link: Link, visit: Visit): boolean =>
  visit.kind === 'link-alone' || visit.staff === link.person;

/** The link behind a session cookie, or `null`: another browser, too late, ended. */
export async function enter(
  outside: Outside,
  school: SchoolId,
  id: LinkId,
  secret: string | undefined,
): Promise<Versioned<Link> | null> {
  if (secret === undefined || secret === '') return null;
  return enterAsRead(outside, await outside.links.get(school, id), secret);
}

/** The same of a link that was read in this turn. */
export async function enterAsRead(
  outside: Outside,
  kept: Versioned<Link> | null,
  secret: string | undefined,
): Promise<Versioned<Link> | null> {
  if (kept === null || !holdsSession(kept.value, secret, outside.clock.now())) return null;
  return (await stillWanted(outside, kept.value)) ? kept : null;
}

/** Whether this is the browser that redeemed the link, within its session. What the link led to may have ended since. */
export function holdsSession({ session }: Link, secret: string | undefined, now: Date): boolean {
  if (session === undefined || secret === undefined || session.until <= now.toISOString()) return false;
  return timingSafeEqual(Buffer.from(session.secretHash, 'hex'), Buffer.from(hashOf(secret), 'hex'));
}

/** Ends a session before its time: the person has finished. */
export async function endSession(outside: Outside, { value: { school, id } }: Versioned<Link>): Promise<void> {
  for (;;) {
    const kept = await outside.links.get(school, id);
    if (kept?.value.session === undefined) return;
    const session = { ...kept.value.session, until: outside.clock.now().toISOString() };
    if ((await outside.links.replace(kept, { ...kept.value, session })) === 'done') return;
  }
}

const hashOf = (secret: string): string => createHash('sha256').update(secret).digest('hex');
