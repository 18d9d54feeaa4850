import { pngPicture } from '../builders/pictureFiles.ts';
import { newestCard, REFERENCE, sendFrom, sendReport, walkOn } from '../builders/reporting.ts';
import { actionsOf, dataOf, type RunningPostwise, runPostwise, type Said, type Who } from '../builders/runningApp.ts';

let postwise: RunningPostwise;
beforeAll(async () => {
  postwise = await runPostwise();
  await postwise.mention('head', 'set up');
});
afterAll(() => postwise.stop());

/** A report of the kind that asks for least. @returns its reference */
const aSentReport = async (who: Who): Promise<string> => (await sendReport(postwise, who)).reference;

/** The card of one's own report, found as a person finds it: by typing its reference. */
const myReport = async (who: Who, reference: string): Promise<Said> => {
  const [card] = await postwise.say(who, reference);
  if (card === undefined) throw new Error('No card');
  return card;
};

describe('after Send, on the real emulator and adapter', () => {
  it('opens one of one’s own reports from the list, without a word of what it says', async () => {
    const reference = await aSentReport('teacher');
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
    for (let sent = 0; sent < 11; sent += 1) await aSentReport('other');
    const [first] = await postwise.say('other', 'my reports');
    expect(new Set(first?.all.match(new RegExp(REFERENCE, 'g'))).size).toBe(10);
    const older = await postwise.press('other', 'my-reports', dataOf(first?.card, 'my-reports'));
    expect(new Set(older.all.match(new RegExp(REFERENCE, 'g'))).size).toBe(1);
    expect(actionsOf(older.card).map(({ verb }) => verb)).not.toContain('my-reports');
  });

  it('withdraws a report once, for its reporter alone, and shows it in the channel', async () => {
    const reference = await aSentReport('teacher');
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
    const reference = await aSentReport('teacher');
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
    const reference = await aSentReport('teacher');
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
    const begin = newestCard(await postwise.say('teacher', 'report'));
    const secret = 'A sentence that stands on a card';
    const lookOver = await walkOn(postwise, 'teacher', begin, 'report.send', { what: secret });
    const second = newestCard(await postwise.say('teacher', 'continue'));
    expect(second.all).toContain(secret);
    const { reference } = await sendFrom(postwise, 'teacher', lookOver);
    await postwise.until(() => !postwise.personal('teacher').some(({ all }) => all.includes(secret)));
    const standing = (id: string) => postwise.personal('teacher').find((said) => said.id === id)?.all;
    expect(standing(second.id)).toContain('The answers are no longer shown here');
    expect(standing(begin.id)).toContain('Your reference');
    expect(standing(begin.id)).toContain(reference);
  });
});
