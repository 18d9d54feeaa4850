import { pngPicture } from '../builders/pictureFiles.ts';
import { actionsOf, dataOf, type RunningPostwise, runPostwise, type Said, type Who } from '../builders/runningApp.ts';

let postwise: RunningPostwise;
beforeAll(async () => {
  postwise = await runPostwise();
  await postwise.mention('head', 'set up');
});
afterAll(() => postwise.stop());

const REFERENCE = /SM-[A-Z0-9]{3}-[A-Z0-9]{4}/;

/** Through the guide with the kind that asks for least, to the receipt. @returns its reference */
async function sendReport(who: Who): Promise<string> {
  let card = (await postwise.say(who, 'report')).findLast(({ card: shown }) => shown !== undefined);
  const press = async (
    verb: string,
    more: Record<string, unknown> = {},
    matches?: (data: Record<string, unknown>) => boolean,
  ) => {
    card = await postwise.press(who, verb, { ...dataOf(card?.card, verb, matches), ...more });
  };
  await press('report.danger', {}, ({ answer }) => answer === 'no');
  await press('report.imagery', {}, ({ answer }) => answer === 'no');
  await press('report.concerns', { concerns: 'parent-or-other' });
  await press('report.kind', { kind: 'something-else' });
  await press('report.form', filled(card?.card));
  await press('report.pictures', {}, ({ act }) => act === 'done');
  await press('report.send');
  const reference = REFERENCE.exec(card?.all ?? '')?.[0];
  if (reference === undefined) throw new Error(`No receipt, but ${card?.all}`);
  return reference;
}

/** An answer for every required input of a form card. */
function filled(card: unknown): Record<string, string> {
  if (Array.isArray(card)) return Object.assign({}, ...card.map(filled)) as Record<string, string>;
  if (typeof card !== 'object' || card === null) return {};
  const one = card as Record<string, unknown>;
  const choices = one.choices as readonly { value: string }[] | undefined;
  const value = one.type === 'Input.Date' ? '2026-01-05' : (choices?.[0]?.value ?? 'A post that calls me names');
  const own = String(one.type).startsWith('Input.') && one.isRequired === true ? { [String(one.id)]: value } : {};
  return { ...own, ...filled(Object.values(one)) };
}

/** The card of one's own report, found as a person finds it: by typing its reference. */
const myReport = async (who: Who, reference: string): Promise<Said> => {
  const [card] = await postwise.say(who, reference);
  if (card === undefined) throw new Error('No card');
  return card;
};

describe('after Send, on the real emulator and adapter', () => {
  it('opens one of one’s own reports from the list, without a word of what it says', async () => {
    const reference = await sendReport('teacher');
    const [list] = await postwise.say('teacher', 'my reports');
    const id = dataOf((await myReport('teacher', reference)).card, 'mine.withdraw').report;
    const opened = await postwise.press('teacher', 'mine.open', { ...dataOf(list?.card, 'mine.open'), report: id });
    expect(opened.all).toContain(reference);
    expect(opened.all).toContain('not acknowledged yet');
    expect(opened.all).not.toContain('calls me names');
    expect((await postwise.press('other', 'mine.open', { report: id })).text).toBe(
      'You cannot do that with this report.',
    );
  });

  it('shows ten of one’s own reports, and the older ones behind a press', async () => {
    for (let sent = 0; sent < 11; sent += 1) await sendReport('other');
    const [first] = await postwise.say('other', 'my reports');
    expect(new Set(first?.all.match(new RegExp(REFERENCE, 'g'))).size).toBe(10);
    const older = await postwise.press('other', 'my-reports', dataOf(first?.card, 'my-reports'));
    expect(new Set(older.all.match(new RegExp(REFERENCE, 'g'))).size).toBe(1);
    expect(actionsOf(older.card).map(({ verb }) => verb)).not.toContain('my-reports');
  });

  it('withdraws a report once, for its reporter alone, and shows it in the channel', async () => {
    const reference = await sendReport('teacher');
    const mine = await myReport('teacher', reference);
    const data = dataOf(mine.card, 'mine.withdraw');
    expect((await postwise.press('teacher', 'mine.withdraw', data)).text).toBe(
      'Choose a reason first, then withdraw it.',
    );
    for (const who of ['other', 'head'] as const)
      expect((await postwise.press(who, 'mine.withdraw', { ...data, reason: 'mistake' })).text).toBe(
        'You cannot do that with this report.',
      );
    for (let pressed = 0; pressed < 2; pressed += 1) {
      const done = await postwise.press('teacher', 'mine.withdraw', {
        ...data,
        reason: 'mistake',
        'f.why': 'A private word',
      });
      expect(done.all).toContain('You withdrew it');
      expect(actionsOf(done.card).map(({ verb }) => verb)).not.toContain('mine.withdraw');
    }
    await postwise.until(() =>
      postwise.channel().some(({ all }) => all.includes(reference) && all.includes('Withdrawn by the reporter')),
    );
    expect(
      postwise
        .channel()
        .map(({ all }) => all)
        .join(''),
    ).not.toContain('A private word');
  });

  it('adds a picture and words to a report, after asking about pictures again', async () => {
    const reference = await sendReport('teacher');
    const [asked] = await postwise.say('teacher', `add ${reference.toLowerCase()}`);
    expect(asked?.all).toContain('Could any of it show');
    const answered = await postwise.press(
      'teacher',
      'report.imagery',
      dataOf(asked?.card, 'report.imagery', ({ answer }) => answer === 'no'),
    );
    expect(answered.all).toContain(`Add to ${reference}`);
    const contentUrl = postwise.connector.pictures.put('added', { bytes: await pngPicture() });
    await postwise.say('teacher', '', { attachments: [{ contentType: 'image/png', contentUrl }] });
    await postwise.until(() => postwise.personal('teacher').some(({ all }) => all.includes('Stored 1 of 1')));
    const data = dataOf(answered.card, 'mine.add');
    const done = await postwise.press('teacher', 'mine.add', {
      ...data,
      'f.added': 'They posted it again at https://evil.example',
    });
    expect(done.all).toContain('Added.');
    expect(done.all).not.toContain('evil.example');
    expect((await postwise.press('teacher', 'mine.add', { ...data, 'f.added': 'Twice' })).all).toContain('already');
    await postwise.until(() =>
      postwise.channel().some(({ all }) => all.includes(reference) && all.includes('Added to ')),
    );
    expect(
      postwise
        .channel()
        .map(({ all }) => all)
        .join(''),
    ).not.toContain('evil.example');
    expect(await postwise.say('other', `add ${reference}`)).toMatchObject([
      { text: 'I cannot find a report of yours by that reference.' },
    ]);
  });

  it('stops an addition at "not sure", fetches nothing of it, and says why and what to do', async () => {
    const reference = await sendReport('teacher');
    const start = dataOf((await myReport('teacher', reference)).card, 'mine.start-add');
    expect((await postwise.press('other', 'mine.start-add', start)).text).toBe('You cannot do that with this report.');
    await postwise.press('teacher', 'mine.start-add', start);
    const asked = postwise.personal('teacher').findLast(({ all }) => all.includes('Could any of it show'));
    const before = postwise.connector.pictures.requests.length;
    const contentUrl = postwise.connector.pictures.put('never', { bytes: await pngPicture() });
    await postwise.say('teacher', '', { attachments: [{ contentType: 'image/png', contentUrl }] });
    const stop = dataOf(asked?.card, 'report.imagery', ({ answer }) => answer === 'not-sure');
    const stopped = await postwise.press('teacher', 'report.imagery', stop);
    expect(stopped.all).toContain('Nothing is added');
    expect(stopped.all).toContain(reference);
    await postwise.until(async () =>
      (await postwise.say('teacher', 'continue')).some(({ text }) => text.includes('no report under way')),
    );
    expect(postwise.connector.pictures.requests).toHaveLength(before);
  });

  it('leaves one line where cards of the report stood elsewhere in the chat', async () => {
    const begin = (await postwise.say('teacher', 'report')).at(-1);
    let card = await postwise.press(
      'teacher',
      'report.danger',
      dataOf(begin?.card, 'report.danger', ({ answer }) => answer === 'no'),
      'personal',
      begin?.id,
    );
    const press = async (
      verb: string,
      more: Record<string, unknown>,
      matches?: (data: Record<string, unknown>) => boolean,
    ) => {
      card = await postwise.press(
        'teacher',
        verb,
        { ...dataOf(card.card, verb, matches), ...more },
        'personal',
        card.id,
      );
    };
    await press('report.imagery', {}, ({ answer }) => answer === 'no');
    await press('report.concerns', { concerns: 'parent-or-other' });
    await press('report.kind', { kind: 'something-else' });
    const secret = 'A sentence that stands on a card';
    await press(
      'report.form',
      Object.fromEntries(
        Object.entries(filled(card.card)).map(([id, value]) => [id, value.startsWith('A post') ? secret : value]),
      ),
    );
    await press('report.pictures', {}, ({ act }) => act === 'done');
    const second = (await postwise.say('teacher', 'continue')).at(-1);
    expect(second?.all).toContain(secret);
    await press('report.send', {});
    const reference = REFERENCE.exec(card.all)?.[0] ?? 'none';
    await postwise.until(() => !postwise.personal('teacher').some(({ all }) => all.includes(secret)));
    const standing = (id: string | undefined) => postwise.personal('teacher').find((said) => said.id === id)?.all;
    expect(standing(second?.id)).toContain('The answers are no longer shown here');
    expect(standing(begin?.id)).toContain('Your reference');
    expect(standing(begin?.id)).toContain(reference);
  });
});
