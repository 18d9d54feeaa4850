import type { SchoolId } from '../core/ids.ts';
import { type Draft, storedPictures, tellsOfRisk } from '../core/report/draft.ts';
import { ConversationGone, COPIES, type Outside, type Telling, type Waiting } from './ports.ts';

const DAY_MS = 86_400_000;
/** A draft that nobody changes for so long is cleared, its pictures too, */
export const DRAFT_LIFE_MS = 7 * DAY_MS;
/** and its person is reminded so long before. */
export const REMINDER_BEFORE_MS = DAY_MS;
export const RISK_REMINDER_MS = 60 * 60_000;

const dueIn = (outside: Outside, ms: number, telling: Telling, sealed: boolean): Waiting => ({
  id: outside.ids.telling(),
  telling,
  dueAt: new Date(outside.clock.now().getTime() + ms).toISOString(),
  attempts: 0,
  sealed,
});

/** Written with the draft, so that a restart forgets no draft; what is to be done is asked of the draft when it is due. */
export const lifeOf = (outside: Outside, { reporter, id, sealed }: Draft): Waiting =>
  dueIn(outside, DRAFT_LIFE_MS - REMINDER_BEFORE_MS, { kind: 'draft-life', of: reporter, draft: id }, sealed);

/** The first time that a draft tells of danger or of a child at risk, its one reminder is written with the answer. */
export function withRisk(outside: Outside, draft: Draft): { readonly draft: Draft; readonly tell: readonly Waiting[] } {
  if (!tellsOfRisk(draft) || draft.riskSaidAt !== undefined || draft.addsTo !== undefined) return { draft, tell: [] };
  const reminder: Telling = { kind: 'draft-at-risk', to: draft.reporter, draft: draft.id };
  return {
    draft: { ...draft, riskSaidAt: outside.clock.now().toISOString() },
    tell: [dueIn(outside, RISK_REMINDER_MS, reminder, draft.sealed)],
  };
}

/** Further off than anything is ever due. */
const EVER = new Date(Date.UTC(9999, 0));
const MOST_ROWS = 100_000;

/**
 * Gives a life to drafts that have none: those begun before drafts had one. One that has lain for too long already is
 * not cleared at first sight: its person is reminded now, and has the day that everybody has.
 */
export async function giveLife(outside: Outside, school: SchoolId): Promise<number> {
  const drafts = await outside.drafts.live(school);
  if (drafts.length === 0) return 0;
  const rows = await outside.outbox.due(school, EVER, MOST_ROWS);
  const alive = new Set(
    rows.flatMap(({ value: { telling } }) => (telling.kind === 'draft-life' ? [telling.draft] : [])),
  );
  let given = 0;
  for (const kept of drafts.filter(({ value }) => !alive.has(value.id))) {
    const draft = kept.value;
    const now = outside.clock.now().getTime();
    const since = Math.max(Date.parse(draft.changedAt), now - (DRAFT_LIFE_MS - REMINDER_BEFORE_MS));
    const due = since + DRAFT_LIFE_MS - REMINDER_BEFORE_MS;
    const telling: Telling = { kind: 'draft-life', of: draft.reporter, draft: draft.id };
    const next: Draft = { ...draft, changedAt: new Date(since).toISOString() };
    // Changed meanwhile: its person is at it, and the next round finds it again.
    const row = dueIn(outside, due - now, telling, draft.sealed);
    if ((await outside.drafts.replace(school, kept, next, [row])) !== 'changed') given += 1;
  }
  return given;
}

/** @returns when it is to be looked at again, or `told` where there is nothing left to look at */
export async function liveOn(
  outside: Outside,
  school: SchoolId,
  telling: Extract<Telling, { kind: 'draft-life' }>,
): Promise<'told' | { readonly again: Date }> {
  const kept = await outside.drafts.get(school, telling.of);
  if (kept === null || kept.value.id !== telling.draft) return 'told';
  const now = outside.clock.now();
  const ends = new Date(Date.parse(kept.value.changedAt) + DRAFT_LIFE_MS);
  const reminder = new Date(ends.getTime() - REMINDER_BEFORE_MS);
  if (now < reminder) return { again: reminder };
  if (now < ends) {
    await remind(outside, school, telling, ends);
    return { again: ends };
  }
  if ((await outside.drafts.remove(school, kept)) === 'changed') return { again: now };
  // What was sealed stays, for the safeguarding lead.
  for (const { id: picture } of storedPictures(kept.value))
    for (const copy of COPIES) await outside.evidence.remove(school, { draft: kept.value.id, picture, copy });
  return 'told';
}

/** One who cannot be reached is not waited for: the draft is cleared all the same. */
async function remind(
  outside: Outside,
  school: SchoolId,
  { of: to, draft }: Extract<Telling, { kind: 'draft-life' }>,
  ends: Date,
): Promise<void> {
  const chat = await outside.people.conversation(school, to);
  if (chat === null) return;
  try {
    await outside.notices.send(chat, { kind: 'draft-ends', to, draft, until: ends.toISOString() });
  } catch (error) {
    if (!(error instanceof ConversationGone)) throw error;
    await outside.people.forget(school, to);
  }
}
