import { readReference } from '../core/ids.ts';
import { never } from '../core/never.ts';
import { LONGEST_ADVICE_REFERENCE, LONGEST_DESTRUCTION_REASON, readAdviser } from '../core/report/picture.ts';
import { endSession } from '../flows/links.ts';
import {
  destroyPictures,
  type DestructionSaid,
  listLocked,
  type LockedItem,
  type LockedKey,
  lockedItem,
  lockedKeyInWords,
  readLockedKey,
  viewLocked,
} from '../flows/lockedPictures.ts';
import type { Link, Person, Versioned } from '../flows/ports.ts';
import { type Answer, seeOther } from './answer.ts';
import { sessionCookie, toSetCookie } from './cookies.ts';
import { type LinkOf, refused, standAt } from './doors.ts';
import { confirmView, itemView, listView } from './lockedView.ts';
import { badRequestPage, closedPage, sentencePage } from './plainPages.ts';
import { type Asked, readForm } from './request.ts';
import type { WebOptions } from './web.ts';

type Inside = {
  readonly link: LinkOf<'locked'>;
  readonly kept: Versioned<Link>;
  readonly path: string;
  readonly who: Person;
};

async function inside(web: WebOptions, asked: Asked): Promise<Inside | Answer> {
  const standing = await standAt(web, 'locked', asked);
  switch (standing.kind) {
    case 'in':
      return { ...standing, who: { school: standing.link.school, staff: standing.link.person } };
    case 'ended':
      return closedPage('locked', web.standingLine);
    case 'out':
      return standing.answer;
    default:
      return never(standing);
  }
}

const LOOKED_BY_HEAD: Answer = { status: 200, headers: { 'Content-Type': 'text/html; charset=utf-8' } };
const stayOf = (web: WebOptions, { link }: Inside) => {
  const until = link.session?.until ?? link.redeemBy;
  return { until, seconds: Math.ceil((Date.parse(until) - web.outside.clock.now().getTime()) / 1000) };
};

/** Everything that waits for this person; that it was listed is in each record before a word of it is sent. */
export async function showLocked(web: WebOptions, asked: Asked): Promise<Answer> {
  const within = await inside(web, asked);
  if (!('link' in within)) return within;
  if (asked.request.method === 'HEAD') return LOOKED_BY_HEAD;
  return listView(web, await listLocked(web.outside, within.who), within.path, stayOf(web, within));
}

/** One of them: what is known of it, what the guidance says, and the form by which it is destroyed. */
export async function showLockedItem(web: WebOptions, asked: Asked): Promise<Answer> {
  const within = await inside(web, asked);
  if (!('link' in within)) return within;
  if (asked.request.method === 'HEAD') return LOOKED_BY_HEAD;
  const key = readLockedKey(asked.params['key']);
  const item = key === null ? null : await viewLocked(web.outside, within.who, key);
  return item === null ? notHere(web) : itemView(web, item, within.path, stayOf(web, within));
}

/** Reads the form, and asks once more. Nothing is changed by it. */
export const askToDestroy = (web: WebOptions, asked: Asked): Promise<Answer> =>
  withForm(web, asked, async ({ within, item, form }) => {
    const said = readSaid(form, item);
    return typeof said === 'string'
      ? itemView(web, item, within.path, stayOf(web, within), { problem: said, typed: form })
      : confirmView(web, item, within.path, stayOf(web, within), said);
  });

/** The confirmation: the tick, and the reference typed anew. Then it is kept, and only then does a byte go. */
export const destroyLocked = (web: WebOptions, asked: Asked): Promise<Answer> =>
  withForm(web, asked, async ({ within, item, key, form }) => {
    const said = readSaid(form, item);
    if (typeof said === 'string')
      return itemView(web, item, within.path, stayOf(web, within), { problem: said, typed: form });
    if (form.get('sure') !== 'yes' || readReference(form.get('reference')) !== item.reference)
      return confirmView(web, item, within.path, stayOf(web, within), said, CONFIRM_FIRST);
    const done = await destroyPictures(web.outside, within.who, key, said, web.nudge);
    return done.kind === 'none' ? notHere(web) : seeOther(`${within.path}/items/${lockedKeyInWords(key)}`);
  });

const CONFIRM_FIRST = 'Nothing was destroyed. Tick the box and type the reference exactly as it stands above.';

async function withForm(
  web: WebOptions,
  asked: Asked,
  act: (of: {
    readonly within: Inside;
    readonly key: LockedKey;
    readonly item: LockedItem;
    readonly form: URLSearchParams;
  }) => Promise<Answer>,
): Promise<Answer> {
  const form = await readForm(asked.request);
  const within = await inside(web, asked);
  if (!('link' in within)) return refused(within);
  if (form === null) return badRequestPage(web.standingLine);
  const key = readLockedKey(asked.params['key']);
  const item = key === null ? null : await lockedItem(web.outside, within.who, key);
  return key === null || item === null ? notHere(web) : act({ within, key, item, form });
}

/** @returns a sentence about what is missing */
function readSaid(form: URLSearchParams, item: LockedItem): DestructionSaid | string {
  const adviser = readAdviser(form.get('adviser'));
  const adviceReference = (form.get('advice-reference') ?? '').trim();
  const reason = (form.get('reason') ?? '').trim();
  const shown = (form.get('numbers') ?? '').split(',').map(Number);
  const numbers = item.pictures
    .filter(({ number, destroyed }) => destroyed === undefined && shown.includes(number))
    .map(({ number }) => number);
  if (numbers.length === 0)
    return 'Nothing here is locked any more, or the page was an old one. Look at the list below.';
  if (adviser === null) return 'Choose who advised you.';
  if (adviceReference === '') return 'Give the reference that you were given with the advice.';
  if (adviceReference.length > LONGEST_ADVICE_REFERENCE)
    return `The reference may have ${LONGEST_ADVICE_REFERENCE} characters.`;
  if (reason === '') return 'Say why it is to be destroyed.';
  if (reason.length > LONGEST_DESTRUCTION_REASON)
    return `The reason may have ${LONGEST_DESTRUCTION_REASON} characters, and has ${reason.length}.`;
  return { adviser, adviceReference, reason, numbers };
}

export async function finishLocked(web: WebOptions, asked: Asked): Promise<Answer> {
  const within = await inside(web, asked);
  if (!('link' in within)) return refused(within);
  await endSession(web.outside, within.kept);
  const cookie = { name: sessionCookie(within.link.id), value: '', path: within.path, maxAgeSeconds: 0 };
  const sentences = ['This page cannot be opened again. You may close the tab.'];
  const page = sentencePage(200, 'Closed', sentences, web.standingLine);
  return { ...page, headers: { ...page.headers, 'Set-Cookie': [toSetCookie({ ...cookie, local: web.local })] } };
}

/** Not there, not this person's, or not any more: one answer for all. */
const notHere = ({ standingLine }: WebOptions): Answer =>
  sentencePage(
    403,
    'This is not open to you',
    ['It is not there, or not yours to look after. If you think that is wrong, speak to the other safeguarding lead.'],
    standingLine,
  );
