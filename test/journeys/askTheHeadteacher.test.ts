import { TableClient } from '@azure/data-tables';
import {
  dataOf,
  actionsOf,
  PEOPLE,
  type RunningPostwise,
  runPostwise,
  type Said,
  type Who,
} from '../builders/runningApp.ts';

let postwise: RunningPostwise;
beforeAll(async () => {
  postwise = await runPostwise();
  await postwise.mention('head', 'set up');
});
afterAll(() => postwise.stop());

/** A topic on which the policy is silent, in words that nothing else here holds. */
const SILENT = 'can I write a tripadvisor review of the zebrafish cafe?';

/** Every row that is kept, as text. */
async function rows(): Promise<readonly string[]> {
  const client = TableClient.fromConnectionString(postwise.azurite.connectionString, 'postwise', {
    allowInsecureConnection: true,
  });
  const all: string[] = [];
  for await (const entity of client.listEntities()) all.push(JSON.stringify(entity));
  return all;
}
const kept = async () => (await rows()).join('\n');

const cardOf = (said: readonly Said[]): Said => {
  const found = said.findLast(({ card }) => card !== undefined);
  if (found === undefined) throw new Error('No card');
  return found;
};
/** The exact answer to a choice that an answer offers, as a card below. */
async function exact(who: Who, choice: string): Promise<Said> {
  await postwise.press(who, 'ask.clarify', { choice });
  return cardOf(postwise.personal(who));
}
/** The text that stands in the question's box, to be looked over. */
const boxOf = (card: unknown, id: string): unknown => {
  if (Array.isArray(card)) return card.map((one) => boxOf(one, id)).find((value) => value !== undefined);
  if (typeof card !== 'object' || card === null) return undefined;
  const object = card as Record<string, unknown>;
  return object.id === id ? (object.value ?? '') : boxOf(Object.values(object), id);
};

describe('asking the headteacher, on the real emulator and adapter', () => {
  it('goes from a silent question to an answer that the asker reads', async () => {
    const asked = cardOf(await postwise.say('teacher', SILENT));
    expect(asked.all).toContain('The policy does not say');
    expect(boxOf(asked.card, 'f.question')).toBe(SILENT);
    expect(asked.all).toContain('It goes to the headteacher alone, with your name');
    expect(asked.all).toContain('Chris Tan, 01632 960103');
    expect(await kept()).not.toContain('zebrafish');

    const send = dataOf(asked.card, 'question.send');
    const words = `${SILENT} It is not about school.`;
    const before = postwise.personal('teacher').length;
    await postwise.say('head', 'hello');
    await postwise.press('teacher', 'question.send', { ...send, 'f.question': words }, 'personal', asked.id);
    await postwise.press('teacher', 'question.send', { ...send, 'f.question': words }, 'personal', asked.id);
    const sent = postwise.personal('teacher').slice(before);
    expect(sent.map(({ all }) => all.includes('is kept for the headteacher'))).toEqual([true, false]);
    expect(sent[1]?.all).toContain('is not sent twice');
    // The answer stands where it stood.
    expect(postwise.personal('teacher').find(({ id }) => id === asked.id)?.all).toContain('The policy does not say');

    const notice = await postwise.until(() =>
      postwise.personal('head').find(({ all }) => all.includes('A question waits for you')),
    );
    expect(notice.all).not.toMatch(/zebrafish|Somebody/);
    const open = dataOf(notice.card, 'question.open');
    for (const who of ['teacher', 'other', 'lead', 'chair'] as const)
      expect((await postwise.press(who, 'question.open', open)).text).toContain('it is not for you');
    const question = await postwise.press('head', 'question.open', open, 'personal', notice.id);
    expect(question.all).toContain(words);
    expect(question.all).toContain('Asked by Somebody');

    const typed = { 'f.answer': 'Yes, in your own name and your own time.' };
    const answer = { ...dataOf(question.card, 'question.answer'), ...typed };
    expect((await postwise.press('other', 'question.answer', answer)).text).toContain('it is not for you');
    const answered = await postwise.press('head', 'question.answer', answer, 'personal', notice.id);
    expect(answered.all).toContain('in your own name and your own time');
    expect(actionsOf(answered.card)).toEqual([]);

    const told = await postwise.until(() =>
      postwise.personal('teacher').find(({ all }) => all.includes('has answered your question')),
    );
    expect(told.all).not.toContain('own name');
    const read = dataOf(told.card, 'question.read');
    expect((await postwise.press('other', 'question.read', read)).text).toContain('it is not for you');
    expect((await postwise.press('head', 'question.read', read)).text).toContain('it is not for you');
    expect((await postwise.press('teacher', 'question.read', read, 'personal', told.id)).all).toContain(
      'in your own name and your own time',
    );
    expect(
      postwise
        .channel()
        .map(({ all }) => all)
        .join(''),
    ).not.toMatch(/zebrafish|question waits/);
    expect(postwise.log()).not.toMatch(/zebrafish|own name|Somebody/);
  });

  it('keeps nothing of what turns out to be an emergency', async () => {
    const asked = cardOf(await postwise.say('teacher', SILENT));
    const words = 'A child told me today that her stepdad xylophone hurts her at night';
    const pressed = await postwise.press('teacher', 'question.send', {
      ...dataOf(asked.card, 'question.send'),
      'f.question': words,
    });
    expect(pressed.text).toContain('this comes first');
    expect(postwise.personal('teacher').at(-1)?.all).toContain('Act now');
    expect(await kept()).not.toContain('xylophone');
  });

  it('puts no words of a worry about the headteacher where one press would send them there', async () => {
    const asked = await exact('teacher', 'concern-about-head');
    expect(asked.all).toContain('Speak to the chair of governors: Chris Tan');
    expect(actionsOf(asked.card).map(({ verb }) => verb)).toContain('question.send');
    expect(boxOf(asked.card, 'f.question')).toBe('');
  });

  it('keeps and sends nothing that reads as a worry about the headteacher, and leads to the chair of governors', async () => {
    const asked = cardOf(await postwise.say('teacher', SILENT));
    const words = 'I have a concern about the headteacher, who do I tell? saxophone';
    const pressed = await postwise.press('teacher', 'question.send', {
      ...dataOf(asked.card, 'question.send'),
      'f.question': words,
    });
    expect(pressed.text).toContain('about the headteacher, who would read it');
    expect(postwise.personal('teacher').at(-1)?.all).toContain('Speak to the chair of governors: Chris Tan');
    expect(await kept()).not.toContain('saxophone');
  });

  it('takes the press in the personal chat only', async () => {
    const asked = cardOf(await postwise.say('teacher', SILENT));
    const data = { ...dataOf(asked.card, 'question.send'), 'f.question': 'A kaleidoscope of words' };
    await postwise.press('teacher', 'question.send', data, 'channel');
    expect(await kept()).not.toContain('kaleidoscope');
  });
});

describe('“Was this helpful?”', () => {
  const helpful = (card: unknown, said: 'yes' | 'no') =>
    dataOf(card, 'answer.helpful', (data) => data.helpful === said);

  it('counts a card once, and holds nothing that leads to a person', async () => {
    const before = new Set(await rows());
    const asked = await exact('other', 'report-how-soon');
    const first = await postwise.press('other', 'answer.helpful', helpful(asked.card, 'yes'), 'personal', asked.id);
    expect(first.text).toBe('Thank you. That is counted, without your name.');
    const again = await postwise.press('other', 'answer.helpful', helpful(asked.card, 'no'), 'personal', asked.id);
    expect(again.text).toContain('counted before');
    // The card was not replaced: the answer stays readable.
    expect(postwise.personal('other').find(({ id }) => id === asked.id)?.all).toContain('word for word');
    const written = (await rows()).filter((row) => !before.has(row));
    const ofTaps = written.filter((row) => /"rowKey":"(helpful|tapped):/.test(row));
    expect(ofTaps).toHaveLength(2);
    for (const row of ofTaps) for (const person of Object.values(PEOPLE)) expect(row).not.toContain(person);
    const sums = ofTaps.find((row) => row.includes('"rowKey":"helpful:'));
    expect(sums).toContain(String.raw`\"yes\":1,\"no\":0`);
    expect(sums).not.toMatch(/a:chat|activity-/);
    const tap = ofTaps.find((row) => row.includes('"rowKey":"tapped:'));
    expect(tap).toContain('"json0":"{}"');
  });

  it('offers the headteacher and a report after a no', async () => {
    const asked = await exact('other', 'report-how-soon');
    const said = await postwise.press('other', 'answer.helpful', helpful(asked.card, 'no'), 'personal', asked.id);
    expect(said.text).toContain('Thank you');
    const next = postwise.personal('other').at(-1);
    expect(actionsOf(next?.card).map(({ verb, title }) => verb ?? title)).toEqual([
      'report.start',
      'Ask the headteacher',
      'question.send',
    ]);
  });

  it('takes no card’s word for what was answered', async () => {
    const asked = await exact('other', 'report-how-soon');
    const data = helpful(asked.card, 'yes');
    for (const forged of [{ situation: 'made-up' }, { version: '99' }, { answer: 'not/a:key' }, { helpful: 'maybe' }])
      expect((await postwise.press('other', 'answer.helpful', { ...data, ...forged })).text).not.toContain(
        'counted, w',
      );
    expect(await kept()).not.toMatch(/made-up|\\"99\\"/);
  });

  it('asks behind one button where the answer offers three choices', async () => {
    const asked = await exact('other', 'leaver-request');
    const choices = actionsOf(asked.card).filter(({ verb }) => verb === 'ask.clarify');
    // Content may come to offer more or fewer: then this needs another situation.
    expect(choices).toHaveLength(3);
    await postwise.press('other', 'answer.rate', dataOf(asked.card, 'answer.rate'), 'personal', asked.id);
    const small = cardOf(postwise.personal('other'));
    const counted = await postwise.press('other', 'answer.helpful', helpful(small.card, 'yes'), 'personal', small.id);
    expect(counted.text).toBe('Thank you. That is counted, without your name.');
  });

  it('is not asked where somebody may be at risk', async () => {
    const asked = cardOf(await postwise.say('other', 'a child has told me that her dad hits her'));
    expect(asked.all).toContain('Act now');
    expect(actionsOf(asked.card).map(({ verb }) => verb)).not.toContain('answer.helpful');
  });
});

describe('topics', () => {
  it('are shown to the headteacher alone, above five, and hold no word', async () => {
    const topic = 'do I need to follow the school page on insta';
    const answer = cardOf(await postwise.say('lead', topic));
    expect(answer.all).toContain('The policy does not say');
    for (let asked = 1; asked < 5; asked += 1) await postwise.say('lead', topic);
    const stored = (count: number) =>
      postwise.until(async () => (await kept()).includes(String.raw`sil-must-promote\",\"count\":${count}`));
    await stored(5);
    const brief = 'follow';
    const five = cardOf(await postwise.say('head', 'topics'));
    expect(five.all).toContain('Topics that staff asked about more than five times');
    expect(five.all).not.toContain('"6"');
    await postwise.say('lead', topic);
    await stored(6);
    const six = cardOf(await postwise.say('head', 'topics'));
    expect(six.all).toContain('"6"');
    expect(six.all).toContain(brief);
    const [refused] = await postwise.say('teacher', 'topics');
    expect(refused?.text).toBe('Only the headteacher can see the topics.');
    expect((await rows()).filter((row) => row.includes('"rowKey":"topics:')).join('')).not.toMatch(
      /insta|chat|activity/,
    );
  });
});
