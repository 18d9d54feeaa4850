import { createHash } from 'node:crypto';
import { type DraftId, type PictureId, readPictureId, type SchoolId, type StaffId } from '../core/ids.ts';
import {
  type Draft,
  forgetOldReferences,
  giveUpPicture,
  holdPicture,
  mayHoldPictures,
  type PictureArrival,
  receivePictures,
  waitingPictures,
} from '../core/report/draft.ts';
import {
  type DraftPicture,
  MOST_PICTURE_BYTES,
  type NotKept,
  type PictureSource,
  type StoredFacts,
} from '../core/report/picture.ts';
import { wordsOfMessage } from '../core/report/pictureWords.ts';
import { changeDraft, type DraftTurn } from './changeDraft.ts';
import { COPIES, type Outside, type Person, type PictureKey, type Waiting } from './ports.ts';
import { startReport } from './guideReport.ts';

/** The fetches of this process, so that a "stop" can end them at once; a stop elsewhere is met when the bytes are to be kept. */
export type FetchesUnderWay = {
  /** Ends every fetch for a draft, now and while this process lives: a stop is never taken back. */
  abort(draft: DraftId): void;
  /** Something may be waiting: look now. */
  nudge(): void;
  signalFor(draft: DraftId): AbortSignal;
};

export function createFetchesUnderWay(nudge: () => void): FetchesUnderWay {
  const controllers = new Map<DraftId, AbortController>();
  return {
    abort(draft) {
      const controller = controllers.get(draft) ?? new AbortController();
      controller.abort();
      controllers.set(draft, controller);
    },
    nudge,
    signalFor(draft) {
      const controller = controllers.get(draft) ?? new AbortController();
      controllers.set(draft, controller);
      return controller.signal;
    },
  };
}

/** The same picture has the same id, however often its message is delivered, so its bytes land under one key. */
export function pictureIdFor(draft: DraftId, source: PictureSource): PictureId {
  const place = source.kind === 'chat' ? `chat ${source.activityId} ${source.index}` : `page ${source.uploadKey}`;
  const id = readPictureId(createHash('sha256').update(`${draft} ${place}`).digest('hex').slice(0, 40));
  if (id === null) throw new Error('A hash is always a picture id');
  return id;
}

export type SentPicture = { readonly url: string; readonly how: 'inline' | 'file'; readonly index: number };
export type Received =
  /** Taken as references; `draft.imagery` says whether they may be fetched already. */
  | {
      readonly kind: 'received';
      readonly draft: Draft;
      readonly isNew: boolean;
      /** Of this message: how many are on their way, how many were kept when it came before, */
      readonly coming: number;
      readonly held: number;
      /** which could not be taken, and how many there are too many to tell of each. */
      readonly troubles: readonly { readonly number: number; readonly why: NotKept }[];
      readonly over: number;
    }
  /** The draft says yes or not sure: nothing was kept, not even where the pictures were. */
  | { readonly kind: 'refused'; readonly draft: Draft };

/**
 * Pictures sent in the chat. Only where they are is kept; nothing is fetched here, whatever the draft says. Without a draft, one
 * is started, and its first questions come before anything else.
 */
export async function receiveChatPictures(
  outside: Outside,
  fetches: FetchesUnderWay,
  who: Person,
  activityId: string,
  sent: readonly SentPicture[],
  /** What was written in the same message. */
  text = '',
): Promise<Received> {
  const words = wordsOfMessage(text);
  const { draft: before, version, isNew } = await startReport(outside, who);
  const now = outside.clock.now();
  const turn = await changeDraft(
    outside,
    who,
    null,
    (draft) => ({
      draft: receivePictures(
        draft,
        sent.map((picture) => ({ ...arrival(outside, draft, activityId, picture), words })),
        now,
      ),
    }),
    { value: before, version },
  );
  if (turn.kind !== 'draft') throw new Error('Cannot take pictures: the draft has just gone');
  const { draft } = turn;
  if (draft.imagery === 'yes' || draft.imagery === 'not-sure') return { kind: 'refused', draft };
  if (mayHoldPictures(draft)) fetches.nudge();
  const ofThis = draft.pictures.filter(({ source }) => source.kind === 'chat' && source.activityId === activityId);
  const count = (state: DraftPicture['state']) => ofThis.filter((picture) => picture.state === state).length;
  return {
    kind: 'received',
    draft,
    isNew,
    coming: count('waiting'),
    held: count('stored'),
    troubles: ofThis.flatMap((picture) => (picture.state === 'not-kept' ? [picture] : [])),
    over: Math.max(0, sent.length - ofThis.length),
  };
}

function arrival(outside: Outside, draft: Draft, activityId: string, picture: SentPicture): PictureArrival {
  const { url, how, index } = picture;
  const source: PictureSource = { kind: 'chat', activityId, index, how };
  const base = { id: pictureIdFor(draft.id, source), source, url };
  return outside.fetcher.mayFetch(url)
    ? { ...base, host: new URL(url).host }
    : { ...base, host: '', refused: 'foreign-host' };
}

/** Fetches what waits for one person, one picture at a time, each only while the stored draft says "no". */
export async function fetchWaiting(outside: Outside, fetches: FetchesUnderWay, who: Person): Promise<void> {
  const tried = new Set<PictureId>();
  for (;;) {
    const kept = await outside.drafts.get(who.school, who.staff);
    if (kept === null) return;
    const fresh = forgetOldReferences(kept.value, outside.clock.now());
    if (fresh !== kept.value) {
      await settle(outside, who, fresh.id, (draft) => forgetOldReferences(draft, outside.clock.now()));
      continue;
    }
    if (!mayHoldPictures(fresh)) return;
    const next = waitingPictures(fresh).find(({ id }) => !tried.has(id));
    if (next === undefined || next.source.kind !== 'chat') return;
    tried.add(next.id);
    const stop = fetches.signalFor(fresh.id);
    // Read once more under the signal: a stop stored before this is seen here, and one stored after it ends the signal.
    const still = (await outside.drafts.get(who.school, who.staff))?.value;
    if (still === undefined || still.id !== fresh.id || !mayHoldPictures(still)) return;
    const outcome = await bring(outside, who.school, fresh.id, next.id, { url: next.url, how: next.source.how }, stop);
    if (outcome.kind === 'aborted') return;
    const turn = await settle(outside, who, fresh.id, (draft) =>
      outcome.kind === 'kept'
        ? holdPicture(draft, { id: next.id, source: next.source }, outcome.facts)
        : giveUpPicture(draft, next.id, outcome.why),
    );
    if (outcome.kind === 'kept') await removeUnheld(outside, who.school, fresh.id, next.id, turn);
    if (fresh.sealed) continue;
    outside.log.info(outcome.kind === 'kept' ? 'picture-stored' : 'picture-not-kept', {
      draft: fresh.id,
      number: next.number,
      ...(outcome.kind === 'kept' ? {} : { why: outcome.why }),
    });
  }
}

type Brought =
  | { readonly kind: 'kept'; readonly facts: StoredFacts }
  | { readonly kind: 'not-kept'; readonly why: NotKept }
  | { readonly kind: 'aborted' };

async function bring(
  outside: Outside,
  school: SchoolId,
  draft: DraftId,
  id: PictureId,
  address: { readonly url: string; readonly how: 'inline' | 'file' },
  stop: AbortSignal,
): Promise<Brought> {
  if (stop.aborted) return { kind: 'aborted' };
  const fetched = await outside.fetcher.fetch(address, stop);
  if (stop.aborted) return { kind: 'aborted' };
  if (fetched.kind === 'refused')
    return fetched.why === 'aborted' ? { kind: 'aborted' } : { kind: 'not-kept', why: fetched.why };
  return keepBytes(outside, school, draft, id, fetched.bytes);
}

/** Looks at the bytes in a process that may die, then keeps the original untouched and the copy that pages show. */
export async function keepBytes(
  outside: Outside,
  school: SchoolId,
  draft: DraftId,
  picture: PictureId,
  bytes: Buffer,
): Promise<Exclude<Brought, { kind: 'aborted' }>> {
  if (bytes.length > MOST_PICTURE_BYTES) return { kind: 'not-kept', why: 'too-large' };
  const seen = await outside.inspector.inspect(bytes);
  if (seen.kind === 'refused') return { kind: 'not-kept', why: seen.why };
  const { evidence, clock } = outside;
  const keep = (copy: PictureKey['copy'], of: Uint8Array, mediaType: string) =>
    evidence.put(school, { draft, picture, copy }, of, mediaType);
  await keep('original', bytes, seen.mediaType);
  if (seen.kind === 'picture') {
    await keep('view', seen.viewCopy.bytes, seen.viewCopy.mediaType);
    if (seen.thumbnail !== undefined) await keep('thumbnail', seen.thumbnail.bytes, seen.thumbnail.mediaType);
  }
  return {
    kind: 'kept',
    facts: {
      sha256: createHash('sha256').update(bytes).digest('hex'),
      bytes: bytes.length,
      mediaType: seen.mediaType,
      width: seen.width,
      height: seen.height,
      receivedAt: clock.now().toISOString(),
      ...(seen.kind === 'unseen' ? { noView: true as const } : {}),
    },
  };
}

/**
 * Writes what became of a picture. When it was the last that waited, the reporter is told in the same transaction.
 * A draft that says "yes" by now refuses it (`holdPicture` gives `null`) and the bytes are taken away again.
 */
async function settle(
  outside: Outside,
  who: Person,
  id: DraftId,
  change: (draft: Draft) => Draft | null,
): Promise<DraftTurn> {
  return changeDraft(outside, who, id, (draft) => {
    const next = change(draft);
    if (next === null || next === draft) return null;
    const allSettled = waitingPictures(draft).length > 0 && waitingPictures(next).length === 0;
    return { draft: next, tell: allSettled ? [settledTelling(outside, who.staff, next)] : [] };
  });
}

const settledTelling = (outside: Outside, to: StaffId, draft: Draft): Waiting => ({
  id: outside.ids.telling(),
  telling: { kind: 'pictures-settled', to, draft: draft.id },
  dueAt: outside.clock.now().toISOString(),
  attempts: 0,
  sealed: draft.sealed,
});

/** Bytes that came after a stop, or after their draft had gone, belong to no row: they are taken away at once. */
export async function removeUnheld(
  outside: Outside,
  school: SchoolId,
  draft: DraftId,
  picture: PictureId,
  turn: DraftTurn,
): Promise<boolean> {
  const held =
    turn.kind === 'draft' &&
    turn.draft.pictures.some(({ id, state }) => id === picture && (state === 'stored' || state === 'sealed'));
  if (held || turn.kind === 'already-sent') return false;
  for (const copy of COPIES) await outside.evidence.remove(school, { draft, picture, copy });
  return true;
}
