import { fetchWaiting, receiveChatPictures } from '../../src/flows/fetchPictures.ts';
import { fileReport } from '../../src/flows/fileReport.ts';
import { sendLockedLink } from '../../src/flows/lockedPictures.ts';
import { stopSentPictures } from '../../src/flows/stopSent.ts';
import { takeBackPicture } from '../../src/flows/withdrawPicture.ts';
import { deliverWaiting } from '../../src/flows/deliverWaiting.ts';
import { aReadyDraft, head, person, personalChat, teacher } from '../builders/house.ts';
import { LEAD, SCHOOL, staff } from '../builders/values.ts';
import { anOpenLink, aSite, ask, pressAndAnswer, type Site, Surfer, wordsOf } from './site.ts';

const lead = person(LEAD);
let site: Site;
beforeEach(async () => {
  site = await aSite();
});
afterEach(() => site.close());

async function aReport(stop: boolean) {
  const { outside, fetches, nudge } = site.house;
  const draft = await aReadyDraft(site.house);
  const addresses = [0, 1].map((index) => ({
    url: `https://smba.trafficmanager.net/uk/v3/attachments/${index}/views/original`,
    how: 'inline' as const,
    index,
  }));
  await receiveChatPictures(outside, fetches, teacher, 'a1', addresses);
  await fetchWaiting(outside, fetches, teacher);
  const sent = await fileReport(outside, teacher, draft.id, '1', nudge);
  if (sent.kind !== 'filed') throw new Error(sent.kind);
  if (stop) await stopSentPictures(outside, teacher, draft.id, nudge);
  return sent.report;
}
async function lockedLink(who = lead): Promise<string> {
  expect(await sendLockedLink(site.house.outside, who)).toBe('sent');
  const last = site.house.notices.filter(({ to }) => to === personalChat(who.staff).id).at(-1);
  if (last?.notice.kind !== 'locked-link') throw new Error('no link');
  return new URL(last.notice.url).pathname;
}
async function inside() {
  const path = await lockedLink();
  const surfer = new Surfer(site);
  await surfer.post(path);
  return { path, surfer };
}
const FORM = { adviser: 'police', 'advice-reference': 'CR/1', reason: 'They have it', numbers: '1,2' };
const recordOf = async (report: Awaited<ReturnType<typeof aReport>>) =>
  (await site.house.outside.reports.record(SCHOOL, report.id)).map(({ what }) => what);
const bytes = () => site.house.store.memory(SCHOOL).blobs.size;

describe('the page of what is locked', () => {
  it('lists it without a picture and without a word of the report, and the list is in the record', async () => {
    const report = await aReport(true);
    const { path, surfer } = await inside();
    site.house.store.calls.length = 0;
    const list = await surfer.get(path);
    expect(list.status).toBe(200);
    expect(wordsOf(list)).toContain(`${report.reference} : In a report that was sent`);
    expect(wordsOf(list)).toContain('101');
    const item = await surfer.get(`${path}/items/report-${report.id}`);
    expect(wordsOf(item)).toContain('Number 1: PNG, ');
    expect(wordsOf(item)).toContain('Ada Reyes, 01632 960123');
    for (const page of [list, item]) {
      expect(page.text).not.toContain('<img');
      expect(page.text).not.toContain('/pictures/');
      expect(page.text).not.toContain('She called me a liar');
    }
    expect(site.house.store.calls.filter((call) => call.startsWith('evidence.'))).toEqual([]);
    expect((await recordOf(report)).filter((what) => what === 'locked-viewed')).toHaveLength(2);
  });

  it('asks once more before anything is destroyed: without tick and reference nothing is', async () => {
    const report = await aReport(true);
    const { path, surfer } = await inside();
    const item = `${path}/items/report-${report.id}`;
    const confirm = await surfer.post(`${item}/check`, FORM);
    expect(confirm.status).toBe(200);
    expect(wordsOf(confirm)).toContain('The police');
    const short: readonly Readonly<Record<string, string>>[] = [
      {},
      { sure: 'yes' },
      { reference: report.reference },
      { sure: 'yes', reference: 'SM-222-2222' },
    ];
    for (const sure of short) {
      const reply = await surfer.post(`${item}/destroy`, { ...FORM, ...sure });
      expect(reply.status).toBe(422);
      expect(wordsOf(reply)).toContain('Nothing was destroyed');
    }
    expect(await recordOf(report)).not.toContain('picture-destroyed');
    expect(bytes()).toBe(4);
  });

  it('destroys at the confirmation, says so afterwards, and a second press changes nothing', async () => {
    const report = await aReport(true);
    const { path, surfer } = await inside();
    const item = `${path}/items/report-${report.id}`;
    const sure = { ...FORM, sure: 'yes', reference: report.reference.toLowerCase() };
    expect(await surfer.post(`${item}/destroy`, sure)).toMatchObject({ status: 303, headers: { location: item } });
    while ((await deliverWaiting(site.house.outside, SCHOOL)) > 0);
    expect(bytes()).toBe(0);
    const after = await surfer.get(item);
    expect(wordsOf(after)).toContain('Destroyed on Monday 2 March 2026 at 09:30.');
    expect(after.text).not.toContain('Have it destroyed');
    const before = (await recordOf(report)).length;
    expect((await surfer.post(`${item}/destroy`, sure)).status).toBe(422);
    expect(await recordOf(report)).toHaveLength(before);

    const triage = new Surfer(site);
    const open = await anOpenLink(site.house, report.id, head);
    await pressAndAnswer(triage, open);
    const words = wordsOf(await triage.get(open));
    expect(words).toContain('by the safeguarding lead.');
    expect(words).toContain('advised by: The police, CR/1; why: They have it');
  });

  it.each([
    ['no adviser', { adviser: '' }, 'Choose who advised you.'],
    ['an adviser that is none', { adviser: 'x' }, 'Choose who advised you.'],
    ['no reference', { 'advice-reference': ' ' }, 'Give the reference'],
    ['no reason', { reason: '' }, 'Say why'],
    ['a reason without end', { reason: 'x'.repeat(5_000) }, 'may have 300 characters'],
    ['numbers of no locked picture', { numbers: '7,-1,x' }, 'Nothing here is locked any more'],
  ])('brings the form back filled in with %s', async (_what, change, sentence) => {
    const report = await aReport(true);
    const { path, surfer } = await inside();
    const reply = await surfer.post(`${path}/items/report-${report.id}/check`, { ...FORM, ...change });
    expect(reply.status).toBe(422);
    expect(wordsOf(reply)).toContain(sentence);
    expect(bytes()).toBe(4);
  });

  it('opens to nobody without the cookie, and shows nothing once the lead is found to be concerned', async () => {
    const report = await aReport(true);
    const { path, surfer } = await inside();
    const item = `${path}/items/report-${report.id}`;
    expect((await ask(site.port, 'GET', path)).status).toBe(403);
    expect((await ask(site.port, 'POST', `${item}/destroy`)).status).toBe(403);
    site.house.roles = { ...site.house.roles, safeguarding: [staff(33)] };
    expect(wordsOf(await surfer.get(path))).toContain('Nothing is locked that is yours');
    expect((await surfer.get(item)).status).toBe(403);
    expect((await surfer.post(`${item}/destroy`, { ...FORM, sure: 'yes', reference: report.reference })).status).toBe(
      403,
    );
    expect(bytes()).toBe(4);
  });

  it.each(['report-nothing', 'stopped-nothing', 'x', '../x'])('has nothing at %s', async (key) => {
    await aReport(true);
    const { path, surfer } = await inside();
    expect([403, 404]).toContain((await surfer.get(`${path}/items/${encodeURIComponent(key)}`)).status);
  });

  it('ends when the lead has finished', async () => {
    await aReport(true);
    const { path, surfer } = await inside();
    expect(wordsOf(await surfer.post(`${path}/finish`))).toContain('Closed');
    expect((await surfer.get(path)).status).toBe(410);
  });
});

describe('a picture that was taken back', () => {
  it('is not shown to those who handle the report unless they ask for it, and it says why', async () => {
    const report = await aReport(false);
    await takeBackPicture(site.house.outside, teacher, report.id, 2, 'wrong-person');
    const surfer = new Surfer(site);
    const path = await anOpenLink(site.house, report.id, head);
    await pressAndAnswer(surfer, path);
    const page = await surfer.get(path);
    expect(page.text).toContain(`src="${path}/pictures/1"`);
    expect(page.text).not.toContain(`src="${path}/pictures/2"`);
    expect(wordsOf(page)).toContain('Taken back by the reporter on Monday 2 March 2026 at 09:30: It shows somebody');
    const asked = await surfer.get(`${path}?shown=2`);
    expect(asked.text).toContain(`src="${path}/pictures/2"`);
    expect(wordsOf(asked)).toContain('Taken back screen grab 2'.replace('Taken', 'Took'));
    expect((await surfer.get(`${path}/pictures/2`)).status).toBe(200);
  });
});
