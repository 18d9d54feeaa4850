import { request } from 'node:http';
import { MOST_PICTURE_BYTES } from '../../src/core/report/picture.ts';
import { fileReport } from '../../src/flows/fileReport.ts';
import { deleteReport, sayImagery } from '../../src/flows/guideReport.ts';
import { makeUploadLink } from '../../src/flows/links.ts';
import { aReadyDraft, PICTURE_BYTES, teacher } from '../builders/house.ts';
import { LEAD, SCHOOL } from '../builders/values.ts';
import { anUploadLink, aSite, ask, atUpload, type Reply, type Site, Surfer, wordsOf } from './site.ts';

let site: Site;
beforeEach(async () => {
  site = await aSite();
});
afterEach(() => site.close());

const draftNow = async () => {
  const kept = await site.house.outside.drafts.get(SCHOOL, teacher.staff);
  if (kept === null) throw new Error('The draft has gone');
  return kept.value;
};
const blobs = () => [...site.house.store.memory(SCHOOL).blobs.keys()];
const said = ({ text }: Reply) =>
  JSON.parse(text) as { kind: string; sentence?: string; number?: number; words?: string };
const KEY = 'aaaaaaaa-0001';

describe('a link to the upload page', () => {
  it('is not spent by looking, and its press leads to the question and nothing else', async () => {
    const path = await anUploadLink(site.house);
    for (let look = 0; look < 10; look += 1) {
      expect(await ask(site.port, 'GET', path)).toMatchObject({ status: 200 });
      expect(await ask(site.port, 'HEAD', path)).toMatchObject({ status: 200, text: '' });
    }
    const surfer = new Surfer(site);
    const pressed = await surfer.post(path);
    expect(pressed).toMatchObject({ status: 303, headers: { location: path } });
    expect(pressed.setCookies[0]).toMatch(
      /^pw-[^=]+=[^;]+; Path=\/upload\/[^;]+; Max-Age=600; HttpOnly; SameSite=Strict$/,
    );
    const page = await surfer.get(path);
    expect(wordsOf(page)).toContain('Could any of them show a naked or partly naked child , or sexual content ?');
    expect(page.text).not.toContain('type="file"');
    expect(page.text).not.toContain('<script');
    expect(page.headers['content-security-policy']).not.toContain('script-src');
  });

  it('opens in one browser, for ten minutes, and across a reload', async () => {
    const { surfer, path } = await atUpload(site);
    await surfer.put(`${path}/pictures/${KEY}`, PICTURE_BYTES);
    const other = new Surfer(site);
    expect(await other.get(path)).toMatchObject({ status: 403 });
    expect(await other.post(path)).toMatchObject({ status: 403 });
    expect(await other.put(`${path}/pictures/${KEY}`, PICTURE_BYTES)).toMatchObject({ status: 403 });
    site.house.pass(10 * 60_000 - 1);
    const reloaded = await surfer.get(path);
    expect(wordsOf(reloaded)).toContain('Number 1 PNG, 13 bytes, 10 by 10, received at 09:30');
    expect(reloaded.text).toContain('type="file"');
    site.house.pass(1);
    expect(await surfer.get(path)).toMatchObject({ status: 410 });
    expect(await surfer.put(`${path}/pictures/${KEY}-2`, PICTURE_BYTES)).toMatchObject({ status: 410 });
  });

  it('ends when a newer one is made, and says so to the browser that held it', async () => {
    const { surfer, path } = await atUpload(site);
    const draft = await draftNow();
    await makeUploadLink(site.house.outside, teacher, draft.id);
    const ended = await surfer.get(path);
    expect(ended.status).toBe(410);
    expect(wordsOf(ended)).toContain('There is a newer page');
    expect(wordsOf(await new Surfer(site).get(path))).toContain('This link was used');
  });

  it('still stops, by the browser that held it, after a newer page was made and after the report was sent', async () => {
    const older = await atUpload(site);
    await older.surfer.put(`${older.path}/pictures/${KEY}`, PICTURE_BYTES);
    const draft = await draftNow();
    await makeUploadLink(site.house.outside, teacher, draft.id);
    await new Surfer(site).post(`${older.path}/stop`);
    expect((await draftNow()).imagery).toBe('no');
    await older.surfer.post(`${older.path}/stop`);
    expect((await draftNow()).pictures.map(({ state }) => state)).toEqual(['sealed']);
    await deleteReport(site.house.outside, site.house.fetches, teacher, draft.id);

    const sent = await atUpload(site);
    await sent.surfer.put(`${sent.path}/pictures/${KEY}`, PICTURE_BYTES);
    const filed = await fileReport(site.house.outside, teacher, (await draftNow()).id, '1', site.house.nudge);
    if (filed.kind !== 'filed') throw new Error(filed.kind);
    await sent.surfer.post(`${sent.path}/stop`);
    const evidence = await site.house.outside.reports.evidence(SCHOOL, filed.report.id);
    expect(evidence.map(({ state }) => state)).toEqual(['sealed']);
    expect(wordsOf(await sent.surfer.get(sent.path))).toContain('pictures that were already stored have been locked');
  });

  it('says to whoever presses Stop too late that nothing was stopped, and where it can be', async () => {
    const { surfer, path } = await atUpload(site);
    site.house.pass(10 * 60_000);
    const late = await surfer.post(`${path}/stop`);
    expect(late.status).toBe(410);
    expect(wordsOf(late)).toContain('A picture may be indecent');
  });

  it('ends when the report is sent or deleted, and says which', async () => {
    const first = await atUpload(site);
    await fileReport(site.house.outside, teacher, (await draftNow()).id, '1', site.house.nudge);
    expect(wordsOf(await first.surfer.get(first.path))).toContain('You have sent this report');
    const second = await atUpload(site);
    await deleteReport(site.house.outside, site.house.fetches, teacher, (await draftNow()).id);
    expect(wordsOf(await second.surfer.get(second.path))).toContain('The report was deleted');
  });
});

describe('the question on the page', () => {
  it.each(['yes', 'not-sure'])('answered "%s" ends link, session and pictures, and says what to do', async (answer) => {
    const path = await anUploadLink(site.house);
    const surfer = new Surfer(site);
    await surfer.post(path);
    expect(await surfer.post(`${path}/question`, { answer })).toMatchObject({ status: 303 });
    const stopped = await surfer.get(path);
    expect(stopped.status).toBe(410);
    const words = wordsOf(stopped);
    expect(words).toContain('Stopped: no pictures are taken');
    expect(words).toContain('Do not copy, print, share, send, save or delete it');
    expect(words).toContain('Ada Reyes, 01632 960123');
    expect(words).toContain('Deputy Not set.');
    expect(stopped.text).not.toContain('type="file"');
    expect(await surfer.put(`${path}/pictures/${KEY}`, PICTURE_BYTES)).toMatchObject({ status: 410 });
    expect(blobs()).toEqual([]);
    expect((await draftNow()).imagery).toBe(answer);
  });

  it.each<Record<string, string>>([{}, { answer: 'perhaps' }, { answer: '' }])(
    'is not answered by %j',
    async (fields) => {
      const path = await anUploadLink(site.house);
      const surfer = new Surfer(site);
      await surfer.post(path);
      expect(await surfer.post(`${path}/question`, fields)).toMatchObject({ status: 400 });
      expect((await surfer.get(path)).text).not.toContain('type="file"');
    },
  );

  it('must be answered on this page: an upload before it is not read', async () => {
    const path = await anUploadLink(site.house);
    const surfer = new Surfer(site);
    await surfer.post(path);
    const refused = await surfer.put(`${path}/pictures/${KEY}`, PICTURE_BYTES);
    expect(refused.status).toBe(409);
    expect(said(refused).kind).toBe('ended');
    expect(blobs()).toEqual([]);
  });
});

describe('an upload', () => {
  it('is stored, with its number, kind, size and time', async () => {
    const { surfer, path } = await atUpload(site);
    const reply = await surfer.put(`${path}/pictures/${KEY}`, PICTURE_BYTES, 'image/png');
    expect(reply.status).toBe(201);
    expect(said(reply)).toEqual({
      kind: 'kept',
      number: 1,
      words: 'PNG, 13 bytes, 10 by 10, received at 09:30',
      alt: 'Picture 1, kept 09:30',
      useful:
        'Still useful, if you can see it: the full address of the post or page, the account name as the screen shows it, when it was posted and the thread around it.',
    });
    expect((await draftNow()).pictures).toEqual([expect.objectContaining({ number: 1, state: 'stored', bytes: 13 })]);
  });

  it('sent again makes one picture, by whichever key; other bytes under a key that was used are asked for anew', async () => {
    const { surfer, path } = await atUpload(site);
    await surfer.put(`${path}/pictures/${KEY}`, PICTURE_BYTES);
    expect(said(await surfer.put(`${path}/pictures/${KEY}`, PICTURE_BYTES))).toMatchObject({ kind: 'kept', number: 1 });
    expect((await draftNow()).pictures).toHaveLength(1);
    expect(said(await surfer.put(`${path}/pictures/${KEY}-2`, PICTURE_BYTES))).toMatchObject({
      number: 1,
      again: true,
    });
    expect((await draftNow()).pictures).toHaveLength(1);
    const other = Buffer.from('another picture');
    const refused = await surfer.put(`${path}/pictures/${KEY}`, other);
    expect([refused.status, said(refused).kind]).toEqual([409, 'new-key']);
    expect(said(await surfer.put(`${path}/pictures/${KEY}-3`, other))).toMatchObject({ number: 2 });
    expect(blobs()).toHaveLength(4);
  });

  it('of the same bytes by two keys at once makes one picture, and leaves nothing of the other', async () => {
    const { surfer, path } = await atUpload(site);
    const replies = await Promise.all(
      ['-1', '-2'].map((end) => surfer.put(`${path}/pictures/${KEY}${end}`, PICTURE_BYTES)),
    );
    expect(replies.map((reply) => [reply.status, said(reply).number])).toEqual([
      [201, 1],
      [201, 1],
    ]);
    expect((await draftNow()).pictures).toHaveLength(1);
    expect(blobs()).toHaveLength(2);
  });

  it('that breaks off half way leaves nothing, and its other half does not come to it', async () => {
    const { surfer, path } = await atUpload(site);
    let inspected = 0;
    const ordinary = site.house.inspectGives;
    site.house.inspectGives = async (bytes) => {
      inspected += 1;
      return ordinary(bytes);
    };
    const cookie = surfer.cookieFor(path);
    for (const length of [{ 'Content-Length': '26' }, { 'Transfer-Encoding': 'chunked' }] as const) {
      await new Promise<void>((resolve) => {
        const broken = request({
          host: '127.0.0.1',
          port: site.port,
          method: 'PUT',
          path: `${path}/pictures/${KEY}`,
          headers: { Cookie: cookie, 'Content-Type': 'image/png', 'Sec-Fetch-Site': 'same-origin', ...length },
        });
        broken.on('error', () => undefined).on('close', () => resolve());
        const before = site.house.store.calls.length;
        broken.write(PICTURE_BYTES);
        const wait = setInterval(() => {
          if (site.house.store.calls.length <= before + 1) return;
          clearInterval(wait);
          broken.destroy();
        }, 5);
      });
    }
    expect(inspected).toBe(0);
    expect(said(await surfer.put(`${path}/pictures/${KEY}`, PICTURE_BYTES))).toMatchObject({ number: 1 });
    expect((await draftNow()).pictures).toEqual([expect.objectContaining({ bytes: PICTURE_BYTES.length })]);
    expect(blobs()).toHaveLength(2);
    expect(inspected).toBe(1);
  });

  it('sent twice at once makes one picture', async () => {
    const { surfer, path } = await atUpload(site);
    await Promise.all([1, 2].map(() => surfer.put(`${path}/pictures/${KEY}`, PICTURE_BYTES)));
    expect((await draftNow()).pictures).toHaveLength(1);
  });

  it('that storage cannot keep is to be tried again, and then makes one picture', async () => {
    const { surfer, path } = await atUpload(site);
    site.house.store.fail('evidence.put', { times: 1 });
    const failed = await surfer.put(`${path}/pictures/${KEY}`, PICTURE_BYTES);
    expect(failed.status).toBe(503);
    expect(said(failed)).toEqual({ kind: 'try-again', sentence: 'That could not be done just now.' });
    site.house.store.fail('drafts.replace', { times: 1, afterwards: true });
    expect(await surfer.put(`${path}/pictures/${KEY}`, PICTURE_BYTES)).toMatchObject({ status: 503 });
    expect(await surfer.put(`${path}/pictures/${KEY}`, PICTURE_BYTES)).toMatchObject({ status: 201 });
    expect((await draftNow()).pictures).toHaveLength(1);
  });

  it('of something else than a picture gets a sentence', async () => {
    const { surfer, path } = await atUpload(site);
    site.house.inspectGives = async () => ({ kind: 'refused', why: 'not-a-picture' });
    const refused = await surfer.put(`${path}/pictures/${KEY}`, Buffer.from('%PDF-1.7'));
    expect(refused.status).toBe(422);
    expect(said(refused).sentence).toContain('It is not a picture.');
    for (const type of ['text/html', 'multipart/form-data; boundary=x', 'application/pdf'])
      expect(await surfer.put(`${path}/pictures/${KEY}`, PICTURE_BYTES, type)).toMatchObject({ status: 415 });
    expect((await draftNow()).pictures).toEqual([]);
  });

  it('of more than 20 MB is refused, said beforehand or found out while it comes', async () => {
    const { surfer, path } = await atUpload(site);
    const tooLarge = Buffer.alloc(MOST_PICTURE_BYTES + 1);
    let inspected = 0;
    site.house.inspectGives = async () => {
      inspected += 1;
      return { kind: 'refused', why: 'broken' };
    };
    const refused = await surfer.put(`${path}/pictures/${KEY}`, tooLarge);
    expect(refused.status).toBe(413);
    expect(said(refused).sentence).toContain('larger than 20 MB');
    const chunked = await surfer.go('PUT', `${path}/pictures/${KEY}`, {
      headers: { 'Content-Type': 'application/octet-stream', 'Transfer-Encoding': 'chunked' },
      body: tooLarge,
    });
    expect(chunked.status).toBe(413);
    expect(inspected).toBe(0);
    await surfer.put(`${path}/pictures/${KEY}`, Buffer.alloc(MOST_PICTURE_BYTES));
    expect(inspected).toBe(1);
  });

  it.each(['short', 'x'.repeat(65), 'key%20with%20spaces', 'key_0001'])('with the key %s is not taken', async (key) => {
    const { surfer, path } = await atUpload(site);
    expect((await surfer.put(`${path}/pictures/${key}`, PICTURE_BYTES)).status).toBe(400);
  });

  it('from a page of another site is not read', async () => {
    const { surfer, path } = await atUpload(site);
    const foreign = await surfer.go('PUT', `${path}/pictures/${KEY}`, {
      headers: { 'Sec-Fetch-Site': 'cross-site', 'Content-Type': 'image/png' },
      body: PICTURE_BYTES,
    });
    expect(foreign.status).toBe(403);
    expect(blobs()).toEqual([]);
  });

  it('can be removed, bytes and all', async () => {
    const { surfer, path } = await atUpload(site);
    await surfer.put(`${path}/pictures/${KEY}`, PICTURE_BYTES);
    expect(blobs()).toHaveLength(2);
    expect(await surfer.post(`${path}/pictures/1/remove`)).toMatchObject({ status: 303, headers: { location: path } });
    expect((await draftNow()).pictures).toEqual([]);
    expect(blobs()).toEqual([]);
    expect(await new Surfer(site).post(`${path}/pictures/1/remove`)).toMatchObject({ status: 403 });
  });
});

describe('Stop', () => {
  it('is one press: the page ends, what is stored is sealed, and the safeguarding lead is to be told', async () => {
    const { surfer, path } = await atUpload(site);
    await surfer.put(`${path}/pictures/${KEY}`, PICTURE_BYTES);
    expect((await surfer.get(path)).text).toContain('Stop: one of these may show a child undressed or sexual content');
    expect(await surfer.post(`${path}/stop`)).toMatchObject({ status: 303 });
    expect(wordsOf(await surfer.get(path))).toContain('Stopped: no pictures are taken');
    const draft = await draftNow();
    expect(draft.imagery).toBe('not-sure');
    expect(draft.pictures).toEqual([expect.objectContaining({ state: 'sealed' })]);
    const waiting = await site.house.outside.outbox.due(SCHOOL, site.house.outside.clock.now(), 20);
    expect(waiting.map(({ value }) => value.telling)).toContainEqual(
      expect.objectContaining({ kind: 'picture-stopped', to: LEAD }),
    );
  });

  it('pressed in the chat ends the page too', async () => {
    const { surfer, path } = await atUpload(site);
    await sayImagery(site.house.outside, site.house.fetches, teacher, (await draftNow()).id, 'yes');
    expect(wordsOf(await surfer.get(path))).toContain('Stopped: no pictures are taken');
    expect(await surfer.put(`${path}/pictures/${KEY}`, PICTURE_BYTES)).toMatchObject({ status: 410 });
  });

  it('lets go of a picture whose bytes are still coming', async () => {
    const { surfer, path } = await atUpload(site);
    const cookie = surfer.cookieFor(path);
    const asked = () => site.house.store.calls.filter((call) => call === 'drafts.get').length;
    const before = asked();
    const reply = new Promise<number>((resolve, reject) => {
      const slow = request({
        host: '127.0.0.1',
        port: site.port,
        method: 'PUT',
        path: `${path}/pictures/${KEY}`,
        headers: { Cookie: cookie, 'Content-Type': 'image/png', 'Sec-Fetch-Site': 'same-origin' },
      });
      slow.on('error', reject).on('response', (response) => {
        response.resume();
        slow.destroy();
        resolve(response.statusCode ?? 0);
      });
      slow.write('the first half ');
      // It asks twice whether it may come: of the session, and of the draft. Then its bytes are read.
      const wait = setInterval(() => {
        if (asked() < before + 2) return;
        clearInterval(wait);
        setTimeout(() => void surfer.post(`${path}/stop`).catch(reject), 20);
      }, 5);
    });
    expect(await reply).toBe(410);
    expect(blobs()).toEqual([]);
    expect((await draftNow()).pictures).toEqual([]);
  });

  it('lets go of a picture that is being looked at when it is pressed', async () => {
    const { surfer, path } = await atUpload(site);
    const ordinary = site.house.inspectGives;
    site.house.inspectGives = async (bytes) => {
      await surfer.post(`${path}/stop`);
      return ordinary(bytes);
    };
    expect(await surfer.put(`${path}/pictures/${KEY}`, PICTURE_BYTES)).toMatchObject({ status: 410 });
    expect(blobs()).toEqual([]);
    expect((await draftNow()).pictures).toEqual([]);
  });
});

it('a link of a draft that says "yes" is not made at all', async () => {
  const draft = await aReadyDraft(site.house, { imagery: 'yes' });
  expect(await makeUploadLink(site.house.outside, teacher, draft.id)).toEqual({ kind: 'stopped' });
});
