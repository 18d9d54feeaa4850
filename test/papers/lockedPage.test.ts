import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { packFiles, packPage } from '../../src/papers/chairPack.ts';
import { lockPage, unlockPage } from '../../src/papers/lockedPage.ts';
import { zipFiles } from '../../src/papers/zip.ts';
import { WITHDRAWAL_REASONS } from '../../src/core/report/report.ts';
import type { PackContents } from '../../src/flows/sealForChair.ts';
import { describeInBrowser } from '../builders/browser.ts';
import { PLAIN_FORM } from '../builders/house.ts';
import { aFiling, aDraft, anEvidence } from '../builders/values.ts';

const CODE = '2346-79AC-DEFG-HJKM';
const words = { forms: [PLAIN_FORM], guidance: null };

function contents(what = 'He said it in front of everyone'): PackContents {
  const draft = aDraft({ sealed: true, concerns: [{ kind: 'headteacher' }], answers: { what } });
  const { report, audit } = aFiling(draft, { reporterName: 'Kim Doyle' });
  return {
    report: { ...report, chairCode: { salt: 'the-salt', hash: 'the-hash' } },
    record: audit,
    pictures: [
      { kind: 'original', evidence: anEvidence({ number: 1 }), bytes: Buffer.from('the original bytes') },
      { kind: 'left-out', why: 'sealed', evidence: anEvidence({ number: 2, state: 'sealed' }) },
    ],
  };
}

describe('the pack for the chair', () => {
  const files = packFiles(contents(), words);
  const file = (name: string) => files.find((each) => each.name === name)?.bytes.toString('utf8') ?? '';

  it('holds the report to read and as data, the record, the originals, and the hash of each', () => {
    expect(files.map(({ name }) => name)).toEqual([
      'report.html',
      'report.json',
      'record.json',
      'pictures/01.png',
      'SHA256SUMS.txt',
    ]);
    for (const said of ['He said it in front of everyone', 'Kim Doyle', 'The headteacher', 'The chain holds', 'Filed'])
      expect(file('report.html')).toContain(said);
    expect(file('pictures/01.png')).toBe('the original bytes');
    const sum = createHash('sha256').update('the original bytes').digest('hex');
    expect(file('SHA256SUMS.txt')).toContain(`${sum}  pictures/01.png`);
    expect(file('SHA256SUMS.txt').trim().split('\n')).toHaveLength(4);
  });

  it('says of a stopped picture that it was left out, and does not hold it', () => {
    expect(file('report.html')).toContain('Left out: it was stopped because it may be an indecent image');
    expect(JSON.parse(file('report.json'))).toMatchObject({
      pictures: [{ file: 'pictures/01.png' }, { leftOut: 'sealed' }],
    });
  });

  it('says what the sender said of each picture, as text, and nothing of one that was stopped', () => {
    const pack = contents();
    const said = (caption: string) => ({ words: { caption, link: 'https://example.test/p/1' } });
    const heic = { mediaType: 'image/heic', width: 0, height: 0, noView: true as const };
    const withWords = packFiles(
      {
        ...pack,
        pictures: [
          { kind: 'original', evidence: anEvidence({ ...said('the <b>reply</b>'), ...heic }), bytes: Buffer.from('h') },
          {
            kind: 'left-out',
            why: 'sealed',
            evidence: anEvidence({ number: 2, state: 'sealed', ...said('undressed') }),
          },
        ],
      },
      words,
    );
    const [page = '', data = ''] = withWords.map(({ bytes }) => bytes.toString('utf8'));
    expect(page).toContain('the &lt;b&gt;reply&lt;/b&gt;');
    expect(page).toContain('<dd dir="auto">https://example.test/p/1</dd>');
    expect(page).toContain('It could not be shown in Postwise');
    expect(page).not.toContain('<a ');
    expect(withWords.map(({ name }) => name)).toContain('pictures/01.heic');
    expect(data).toContain('the <b>reply</b>');
    expect(`${page}${data}`).not.toContain('undressed');
  });

  it('says that the chain does not hold where a line is missing', () => {
    expect(packPage({ ...contents(), record: [] }, words)).toContain('Warning: the chain does not hold at line 1');
  });

  it('says that the reporter withdrew it, in their words', () => {
    const pack = contents();
    const withdrawn = { at: '2026-03-03T10:00:00.000Z', reason: WITHDRAWAL_REASONS[0].code, words: 'I was afraid' };
    const page = packPage({ ...pack, report: { ...pack.report, withdrawn } }, words);
    expect(page).toContain('Withdrawn by the reporter');
    expect(page).toContain('I was afraid');
  });

  it('does not hold what proves the code', () => {
    for (const { bytes } of files) expect(bytes.toString('utf8')).not.toMatch(/the-salt|the-hash|chairCode/);
  });

  it('shows what was typed as text', () => {
    const page = packPage(contents('<script>alert(1)</script> <img src=x> & "more"'), words);
    expect(page).not.toMatch(/<script|<img/);
    expect(page).toContain('&lt;script&gt;alert(1)&lt;/script&gt;');
  });

  it('is the same bytes each time', async () => {
    expect((await zipFiles(files)).equals(await zipFiles(packFiles(contents(), words)))).toBe(true);
  });
});

describe('a locked page', () => {
  const zip = Buffer.from('PK the zip');
  const page = '<p>He said it in front of everyone</p>';

  it('shows nothing of what is in it, and unlocks with its code alone', async () => {
    const file = (await lockPage({ page, zip }, CODE)).toString('utf8');
    expect(file).not.toContain('everyone');
    expect(file).not.toContain(Buffer.from(page).toString('base64').slice(8, 32));
    expect(file).not.toContain('SM-');
    for (const code of [CODE, CODE.replaceAll('-', '')]) expect(file).not.toContain(code);
    expect(await unlockPage(file, CODE)).toEqual({ page, zip });
    expect(await unlockPage(file, '2346-79AC-DEFG-HJKN')).toBeNull();
    expect(await unlockPage('<p>no locked page</p>', CODE)).toBeNull();
  });

  it('does not unlock once a sign of it was changed, of the bytes or of how they are locked', async () => {
    const file = (await lockPage({ page, zip }, CODE)).toString('utf8');
    const at = file.indexOf('id="locked">') + 20;
    const changed = file.slice(0, at) + (file[at] === 'A' ? 'B' : 'A') + file.slice(at + 1);
    expect(await unlockPage(changed, CODE)).toBeNull();
    expect(await unlockPage(file.replace('"version":1', '"version":2'), CODE)).toBeNull();
  });

  it('is never the same twice', async () => {
    expect((await lockPage({ page, zip }, CODE)).equals(await lockPage({ page, zip }, CODE))).toBe(false);
  });
});

describeInBrowser('a locked page in a browser, opened as a file', (browser) => {
  const folder = mkdtempSync(join(tmpdir(), 'locked-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('refuses a wrong code in a sentence, then shows the report and gives the zip, and asks nobody', async () => {
    const pack = contents();
    const zip = await zipFiles(packFiles(pack, words));
    const file = join(folder, 'report.html');
    writeFileSync(file, await lockPage({ page: packPage(pack, words), zip }, CODE));
    const context = await browser().newContext({ acceptDownloads: true, viewport: { width: 390, height: 800 } });
    const page = await context.newPage();
    const asked: string[] = [];
    const troubles: string[] = [];
    page.on('request', (request) => asked.push(request.url()));
    page.on('pageerror', (error) => troubles.push(error.message));
    await page.goto(pathToFileURL(file).href);
    const status = page.getByRole('status');
    const unlock = async (code: string) => {
      await page.getByLabel('Code').fill(code);
      await page.getByRole('button', { name: 'Unlock' }).click();
    };
    await unlock('2346');
    await status.getByText('sixteen letters').waitFor();
    await unlock('2346-79AC-DEFG-HJKN');
    await status.getByText('does not unlock this file').waitFor();
    await unlock('2346 79ac defg hjkm');
    await status.getByText('Unlocked.').waitFor();
    await page.frameLocator('#report').getByText('He said it in front of everyone').waitFor();
    expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true);
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('link', { name: 'Save the whole pack (zip)' }).click(),
    ]);
    expect(download.suggestedFilename()).toBe('report.zip');
    const saved = join(folder, 'saved.zip');
    await download.saveAs(saved);
    expect(readFileSync(saved).equals(zip)).toBe(true);
    expect(asked.filter((url) => !/^(file|about|blob):/.test(url))).toEqual([]);
    expect(troubles).toEqual([]);
    await context.close();
  }, 60_000);
});
