/** The requests to storage by themselves, so that what the storage SDK takes is not counted as ours. */
import { TableClient } from '@azure/data-tables';
import { once } from 'node:events';
import { type Start, used } from './measured.ts';

const ROUNDS = 8;

const [{ storage }] = (await once(process, 'message')) as [Start];
const client = TableClient.fromConnectionString(storage, 'alone', { allowInsecureConnection: true });
await client.createTable();
/** About as large as a draft. */
const row = { partitionKey: 'p', rowKey: 'r', schema: 1, parts: 1, json0: 'x'.repeat(1_000) };
await client.upsertEntity(row);

async function cost(act: () => Promise<unknown>): Promise<{ all: number; main: number }> {
  const before = used();
  for (let round = 0; round < ROUNDS; round += 1) await act();
  const after = used();
  return { all: (after.all - before.all) / ROUNDS, main: (after.main - before.main) / ROUNDS };
}

const filter = "PartitionKey eq 'p' and RowKey gt 'q' and RowKey lt 'q;'";
/** Some of each, whenever it is asked. */
const measure = async () => ({
  get: await cost(() => client.getEntity('p', 'r')),
  transaction: await cost(() => client.submitTransaction([['upsert', row, 'Replace']])),
  query: await cost(async () => {
    for await (const page of client.listEntities({ queryOptions: { filter } }).byPage()) void page;
  }),
});
process.on('message', () => void measure().then((costs) => process.send?.(costs)));
process.on('disconnect', () => process.exit());
process.send?.('ready');
