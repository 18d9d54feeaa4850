import { TableClient, type TableEntity } from '@azure/data-tables';
import { readSchoolId } from '../../src/core/ids.ts';
import { partitionOf, readPlace } from '../../src/storage/keys.ts';
import { StorageError } from '../../src/storage/storageError.ts';
import { aDraft, aFiling, reportId, school, SCHOOL, TEACHER } from '../builders/values.ts';
import { behindWire, type BehindWire } from './behindWire.ts';

let wired: BehindWire;
beforeAll(async () => {
  wired = await behindWire();
});
afterAll(() => wired.stop());

const ROW = 'report:report-1';
let tables = 0;
/** One report, whose row is then spoilt behind the back of the storage room. */
async function withSpoilt(
  key: (keys: readonly string[]) => string,
  spoil: (entity: Record<string, unknown>) => Record<string, unknown>,
) {
  tables += 1;
  const table = `rows${tables}`;
  const storage = await wired.open({ table });
  const from = await storage.drafts.create(SCHOOL, aDraft());
  if (from === 'exists') throw new Error('no draft');
  await storage.reports.file(SCHOOL, aFiling(aDraft(), { id: reportId(1) }), from, []);
  const client = TableClient.fromConnectionString(wired.azurite.connectionString, table, {
    allowInsecureConnection: true,
  });
  const entities: TableEntity<Record<string, unknown>>[] = [];
  for await (const entity of client.listEntities<Record<string, unknown>>())
    entities.push({ ...entity, partitionKey: String(entity.partitionKey), rowKey: String(entity.rowKey) });
  const wanted = key(entities.map(({ rowKey }) => rowKey));
  const entity = entities.find(({ rowKey }) => rowKey === wanted);
  if (entity === undefined) throw new Error('no such row');
  const spoilt = spoil(entity) as TableEntity;
  await client.updateEntity({ ...spoilt, partitionKey: entity.partitionKey, rowKey: entity.rowKey }, 'Replace');
  return storage;
}
const failure = async (doing: Promise<unknown>) => {
  const error: unknown = await doing.then(
    () => 'it went through',
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(StorageError);
  return (error as StorageError).message;
};
const json = (entity: Record<string, unknown>) => JSON.parse(String(entity.json0)) as Record<string, unknown>;

it.each<[string, (entity: Record<string, unknown>) => Record<string, unknown>, RegExp]>([
  ['of a later schema', (row) => ({ ...row, schema: 2 }), /schema 2\): this version reads schema 1/],
  ['without a schema', ({ schema: _none, ...row }) => row, /schema undefined\)/],
  ['with half its parts', (row) => ({ ...row, parts: 2 }), /schema 1\)/],
  ['that is no JSON', (row) => ({ ...row, json0: '{"id":' }), /schema 1\): value/],
  [
    'with a field that nobody knows',
    (row) => ({ ...row, json0: JSON.stringify({ ...json(row), extra: 'secret' }) }),
    /unrecognized_keys/,
  ],
  [
    'with a state that nobody knows',
    (row) => ({ ...row, json0: JSON.stringify({ ...json(row), state: 'lost' }) }),
    /state invalid_union/,
  ],
  [
    'without its reporter',
    (row) => ({ ...row, json0: JSON.stringify({ ...json(row), reporter: undefined }) }),
    /reporter/,
  ],
  [
    'with an id that its reader refuses',
    (row) => ({ ...row, json0: JSON.stringify({ ...json(row), reporter: 'A/B' }) }),
    /reporter/,
  ],
])('a row %s is named, never skipped', async (_what, spoil, expected) => {
  const storage = await withSpoilt(() => ROW, spoil);
  for (const message of [
    await failure(storage.reports.get(SCHOOL, reportId(1))),
    await failure(storage.reports.byDraft(SCHOOL, aDraft().id)),
  ]) {
    expect(message).toMatch(expected);
    expect(message).toContain(`read row ${ROW}`);
    expect(message).not.toContain('secret');
  }
});

it.each([
  ['open', 'list:open:'],
  ['mine', 'mine:'],
  ['record', 'audit:'],
] as const)('a list (%s) with a row that cannot be read is no list', async (which, prefix) => {
  const storage = await withSpoilt(
    (keys) => keys.find((key) => key.startsWith(prefix)) ?? '',
    (row) => ({ ...row, schema: 2 }),
  );
  const list = {
    open: () => storage.reports.open(SCHOOL, 10),
    mine: () => storage.reports.mine(SCHOOL, TEACHER, 10),
    record: () => storage.reports.record(SCHOOL, reportId(1)),
  }[which];
  expect(await failure(list())).toContain(`read row ${prefix}`);
});

describe('partitions', () => {
  it('keep sealed reports where no school of its own can be', () => {
    expect(partitionOf(SCHOOL, false)).toBe('st-marys');
    expect(partitionOf(SCHOOL, true)).toBe('st-marys.sealed');
  });

  it.each(['st-marys.sealed', 'a.b', 'a_b'])('refuse a school id that the reader of ids takes: %s', (text) => {
    expect(readSchoolId(text)).toBe(text);
    expect(() => partitionOf(school(text), false)).toThrow('letters, digits and hyphens only');
    expect(() => partitionOf(school(text), true)).toThrow('letters, digits and hyphens only');
  });
});

it.each([
  ['000000000000001:report-1', '000000000000001:report-1'],
  ['00000000000001:report-1', ''],
  ["000000000000001:report-1' or RowKey ne '", ''],
  ['list:open:000000000000001:report-1', ''],
  ['', ''],
  [undefined, ''],
])('the place %p is read as %p', (given, read) => {
  expect(readPlace(given)).toBe(read);
});
