import { keepUpload, answerOnPage, removeUpload } from '../../src/flows/uploadPictures.ts';
import { makeUploadLink } from '../../src/flows/links.ts';
import { fileReport } from '../../src/flows/fileReport.ts';
import { readLinkId, type ReportId } from '../../src/core/ids.ts';
import { aReadyDraft, type Answers, aSentReport, head, PICTURE_BYTES, teacher, triager } from '../builders/house.ts';
import { HEAD, LEAD, SCHOOL, TRIAGER } from '../builders/values.ts';
import { anOpenLink, aSite, ask, pressAndAnswer, type Site, Surfer, wordsOf } from './site.ts';

let site: Site;
beforeEach(async () => {
  site = await aSite();
});
afterEach(() => site.close());

/** A sent report with so many pictures, which came by the upload page. */
async function aReportWithPictures(count: number, answers: Answers = {}, removed = 0): Promise<ReportId> {
  const { house } = site;
  const { outside, fetches } = house;
  const draft = await aReadyDraft(house, answers);
  const made = await makeUploadLink(outside, answers.who ?? teacher, draft.id);
  const id = made.kind === 'link' ? readLinkId(made.url.split('/').at(-1)) : null;
  const link = id === null ? null : await outside.links.get(SCHOOL, id);
  if (link?.value.kind !== 'upload') throw new Error('no upload link');
  await answerOnPage(outside, fetches, link.value, 'no', () => undefined);
  for (let at = 1; at <= count; at += 1)
    await keepUpload(outside, link.value, `key-000${at}`, Buffer.from(`${PICTURE_BYTES.toString()} ${at}`));
  if (removed > 0) await removeUpload(outside, link.value, removed);
  const sent = await fileReport(outside, answers.who ?? teacher, draft.id, '1', house.nudge);
  if (sent.kind !== 'filed') throw new Error(`Not filed but ${sent.kind}`);
  return sent.report.id;
}

const inside = async (report: ReportId, who = triager) => {
  const path = await anOpenLink(site.house, report, who);
  const surfer = new Surfer(site);
  const entered = await pressAndAnswer(surfer, path);
  expect(entered.status).toBe(303);
  return { surfer, path };
};
const recordOf = async (report: ReportId) =>
  (await site.house.outside.reports.record(SCHOOL, report)).map(({ what }) => what);

describe('a link to a report', () => {
  it('is not spent by looking, however often', async () => {
    const { report } = await aSentReport(site.house);
    const path = await anOpenLink(site.house, report.id);
    for (let look = 0; look < 10; look += 1) {
      expect(await ask(site.port, 'GET', path)).toMatchObject({ status: 200 });
      expect(await ask(site.port, 'HEAD', path)).toMatchObject({ status: 200, text: '' });
    }
    const looked = await ask(site.port, 'GET', path);
    expect(looked.text).toContain('Open the report</button>');
    expect(looked.text).not.toContain('liar');
    expect(looked.text).not.toContain(report.reference);
    const surfer = new Surfer(site);
    expect(await pressAndAnswer(surfer, path)).toMatchObject({ status: 303, headers: { location: path } });
    expect((await surfer.get(path)).text).toContain('She called me a liar');
  });

  it('sets one cookie, with the link’s name and path, for as long as the session', async () => {
    const { report } = await aSentReport(site.house);
    const path = await anOpenLink(site.house, report.id);
    const { setCookies } = await new Surfer(site).post(path);
    const id = path.slice('/open/'.length);
    expect(setCookies).toEqual([
      expect.stringMatching(new RegExp(`^pw-${id}=[^;]+; Path=/open/${id}; Max-Age=600; HttpOnly; SameSite=Strict$`)),
    ]);
  });

  it('opens in the browser that pressed, and in no other', async () => {
    const { report } = await aSentReport(site.house);
    const path = await anOpenLink(site.house, report.id);
    await new Surfer(site).post(path);
    const other = new Surfer(site);
    for (const reply of [await other.get(path), await other.post(path), await other.post(`${path}/finish`)]) {
      expect(reply.status).toBe(403);
      expect(reply.text).toContain('This link was used');
      expect(reply.text).not.toContain('liar');
    }
    expect(await recordOf(report.id)).not.toContain('page-viewed');
  });

  it('ends after two minutes unused, and ten minutes after the press', async () => {
    const { report } = await aSentReport(site.house);
    const late = await anOpenLink(site.house, report.id);
    site.house.pass(2 * 60_000);
    expect(await new Surfer(site).get(late)).toMatchObject({ status: 410 });
    expect(await new Surfer(site).post(late)).toMatchObject({ status: 410 });

    const { surfer, path } = await inside(report.id);
    site.house.pass(10 * 60_000 - 1);
    expect(await surfer.get(path)).toMatchObject({ status: 200 });
    site.house.pass(1);
    const ended = await surfer.get(path);
    expect(ended.status).toBe(410);
    expect(ended.text).toContain('press Open on the report again');
  });

  it.each(['/open/no-such-link', '/open/..%2f..%2fetc', '/open/%00', '/open/', `/open/${'x'.repeat(81)}`])(
    'that is none (%s) says so plainly',
    async (path) => {
      const reply = await ask(site.port, 'GET', path);
      expect([404, 410]).toContain(reply.status);
      expect(reply.headers['content-type']).toBe('text/html; charset=utf-8');
    },
  );

  it('is of no use as an upload page, nor with another link’s cookie', async () => {
    const { report } = await aSentReport(site.house);
    const { surfer, path } = await inside(report.id);
    const id = path.slice('/open/'.length);
    expect(await surfer.get(`/upload/${id}`)).toMatchObject({ status: 410 });
    const second = await anOpenLink(site.house, report.id);
    const cookie = (await new Surfer(site).post(second)).setCookies[0]?.split(';', 1).join('') ?? '';
    const stolen = cookie.replace(/^pw-[^=]+/, `pw-${id}`);
    expect(await ask(site.port, 'GET', path, { headers: { Cookie: stolen } })).toMatchObject({ status: 403 });
  });

  it('takes no press that comes from a page of another site', async () => {
    const { report } = await aSentReport(site.house);
    const path = await anOpenLink(site.house, report.id);
    const foreign: readonly Record<string, string>[] = [
      { 'Sec-Fetch-Site': 'cross-site' },
      { 'Sec-Fetch-Site': 'same-site' },
      { Origin: 'https://elsewhere.example' },
      { Origin: 'null' },
      { Origin: `http://127.0.0.1:${site.port + 1}` },
    ];
    for (const headers of foreign)
      expect(await ask(site.port, 'POST', path, { headers })).toMatchObject({ status: 403 });
    const own = { Origin: `http://127.0.0.1:${site.port}` };
    expect(await ask(site.port, 'POST', path, { headers: own })).toMatchObject({ status: 303 });
  });

  it('ends when the person has finished', async () => {
    const { report } = await aSentReport(site.house);
    const path = await anOpenLink(site.house, report.id);
    const surfer = new Surfer(site);
    const cookie = (await pressAndAnswer(surfer, path)).setCookies[0]?.split(';', 1).join('') ?? '';
    expect(await ask(site.port, 'GET', path, { headers: { Cookie: cookie } })).toMatchObject({ status: 200 });
    const finished = await surfer.post(`${path}/finish`);
    expect(finished).toMatchObject({ status: 200 });
    expect(finished.setCookies[0]).toContain('Max-Age=0');
    expect(await surfer.get(path)).toMatchObject({ status: 410 });
    expect(await ask(site.port, 'GET', path, { headers: { Cookie: cookie } })).toMatchObject({ status: 410 });
  });
});

describe('the page of a report', () => {
  it('says in words what was reported, by whom, when in London, whom it concerns, and what was done with it', async () => {
    const { report } = await aSentReport(site.house, { concerns: [{ kind: 'pupil' }] });
    const { surfer, path } = await inside(report.id);
    const page = await surfer.get(path);
    expect(page.status).toBe(200);
    for (const said of [
      report.reference,
      'Abusive or harmful post',
      'What happened',
      'She called me a liar',
      'Monday 2 March 2026 at 09:30',
      'Staff id 00000000-0000-4000-8000-000000000001',
      'A pupil',
      'Sent the report, with no pictures',
      'Opened this page',
      'Nothing has been taken out or altered',
      'I have finished',
      'Danger now: 999.',
    ])
      expect(wordsOf(page)).toContain(said);
  });

  it('shows names where the school’s settings give them, and the rules word for word', async () => {
    await site.close();
    site = await aSite({
      nameOf: (staff) => (staff === TRIAGER ? 'Mo Clarke' : null),
      clause: (id) =>
        id === '8.2.b' ? { section: 'Section 8, (2)', quote: 'Staff should report “it” & tell.' } : null,
    });
    const { report } = await aSentReport(site.house);
    const { surfer, path } = await inside(report.id);
    const words = wordsOf(await surfer.get(path));
    expect(words).toContain('Mo Clarke');
    expect(words).toContain('Staff should report “it” &amp; tell.');
    expect(words).toContain('Section 8, (2) (8.2.b)');
  });

  it('leaves the screen by itself when the session ends', async () => {
    const { report } = await aSentReport(site.house);
    const { surfer, path } = await inside(report.id);
    site.house.pass(9 * 60_000);
    const page = await surfer.get(path);
    expect(page.text).toContain(`<meta http-equiv="refresh" content="60; url=${path}" />`);
    expect(wordsOf(page)).toContain('Open to you until 09:40.');
  });

  it('is written in the record at each view, and not by HEAD', async () => {
    const { report } = await aSentReport(site.house);
    const { surfer, path } = await inside(report.id);
    await surfer.get(path);
    await surfer.go('HEAD', path);
    await surfer.get(path);
    expect(await recordOf(report.id)).toEqual(['filed', 'link-sent', 'not-about-me', 'page-viewed', 'page-viewed']);
  });

  it('asks at each view whether this person may still open it', async () => {
    const report = await aReportWithPictures(1);
    const { surfer, path } = await inside(report);
    expect(await surfer.get(path)).toMatchObject({ status: 200 });
    await site.house.outside.desk.removeTriager(SCHOOL, TRIAGER, HEAD, '2026-03-02T09:31:00.000Z');
    const refused = await surfer.get(path);
    expect(refused.status).toBe(403);
    expect(refused.text).not.toContain('liar');
    expect(refused.text).not.toContain('SM-');
    expect(await surfer.get(`${path}/pictures/1`)).toMatchObject({ status: 410 });
    expect(await surfer.post(`${path}/pictures/1/stop`)).toMatchObject({ status: 403 });
    expect((await recordOf(report)).filter((what) => what === 'page-viewed')).toHaveLength(1);
  });

  it('of a sealed report cannot be reached by a triager or the headteacher, even with a link that says so', async () => {
    const { report } = await aSentReport(site.house, { concerns: [{ kind: 'headteacher' }] });
    for (const who of [triager, head]) {
      await expect(anOpenLink(site.house, report.id, who)).rejects.toThrow('not-yours');
      const id = readLinkId(`forged-${who.staff}`);
      if (id === null) throw new Error('not an id');
      const madeAt = site.house.outside.clock.now().toISOString();
      const redeemBy = new Date(site.house.outside.clock.now().getTime() + 60_000).toISOString();
      await site.house.outside.links.create({
        kind: 'open',
        id,
        school: SCHOOL,
        person: who.staff,
        report: report.id,
        madeAt,
        redeemBy,
        sealed: false,
      });
      const surfer = new Surfer(site);
      await surfer.post(`/open/${id}`);
      const refused = await surfer.get(`/open/${id}`);
      expect(refused.status).toBe(403);
      expect(refused.text).not.toContain('liar');
    }
    expect(site.house.logged.join()).not.toContain(report.id);
  });

  it('shows what was typed as text, whatever it is', async () => {
    const what = '<script>alert(1)</script> "quoted" & <img src=x onerror=alert(1)> https://example.test/x';
    const { report } = await aSentReport(site.house, { what });
    const { surfer, path } = await inside(report.id);
    const { text } = await surfer.get(path);
    expect(text).not.toMatch(/<script(?! src="\/assets\/copy\.js)|<img|onerror=alert\(1\)>/);
    expect(text).toContain('&lt;script&gt;alert(1)&lt;/script&gt;');
    expect(text).not.toContain('href="https://example.test');
  });
});

describe('a picture', () => {
  it('is sent as a copy for looking at, shut off from everything, with its look in the record first', async () => {
    const report = await aReportWithPictures(2);
    const { surfer, path } = await inside(report);
    const page = await surfer.get(path);
    expect(page.text).toContain('alt="Screen grab 2 of 2, as sent by the reporter"');
    const { outside, store } = site.house;
    const from = store.calls.length;
    const picture = await surfer.get(`${path}/pictures/2`, { 'Sec-Fetch-Dest': 'image' });
    expect(picture).toMatchObject({
      status: 200,
      text: 'view copy',
      headers: {
        'content-type': 'image/png',
        'cache-control': 'no-store',
        'x-content-type-options': 'nosniff',
        'content-disposition': 'inline; filename="screen-grab-2.png"',
      },
    });
    expect(picture.headers['content-security-policy']).toMatch(/^sandbox; default-src 'none'/);
    const calls = store.calls.slice(from);
    expect(calls.indexOf('reports.commit')).toBeGreaterThanOrEqual(0);
    expect(calls.indexOf('reports.commit')).toBeLessThan(calls.indexOf('evidence.get'));
    const last = (await outside.reports.record(SCHOOL, report)).at(-1);
    expect(last).toMatchObject({ what: 'picture-viewed', by: TRIAGER, facts: { picture: '2' } });
  });

  it('keeps its number where one before it was removed, and is never "3 of 2"', async () => {
    const report = await aReportWithPictures(3, {}, 2);
    const { surfer, path } = await inside(report);
    const page = await surfer.get(path);
    expect(page.text).toContain('<h3>Screen grab 1</h3>');
    expect(page.text).toContain('<h3>Screen grab 3</h3>');
    expect(page.text).toContain('alt="Screen grab 3, as sent by the reporter"');
    expect(page.text).not.toMatch(/Screen grab \d+ of/);
  });

  it('is not sent when its look cannot be written down', async () => {
    const report = await aReportWithPictures(1);
    const { surfer, path } = await inside(report);
    site.house.store.fail('reports.commit', { times: 1 });
    const from = site.house.store.calls.length;
    const refused = await surfer.get(`${path}/pictures/1`);
    expect(refused.status).toBe(500);
    expect(refused.text).not.toContain('view copy');
    expect(refused.text).not.toMatch(/StorageError|Cannot/);
    expect(site.house.store.calls.slice(from)).not.toContain('evidence.get');
  });

  it('is not shown in a tab of its own, where it would have no Stop', async () => {
    const report = await aReportWithPictures(1);
    const { surfer, path } = await inside(report);
    const reply = await surfer.get(`${path}/pictures/1`, { 'Sec-Fetch-Dest': 'document' });
    expect(reply).toMatchObject({ status: 303, headers: { location: `${path}#picture-1` } });
    expect(await recordOf(report)).not.toContain('picture-viewed');
  });

  it('is sealed by one press: nobody is sent its bytes again, and the safeguarding lead is to be told', async () => {
    const report = await aReportWithPictures(2);
    const first = await inside(report);
    const second = await inside(report, head);
    expect(await second.surfer.get(`${second.path}/pictures/1`)).toMatchObject({ status: 200 });

    const pressed = await first.surfer.post(`${first.path}/pictures/1/stop`);
    expect(pressed).toMatchObject({ status: 303, headers: { location: `${first.path}#picture-1` } });
    const from = site.house.store.calls.length;
    for (const { surfer, path } of [first, second])
      expect(await surfer.get(`${path}/pictures/1`)).toMatchObject({ status: 410 });
    expect(site.house.store.calls.slice(from)).not.toContain('evidence.get');
    const page = await first.surfer.get(first.path);
    expect(wordsOf(page)).toContain(
      'Screen grab 1 of 2 Stopped on Monday 2 March 2026 at 09:30: it may be an indecent image.',
    );
    expect(wordsOf(page)).toContain('Ada Reyes, 01632 960123');
    expect(page.text).not.toContain(`src="${first.path}/pictures/1"`);
    expect(page.text).toContain(`src="${first.path}/pictures/2"`);

    expect(site.house.nudges).toBeGreaterThan(0);
    const waiting = await site.house.outside.outbox.due(SCHOOL, site.house.outside.clock.now(), 20);
    expect(waiting.map(({ value }) => value.telling)).toContainEqual({
      kind: 'picture-stopped',
      to: LEAD,
      reference: expect.stringMatching(/^SM-/) as string,
    });
    expect(await first.surfer.post(`${first.path}/pictures/1/stop`)).toMatchObject({ status: 303 });
    expect((await recordOf(report)).filter((what) => what === 'picture-sealed')).toHaveLength(1);
  });

  it('whose original is no longer what was received is not shown', async () => {
    const report = await aReportWithPictures(1);
    const { surfer, path } = await inside(report);
    const { blobs } = site.house.store.memory(SCHOOL);
    for (const [key, blob] of blobs)
      if (key.endsWith('original')) blobs.set(key, { ...blob, bytes: Buffer.from('other bytes') });
    const reply = await surfer.get(`${path}/pictures/1`);
    expect(reply.status).toBe(409);
    expect(reply.text).not.toContain('view copy');
  });

  it.each(['0', '-1', '1.5', '99', 'x', '99999'])('number %s is none', async (number) => {
    const report = await aReportWithPictures(1);
    const { surfer, path } = await inside(report);
    const reply = await surfer.get(`${path}/pictures/${number}`);
    expect([404, 410]).toContain(reply.status);
  });

  it('needs the cookie', async () => {
    const report = await aReportWithPictures(1);
    const { path } = await inside(report);
    expect(await ask(site.port, 'GET', `${path}/pictures/1`)).toMatchObject({ status: 403 });
    expect(await ask(site.port, 'POST', `${path}/pictures/1/stop`)).toMatchObject({ status: 403 });
  });
});
