/** The guide as somebody walks it in a window of the local Teams client: by what stands on its buttons and boxes. */
import type { Locator, Page } from 'playwright-core';
import { surely, type Window } from './playground.ts';
import { REFERENCE } from './reporting.ts';

/** Writes "report" and says that nobody is in danger. */
export async function beginReport(window: Window): Promise<void> {
  await window.say('report');
  await window.newest('Is anyone in danger now?').waitFor();
  await window.press('No');
  await button(window.page, 'No, none of these').waitFor();
}

/** Ticks a box or a choice of the newest card. */
export function tick({ page }: Window, role: 'checkbox' | 'radio', name: string, exact = false): Promise<void> {
  const box = page.getByRole(role, { name, exact }).last();
  return surely(
    page,
    () => box.check(),
    () => box.isChecked(),
  );
}

/** From the question about pictures, answered "no", to the form of this kind. */
export async function toForm(window: Window, whom: string, kind: string): Promise<void> {
  await window.press('No, none of these');
  await tick(window, 'checkbox', whom);
  await window.press('Go on');
  await tick(window, 'radio', kind);
  await window.press('Go on');
}

/** Every answer that the commonest form wants: typed, chosen from a list, or ticked. */
export async function fillAbusivePost(window: Window, what: string): Promise<void> {
  await window.newest('What does it say or show?').waitFor();
  await write(window, window.page.locator('textarea:visible').last(), what);
  await chooseFromList(window, 'Facebook');
  await tick(window, 'radio', 'I saw it myself');
  await tick(window, 'radio', 'A group, or the account');
  await tick(window, 'radio', 'No', true);
}

export const write = ({ page }: Window, box: Locator, text: string): Promise<void> =>
  surely(
    page,
    () => box.fill(text),
    async () => (await box.inputValue()) === text,
  );

/** Opens the newest list from which something is to be chosen. */
export async function chooseFromList({ page }: Window, choice: string): Promise<void> {
  const list = page
    .getByRole('combobox')
    .filter({ hasText: 'Choose' })
    .or(page.locator('button:has-text("Choose one"), [placeholder="Choose one"]'))
    .last();
  await list.scrollIntoViewIfNeeded();
  await list.click();
  await page.getByRole('option', { name: choice }).last().click();
}

/** Presses Send. @returns the reference on the receipt that comes */
export async function send(window: Window): Promise<string> {
  const before = new Set(await references(window.page));
  await window.newest('Who will see it').waitFor();
  await window.press('Send');
  for (;;) {
    const reference = (await references(window.page)).find((one) => !before.has(one));
    if (reference !== undefined) return reference;
    await window.page.waitForTimeout(100);
  }
}

/** Every reference that the window shows. */
export async function references(page: Page): Promise<readonly string[]> {
  const text = await page.locator('body').innerText();
  return [...text.matchAll(new RegExp(REFERENCE.source, 'g'))].map(([found]) => found);
}

const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true }).last();
