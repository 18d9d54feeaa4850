import { refusals } from '../../src/cards/sentences.ts';
import { readReference, readSchoolId } from '../../src/core/ids.ts';
import { sealForChair } from '../../src/flows/sealForChair.ts';
import { createStorage } from '../../src/storage/storage.ts';
import { newestCard, sendReport } from '../builders/reporting.ts';
import {
  actionsOf,
  dataOf,
  PEOPLE,
  type RunningPostwise,
  runPostwise,
  type Said,
  type Who,
} from '../builders/runningApp.ts';

let postwise: RunningPostwise;
beforeAll(async () => {
  postwise = await runPostwise();
  await postwise.say('head', 'hello');
  await postwise.mention('head', 'set up');
  for (const who of ['chair', 'lead', 'other', 'teacher'] as const) await postwise.say(who, 'hello');
}, 60_000);
afterAll(() => postwise.stop());

/** The notice that a report waits, once it has come; told by its reference. */
const waitsFor = (who: Who, reference: string) =>
  postwise.until(() =>
    postwise
      .personal(who)
      .find(({ all, card }) => all.includes(reference) && actionsOf(card).some(({ verb }) => verb === 'triage.open')),
  );

type Inside = { readonly get: () => Promise<string>; readonly say: (answer: string) => Promise<Response> };

/** Presses Open on the notice and then the button behind the link that comes. */
async function open(who: Who, notice: Said): Promise<Inside> {
  const linksOf = () =>
    postwise.personal(who).flatMap(({ all }) => [...all.matchAll(/\/open\/[a-z0-9]+/g)].map(([path]) => path));
  const before = new Set(linksOf());
  await postwise.press(who, 'triage.open', dataOf(notice.card, 'triage.open'), 'personal', notice.id);
  const path = await postwise.until(() => linksOf().find((link) => !before.has(link)));
  const url = `${postwise.url}${path}`;
  const headers = { origin: postwise.url };
  const entered = await fetch(url, { method: 'POST', redirect: 'manual', headers });
  const cookie = entered.headers.get('set-cookie')?.split(';')[0] ?? '';
  return {
    get: async () => (await fetch(url, { headers: { cookie } })).text(),
    say: (answer) =>
      fetch(`${url}/about-you`, {
        method: 'POST',
        redirect: 'manual',
        headers: { ...headers, cookie },
        body: new URLSearchParams({ answer }),
      }),
  };
}

const words = 'Words that nobody else may read';

it('lets the headteacher stand aside before a word, and gives the report to the chair', async () => {
  const { reference } = await sendReport(postwise, 'teacher', { concerns: 'other-staff', what: words });
  const notice = await waitsFor('head', reference);
  const page = await open('head', notice);
  const asked = await page.get();
  expect(asked).toContain('Is this about you or someone close?');
  expect(asked).not.toContain(words);
  const aside = await (await page.say('yes')).text();
  expect(aside).toContain('You have stood aside');
  expect(await page.get()).not.toContain(words);
  const pressed = await postwise.press(
    'head',
    'triage.open',
    dataOf(notice.card, 'triage.open'),
    'personal',
    notice.id,
  );
  expect(pressed.text).toBe(refusals.notYours);
  expect(newestCard(await postwise.say('head', 'reports')).all).not.toContain(reference);

  const chairs = await open('chair', await waitsFor('chair', reference));
  expect((await chairs.say('no')).status).toBe(303);
  const read = await chairs.get();
  expect(read).toContain(words);
  expect(read).toContain('Stood aside: it is about them or somebody close');
  expect(read).toContain('it went on to the chair of governors');
  expect(read).toContain('the harm threshold');
  expect(postwise.log()).not.toContain(reference);
}, 60_000);

it('shows those who triage the same to the byte, with and without a sealed report and all that is done with it', async () => {
  const quiet = () =>
    postwise.until(async () => {
      const before = postwise.connector.calls.length;
      await new Promise((resolve) => setTimeout(resolve, 300));
      return postwise.connector.calls.length === before;
    });
  await sendReport(postwise, 'other');
  await quiet();
  const seen = async () => {
    const logged = postwise.log().length;
    const health = await fetch(`${postwise.url}/healthz`);
    const channel = postwise.channel().length;
    const view = {
      health: [health.status, await health.text(), health.headers.get('content-length')],
      inChannel: JSON.stringify(newestCard(await postwise.mention('head', 'reports')).card),
      ofHead: JSON.stringify(newestCard(await postwise.say('head', 'reports')).card),
      ofLead: JSON.stringify(newestCard(await postwise.say('lead', 'reports')).card),
      cards: postwise.channel().length - channel,
      logged: postwise.log().slice(logged),
    };
    return { ...view, standing: channel, personal: postwise.personal('head').length };
  };
  const before = await seen();
  const [standing, logged] = [postwise.channel().length, postwise.log().length];

  const { reference, chairCode } = await sendReport(postwise, 'teacher', { concerns: 'headteacher', what: words });
  const page = await open('chair', await waitsFor('chair', reference));
  await page.say('no');
  expect(await page.get()).toContain(words);
  const storage = await createStorage({
    tables: { connectionString: postwise.azurite.connectionString },
    blobs: { connectionString: postwise.azurite.connectionString },
  });
  const [school, known] = [readSchoolId('test-school'), readReference(reference)];
  if (school === null || known === null) throw new Error('not an id');
  const code = chairCode ?? null;
  const { head, lead, chair } = PEOPLE;
  const roles = async () => ({ headteachers: [head], safeguarding: [lead], chairs: [chair], triagers: [] });
  const outside = { ...storage, roster: { roles }, clock: { now: () => new Date() } };
  const asked = { school, reference: known, name: 'Bo', reason: 'asked', withPictures: true };
  expect((await sealForChair(outside, { ...asked, by: head, code })).kind).toBe('not-yours');
  expect((await sealForChair(outside, { ...asked, by: PEOPLE.other, code: null })).kind).toBe('wrong-code');
  expect((await sealForChair(outside, { ...asked, by: PEOPLE.other, code })).kind).toBe('pack');
  const second = await open('chair', await waitsFor('chair', reference));
  expect(await (await second.say('yes')).text()).toContain('Nobody here can open this report now');
  await quiet();

  expect(postwise.log().slice(logged)).toBe('');
  expect(postwise.channel().length).toBe(standing);
  const { standing: _first, personal: _then, ...was } = before;
  const { standing: _second, personal: _now, ...is } = await seen();
  expect(is).toEqual(was);
  for (const who of ['head', 'lead', 'other'] as const)
    expect(postwise.personal(who).some(({ all }) => all.includes(reference))).toBe(false);
}, 120_000);
