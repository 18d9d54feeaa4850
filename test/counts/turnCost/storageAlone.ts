/** The requests to storage by themselves, so that what the storage SDK takes is not counted as ours. */
import { setTimeout as sleep } from 'node:timers/promises';
import { TableClient } from '@azure/data-tables';
import { once } from 'node:events';
import { type Start, used } from './measured.ts';

const ROUNDS = 400;
const WARM = 150;

const [{ storage }] = (await once(process, 'message')) as [Start];
const client = TableClient.fromConnectionString(storage, 'alone', { allowInsecureConnection: true });
await client.createTable();
/** About as large as a draft. */
const row = { partitionKey: 'p', rowKey: 'r', schema: 1, parts: 1, json0: 'x'.repeat(1_000) };
await client.upsertEntity(row);

async function cost(act: () => Promise<unknown>): Promise<{ all: number; main: number }> {
  for (let round = 0; round < WARM; round += 1) await act();
  const before = used();
  for (let round = 0; round < ROUNDS; round += 1) {
    await act();
    // As between the requests of a turn, not in one breath.
    if (round % 10 === 0) await sleep(1);
  }
  const after = used();
  return { all: (after.all - before.all) / ROUNDS, main: (after.main - before.main) / ROUNDS };
}

const filter = "PartitionKey eq 'p' and RowKey gt 'q' and RowKey lt 'q;'";
const costs = {
  get: await cost(() => client.getEntity('p', 'r')),
  transaction: await cost(() => client.submitTransaction([['upsert', row, 'Replace']])),
  query: await cost(async () => {
    for await (const page of client.listEntities({ queryOptions: { filter } }).byPage()) void page;
  }),
};
process.send?.(costs);
process.disconnect();
