/** The card that lists a draft's pictures in the chat follows what is done with them on the upload page. */
import type { SchoolId } from '../core/ids.ts';
import { cardFollowed, type Draft, followingCard } from '../core/report/draft.ts';
import type { DraftChange } from './changeDraft.ts';
import { uploadPageOf } from './links.ts';
import { ConversationGone, type Notice, type Outside, type Telling, type Waiting } from './ports.ts';
import { usefulToCapture } from './usefulToCapture.ts';

/** Twenty pictures that come one after the other change the card a few times, not twenty times. */
export const FOLLOW_MS = 3_000;

type CardFollows = Extract<Telling, { kind: 'card-follows' }>;

const rowFor = (outside: Outside, draft: Draft, inMs: number, stoppedAt?: string): Waiting => ({
  id: outside.ids.telling(),
  telling: {
    kind: 'card-follows',
    to: draft.reporter,
    draft: draft.id,
    ...(stoppedAt === undefined ? {} : { stoppedAt }),
  },
  dueAt: new Date(outside.clock.now().getTime() + inMs).toISOString(),
  attempts: 0,
  sealed: draft.sealed,
});

/** A change on the page, with the row that brings the card after it: one row, however much changes until it is told. */
export const withCardToFollow = (outside: Outside, draft: Draft): DraftChange =>
  draft.cardBehind === true || followingCard(draft) === null
    ? { draft }
    : { draft: { ...draft, cardBehind: true }, tell: [rowFor(outside, draft, FOLLOW_MS)] };

/** Stopped on the page: the card in the chat lists nothing any more. Its own row, since the stop itself is kept by then. */
export async function stopOnCard(outside: Outside, school: SchoolId, draft: Draft): Promise<void> {
  if ((draft.cards ?? []).length > 0) await outside.outbox.add(school, rowFor(outside, draft, 0, draft.changedAt));
}

/**
 * Shows the draft as it is when its turn in the chat has come. A draft that was sent or deleted by then is shown nowhere:
 * what took its card's place stays there.
 */
export async function followOnCard(
  outside: Outside,
  school: SchoolId,
  telling: CardFollows,
): Promise<'told' | { readonly again: Date }> {
  const draftNow = async () => {
    const kept = await outside.drafts.get(school, telling.to);
    return kept !== null && kept.value.id === telling.draft ? kept : null;
  };
  const before = await draftNow();
  const message = before === null ? null : placeOf(before.value, telling);
  const chat = message === null ? null : await outside.people.conversation(school, telling.to);
  let shown: string | null = null;
  let isGone = chat === null;
  if (message !== null && chat !== null)
    try {
      await outside.notices.renew(chat, message, async () => {
        const kept = await draftNow();
        if (kept === null || placeOf(kept.value, telling) !== message) return null;
        shown = kept.version;
        return noticeOf(outside, school, kept.value);
      });
    } catch (error) {
      if (!(error instanceof ConversationGone)) throw error;
      isGone = true;
    }
  if (telling.stoppedAt !== undefined) return 'told';
  const after = await draftNow();
  if (after === null || after.value.cardBehind !== true) return 'told';
  const isShown = shown === after.version || isGone || followingCard(after.value) === null;
  const done = isShown && (await outside.drafts.replace(school, after, cardFollowed(after.value))) !== 'changed';
  return done ? 'told' : { again: new Date(outside.clock.now().getTime() + FOLLOW_MS) };
}

/** The message to put it in; `null` where nothing of it belongs there any more. */
function placeOf(draft: Draft, { stoppedAt }: CardFollows): string | null {
  if (stoppedAt === undefined) return draft.cardBehind === true ? followingCard(draft) : null;
  return draft.changedAt === stoppedAt && draft.imagery !== 'no' ? (draft.cards?.at(-1) ?? null) : null;
}

const noticeOf = async (outside: Outside, school: SchoolId, draft: Draft): Promise<Notice> =>
  draft.imagery === 'no'
    ? {
        kind: 'draft-pictures',
        draft,
        page: await uploadPageOf(outside, school, draft),
        useful: await usefulToCapture(outside, school, draft),
      }
    : { kind: 'pictures-settled', draft };
