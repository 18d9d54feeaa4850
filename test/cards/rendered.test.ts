import { mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { describeInBrowser } from '../builders/browser.ts';
import { type Example, examples } from './examples.ts';
import { elementsOf, textsOf } from './readCard.ts';
import { showCards } from './teamsLook.ts';

/** A contact sheet to look at, outside the project. */
const SHEETS = join(tmpdir(), 'postwise-cards');

/** Text as a person reads it: white space as one blank. */
const plain = (text: string): string => text.replace(/\s+/g, ' ').trim();

async function opened(browser: Browser, width: number, all: readonly Example[]): Promise<Page> {
  const page = await browser.newPage({ viewport: { width, height: 800 } });
  await page.route('**/*', (route) => route.abort());
  await showCards(page, all);
  return page;
}

async function openEveryShowCard(page: Page): Promise<void> {
  for (const title of ['Close', 'Take one out', 'Withdraw it', 'Where else to report it', 'Ask the headteacher']) {
    for (const button of await page.getByRole('button', { name: title, exact: true }).all()) await button.click();
  }
}

/** What stands visibly in one card, with what its inputs hold. */
const visible = async (page: Page, name: string): Promise<string> => {
  const card = page.locator(`figure[data-name="${name}"] .card`);
  const inputs = await card
    .locator('input:visible, textarea:visible')
    .evaluateAll((found) => found.map((input) => (input as unknown as { value: string }).value));
  const choices = await card.locator('select:visible option').allTextContents();
  return plain([await card.innerText(), ...inputs, ...choices].join(' '));
};

describeInBrowser('cards in Chromium', (browser) => {
  for (const width of [360, 720]) {
    it(`show every expected sentence at a width of ${width}`, async () => {
      const all = examples();
      const page = await opened(browser(), width, all);
      await openEveryShowCard(page);
      const missing: string[] = [];
      for (const { name, card, says } of all) {
        const seen = await visible(page, name);
        for (const text of [...says, ...textsOf(card)])
          if (!seen.includes(plain(text))) missing.push(`${name}: ${text}`);
      }
      expect(missing).toEqual([]);
      await page.close();
    });

    it(`stay within the screen at a width of ${width}`, async () => {
      const page = await opened(browser(), width, examples());
      await openEveryShowCard(page);
      const wide = await page
        .locator('.card, .card *')
        .evaluateAll(
          (found, limit) =>
            (found as unknown as { getBoundingClientRect(): { right: number; width: number }; outerHTML: string }[])
              .filter((node) => node.getBoundingClientRect().right > limit)
              .map(({ outerHTML }) => outerHTML.slice(0, 200)),
          width,
        );
      expect(wide).toEqual([]);
      await page.close();
    });
  }

  it('show what was typed as it was typed, never as markup', async () => {
    const words = '[x](http://evil) **b** <b>bold</b> _em_ &amp; {{DATE(2026-03-02T09:30:00Z)}} ${name}';
    const all = examples({ words, name: words });
    const plainExamples = examples();
    const page = await opened(browser(), 720, all);
    await openEveryShowCard(page);
    const showing = plainExamples.filter(({ card }) => JSON.stringify(card).includes('You will regret this'));
    expect(showing.length).toBeGreaterThan(8);
    const lost: string[] = [];
    for (const { name } of showing) if (!(await visible(page, name)).includes(words)) lost.push(name);
    expect(lost).toEqual([]);
    expect(await page.locator('.card a[href*="evil"], .card b, .card strong, .card em').count()).toBe(0);
    await page.close();
  });

  it('would notice markup that came through', async () => {
    const card = {
      type: 'AdaptiveCard',
      version: '1.5',
      body: [{ type: 'TextBlock', text: '[x](http://evil) **b**' }],
    };
    const page = await opened(browser(), 360, [{ name: 'leaky', card, says: [] }]);
    expect(await page.locator('.card a[href*="evil"], .card strong').count()).toBe(2);
    await page.close();
  });

  it('keep a contact sheet to look at', async () => {
    mkdirSync(SHEETS, { recursive: true });
    const all = examples();
    expect(all.flatMap(({ card }) => elementsOf(card)).length).toBeGreaterThan(500);
    for (let from = 0; from < all.length; from += 12) {
      const page = await browser().newPage({ viewport: { width: 1524, height: 800 } });
      await showCards(page, all.slice(from, from + 12), 4);
      await page.screenshot({ path: join(SHEETS, `sheet-${from / 12 + 1}.png`), fullPage: true });
      await page.close();
    }
  });
});
