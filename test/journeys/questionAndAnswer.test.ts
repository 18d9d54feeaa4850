/** Between whoever handles a report and who made it, on the real emulator and adapter: question, answer, note, code. */
import { actionsOf, dataOf, type RunningPostwise, runPostwise, type Said, type Who } from '../builders/runningApp.ts';

let postwise: RunningPostwise;
beforeAll(async () => {
  postwise = await runPostwise();
  await postwise.mention('head', 'set up');
  for (const who of ['head', 'chair', 'lead', 'other', 'teacher'] as const) await postwise.say(who, 'hello');
}, 60_000);
afterAll(() => postwise.stop());

const REFERENCE = /SM-[A-Z0-9]{3}-[A-Z0-9]{4}/;
const QUESTION = 'Which of the two groups was it in?';
const ANSWER = 'In the one for the choir';
const NOTE = 'We have spoken with those who run the group';
const NOT_YOURS = 'You cannot do that with this report.';

const lastCard = (said: readonly Said[]): Said => {
  const card = said.findLast((one) => one.card !== undefined);
  if (card === undefined) throw new Error(`No card, but: ${said.map(({ all }) => all).join('\n')}`);
  return card;
};
const verbsOf = (card: Said) => actionsOf(card.card).map(({ verb }) => verb);

async function send(who: Who, concerns: string): Promise<{ readonly reference: string; readonly receipt: Said }> {
  let card = lastCard(await postwise.say(who, 'report'));
  const press = async (
    verb: string,
    more: Readonly<Record<string, unknown>>,
    is: Readonly<Record<string, unknown>>,
  ) => {
    const data = dataOf(card.card, verb, (found) => Object.entries(is).every(([key, value]) => found[key] === value));
    card = await postwise.press(who, verb, { ...data, ...more }, 'personal', card.id);
  };
  await press('report.danger', {}, { answer: 'no' });
  await press('report.imagery', {}, { answer: 'no' });
  await press('report.concerns', { concerns }, {});
  await press('report.kind', { kind: 'something-else' }, {});
  await press('report.form', filled(card.card), {});
  await press('report.pictures', {}, { act: 'done' });
  await press('report.send', {}, {});
  const reference = REFERENCE.exec(card.all)?.[0];
  if (reference === undefined) throw new Error(`No receipt, but ${card.all}`);
  return { reference, receipt: card };
}

/** An answer for every required input of a form card. */
function filled(card: unknown): Readonly<Record<string, string>> {
  if (Array.isArray(card)) return Object.assign({}, ...card.map(filled)) as Record<string, string>;
  if (typeof card !== 'object' || card === null) return {};
  const one = card as Record<string, unknown>;
  const choices = one['choices'] as readonly { value: string }[] | undefined;
  const value = one['type'] === 'Input.Date' ? '2026-01-05' : (choices?.[0]?.value ?? 'A post that calls me names');
  const own =
    String(one['type']).startsWith('Input.') && one['isRequired'] === true ? { [String(one['id'])]: value } : {};
  return { ...filled(Object.values(one)), ...own };
}

/** The card of one's own report, found as a person finds it: by typing its reference. */
const own = async (who: Who, reference: string): Promise<Said> => lastCard(await postwise.say(who, reference));

/** What came to a person's chat with that reference and that button. */
const notice = (who: Who, reference: string, verb: string, words: string) =>
  postwise.until(() =>
    postwise
      .personal(who)
      .findLast((said) => said.all.includes(reference) && said.all.includes(words) && verbsOf(said).includes(verb)),
  );

type Page = {
  readonly get: () => Promise<string>;
  readonly post: (path: string, fields: Readonly<Record<string, string>>) => Promise<Response>;
};
/** Asks for the link, presses the button behind it and says that it is about nobody close. */
async function open(who: Who, report: unknown): Promise<Page> {
  const links = () => postwise.personal(who).flatMap(({ all }) => all.match(/\/open\/[a-z0-9]+/g) ?? []);
  const before = new Set(links());
  await postwise.press(who, 'triage.open', { report }, 'personal');
  const path = await postwise.until(() => links().find((link) => !before.has(link)));
  const url = `${postwise.url}${path}`;
  const headers = { origin: postwise.url };
  const entered = await fetch(url, { method: 'POST', redirect: 'manual', headers });
  const cookie = entered.headers.get('set-cookie')?.split(';')[0] ?? '';
  const post: Page['post'] = (to, fields) =>
    fetch(`${url}${to}`, {
      method: 'POST',
      redirect: 'manual',
      headers: { ...headers, cookie },
      body: new URLSearchParams(fields),
    });
  await post('/about-you', { answer: 'no' });
  return { post, get: async () => (await fetch(url, { headers: { cookie } })).text() };
}

it('goes from a question to an answer to a note, each read only where it belongs', async () => {
  const { reference } = await send('teacher', 'parent-or-other');
  const id = dataOf((await own('teacher', reference)).card, 'mine.withdraw')['report'];
  await postwise.until(() => postwise.channel().some(({ all }) => all.includes(reference)));

  const page = await open('head', id);
  expect((await page.post('/question', { words: QUESTION })).status).toBe(303);
  expect(await page.get()).toContain(QUESTION);

  // The reporter is told of it without a word of it, and everybody else of nothing but that it was asked.
  const told = await notice('teacher', reference, 'mine.open', 'A question waits');
  expect(told.all).not.toContain('two groups');
  await postwise.until(() =>
    postwise.channel().some(({ all }) => all.includes(reference) && all.includes('Asked the reporter')),
  );
  for (const who of ['other', 'lead', 'chair'] as const) {
    expect((await postwise.press(who, 'mine.open', dataOf(told.card, 'mine.open'))).text).toBe(NOT_YOURS);
    const answer = { report: id, question: '1', 'f.answer': 'Mine' };
    expect((await postwise.press(who, 'mine.answer', answer)).text).toBe(NOT_YOURS);
  }
  expect((await postwise.press('head', 'mine.answer', { report: id, question: '1', 'f.answer': 'Mine' })).text).toBe(
    NOT_YOURS,
  );

  // Found in the list as well, and answered on the card that shows it.
  const [list] = await postwise.say('teacher', 'my reports');
  expect(list?.all).toContain('A question waits for you');
  expect(list?.all).not.toContain('two groups');
  const asked = await postwise.press('teacher', 'mine.open', dataOf(told.card, 'mine.open'), 'personal', told.id);
  expect(asked.all).toContain(QUESTION);
  const answer = dataOf(asked.card, 'mine.answer');

  const empty = await postwise.press('teacher', 'mine.answer', { ...answer, 'f.answer': '  ' });
  expect(empty.all).toContain('There is nothing in the box yet');
  const long = `${ANSWER} ${'and so on '.repeat(250)}`;
  const tooLong = await postwise.press('teacher', 'mine.answer', { ...answer, 'f.answer': long });
  expect(tooLong.all).toContain('longer than 2,000 characters');
  expect(tooLong.all).toContain(long);

  const kept = await postwise.press('teacher', 'mine.answer', { ...answer, 'f.answer': ANSWER }, 'personal', told.id);
  expect(kept.all).toContain('Your answer is kept.');
  for (const word of ['two groups', 'choir']) expect(kept.all).not.toContain(word);

  // An old card: the same is one answer, another stands beside it.
  const same = await postwise.press('teacher', 'mine.answer', { ...answer, 'f.answer': ANSWER });
  expect(same.all).toContain('That answer is kept already.');
  const more = await postwise.press('teacher', 'mine.answer', { ...answer, 'f.answer': 'Or the other one' });
  expect(more.all).toContain('Your answer is kept.');
  const unknown = await postwise.press('teacher', 'mine.answer', { ...answer, question: '__proto__', 'f.answer': 'x' });
  expect(unknown.text).toContain('I did not understand that press.');

  const waits = await notice('head', reference, 'triage.open', 'An answer waits');
  expect(waits.all).not.toContain('choir');
  const after = await page.get();
  for (const word of [ANSWER, 'Or the other one']) expect(after).toContain(word);

  // Closed in the channel, with a note: the reason is for the record.
  const closed = await postwise.press(
    'head',
    'triage.close',
    { report: id, reason: 'not-enough', 'f.note': NOTE },
    'channel',
  );
  expect(closed.all).not.toContain('spoken with');
  const news = await notice('teacher', reference, 'mine.open', 'There is a note for you');
  expect(news.all).not.toContain('spoken with');
  const outcome = await postwise.press('teacher', 'mine.open', dataOf(news.card, 'mine.open'));
  expect(outcome.all).toContain(NOTE);
  expect(outcome.all).not.toContain('Not enough to go on');
  expect(await page.get()).toContain(NOTE);

  // Closed, and still answered: kept and told.
  const late = await postwise.press('teacher', 'mine.answer', { ...answer, 'f.answer': 'I remember now' });
  expect(late.all).toContain('Your answer is kept.');
  expect(await page.get()).toContain('I remember now');

  const others = (['other', 'lead', 'chair'] as const).flatMap((who) => postwise.personal(who));
  const everywhere = [...postwise.channel(), ...others].map(({ all }) => all).join('\n') + postwise.log();
  for (const word of ['two groups', 'choir', 'spoken with', 'I remember']) expect(everywhere).not.toContain(word);
}, 120_000);

it('refuses a note that is too long in the channel, and closes nothing', async () => {
  const { reference } = await send('teacher', 'parent-or-other');
  const id = dataOf((await own('teacher', reference)).card, 'mine.withdraw')['report'];
  const data = { report: id, reason: 'dealt-with', 'f.note': 'x'.repeat(1_001) };
  const refused = await postwise.press('head', 'triage.close', data, 'channel');
  expect(refused.text).toContain('longer than 1,000 characters');
  expect((await own('teacher', reference)).all).toContain('not acknowledged yet');
}, 60_000);

it('keeps a sealed report’s question between the chair and the reporter, and makes a new code when it is asked for', async () => {
  const standing = postwise.channel().map(({ all }) => all);
  const logged = postwise.log().length;
  const { reference, receipt } = await send('teacher', 'headteacher');
  const first = /(?:[A-Z0-9]{4}-){3}[A-Z0-9]{4}/.exec(receipt.all)?.[0];
  expect(first).toBeDefined();
  const id = dataOf((await own('teacher', reference)).card, 'mine.withdraw')['report'];
  for (const who of ['head', 'lead', 'other'] as const)
    expect((await postwise.press(who, 'triage.open', { report: id })).text).toBe(NOT_YOURS);

  await notice('chair', reference, 'triage.open', 'A report waits');
  const page = await open('chair', id);
  await page.post('/question', { words: QUESTION });
  const told = await notice('teacher', reference, 'mine.open', 'A question waits');
  const asked = await postwise.press('teacher', 'mine.open', dataOf(told.card, 'mine.open'), 'personal', told.id);
  const answer = { ...dataOf(asked.card, 'mine.answer'), 'f.answer': ANSWER };
  await postwise.press('teacher', 'mine.answer', answer, 'personal', told.id);
  await notice('chair', reference, 'triage.open', 'An answer waits');
  expect(await page.get()).toContain(ANSWER);

  // A new code ends the one before, so it is asked first.
  const mine = await own('teacher', reference);
  const sure = await postwise.press(
    'teacher',
    'mine.new-code',
    dataOf(mine.card, 'mine.new-code'),
    'personal',
    mine.id,
  );
  expect(sure.all).toContain('Make a new code for the chair?');
  for (const who of ['head', 'chair', 'other'] as const)
    expect((await postwise.press(who, 'mine.new-code', dataOf(sure.card, 'mine.new-code'))).text).toBe(NOT_YOURS);
  const made = await postwise.press(
    'teacher',
    'mine.new-code',
    dataOf(sure.card, 'mine.new-code'),
    'personal',
    mine.id,
  );
  const second = /(?:[A-Z0-9]{4}-){3}[A-Z0-9]{4}/.exec(made.all)?.[0];
  expect(second).toBeDefined();
  expect(second).not.toBe(first);
  expect(await page.get()).toContain('Was given a new code for the chair');

  expect(postwise.channel().map(({ all }) => all)).toEqual(standing);
  expect(postwise.log().slice(logged)).toBe('');
  for (const who of ['head', 'lead', 'other'] as const)
    expect(postwise.personal(who).some(({ all }) => all.includes(reference))).toBe(false);
}, 120_000);

it('shows the note first on the card that announces it, even where a question was never answered', async () => {
  const { reference } = await send('other', 'parent-or-other');
  const report = dataOf((await own('other', reference)).card, 'mine.withdraw')['report'];
  const page = await open('head', report);
  await page.post('/question', { words: QUESTION });
  await page.post('/close', { reason: 'dealt-with', note: NOTE });
  const news = await notice('other', reference, 'mine.open', 'There is a note for you');
  const opened = await postwise.press('other', 'mine.open', dataOf(news.card, 'mine.open'));
  expect(opened.all).toContain(NOTE);
  expect(verbsOf(opened)).toContain('mine.open');
}, 120_000);

it('reaches each of one’s reports with everything that can be done, those beyond the first ten as well', async () => {
  for (let sent = 0; sent < 11; sent += 1) await send('other', 'parent-or-other');
  const [first] = await postwise.say('other', 'my reports');
  const older = await postwise.press('other', 'my-reports', dataOf(first?.card, 'my-reports'));
  const reference = REFERENCE.exec(older.all)?.[0] ?? 'none';
  const report = dataOf((await own('other', reference)).card, 'mine.withdraw')['report'];
  const opened = await postwise.press('other', 'mine.open', { ...dataOf(older.card, 'mine.open'), report });
  expect(opened.all).toContain(reference);
  expect(verbsOf(opened)).toEqual(expect.arrayContaining(['mine.start-add', 'mine.withdraw', 'my-reports']));
  const page = await open('head', report);
  await page.post('/question', { words: QUESTION });
  const asked = await postwise.press('other', 'mine.open', { report });
  expect(asked.all).toContain(QUESTION);
  const answered = await postwise.press('other', 'mine.answer', {
    ...dataOf(asked.card, 'mine.answer'),
    'f.answer': 'A',
  });
  expect(answered.all).toContain('answered');
  await page.post('/close', { reason: 'dealt-with', note: NOTE });
  expect((await postwise.press('other', 'mine.open', { report })).all).toContain(NOTE);
}, 120_000);
