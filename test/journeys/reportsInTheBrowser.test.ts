/**
 * Reports as two people make and read them, in real windows of the local Teams client and on the real pages: the
 * commonest kind with two pictures, the stop for pictures, one about the headteacher, adding and withdrawing, and all of
 * it kept when the bot, or everything, is killed.
 */
import { rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { BrowserContext, Page } from 'playwright-core';
import { LOCAL_BOT_ID, LOCAL_TENANT_ID, localPeople } from '../../src/local/people.ts';
import { REPORTS_CHANNEL, serviceUrlOf } from '../../src/local/playground.ts';
import { portsFrom } from '../../src/local/ports.ts';
import { describeInBrowser } from '../builders/browser.ts';
import {
  beginReport,
  chooseFromList,
  fillAbusivePost,
  references,
  send,
  tick,
  toForm,
  write,
} from '../builders/inTheGuide.ts';
import { pngPicture } from '../builders/pictureFiles.ts';
import { aBrowserProfile, openWindow, type Window } from '../builders/playground.ts';
import { aFolder, aPortBlock, type Run, startRealLocal, stopAll } from '../local/fixtures/machine.ts';

jest.setTimeout(240_000);

const ABUSIVE = 'Abusive or threatening post about staff';
const WHAT = 'A post in the parents’ group names me and calls me a liar.';

describeInBrowser('reports in the windows of two people', (browser) => {
  const data = aFolder();
  let first: number;
  let run: Run;
  let context: BrowserContext;
  let teacher: Window;
  let head: Window;
  let host: Server;
  let asked = 0;
  /** Of the report of the commonest kind. */
  let commonest: string;
  /** Of the report about the headteacher. */
  let sealed: string;

  const open = async () => {
    run = startRealLocal('--data', data, '--port', String(first));
    await run.says('Stop with');
    context = await aBrowserProfile(browser());
    teacher = await openWindow(context, `http://127.0.0.1:${first + 3}/`);
    head = await openWindow(context, `http://127.0.0.1:${first + 4}/`);
    await teacher.personalChat();
  };

  beforeAll(async () => {
    const picture = await pngPicture(5);
    host = createServer((_request, response) => {
      asked += 1;
      response.setHeader('content-type', 'image/png');
      response.end(picture);
    }).listen(0, '127.0.0.1');
    first = await aPortBlock();
    await open();
  });
  afterAll(async () => {
    host.close();
    await context.close();
    await stopAll();
    rmSync(data, { recursive: true, force: true });
  });

  /** What Teams sends where somebody pastes a picture: the local client has no way to. */
  async function pastePicture(name: string): Promise<void> {
    const { entraId } = localPeople.teacher;
    const url = `http://127.0.0.1:${(host.address() as AddressInfo).port}/${name}.png`;
    const answered = await fetch(`http://127.0.0.1:${first}/api/messages`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        type: 'message',
        id: `pasted-${name}`,
        channelId: 'msteams',
        serviceUrl: serviceUrlOf('teacher', portsFrom(first)),
        from: { id: `29:${entraId}`, name: localPeople.teacher.name, aadObjectId: entraId },
        recipient: { id: `28:${LOCAL_BOT_ID}`, name: 'Postwise' },
        conversation: { conversationType: 'personal', tenantId: LOCAL_TENANT_ID, id: 'a:local-teacher-personal' },
        channelData: { tenant: { id: LOCAL_TENANT_ID } },
        attachments: [{ contentType: 'image/png', contentUrl: url }],
      }),
    });
    expect(answered.status).toBe(200);
  }

  /** Presses a button that opens a page, and the button on that page. */
  async function openPage(window: Window, button: string): Promise<Page> {
    const opened = context.waitForEvent('page');
    await window.press(button);
    const page = await opened;
    await page.getByRole('button').first().click();
    return page;
  }

  const killBot = async () => {
    const known = run.output().split('The bot is running again.').length;
    const bot = run.family().find(({ command }) => /src\/local\/bot\.ts/.test(command));
    if (bot === undefined) throw new Error('No bot runs');
    process.kill(bot.pid, 'SIGKILL');
    while (run.output().split('The bot is running again.').length === known)
      await new Promise((resolve) => setTimeout(resolve, 50));
  };

  it('goes on in the middle of the guide after the bot was killed', async () => {
    await head.personalChat();
    await head.say('hi');
    await head.newest('999').waitFor();
    await head.channel(REPORTS_CHANNEL);
    await head.post('set up');
    await head.newest('This is now the channel for reports').waitFor();

    await beginReport(teacher);
    await toForm(teacher, 'A parent or somebody else', ABUSIVE);
    await fillAbusivePost(teacher, WHAT);
    await teacher.press('Go on');
    await teacher.page.getByRole('button', { name: 'Look again', exact: true }).last().waitFor();
    await killBot();
    await teacher.say('continue');
    await teacher.page.getByRole('link', { name: 'Open the upload page', exact: true }).nth(1).waitFor();
  });

  it('takes one picture from the chat and one from the page, and says both on the receipt', async () => {
    await pastePicture('grab');
    await teacher.newest('Stored 1 of 1').waitFor();
    expect(asked).toBe(1);
    const upload = await openPage(teacher, 'Open the upload page');
    await upload.getByRole('button', { name: /^No/ }).click();
    const buffer = await pngPicture(3);
    await upload.locator('input[type=file]').setInputFiles({ name: 'grab.png', mimeType: 'image/png', buffer });
    await upload.getByText('Stored so far: 2').waitFor();
    await upload.close();
    await teacher.press('Look again');
    await teacher.press('That is all');
    commonest = await send(teacher);
    await teacher.newest('Picture 2: ').waitFor();
  });

  it('is read by the headteacher on a page, both pictures too', async () => {
    await head.newest(commonest).waitFor();
    await head.press('Open');
    await head.personalChat();
    const page = await openPage(head, 'Open the report');
    await page.getByRole('button', { name: 'No: open it' }).click();
    await page.getByText(WHAT).first().waitFor();
    expect(await page.locator('img').count()).toBeGreaterThanOrEqual(2);
    for (const image of await page.locator('img').all()) {
      await image.scrollIntoViewIfNeeded();
      while ((await image.evaluate('(one) => one.naturalWidth')) === 0) await page.waitForTimeout(50);
    }
    await page.close();
  });

  it('takes no picture once one may show a child, shuts the page, and leaves a neutral line in the channel', async () => {
    await beginReport(teacher);
    await toForm(teacher, 'A parent or somebody else', ABUSIVE);
    await fillAbusivePost(teacher, 'Before the stop');
    await teacher.press('Go on');
    const upload = await openPage(teacher, 'Open the upload page');
    await upload.getByRole('button', { name: /^No/ }).click();
    await upload.locator('input[type=file]').waitFor({ state: 'attached' });

    await teacher.press('A picture may be indecent');
    await teacher.newest('No pictures in this report').waitFor();
    expect(await teacher.page.getByRole('link', { name: 'Open the upload page' }).count()).toBe(0);
    await upload.reload();
    expect(await upload.locator('input[type=file]').count()).toBe(0);
    await upload.close();

    const before = asked;
    await pastePicture('never');
    await teacher.newest('I have not looked at what you sent').waitFor();
    await teacher.press('Go on without pictures');
    await teacher.page.getByText('Where is the device now?').last().waitFor();
    await write(teacher, teacher.page.getByRole('textbox', { name: 'Who told you' }).last(), 'A pupil told me');
    await chooseFromList(teacher, 'It was handed to me');
    await teacher.press('Go on');
    const reference = await send(teacher);
    await head.channel(REPORTS_CHANNEL);
    await head.newest('One waits, for the safeguarding lead').waitFor();
    expect(await references(head.page)).not.toContain(reference);
    expect(asked).toBe(before);
  });

  it('shows the headteacher nothing of a report about the headteacher', async () => {
    await head.channel(REPORTS_CHANNEL);
    const inChannel = await references(head.page);
    await beginReport(teacher);
    await toForm(teacher, 'The headteacher', ABUSIVE);
    await fillAbusivePost(teacher, 'The headteacher wrote it');
    await teacher.press('Go on');
    await teacher.press('Go on without');
    sealed = await send(teacher);
    await teacher.newest(localPeople.chair.name).waitFor();
    expect(await references(head.page)).toEqual(inChannel);
    await head.personalChat();
    await head.say('reports');
    await head.newest(commonest).waitFor();
    expect(await references(head.page)).not.toContain(sealed);
  });

  it('is added to and then withdrawn, and the channel says so without a word of it', async () => {
    await teacher.say(`add ${commonest.toLowerCase()}`);
    await teacher.press('No, none of these');
    await write(
      teacher,
      teacher.page.getByRole('textbox', { name: 'What do you want to add?' }).last(),
      'They posted it again',
    );
    await teacher.press('Add it');
    await teacher.newest('Added.').waitFor();
    await head.channel(REPORTS_CHANNEL);
    await head.newest('Added to ').waitFor();
    // What was told of the other report before this would stand here by now.
    expect(await references(head.page)).not.toContain(sealed);

    await teacher.say(commonest);
    await teacher.press('Withdraw it');
    await tick(teacher, 'radio', 'I would rather not say');
    await teacher.press('Withdraw the report');
    await teacher.newest('You withdrew it').waitFor();
    await head.newest('Withdrawn by the reporter').waitFor();
    expect(await head.page.locator('body').innerText()).not.toContain('posted it again');
    await head.personalChat();
    await head.say(sealed);
    await head.newest('I cannot find a report of yours by that reference').waitFor();
  });

  it('is not lost, nor sent twice, when everything is killed right after Send', async () => {
    await beginReport(teacher);
    await toForm(teacher, 'A parent or somebody else', ABUSIVE);
    await fillAbusivePost(teacher, 'Just before the end');
    await teacher.press('Go on');
    await teacher.press('Go on without');
    const reference = await send(teacher);
    run.kill('SIGKILL');
    await run.ended;
    await context.close();
    await open();
    await teacher.say('my reports');
    await teacher.newest(reference).waitFor();
    expect((await references(teacher.page)).filter((one) => one === reference)).toHaveLength(1);
    await teacher.say('continue');
    await teacher.newest('You have no report under way').waitFor();
    await head.personalChat();
    await head.say('reports');
    await head.newest(reference).waitFor();
  });
});
