import type { Answer } from '../../src/core/policy/answer.ts';
import type { SchoolDay } from '../../src/core/schoolDay.ts';
import { LONGEST_QUESTION } from '../../src/core/asking/headQuestion.ts';
import { answerAsHead, askHead, ownQuestion, questionFor, questionsFor } from '../../src/flows/askHead.ts';
import { deliverWaiting } from '../../src/flows/deliverWaiting.ts';
import { createTopicCounter, topicsFor } from '../../src/flows/countTopics.ts';
import { aHouse, head, type House, personalChat, setUpHouse, teacher, triager } from '../builders/house.ts';
import { HEAD, LEAD, OTHER_TEACHER, questionId, SCHOOL, TEACHER } from '../builders/values.ts';

const WORDS = 'May I write a review of the shop that a parent runs?';
const common = {
  situation: 'review-write',
  headline: 'h',
  citations: [],
  exceptions: [],
  next: [],
  policy: { id: 'p', title: 't', version: '1', lastReview: 'x', nextReview: 'y', overdue: false, sentence: 's' },
  guidance: [],
  clarify: null,
  standingLine: '',
};
const SILENT: Answer = { ...common, kind: 'not-covered', verdict: 'not-covered' };
const EMERGENCY: Answer = {
  ...common,
  kind: 'emergency',
  verdict: 'emergency',
  emergency: 'child at risk',
  actNow: [],
};
const silent = async () => SILENT;

let house: House;
beforeEach(async () => {
  house = aHouse();
  await setUpHouse(house);
});
const ask = (words: unknown = WORDS, who = teacher, answer: () => Promise<Answer> = silent) =>
  askHead(house.outside, who, questionId(1), words, answer, house.nudge);
/** All that the store holds, as text. */
const everything = () => {
  const { questions, outbox, parked } = house.store.memory(SCHOOL);
  return JSON.stringify([[...questions], [...outbox], [...parked]]);
};

describe('asking the headteacher', () => {
  it('keeps the words and tells the headteacher alone, without them', async () => {
    expect(await ask(`  ${WORDS} `)).toEqual({ kind: 'asked', reached: true });
    expect(house.nudges).toBe(1);
    await deliverWaiting(house.outside, SCHOOL);
    expect(house.notices).toEqual([
      { to: personalChat(HEAD).id, notice: { kind: 'question-waits', to: HEAD, question: questionId(1) } },
    ]);
    expect(house.posted).toEqual([]);
    expect((await questionFor(house.outside, head, questionId(1)))?.value.words).toBe(WORDS);
  });

  it('is one question, however often it is sent, and stays as it was sent first', async () => {
    await ask();
    expect(await ask('Something else')).toEqual({ kind: 'already' });
    await deliverWaiting(house.outside, SCHOOL);
    expect(house.notices).toHaveLength(1);
    expect(everything()).not.toContain('Something else');
  });

  it.each([
    ['nothing was typed', '   ', 'unreadable'],
    ['it is no text', { a: 1 }, 'unreadable'],
    ['it is too long', 'x'.repeat(LONGEST_QUESTION + 1), 'unreadable'],
  ])('keeps nothing where %s', async (_name, words, kind) => {
    expect((await ask(words)).kind).toBe(kind);
    expect(house.store.calls.filter((call) => call.startsWith('questions'))).toEqual([]);
  });

  it('keeps and sends nothing of what reads as an emergency', async () => {
    expect(await ask(WORDS, teacher, async () => EMERGENCY)).toEqual({ kind: 'emergency', answer: EMERGENCY });
    expect(everything()).not.toContain(WORDS);
    expect(house.nudges).toBe(0);
  });

  it('keeps nothing where the school has no headteacher set up, or the asker is the only one', async () => {
    expect(await ask(WORDS, head)).toEqual({ kind: 'you-are-head' });
    house.roles = { ...house.roles, headteachers: [] };
    expect(await ask()).toEqual({ kind: 'no-headteacher' });
    expect(everything()).not.toContain(WORDS);
  });

  it('puts a line without words into the channel where the headteacher has no chat with us, and tells them when they write', async () => {
    await house.outside.people.forget(SCHOOL, HEAD);
    expect(await ask()).toEqual({ kind: 'asked', reached: false });
    await deliverWaiting(house.outside, SCHOOL);
    expect(house.posted.map(({ notice }) => notice)).toEqual([{ kind: 'question-waits' }]);
    expect(house.notices).toEqual([]);
    await house.outside.people.remember(SCHOOL, HEAD, personalChat(HEAD));
    await house.outside.outbox.unpark(SCHOOL, HEAD, house.outside.clock.now());
    await deliverWaiting(house.outside, SCHOOL);
    expect(house.notices.map(({ notice }) => notice.kind)).toEqual(['question-waits']);
  });

  it.each([
    [
      'it is answered by then',
      async () => {
        await answerAsHead(house.outside, head, questionId(1), { how: 'in-person' }, house.nudge);
      },
    ],
    [
      'the person is headteacher no more',
      () => {
        house.roles = { ...house.roles, headteachers: [] };
        return Promise.resolve();
      },
    ],
  ])('tells nobody that it waits where %s', async (_name, meanwhile) => {
    await house.outside.people.forget(SCHOOL, HEAD);
    await ask();
    await deliverWaiting(house.outside, SCHOOL);
    await meanwhile();
    await house.outside.people.remember(SCHOOL, HEAD, personalChat(HEAD));
    await house.outside.outbox.unpark(SCHOOL, HEAD, house.outside.clock.now());
    await deliverWaiting(house.outside, SCHOOL);
    expect(house.notices.map(({ notice }) => notice.kind)).not.toContain('question-waits');
  });

  it('keeps and sends nothing of what leads past the headteacher', async () => {
    const chair: Answer = {
      ...SILENT,
      situation: 'concern-about-head',
      guidance: [
        {
          id: 'g',
          title: 't',
          lines: [],
          contacts: ['chair of governors'],
          sources: [],
          checkedOn: '2026-03-02' as SchoolDay,
        },
      ],
    };
    expect(await ask(WORDS, teacher, async () => chair)).toEqual({ kind: 'past-the-head', answer: chair });
    expect(everything()).not.toContain(WORDS);
    expect(house.nudges).toBe(0);
  });

  it('keeps the question where nobody can be told, and tells once that is over', async () => {
    house.noticeError = new Error('Teams is down');
    await ask();
    await deliverWaiting(house.outside, SCHOOL);
    house.noticeError = null;
    house.pass(60_000);
    await deliverWaiting(house.outside, SCHOOL);
    expect(house.notices).toHaveLength(1);
  });

  it('says no word of it, and no name, in the log', async () => {
    await ask();
    await questionFor(house.outside, triager, questionId(1));
    expect(house.logged.join('\n')).toContain('question-refused');
    expect(house.logged.join('\n')).not.toMatch(/review|shop/);
  });
});

describe('a question to the headteacher', () => {
  beforeEach(async () => {
    await ask();
    await deliverWaiting(house.outside, SCHOOL);
  });

  it.each([
    ['a triager', triager],
    ['the asker', teacher],
    ['the safeguarding lead', { school: SCHOOL, staff: LEAD }],
  ])('is not read or answered by %s', async (_name, who) => {
    expect(await questionFor(house.outside, who, questionId(1))).toBeNull();
    const typed = 'Yes';
    expect(await answerAsHead(house.outside, who, questionId(1), { how: 'written', typed }, house.nudge)).toEqual({
      kind: 'not-yours',
    });
    expect(await questionsFor(house.outside, who)).toBeNull();
  });

  it('is answered once, and the asker is told without words', async () => {
    const answer = (typed: string) =>
      answerAsHead(house.outside, head, questionId(1), { how: 'written', typed }, house.nudge);
    expect((await answer('  ')).kind).toBe('unreadable');
    expect(await questionsFor(house.outside, head)).toHaveLength(1);
    expect((await answer('Yes, under your own name')).kind).toBe('answered');
    const second = await answer('No');
    expect(second).toMatchObject({ kind: 'already', question: { answer: { words: 'Yes, under your own name' } } });
    expect(await questionsFor(house.outside, head)).toEqual([]);
    await deliverWaiting(house.outside, SCHOOL);
    expect(house.notices.slice(1)).toEqual([
      {
        to: personalChat(TEACHER).id,
        notice: { kind: 'question-answered', to: TEACHER, question: questionId(1) },
      },
    ]);
    expect((await ownQuestion(house.outside, teacher, questionId(1)))?.answer).toMatchObject({
      how: 'written',
      words: 'Yes, under your own name',
    });
    expect(await ownQuestion(house.outside, { school: SCHOOL, staff: OTHER_TEACHER }, questionId(1))).toBeNull();
  });

  it('can be answered in person', async () => {
    const replied = await answerAsHead(house.outside, head, questionId(1), { how: 'in-person' }, house.nudge);
    expect(replied).toMatchObject({ kind: 'answered', question: { answer: { how: 'in-person', by: HEAD } } });
  });

  it('is answered once by two presses at the same time', async () => {
    const both = await Promise.all(
      ['Yes', 'No'].map((typed) =>
        answerAsHead(house.outside, head, questionId(1), { how: 'written', typed }, house.nudge),
      ),
    );
    expect(both.map(({ kind }) => kind).sort()).toEqual(['already', 'answered']);
    await deliverWaiting(house.outside, SCHOOL);
    expect(house.notices).toHaveLength(2);
  });
});

describe('counting silent topics', () => {
  const counter = () => createTopicCounter(house.outside.counts, house.outside.clock, SCHOOL);

  it('asks nothing of the storage until it is stored, then one call a week, and never counts twice', async () => {
    const topics = counter();
    for (let asked = 0; asked < 6; asked += 1) topics.count(SILENT);
    topics.count(EMERGENCY);
    expect(house.store.calls.filter((call) => call.startsWith('counts'))).toEqual([]);
    await topics.flush();
    await topics.flush();
    expect(house.store.calls.filter((call) => call.startsWith('counts'))).toEqual(['counts.addTopics']);
    expect(await house.outside.counts.topics(SCHOOL)).toEqual([
      { week: '2026-W10', policy: 'p', situation: 'review-write', count: 6 },
    ]);
  });

  it('keeps what cannot be stored for the next time', async () => {
    const topics = counter();
    topics.count(SILENT);
    house.store.fail('counts.addTopics', { times: 1 });
    await expect(topics.flush()).rejects.toThrow();
    topics.count(SILENT);
    await topics.flush();
    expect((await house.outside.counts.topics(SCHOOL)).map(({ count }) => count)).toEqual([2]);
  });

  it('counts each week by itself', async () => {
    const topics = counter();
    topics.count(SILENT);
    house.pass(7 * 86_400_000);
    topics.count(SILENT);
    await topics.flush();
    expect((await house.outside.counts.topics(SCHOOL)).map(({ week }) => week)).toEqual(['2026-W10', '2026-W11']);
  });

  it('shows the headteacher alone, and only above five', async () => {
    const topics = counter();
    for (let asked = 0; asked < 5; asked += 1) topics.count(SILENT);
    await topics.flush();
    expect(await topicsFor(house.outside, head)).toEqual([]);
    topics.count(SILENT);
    await topics.flush();
    expect(await topicsFor(house.outside, head)).toHaveLength(1);
    for (const who of [teacher, triager]) expect(await topicsFor(house.outside, who)).toBeNull();
  });
});
