import { pngPicture } from '../builders/pictureFiles.ts';
import { pressOn, REFERENCE, reportUpTo } from '../builders/reporting.ts';
import { chatOf, type RunningPostwise, runPostwise, type Said, type Who } from '../builders/runningApp.ts';

let postwise: RunningPostwise;
beforeAll(async () => {
  postwise = await runPostwise();
  await postwise.mention('head', 'set up');
});
afterAll(() => postwise.stop());

const OURS = { 'sec-fetch-site': 'same-origin' };

/** Past the button and the question of the upload page whose address a card has, in a browser of its own. */
async function atUploadPage(card: Said) {
  const path = /\/upload\/\w+/.exec(card.all)?.[0];
  if (path === undefined) throw new Error(`No upload page on: ${card.all}`);
  const at = `${postwise.url}${path}`;
  const entered = await fetch(at, { method: 'POST', headers: OURS, redirect: 'manual' });
  const headers = { ...OURS, cookie: entered.headers.get('set-cookie')?.split(';')[0] ?? '' };
  const post = (to: string, fields: Readonly<Record<string, string>>) =>
    fetch(`${at}${to}`, { method: 'POST', headers, redirect: 'manual', body: new URLSearchParams(fields) });
  await post('/question', { answer: 'no' });
  return {
    post,
    async put(seed: number) {
      const sent = await fetch(`${at}/pictures/key-0000-${seed}`, {
        method: 'PUT',
        headers: { ...headers, 'content-type': 'application/octet-stream' },
        body: new Uint8Array(await pngPicture(seed)),
      });
      expect(sent.status).toBe(201);
    },
  };
}

const standing = (who: Who, card: Said): Said => {
  const found = postwise.personal(who).find(({ id }) => id === card.id);
  if (found === undefined) throw new Error('The card has gone');
  return found;
};
const waitFor = (who: Who, card: Said, holds: (all: string) => boolean) =>
  postwise.until(() => holds(standing(who, card).all));
const updates = (who: Who, id: string) =>
  postwise.connector.calls.filter(
    (call) => call.what === 'update' && call.conversation === chatOf(who) && call.id === id,
  );

describe('the card of the pictures, on the real emulator and adapter', () => {
  it('follows the page: number, kind, size, words, and what is still useful; then each card is one line', async () => {
    const card = await reportUpTo(postwise, 'teacher', 'report.pictures');
    const page = await atUploadPage(card);
    const before = updates('teacher', card.id).length;
    for (const seed of [1, 2, 3, 4]) await page.put(seed);
    await page.post('/words', { 'caption-2': 'the reply', 'link-2': 'example.test/2' });
    await waitFor('teacher', card, (all) => all.includes('Stored 4 of 4.') && all.includes('the reply'));
    const followed = standing('teacher', card);
    expect(followed.all).toMatch(/Picture .*4.*PNG, .*320 by 480/);
    expect(followed.all).not.toContain('the full address of the post or page');
    expect(followed.all).toContain('/upload/');
    // Five changes came within seconds of each other. More than one update means that one fell between them.
    expect(updates('teacher', card.id).length - before).toBeLessThan(5);

    await page.post('/pictures/3/remove', {});
    await waitFor('teacher', card, (all) => all.includes('Stored 3 of 3.'));
    const lookOver = await pressOn(postwise, 'teacher', followed, 'report.pictures', { choosing: { act: 'done' } });
    const receipt = await pressOn(postwise, 'teacher', lookOver, 'report.send');
    expect(receipt.all).toMatch(REFERENCE);
    await waitFor('teacher', card, (all) => REFERENCE.test(all));
    expect(standing('teacher', card).all).not.toContain('the reply');
  });

  it('ends as the receipt, where Send is pressed while Teams is slow to take the list', async () => {
    const card = await reportUpTo(postwise, 'other', 'report.pictures');
    const page = await atUploadPage(card);
    const chat = chatOf('other');
    postwise.connector.failing.set(chat, { delayMs: 400 });
    const before = updates('other', card.id).length;
    await page.put(1);
    await postwise.until(() => updates('other', card.id).length > before);
    expect(standing('other', card).all).not.toContain('Stored 1 of 1.');
    const lookOver = await pressOn(postwise, 'other', card, 'report.pictures', { choosing: { act: 'done' } });
    const receipt = await pressOn(postwise, 'other', lookOver, 'report.send');
    expect(receipt.all).toMatch(REFERENCE);
    await postwise.until(() => updates('other', card.id).length >= before + 3);
    await waitFor('other', card, (all) => REFERENCE.test(all));
    postwise.connector.failing.delete(chat);
    const shown = updates('other', card.id).map(({ body }) => JSON.stringify(body));
    const list = shown.findLastIndex(
      (body) => body.includes('Stored 1 of 1.') && body.includes('Open the upload page'),
    );
    expect(list).toBeGreaterThanOrEqual(0);
    expect(shown.findLastIndex((body) => REFERENCE.test(body))).toBeGreaterThan(list);
  });

  it('comes after a restart, when Teams was away and the process ended meanwhile', async () => {
    const card = await reportUpTo(postwise, 'head', 'report.pictures', { concerns: 'pupil' });
    const page = await atUploadPage(card);
    postwise.connector.failing.set(chatOf('head'), 503);
    await page.put(1);
    await postwise.restart();
    expect(standing('head', card).all).not.toContain('Stored 1 of 1.');
    postwise.connector.failing.delete(chatOf('head'));
    await waitFor('head', card, (all) => all.includes('Stored 1 of 1.'));
  });
});
