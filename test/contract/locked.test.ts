/** What is locked and destroyed, in the memory store and in the emulator alike. */
import { BlobServiceClient } from '@azure/storage-blob';
import { answerImagery, type Draft } from '../../src/core/report/draft.ts';
import { destroyInReport, destroyInStopped } from '../../src/core/report/locked.ts';
import { withdrawPicture } from '../../src/core/report/report.ts';
import type { Versioned } from '../../src/flows/ports.ts';
import type { Storage } from '../../src/storage/storage.ts';
import { inTheEmulator, kept } from '../builders/emulated.ts';
import { memoryStore } from '../builders/memoryStore.ts';
import {
  aDraft,
  aFiling,
  after,
  anEvidence,
  aStoredPicture,
  aWaiting,
  draftId,
  LEAD,
  pictureId,
  reference,
  reportId,
  school,
  SCHOOL,
  staff,
  TEACHER,
  tellingId,
} from '../builders/values.ts';

const emulator = inTheEmulator('locked');
const BYTES = Buffer.from('not really a picture');
const DESTROYED = {
  at: after(60_000),
  by: LEAD,
  adviser: 'police',
  adviceReference: 'CR/1/26',
  reason: 'advised to',
} as const;

describe.each([
  ['in memory', async (): Promise<Storage> => memoryStore()],
  ['in the emulator', () => emulator.open()],
])('storage %s', (_where, open) => {
  let storage: Storage;
  beforeEach(async () => {
    storage = await open();
  });
  async function removed(sealed: boolean): Promise<Draft> {
    const draft = answerImagery(aDraft({ sealed, pictures: [aStoredPicture(1), aStoredPicture(2)] }), 'yes');
    const made = kept(await storage.drafts.create(SCHOOL, draft));
    expect(await storage.drafts.remove(SCHOOL, made)).toBe('removed');
    return draft;
  }
  const due = async () =>
    (await storage.outbox.due(SCHOOL, new Date(after(10_000_000)), 10)).map(({ value }) => value.telling.kind);

  describe.each([false, true])('a draft removed with locked pictures (sealed: %s)', (sealed) => {
    it('is listed where it lay, and found, with whom it concerns and no word of it', async () => {
      const draft = await removed(sealed);
      const [listed] = await storage.stopped.list(SCHOOL, sealed);
      expect(listed?.value).toMatchObject({ draft: draft.id, reporter: TEACHER, concerns: draft.concerns, sealed });
      expect(listed?.value.pictures.map(({ number, state }) => [number, state])).toEqual([
        [1, 'sealed'],
        [2, 'sealed'],
      ]);
      expect(JSON.stringify(listed)).not.toContain('unkind');
      expect(await storage.stopped.list(SCHOOL, !sealed)).toEqual([]);
      expect(await storage.stopped.get(SCHOOL, draft.id)).toEqual(listed);
      expect(await storage.stopped.get(SCHOOL, draftId(9))).toBeNull();
      expect(await storage.stopped.list(school('another'), sealed)).toEqual([]);
    });

    it('changes only as it was read, with its row to tell', async () => {
      const draft = await removed(sealed);
      const first = kept(await storage.stopped.get(SCHOOL, draft.id));
      const next = destroyInStopped(first.value, [1], DESTROYED);
      const row = aWaiting({ sealed, telling: { kind: 'destroy-stopped', draft: draft.id } });
      expect(await storage.stopped.commit(SCHOOL, first, next, [row])).toBe('done');
      expect(await storage.stopped.commit(SCHOOL, first, next, [{ ...row, id: tellingId(2) }])).toBe('changed');
      expect((await storage.stopped.get(SCHOOL, draft.id))?.value).toEqual(JSON.parse(JSON.stringify(next)));
      expect(await due()).toEqual(['destroy-stopped']);
      expect([...(await storage.drafts.picturesNamed(SCHOOL))]).toEqual([pictureId(2)]);
    });
  });

  it('keeps a report’s pictures that were taken back, locked and destroyed, and finds the reports of the locked', async () => {
    const send = async (number: number, sealed = false) => {
      const draft = aDraft({ id: draftId(number), reference: reference(number), sealed });
      const from: Versioned<Draft> = kept(await storage.drafts.create(SCHOOL, draft));
      const evidence = [anEvidence({ number: 1 }), anEvidence({ number: 2, state: number === 1 ? 'kept' : 'sealed' })];
      const filing = aFiling(draft, { id: reportId(number) }, evidence);
      expect(await storage.reports.file(SCHOOL, filing, from, [])).toBe('filed');
    };
    await send(1);
    await send(2);
    await send(3, true);
    expect(await storage.reports.withLockedPictures(SCHOOL, false)).toEqual([reportId(2)]);
    expect(await storage.reports.withLockedPictures(SCHOOL, true)).toEqual([reportId(3)]);
    const first = kept(await storage.reports.get(SCHOOL, reportId(2)));
    const evidence = await storage.reports.evidence(SCHOOL, reportId(2));
    const back = evidence[0] === undefined ? null : withdrawPicture(first.value, evidence[0], 'repeat', after(1_000));
    if (back === null) throw new Error('not taken back');
    expect(await storage.reports.commit(SCHOOL, first, back)).toBe('done');
    const second = kept(await storage.reports.get(SCHOOL, reportId(2)));
    const gone = destroyInReport(second.value, await storage.reports.evidence(SCHOOL, reportId(2)), [1, 2], DESTROYED);
    const tell = [aWaiting({ telling: { kind: 'destroy-pictures', report: reportId(2) } })];
    expect(await storage.reports.commit(SCHOOL, second, { ...gone, tell })).toBe('done');
    expect(await storage.reports.evidence(SCHOOL, reportId(2))).toMatchObject([
      { state: 'kept', withdrawn: { reason: 'repeat' } },
      { state: 'destroyed', destroyed: DESTROYED },
    ]);
    expect(await storage.reports.withLockedPictures(SCHOOL, false)).toEqual([reportId(2)]);
    const third = kept(await storage.reports.get(SCHOOL, reportId(2)));
    const finished = gone.evidence.map((one) => ({ ...one, destroyed: { ...DESTROYED, goneAt: after(2_000) } }));
    expect(await storage.reports.commit(SCHOOL, third, { report: third.value, audit: [], evidence: finished })).toBe(
      'done',
    );
    expect(await storage.reports.withLockedPictures(SCHOOL, false)).toEqual([]);
    expect(await due()).toEqual(['destroy-pictures']);
  });

  it('lists every live draft of both sides, as it can be changed, and none that was removed', async () => {
    const [open, sealed, gone] = await Promise.all(
      [1, 2, 3].map(async (number) =>
        kept(
          await storage.drafts.create(
            SCHOOL,
            aDraft({ id: draftId(number), reporter: staff(number), sealed: number === 2 }),
          ),
        ),
      ),
    );
    if (open === undefined || sealed === undefined || gone === undefined) throw new Error('three were made');
    await storage.drafts.remove(SCHOOL, gone);
    const live = await storage.drafts.live(SCHOOL);
    expect([...live].sort((a, b) => (a.value.id < b.value.id ? -1 : 1))).toEqual([open, sealed]);
    expect(await storage.drafts.live(school('another'))).toEqual([]);
  });

  it('destroys every copy of one picture and none of another, and again without harm', async () => {
    const { evidence } = storage;
    const [one, other] = [
      { draft: draftId(1), picture: pictureId(1) },
      { draft: draftId(1), picture: pictureId(11) },
    ];
    for (const picture of [one, other])
      for (const copy of ['original', 'view'] as const)
        await evidence.put(SCHOOL, { ...picture, copy }, BYTES, 'image/png');
    expect(await evidence.destroy(SCHOOL, one)).toBe(0);
    expect(await evidence.destroy(SCHOOL, one)).toBe(0);
    for (const copy of ['original', 'view'] as const) {
      expect(await evidence.get(SCHOOL, { ...one, copy })).toBeNull();
      expect(await evidence.get(SCHOOL, { ...other, copy })).not.toBeNull();
    }
  });
});

it('destroys a picture with its snapshots, and a copy of a name that nobody foresaw', async () => {
  const storage = await emulator.open();
  const picture = { draft: draftId(1), picture: pictureId(1) };
  await storage.evidence.put(SCHOOL, { ...picture, copy: 'original' }, BYTES, 'image/png');
  const { connectionString, name: opened } = emulator.last();
  const container = BlobServiceClient.fromConnectionString(connectionString).getContainerClient(opened);
  const prefix = `${SCHOOL}/${picture.draft}/${picture.picture}/`;
  await container.getBlockBlobClient(`${prefix}original`).createSnapshot();
  await container.getBlockBlobClient(`${prefix}some-other-copy`).upload(BYTES, BYTES.byteLength);
  const left = async () => {
    const names: string[] = [];
    for await (const { name } of container.listBlobsFlat({ prefix, includeSnapshots: true })) names.push(name);
    return names.length;
  };
  expect(await left()).toBe(3);
  expect(await storage.evidence.destroy(SCHOOL, picture)).toBe(0);
  expect(await left()).toBe(0);

  await storage.evidence.put(SCHOOL, { ...picture, copy: 'view' }, BYTES, 'image/png');
  await container.getBlockBlobClient(`${prefix}view`).createSnapshot();
  await storage.evidence.remove(SCHOOL, { ...picture, copy: 'view' });
  expect(await left()).toBe(0);
});
