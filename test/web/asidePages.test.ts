import type { Guidance } from '../../src/core/policy/answer.ts';
import { readGuidance } from '../../src/core/policy/policy.ts';
import allegation from '../../src/content/guidance/allegation.json' with { type: 'json' };
import { aSentReport, head, person } from '../builders/house.ts';
import { CHAIR, HEAD, LEAD, SCHOOL, TRIAGER } from '../builders/values.ts';
import { anOpenLink, aSite, ask, pressAndAnswer, type Site, Surfer, wordsOf } from './site.ts';

const harmThreshold: Guidance | undefined = readGuidance(allegation).get('harm-threshold');

let site: Site;
beforeEach(async () => {
  site = await aSite({
    allegation: harmThreshold ?? null,
    roleOf: (staff) => (staff === LEAD ? 'Safeguarding lead' : null),
    nameOf: (staff) => (staff === LEAD ? 'Ada Reyes' : null),
  });
});
afterEach(() => site.close());

const record = async (report: Parameters<typeof anOpenLink>[1]) =>
  (await site.house.outside.reports.record(SCHOOL, report)).map(({ what }) => what);

describe('the question before a report', () => {
  it('stands before every word of it, on the page and behind every address of the link', async () => {
    const { report } = await aSentReport(site.house);
    const path = await anOpenLink(site.house, report.id);
    const surfer = new Surfer(site);
    await surfer.post(path);
    const asked = await surfer.get(path);
    expect(wordsOf(asked)).toContain('Is this about you or someone close?');
    expect(asked.text).toContain(report.reference);
    expect(asked.text).toContain('No: open it</button>');
    expect(asked.text).toContain('Yes: stand aside</button>');
    for (const reply of [asked, await surfer.get(`${path}/pictures/1`), await surfer.post(`${path}/pictures/1/stop`)]) {
      expect(reply.text).not.toContain('liar');
      expect(reply.text).not.toContain('Abusive');
    }
    expect(await surfer.post(`${path}/concerns`, { person: LEAD })).toMatchObject({ status: 403 });
    expect(await surfer.post(`${path}/about-you`, { answer: 'perhaps' })).toMatchObject({ status: 400 });
    expect(await record(report.id)).toEqual(['filed', 'link-sent']);
    expect(await surfer.post(`${path}/about-you`, { answer: 'no' })).toMatchObject({ status: 303 });
    expect((await surfer.get(path)).text).toContain('liar');
    expect(await record(report.id)).toEqual(['filed', 'link-sent', 'not-about-me', 'page-viewed']);
  });

  it('is asked again of each link, and answered by nobody without the cookie', async () => {
    const { report } = await aSentReport(site.house);
    const surfer = new Surfer(site);
    await pressAndAnswer(surfer, await anOpenLink(site.house, report.id));
    const second = await anOpenLink(site.house, report.id);
    await surfer.post(second);
    expect(wordsOf(await surfer.get(second))).toContain('Is this about you or someone close?');
    const body = 'answer=yes';
    const headers = { 'Content-Type': 'application/x-www-form-urlencoded', 'Sec-Fetch-Site': 'same-origin' };
    expect(await ask(site.port, 'POST', `${second}/about-you`, { headers, body })).toMatchObject({ status: 403 });
    expect(await record(report.id)).not.toContain('stood-aside');
  });

  it('answered "yes" shuts out at once, in every tab', async () => {
    const { report } = await aSentReport(site.house);
    const reading = { surfer: new Surfer(site), path: await anOpenLink(site.house, report.id) };
    await pressAndAnswer(reading.surfer, reading.path);
    const path = await anOpenLink(site.house, report.id);
    const surfer = new Surfer(site);
    await surfer.post(path);
    const gone = await surfer.post(`${path}/about-you`, { answer: 'yes' });
    expect(wordsOf(gone)).toContain('You have stood aside');
    expect(gone.text).not.toContain('liar');
    for (const page of [await surfer.get(path), await reading.surfer.get(reading.path)]) {
      expect(page.status).toBe(403);
      expect(page.text).not.toContain('liar');
    }
  });

  it('can still be answered "yes" while reading; the last of all is told whom to go to', async () => {
    site.house.roles = { ...site.house.roles, chairs: [] };
    const { report } = await aSentReport(site.house, { concerns: [{ kind: 'other-staff' }] });
    const path = await anOpenLink(site.house, report.id, head);
    const surfer = new Surfer(site);
    await pressAndAnswer(surfer, path);
    const left = wordsOf(await surfer.post(`${path}/about-you`, { answer: 'yes' }));
    expect(left).toContain('Nobody here can open this report now');
    expect(left).toContain('Local authority designated officer (LADO) not set here');
  });
});

describe('the form for one whom a report turns out to concern', () => {
  const reading = async (answers = {}) => {
    const { report } = await aSentReport(site.house, answers);
    const path = await anOpenLink(site.house, report.id);
    const surfer = new Surfer(site);
    await pressAndAnswer(surfer, path);
    return { report, path, surfer };
  };

  it('offers those who handle reports by role and name, and shuts out the one chosen', async () => {
    const { report, path, surfer } = await reading();
    const { text } = await surfer.get(path);
    expect(text).toContain(`<option value="${LEAD}">Safeguarding lead: Ada Reyes</option>`);
    expect(text).not.toContain(`<option value="${TRIAGER}">`);
    expect(await surfer.post(`${path}/concerns`, { person: LEAD })).toMatchObject({ status: 303 });
    expect((await site.house.outside.reports.get(SCHOOL, report.id))?.value.concerned).toEqual([LEAD]);
    const after = wordsOf(await surfer.get(path));
    expect(after).toContain('Said that it concerns Ada Reyes, who cannot open it any more');
    // From then on it may be an allegation about somebody who works here.
    expect(wordsOf({ text })).not.toContain('harm threshold');
    expect(after).toContain('harm threshold');
  });

  it.each([['headteacher'], [HEAD]])(
    'given %s changes nothing and says what the way to the chair is',
    async (chosen) => {
      const { report, path, surfer } = await reading();
      const before = await record(report.id);
      const said = wordsOf(await surfer.post(`${path}/concerns`, { person: chosen }));
      expect(said).toContain('A report about the headteacher goes to the chair');
      expect(said).toContain('Nothing was changed');
      expect(await record(report.id)).toEqual(before);
      expect(site.house.logged.join()).not.toContain('concern');
    },
  );

  it.each(['', '__proto__', 'x'.repeat(200), '<b>', '00000000-0000-4000-8000-000000000088'])(
    'given "%s" answers with a sentence and changes nothing',
    async (chosen) => {
      const { report, path, surfer } = await reading();
      const reply = await surfer.post(`${path}/concerns`, { person: chosen });
      expect([400, 403]).toContain(reply.status);
      expect((await site.house.outside.reports.get(SCHOOL, report.id))?.value.concerned).toEqual([]);
    },
  );
});

describe('a report about somebody who works here', () => {
  it.each([
    ['another member of staff', { concerns: [{ kind: 'other-staff' }] } as const, head],
    ['the headteacher, to the chair', { concerns: [{ kind: 'headteacher' }] } as const, person(CHAIR)],
  ])('shows the four criteria, where they come from, and whom to ask: %s', async (_what, answers, who) => {
    const { report } = await aSentReport(site.house, answers);
    const path = await anOpenLink(site.house, report.id, who);
    const surfer = new Surfer(site);
    await pressAndAnswer(surfer, path);
    const words = wordsOf(await surfer.get(path));
    for (const said of [
      'harm threshold',
      'may have harmed a child',
      'criminal offence',
      'risk of harm to children',
      'not be suitable to work with children',
      'Keeping children safe in education, Part four',
      'Checked on 22 November 2026',
      'National guidance, not the school’s policy',
      'Local authority designated officer (LADO) Not set.',
      'Postwise refers nothing to anybody',
      'does not replace your own duty to report',
    ])
      expect(words).toContain(said);
  });

  it('and one about a parent does not', async () => {
    const { report } = await aSentReport(site.house);
    const path = await anOpenLink(site.house, report.id);
    const surfer = new Surfer(site);
    await pressAndAnswer(surfer, path);
    expect(wordsOf(await surfer.get(path))).not.toContain('harm threshold');
  });
});
