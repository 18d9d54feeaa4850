import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import type { SchoolId, StaffId } from '../core/ids.ts';
import { type Draft, sealedPictures, waitingPictures } from '../core/report/draft.ts';
import type { DraftStore, Versioned, Waiting } from '../flows/ports.ts';
import { draftKey, fetchingKey, movingKey, partitionOf, stoppedKey, within } from './keys.ts';
import { tellSteps } from './outbox.ts';
import * as readers from './readers.ts';
import { StorageError } from './storageError.ts';
import { etagOf, type Step, type Table } from './table.ts';

/**
 * A draft stands in one of the school's two partitions, by its `sealed`, and no transaction spans both. So a draft whose
 * `sealed` changes is carried across in steps, of which all but the first two can be taken by whoever finds them undone:
 *
 * 1. a token is put at the new place. Alone it means nothing: it holds no draft, and one left behind by a crash does no harm;
 * 2. the draft's row becomes `moving`, against the version that was read, and holds the new value: from here it is
 *    changed, and nobody who read the old one can send or change it any more;
 * 3. the token is used up and the new value stands `live` at the new place, in one transaction: so this happens once,
 *    however many are at it and however late one of them is, and a draft that was sent since is not brought back;
 * 4. the moving row goes. One that is left standing without its token is dead, and is cleared by whoever comes upon it.
 *
 * Copying first and deleting after would be shorter, and would let the copy that is not sealed be sent in between.
 *
 * `ended` stands for a row that is gone: the SDK's transactions delete without a condition, and a draft must never be
 * ended but as it was read. So it is emptied against its version, and the empty row is deleted after.
 */
type Moving = {
  readonly state: 'moving';
  readonly draft: Draft;
  readonly tell: readonly Waiting[];
  readonly token: string;
};
type DraftRow = { readonly state: 'live'; readonly draft: Draft } | Moving | { readonly state: 'ended' };
const draftRow: z.ZodType<DraftRow> = z.discriminatedUnion('state', [
  z.strictObject({ state: z.literal('live'), draft: readers.draft }),
  z.strictObject({
    state: z.literal('moving'),
    draft: readers.draft,
    tell: z.array(readers.waiting),
    token: z.string().startsWith('moving:'),
  }),
  z.strictObject({ state: z.literal('ended') }),
]);
/** More often than anybody can press a button while one request is under way. */
const MOST_ROUNDS = 10;

/** Whom it concerns goes with it, so that nobody of those is ever given it. */
const stoppedRow = (draft: Draft) => ({
  draft: draft.id,
  reference: draft.reference,
  reporter: draft.reporter,
  changedAt: draft.changedAt,
  pictures: sealedPictures(draft),
  concerns: draft.concerns,
  ...(draft.couldBeHead === undefined ? {} : { couldBeHead: draft.couldBeHead }),
});

/** Without the fields that are there and undefined. */
const asStored = (draft: Draft) => JSON.parse(JSON.stringify(draft)) as Draft;
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

  /**
   * Puts a draft where none is, over an empty row and a dead one too; `first` are steps that belong before it.
   *
   * @returns the row that is in the way, `null` where there is none and the steps before it failed
   */
  async function place(
    school: SchoolId,
    draft: Draft,
    tell: readonly Waiting[],
    first: readonly Step[],
  ): Promise<Versioned<Draft> | { readonly found: DraftRow | null }> {
    const key = draftKey(draft.reporter);
    const value: DraftRow = { state: 'live', draft };
    const attempt = ['keep draft of', draft.reporter] as const;
    const partition = partitionOf(school, draft.sealed);
    const told = tellSteps(tell, draft.sealed);
    const made = await table.write(attempt, partition, [
      ...first,
      { act: 'create', key, value },
      ...indexSteps(null, draft),
      ...told,
    ]);
    if (made.kind === 'written') return { value: draft, version: etagOf(made, key) };
    const there = await at(school, draft.sealed, draft.reporter);
    if (there === null || there.value.state === 'live') return { found: there?.value ?? null };
    if (there.value.state === 'moving' && (await isAlive(school, there.value))) return { found: there.value };
    const over = await table.write(attempt, partition, [
      ...first,
      { act: 'replace', key, value, etag: there.etag },
      ...indexSteps(there.value.state === 'moving' ? there.value.draft : null, draft),
      ...told,
    ]);
    return over.kind === 'written' ? { value: draft, version: etagOf(over, key) } : { found: there.value };
  }

  /** Whether a move is still to be finished: its token is there. */
  async function isAlive(school: SchoolId, { draft, token }: Moving): Promise<boolean> {
    const row = await table.read(['look for token of', draft.reporter], partitionOf(school, draft.sealed), token, who);
    return row !== null;
  }

  /** Takes the last two steps of a move. @returns `null` where somebody else was quicker, whatever became of it since */
  async function carry(school: SchoolId, moving: Moving, version: string): Promise<Versioned<Draft> | null> {
    const { draft, tell, token } = moving;
    const placed = await place(school, draft, tell, [{ act: 'remove', key: token }]);
    if ('found' in placed && (await isAlive(school, moving))) {
      // Still to be done, and somebody is at the same row: what was found may be on its way out.
      if (placed.found?.state === 'live') throw new StorageError(`move draft ${draft.id}: another stands in its place`);
      return null;
    }
    await end(school, !draft.sealed, { value: draft, version });
    return 'found' in placed ? null : placed;
  }

  async function get(school: SchoolId, person: StaffId): Promise<Versioned<Draft> | null> {
    for (let round = 0; round < MOST_ROUNDS; round += 1) {
      const found = await look(school, person);
      if (found === null) return null;
      if (found.value.state === 'live') return { value: found.value.draft, version: found.etag };
      await carry(school, found.value, found.etag);
    }
    throw new StorageError(`read draft of ${person}: it keeps moving`);
  }

  /** The row that counts. The third look is for a draft that left the sealed ones between the first and the second. */
  async function look(school: SchoolId, person: StaffId) {
    for (const sealed of [false, true, false]) {
      const row = await at(school, sealed, person);
      if (row !== null && row.value.state !== 'ended') return { etag: row.etag, value: row.value };
    }
    return null;
  }

  async function move(school: SchoolId, kept: Versioned<Draft>, next: Draft, tell: readonly Waiting[]) {
    tellSteps(tell, next.sealed); // refuses what belongs elsewhere before anything is written
    const person = next.reporter;
    const key = draftKey(person);
    const token = movingKey(person, randomUUID());
    const attempt = ['move draft of', person] as const;
    await table.write(attempt, partitionOf(school, next.sealed), [{ act: 'create', key: token, value: { person } }]);
    const moving: Moving = { state: 'moving', draft: next, tell, token };
    // The line in the index stays true of the row as it now is, and goes with it.
    const written = await table.write(attempt, partitionOf(school, kept.value.sealed), [
      { act: 'replace', key, value: moving, etag: kept.version },
      ...indexSteps(kept.value, next),
    ]);
    const version = written.kind === 'written' ? etagOf(written, key) : await ownVersion(school, kept, token);
    if (version === null) {
      await table.write(attempt, partitionOf(school, next.sealed), [{ act: 'remove', key: token }]);
      return 'changed';
    }
    const placed = await carry(school, moving, version);
    if (placed !== null) return placed;
    // Somebody else finished it. Had it been changed or sent since then, the version in hand fits nothing any more.
    const now = await get(school, person);
    return now !== null && isDeepStrictEqual(now.value, asStored(next)) ? now : { value: next, version };
  }

  /** The SDK asks again where an answer is lost, and is then refused by what it wrote itself: that row holds our token. */
  async function ownVersion(school: SchoolId, { value }: Versioned<Draft>, token: string): Promise<string | null> {
    const row = await at(school, value.sealed, value.reporter);
    return row?.value.state === 'moving' && row.value.token === token ? row.etag : null;
  }

  return {
    get,

    async create(school, draft, tell = []) {
      const placed = await place(school, draft, tell, []);
      if ('found' in placed) return 'exists';
      const other = await at(school, !draft.sealed, draft.reporter);
      if (other === null || other.value.state === 'ended') return placed;
      if (other.value.state === 'moving' && !(await isAlive(school, other.value))) return placed;
      await end(school, draft.sealed, placed);
      return 'exists';
    },

    async replace(school, kept, next, tell = []) {
      if (kept.value.reporter !== next.reporter) throw new Error('a draft stays with the person whose it is');
      if (kept.value.sealed !== next.sealed) return move(school, kept, next, tell);
      const key = draftKey(next.reporter);
      const written = await table.write(['change draft of', next.reporter], partitionOf(school, next.sealed), [
        { act: 'replace', key, value: { state: 'live', draft: next }, etag: kept.version },
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

    async live(school) {
      const rows = await Promise.all(
        [false, true].map((sealed) =>
          table.range(['list live drafts'], partitionOf(school, sealed), within('draft:'), draftRow),
        ),
      );
      // One on its way to the other partition is finished by whoever opens it, and is found there the next time.
      return rows
        .flat()
        .flatMap(({ value, etag }) => (value.state === 'live' ? [{ value: value.draft, version: etag }] : []));
    },

    async withWaitingPictures(school) {
      const rows = await Promise.all(
        [false, true].map((sealed) =>
          table.range(['list drafts to fetch for'], partitionOf(school, sealed), within('fetching:'), who),
        ),
      );
      return [...new Set(rows.flat().map(({ value }) => value.person))].sort();
    },

    async picturesNamed(school) {
      const sides = await Promise.all(
        [false, true].map(async (sealed) => {
          const side = partitionOf(school, sealed);
          const drafts = await table.range(['list drafts'], side, within('draft:'), draftRow);
          const stopped = await table.range(['list stopped pictures'], side, within('stopped:'), readers.stoppedDraft);
          return [
            ...drafts.flatMap(({ value }) => (value.state === 'ended' ? [] : value.draft.pictures)),
            // Of a destroyed one nothing may stand: what is found all the same is swept.
            ...stopped.flatMap(({ value }) => value.pictures.filter(({ destroyed }) => destroyed === undefined)),
          ];
        }),
      );
      return new Set(sides.flat().map(({ id }) => id));
    },
  };
}
