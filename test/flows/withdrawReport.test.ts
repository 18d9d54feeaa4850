import { deliverWaiting } from '../../src/flows/deliverWaiting.ts';
import { triageReport } from '../../src/flows/triageReport.ts';
import { withdrawReport } from '../../src/flows/withdrawReport.ts';
import { firstBreak } from '../../src/core/report/audit.ts';
import { aHouse, aSentReport, head, person, personalChat, setUpHouse, teacher } from '../builders/house.ts';
import { CHAIR, HEAD, LEAD, OTHER_TEACHER, reportId, SCHOOL } from '../builders/values.ts';

const said = { reason: 'resolved', words: ' We talked about it. ' } as const;

async function aHouseWithReport(answers: Parameters<typeof aSentReport>[1] = {}) {
  const house = aHouse();
  await setUpHouse(house);
  const { report } = await aSentReport(house, answers);
  await deliverWaiting(house.outside, SCHOOL);
  const stored = async () => (await house.outside.reports.get(SCHOOL, report.id))?.value;
  return {
    house,
    report,
    stored,
    withdrawn: (who = teacher) => withdrawReport(house.outside, who, report.id, said, house.nudge),
  };
}

describe('a report that its reporter withdraws', () => {
  it('stays, flagged with the reason, with a line in its record', async () => {
    const { house, report, stored, withdrawn } = await aHouseWithReport();
    expect(await withdrawn()).toMatchObject({ kind: 'done' });
    expect(await stored()).toMatchObject({
      state: 'new',
      answers: report.answers,
      withdrawn: { reason: 'resolved', words: 'We talked about it.' },
    });
    const record = await house.outside.reports.record(SCHOOL, report.id);
    expect(record.at(-1)).toMatchObject({ what: 'withdrawn', by: teacher.staff, facts: { reason: 'resolved' } });
    expect(firstBreak(record, (await stored())?.chain ?? report.chain)).toBeNull();
    expect(JSON.stringify([record, house.logged])).not.toContain('talked');
  });

  it('shows so in the channel, and can still be acknowledged and closed', async () => {
    const { house, report, stored, withdrawn } = await aHouseWithReport();
    await withdrawn();
    await deliverWaiting(house.outside, SCHOOL);
    expect(house.updated.at(-1)?.notice).toMatchObject({
      kind: 'report',
      line: { withdrawn: true },
      steps: ['acknowledge', 'close'],
    });
    await triageReport(house.outside, head, report.id, { kind: 'acknowledge' }, house.nudge);
    await triageReport(house.outside, head, report.id, { kind: 'close', reason: 'dealt-with' }, house.nudge);
    expect(await stored()).toMatchObject({ state: 'closed', withdrawn: { reason: 'resolved' } });
  });

  it('is withdrawn once, however often it is pressed', async () => {
    const { house, report, withdrawn } = await aHouseWithReport();
    const both = await Promise.all([withdrawn(), withdrawn()]);
    expect(both.map(({ kind }) => kind).sort()).toEqual(['already', 'done']);
    const record = await house.outside.reports.record(SCHOOL, report.id);
    expect(record.filter(({ what }) => what === 'withdrawn')).toHaveLength(1);
  });

  it('is nobody else’s to withdraw, and one that is not there gets the same answer', async () => {
    const { house, stored, withdrawn } = await aHouseWithReport();
    for (const who of [head, person(OTHER_TEACHER)]) expect(await withdrawn(who)).toEqual({ kind: 'not-yours' });
    expect(await withdrawReport(house.outside, teacher, reportId('none'), said, house.nudge)).toEqual({
      kind: 'not-yours',
    });
    expect(await stored()).not.toHaveProperty('withdrawn');
  });

  it('is not withdrawn once it is closed', async () => {
    const { house, report, withdrawn } = await aHouseWithReport();
    await triageReport(house.outside, head, report.id, { kind: 'close', reason: 'dealt-with' }, house.nudge);
    expect(await withdrawn()).toMatchObject({ kind: 'already', report: { state: 'closed' } });
  });

  it.each([
    ['the headteacher alone', { concerns: [{ kind: 'other-staff' }] } as const, [HEAD]],
    ['the safeguarding lead', { imagery: 'yes' } as const, [LEAD]],
    ['the chair', { concerns: [{ kind: 'headteacher' }] } as const, [CHAIR]],
  ])('tells %s in person, without content', async (_whom, answers, told) => {
    const { house, report, withdrawn } = await aHouseWithReport(answers);
    house.notices.length = 0;
    const posted = house.posted.length + house.updated.length;
    await withdrawn();
    await deliverWaiting(house.outside, SCHOOL);
    expect(house.notices.map(({ to, notice }) => [to, notice])).toEqual(
      told.map((to) => [
        personalChat(to).id,
        { kind: 'withdrawn', to, reference: report.reference, report: report.id },
      ]),
    );
    expect(house.posted.length + house.updated.length).toBe(posted);
  });
});
