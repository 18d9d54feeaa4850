import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { z } from 'zod';
import { type Following, followUp } from '../../../src/core/policy/followUp.ts';
import { type LastAsked, stillCounts, toLastAsked, withoutWearing } from '../../../src/core/policy/lastAsked.ts';
import { readReasons } from '../../../src/core/policy/reasons.ts';
import { answerTo } from '../../../src/core/policy/rule.ts';
import { seeded } from '../../../src/core/policy/train.ts';
import { understand, type Understanding } from '../../../src/core/policy/understand.ts';
import { readSchoolDay } from '../../../src/core/schoolDay.ts';
import { createEncoder } from '../../../src/encoder/encoder.ts';
import { answerQuestion } from '../../../src/flows/answerQuestion.ts';
import { answerInTurn } from '../../../src/flows/followUp.ts';
import { NO_ENCODER } from '../../../src/flows/ports.ts';
import { readFollowUps, readPolicies, readWriters } from '../../../src/policies.ts';
import { readLabelled } from '../../../src/tools/scoring.ts';
import { aLastAsked } from '../../builders/lastAsked.ts';

const index = readPolicies(NO_ENCODER);
const { policy } = index;
const { words, reasons } = readFollowUps(index);
const day = readSchoolDay('2026-11-22');
if (day === null) throw new Error('a day');
const now = new Date('2026-11-22T10:00:00Z');

const situation = (id: string) => {
  const found = policy.situations.get(id);
  if (!found) throw new Error(`no situation ${id}`);
  return found;
};
const afterAsking = (id: string): LastAsked => toLastAsked(answerTo(situation(id), index, day), 0, now);

type Read = { readonly following: Following; readonly alone: Understanding; readonly is: string };
const understood = new Map<string, Understanding>();
function aloneOf(said: string): Understanding {
  const alone = understood.get(said) ?? understand(said, policy, index);
  understood.set(said, alone);
  return alone;
}
function read(after: LastAsked, said: string): Read {
  const alone = aloneOf(said);
  const following = followUp(said, after, alone, policy, index, words);
  switch (following.kind) {
    case 'own':
      return { following, alone, is: alone.chosen.id };
    case 'why':
      return { following, alone, is: 'why' };
    case 'same':
      return { following, alone, is: after.situation };
    case 'turned':
      return { following, alone, is: following.situation.id };
  }
}

const pair = z.strictObject({ after: z.string(), said: z.string(), is: z.array(z.string()).min(1) });
const pairs = (name: string) =>
  readFileSync(join(import.meta.dirname, 'followUps', `${name}.jsonl`), 'utf8')
    .trim()
    .split('\n')
    .map((line) => pair.parse(JSON.parse(line)));
const isRight = ({ after, said, is }: z.infer<typeof pair>): boolean => {
  const found = read(afterAsking(after), said);
  return is.includes(found.is) || (is.includes('own') && found.is === found.alone.chosen.id);
};

describe('what a choice of the last answer would offer', () => {
  it('counts as offered: a niece is close family, not just some relation', () => {
    for (const said of ["what if she's my niece?", 'and if he is my nephew?'])
      expect(read(afterAsking('pupil-request'), said).is).toBe('close-family-pupil');
  });
});

describe('"can I?"', () => {
  it('names nothing, and is never a question of its own', () => {
    for (const topic of ['who-posts', 'photo-official', 'class-photo-own'])
      expect(policy.situations.get(read(afterAsking(topic), 'can i').is)?.verdict).not.toMatch(/^allowed/);
  });
});

/** Every other pair was looked at while the reading was settled; the others were only counted. */
describe('what follows a question', () => {
  it.each([
    ['open', 74],
    ['heldBack', 65],
  ])('is understood as often as it has been: %s', (name, floor) => {
    const all = pairs(name);
    expect(all.length).toBe(95);
    expect(all.filter(isRight).length).toBeGreaterThanOrEqual(floor);
  });

  it('is never leave where the right answer is not', () => {
    const leave = [...pairs('open'), ...pairs('heldBack')].filter((one) => {
      const { is } = read(afterAsking(one.after), one.said);
      return policy.situations.get(is)?.verdict.startsWith('allowed') === true && !isRight(one);
    });
    expect(leave).toEqual([]);
  });
});

const heldBack = readLabelled(join(import.meta.dirname, 'heldBack/questions.jsonl'));

describe('a question of its own', () => {
  const topics = [...policy.situations.keys()];
  const random = seeded(22);
  const anyTopic = () => topics[Math.floor(random() * topics.length)] ?? '';

  it('is bent by the last topic in at most four of three hundred', () => {
    const asked = [...heldBack, ...heldBack].slice(0, 300);
    const bent = asked.flatMap(({ question }) => {
      const topic = anyTopic();
      const { is, alone } = read(afterAsking(topic), question);
      return is === alone.chosen.id ? [] : [{ topic, question, is }];
    });
    expect(asked.length).toBe(300);
    expect(bent.length).toBeLessThanOrEqual(4);
  });

  it('that tells of danger is an emergency after whatever topic', () => {
    const dangers = [...readWriters().values()]
      .flat()
      .filter(({ s }) => situation(s).verdict === 'emergency')
      .map(({ q }) => q)
      .filter((text, at) => words.mayFollow(text) && at % 2 === 0);
    const found = [...heldBack.map(({ question }) => question), ...dangers].filter(
      (question) => aloneOf(question).chosen.verdict === 'emergency',
    );
    expect(found.length).toBeGreaterThan(80);
    const lost = found.flatMap((question) =>
      Array.from({ length: 3 }, anyTopic)
        .filter((topic) => policy.situations.get(read(afterAsking(topic), question).is)?.verdict !== 'emergency')
        .map((topic) => ({ topic, question })),
    );
    expect(lost).toEqual([]);
  });

  it('of whatever words never throws, and never becomes leave of the topic before', () => {
    const last = afterAsking('own-child');
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 60 }), (said) => {
        const { following } = read(last, said);
        expect(following.kind === 'turned' && following.situation.id === 'own-child').toBe(false);
      }),
    );
  });
});

/** As the bot answers: the encoder beside the other readings, through the flow. */
describe('with the sentence encoder', () => {
  const whole = { ...index, encoder: createEncoder() };
  afterAll(() => whole.encoder.close());
  const turn = (after: string, message: string) =>
    answerInTurn({ message, on: day, now }, whole, { words, reasons }, () => Promise.resolve(afterAsking(after)));

  it.each([
    ['open', 85],
    ['heldBack', 75],
  ])('what follows is understood as often as it has been, and is no leave by mistake: %s', async (name, floor) => {
    let right = 0;
    for (const { after, said, is } of pairs(name)) {
      const { answer, follows } = await turn(after, said);
      const found = follows?.reasons ? 'why' : answer.situation;
      const good = is.includes(found) || (is.includes('own') && follows === null);
      if (good) right += 1;
      else expect(answer.verdict).not.toMatch(/^allowed/);
    }
    expect(right).toBeGreaterThanOrEqual(floor);
  });

  it('a question of its own is bent at most once in a hundred times', async () => {
    const topics = [...policy.situations.keys()];
    const random = seeded(23);
    const asked = [...heldBack, ...heldBack].slice(0, 300);
    const bent: string[] = [];
    // Behind a longer one what was asked before is not even read, so it is answered by the same call as by itself.
    for (const { question } of asked.filter((one) => words.mayFollow(one.question))) {
      const { answer } = await turn(topics[Math.floor(random() * topics.length)] ?? '', question);
      const alone = await answerQuestion(question, whole, day);
      if (answer.situation !== alone.situation) bent.push(question);
      if (alone.kind === 'emergency') expect(answer.kind).toBe('emergency');
    }
    expect(bent.length).toBeLessThanOrEqual(4);
  });

  it.each([
    [
      'no text, where its words make a message a question of its own',
      'class-whatsapp',
      'can I look at Facebook at lunch?',
      0,
    ],
    ['the message, the topic and both, where it may go on', 'pupil-request', 'what about her mum', 4],
    [
      'the topic and both beside the message, where nothing is taken off it',
      'parent-request',
      'the lad with the camera',
      3,
    ],
    ['nothing beside the message, where nothing was covered before', 'off-timetable', 'the lad with the camera', 1],
  ])('the encoder is asked for %s', async (_what, after, message, times) => {
    const texts: string[] = [];
    const encode = (text: string) => (texts.push(text), whole.encoder.encode(text));
    const counting = { ...whole, encoder: { ...whole.encoder, encode } };
    await answerInTurn({ message, on: day, now }, counting, { words, reasons }, () =>
      Promise.resolve(afterAsking(after)),
    );
    expect(texts).toHaveLength(times);
  });

  it('danger is heard after whatever question that was plain by its words', async () => {
    const { answer } = await turn('pupil-request', 'now he says he wants to kill himself');
    expect(answer.kind).toBe('emergency');
  });
});

describe('a typed choice', () => {
  const last = aLastAsked({ situation: 'request-unknown', open: [...afterAsking('request-unknown').open] });
  it.each([
    ['2', 'leaver-request'],
    ['the third one', 'parent-request'],
    ['the last one', 'stranger-request'],
    ['a parent', 'parent-request'],
    ['Yes, she is a pupil.', 'pupil-request'],
    ['someone I do not know', 'stranger-request'],
    ['a former pupil', 'leaver-request'],
  ])('"%s" is %s', (said, is) => {
    expect(read(last, said).following).toMatchObject({ kind: 'turned', situation: { id: is } });
  });

  it.each(['not a pupil', "she isn't a pupil", '5', '0'])('"%s" is no choice', (said) => {
    expect(read(last, said).is).not.toBe('pupil-request');
  });

  it('is open only as long as the choice is', () => {
    expect(read({ ...last, open: [] }, '2').is).not.toBe('leaver-request');
  });
});

describe('another platform', () => {
  it.each(['and on WhatsApp?', 'what about insta', 'Facebook?', 'does it matter which app', 'on tiktok as well?'])(
    '"%s" is the same rule',
    (said) => {
      expect(read(afterAsking('parent-request'), said).following.kind).toBe('same');
    },
  );

  it('is a question where the answer is about platforms', () => {
    expect(read(afterAsking('who-posts'), 'and tiktok?').following.kind).not.toBe('same');
  });
});

describe('danger in what follows', () => {
  it.each([
    ['pupil-wrong-contact', 'now she says she wants to kill herself'],
    ['parent-post-about-me', "and if he's said he's coming down to punch me"],
    ['lunch', 'there is a man with a knife at the gate'],
  ])('comes before everything: after %s', (after, said) => {
    expect(policy.situations.get(read(afterAsking(after), said).is)?.verdict).toBe('emergency');
  });
});

describe('what is done about danger', () => {
  it.each([
    ['em-nude-pupil-shared', 'should I take a copy?'],
    ['em-nude-pupil-shared', 'do I need proof?'],
    ['em-nude-pupil-shared', 'can I take a photo of the screen?'],
    ['em-nude-pupil-shared', 'what about if its just a cartoon'],
    ['em-nude-pupil-shared', 'can I tell the other TA?'],
    ['em-nude-request', 'do i save the pictures?'],
    ['em-child-selfharm', 'can I reply?'],
    ['em-child-abuse-home', 'should I ring her mum on WhatsApp?'],
  ])('is asked of the danger: after %s, "%s"', (after, said) => {
    const { is } = read(afterAsking(after), said);
    expect([is, policy.situations.get(is)?.emergency]).toEqual([is, policy.situations.get(after)?.emergency]);
  });

  it.each(['who can post on the school page?', 'is TikTok covered?', 'what does SBO stand for'])(
    'leaves another question alone: "%s"',
    (said) => {
      expect(read(afterAsking('em-nude-pupil-shared'), said).following.kind).toBe('own');
    },
  );
});

describe('the reasons', () => {
  it('are the words of the clauses that are cited', () => {
    const answer = answerTo(situation('pupil-wrong-contact'), index, day);
    const given = reasons.of(answer);
    expect(given[0]).toMatchObject({ rule: '5.iii.10', quote: 'to prevent situations from escalating' });
    for (const { rule, quote } of given) expect(policy.clauses.get(rule)?.text).toContain(quote);
  });

  it('are none where the policy gives none, or has no rule', () => {
    expect(reasons.of(answerTo(situation('lunch'), index, day))).toEqual([]);
    expect(reasons.of(answerTo(situation('class-whatsapp'), index, day))).toEqual([]);
  });

  it('are refused where the clause does not say so', () => {
    expect(() => readReasons([{ for: ['5.v.1'], clause: '5.v.1', quote: 'because we say so' }], policy)).toThrow(
      /does not say/,
    );
  });
});

describe('what is kept of a question', () => {
  const last = aLastAsked({ at: now.toISOString() });
  const in_ = (minutes: number) => new Date(now.getTime() + minutes * 60_000);

  it('counts for thirty minutes, and for the policy that answered', () => {
    expect(stillCounts(last, last.policy, in_(29))).toBe(last);
    expect(stillCounts(last, last.policy, in_(30))).toBeNull();
    expect(stillCounts(last, last.policy, in_(-1))).toBeNull();
    expect(stillCounts(last, 'another-policy', in_(1))).toBeNull();
  });

  it('is ids and an instant: no word of the person', () => {
    expect(afterAsking('request-unknown')).toEqual({
      policy: 'coton-social-media',
      situation: 'request-unknown',
      rules: situation('request-unknown').cites,
      open: ['pupil-request', 'leaver-request', 'parent-request', 'stranger-request'],
      asked: 1,
      at: now.toISOString(),
    });
  });

  it('ends the asking back after two in a row', () => {
    const asks = answerTo(situation('pupil-request'), index, day);
    const other = { situation: 'friend-posted-me', open: [] };
    expect(withoutWearing(asks, aLastAsked({ ...other, asked: 1 })).clarify).not.toBeNull();
    expect(withoutWearing(asks, aLastAsked({ ...other, asked: 2 })).clarify).toBeNull();
  });

  it('does not ask again what has just been chosen', () => {
    const asks = answerTo(situation('pupil-request'), index, day);
    expect(withoutWearing(asks, aLastAsked()).clarify).toBeNull();
  });
});
