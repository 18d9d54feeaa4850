import { readLinkId } from '../../src/core/ids.ts';
import { mayOpen } from '../../src/core/report/audience.ts';
import { firstBreak } from '../../src/core/report/audit.ts';
import type { Report } from '../../src/core/report/report.ts';
import { deliverWaiting } from '../../src/flows/deliverWaiting.ts';
import type { Link, Person } from '../../src/flows/ports.ts';
import { readReport } from '../../src/flows/readReport.ts';
import { aboutToOpen, addConcerned, sayNotAboutMe, standAside } from '../../src/flows/standAside.ts';
import { openReport, openReports } from '../../src/flows/triageReport.ts';
import {
  aHouse,
  type Answers,
  aSentReport,
  head,
  type House,
  person,
  personalChat,
  setUpHouse,
  triager,
} from '../builders/house.ts';
import { CHAIR, HEAD, LEAD, OTHER_TEACHER, SCHOOL, SENT_AT, staff, TEACHER, TRIAGER } from '../builders/values.ts';

let house: House;
beforeEach(async () => {
  house = aHouse();
  await setUpHouse(house);
});

type OpenLink = Extract<Link, { kind: 'open' }>;

/** The link that one press of Open made for this person. */
async function linkFor(report: Report['id'], who: Person): Promise<OpenLink> {
  const opening = await openReport(house.outside, who, report);
  const sent = house.notices.filter(({ to }) => to === personalChat(who.staff).id).at(-1)?.notice;
  const id = sent?.kind === 'open-link' ? readLinkId(sent.url.split('/').at(-1)) : null;
  const kept = id === null ? null : await house.outside.links.get(SCHOOL, id);
  if (kept?.value.kind !== 'open') throw new Error(`no link but ${opening.kind}`);
  return kept.value;
}
const sentReport = async (answers: Answers = {}) => (await aSentReport(house, answers)).report.id;
const reportNow = async (id: Report['id']): Promise<Report> => {
  const kept = await house.outside.reports.get(SCHOOL, id);
  if (kept === null) throw new Error('no report');
  return kept.value;
};
const whoMayOpen = async (id: Report['id']) => {
  const [report, roles] = [await reportNow(id), await house.outside.roster.roles(SCHOOL)];
  return [TEACHER, HEAD, LEAD, CHAIR, TRIAGER].filter((one) => mayOpen(one, report, roles));
};
const toldThatItWaits = async () => {
  const before = house.notices.length;
  await deliverWaiting(house.outside, SCHOOL);
  return house.notices.slice(before).flatMap(({ to, notice }) => (notice.kind === 'waits-for-you' ? [to] : []));
};
const othersOn = async (link: OpenLink) => (await readReport(house.outside, link))?.others ?? [];
const lastActs = async (id: Report['id'], count: number) =>
  (await house.outside.reports.record(SCHOOL, id)).slice(-count).map(({ what, by, facts }) => ({ what, by, facts }));

describe('before a report is opened', () => {
  it('its reference is all that is asked about, and only of one who may open it', async () => {
    const id = await sentReport();
    const link = await linkFor(id, triager);
    expect(await aboutToOpen(house.outside, link)).toBe((await reportNow(id)).reference);
    await house.outside.desk.removeTriager(SCHOOL, TRIAGER, HEAD, SENT_AT);
    expect(await aboutToOpen(house.outside, link)).toBeNull();
  });

  it('"no" is a line in the record, written before the link lets the browser go on', async () => {
    const id = await sentReport();
    const link = await linkFor(id, triager);
    const kept = await house.outside.links.get(SCHOOL, link.id);
    if (kept === null) throw new Error('no link');
    house.store.fail('reports.commit', { times: 1 });
    await expect(sayNotAboutMe(house.outside, kept)).rejects.toThrow();
    expect((await house.outside.links.get(SCHOOL, link.id))?.value).not.toHaveProperty('notAboutMe');
    expect(await sayNotAboutMe(house.outside, kept)).toBe('go-on');
    expect((await house.outside.links.get(SCHOOL, link.id))?.value).toMatchObject({ notAboutMe: true });
    expect(await lastActs(id, 1)).toEqual([{ what: 'not-about-me', by: TRIAGER, facts: {} }]);
  });
});

describe('standing aside', () => {
  it('shuts that one person out at once, of page, list and a new link, and leaves it to the others', async () => {
    const id = await sentReport();
    await toldThatItWaits();
    const link = await linkFor(id, triager);
    expect(await standAside(house.outside, link, house.nudge)).toEqual({ kind: 'done', wentOn: false });
    expect((await reportNow(id)).concerned).toEqual([TRIAGER]);
    expect(await whoMayOpen(id)).toEqual([HEAD]);
    expect(await openReport(house.outside, triager, id)).toEqual({ kind: 'not-yours' });
    expect((await openReports(house.outside, triager, 'personal', 10)).items).toEqual([]);
    expect((await openReports(house.outside, head, 'channel', 10)).items).toHaveLength(1);
    expect(await standAside(house.outside, link, house.nudge)).toEqual({ kind: 'none' });
    expect(await toldThatItWaits()).toEqual([]);
    expect(await lastActs(id, 1)).toEqual([{ what: 'stood-aside', by: TRIAGER, facts: {} }]);
  });

  it('is one stored change with its line: where that fails, nothing has changed', async () => {
    const id = await sentReport();
    const link = await linkFor(id, triager);
    house.store.fail('reports.commit', { times: 1 });
    await expect(standAside(house.outside, link, house.nudge)).rejects.toThrow();
    expect((await reportNow(id)).concerned).toEqual([]);
    expect((await house.outside.reports.record(SCHOOL, id)).map(({ what }) => what)).not.toContain('stood-aside');
  });

  it.each<[string, Answers, Person, string, readonly string[]]>([
    [
      'the headteacher from a report for the headteacher alone',
      { concerns: [{ kind: 'other-staff' }] },
      head,
      'chair',
      [CHAIR],
    ],
    ['the safeguarding lead from a report of imagery', { imagery: 'yes' }, person(LEAD), 'head', [HEAD]],
  ])(
    'by %s, the last who could open it, gives it to the next audience, who are told',
    async (_who, answers, who, to, next) => {
      const id = await sentReport(answers);
      await toldThatItWaits();
      const link = await linkFor(id, who);
      expect(await standAside(house.outside, link, house.nudge)).toEqual({ kind: 'done', wentOn: true });
      expect(await whoMayOpen(id)).toEqual(next);
      expect(await toldThatItWaits()).toEqual(next.map((one) => personalChat(one as typeof CHAIR).id));
      expect(await lastActs(id, 2)).toEqual([
        { what: 'stood-aside', by: who.staff, facts: {} },
        { what: 'went-on', by: 'postwise', facts: { to } },
      ]);
      const report = await reportNow(id);
      expect(firstBreak(await house.outside.reports.record(SCHOOL, id), report.chain)).toBeNull();
      const [heir] = next.map((one) => person(one as typeof CHAIR));
      if (heir === undefined) throw new Error('nobody');
      expect((await openReports(house.outside, heir, 'personal', 10)).items.map((line) => line.id)).toEqual([id]);
      expect((await openReport(house.outside, heir, id)).kind).toBe('sent');
    },
  );

  it('by everybody in triage goes past the headteacher, who is one of them, to the chair', async () => {
    const id = await sentReport();
    await standAside(house.outside, await linkFor(id, triager), house.nudge);
    expect(await standAside(house.outside, await linkFor(id, head), house.nudge)).toEqual({
      kind: 'done',
      wentOn: true,
    });
    expect(await whoMayOpen(id)).toEqual([CHAIR]);
  });

  it('by the last of all says that nobody is left, and writes it down', async () => {
    house.roles = { ...house.roles, chairs: [] };
    const id = await sentReport({ concerns: [{ kind: 'other-staff' }] });
    expect(await standAside(house.outside, await linkFor(id, head), house.nudge)).toEqual({ kind: 'nobody-left' });
    expect(await whoMayOpen(id)).toEqual([]);
    expect(await lastActs(id, 1)).toEqual([{ what: 'went-on', by: 'postwise', facts: { to: 'nobody' } }]);
  });

  it('by the chair from a sealed report opens it to no headteacher, and logs nothing', async () => {
    const id = await sentReport({ concerns: [{ kind: 'headteacher' }] });
    const link = await linkFor(id, person(CHAIR));
    house.logged.length = 0;
    expect(await standAside(house.outside, link, house.nudge)).toEqual({ kind: 'nobody-left' });
    expect(await whoMayOpen(id)).toEqual([]);
    expect(house.logged).toEqual([]);
  });

  it('by two at once counts for both', async () => {
    await house.outside.desk.addTriager(SCHOOL, OTHER_TEACHER, HEAD, SENT_AT);
    await house.outside.people.remember(SCHOOL, OTHER_TEACHER, personalChat(OTHER_TEACHER));
    const id = await sentReport();
    const links = [await linkFor(id, triager), await linkFor(id, person(OTHER_TEACHER))];
    await Promise.all(links.map((link) => standAside(house.outside, link, house.nudge)));
    expect([...(await reportNow(id)).concerned].sort()).toEqual([TRIAGER, OTHER_TEACHER].sort());
  });
});

describe('a person whom a report turns out to concern', () => {
  it('is offered among those who handle reports, without the reader, the headteacher and those shut out', async () => {
    const id = await sentReport({ concerns: [{ kind: 'pupil' }] });
    const link = await linkFor(id, head);
    expect([...(await othersOn(link))].sort()).toEqual([LEAD, TRIAGER, CHAIR].sort());
    await addConcerned(house.outside, link, LEAD, house.nudge);
    expect(await othersOn(link)).not.toContain(LEAD);
  });

  it('loses access at once, with a link that is open, and the record says who said so', async () => {
    const id = await sentReport();
    const theirs = await linkFor(id, triager);
    expect(await addConcerned(house.outside, await linkFor(id, head), TRIAGER, house.nudge)).toEqual({
      kind: 'done',
      wentOn: false,
    });
    expect(await whoMayOpen(id)).toEqual([HEAD]);
    expect(await aboutToOpen(house.outside, theirs)).toBeNull();
    expect(await lastActs(id, 1)).toEqual([{ what: 'person-added', by: HEAD, facts: { person: TRIAGER } }]);
  });

  it('is never the headteacher of a report that was not sealed: nothing changes, and nothing is written', async () => {
    const id = await sentReport();
    const link = await linkFor(id, triager);
    const before = JSON.stringify([await reportNow(id), await house.outside.reports.record(SCHOOL, id)]);
    const logged = house.logged.length;
    expect(await addConcerned(house.outside, link, HEAD, house.nudge)).toEqual({ kind: 'headteacher' });
    expect(JSON.stringify([await reportNow(id), await house.outside.reports.record(SCHOOL, id)])).toBe(before);
    expect(house.logged.length).toBe(logged);
  });

  it.each([
    ['who handles no reports', staff(77)],
    ['who reads', TRIAGER],
  ])('is not one %s', async (_who, added) => {
    const id = await sentReport();
    expect(await addConcerned(house.outside, await linkFor(id, triager), added, house.nudge)).toEqual({ kind: 'none' });
    expect((await reportNow(id)).concerned).toEqual([]);
  });

  it('is added by nobody who cannot open it', async () => {
    const id = await sentReport();
    const link = await linkFor(id, triager);
    await standAside(house.outside, link, house.nudge);
    expect(await addConcerned(house.outside, link, LEAD, house.nudge)).toEqual({ kind: 'none' });
  });
});
