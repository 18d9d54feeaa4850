import type { HeadQuestions } from '../flows/ports.ts';
import { partitionOf, questionKey, within } from './keys.ts';
import { tellSteps } from './outbox.ts';
import * as readers from './readers.ts';
import type { Table } from './table.ts';

export function headQuestions(table: Table): HeadQuestions {
  return {
    async create(school, question, tell) {
      const written = await table.write(['keep question', question.id], partitionOf(school, false), [
        { act: 'create', key: questionKey(question.id), value: question },
        ...tellSteps(tell, false),
      ]);
      return written.kind === 'written' ? 'kept' : 'exists';
    },

    async get(school, id) {
      const attempt = ['read question', id] as const;
      const row = await table.read(attempt, partitionOf(school, false), questionKey(id), readers.headQuestion);
      return row === null ? null : { value: row.value, version: row.etag };
    },

    async replace(school, kept, next, tell) {
      if (next.id !== kept.value.id || next.asker !== kept.value.asker || next.words !== kept.value.words)
        throw new Error('what was asked, and by whom, never changes');
      const written = await table.write(['change question', next.id], partitionOf(school, false), [
        { act: 'replace', key: questionKey(next.id), value: next, etag: kept.version },
        ...tellSteps(tell, false),
      ]);
      return written.kind === 'written' ? 'done' : 'changed';
    },

    async waiting(school) {
      const all = within('question:');
      const rows = await table.range(['list questions'], partitionOf(school, false), all, readers.headQuestion);
      return rows
        .map(({ value }) => value)
        .filter(({ answer }) => answer === undefined)
        .sort((a, b) => Date.parse(a.askedAt) - Date.parse(b.askedAt) || (a.id < b.id ? -1 : 1));
    },
  };
}
