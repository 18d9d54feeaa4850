import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { fileReport } from '../../src/flows/fileReport.ts';
import { createEntraVisitor } from '../../src/web/entraVisitor.ts';
import type { SignInVisitor } from '../../src/web/visitor.ts';
import type { WebOptions } from '../../src/web/web.ts';
import { describeInBrowser, until } from '../builders/browser.ts';
import { aHouse, aSentReport, type House, teacher } from '../builders/house.ts';
import { aLocalIssuer } from '../builders/localIssuer.ts';
import { pngPicture } from '../builders/pictureFiles.ts';
import { SCHOOL, TRIAGER } from '../builders/values.ts';
import { anOpenLink, anUploadLink, aSite, type Site } from './site.ts';

const PHONE = { width: 360, height: 740 };
const TENANT = '11111111-1111-4111-8111-111111111111';

describeInBrowser('the pages in Chromium, at the size of a phone', (browser) => {
  let house: House;
  let site: Site;
  let context: BrowserContext;
  let page: Page;
  let complaints: string[];
  let picture: Buffer;

  const open = async (change: Partial<WebOptions> = {}, javaScriptEnabled = true) => {
    house = aHouse();
    house.inspectGives = async (bytes) =>
      bytes.subarray(1, 4).toString('latin1') === 'PNG'
        ? {
            kind: 'picture',
            mediaType: 'image/png',
            width: 200,
            height: 900,
            viewCopy: { bytes, mediaType: 'image/png' },
          }
        : { kind: 'refused', why: 'not-a-picture' };
    site = await aSite(change, house);
    context = await browser().newContext({ viewport: PHONE, javaScriptEnabled });
    page = await context.newPage();
    complaints = [];
    page.on('pageerror', ({ message }) => complaints.push(message));
    page.on('console', (line) => {
      if (/Content Security Policy|Refused/.test(line.text())) complaints.push(line.text());
    });
    page.on('dialog', (dialog) => {
      complaints.push(`asked: ${dialog.type()}`);
      void dialog.accept();
    });
  };
  beforeAll(async () => {
    picture = await screenGrab(browser());
  });
  beforeEach(() => open());
  afterEach(async () => {
    expect(complaints).toEqual([]);
    await context.close();
    await site.close();
  });

  const at = (path: string, host = '127.0.0.1') => `http://${host}:${site.port}${path}`;
  const press = (name: string | RegExp) => page.getByRole('button', { name }).click();
  const heading = () => page.getByRole('heading', { level: 1 });
  const stored = () => page.locator('#stored .is-stored');
  const waitFor = async (title: string) => {
    await page.getByRole('heading', { level: 1, name: title }).waitFor();
  };
  const fits = async () =>
    expect(await page.evaluate('document.documentElement.scrollWidth <= document.documentElement.clientWidth')).toBe(
      true,
    );
  const atUploadPage = async () => {
    await page.goto(at(await anUploadLink(house)));
    await press('Go to the upload page');
    await press('No, none of them could');
    await waitFor('Add screen grabs');
  };
  const file = (name: string, buffer: Buffer) => ({ name, mimeType: 'application/octet-stream', buffer });

  it('take pictures that are chosen, pasted and dropped, and show what is stored', async () => {
    await atUploadPage();
    expect(await page.getByText('This page needs JavaScript').isVisible()).toBe(false);
    await fits();
    await page.setInputFiles('#files', [file('one.png', picture), file('notes.pdf', Buffer.from('%PDF-1.7'))]);
    await page.locator('#coming').getByText('Not stored. It is not a picture.').waitFor();
    for (const [index, how] of ['paste', 'drop'].entries()) {
      const bytes = (await pngPicture(index + 2)).toString('base64');
      await page.evaluate(
        `(() => {
          const bytes = Uint8Array.from(atob('${bytes}'), (each) => each.charCodeAt(0));
          const carried = new DataTransfer();
          carried.items.add(new File([bytes], 'grab.png', { type: 'image/png' }));
          document.dispatchEvent('${how}' === 'paste'
            ? new ClipboardEvent('paste', { clipboardData: carried, bubbles: true, cancelable: true })
            : new DragEvent('drop', { dataTransfer: carried, bubbles: true, cancelable: true }));
        })()`,
      );
    }
    await page.getByText('Stored so far: 3 of 20').waitFor();
    expect(await stored().count()).toBe(3);
    await page.reload();
    expect(await stored().count()).toBe(3);
    await page.getByRole('button', { name: 'Remove number 2' }).click();
    await page.getByText('Stored so far: 2 of 20').waitFor();
    await page.getByRole('status').getByText('Picture number 2 was removed.').waitFor();
    // It is said once: nothing is left for the next page to say.
    expect(await page.evaluate(`Object.keys(sessionStorage).filter((key) => key.endsWith('removed'))`)).toEqual([]);
    await fits();
  });

  it('take what was chosen before their script came', async () => {
    let letCome = (): void => undefined;
    const chosen = new Promise<void>((resolve) => (letCome = resolve));
    await page.route('**/upload*.js*', async (route) => {
      await chosen;
      await route.continue();
    });
    await atUploadPage();
    await page.setInputFiles('#files', [file('one.png', picture)]);
    letCome();
    await page.getByText('Stored so far: 1 of 20').waitFor();
  });

  it('make one picture of an upload whose answer was lost', async () => {
    await atUploadPage();
    let losses = 0;
    await page.route('**/pictures/*', async (route) => {
      if (losses > 0) return route.continue();
      losses += 1;
      // It arrives and is stored; the page never hears so.
      await route.fetch();
      await route.abort('connectionreset');
    });
    await page.setInputFiles('#files', [file('one.png', picture)]);
    await page.getByText('Stored so far: 1 of 20').waitFor();
    const draft = await house.outside.drafts.get(SCHOOL, teacher.staff);
    expect(losses).toBe(1);
    expect(draft?.value.pictures).toHaveLength(1);
  });

  it('stop with one press, also while a picture is on its way, and ask nothing', async () => {
    await atUploadPage();
    house.inspectGives = () => new Promise(() => undefined);
    await page.setInputFiles('#files', [file('one.png', picture)]);
    await page.getByText('being checked').waitFor();
    await press(/^Stop: one of these/);
    await waitFor('Stopped: no pictures are taken');
    await fits();
    expect(await page.getByText('Ada Reyes, 01632 960123').isVisible()).toBe(true);
    expect(await page.locator('input[type=file]').count()).toBe(0);
  });

  it('say so when the report is sent in the chat while the page is open', async () => {
    await atUploadPage();
    const draft = await house.outside.drafts.get(SCHOOL, teacher.staff);
    if (draft === null) throw new Error('The draft has gone');
    await fileReport(house.outside, teacher, draft.value.id, '1', house.nudge);
    await page.setInputFiles('#files', [file('one.png', picture)]);
    await waitFor('You have sent this report');
  });

  it('show a report, with Stop in sight at every point of a tall picture', async () => {
    await atUploadPage();
    await page.setInputFiles('#files', [file('one.png', picture), file('two.png', await pngPicture(2))]);
    await page.getByText('Stored so far: 2 of 20').waitFor();
    const draft = await house.outside.drafts.get(SCHOOL, teacher.staff);
    if (draft === null) throw new Error('The draft has gone');
    const sent = await fileReport(house.outside, teacher, draft.value.id, '1', house.nudge);
    if (sent.kind !== 'filed') throw new Error('not filed');
    await page.goto(at(await anOpenLink(house, sent.report.id)));
    await press('Open the report');
    await fits();
    await press('No: open it');
    await waitFor(sent.report.reference);
    await fits();
    const image = page.getByRole('img', { name: 'Screen grab 2 of 2, as sent by the reporter' });
    await image.scrollIntoViewIfNeeded();
    await until(page, `[...document.images].at(-1).naturalWidth > 0`);
    for (const part of [0, 0.5, 1]) {
      const gap = await page.evaluate(`(() => {
        const image = [...document.images].at(-1);
        const box = image.getBoundingClientRect();
        scrollTo(0, scrollY + box.top + (box.height - innerHeight) * ${part});
        const stop = image.closest('.picture').querySelector('button').getBoundingClientRect();
        return Math.min(stop.top, innerHeight - stop.bottom);
      })()`);
      expect(gap).toBeGreaterThanOrEqual(0);
    }
    await press(/^Stop: this may be an indecent image \(screen grab 2\)/);
    await page.getByText('Nobody can open it here any more.').waitFor();
    expect(await page.locator('img').count()).toBe(1);
    await press('I have finished: close this page');
    await waitFor('Closed');
    await page.goBack();
    await page.reload();
    await waitFor('This link has ended');
  });

  it('let a browser back in that comes from another site, where strict cookies are held back', async () => {
    const path = await anUploadLink(house);
    await page.goto(at(path));
    await press('Go to the upload page');
    await waitFor('Before you add screen grabs');
    const elsewhere = await otherSite(at(path));
    await page.goto(`http://localhost:${(elsewhere.address() as AddressInfo).port}/`);
    await page.getByRole('link', { name: 'to the page' }).click();
    await waitFor('This link was used');
    await page.getByRole('link', { name: 'Go on where you were' }).click();
    await waitFor('Before you add screen grabs');
    await close(elsewhere);
  });

  it('cannot be pressed from a page of another site', async () => {
    const path = await anUploadLink(house);
    const elsewhere = await otherSite(at(path));
    await page.goto(`http://localhost:${(elsewhere.address() as AddressInfo).port}/`);
    await press('press for them');
    await waitFor('That did not come from this page');
    await page.goto(at(path));
    await waitFor('Add screen grabs to a report');
    await close(elsewhere);
  });

  it('say plainly that pictures need JavaScript, and stop without it', async () => {
    await context.close();
    await site.close();
    await open({}, false);
    await atUploadPage();
    expect(await page.getByText('This page needs JavaScript to take pictures').isVisible()).toBe(true);
    expect(await page.getByText('Choose pictures').isVisible()).toBe(false);
    await press(/^Stop: one of these/);
    await waitFor('Stopped: no pictures are taken');
  });

  it('are reached by keyboard alone, with the focus in sight', async () => {
    await page.goto(at(await anUploadLink(house)));
    for (const expected of ['Skip to the page', 'Go to the upload page']) {
      await page.keyboard.press('Tab');
      const focused = await page.evaluate<{ text: string; outline: string }>(
        `({ text: document.activeElement.textContent.trim(), outline: getComputedStyle(document.activeElement).outlineStyle })`,
      );
      expect(focused.text).toBe(expected);
      expect(focused.outline).not.toBe('none');
    }
    await page.keyboard.press('Enter');
    await waitFor('Before you add screen grabs');
  });

  it('sign a person in by another site and come back, with strict cookies throughout', async () => {
    await context.close();
    await site.close();
    let visitor: SignInVisitor | null = null;
    const later: SignInVisitor = {
      kind: 'sign-in',
      begin: (state, again) => (visitor ?? notYet()).begin(state, again),
      finish: (keep, state, answer) => (visitor ?? notYet()).finish(keep, state, answer),
    };
    await open({ visitor: later, local: false });
    const origin = at('', 'localhost');
    (house.outside as { publicUrl: string }).publicUrl = origin;
    const client = { id: 'client-id', secret: 'client-secret', redirectUri: `${origin}/signed-in` };
    const issuer = await aLocalIssuer(client);
    issuer.next = { oid: TRIAGER, tid: TENANT };
    visitor = createEntraVisitor({
      issuer: issuer.url,
      tenantId: TENANT,
      clientId: client.id,
      clientSecret: client.secret,
      redirectUri: client.redirectUri,
    });
    const { report } = await aSentReport(house);
    await page.goto(origin + (await anOpenLink(house, report.id)));
    await press('Open the report');
    await waitFor('Back from signing in');
    expect(await heading().count()).toBe(1);
    await press('Continue');
    await waitFor(report.reference);
    await press('No: open it');
    await page.getByText('What was reported').waitFor();
    expect(issuer.exchanges).toBe(1);
    await issuer.close();
  });
});

const notYet = (): never => {
  throw new Error('no issuer yet');
};

/** A picture as tall as a phone's whole screen. */
async function screenGrab(browser: Browser): Promise<Buffer> {
  const page = await browser.newPage({ viewport: { width: 200, height: 900 } });
  await page.setContent('<p>A post</p>');
  const taken = await page.screenshot();
  await page.close();
  return taken;
}

/** A page of another site, with a link to an address of ours and a form that posts to it. */
async function otherSite(address: string): Promise<Server> {
  const server = createServer((_request, response) => {
    response.setHeader('Content-Type', 'text/html');
    response.end(
      `<a href="${address}">to the page</a><form method="post" action="${address}"><button>press for them</button></form>`,
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}

const close = (server: Server): Promise<void> =>
  new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
