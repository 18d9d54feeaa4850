import { LONGEST_NOTE, LONGEST_QUESTION } from '../../src/core/report/questions.ts';
import type { Report } from '../../src/core/report/report.ts';
import { giveAnswer } from '../../src/flows/askReporter.ts';
import { fetchWaiting, receiveChatPictures } from '../../src/flows/fetchPictures.ts';
import { fileReport } from '../../src/flows/fileReport.ts';
import { OPEN_SESSION_MS } from '../../src/flows/links.ts';
import { type Answers, aReadyDraft, aSentReport, head, person, teacher } from '../builders/house.ts';
import { CHAIR, SCHOOL, TRIAGER } from '../builders/values.ts';
import { anOpenLink, aSite, ask, pressAndAnswer, type Site, Surfer, wordsOf } from './site.ts';

let site: Site;
beforeEach(async () => {
  site = await aSite();
});
afterEach(() => site.close());

const QUESTION = 'Which group chat was it in?';
const ANSWER = 'The one for Year 4 <parents> & carers';

async function reading(answers: Answers = {}, who?: Parameters<typeof anOpenLink>[2]) {
  const { report } = await aSentReport(site.house, answers);
  const path = await anOpenLink(site.house, report.id, who);
  const surfer = new Surfer(site);
  await pressAndAnswer(surfer, path);
  return { report, path, surfer };
}
const stored = async (report: Report) => (await site.house.outside.reports.get(SCHOOL, report.id))?.value;
const record = async (report: Report) =>
  (await site.house.outside.reports.record(SCHOOL, report.id)).map(({ what }) => what);
const textareaOf = (text: string): string => /<textarea[^>]*>\n?([^<]*)<\/textarea>/.exec(text)?.[1] ?? 'none';

describe('a question from the page', () => {
  it('is kept, and stands on the page with its answer once there is one, as text', async () => {
    const { report, path, surfer } = await reading();
    const { text } = await surfer.get(path);
    expect(text).toContain('<label for="ask">Ask the reporter</label>');
    const put = await surfer.post(`${path}/question`, { words: ` ${QUESTION}\r\n` });
    expect(put).toMatchObject({ status: 303, headers: { location: `${path}#questions` } });
    expect((await stored(report))?.questions).toMatchObject([{ by: TRIAGER, words: QUESTION }]);
    expect(wordsOf(await surfer.get(path))).toContain(`Question ${QUESTION} Answer None yet`);

    await giveAnswer(site.house.outside, teacher, report.id, { question: 1, words: ANSWER }, site.house.nudge);
    const page = await surfer.get(path);
    expect(page.text).toContain('The one for Year 4 &lt;parents&gt; &amp; carers');
    const words = wordsOf(page);
    expect(words).toContain('Asked the reporter: question 1');
    expect(words).toContain('Answered question 1');
    expect(words).toContain('Nothing has been taken out or altered');
  });

  it.each([
    ['', 'There is nothing in the box yet.'],
    ['  \n ', 'There is nothing in the box yet.'],
    ['x'.repeat(LONGEST_QUESTION + 1), 'That is longer than 1,000 characters.'],
    [`"quoted" & <b>${'é'.repeat(LONGEST_QUESTION)}`, 'That is longer than 1,000 characters.'],
  ])('that is empty or too long comes back as it was typed, with a sentence: %#', async (words, sentence) => {
    const { report, path, surfer } = await reading();
    const before = await record(report);
    const back = await surfer.post(`${path}/question`, { words });
    expect(back.status).toBe(400);
    expect(wordsOf(back)).toContain(sentence);
    expect(textareaOf(back.text).length).toBeGreaterThanOrEqual(words.trim().length);
    expect(back.text).not.toContain('liar');
    expect(back.text).not.toContain('<b>é');
    expect(await stored(report)).not.toHaveProperty('questions');
    expect(await record(report)).toEqual(before);
  });

  it('pressed twice is one', async () => {
    const { report, path, surfer } = await reading();
    for (let pressed = 0; pressed < 2; pressed += 1)
      expect(await surfer.post(`${path}/question`, { words: QUESTION })).toMatchObject({ status: 303 });
    expect((await stored(report))?.questions).toHaveLength(1);
  });

  it('is taken from nobody without the cookie, before the question about oneself, or after standing aside', async () => {
    const { report } = await aSentReport(site.house);
    const path = await anOpenLink(site.house, report.id);
    const surfer = new Surfer(site);
    await surfer.post(path);
    expect((await surfer.post(`${path}/question`, { words: QUESTION })).status).toBe(403);
    await surfer.post(`${path}/about-you`, { answer: 'no' });
    const headers = { 'Content-Type': 'application/x-www-form-urlencoded', 'Sec-Fetch-Site': 'same-origin' };
    const body = `words=${encodeURIComponent(QUESTION)}`;
    expect((await ask(site.port, 'POST', `${path}/question`, { headers, body })).status).toBe(403);
    const fromElsewhere = { ...headers, 'Sec-Fetch-Site': 'cross-site', Cookie: surfer.cookieFor(path) };
    expect((await ask(site.port, 'POST', `${path}/question`, { headers: fromElsewhere, body })).status).toBe(403);
    await surfer.post(`${path}/about-you`, { answer: 'yes' });
    const aside = await surfer.post(`${path}/question`, { words: QUESTION });
    expect(aside.status).toBe(403);
    expect(wordsOf(aside)).toContain('You cannot open this report');
    expect(await surfer.post(`${path}/close`, { reason: 'dealt-with' })).toMatchObject({ status: 403 });
    expect(await stored(report)).not.toHaveProperty('questions');
    expect(await stored(report)).toMatchObject({ state: 'new' });
  });

  it('asked by another is not seen by one who has stood aside', async () => {
    const { report, path, surfer } = await reading();
    await surfer.post(`${path}/question`, { words: QUESTION });
    await giveAnswer(site.house.outside, teacher, report.id, { question: 1, words: 'Year 4' }, site.house.nudge);
    await surfer.post(`${path}/about-you`, { answer: 'yes' });
    const page = await surfer.get(path);
    expect(page.status).toBe(403);
    for (const word of [QUESTION, 'Year 4']) expect(page.text).not.toContain(word);
  });

  it('that was typed while the page ended is given back, and not sent', async () => {
    const { report, path, surfer } = await reading();
    site.house.pass(OPEN_SESSION_MS + 1);
    const late = await surfer.post(`${path}/question`, { words: QUESTION });
    expect(late.status).toBe(410);
    expect(wordsOf(late)).toContain('That was not sent');
    expect(textareaOf(late.text)).toBe(QUESTION);
    expect(await stored(report)).not.toHaveProperty('questions');
    expect(wordsOf(await surfer.post(`${path}/question`, { words: '' }))).not.toContain('That was not sent');
  });

  it('about a picture that could show a child says what is never asked for', async () => {
    const { path, surfer } = await reading({ imagery: 'yes' }, person((await rolesOf()).safeguarding[0] ?? CHAIR));
    const words = wordsOf(await surfer.get(path));
    expect(words).toContain('Do not ask anybody to send, show or describe the picture.');
  });

  it('about screen grabs says it too, since one may have been stopped after Send', async () => {
    const draft = await aReadyDraft(site.house);
    const url = 'https://smba.trafficmanager.net/uk/v3/attachments/one/views/original';
    await receiveChatPictures(site.house.outside, site.house.fetches, teacher, 'a1', [
      { url, how: 'inline', index: 0 },
    ]);
    await fetchWaiting(site.house.outside, site.house.fetches, teacher);
    const sent = await fileReport(site.house.outside, teacher, draft.id, '1', site.house.nudge);
    if (sent.kind !== 'filed') throw new Error(sent.kind);
    const path = await anOpenLink(site.house, sent.report.id);
    const surfer = new Surfer(site);
    await pressAndAnswer(surfer, path);
    expect(wordsOf(await surfer.get(path))).toContain('do not ask anybody to send, show or describe it.');
    const { path: without, surfer: other } = await reading();
    expect(wordsOf(await other.get(without))).not.toContain('do not ask anybody');
  });

  const rolesOf = () => site.house.outside.roster.roles(SCHOOL);

  it('a word that is no longer the one that was asked is shown as such', async () => {
    const { report, path, surfer } = await reading();
    await surfer.post(`${path}/question`, { words: QUESTION });
    const kept = await site.house.outside.reports.get(SCHOOL, report.id);
    if (kept === null) throw new Error('no report');
    const questions = (kept.value.questions ?? []).map((one) => ({ ...one, words: 'Another' }));
    await site.house.outside.reports.commit(SCHOOL, kept, { report: { ...kept.value, questions }, audit: [] });
    expect(wordsOf(await surfer.get(path))).toContain('Warning: a question, an answer or a note');
  });
});

describe('closing from the page', () => {
  it('takes a reason for the record and a note for the reporter, and shows both apart', async () => {
    const { report, path, surfer } = await reading();
    const { text } = await surfer.get(path);
    expect(wordsOf({ text })).toContain('The person who reported this will read it; no details about others.');
    const closed = await surfer.post(`${path}/close`, { reason: 'passed-on', note: 'The police have it now.' });
    expect(closed).toMatchObject({ status: 303 });
    expect(await stored(report)).toMatchObject({
      state: 'closed',
      reason: 'passed-on',
      note: 'The police have it now.',
    });
    const words = wordsOf(await surfer.get(path));
    expect(words).toContain('The note that the reporter reads The police have it now.');
    expect(words).toContain('Closed it: Passed on to another service, with a note to the reporter');
    expect(words).not.toContain('Ask the reporter');
  });

  it.each([
    [{ note: 'Something' }, 'Choose a reason first.'],
    [{ reason: 'because', note: 'Something' }, 'Choose a reason first.'],
    [{ reason: 'repeat', note: `Something${'x'.repeat(LONGEST_NOTE)}` }, 'The note is longer than 1,000 characters.'],
  ])('without a reason, or with too long a note, keeps what was typed: %#', async (fields, sentence) => {
    const { report, path, surfer } = await reading();
    const back = await surfer.post(`${path}/close`, fields);
    expect(back.status).toBe(400);
    expect(wordsOf(back)).toContain(sentence);
    expect(textareaOf(back.text)).toBe(fields.note);
    expect(back.text.includes('value="repeat" checked')).toBe('reason' in fields && fields.reason === 'repeat');
    expect(await stored(report)).toMatchObject({ state: 'new' });
  });

  it('is done once; a second press finds it closed and changes nothing', async () => {
    const { report, path, surfer } = await reading({ concerns: [{ kind: 'other-staff' }] }, head);
    await surfer.post(`${path}/close`, { reason: 'dealt-with', note: 'First' });
    expect(await surfer.post(`${path}/close`, { reason: 'repeat', note: 'Second' })).toMatchObject({ status: 303 });
    expect(await stored(report)).toMatchObject({ reason: 'dealt-with', note: 'First' });
  });

  it('of a closed report takes no more questions, and says so', async () => {
    const { path, surfer } = await reading();
    await surfer.post(`${path}/close`, { reason: 'dealt-with' });
    const back = await surfer.post(`${path}/question`, { words: QUESTION });
    expect(wordsOf(back)).toContain('The report is closed, so nothing was sent.');
    expect(textareaOf(back.text)).toBe(QUESTION);
  });
});
