import { z } from 'zod';
import type { SchoolId, StaffId } from '../core/ids.ts';
import { type Draft, sealedPictures, waitingPictures } from '../core/report/draft.ts';
import type { DraftStore, Versioned, Waiting } from '../flows/ports.ts';
import { draftKey, fetchingKey, partitionOf, stoppedKey, within } from './keys.ts';
import { tellSteps } from './outbox.ts';
import * as readers from './readers.ts';
import { StorageError } from './storageError.ts';
import { etagOf, type Step, type Table } from './table.ts';

/**
 * A draft stands in one of the school's two partitions, by its `sealed`, and no transaction spans both. So a draft whose
 * `sealed` changes is carried across in three steps, each of which can be taken again by whoever finds it half done:
 *
 * 1. its row becomes `moving`, against the version that was read, and holds the new value: from here it is changed, and
 *    nobody who read the old one can send or change it any more;
 * 2. the new value stands `live` in the other partition, marked `arrived`;
 * 3. the moving row goes.
 *
 * Copying first and deleting after would be a step shorter, and would let the copy that is not sealed be sent in between.
 *
 * `ended` stands for a row that is gone: the SDK's transactions delete without a condition, and a draft must never be
 * ended but as it was read. So it is emptied against its version, and the empty row is deleted after.
 */
type DraftRow =
  | { readonly state: 'live'; readonly draft: Draft; readonly arrived?: true }
  | { readonly state: 'moving'; readonly draft: Draft; readonly tell: readonly Waiting[] }
  | { readonly state: 'ended' };
const draftRow: z.ZodType<DraftRow> = z.discriminatedUnion('state', [
  z.strictObject({ state: z.literal('live'), draft: readers.draft, arrived: z.literal(true).optional() }),
  z.strictObject({ state: z.literal('moving'), draft: readers.draft, tell: z.array(readers.waiting) }),
  z.strictObject({ state: z.literal('ended') }),
]);
const stoppedRow = (draft: Draft) => ({
  draft: draft.id,
  reference: draft.reference,
  reporter: draft.reporter,
  changedAt: draft.changedAt,
  pictures: sealedPictures(draft),
});

const isWaiting = (draft: Draft) => waitingPictures(draft).length > 0;
const who = z.strictObject({ person: readers.staffId });
/** What a draft's row and its line in the index of those being fetched need, to go from `before` to `now`. */
function indexSteps(before: Draft | null, now: Draft | null): readonly Step[] {
  const was = before !== null && isWaiting(before);
  const is = now !== null && isWaiting(now);
  const person = (now ?? before)?.reporter;
  if (was === is || person === undefined) return [];
  const key = fetchingKey(person);
  return is ? [{ act: 'create', key, value: { person } }] : [{ act: 'remove', key }];
}

/** The steps by which a Send or a removal ends a draft inside its own transaction. */
export const endSteps = ({ value, version }: Versioned<Draft>): readonly Step[] => [
  { act: 'replace', key: draftKey(value.reporter), value: { state: 'ended' } satisfies DraftRow, etag: version },
  ...indexSteps(value, null),
];

/** Deletes the empty row that an ended draft leaves. Left standing it does no harm, so that it fails is no failure. */
export async function sweepEnded(table: Table, partition: string, person: StaffId, etag: string): Promise<void> {
  try {
    await table.removeAsRead(['sweep draft of', person], partition, draftKey(person), etag);
  } catch (error) {
    if (!(error instanceof StorageError)) throw error;
  }
}

export function draftStore(table: Table): DraftStore {
  const at = (school: SchoolId, sealed: boolean, person: StaffId) =>
    table.read(['read draft of', person], partitionOf(school, sealed), draftKey(person), draftRow);

  /** Ends the row as it was read, with its line in the index and whatever else goes with it. */
  async function end(school: SchoolId, sealed: boolean, kept: Versioned<Draft>, others: readonly Step[] = []) {
    const partition = partitionOf(school, sealed);
    const person = kept.value.reporter;
    const steps = [...endSteps(kept), ...others];
    if (steps.length === 1) {
      const key = draftKey(person);
      return table.removeAsRead(['remove draft of', person], partition, key, kept.version);
    }
    const written = await table.write(['remove draft of', person], partition, steps);
    if (written.kind === 'conflict') return 'changed';
    await sweepEnded(table, partition, person, etagOf(written, draftKey(person)));
    return 'removed';
  }

  /** Puts a draft where none is, over an empty row too. */
  async function place(
    school: SchoolId,
    draft: Draft,
    tell: readonly Waiting[],
    arrived: boolean,
  ): Promise<Versioned<Draft> | { readonly exists: DraftRow }> {
    const key = draftKey(draft.reporter);
    const value: DraftRow = { state: 'live', draft, ...(arrived ? { arrived } : {}) };
    const others = [...indexSteps(null, draft), ...tellSteps(tell, draft.sealed)];
    const attempt = ['keep draft of', draft.reporter] as const;
    const partition = partitionOf(school, draft.sealed);
    for (let left = 3; left > 0; left -= 1) {
      const made = await table.write(attempt, partition, [{ act: 'create', key, value }, ...others]);
      if (made.kind === 'written') return { value: draft, version: etagOf(made, key) };
      const there = await at(school, draft.sealed, draft.reporter);
      if (there === null) continue; // gone between the two looks
      if (there.value.state !== 'ended') return { exists: there.value };
      const over = await table.write(attempt, partition, [{ act: 'replace', key, value, etag: there.etag }, ...others]);
      if (over.kind === 'written') return { value: draft, version: etagOf(over, key) };
    }
    throw new StorageError(`keep draft of ${draft.reporter}: it comes and goes`);
  }

  /**
   * Takes the last two steps of a move. Whoever finds that the moving row went before was beaten to it: had the draft
   * been sent or removed at its new place since, then placing it has just brought it back, and that is undone.
   */
  async function carry(school: SchoolId, from: boolean, moving: Versioned<Draft>, tell: readonly Waiting[]) {
    const placed = await place(school, moving.value, tell, true);
    if ('exists' in placed && !(placed.exists.state === 'live' && placed.exists.draft.id === moving.value.id))
      throw new StorageError(`move draft ${moving.value.id}: another stands in its place`);
    const left = await end(school, from, moving);
    if ('exists' in placed) return null;
    if (left === 'removed') return placed;
    await end(school, moving.value.sealed, placed);
    return null;
  }

  async function get(school: SchoolId, person: StaffId): Promise<Versioned<Draft> | null> {
    // The third look is for a draft that was carried from the sealed partition to the other between the first two.
    const looks = [false, true, false];
    for (let moved = 0; moved < 3; moved += 1) {
      let carried = false;
      for (const sealed of looks) {
        const row = await at(school, sealed, person);
        if (row === null || row.value.state === 'ended') continue;
        if (row.value.state === 'live') {
          if (row.value.arrived) await leaveNothingBehind(school, row.value.draft);
          return { value: row.value.draft, version: row.etag };
        }
        await carry(school, sealed, { value: row.value.draft, version: row.etag }, row.value.tell);
        carried = true;
        break;
      }
      if (!carried) return null;
    }
    throw new StorageError(`read draft of ${person}: it keeps moving`);
  }

  /** A draft that arrived may have been left by whoever carried it before the row it came from was gone. */
  async function leaveNothingBehind(school: SchoolId, draft: Draft): Promise<void> {
    const old = await at(school, !draft.sealed, draft.reporter);
    if (old?.value.state === 'moving' && old.value.draft.id === draft.id)
      await end(school, !draft.sealed, { value: old.value.draft, version: old.etag });
  }

  async function move(school: SchoolId, kept: Versioned<Draft>, next: Draft, tell: readonly Waiting[]) {
    tellSteps(tell, next.sealed); // refuses what belongs elsewhere before anything is written
    const key = draftKey(next.reporter);
    const value: DraftRow = { state: 'moving', draft: next, tell: [...tell] };
    // The line in the index stays true of the row as it now is, and goes with it.
    const written = await table.write(['move draft of', next.reporter], partitionOf(school, kept.value.sealed), [
      { act: 'replace', key, value, etag: kept.version },
      ...indexSteps(kept.value, next),
    ]);
    if (written.kind === 'conflict') return 'changed';
    const moving = { value: next, version: etagOf(written, key) };
    const placed = await carry(school, kept.value.sealed, moving, tell);
    return placed ?? (await get(school, next.reporter)) ?? 'changed';
  }

  return {
    get,

    async create(school, draft) {
      const placed = await place(school, draft, [], false);
      if ('exists' in placed) return 'exists';
      const other = await at(school, !draft.sealed, draft.reporter);
      if (other === null || other.value.state === 'ended') return placed;
      await end(school, draft.sealed, placed);
      return 'exists';
    },

    async replace(school, kept, next, tell = []) {
      if (kept.value.reporter !== next.reporter) throw new Error('a draft stays with the person whose it is');
      if (kept.value.sealed !== next.sealed) return move(school, kept, next, tell);
      const key = draftKey(next.reporter);
      const written = await table.write(['change draft of', next.reporter], partitionOf(school, next.sealed), [
        { act: 'replace', key, value: { state: 'live', draft: next } satisfies DraftRow, etag: kept.version },
        ...indexSteps(kept.value, next),
        ...tellSteps(tell, next.sealed),
      ]);
      return written.kind === 'conflict' ? 'changed' : { value: next, version: etagOf(written, key) };
    },

    remove(school, kept) {
      const { value } = kept;
      const stopped: readonly Step[] =
        sealedPictures(value).length === 0
          ? []
          : [{ act: 'create', key: stoppedKey(value.id), value: stoppedRow(value) }];
      return end(school, value.sealed, kept, stopped);
    },

    async withWaitingPictures(school) {
      const rows = await Promise.all(
        [false, true].map((sealed) =>
          table.range(['list drafts to fetch for'], partitionOf(school, sealed), within('fetching:'), who),
        ),
      );
      return [...new Set(rows.flat().map(({ value }) => value.person))].sort();
    },
  };
}
