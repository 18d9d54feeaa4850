import type { DraftId, Reference } from '../core/ids.ts';
import type { Draft } from '../core/report/draft.ts';
import type { Outside, Person, Versioned, Waiting } from './ports.ts';

/** What became of a press on a draft card. */
export type DraftTurn =
  | {
      readonly kind: 'draft';
      readonly draft: Draft;
      /** At which it was read or written in this turn, where that is known. */
      readonly version?: string;
    }
  /** The draft on the card was sent before, by this person. */
  | {
      readonly kind: 'already-sent';
      readonly reference: Reference;
      /** It is sealed for the chair, and this is the draft it was sent from: a new code can be given. */
      readonly sealedFrom?: DraftId;
    }
  /** The card's draft is not this person's live one: deleted, replaced, or somebody else's. Nothing is said of whose. */
  | { readonly kind: 'no-draft' };

export type DraftChange = { readonly draft: Draft; readonly tell?: readonly Waiting[] };

/** Two devices, a worker and a page may change one draft at once; more clashes than this in one press is a fault. */
const TRIES = 8;

/**
 * Changes a person's own live draft against the version read, again from the start when somebody was quicker.
 *
 * @param id      the draft the card carries; `null` for the live one, whichever it is
 * @param change  pure; `null` leaves the draft as it is
 * @param read    the draft as it was read in this turn; whoever was quicker since then is met as at any other try
 */
export async function changeDraft(
  outside: Outside,
  who: Person,
  id: DraftId | null,
  change: (draft: Draft) => DraftChange | null,
  read?: Versioned<Draft>,
): Promise<DraftTurn> {
  for (let tries = 0; tries < TRIES; tries += 1) {
    const kept = tries === 0 && read !== undefined ? read : await findDraft(outside, who, id);
    if ('kind' in kept) return kept;
    const next = change(kept.value);
    if (next === null) return { kind: 'draft', draft: kept.value, version: kept.version };
    const stamped: Draft = { ...next.draft, changedAt: outside.clock.now().toISOString() };
    const written = await outside.drafts.replace(who.school, kept, stamped, next.tell);
    if (written !== 'changed') return { kind: 'draft', draft: written.value, version: written.version };
  }
  throw new Error('Cannot change a draft: somebody else was quicker every time');
}

/** The live draft, or what to say where the card's draft is another. */
export async function findDraft(
  outside: Outside,
  who: Person,
  id: DraftId | null,
): Promise<Versioned<Draft> | Exclude<DraftTurn, { kind: 'draft' }>> {
  const kept = await outside.drafts.get(who.school, who.staff);
  if (kept !== null && (id === null || kept.value.id === id)) return kept;
  const sent = id === null ? null : await outside.reports.byDraft(who.school, id);
  if (sent !== null && sent.reporter === who.staff)
    return {
      kind: 'already-sent',
      reference: sent.reference,
      ...(sent.audience === 'chair' ? { sealedFrom: sent.draft } : {}),
    };
  // Of a sealed report not even a refusal is logged.
  if (sent !== null && sent.audience !== 'chair') outside.log.warn('draft-refused', { staff: who.staff });
  return { kind: 'no-draft' };
}
