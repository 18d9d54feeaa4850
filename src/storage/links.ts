import type { Links } from '../flows/ports.ts';
import { linkKey, partitionOf } from './keys.ts';
import * as readers from './readers.ts';
import { StorageError } from './storageError.ts';
import type { Table } from './table.ts';

export function links(table: Table): Links {
  return {
    async create(link) {
      const written = await table.write(['create link', link.id], partitionOf(link.school, link.sealed), [
        { act: 'create', key: linkKey(link.id), value: link },
      ]);
      if (written.kind === 'conflict') throw new StorageError(`create link ${link.id}: there is one already`);
    },

    async get(school, id) {
      for (const sealed of [false, true]) {
        const row = await table.read(['read link', id], partitionOf(school, sealed), linkKey(id), readers.link);
        if (row !== null) return { value: row.value, version: row.etag };
      }
      return null;
    },

    async replace(kept, next) {
      const { id, school, sealed } = kept.value;
      if (next.id !== id || next.school !== school || next.sealed !== sealed)
        throw new Error('a link stays the link that it is');
      const written = await table.write(['change link', id], partitionOf(school, sealed), [
        { act: 'replace', key: linkKey(id), value: next, etag: kept.version },
      ]);
      return written.kind === 'written' ? 'done' : 'changed';
    },
  };
}
