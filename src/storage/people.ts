import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { SchoolId, StaffId } from '../core/ids.ts';
import type { Conversation, People, TriageDesk } from '../flows/ports.ts';
import { CHANNEL_KEY, deskActKey, partitionOf, personKey, triagerKey, welcomedKey, within } from './keys.ts';
import { lastAskedStep } from './lastAsked.ts';
import * as readers from './readers.ts';
import type { Step, Table } from './table.ts';

const personRow = z.strictObject({ conversation: readers.conversation });
const channelRow = z.strictObject({ channel: readers.conversation, by: readers.staffId, at: z.string() });
const triagerRow = z.strictObject({ person: readers.staffId, by: readers.staffId, at: z.string() });

/** Only what is needed to reach the place; a caller's value may carry more. */
const toConversation = ({ serviceUrl, id }: Conversation): Conversation => ({ serviceUrl, id });

export function people(table: Table): People {
  return {
    async conversation(school, person) {
      const attempt = ['read conversation of', person] as const;
      const row = await table.read(attempt, partitionOf(school, false), personKey(person), personRow);
      return row?.value.conversation ?? null;
    },

    async remember(school, person, conversation, last) {
      // The last writer is right: every activity shows the conversation as it is now, and nothing of the old one counts.
      const value = { conversation: toConversation(conversation) };
      await table.write(['remember conversation of', person], partitionOf(school, false), [
        { act: 'put', key: personKey(person), value },
        ...(last === undefined ? [] : [lastAskedStep({ person, conversation: conversation.id }, last)]),
      ]);
    },

    async forget(school, person) {
      const attempt = ['forget conversation of', person] as const;
      await table.write(attempt, partitionOf(school, false), [{ act: 'remove', key: personKey(person) }]);
    },

    async firstWelcome(school, person) {
      // A row of its own, made once: of two hellos at the same time one makes it.
      const written = await table.write(['note welcome of', person], partitionOf(school, false), [
        { act: 'create', key: welcomedKey(person), value: { person } },
      ]);
      return written.kind === 'written';
    },
  };
}

type DeskAct = {
  readonly what: 'channel-set' | 'triager-added' | 'triager-removed';
  readonly person?: StaffId;
  readonly by: StaffId;
  readonly at: string;
};
/** Who is let in to reports, and by whom, is kept for good: the row itself would forget it with the next change. */
const actStep = (act: DeskAct): Step => ({ act: 'create', key: deskActKey(act.at, randomUUID()), value: act });

export function triageDesk(table: Table): TriageDesk {
  const write = (what: string, school: SchoolId, steps: readonly Step[]) =>
    table.write([what], partitionOf(school, false), steps);

  return {
    async channel(school) {
      const row = await table.read(['read triage channel'], partitionOf(school, false), CHANNEL_KEY, channelRow);
      return row?.value.channel ?? null;
    },

    async setChannel(school, channel, by, at) {
      // The last writer is right: the channel that was set before is replaced, whichever it was.
      const value = { channel: toConversation(channel), by, at };
      await write('set triage channel', school, [
        { act: 'put', key: CHANNEL_KEY, value },
        actStep({ what: 'channel-set', by, at }),
      ]);
    },

    async triagers(school) {
      const rows = await table.range(['list triagers'], partitionOf(school, false), within('triager:'), triagerRow);
      return rows.map(({ value }) => value.person);
    },

    // A conflict is that the person was added, or removed, before: nothing is left to do, and nothing is noted.
    async addTriager(school, person, by, at) {
      await write('add triager', school, [
        { act: 'create', key: triagerKey(person), value: { person, by, at } },
        actStep({ what: 'triager-added', person, by, at }),
      ]);
    },
    async removeTriager(school, person, by, at) {
      await write('remove triager', school, [
        { act: 'remove', key: triagerKey(person) },
        actStep({ what: 'triager-removed', person, by, at }),
      ]);
    },
  };
}
