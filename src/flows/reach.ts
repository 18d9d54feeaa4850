import type { SchoolId, StaffId } from '../core/ids.ts';
import type { LastAsked } from '../core/policy/lastAsked.ts';
import type { Clock, Conversation, Outbox, Outside, People, Person } from './ports.ts';

/** So long is it taken as known that nothing is set aside for a person: another process may have set something aside. */
const ASK_AGAIN_MS = 10 * 60_000;

export type Reach = {
  /** To be used in place of the ports that were given: what they change about a person ends what is known of them. */
  readonly people: People;
  readonly outbox: Outbox;
  /**
   * A person wrote: from now on they are reached here, and what was set aside for them is due.
   *
   * @param last  what they asked, to be kept: with where they are reached, where that is to be written as well
   * @returns     how many rows are due again
   */
  seen(who: Person, conversation: Conversation, last?: LastAsked): Promise<number>;
};

/**
 * Where persons are reached. What this process has stored or asked it remembers, so that most messages cost no storage at
 * all: only a chat that is new or has moved is written, and what is set aside is looked for when there may be something.
 */
export function createReach(kept: Pick<Outside, 'people' | 'outbox' | 'lastAsked'>, clock: Clock): Reach {
  const known = new Map<string, Conversation & { askAgainAt?: number }>();
  const keyOf = (school: SchoolId, person: StaffId) => `${school} ${person}`;
  const people: People = {
    ...kept.people,
    async forget(school, person) {
      known.delete(keyOf(school, person));
      await kept.people.forget(school, person);
    },
  };
  const outbox: Outbox = {
    ...kept.outbox,
    async park(school, row, person) {
      await kept.outbox.park(school, row, person);
      // After, not before: a message in between has found nothing yet, and the next one is to look again.
      const entry = known.get(keyOf(school, person));
      if (entry !== undefined) delete entry.askAgainAt;
    },
  };
  return {
    people,
    outbox,
    async seen({ school, staff }, { serviceUrl, id }, last) {
      const key = keyOf(school, staff);
      const before = known.get(key);
      if (before === undefined || before.id !== id || before.serviceUrl !== serviceUrl) {
        known.delete(key);
        await kept.people.remember(school, staff, { serviceUrl, id }, last);
        known.set(key, { serviceUrl, id });
      } else if (last !== undefined) {
        await kept.lastAsked.keep(school, { person: staff, conversation: id }, last);
      }
      const entry = known.get(key);
      const now = clock.now();
      if (entry?.askAgainAt !== undefined && now.getTime() < entry.askAgainAt) return 0;
      if (entry !== undefined) entry.askAgainAt = now.getTime() + ASK_AGAIN_MS;
      try {
        return await kept.outbox.unpark(school, staff, now);
      } catch (error) {
        if (entry !== undefined) delete entry.askAgainAt;
        throw error;
      }
    },
  };
}
