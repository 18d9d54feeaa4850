import { addNow, startAddingTo } from '../../src/flows/addToReport.ts';
import { deliverWaiting } from '../../src/flows/deliverWaiting.ts';
import { fetchWaiting, receiveChatPictures } from '../../src/flows/fetchPictures.ts';
import { fileReport } from '../../src/flows/fileReport.ts';
import { deleteReport, sayConcerns, sayImagery, startReport } from '../../src/flows/guideReport.ts';
import { triageReport } from '../../src/flows/triageReport.ts';
import { viewPicture } from '../../src/flows/readReport.ts';
import { stopSentPictures } from '../../src/flows/stopSent.ts';
import { firstBreak } from '../../src/core/report/audit.ts';
import type { Draft } from '../../src/core/report/draft.ts';
import type { DraftId, ReportId } from '../../src/core/ids.ts';
import type { Link } from '../../src/flows/ports.ts';
import {
  aHouse,
  aSentReport,
  head,
  type House,
  person,
  PICTURE_BYTES,
  setUpHouse,
  teacher,
  triager,
} from '../builders/house.ts';
import { aLink, LEAD, OTHER_TEACHER, reportId, SCHOOL } from '../builders/values.ts';

async function aHouseWithReport(answers: Parameters<typeof aSentReport>[1] = {}) {
  const house = aHouse();
  await setUpHouse(house);
  const { report } = await aSentReport(house, answers);
  await deliverWaiting(house.outside, SCHOOL);
  house.notices.length = 0;
  return { house, report };
}

async function begun(house: House, report: ReportId): Promise<Draft> {
  const started = await startAddingTo(house.outside, teacher, report);
  if (started.kind !== 'draft') throw new Error(`Not started but ${started.kind}`);
  return started.draft;
}
const sendPicture = async (house: House, name: string) => {
  const url = `https://smba.trafficmanager.net/${name}`;
  await receiveChatPictures(house.outside, house.fetches, teacher, name, [{ url, how: 'inline', index: 0 }]);
  await fetchWaiting(house.outside, house.fetches, teacher);
};
const say = (house: House, id: DraftId, imagery: 'no' | 'yes' | 'not-sure') =>
  sayImagery(house.outside, house.fetches, teacher, id, imagery);
const add = (house: House, id: DraftId, words = '') => addNow(house.outside, teacher, id, words, house.nudge);
const evidenceOf = (house: House, id: ReportId) => house.outside.reports.evidence(SCHOOL, id);

describe('what a reporter adds after Send', () => {
  it('asks about pictures again, and fetches nothing before the answer', async () => {
    const { house, report } = await aHouseWithReport();
    const draft = await begun(house, report.id);
    expect(draft.imagery).toBeUndefined();
    await sendPicture(house, 'early');
    expect(house.fetched).toEqual([]);
    expect(await add(house, draft.id, 'words')).toMatchObject({ kind: 'not-yet', why: 'unanswered' });
    await say(house, draft.id, 'no');
    await fetchWaiting(house.outside, house.fetches, teacher);
    expect(house.fetched).toHaveLength(1);
  });

  it('becomes evidence numbered on, words with their time, and one line in the record', async () => {
    const { house, report } = await aHouseWithReport();
    for (const [round, name] of ['first', 'second'].entries()) {
      house.pass(60_000);
      const draft = await begun(house, report.id);
      await say(house, draft.id, 'no');
      await sendPicture(house, name);
      expect(await add(house, draft.id, `  ${name} words `)).toMatchObject({
        kind: 'added',
        report: { pictures: round + 1 },
      });
    }
    const kept = (await house.outside.reports.get(SCHOOL, report.id))?.value;
    expect(kept?.additions).toMatchObject([
      { words: 'first words', pictures: [1] },
      { words: 'second words', pictures: [2] },
    ]);
    expect(kept?.additions?.[0]?.at).not.toBe(kept?.additions?.[1]?.at);
    expect(kept?.answers).toEqual(report.answers);
    expect((await evidenceOf(house, report.id)).map(({ number, state }) => [number, state])).toEqual([
      [1, 'kept'],
      [2, 'kept'],
    ]);
    const record = await house.outside.reports.record(SCHOOL, report.id);
    expect(record.filter(({ what }) => what === 'added').map(({ facts }) => facts['pictures'])).toEqual(['1', '1']);
    expect(firstBreak(record, kept?.chain ?? report.chain)).toBeNull();
    expect(JSON.stringify([record, house.logged, house.posted, house.updated, house.notices])).not.toContain(
      'first words',
    );
    expect(await house.outside.drafts.get(SCHOOL, teacher.staff)).toBeNull();
  });

  it('can be looked at by those who open the report, from where its bytes lie', async () => {
    const { house, report } = await aHouseWithReport();
    const draft = await begun(house, report.id);
    await say(house, draft.id, 'no');
    await sendPicture(house, 'late');
    await add(house, draft.id);
    const link = aLink({ person: triager.staff, report: report.id }) as Extract<Link, { kind: 'open' }>;
    expect(await viewPicture(house.outside, link, 1)).toMatchObject({ kind: 'picture' });
    const original = {
      draft: draft.id,
      picture: (await evidenceOf(house, report.id))[0]?.id,
      copy: 'original',
    } as never;
    expect((await house.outside.evidence.get(SCHOOL, original))?.bytes).toEqual(PICTURE_BYTES);
  });

  it('is told in the channel, without content', async () => {
    const { house, report } = await aHouseWithReport();
    const draft = await begun(house, report.id);
    await say(house, draft.id, 'no');
    await add(house, draft.id, 'Something more');
    await deliverWaiting(house.outside, SCHOOL);
    expect(house.updated.at(-1)?.notice).toMatchObject({
      kind: 'report',
      line: { addedAt: expect.any(String) as string },
    });
  });

  it.each([
    ['head', { concerns: [{ kind: 'other-staff' }] } as const],
    ['chair', { concerns: [{ kind: 'headteacher' }] } as const],
  ])('of a report for the %s stays with it, and is told to them in person', async (audience, answers) => {
    const { house, report } = await aHouseWithReport(answers);
    expect(report.audience).toBe(audience);
    const draft = await begun(house, report.id);
    expect(draft.sealed).toBe(audience === 'chair');
    await say(house, draft.id, 'no');
    // A press on an old card of the guide moves it nowhere.
    await sayConcerns(house.outside, teacher, draft.id, [{ kind: 'pupil' }]);
    expect(await add(house, draft.id, 'More')).toMatchObject({ kind: 'added' });
    const shown = house.posted.length + house.updated.length;
    await deliverWaiting(house.outside, SCHOOL);
    expect(house.notices.map(({ notice }) => notice)).toMatchObject([{ kind: 'added-to', report: report.id }]);
    expect(house.posted.length + house.updated.length).toBe(shown);
  });

  it('is added once, however often it is pressed', async () => {
    const { house, report } = await aHouseWithReport();
    const draft = await begun(house, report.id);
    await say(house, draft.id, 'no');
    const both = await Promise.all([add(house, draft.id, 'Once'), add(house, draft.id, 'Once')]);
    expect(both.map(({ kind }) => kind).sort()).toEqual(['added', 'already-sent']);
    expect((await house.outside.reports.get(SCHOOL, report.id))?.value.additions).toHaveLength(1);
  });

  it('waits for pictures on their way, and keeps what was typed', async () => {
    const { house, report } = await aHouseWithReport();
    const draft = await begun(house, report.id);
    await say(house, draft.id, 'no');
    expect(await add(house, draft.id, ' ')).toMatchObject({ kind: 'not-yet', why: 'empty' });
    await receiveChatPictures(house.outside, house.fetches, teacher, 'slow', [
      { url: 'https://smba.trafficmanager.net/slow', how: 'inline', index: 0 },
    ]);
    expect(await add(house, draft.id, 'Typed')).toMatchObject({
      kind: 'not-yet',
      why: 'pictures-coming',
      draft: { answers: { words: 'Typed' } },
    });
    expect(await add(house, draft.id, 'x'.repeat(2_001))).toMatchObject({ kind: 'not-yet', why: 'too-long' });
  });

  it.each(['yes', 'not-sure'] as const)(
    'ends at "%s": nothing is added, what was stored is sealed, the lead is told',
    async (answer) => {
      const { house, report } = await aHouseWithReport();
      const draft = await begun(house, report.id);
      await say(house, draft.id, 'no');
      await sendPicture(house, 'bad');
      await say(house, draft.id, answer);
      await deliverWaiting(house.outside, SCHOOL);
      await deliverWaiting(house.outside, SCHOOL);
      const kept = (await house.outside.reports.get(SCHOOL, report.id))?.value;
      expect(kept).not.toHaveProperty('additions');
      expect(await evidenceOf(house, report.id)).toMatchObject([{ number: 1, state: 'sealed', draft: draft.id }]);
      expect((await house.outside.reports.record(SCHOOL, report.id)).at(-1)).toMatchObject({
        what: 'addition-stopped',
      });
      expect(house.notices.map(({ notice }) => notice)).toContainEqual({
        kind: 'picture-stopped',
        to: LEAD,
        reference: report.reference,
      });
      expect(await house.outside.drafts.get(SCHOOL, teacher.staff)).toBeNull();
      expect(await add(house, draft.id, 'late')).toMatchObject({ kind: 'already-sent' });
    },
  );

  it('tells nobody whom the report concerns of its stop, though they are the lead', async () => {
    const { house, report } = await aHouseWithReport({ concerns: [{ kind: 'handler', staffId: LEAD }] });
    const draft = await begun(house, report.id);
    await say(house, draft.id, 'not-sure');
    await deliverWaiting(house.outside, SCHOOL);
    await deliverWaiting(house.outside, SCHOOL);
    expect(house.notices.map(({ notice }) => notice)).toMatchObject([{ kind: 'picture-stopped', to: head.staff }]);
  });

  it('is stopped with the rest of the report afterwards', async () => {
    const { house, report } = await aHouseWithReport();
    const draft = await begun(house, report.id);
    await say(house, draft.id, 'no');
    await sendPicture(house, 'late');
    await add(house, draft.id);
    expect(await stopSentPictures(house.outside, teacher, draft.id, house.nudge)).toMatchObject({ locked: 1 });
    expect(await evidenceOf(house, report.id)).toMatchObject([{ state: 'sealed' }]);
  });

  it('counts the pictures that the report has already', async () => {
    const { house, report } = await aHouseWithReport();
    for (const [round, many] of [18, 4].entries()) {
      const draft = await begun(house, report.id);
      await say(house, draft.id, 'no');
      for (let at = 0; at < many; at += 1) await sendPicture(house, `picture-${round}-${at}`);
      await add(house, draft.id);
    }
    expect(await evidenceOf(house, report.id)).toHaveLength(20);
  });

  it('is never sent as a report, and deleting it leaves the report alone', async () => {
    const { house, report } = await aHouseWithReport();
    const draft = await begun(house, report.id);
    await say(house, draft.id, 'no');
    expect(await fileReport(house.outside, teacher, draft.id, '1', house.nudge)).toEqual({ kind: 'unfinished' });
    expect(await deleteReport(house.outside, house.fetches, teacher, draft.id)).toBe('deleted');
    expect((await house.outside.reports.get(SCHOOL, report.id))?.value).toEqual(
      expect.objectContaining({ answers: report.answers, pictures: 0 }),
    );
  });

  it('is for the reporter alone, one draft at a time, and for a report that is open', async () => {
    const { house, report } = await aHouseWithReport();
    const neutral = { kind: 'not-yours' };
    expect(await startAddingTo(house.outside, person(OTHER_TEACHER), report.id)).toEqual(neutral);
    expect(await startAddingTo(house.outside, teacher, reportId('none'))).toEqual(neutral);
    const { draft: other } = await startReport(house.outside, teacher);
    expect(await startAddingTo(house.outside, teacher, report.id)).toMatchObject({
      kind: 'other-draft',
      draft: { id: other.id },
    });
    await deleteReport(house.outside, house.fetches, teacher, other.id);
    const draft = await begun(house, report.id);
    expect((await begun(house, report.id)).id).toBe(draft.id);
    await say(house, draft.id, 'no');
    await triageReport(house.outside, head, report.id, { kind: 'close', reason: 'dealt-with' }, house.nudge);
    expect(await add(house, draft.id, 'Too late')).toMatchObject({ kind: 'not-yet', why: 'closed' });
    await deleteReport(house.outside, house.fetches, teacher, draft.id);
    expect(await startAddingTo(house.outside, teacher, report.id)).toMatchObject({ kind: 'no-more', why: 'closed' });
  });
});
