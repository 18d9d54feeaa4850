import { readLinkId, type StaffId } from '../../src/core/ids.ts';
import { deliverWaiting, waitBefore } from '../../src/flows/deliverWaiting.ts';
import { fileReport } from '../../src/flows/fileReport.ts';
import { ConversationGone } from '../../src/flows/ports.ts';
import { readReport } from '../../src/flows/readReport.ts';
import { sealForChair } from '../../src/flows/sealForChair.ts';
import { sayNotAboutMe, standAside } from '../../src/flows/standAside.ts';
import { openReport, openReports, myReports, setUpChannel, triageReport } from '../../src/flows/triageReport.ts';
import { StorageError } from '../../src/storage/storageError.ts';
import {
  aHouse,
  aReadyDraft,
  aSentReport,
  CHANNEL,
  head,
  type House,
  person,
  personalChat,
  setUpHouse,
  teacher,
  triager,
} from '../builders/house.ts';
import { CHAIR, HEAD, LEAD, OTHER_TEACHER, SCHOOL, TEACHER, TRIAGER } from '../builders/values.ts';

let house: House;
beforeEach(async () => {
  house = aHouse();
  await setUpHouse(house);
});
const deliver = () => deliverWaiting(house.outside, SCHOOL);
const told = (staff: StaffId) =>
  house.notices.filter(({ to }) => to === personalChat(staff).id).map(({ notice }) => notice);

describe('Send', () => {
  it('keeps the report before anybody is told', async () => {
    house.store.fail('reports.file');
    const draft = await aReadyDraft(house);
    await expect(fileReport(house.outside, teacher, draft.id, '1', house.nudge)).rejects.toThrow(StorageError);
    await deliver();
    expect(house.posted).toEqual([]);
    house.store.mend();
    expect((await fileReport(house.outside, teacher, draft.id, '1', house.nudge)).kind).toBe('filed');
  });

  it('makes one report when it is pressed twice, or when its answer was lost', async () => {
    const draft = await aReadyDraft(house);
    house.store.fail('reports.file', { times: 1, afterwards: true });
    await expect(fileReport(house.outside, teacher, draft.id, '1', house.nudge)).rejects.toThrow();
    const again = await fileReport(house.outside, teacher, draft.id, '1', house.nudge);
    expect(again).toEqual({ kind: 'already-sent', reference: draft.reference });
    expect((await myReports(house.outside, teacher, 10)).items).toHaveLength(1);
  });

  it('is refused to another person with the same draft, and says nothing of it', async () => {
    const draft = await aReadyDraft(house);
    const other = person(OTHER_TEACHER);
    expect(await fileReport(house.outside, other, draft.id, '1', house.nudge)).toEqual({ kind: 'no-draft' });
    await fileReport(house.outside, teacher, draft.id, '1', house.nudge);
    expect(await fileReport(house.outside, other, draft.id, '1', house.nudge)).toEqual({ kind: 'no-draft' });
  });

  it('posts one card that names nobody and quotes nothing', async () => {
    const { report } = await aSentReport(house, { what: 'Mrs Halloran called me a liar' });
    await deliver();
    expect(house.posted).toHaveLength(1);
    const card = JSON.stringify(house.posted[0]?.notice);
    expect(card).toContain(report.reference);
    expect(card).not.toContain('Halloran');
  });
});

describe('telling', () => {
  it('goes on until the channel has the card, and posts it once', async () => {
    house.channelError = new Error('502');
    await aSentReport(house);
    for (let tries = 0; tries < 3; tries += 1) {
      await deliver();
      house.pass(600_000);
    }
    expect(house.posted).toEqual([]);
    house.channelError = null;
    await deliver();
    await deliver();
    expect(house.posted).toHaveLength(1);
  });

  it('waits longer each time, and never longer than ten minutes', () => {
    expect([0, 1, 2, 5].map(waitBefore)).toEqual([2_000, 4_000, 8_000, 64_000]);
    expect(waitBefore(50)).toBe(600_000);
  });

  it('waits for a channel to be set', async () => {
    const fresh = aHouse();
    await aSentReport(fresh);
    await deliverWaiting(fresh.outside, SCHOOL);
    expect(fresh.posted).toEqual([]);
    expect(await setUpChannel(fresh.outside, teacher, CHANNEL)).toBe('not-headteacher');
    expect(await setUpChannel(fresh.outside, head, CHANNEL)).toBe('set');
    await deliverWaiting(fresh.outside, SCHOOL);
    expect(fresh.posted).toHaveLength(1);
  });

  it('sets a notice aside for a person whose chat is gone, until they write again', async () => {
    const { report } = await aSentReport(house);
    await triageReport(house.outside, head, report.id, { kind: 'acknowledge' }, house.nudge);
    house.noticeError = new ConversationGone('blocked');
    await deliver();
    house.noticeError = null;
    house.pass(3_600_000);
    await deliver();
    expect(told(TEACHER)).toEqual([]);
    await house.outside.people.remember(SCHOOL, TEACHER, personalChat(TEACHER));
    await house.outside.outbox.unpark(SCHOOL, TEACHER, house.outside.clock.now());
    await deliver();
    expect(told(TEACHER)).toMatchObject([{ kind: 'state-changed', state: 'acknowledged' }]);
  });

  it('posts again when a crash fell between the post and the note of it: twice is kinder than never', async () => {
    await aSentReport(house);
    house.store.fail('reports.commit', { times: 1 });
    await deliver();
    house.pass(600_000);
    await deliver();
    expect(house.posted).toHaveLength(2);
    expect(new Set(house.posted.map(({ notice }) => JSON.stringify(notice))).size).toBe(1);
  });
});

describe('triage', () => {
  it('changes the card in place and tells the reporter without a name or a word of it', async () => {
    const { report } = await aSentReport(house, { what: 'a secret' });
    await deliver();
    await triageReport(house.outside, triager, report.id, { kind: 'acknowledge' }, house.nudge);
    await deliver();
    await triageReport(house.outside, head, report.id, { kind: 'close', reason: 'dealt-with' }, house.nudge);
    await deliver();
    expect(house.posted).toHaveLength(1);
    expect(house.updated.map(({ notice }) => notice.kind === 'report' && notice.line.state)).toEqual([
      'acknowledged',
      'closed',
    ]);
    expect(told(TEACHER)).toMatchObject([{ state: 'acknowledged' }, { state: 'closed' }]);
    expect(JSON.stringify(told(TEACHER))).not.toContain('secret');
    expect((await openReports(house.outside, head, 'channel', 10)).items).toEqual([]);
  });

  it('lets one of two win, and shows the other what the first one did', async () => {
    const { report } = await aSentReport(house);
    const both = await Promise.all([
      triageReport(house.outside, triager, report.id, { kind: 'acknowledge' }, house.nudge),
      triageReport(house.outside, head, report.id, { kind: 'acknowledge' }, house.nudge),
    ]);
    expect(both.map(({ kind }) => kind).sort()).toEqual(['already', 'done']);
    expect(both.every((one) => one.kind !== 'not-yours' && one.report.state === 'acknowledged')).toBe(true);
  });

  it('is refused to anybody who is not stored as one who may', async () => {
    const { report } = await aSentReport(house);
    const stranger = person(OTHER_TEACHER);
    expect(await triageReport(house.outside, stranger, report.id, { kind: 'acknowledge' }, house.nudge)).toEqual({
      kind: 'not-yours',
    });
    expect(await triageReport(house.outside, teacher, report.id, { kind: 'acknowledge' }, house.nudge)).toEqual({
      kind: 'not-yours',
    });
    expect(await openReport(house.outside, stranger, report.id)).toEqual({ kind: 'not-yours' });
    expect((await openReports(house.outside, stranger, 'personal', 10)).items).toEqual([]);
  });

  it('never reopens a closed report from an old card', async () => {
    const { report } = await aSentReport(house);
    await triageReport(house.outside, head, report.id, { kind: 'close', reason: 'repeat' }, house.nudge);
    const late = await triageReport(house.outside, triager, report.id, { kind: 'acknowledge' }, house.nudge);
    expect(late).toMatchObject({ kind: 'already', report: { state: 'closed', reason: 'repeat' } });
  });
});

describe('a report for fewer eyes', () => {
  it('about a colleague reaches the headteacher in person, and the channel as a marker without a reference', async () => {
    const { report } = await aSentReport(house, { concerns: [{ kind: 'handler', staffId: TRIAGER }] });
    await deliver();
    expect(report.audience).toBe('head');
    expect(house.posted.map(({ notice }) => notice)).toEqual([{ kind: 'one-waits', audience: 'head' }]);
    expect(told(HEAD)).toMatchObject([{ kind: 'waits-for-you', reference: report.reference }]);
    expect(told(TRIAGER)).toEqual([]);
    expect((await openReports(house.outside, triager, 'personal', 10)).items).toEqual([]);
    expect((await openReports(house.outside, head, 'channel', 10)).items).toEqual([]);
    expect((await openReports(house.outside, head, 'personal', 10)).items).toHaveLength(1);
  });

  it('with possible imagery goes to the safeguarding lead alone', async () => {
    const { report } = await aSentReport(house, { imagery: 'not-sure' });
    await deliver();
    expect(report.audience).toBe('safeguarding');
    expect(told(LEAD)).toMatchObject([{ kind: 'waits-for-you' }]);
    expect(await openReport(house.outside, head, report.id)).toEqual({ kind: 'not-yours' });
    expect(house.posted.map(({ notice }) => notice)).toEqual([{ kind: 'one-waits', audience: 'safeguarding' }]);
  });
});

describe('a sealed report', () => {
  const seen = async (with_: (house: House) => Promise<unknown>) => {
    const one = aHouse();
    await setUpHouse(one);
    await aSentReport(one, { what: 'an ordinary one' });
    await deliverWaiting(one.outside, SCHOOL);
    one.logged.length = 0;
    await with_(one);
    await deliverWaiting(one.outside, SCHOOL);
    return {
      posted: one.posted.map(({ notice }) => notice.kind),
      updated: one.updated.length,
      toTriagers: one.notices.filter(({ to }) => [personalChat(HEAD).id, personalChat(TRIAGER).id].includes(to)).length,
      lists: await Promise.all(
        [head, triager].flatMap((who) =>
          (['channel', 'personal'] as const).map(async (place) =>
            JSON.stringify(await openReports(one.outside, who, place, 10)),
          ),
        ),
      ),
      logged: one.logged,
    };
  };

  it.each<[string, Parameters<typeof aSentReport>[1]]>([
    ['about the headteacher', { concerns: [{ kind: 'headteacher' }] }],
    ['about the headteacher picked with others', { concerns: [{ kind: 'pupil' }, { kind: 'headteacher' }] }],
    ['by the headteacher about themselves', { who: head, concerns: [{ kind: 'me' }] }],
  ])('%s leaves channel, lists and log of those who triage as they were', async (_name, answers) => {
    const without = await seen(async () => undefined);
    const withOne = await seen((one) => aSentReport(one, answers));
    expect(withOne).toEqual(without);
  });

  it('leaves them so when the chair reads it and stands aside, and when it is taken out for the chair', async () => {
    const without = await seen(async () => undefined);
    const withOne = await seen(async (one) => {
      const { report, chairCode = null } = await aSentReport(one, { concerns: [{ kind: 'headteacher' }] });
      await openReport(one.outside, person(CHAIR), report.id);
      const url = one.notices.flatMap(({ notice }) => (notice.kind === 'open-link' ? [notice.url] : [])).at(-1);
      const id = readLinkId(url?.split('/').at(-1));
      const kept = id === null ? null : await one.outside.links.get(SCHOOL, id);
      if (kept?.value.kind !== 'open') throw new Error('no link');
      expect(await sayNotAboutMe(one.outside, kept)).toBe('go-on');
      expect(await readReport(one.outside, kept.value)).not.toBeNull();
      const asked = { school: SCHOOL, reference: report.reference, name: 'Bo', reason: 'asked', withPictures: true };
      for (const by of [HEAD, OTHER_TEACHER])
        for (const code of [null, chairCode]) await sealForChair(one.outside, { ...asked, by, code });
      expect(await standAside(one.outside, kept.value, one.nudge)).toEqual({ kind: 'nobody-left' });
      await triageReport(one.outside, head, report.id, { kind: 'acknowledge' }, one.nudge);
    });
    expect(withOne).toEqual(without);
  });

  it('is opened by the chair and nobody else, and is in the reporter’s own list', async () => {
    const { report } = await aSentReport(house, { concerns: [{ kind: 'headteacher' }] });
    await deliver();
    expect(told(CHAIR)).toMatchObject([{ kind: 'waits-for-you', reference: report.reference }]);
    for (const who of [head, triager, person(LEAD), teacher]) {
      expect(await openReport(house.outside, who, report.id)).toEqual({ kind: 'not-yours' });
      expect((await openReports(house.outside, who, 'personal', 10)).items).toEqual([]);
    }
    expect((await openReport(house.outside, person(CHAIR), report.id)).kind).toBe('sent');
    expect((await openReports(house.outside, person(CHAIR), 'personal', 10)).items).toHaveLength(1);
    expect((await myReports(house.outside, teacher, 10)).items).toHaveLength(1);
  });

  it('logs nothing by which it could be known: no id, no reference, no person', async () => {
    house.logged.length = 0;
    const { report } = await aSentReport(house, { concerns: [{ kind: 'headteacher' }] });
    await triageReport(house.outside, head, report.id, { kind: 'acknowledge' }, house.nudge);
    await deliver();
    const log = house.logged.join('\n');
    for (const word of [report.id, report.reference, TEACHER, HEAD, 'chair']) expect(log).not.toContain(word);
  });
});
