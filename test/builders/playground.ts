import type { Browser, BrowserContext, Locator, Page } from 'playwright-core';

/** One window of the local Teams client, driven as a person would: by what stands on the buttons. */
export type Window = {
  readonly page: Page;
  personalChat(): Promise<void>;
  channel(name: string): Promise<void>;
  /** Types in the chat that is open and sends it. */
  say(text: string): Promise<void>;
  /** Starts a thread in the channel that is open, with a real mention. */
  post(text: string): Promise<void>;
  /** The newest card or message that holds this text. */
  newest(text: string): Locator;
  /** Presses a button on the newest card that has it. */
  press(button: string): Promise<void>;
  picture(path: string): Promise<void>;
};

/** Nothing outside this machine is asked: the client's page would look for its maker's fonts. */
export async function aBrowserProfile(browser: Browser): Promise<BrowserContext> {
  const context = await browser.newContext({ viewport: { width: 1400, height: 1000 }, locale: 'en-GB' });
  await context.route('**/*', (route) => {
    const { hostname } = new URL(route.request().url());
    return ['127.0.0.1', 'localhost'].includes(hostname) ? route.continue() : route.abort();
  });
  context.setDefaultTimeout(30_000);
  return context;
}

export async function openWindow(context: BrowserContext, address: string): Promise<Window> {
  const page = await context.newPage();
  await page.goto(address, { waitUntil: 'domcontentloaded' });
  await page.getByRole('treeitem', { name: 'Personal Chat', exact: true }).waitFor();
  // The list of chats stands outside the visible part until it is laid out; a click by script needs no place.
  const open = async (chat: Locator) => {
    await chat.evaluate((element) => (element as unknown as { click(): void }).click());
    await page.getByRole('textbox').last().waitFor();
  };
  const box = () => page.locator('div[role=textbox]:visible').first();
  return {
    page,
    personalChat: () => open(page.getByRole('treeitem', { name: 'Personal Chat', exact: true })),
    channel: (name) => open(page.getByRole('treeitem', { name })),
    async say(text) {
      await box().click();
      await page.keyboard.type(text);
      await page.locator('button[aria-label="Send Message"]:visible').first().click();
    },
    async post(text) {
      await box().click();
      await page.keyboard.type('@Post');
      await page.getByRole('menuitem', { name: 'Postwise' }).first().click();
      await page.keyboard.type(` ${text}`);
      await page.getByRole('button', { name: 'Post', exact: true }).first().click();
    },
    newest: (text) => page.getByText(text).last(),
    async press(button) {
      const found = page
        .getByRole('button', { name: button, exact: true })
        .or(page.getByRole('link', { name: button, exact: true }))
        .last();
      await found.scrollIntoViewIfNeeded();
      await found.click();
      await settled(page);
    },
    async picture(path) {
      await page.screenshot({ path });
    },
  };
}

const QUIET_MS = 300;
const LONGEST_MS = 5_000;
/** In the page: resolves once nothing has changed for a while. */
const QUIET = `new Promise((done) => {
  const watch = new MutationObserver(() => again());
  const end = () => (watch.disconnect(), done());
  let timer = setTimeout(end, ${QUIET_MS});
  const again = () => (clearTimeout(timer), (timer = setTimeout(end, ${QUIET_MS})));
  setTimeout(end, ${LONGEST_MS});
  watch.observe(document.body, { childList: true, subtree: true, characterData: true });
})`;

/** A press is answered twice, by the response and by the change of the stored card: both draw the card afresh, empty. */
export const settled = (page: Page): Promise<unknown> => page.evaluate(QUIET);

const MOST_TRIES = 8;

/** Does it until it has stayed done: a card that is drawn afresh meanwhile takes away what was ticked or typed. */
export async function surely(page: Page, act: () => Promise<unknown>, isDone: () => Promise<boolean>): Promise<void> {
  let fault: unknown = null;
  for (let tries = 0; tries < MOST_TRIES; tries += 1) {
    try {
      await act();
      await settled(page);
      if (await isDone()) return;
    } catch (error) {
      fault = error;
    }
  }
  throw new Error('It did not stay done', { cause: fault });
}
