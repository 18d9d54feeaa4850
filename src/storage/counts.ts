import type { z } from 'zod';
import type { SchoolId } from '../core/ids.ts';
import type { Counts } from '../flows/ports.ts';
import { helpfulKey, partitionOf, tappedKey, topicsKey, within } from './keys.ts';
import * as readers from './readers.ts';
import { StorageError } from './storageError.ts';
import type { Step, Table } from './table.ts';

/** How often somebody else may be quicker. */
const TRIES = 10;

/**
 * One row a week and kind, which holds sums. The service notes when a row was last written; a row that many add to says
 * nothing by that of anybody, while a row for each question would hold the moment of each.
 */
export function counts(table: Table): Counts {
  /** Reads the sums under a key and writes them changed, with `more` in the same transaction. */
  async function add<T>(
    what: string,
    school: SchoolId,
    key: string,
    reader: z.ZodType<readonly T[]>,
    change: (sums: readonly T[]) => readonly T[],
    more: readonly Step[] = [],
    isDone: () => Promise<boolean> = () => Promise.resolve(false),
  ): Promise<'counted' | 'already'> {
    const partition = partitionOf(school, false);
    for (let tries = 0; tries < TRIES; tries += 1) {
      const row = await table.read([what], partition, key, reader);
      const value = change(row?.value ?? []);
      const step: Step = row === null ? { act: 'create', key, value } : { act: 'replace', key, value, etag: row.etag };
      if ((await table.write([what], partition, [step, ...more])).kind === 'written') return 'counted';
      if (await isDone()) return 'already';
    }
    throw new StorageError(`${what}: somebody else was quicker every time`);
  }
  const all = async <T>(what: string, school: SchoolId, prefix: string, reader: z.ZodType<readonly T[]>) => {
    const rows = await table.range([what], partitionOf(school, false), within(prefix), reader);
    return rows.flatMap(({ value }) => value);
  };

  return {
    async addTopics(school, week, topics) {
      await add('count topics', school, topicsKey(week), readers.topicCounts, (sums) =>
        topics.reduce((soFar, { policy, situation, count }) => {
          const before = soFar.find((sum) => sum.policy === policy && sum.situation === situation);
          const others = soFar.filter((sum) => sum !== before);
          return [...others, { week, policy, situation, count: count + (before?.count ?? 0) }];
        }, sums),
      );
    },

    addHelpful(school, week, { policy, version, situation, verdict }, helpful, card) {
      const tapped = tappedKey(card);
      return add(
        'count helpful',
        school,
        helpfulKey(week),
        readers.helpfulCounts,
        (sums) => {
          const before = sums.find(
            (sum) =>
              sum.policy === policy &&
              sum.version === version &&
              sum.situation === situation &&
              sum.verdict === verdict,
          );
          const { yes = 0, no = 0 } = before ?? {};
          const next = { yes: yes + (helpful ? 1 : 0), no: no + (helpful ? 0 : 1) };
          return [...sums.filter((sum) => sum !== before), { week, policy, version, situation, verdict, ...next }];
        },
        [{ act: 'create', key: tapped, value: {} }],
        async () => (await table.read(['look for tap'], partitionOf(school, false), tapped, readers.tapped)) !== null,
      );
    },

    topics: (school) => all('list topics', school, 'topics:', readers.topicCounts),
    helpful: (school) => all('list helpful', school, 'helpful:', readers.helpfulCounts),
  };
}
