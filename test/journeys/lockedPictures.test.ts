/** A picture taken back, a stop after Send, and the recorded act by which it is destroyed: emulator, adapter and pages. */
import { BlobServiceClient } from '@azure/storage-blob';
import { pngPicture } from '../builders/pictureFiles.ts';
import { newestCard, pressOn, reportUpTo, sendFrom, sendReport, verbsOn } from '../builders/reporting.ts';
import { dataOf, type RunningPostwise, runPostwise, type Who } from '../builders/runningApp.ts';

let postwise: RunningPostwise;
beforeAll(async () => {
  postwise = await runPostwise();
  await postwise.mention('head', 'set up');
  for (const who of ['lead', 'head', 'teacher', 'other', 'chair'] as const) await postwise.say(who, 'hello');
}, 60_000);
afterAll(() => postwise.stop());

const NOTHING =
  'There is nothing locked that is yours to look after. What is stopped while a report is being made is locked at once, and comes here when it is sent, deleted, or left alone for seven days.';
const blobsHeld = async (): Promise<number> => {
  const container = BlobServiceClient.fromConnectionString(postwise.azurite.connectionString).getContainerClient(
    'evidence',
  );
  let count = 0;
  for await (const _blob of container.listBlobsFlat({ includeSnapshots: true })) count += 1;
  return count;
};
/** A report with two pictures, sent. */
async function aReport(concerns = 'parent-or-other', seed = 1) {
  const pictures = await reportUpTo(postwise, 'teacher', 'report.pictures', { concerns });
  const stored = () => postwise.personal('teacher').filter(({ all }) => all.includes('Stored 2 of 2')).length;
  const before = stored();
  const attachments = await Promise.all(
    [seed, seed + 1].map(async (each) => ({
      contentType: 'image/png',
      contentUrl: postwise.connector.pictures.put(`p${each}`, { bytes: await pngPicture(each) }),
    })),
  );
  await postwise.say('teacher', '', { attachments });
  await postwise.until(() => stored() > before);
  const lookOver = await pressOn(postwise, 'teacher', pictures, 'report.pictures', { choosing: { act: 'done' } });
  return sendFrom(postwise, 'teacher', lookOver);
}
const mine = async (reference: string) => newestCard(await postwise.say('teacher', reference));
const linksTo = (who: Who) =>
  postwise.personal(who).flatMap(({ all }) => [...all.matchAll(/\/locked\/[a-z0-9]+/g)].map(([path]) => path));

it('goes from one picture taken back to a stop, to the lead, to nothing left in the storage but the record', async () => {
  const { reference } = await aReport();
  const held = await blobsHeld();
  expect(held).toBeGreaterThanOrEqual(4);
  const list = await pressOn(postwise, 'teacher', await mine(reference), 'mine.pictures');
  const back = await pressOn(postwise, 'teacher', list, 'mine.take-back', {
    typing: { number: '1', reason: 'repeat' },
  });
  expect(back.all).toContain('You took back number 1.');
  const data = dataOf(list.card, 'mine.take-back');
  const others = await postwise.press('other', 'mine.take-back', { ...data, number: '2', reason: 'repeat' });
  expect(others.text).toBe('You cannot do that with this report.');
  const nothing = await postwise.press('teacher', 'mine.take-back', { ...data, number: 'x', reason: 'y' });
  expect(nothing.text).toBe('Choose a picture and a reason first, then take it back.');
  expect(await blobsHeld()).toBe(held);

  await pressOn(postwise, 'teacher', list, 'report.imagery', { choosing: { answer: 'not-sure' } });
  const after = await pressOn(postwise, 'teacher', await mine(reference), 'mine.pictures');
  expect(after.all).toContain('locked, because it may be indecent');
  expect(verbsOn(after)).not.toContain('mine.take-back');
  for (const who of ['head', 'other', 'teacher', 'chair'] as const)
    expect((await postwise.say(who, 'locked')).map(({ text }) => text)).toEqual([NOTHING]);

  await postwise.say('lead', 'locked');
  const path = await postwise.until(() => linksTo('lead').at(-1));
  const url = `${postwise.url}${path}`;
  const origin = { origin: postwise.url };
  const entered = await fetch(url, { method: 'POST', redirect: 'manual', headers: origin });
  const cookie = entered.headers.get('set-cookie')?.split(';')[0] ?? '';
  const page = await (await fetch(url, { headers: { cookie } })).text();
  expect(page).toContain(reference);
  expect(page).not.toContain('<img');
  const item = /\/items\/(report-[\w-]+)/.exec(page)?.[1] ?? '';
  const body = (more: Readonly<Record<string, string>>) =>
    new URLSearchParams({
      numbers: '1,2',
      adviser: 'police',
      'advice-reference': 'CR/77',
      reason: 'Not needed by them',
      ...more,
    });
  const send = (step: string, more: Readonly<Record<string, string>> = {}) =>
    fetch(`${url}/items/${item}/${step}`, {
      method: 'POST',
      redirect: 'manual',
      headers: { ...origin, cookie },
      body: body(more),
    });
  expect((await send('destroy', { sure: 'yes' })).status).toBe(422);
  expect((await send('check')).status).toBe(200);
  expect(await blobsHeld()).toBe(held);
  expect((await send('destroy', { sure: 'yes', reference })).status).toBe(303);
  await postwise.until(async () => (await blobsHeld()) === 0);
  const done = await (await fetch(`${url}/items/${item}`, { headers: { cookie } })).text();
  expect(done).toContain('Destroyed on');
  await postwise.until(async () => (await postwise.say('lead', 'locked')).some(({ text }) => text === NOTHING));
  expect(postwise.log()).not.toContain(reference);
}, 60_000);

it('answers those who triage the same to the byte, with and without locked pictures in a sealed report', async () => {
  const ask = async () =>
    JSON.stringify([
      (await postwise.say('head', 'locked')).map(({ text }) => text),
      newestCard(await postwise.say('head', 'reports')).card,
      postwise.channel().map(({ card }) => card),
    ]);
  const before = await ask();
  const logged = postwise.log().length;
  const { reference } = await aReport('headteacher', 11);
  await pressOn(postwise, 'teacher', await mine(reference), 'report.imagery', { choosing: { answer: 'not-sure' } });
  await postwise.until(() => postwise.personal('lead').some(({ all }) => all.includes(reference)));
  expect(await ask()).toBe(before);
  await postwise.say('lead', 'locked');
  await postwise.until(() => linksTo('lead').length >= 2);
  expect(await ask()).toBe(before);
  expect(postwise.log().slice(logged)).not.toContain(reference);
  expect(postwise.log().slice(logged)).not.toContain('locked');
}, 60_000);

it('offers no pictures to take back where a report has none', async () => {
  const { reference } = await sendReport(postwise, 'other');
  expect(verbsOn(newestCard(await postwise.say('other', reference)))).not.toContain('mine.pictures');
}, 60_000);
