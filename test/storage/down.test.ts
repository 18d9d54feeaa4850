import { once } from 'node:events';
import { createServer } from 'node:net';
import { inspect } from 'node:util';
import { TableClient } from '@azure/data-tables';
import { BlobServiceClient } from '@azure/storage-blob';
import { schoolWeekOf } from '../../src/core/schoolWeek.ts';
import { createStorage, type Storage } from '../../src/storage/storage.ts';
import { StorageError } from '../../src/storage/storageError.ts';
import { connectionStringFor } from '../builders/azurite.ts';
import {
  aDraft,
  aFiling,
  aLink,
  answerId,
  aQuestion,
  aWaiting,
  draftId,
  HEAD,
  linkId,
  pictureId,
  reference,
  reportId,
  SCHOOL,
  SENT_AT,
  TEACHER,
} from '../builders/values.ts';
import { behindWire, type BehindWire } from './behindWire.ts';
import type { Fault } from './wire.ts';

let wired: BehindWire;
beforeAll(async () => {
  wired = await behindWire();
});
afterAll(() => wired.stop());

const PATIENCE_MS = 7_000;
const TYPED = 'a-story-that-nobody-else-may-read';
const key = { draft: draftId(1), picture: pictureId(1), copy: 'original' as const };
const from = { value: aDraft({ answers: { what: TYPED } }), version: 'W/"1"' };
const filing = aFiling(from.value);
const stoppedDraft = {
  draft: draftId(1),
  reference: reference(1),
  reporter: TEACHER,
  changedAt: SENT_AT,
  pictures: [],
  sealed: false,
};
const row = { value: aWaiting(), version: 'W/"1"' };
const asked = { policy: 'p', situation: 's', rules: [], open: [], asked: 0, at: SENT_AT };
const question = aQuestion({ words: TYPED });
const WEEK = schoolWeekOf(new Date(SENT_AT));
const chat = { serviceUrl: 'https://a.example.test', id: 'a' };

/** Every method of every port. The types hold the list complete: a new one has to be named here. */
type Ports = Omit<Storage, 'check'>;
const calls = {
  drafts: {
    get: ({ drafts }) => drafts.get(SCHOOL, TEACHER),
    create: ({ drafts }) => drafts.create(SCHOOL, from.value),
    replace: ({ drafts }) => drafts.replace(SCHOOL, from, from.value),
    remove: ({ drafts }) => drafts.remove(SCHOOL, from),
    withWaitingPictures: ({ drafts }) => drafts.withWaitingPictures(SCHOOL),
    live: ({ drafts }) => drafts.live(SCHOOL),
    picturesNamed: ({ drafts }) => drafts.picturesNamed(SCHOOL),
  },
  reports: {
    file: ({ reports }) => reports.file(SCHOOL, filing, from, []),
    get: ({ reports }) => reports.get(SCHOOL, reportId(1)),
    byDraft: ({ reports }) => reports.byDraft(SCHOOL, draftId(1)),
    byReference: ({ reports }) => reports.byReference(SCHOOL, reference(1)),
    evidence: ({ reports }) => reports.evidence(SCHOOL, reportId(1)),
    record: ({ reports }) => reports.record(SCHOOL, reportId(1)),
    commit: ({ reports }) =>
      reports.commit(SCHOOL, { value: filing.report, version: 'W/"1"' }, { report: filing.report, audit: [] }),
    open: ({ reports }) => reports.open(SCHOOL, 10),
    openSealed: ({ reports }) => reports.openSealed(SCHOOL, 10),
    withLockedPictures: ({ reports }) => reports.withLockedPictures(SCHOOL, false),
    mine: ({ reports }) => reports.mine(SCHOOL, TEACHER, 10),
  },
  stopped: {
    list: ({ stopped }) => stopped.list(SCHOOL, false),
    get: ({ stopped }) => stopped.get(SCHOOL, draftId(1)),
    commit: ({ stopped }) => stopped.commit(SCHOOL, { value: stoppedDraft, version: 'W/"1"' }, stoppedDraft),
  },
  evidence: {
    put: ({ evidence }) => evidence.put(SCHOOL, key, Buffer.from(TYPED), 'image/png'),
    get: ({ evidence }) => evidence.get(SCHOOL, key),
    digest: ({ evidence }) => evidence.digest(SCHOOL, key),
    remove: ({ evidence }) => evidence.remove(SCHOOL, key),
    destroy: ({ evidence }) => evidence.destroy(SCHOOL, key),
    standing: ({ evidence }) => evidence.standing(SCHOOL, new Date()),
  },
  outbox: {
    due: ({ outbox }) => outbox.due(SCHOOL, new Date(SENT_AT), 10),
    lease: ({ outbox }) => outbox.lease(SCHOOL, row, new Date(SENT_AT)),
    done: ({ outbox }) => outbox.done(SCHOOL, row),
    later: ({ outbox }) => outbox.later(SCHOOL, row, new Date(SENT_AT), 1),
    park: ({ outbox }) => outbox.park(SCHOOL, row, TEACHER),
    unpark: ({ outbox }) => outbox.unpark(SCHOOL, TEACHER, new Date(SENT_AT)),
    noteParked: ({ outbox }) => outbox.noteParked(SCHOOL),
    add: ({ outbox }) => outbox.add(SCHOOL, row.value),
  },
  people: {
    conversation: ({ people }) => people.conversation(SCHOOL, TEACHER),
    remember: ({ people }) => people.remember(SCHOOL, TEACHER, chat),
    forget: ({ people }) => people.forget(SCHOOL, TEACHER),
    firstWelcome: ({ people }) => people.firstWelcome(SCHOOL, TEACHER),
  },
  lastAsked: {
    get: ({ lastAsked }) => lastAsked.get(SCHOOL, { person: TEACHER, conversation: 'a:1' }),
    keep: ({ lastAsked }) => lastAsked.keep(SCHOOL, { person: TEACHER, conversation: 'a:1' }, asked),
    forget: ({ lastAsked }) => lastAsked.forget(SCHOOL, { person: TEACHER, conversation: 'a:1' }),
    sweep: ({ lastAsked }) => lastAsked.sweep(SCHOOL, new Date(SENT_AT)),
  },
  counts: {
    addTopics: ({ counts }) => counts.addTopics(SCHOOL, WEEK, [{ policy: 'p', situation: 's', count: 1 }]),
    addHelpful: ({ counts }) =>
      counts.addHelpful(
        SCHOOL,
        WEEK,
        { policy: 'p', version: '1', situation: 's', verdict: 'allowed' },
        true,
        answerId(1),
      ),
    topics: ({ counts }) => counts.topics(SCHOOL),
    helpful: ({ counts }) => counts.helpful(SCHOOL),
  },
  questions: {
    create: ({ questions }) => questions.create(SCHOOL, question, []),
    get: ({ questions }) => questions.get(SCHOOL, question.id),
    replace: ({ questions }) => questions.replace(SCHOOL, { value: question, version: 'W/"1"' }, question, []),
    waiting: ({ questions }) => questions.waiting(SCHOOL),
  },
  desk: {
    channel: ({ desk }) => desk.channel(SCHOOL),
    setChannel: ({ desk }) => desk.setChannel(SCHOOL, chat, HEAD, SENT_AT),
    triagers: ({ desk }) => desk.triagers(SCHOOL),
    addTriager: ({ desk }) => desk.addTriager(SCHOOL, TEACHER, HEAD, SENT_AT),
    removeTriager: ({ desk }) => desk.removeTriager(SCHOOL, TEACHER, HEAD, SENT_AT),
  },
  links: {
    create: ({ links }) => links.create(aLink()),
    get: ({ links }) => links.get(SCHOOL, linkId(1)),
    replace: ({ links }) => links.replace({ value: aLink(), version: 'W/"1"' }, aLink()),
  },
} satisfies { readonly [P in keyof Ports]: { readonly [M in keyof Ports[P]]: (storage: Storage) => Promise<unknown> } };
const everyCall = Object.entries(calls).flatMap(([port, methods]) =>
  Object.entries(methods).map(
    ([method, call]) => [`${port}.${method}`, call as (storage: Storage) => Promise<unknown>] as const,
  ),
);

const failing = (fault: Fault) => {
  for (const wire of [wired.tables, wired.blobs]) wire.fault(() => fault);
};
const errorOf = (doing: Promise<unknown>): Promise<unknown> =>
  doing.then(
    (value) => `it went through: ${inspect(value)}`,
    (error: unknown) => error,
  );

const FAULTS: readonly (readonly [string, Fault])[] = [
  ['refuses the connection', 'refuse'],
  ['is too busy', 503],
  ['fails', 500],
  ['does not let us in', 403],
];
describe.each(FAULTS)('a service that %s', (_what, fault) => {
  let storage: Storage;
  beforeAll(async () => {
    storage = await wired.open({ tries: 1 });
    failing(fault);
  });

  it.each(everyCall)('makes %s an error that says what was tried and nothing that was written', async (_name, call) => {
    const error = await errorOf(call(storage));
    expect(error).toBeInstanceOf(StorageError);
    expect((error as StorageError).message).toMatch(/^Cannot [a-z]+ /);
    expect((error as StorageError).cause).toBeInstanceOf(Error);
    const shown = inspect(error, { depth: 20, showHidden: true, getters: true }) + JSON.stringify(error);
    expect(shown).not.toContain(TYPED);
    expect(shown).not.toContain('AccountKey');
    expect(shown).not.toMatch(/authorization/i);
  });

  it('fails the check', async () => {
    expect(await errorOf(storage.check())).toBeInstanceOf(StorageError);
  });
});

it('a service that never answers is given up on within seconds', async () => {
  const storage = await wired.open();
  failing('hang');
  const started = Date.now();
  const some = [calls.drafts.get, calls.reports.open, calls.reports.file, calls.outbox.done, calls.people.remember];
  const errors = await Promise.all([...some.map((call) => errorOf(call(storage))), errorOf(storage.check())]);
  for (const error of errors) expect(error).toBeInstanceOf(StorageError);
  expect(Date.now() - started).toBeLessThan(PATIENCE_MS);
});

it('a service that asks to be asked again in a minute is not waited for', async () => {
  const storage = await wired.open();
  failing(503);
  const started = Date.now();
  expect(await errorOf(calls.reports.file(storage))).toBeInstanceOf(StorageError);
  expect(Date.now() - started).toBeLessThan(PATIENCE_MS);
});

it('a service that is not there makes no storage, within seconds', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  server.close();
  await once(server, 'close');
  const connectionString = connectionStringFor({ tablePort: address.port, blobPort: address.port });
  const started = Date.now();
  const error = await errorOf(createStorage({ tables: { connectionString }, blobs: { connectionString } }));
  expect(error).toBeInstanceOf(StorageError);
  expect((error as StorageError).message).toMatch(/^Cannot reach the (table|container): ECONNREFUSED/);
  expect(Date.now() - started).toBeLessThan(PATIENCE_MS);
});

describe('missing is not unreachable', () => {
  it.each(everyCall.filter(([name]) => !name.startsWith('evidence.')))(
    'a table that is gone is not an answer to %s',
    async (name, call) => {
      const table = `gone${name.replace('.', '')}`;
      const storage = await wired.open({ table, tries: 1 });
      const { connectionString } = wired.azurite;
      await TableClient.fromConnectionString(connectionString, table, { allowInsecureConnection: true }).deleteTable();
      expect(await errorOf(call(storage))).toBeInstanceOf(StorageError);
      expect(await errorOf(storage.check())).toBeInstanceOf(StorageError);
    },
  );

  it('a container that is gone is not a missing picture', async () => {
    const storage = await wired.open({ container: 'gone', tries: 1 });
    const blobs = BlobServiceClient.fromConnectionString(wired.azurite.connectionString);
    await blobs.getContainerClient('gone').delete();
    expect(await errorOf(storage.evidence.get(SCHOOL, key))).toBeInstanceOf(StorageError);
    expect(await errorOf(storage.evidence.put(SCHOOL, key, Buffer.from('a'), 'image/png'))).toBeInstanceOf(
      StorageError,
    );
    expect(await errorOf(storage.check())).toBeInstanceOf(StorageError);
  });
});

it('the container of the pictures cannot be read without a key', async () => {
  const storage = await wired.open({ container: 'private' });
  await storage.evidence.put(SCHOOL, key, Buffer.from('a'), 'image/png');
  const url = `http://127.0.0.1:${wired.azurite.blobPort}/devstoreaccount1/private`;
  const blob = await fetch(`${url}/${SCHOOL}/${key.draft}/${key.picture}/${key.copy}`);
  const list = await fetch(`${url}?restype=container&comp=list`);
  expect([blob.status, list.status].every((status) => status >= 400)).toBe(true);
});
