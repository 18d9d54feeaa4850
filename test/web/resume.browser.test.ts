import type { BrowserContext, Page, Route } from 'playwright-core';
import { describeInBrowser, until } from '../builders/browser.ts';
import { aHouse, type House, teacher } from '../builders/house.ts';
import { SCHOOL, SENT_AT } from '../builders/values.ts';
import { anUploadLink, aSite, type Site } from './site.ts';

const PHONE = { width: 360, height: 740 };

describeInBrowser('the upload page on a line that comes and goes', (browser) => {
  let house: House;
  let site: Site;
  let context: BrowserContext;
  let page: Page;
  let complaints: string[];
  /** What is done to each picture that is sent, in turn; what is left over goes through. */
  let line: ((route: Route) => Promise<void>)[];
  let sent: number;

  beforeEach(async () => {
    house = aHouse();
    site = await aSite({}, house);
    context = await browser().newContext({ viewport: PHONE });
    page = await context.newPage();
    complaints = [];
    line = [];
    sent = 0;
    page.on('pageerror', ({ message }) => complaints.push(message));
    page.on('dialog', (dialog) => void dialog.accept());
    await page.clock.install({ time: SENT_AT });
    await page.clock.pauseAt(new Date(Date.parse(SENT_AT) + 1_000));
    await page.route('**/pictures/*', async (route) => {
      if (route.request().method() !== 'PUT') return route.continue();
      sent += 1;
      const fate = line.shift();
      return fate === undefined ? route.continue() : fate(route);
    });
    await page.goto(at(await anUploadLink(house)));
    await press('Go to the upload page');
    await press('No, none of them could');
    await scripted();
  });
  afterEach(async () => {
    expect(complaints).toEqual([]);
    await context.close();
    await site.close();
  });

  const at = (path: string) => `http://127.0.0.1:${site.port}${path}`;
  const press = (name: string | RegExp) => page.getByRole('button', { name }).click();
  const choose = (...names: readonly string[]) =>
    page.setInputFiles(
      '#files',
      names.map((name) => ({ name, mimeType: 'image/png', buffer: Buffer.from(`picture ${name}`) })),
    );
  /** Shown by the script itself: what was chosen before it runs would be met by nobody. */
  const scripted = () => page.locator('#drop').waitFor();
  const says = (sentence: string) => page.locator('#said', { hasText: sentence }).waitFor();
  const stored = (count: number) => page.getByText(`Stored so far: ${count} of 20`).waitFor();
  const stateOf = (name: string) => page.locator('#coming li', { hasText: name }).locator('span').last().innerText();
  const draftNow = async () => {
    const kept = await house.outside.drafts.get(SCHOOL, teacher.staff);
    if (kept === null) throw new Error('The draft has gone');
    return kept.value;
  };
  const sizes = async () => (await draftNow()).pictures.map(({ number, state }) => [number, state]);
  const blobs = () => [...house.store.memory(SCHOOL).blobs.keys()];
  const broken = (route: Route) => route.abort('connectionreset');
  const answerLost = async (route: Route) => {
    await route.fetch();
    await route.abort('connectionreset');
  };
  /** The page's own clock stands still but for this: nothing here waits for a real one, nor is overtaken by it. */
  const pass = (seconds: number) => page.clock.runFor(seconds * 1000);

  it('says per picture that it waits and what is kept, and goes on after growing pauses by itself', async () => {
    line = [(route) => route.continue(), broken, broken, broken];
    await choose('one.png', 'two.png', 'three.png');
    await says('Waiting for the connection. 1 of 3 kept.');
    expect(await stateOf('two.png')).toBe('Waiting for the connection; 1 of 3 kept');
    expect(await stateOf('three.png')).toBe('waits its turn; 1 of 3 kept');
    expect(await page.evaluate('document.documentElement.scrollWidth <= document.documentElement.clientWidth')).toBe(
      true,
    );
    expect(sent).toBe(2);
    for (const [tries, seconds] of [
      [3, 1],
      [4, 2],
    ] as const) {
      await pass(seconds - 0.001);
      expect(sent).toBe(tries - 1);
      await pass(0.001);
      await page.locator('#coming li', { hasText: 'Waiting for the connection; 1 of 3 kept' }).waitFor();
      expect(sent).toBe(tries);
    }
    await pass(4);
    await stored(3);
    await says('3 of 3 kept.');
    expect(await page.locator('#waiting').isVisible()).toBe(false);
    expect(await page.locator('#coming li').count()).toBe(0);
    expect(await sizes()).toEqual([
      [1, 'stored'],
      [2, 'stored'],
      [3, 'stored'],
    ]);
  });

  it('goes on at once when the device is online again', async () => {
    await context.setOffline(true);
    await choose('one.png', 'two.png');
    await says('Waiting for the connection. 0 of 2 kept.');
    await page.getByText('It goes on by itself when this device is online again').waitFor();
    await context.setOffline(false);
    await stored(2);
    expect(await sizes()).toHaveLength(2);
  });

  it('ends what is on its way when the device goes offline, and keeps nothing of a half', async () => {
    const held: Route[] = [];
    line = [async (route) => void held.push(route)];
    await choose('one.png');
    await until(page, `document.getElementById('coming').innerText.includes('on its way')`);
    await context.setOffline(true);
    await says('Waiting for the connection. 0 of 1 kept.');
    expect(blobs()).toEqual([]);
    await context.setOffline(false);
    await stored(1);
    expect(await sizes()).toEqual([[1, 'stored']]);
  });

  it('takes a press on Try again, by keyboard too, and loses no focus by it', async () => {
    line = [broken];
    await choose('one.png');
    await says('Waiting for the connection.');
    await page.getByRole('button', { name: 'Try again now' }).focus();
    await page.keyboard.press('Enter');
    await stored(1);
    expect(await page.evaluate('document.activeElement.id')).toBe('files');
  });

  it('makes one picture of one whose answer was lost, and says the same of it', async () => {
    line = [answerLost];
    await choose('one.png', 'two.png');
    await says('Waiting for the connection. 0 of 2 kept.');
    await press('Try again now');
    await stored(2);
    expect(await sizes()).toEqual([
      [1, 'stored'],
      [2, 'stored'],
    ]);
    expect(sent).toBe(3);
  });

  it('goes on through a server that cannot keep it just now, and through what answers in its place', async () => {
    house.store.fail('evidence.put', { times: 1 });
    line = [(route) => route.continue(), (route) => route.fulfill({ status: 502, body: '<h1>Bad gateway</h1>' })];
    await choose('one.png');
    await page.locator('#coming li', { hasText: 'It could not be kept just now; 0 of 1 kept' }).waitFor();
    await press('Try again now');
    await page.locator('#coming li', { hasText: 'Waiting for the connection; 0 of 1 kept' }).waitFor();
    await press('Try again now');
    await stored(1);
    expect(await sizes()).toEqual([[1, 'stored']]);
  });

  it('ends a line that moves nothing and says nothing', async () => {
    line = [() => Promise.resolve()];
    await choose('one.png');
    await until(page, `document.querySelector('#coming progress').hidden === false`);
    await pass(241);
    await stored(1);
  });

  it('goes on with the others where one is refused', async () => {
    const ordinary = house.inspectGives;
    house.inspectGives = async (bytes) =>
      bytes.toString().includes('bad') ? { kind: 'refused', why: 'not-a-picture' } : ordinary(bytes);
    line = [broken];
    await choose('bad.png', 'good.png');
    await says('Waiting for the connection.');
    await press('Try again now');
    await stored(1);
    expect(await stateOf('bad.png')).toContain('Not stored. It is not a picture.');
    await says('1 of 2 kept.');
    expect(await sizes()).toHaveLength(1);
  });

  it('after a reload lists what is kept, names what did not arrive, and keeps nothing twice when it is chosen again', async () => {
    line = [(route) => route.continue(), answerLost, broken];
    await choose('one.png', 'two.png', 'three.png');
    await says('Waiting for the connection. 1 of 3 kept.');
    // The second did arrive, although the page has not heard of it.
    await page.reload();
    await scripted();
    await stored(2);
    await says('Not stored before this page was reloaded: three.png.');
    expect(await page.locator('#coming li').allInnerTexts()).toEqual([
      'three.png Not stored: the page was reloaded before it had arrived. Choose it again.',
    ]);
    line = [];
    await choose('two.png', 'three.png');
    await says('Number 3 is stored');
    await stored(3);
    expect(await sizes()).toHaveLength(3);
    expect(await page.locator('#coming li').count()).toBe(0);
    await page.reload();
    await scripted();
    await stored(3);
    expect(await page.locator('#coming li').count()).toBe(0);
    expect(await page.evaluate('JSON.stringify({ ...sessionStorage })')).toContain('[]');
  });

  it('says so where a picture was kept already', async () => {
    await choose('one.png');
    await stored(1);
    await choose('one.png');
    await says('Number 1 was kept already, and nothing is kept twice.');
    expect(await sizes()).toHaveLength(1);
    expect(await page.locator('#stored .is-stored').count()).toBe(1);
  });

  it('stops with one press while it waits, asks nothing, and forgets what had been chosen', async () => {
    line = [broken];
    await choose('one.png');
    await says('Waiting for the connection.');
    await press(/^Stop/);
    await page.getByRole('heading', { level: 1, name: 'Stopped: no pictures are taken' }).waitFor();
    expect(await page.evaluate('JSON.stringify({ ...sessionStorage })')).not.toContain('one.png');
    expect(blobs()).toEqual([]);
  });

  it('names what is not confirmed when its time is over, and sends nothing more', async () => {
    line = Array.from({ length: 100 }, () => broken);
    await choose('one.png', 'two.png');
    await says('Waiting for the connection.');
    await pass(601);
    await says('This page has ended before these were confirmed: one.png, two.png.');
    const before = sent;
    await pass(120);
    expect(sent).toBe(before);
    await choose('three.png');
    await says('This page has ended: nothing was taken.');
    expect(blobs()).toEqual([]);
  });
});
