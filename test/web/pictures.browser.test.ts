import type { BrowserContext, Page } from 'playwright-core';
import sharp from 'sharp';
import { fileReport } from '../../src/flows/fileReport.ts';
import { describeInBrowser, until } from '../builders/browser.ts';
import { aHouse, aSentReport, type House, teacher } from '../builders/house.ts';
import { pngPicture } from '../builders/pictureFiles.ts';
import { SCHOOL } from '../builders/values.ts';
import { anOpenLink, anUploadLink, aSite, type Site } from './site.ts';

const PHONE = { width: 360, height: 740 };

describeInBrowser('pictures and addresses on the pages, at the size of a phone', (browser) => {
  let house: House;
  let site: Site;
  let context: BrowserContext;
  let page: Page;
  let complaints: string[];
  let picture: Buffer;
  let small: Buffer;

  const open = async (javaScriptEnabled = true) => {
    house = aHouse();
    house.inspectGives = async (bytes) => ({
      kind: 'picture',
      mediaType: 'image/png',
      width: 320,
      height: 480,
      viewCopy: { bytes, mediaType: 'image/png' },
      thumbnail: { bytes: small, mediaType: 'image/webp' },
    });
    site = await aSite({}, house);
    context = await browser().newContext({ viewport: PHONE, javaScriptEnabled });
    page = await context.newPage();
    complaints = [];
    page.on('pageerror', ({ message }) => complaints.push(message));
    page.on('console', (line) => {
      if (/Content Security Policy|Refused/.test(line.text())) complaints.push(line.text());
    });
  };
  beforeAll(async () => {
    picture = await pngPicture();
    small = await sharp(picture).resize(240, 240).webp().toBuffer();
  });
  afterEach(async () => {
    expect(complaints).toEqual([]);
    await context.close();
    await site.close();
  });

  const at = (path: string) => `http://127.0.0.1:${site.port}${path}`;
  const press = (name: string | RegExp) => page.getByRole('button', { name }).click();
  const waitFor = (title: string) => page.getByRole('heading', { level: 1, name: title }).waitFor();
  const fits = async () =>
    expect(await page.evaluate('document.documentElement.scrollWidth <= document.documentElement.clientWidth')).toBe(
      true,
    );
  const draftNow = async () => {
    const kept = await house.outside.drafts.get(SCHOOL, teacher.staff);
    if (kept === null) throw new Error('The draft has gone');
    return kept.value;
  };
  const atUploadPage = async () => {
    await page.goto(at(await anUploadLink(house)));
    await press('Go to the upload page');
    await press('No, none of them could');
    await waitFor('Add screen grabs');
  };
  const files = (...names: readonly string[]) =>
    names.map((name) => ({ name, mimeType: 'image/png', buffer: Buffer.concat([picture, Buffer.from(name)]) }));
  const caption = (number: number) => page.getByLabel(`What it shows, in your own words (number ${number})`);
  const where = (number: number) => page.getByLabel(`Where it was: the address on the screen (number ${number})`);

  it('take what is said of each picture, and keep it when the field is left', async () => {
    await open();
    await atUploadPage();
    await page.setInputFiles('#files', files('one.png', 'two.png'));
    await page.getByText('Stored so far: 2 of 20').waitFor();
    await page.getByText('Still useful, if you can see it: the full address').waitFor();
    await fits();
    const kept = page.waitForResponse((answer) => answer.url().endsWith('/words'));
    await caption(2).fill('the reply under it');
    await where(2).focus();
    expect((await kept).status()).toBe(200);
    await where(2).fill('https://example.test/p/1');
    await press('Save the words of number 2');
    await page.getByText('Your words are kept.').waitFor();
    await page.getByText('Still useful, if you can see it: the account name').waitFor();
    expect((await draftNow()).pictures[1]?.words).toEqual({
      caption: 'the reply under it',
      link: 'https://example.test/p/1',
    });
    await page.reload();
    expect(await caption(2).inputValue()).toBe('the reply under it');
    expect(await page.getByRole('img').evaluateAll((all) => all.map((one) => (one as { alt?: string }).alt))).toEqual([
      'Picture 1, kept 09:30',
      'Picture 2, kept 09:30, “the reply under it”',
    ]);
    await until(page, '[...document.images].every((one) => one.naturalWidth === 240)');
    await fits();
  });

  it('keep what was typed beside one picture when another is removed, and take Enter for Save', async () => {
    await open();
    await atUploadPage();
    await page.setInputFiles('#files', files('one.png', 'two.png'));
    await page.getByText('Stored so far: 2 of 20').waitFor();
    await where(1).fill('example.test/1');
    await where(1).press('Enter');
    await page.getByText('Your words are kept.').waitFor();
    await caption(2).fill('typed, and not saved');
    await press('Remove number 1');
    await page.getByText('Stored so far: 1 of 20').waitFor();
    expect(await caption(2).inputValue()).toBe('typed, and not saved');
    expect((await draftNow()).pictures.map(({ number, words }) => [number, words])).toEqual([
      [2, { caption: 'typed, and not saved' }],
    ]);
  });

  it('say that words could not be kept, and still have them', async () => {
    await open();
    await atUploadPage();
    await page.setInputFiles('#files', files('one.png'));
    await page.getByText('Stored so far: 1 of 20').waitFor();
    let down = true;
    await page.route('**/words', (route) => (down ? route.abort('connectionreset') : route.continue()));
    await caption(1).fill('seen on Sunday');
    await press('Save the words of number 1');
    await page.getByText('Your words could not be kept just now.').waitFor();
    down = false;
    await press('Save the words of number 1');
    await page.getByText('Your words are kept.').waitFor();
    expect((await draftNow()).pictures[0]?.words).toEqual({ caption: 'seen on Sunday' });
  });

  it('take the words of every picture without a script too', async () => {
    await open();
    await atUploadPage();
    await page.setInputFiles('#files', files('one.png', 'two.png'));
    await page.getByText('Stored so far: 2 of 20').waitFor();
    const plain = await browser().newContext({
      viewport: PHONE,
      javaScriptEnabled: false,
      storageState: await context.storageState(),
    });
    const bare = await plain.newPage();
    await bare.goto(page.url());
    await bare.fill('#caption-1', 'first');
    await bare.fill('#link-2', 'example.test/2');
    await bare.getByRole('button', { name: 'Save the words of number 2' }).click();
    await bare.getByText('Stored so far: 2 of 20').waitFor();
    expect((await draftNow()).pictures.map(({ words }) => words)).toEqual([
      { caption: 'first' },
      { link: 'example.test/2' },
    ]);
    await plain.close();
  });

  const openReport = async (report: Parameters<typeof anOpenLink>[1]) => {
    await page.goto(at(await anOpenLink(house, report)));
    await press('Open the report');
    await press('No: open it');
  };

  it('show a report with small copies that lead to the pictures, and what was said of them', async () => {
    await open();
    await atUploadPage();
    await page.setInputFiles('#files', files('one.png', 'two.png'));
    await page.getByText('Stored so far: 2 of 20').waitFor();
    await caption(2).fill('the reply, <b>see</b> www.example.test/2');
    await press('Save the words of number 2');
    await page.getByText('Your words are kept.').waitFor();
    const sent = await fileReport(house.outside, teacher, (await draftNow()).id, '1', house.nudge);
    if (sent.kind !== 'filed') throw new Error(sent.kind);
    await openReport(sent.report.id);
    await waitFor(sent.report.reference);
    await fits();
    await until(page, `[...document.querySelectorAll('.small')].every((one) => one.naturalWidth === 240)`);
    await page.getByRole('link', { name: 'Picture 2, kept 09:30' }).click();
    expect(new URL(page.url()).hash).toBe('#picture-2');
    expect(await page.locator('#picture-2').innerText()).toContain('the reply, <b>see</b> www.example.test/2');
    expect(await page.locator('main a[href*="example.test"]').count()).toBe(0);
    await page.getByText('Opened this page, with small copies of screen grabs 1, 2').waitFor();
    await fits();
  });

  it('copy an address by keyboard, and say so', async () => {
    await open();
    await context.grantPermissions(['clipboard-read', 'clipboard-write']);
    const { report } = await aSentReport(house, { what: 'It is at https://example.test/p/1?a=b&c=d, since Monday.' });
    await openReport(report.id);
    await waitFor(report.reference);
    await page.getByText('Addresses here are text, not links.').waitFor();
    const copy = page.getByRole('button', { name: 'Copy address 1: example.test' });
    await copy.focus();
    await page.keyboard.press('Enter');
    await page.getByText('Copied. Nothing was opened.').waitFor();
    expect(await page.evaluate('navigator.clipboard.readText()')).toBe('https://example.test/p/1?a=b&c=d');
    expect(await page.locator('a[href^="http"]').count()).toBe(0);
    await page.evaluate(`navigator.clipboard.writeText = () => Promise.reject(new Error('not allowed'))`);
    await copy.click();
    await page.getByText('It could not be copied here.').waitFor();
    expect(await page.evaluate('String(getSelection())')).toBe('https://example.test/p/1?a=b&c=d');
    await fits();
  });

  it('have no button where a picture could show a child, and name the police and the IWF', async () => {
    await open();
    const { report } = await aSentReport(house, { imagery: 'yes', what: 'told me of https://example.test/p/1' });
    const lead = { school: SCHOOL, staff: house.roles.safeguarding[0] ?? teacher.staff };
    await page.goto(at(await anOpenLink(house, report.id, lead)));
    await press('Open the report');
    await press('No: open it');
    await page.getByText('Do not open, search for or copy any address in this report.').waitFor();
    expect(await page.locator('.copy').count()).toBe(0);
    expect(await page.locator('script').count()).toBe(0);
    expect(await page.getByText('or the IWF').count()).toBe(1);
  });
});
