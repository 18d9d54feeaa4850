import { takeStep } from '../../src/core/report/report.ts';
import type { Operation } from '../../src/storage/table.ts';
import {
  aDraft,
  aFiling,
  after,
  aLink,
  anEvidence,
  aWaiting,
  aWaitingPicture,
  draftId,
  HEAD,
  linkId,
  pictureId,
  reference,
  SCHOOL,
  SENT_AT,
  TEACHER,
  TRIAGER,
} from '../builders/values.ts';
import { behindWire, type BehindWire } from './behindWire.ts';
import type { Sent } from './wire.ts';

let wired: BehindWire;
beforeAll(async () => {
  wired = await behindWire();
});
afterAll(() => wired.stop());

/** A question to the table that would look at more than one range of one partition; `null` where it is as it should be. */
function tooWide({ method, path }: Sent): string | null {
  if (method !== 'GET') return null;
  const url = new URL(path, 'http://table');
  if (/\(PartitionKey='[^']+',RowKey='[^']+'\)$/.test(decodeURIComponent(url.pathname))) return null;
  const filter = url.searchParams.get('$filter') ?? '(none)';
  const range = /^PartitionKey eq '[A-Za-z0-9.-]+' and RowKey gt '([a-z]+:[^']*)' and RowKey lt '([a-z]+)[:;][^']*'$/;
  const [, from, to] = range.exec(filter) ?? [];
  return from !== undefined && to !== undefined && from.split(':')[0] === to ? null : filter;
}

it.each([
  ['/a/table()?$filter=' + encodeURIComponent("PartitionKey eq 'x'")],
  ['/a/table()?$filter=' + encodeURIComponent("PartitionKey eq 'x' and state eq 'new'")],
  ['/a/table()?$filter=' + encodeURIComponent("PartitionKey eq 'x' and RowKey gt 'audit:' and RowKey lt 'report;'")],
  ['/a/table()?$filter=' + encodeURIComponent("PartitionKey eq 'x' and RowKey gt '' and RowKey lt 'a;'")],
  ['/a/table()?$top=5'],
  ['/a/table()'],
])('a question that is too wide is noticed: %s', (path) => {
  expect(tooWide({ method: 'GET', path, body: '' })).not.toBeNull();
});

it('every question to the table names a partition and a row, or a range of one kind of row', async () => {
  const counted: Operation[] = [];
  const storage = await wired.open({ observe: (operation) => counted.push(operation) });
  const { drafts, reports, outbox, people, desk, links } = storage;

  const from = await drafts.create(SCHOOL, aDraft({ pictures: [aWaitingPicture(1)] }));
  if (from === 'exists') throw new Error('no draft');
  await drafts.get(SCHOOL, TEACHER);
  await drafts.withWaitingPictures(SCHOOL);
  const moved = await drafts.replace(SCHOOL, from, aDraft({ sealed: true }));
  if (moved === 'changed') throw new Error('not moved');
  const back = await drafts.replace(SCHOOL, moved, aDraft());
  if (back === 'changed') throw new Error('not moved back');
  const filing = aFiling(aDraft(), {}, [anEvidence()]);
  expect(await reports.file(SCHOOL, filing, back, [aWaiting()])).toBe('filed');
  const report = await reports.get(SCHOOL, filing.report.id);
  const change = takeStep(filing.report, { kind: 'close', reason: 'repeat' }, HEAD, after(1));
  if (report === null || change === null) throw new Error('no report');
  expect(await reports.commit(SCHOOL, report, change)).toBe('done');
  await reports.byDraft(SCHOOL, draftId(1));
  await reports.byReference(SCHOOL, reference(7));
  await reports.evidence(SCHOOL, filing.report.id);
  await reports.record(SCHOOL, filing.report.id);
  for (const place of [undefined, '000000000000001:a', `' or RowKey ne '`]) {
    await reports.open(SCHOOL, 5, place);
    await reports.openSealed(SCHOOL, 5, place);
    await reports.mine(SCHOOL, TEACHER, 5, place);
  }
  const [row] = await outbox.due(SCHOOL, new Date(after(1)), 5);
  if (row === undefined) throw new Error('nothing due');
  await outbox.park(SCHOOL, row, TEACHER);
  await outbox.unpark(SCHOOL, TEACHER, new Date(SENT_AT));
  await outbox.noteParked(SCHOOL);
  await people.remember(SCHOOL, TEACHER, { serviceUrl: 'https://a.example.test', id: 'a' });
  await people.conversation(SCHOOL, TEACHER);
  await people.firstWelcome(SCHOOL, TEACHER);
  await people.forget(SCHOOL, TEACHER);
  await desk.setChannel(SCHOOL, { serviceUrl: 'https://a.example.test', id: 'a' }, HEAD, SENT_AT);
  await desk.channel(SCHOOL);
  await desk.addTriager(SCHOOL, TRIAGER, HEAD, SENT_AT);
  await desk.triagers(SCHOOL);
  await desk.removeTriager(SCHOOL, TRIAGER, HEAD, SENT_AT);
  await links.create(aLink());
  await links.get(SCHOOL, linkId(1));
  await storage.check();

  const asked = wired.tables.sent.filter(({ method }) => method === 'GET');
  expect(asked.flatMap((sent) => tooWide(sent) ?? [])).toEqual([]);
  // The proof is worth as much as what it saw: point reads, and a range of each kind that is listed.
  const ranges = asked
    .map(({ path }) => decodeURIComponent(path))
    .flatMap((path) => /RowKey gt '([a-z]+)/.exec(path)?.[1] ?? []);
  expect(new Set(ranges)).toEqual(
    new Set(['fetching', 'evidence', 'audit', 'list', 'mine', 'outbox', 'parked', 'triager']),
  );
  // And nothing is written but by transactions and deletions against a version.
  const written = wired.tables.sent.filter(({ method }) => method !== 'GET');
  expect(new Set(written.map(({ method, path }) => (path.endsWith('$batch') ? 'batch' : method)))).toEqual(
    new Set(['batch', 'DELETE']),
  );
  // What is observed is what went over the wire.
  const table = counted.filter(({ store }) => store === 'table');
  expect(table).toHaveLength(wired.tables.sent.length);
});

it('what one person waits for costs few requests', async () => {
  const counted: Operation[] = [];
  const { drafts, reports, evidence } = await wired.open({ observe: (operation) => counted.push(operation) });
  const cost = async <T>(act: () => Promise<T>): Promise<readonly [T, readonly string[]]> => {
    counted.length = 0;
    const result = await act();
    return [result, counted.map(({ store, method }) => `${store} ${method}`)];
  };
  expect((await cost(() => drafts.get(SCHOOL, TEACHER)))[1]).toHaveLength(3);
  const [from, creating] = await cost(() => drafts.create(SCHOOL, aDraft()));
  if (from === 'exists') throw new Error('no draft');
  expect(creating).toEqual(['table transaction', 'table get']);
  expect((await cost(() => drafts.get(SCHOOL, TEACHER)))[1]).toEqual(['table get']);
  const [next, changing] = await cost(() => drafts.replace(SCHOOL, from, aDraft({ danger: 'yes' })));
  if (next === 'changed') throw new Error('not changed');
  expect(changing).toEqual(['table transaction']);
  const [, sending] = await cost(() => reports.file(SCHOOL, aFiling(aDraft()), next, []));
  expect(sending).toEqual(['table get', 'table transaction', 'table delete']);
  expect((await cost(() => reports.open(SCHOOL, 10)))[1]).toEqual(['table query']);
  const key = { draft: draftId(1), picture: pictureId(1), copy: 'view' } as const;
  expect((await cost(() => evidence.get(SCHOOL, key)))[1]).toEqual(['blob get']);
});
