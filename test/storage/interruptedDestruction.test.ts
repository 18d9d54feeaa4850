/** A destruction that is cut off at any request to the tables or the blobs of the real emulator, and finished after. */
import { destroyInReport } from '../../src/core/report/locked.ts';
import { finishDestroying } from '../../src/flows/lockedPictures.ts';
import type { Outside } from '../../src/flows/ports.ts';
import type { Storage } from '../../src/storage/storage.ts';
import { aHouse } from '../builders/house.ts';
import {
  aDraft,
  aFiling,
  after,
  anEvidence,
  aWaiting,
  draftId,
  LEAD,
  pictureId,
  reportId,
  SCHOOL,
} from '../builders/values.ts';
import { behindWire, type BehindWire } from './behindWire.ts';
import type { Fault } from './wire.ts';

let wired: BehindWire;
beforeAll(async () => {
  wired = await behindWire();
});
afterAll(() => wired.stop());

const DESTROYED = { at: after(0), by: LEAD, adviser: 'iwf', adviceReference: 'R1', reason: 'advised' } as const;
const TELLING = { kind: 'destroy-pictures', report: reportId(1) } as const;
const COPIES = ['original', 'view'] as const;

/** A report with two locked pictures whose destruction is kept, and not a byte gone yet. */
async function prepare(storage: Storage) {
  const draft = aDraft({ id: draftId(1) });
  const evidence = [1, 2].map((number) => anEvidence({ number, state: 'sealed' }));
  for (const { id: picture } of evidence)
    for (const copy of COPIES)
      await storage.evidence.put(SCHOOL, { draft: draft.id, picture, copy }, Buffer.from('bytes'), 'image/png');
  const made = await storage.drafts.create(SCHOOL, draft);
  if (made === 'exists') throw new Error('there is one');
  await storage.reports.file(SCHOOL, aFiling(draft, { id: reportId(1) }, evidence), made, []);
  const kept = await storage.reports.get(SCHOOL, reportId(1));
  if (kept === null) throw new Error('not filed');
  const change = destroyInReport(kept.value, evidence, [1, 2], DESTROYED);
  const tell = [aWaiting({ telling: TELLING })];
  expect(await storage.reports.commit(SCHOOL, kept, { ...change, tell })).toBe('done');
}
const outsideOf = (storage: Storage): Outside => ({ ...aHouse().outside, ...storage });
const finish = (storage: Storage) => finishDestroying(outsideOf(storage), SCHOOL, TELLING);

describe.each<Fault>(['refuse', 'lose'])('cut (%s)', (how) => {
  it.each(['tables', 'blobs'] as const)(
    'at any request to the %s, it is finished by the next try',
    async (where) => {
      for (let nth = 1, ended = false; !ended; nth += 1) {
        if (nth > 20) throw new Error('it never ended');
        const storage = await wired.open({ tries: 1 });
        await prepare(storage);
        wired[where].clear();
        wired[where].fault((at) => (at < nth ? undefined : at === nth ? how : 'refuse'));
        const outcome = await finish(storage).catch(() => 'failed' as const);
        ended = outcome === 'told' && wired[where].sent.length < nth;
        wired[where].fault(() => undefined);

        expect(await finish(storage)).toBe('told');
        for (const picture of [pictureId(1), pictureId(2)])
          for (const copy of COPIES)
            expect(await storage.evidence.get(SCHOOL, { draft: draftId(1), picture, copy })).toBeNull();
        const evidence = await storage.reports.evidence(SCHOOL, reportId(1));
        expect(evidence.every(({ state, destroyed }) => state === 'destroyed' && destroyed?.goneAt !== undefined)).toBe(
          true,
        );
        const record = await storage.reports.record(SCHOOL, reportId(1));
        expect(record.filter(({ what }) => what === 'picture-gone')).toHaveLength(2);
      }
    },
    60_000,
  );
});
