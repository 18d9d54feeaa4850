import { z } from 'zod';
import { readStaffId, type SchoolId, type StaffId } from '../core/ids.ts';
import type { Outbox, Versioned, Waiting } from '../flows/ports.ts';
import { dueBy, outboxKey, parkedApartKey, parkedKey, partitionOf, within } from './keys.ts';
import * as readers from './readers.ts';
import { etagOf, type Step, type Table } from './table.ts';

/**
 * Rows to tell, as steps of the transaction that gives rise to them.
 *
 * @throws Error where a row says of itself that it belongs to the other partition: it would never be found again
 */
export function tellSteps(rows: readonly Waiting[], sealed: boolean): readonly Step[] {
  if (rows.some((row) => row.sealed !== sealed)) throw new Error('a row to tell belongs with what it tells of');
  return rows.map((row) => ({ act: 'create', key: outboxKey(row), value: row }));
}

/**
 * What is set aside lies in the partition of what it tells of. So that a message asks one of them only, the school's own
 * has a note where there is more in the other. It is put after the row, and taken away as it was read, so that none is
 * lost between the two; where a process died between them `noteParked` puts it.
 */
const apartNote = z.strictObject({ apart: z.literal(true) });
const noteOf = (person: StaffId): Step => ({
  act: 'put',
  key: parkedApartKey(person),
  value: { apart: true } satisfies z.infer<typeof apartNote>,
});
const parkedRow = z.union([apartNote, readers.waiting]);
/** `parked:<person>:<telling>` */
const personIn = (key: string): StaffId | null => readStaffId(key.split(':')[1]);

/**
 * A row is never changed where it stands: it moves, in one transaction, to another key. So that a row stands under its
 * key is its version, and of two workers that lease it the second finds it gone.
 */
export function outbox(table: Table): Outbox {
  async function move(what: string, school: SchoolId, from: string, to: string, next: Waiting) {
    const partition = partitionOf(school, next.sealed);
    const steps: readonly Step[] =
      from === to
        ? [{ act: 'overwrite', key: to, value: next }]
        : [
            { act: 'remove', key: from },
            { act: 'create', key: to, value: next },
          ];
    const written = await table.write([what, next.id], partition, steps);
    return written.kind === 'conflict' ? null : { value: next, version: etagOf(written, to) };
  }
  const reschedule = (what: string, school: SchoolId, row: Versioned<Waiting>, next: Waiting) =>
    move(what, school, outboxKey(row.value), outboxKey(next), next);

  return {
    async due(school, now, most) {
      const rows = await Promise.all(
        [false, true].map((sealed) =>
          table.range(['list what is due to be told'], partitionOf(school, sealed), dueBy(now), readers.waiting, most),
        ),
      );
      return rows
        .flat()
        .sort((a, b) => (a.key < b.key ? -1 : 1))
        .slice(0, most)
        .map(({ value, etag }) => ({ value, version: etag }));
    },

    lease: (school, row, until) =>
      reschedule('lease telling', school, row, { ...row.value, dueAt: until.toISOString() }),

    async done(school, row) {
      const { value, version } = row;
      await table.removeAsRead(['end telling', value.id], partitionOf(school, value.sealed), outboxKey(value), version);
    },

    async later(school, row, dueAt, attempts) {
      await reschedule('put off telling', school, row, { ...row.value, dueAt: dueAt.toISOString(), attempts });
    },

    async park(school, row, person) {
      await move('park telling', school, outboxKey(row.value), parkedKey(person, row.value.id), row.value);
      if (row.value.sealed) await table.write(['note what is parked'], partitionOf(school, false), [noteOf(person)]);
    },

    async unpark(school: SchoolId, person: StaffId, now) {
      const attempt = ['list what is parked for', person] as const;
      const range = within(`parked:${person}:`);
      const here = await table.range(attempt, partitionOf(school, false), range, parkedRow);
      const note = here.find(({ value }) => 'apart' in value);
      const apart = note ? await table.range(attempt, partitionOf(school, true), range, readers.waiting) : [];
      let moved = 0;
      for (const { key, value } of [...here, ...apart]) {
        if ('apart' in value) continue;
        const next = { ...value, dueAt: now.toISOString() };
        if ((await move('take up telling', school, key, outboxKey(next), next)) !== null) moved += 1;
      }
      if (note)
        await table.removeAsRead(['end note of what is parked'], partitionOf(school, false), note.key, note.etag);
      return moved;
    },

    async noteParked(school) {
      const attempt = ['look for what is parked'] as const;
      const rows = await table.range(attempt, partitionOf(school, true), within('parked:'), readers.waiting);
      const persons = new Set(rows.flatMap(({ key }) => personIn(key) ?? []));
      for (const person of persons)
        await table.write(['note what is parked'], partitionOf(school, false), [noteOf(person)]);
    },

    async add(school, row) {
      // A row of that id and instant that is there already is this one: the first answer was lost on its way.
      await table.write(['add telling', row.id], partitionOf(school, row.sealed), tellSteps([row], row.sealed));
    },
  };
}
