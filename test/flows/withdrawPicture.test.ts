import { firstBreak } from '../../src/core/report/audit.ts';
import { fetchWaiting, receiveChatPictures } from '../../src/flows/fetchPictures.ts';
import { fileReport } from '../../src/flows/fileReport.ts';
import { stopSentPictures } from '../../src/flows/stopSent.ts';
import { triageReport } from '../../src/flows/triageReport.ts';
import { ownPictures, takeBackPicture } from '../../src/flows/withdrawPicture.ts';
import { aHouse, aReadyDraft, head, type House, person, setUpHouse, teacher } from '../builders/house.ts';
import { LEAD, OTHER_TEACHER, SCHOOL, TEACHER } from '../builders/values.ts';

let house: House;
beforeEach(async () => {
  house = aHouse();
  await setUpHouse(house);
});
async function aReportWithTwo() {
  const draft = await aReadyDraft(house);
  const addresses = ['one', 'two'].map((name, index) => ({
    url: `https://smba.trafficmanager.net/uk/v3/attachments/${name}/views/original`,
    how: 'inline' as const,
    index,
  }));
  await receiveChatPictures(house.outside, house.fetches, teacher, 'a1', addresses);
  await fetchWaiting(house.outside, house.fetches, teacher);
  const sent = await fileReport(house.outside, teacher, draft.id, '1', house.nudge);
  if (sent.kind !== 'filed') throw new Error(sent.kind);
  return sent.report;
}
const evidenceOf = (id: Parameters<typeof takeBackPicture>[2]) => house.outside.reports.evidence(SCHOOL, id);

describe('a picture that its reporter takes back', () => {
  it('stays kept, is marked with when and why, and has a line with its hash in the chain', async () => {
    const report = await aReportWithTwo();
    const held = house.store.memory(SCHOOL).blobs.size;
    const turn = await takeBackPicture(house.outside, teacher, report.id, 2, 'wrong-person');
    expect(turn.kind).toBe('done');
    const [first, second] = await evidenceOf(report.id);
    expect(first?.withdrawn).toBeUndefined();
    expect(second).toMatchObject({ state: 'kept', withdrawn: { reason: 'wrong-person' } });
    expect(house.store.memory(SCHOOL).blobs.size).toBe(held);
    const record = await house.outside.reports.record(SCHOOL, report.id);
    expect(record.at(-1)).toMatchObject({
      what: 'picture-withdrawn',
      by: TEACHER,
      facts: { picture: '2', sha256: second?.sha256, reason: 'wrong-person' },
    });
    const now = await house.outside.reports.get(SCHOOL, report.id);
    expect(now === null ? 'gone' : firstBreak(record, now.value.chain)).toBeNull();
  });

  it('twice is once, whatever the second reason, and two presses at once are one', async () => {
    const report = await aReportWithTwo();
    const turns = await Promise.all([
      takeBackPicture(house.outside, teacher, report.id, 1, 'repeat'),
      takeBackPicture(house.outside, teacher, report.id, 1, 'private'),
    ]);
    expect(turns.map(({ kind }) => kind).sort()).toEqual(['already', 'done']);
    expect((await takeBackPicture(house.outside, teacher, report.id, 1, 'not-say')).kind).toBe('already');
    const record = await house.outside.reports.record(SCHOOL, report.id);
    expect(record.filter(({ what }) => what === 'picture-withdrawn')).toHaveLength(1);
  });

  it('is nobody else’s to take back or to list', async () => {
    const report = await aReportWithTwo();
    for (const other of [head, person(OTHER_TEACHER), person(LEAD)]) {
      expect(await takeBackPicture(house.outside, other, report.id, 1, 'repeat')).toEqual({ kind: 'not-yours' });
      expect(await ownPictures(house.outside, other, report.id)).toBeNull();
    }
    expect((await evidenceOf(report.id)).every(({ withdrawn }) => withdrawn === undefined)).toBe(true);
  });

  it('can be taken back of a closed report too', async () => {
    const report = await aReportWithTwo();
    await triageReport(house.outside, head, report.id, { kind: 'close', reason: 'dealt-with' }, house.nudge);
    expect((await takeBackPicture(house.outside, teacher, report.id, 1, 'wrong-picture')).kind).toBe('done');
  });

  it('is not a way round a stop: a locked one stays as it is', async () => {
    const report = await aReportWithTwo();
    await stopSentPictures(house.outside, teacher, report.draft, house.nudge);
    const before = await evidenceOf(report.id);
    expect((await takeBackPicture(house.outside, teacher, report.id, 1, 'private')).kind).toBe('already');
    expect(await evidenceOf(report.id)).toEqual(before);
  });

  it('that was taken back can still be stopped', async () => {
    const report = await aReportWithTwo();
    await takeBackPicture(house.outside, teacher, report.id, 1, 'private');
    await stopSentPictures(house.outside, teacher, report.draft, house.nudge);
    expect((await evidenceOf(report.id)).map(({ state }) => state)).toEqual(['sealed', 'sealed']);
  });

  it('that does not exist changes nothing', async () => {
    const report = await aReportWithTwo();
    expect((await takeBackPicture(house.outside, teacher, report.id, 9, 'private')).kind).toBe('already');
  });
});
