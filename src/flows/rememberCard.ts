import type { DraftId } from '../core/ids.ts';
import { type Draft, rememberCard } from '../core/report/draft.ts';
import type { Outside, Person, Versioned } from './ports.ts';

const TRIES = 4;

/**
 * Keeps in the draft where a card of it stands. Not a change by the person: `changedAt` stays, so that showing a card to
 * somebody does not make an old "no" about pictures young again. Best effort: a card is shown whether or not this is kept.
 *
 * @param message  `null` where Teams did not say
 * @param read     the draft as it was read in this turn; read again where it has changed since
 * @param aside    the card only offers to go on: the one that shows where the draft stands is another
 */
export async function rememberWhereShown(
  outside: Outside,
  who: Person,
  id: DraftId,
  message: string | null,
  read?: Versioned<Draft>,
  aside = false,
): Promise<void> {
  if (message === null) return;
  try {
    for (let tries = 0; tries < TRIES; tries += 1) {
      const kept = tries === 0 && read !== undefined ? read : await outside.drafts.get(who.school, who.staff);
      if (kept === null || kept.value.id !== id) return;
      const next = rememberCard(kept.value, message, aside);
      if (next === kept.value || (await outside.drafts.replace(who.school, kept, next)) !== 'changed') return;
    }
  } catch (error) {
    outside.log.warn('card-not-remembered', { error: error instanceof Error ? error.name : 'unknown' });
  }
}
