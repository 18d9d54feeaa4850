import type { StoppedDraft } from '../core/report/locked.ts';
import type { DraftId, SchoolId } from '../core/ids.ts';
import type { StoppedStore } from '../flows/ports.ts';
import { partitionOf, stoppedKey, within } from './keys.ts';
import { tellSteps } from './outbox.ts';
import * as readers from './readers.ts';
import type { Table } from './table.ts';

/** Where it lies says whether it is sealed, so the row does not. */
export function stoppedStore(table: Table): StoppedStore {
  return {
    async list(school, sealed) {
      const rows = await table.range(
        ['list stopped drafts'],
        partitionOf(school, sealed),
        within('stopped:'),
        readers.stoppedDraft,
      );
      return rows.map(({ value, etag }) => ({ value: { ...value, sealed }, version: etag }));
    },

    async get(school: SchoolId, draft: DraftId) {
      for (const sealed of [false, true]) {
        const partition = partitionOf(school, sealed);
        const row = await table.read(['read stopped draft', draft], partition, stoppedKey(draft), readers.stoppedDraft);
        if (row !== null) return { value: { ...row.value, sealed }, version: row.etag };
      }
      return null;
    },

    async commit(school, kept, next, tell = []) {
      if (kept.value.draft !== next.draft || kept.value.sealed !== next.sealed)
        throw new Error('a stopped draft stays what it is, and where it is');
      const { sealed, ...value }: StoppedDraft = next;
      const written = await table.write(['change stopped draft', next.draft], partitionOf(school, sealed), [
        { act: 'replace', key: stoppedKey(next.draft), value, etag: kept.version },
        ...tellSteps(tell, sealed),
      ]);
      return written.kind === 'written' ? 'done' : 'changed';
    },
  };
}
