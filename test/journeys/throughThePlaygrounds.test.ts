import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { BrowserContext } from 'playwright-core';
import { describeInBrowser, until } from '../builders/browser.ts';
import { fillAbusivePost, tick } from '../builders/inTheGuide.ts';
import { pngPicture } from '../builders/pictureFiles.ts';
import { aBrowserProfile, openWindow, type Window } from '../builders/playground.ts';
import { aFolder, aPortBlock, type Run, startRealLocal, stopAll } from '../local/fixtures/machine.ts';

jest.setTimeout(240_000);

/** `POSTWISE_PICTURES=docs/pictures npm test -- throughThePlaygrounds` renews those of the README. */
const PICTURES = process.env['POSTWISE_PICTURES'] ?? 'test-results/pictures';

describeInBrowser('one report, from the question to the last word, as two people walk it', (browser) => {
  const data = aFolder();
  let run: Run;
  let context: BrowserContext;
  let teacher: Window;
  let head: Window;
  const keep = (name: string) => join(PICTURES, `${name}.png`);

  beforeAll(async () => {
    mkdirSync(PICTURES, { recursive: true });
    const first = await aPortBlock();
    run = startRealLocal('--data', data, '--port', String(first));
    await run.says('Stop with');
    context = await aBrowserProfile(browser());
    teacher = await openWindow(context, `http://127.0.0.1:${first + 3}/`);
    head = await openWindow(context, `http://127.0.0.1:${first + 4}/`);
  });
  afterAll(async () => {
    await context.close();
    await stopAll();
    rmSync(data, { recursive: true, force: true });
  });

  it('is welcomed, and set up by the headteacher', async () => {
    await teacher.personalChat();
    await teacher.say('help');
    await teacher.newest('999').waitFor();
    await teacher.picture(keep('1-help'));
    await head.personalChat();
    await head.say('hi');
    await head.newest('999').waitFor();
    await head.channel('Reports (headteacher)');
    await head.post('set up');
    await head.newest('This is now the channel for reports').waitFor();
  });

  it('is asked and answered with the rule', async () => {
    await teacher.say('a mum in my class wants to follow me on insta, can I accept?');
    await teacher.newest('befriend').waitFor();
    await teacher.newest('November 2025').waitFor();
    await teacher.picture(keep('2-answer'));
  });

  it('is reported with a picture from the upload page', async () => {
    await teacher.say('report');
    await teacher.newest('Is anyone in danger now?').waitFor();
    await teacher.picture(keep('3-danger'));
    await teacher.press('No');
    await teacher.newest('naked').waitFor();
    await teacher.press('No, none of these');
    await tick(teacher, 'checkbox', 'A parent or somebody else');
    await teacher.press('Go on');
    await tick(teacher, 'radio', 'Abusive or threatening post about staff');
    await teacher.press('Go on');
    await fillAbusivePost(teacher, 'A post in the parents’ group names me and calls me a liar.');
    await teacher.picture(keep('4-form'));
    await teacher.press('Go on');

    const opened = context.waitForEvent('page');
    await teacher.press('Open the upload page');
    const upload = await opened;
    await upload.setViewportSize({ width: 390, height: 844 });
    await upload.getByRole('button').first().click();
    await upload.getByRole('button', { name: /^No/ }).click();
    await upload
      .locator('input[type=file]')
      .setInputFiles({ name: 'grab.png', mimeType: 'image/png', buffer: await pngPicture(3) });
    await upload.getByText('Stored so far: 1').waitFor();
    await upload.screenshot({ path: keep('5-upload') });
    await upload.close();

    await teacher.press('Look again');
    await teacher.newest('Stored: ').waitFor();
    await teacher.press('That is all');
    await teacher.newest('Who will see it').waitFor();
    await teacher.picture(keep('6-look-over'));
    await teacher.press('Send');
    await teacher.newest('SM-').waitFor();
    await teacher.picture(keep('7-receipt'));
  });

  it('is seen in the channel, acknowledged, opened on a page and closed', async () => {
    await head.newest('SM-').waitFor();
    await head.press('Acknowledge');
    await head.newest('Acknowledged').waitFor();
    await head.picture(keep('8-channel'));
    await head.press('Open');
    await head.personalChat();
    const opened = context.waitForEvent('page');
    await head.press('Open the report');
    const page = await opened;
    const shown = page.waitForResponse(/\/pictures\/1$/);
    await page.getByRole('button').first().click();
    await page.getByRole('button', { name: 'No: open it' }).click();
    await page.getByText('Screen grab 1').first().waitFor();
    expect((await shown).status()).toBe(200);
    await page.getByText('Priya Nair').first().waitFor();
    await until(page, 'document.images[0].complete && document.images[0].naturalWidth > 0');
    await page.screenshot({ path: keep('9-report'), fullPage: true });
    await page.close();
    await head.channel('Reports (headteacher)');
    await head.press('Close');
    await head.page.getByText('Dealt with in school').last().click();
    await head.press('Close the report');
    await head.newest('Closed').waitFor();
  });

  it('comes back to the reporter without a name or a word of it', async () => {
    await teacher.newest('closed').waitFor();
    await teacher.say('my reports');
    await teacher.newest('Closed').waitFor();
    await teacher.picture(keep('10-my-reports'));
  });
});
