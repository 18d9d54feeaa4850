import { storedPictures } from '../../src/core/report/draft.ts';
import { firstBreak } from '../../src/core/report/audit.ts';
import { addNow, startAddingTo } from '../../src/flows/addToReport.ts';
import { deliverWaiting, SOLE_LEASE_MS } from '../../src/flows/deliverWaiting.ts';
import { fetchWaiting, receiveChatPictures } from '../../src/flows/fetchPictures.ts';
import { fileReport } from '../../src/flows/fileReport.ts';
import { sayImagery } from '../../src/flows/guideReport.ts';
import { stopSentPictures } from '../../src/flows/stopSent.ts';
import type { Concern } from '../../src/core/report/audience.ts';
import {
  aHouse,
  aReadyDraft,
  aSentReport,
  type House,
  person,
  personalChat,
  setUpHouse,
  teacher,
} from '../builders/house.ts';
import { HEAD, LEAD, OTHER_TEACHER, SCHOOL, TEACHER } from '../builders/values.ts';

let house: House;
beforeEach(async () => {
  house = aHouse();
  await setUpHouse(house);
});
const at = (name: string) => `https://smba.trafficmanager.net/uk/v3/attachments/${name}/views/original`;
const send = (...names: string[]) =>
  receiveChatPictures(
    house.outside,
    house.fetches,
    teacher,
    'a1',
    names.map((name, index) => ({ url: at(name), how: 'inline' as const, index })),
  );
async function aReportWithPictures(concerns: readonly Concern[]) {
  const draft = await aReadyDraft(house, { concerns });
  await send('one', 'two');
  await fetchWaiting(house.outside, house.fetches, teacher);
  const sent = await fileReport(house.outside, teacher, draft.id, '1', house.nudge);
  if (sent.kind !== 'filed') throw new Error(sent.kind);
  expect(sent.evidence).toHaveLength(2);
  return sent.report;
}
const told = (staff: typeof LEAD) =>
  house.notices.filter(({ to, notice }) => to === personalChat(staff).id && notice.kind === 'picture-stopped').length;

describe('a stop by the reporter after Send', () => {
  it('lets go at once of what was said with the pictures, and the record still holds', async () => {
    const draft = await aReadyDraft(house);
    const addresses = ['one', 'two'].map((name, index) => ({ url: at(name), how: 'inline' as const, index }));
    await receiveChatPictures(house.outside, house.fetches, teacher, 'a1', addresses, 'undressed https://x.example/p');
    await fetchWaiting(house.outside, house.fetches, teacher);
    const sent = await fileReport(house.outside, teacher, draft.id, '1', house.nudge);
    if (sent.kind !== 'filed') throw new Error(sent.kind);
    const evidence = () => house.outside.reports.evidence(SCHOOL, sent.report.id);
    expect(JSON.stringify(await evidence())).toMatch(/undressed.*x\.example/);
    await stopSentPictures(house.outside, teacher, draft.id, house.nudge);
    expect((await evidence()).map(({ state }) => state)).toEqual(['sealed', 'sealed']);
    expect(JSON.stringify(await evidence())).not.toMatch(/undressed|x\.example/);
    const now = await house.outside.reports.get(SCHOOL, sent.report.id);
    const record = await house.outside.reports.record(SCHOOL, sent.report.id);
    expect(now === null ? 'gone' : firstBreak(record, now.value.chain)).toBeNull();
  });

  it('seals a picture that is being added at the same moment as well', async () => {
    const report = await aReportWithPictures([{ kind: 'parent-or-other' }]);
    const started = await startAddingTo(house.outside, teacher, report.id);
    if (started.kind !== 'draft') throw new Error(started.kind);
    await sayImagery(house.outside, house.fetches, teacher, started.draft.id, 'no');
    await receiveChatPictures(house.outside, house.fetches, teacher, 'a2', [{ url: at('x'), how: 'inline', index: 0 }]);
    await fetchWaiting(house.outside, house.fetches, teacher);
    const { reports } = house.outside;
    let added = false;
    const between: typeof reports.get = async (school, id) => {
      if (!added) {
        added = true;
        const { kind } = await addNow(house.outside, teacher, started.draft.id, '', house.nudge, null);
        expect(kind).toBe('added');
      }
      return reports.get(school, id);
    };
    const outside = { ...house.outside, reports: { ...reports, get: between } };
    await stopSentPictures(outside, teacher, report.draft, house.nudge);
    const evidence = await reports.evidence(SCHOOL, report.id);
    expect(evidence.map(({ state }) => state)).toEqual(['sealed', 'sealed', 'sealed']);
  });

  it('seals every picture of the report, in its record, and tells the safeguarding lead once', async () => {
    const report = await aReportWithPictures([{ kind: 'parent-or-other' }]);
    const stop = () => stopSentPictures(house.outside, teacher, report.draft, house.nudge);
    expect(await stop()).toEqual({ reference: report.reference, locked: 2 });
    expect(await stop()).toEqual({ reference: report.reference, locked: 2 });
    const evidence = await house.outside.reports.evidence(SCHOOL, report.id);
    expect(evidence.map(({ state }) => state)).toEqual(['sealed', 'sealed']);
    const now = await house.outside.reports.get(SCHOOL, report.id);
    const record = await house.outside.reports.record(SCHOOL, report.id);
    expect(record.filter(({ what, by }) => what === 'picture-sealed' && by === TEACHER)).toHaveLength(2);
    expect(now === null ? 'gone' : firstBreak(record, now.value.chain)).toBeNull();
    await deliverWaiting(house.outside, SCHOOL);
    expect(told(LEAD)).toBe(1);
  });

  it('is nobody else’s to make', async () => {
    const report = await aReportWithPictures([{ kind: 'parent-or-other' }]);
    expect(await stopSentPictures(house.outside, person(OTHER_TEACHER), report.draft, house.nudge)).toBeNull();
    expect((await house.outside.reports.evidence(SCHOOL, report.id)).map(({ state }) => state)).toEqual([
      'kept',
      'kept',
    ]);
  });

  it('of a sealed report tells no headteacher, even one who is the safeguarding lead', async () => {
    house.roles = { ...house.roles, safeguarding: [HEAD, LEAD] };
    const report = await aReportWithPictures([{ kind: 'headteacher' }]);
    await stopSentPictures(house.outside, teacher, report.draft, house.nudge);
    await deliverWaiting(house.outside, SCHOOL);
    expect({ head: told(HEAD), lead: told(LEAD) }).toEqual({ head: 0, lead: 1 });
    expect(house.logged.join()).not.toContain(report.reference);
  });
});

describe('a stop that is stored while the worker has just read the draft', () => {
  it('is seen before anything is asked of the address', async () => {
    const draft = await aReadyDraft(house);
    await send('one');
    const { drafts } = house.outside;
    let reads = 0;
    const late = {
      ...drafts,
      async get(...given: Parameters<typeof drafts.get>) {
        const read = await drafts.get(...given);
        reads += 1;
        // What was read is on its way back while the stop is written and ends every fetch that is known.
        if (reads === 1) await sayImagery(house.outside, house.fetches, teacher, draft.id, 'not-sure');
        return read;
      },
    };
    await fetchWaiting({ ...house.outside, drafts: late }, house.fetches, teacher);
    expect(house.fetched).toEqual([]);
    const kept = await drafts.get(SCHOOL, TEACHER);
    expect(kept === null ? [] : storedPictures(kept.value)).toEqual([]);
  });
});

describe('what a killed bot was telling', () => {
  it('is told by the next one as soon as its lease has run out, which is soon where there is only one bot', async () => {
    const { report } = await aSentReport(house, {});
    house.channelError = new Error('killed before it was told');
    const { outbox } = house.outside;
    const killed = { ...outbox, later: () => Promise.reject(new Error('killed')) };
    const telling = deliverWaiting({ ...house.outside, outbox: killed }, SCHOOL, SOLE_LEASE_MS);
    await expect(telling).rejects.toThrow('killed');
    house.channelError = null;
    await deliverWaiting(house.outside, SCHOOL);
    expect(house.posted).toEqual([]);
    house.pass(SOLE_LEASE_MS);
    await deliverWaiting(house.outside, SCHOOL);
    expect(house.posted).toMatchObject([{ notice: { line: { reference: report.reference } } }]);
  });
});

describe('what the receipt may say of telling', () => {
  it.each([
    [[{ kind: 'other-staff' }] as const, HEAD],
    [[{ kind: 'headteacher' }] as const, null],
  ])('is that word goes out only where there is a chat for it: %j', async (concerns, who) => {
    const first = await aReadyDraft(house, { concerns });
    expect(await fileReport(house.outside, teacher, first.id, '1', house.nudge)).toMatchObject({ canBeTold: true });
    if (who === null) return;
    await house.outside.people.forget(SCHOOL, who);
    const second = await aReadyDraft(house, { concerns });
    expect(await fileReport(house.outside, teacher, second.id, '1', house.nudge)).toMatchObject({ canBeTold: false });
  });
});
