import { join } from 'node:path';
import { answerCard } from '../../src/cards/answerCard.ts';
import { toAnswerLine } from '../../src/core/policy/answer.ts';
import { toLastAsked } from '../../src/core/policy/lastAsked.ts';
import { createEncoder } from '../../src/encoder/encoder.ts';
import { answerInTurnAmong, answerTap } from '../../src/flows/followUp.ts';
import { answerChoiceOf, explainAmong, type Policies } from '../../src/flows/policies.ts';
import { NO_ENCODER } from '../../src/flows/ports.ts';
import { findPolicies, holdPolicies, readForTraining } from '../../src/policies.ts';
import { readContent } from '../../src/readContent.ts';
import { readLabelled } from '../../src/tools/scoring.ts';
import { BYOD, byodQuestions, FIRST, inventedPolicies } from '../builders/policies.ts';

const DAY = '2026-11-22';
const now = new Date(`${DAY}T10:00:00Z`);
const places = findPolicies([inventedPolicies]);
const encoder = createEncoder();
afterAll(() => encoder.close());
const both = holdPolicies(encoder, places);
const content = readContent(encoder, places);
const firstAlone = holdPolicies(encoder, places.slice(0, 1));
const heldBack = readLabelled(join(import.meta.dirname, '../core/policy/heldBack/questions.jsonl'));
const ask = async (question: string, policies: Policies = both) => (await explainAmong(question, policies, DAY)).answer;

describe('a policy in a folder of its own', () => {
  it('is found beside the first, without a line of code', () => {
    expect(places.map(({ id }) => id)).toEqual([FIRST, BYOD]);
    expect(findPolicies().map(({ id }) => id)).not.toContain(BYOD);
  });

  it('is refused where another goes by its id', () => {
    expect(() => findPolicies([inventedPolicies, inventedPolicies])).toThrow(/Two policies go by the id/);
  });

  it.each(places.map((place) => [place.id, place] as const))(
    '%s has learnt what its content gives: run `npm run train`',
    (id, place) => {
      const held = both.of(id);
      const { fingerprint } = readForTraining(place);
      expect(held?.index.model.learntFrom).toBe(fingerprint);
      expect(held?.middles?.learntFrom).toBe(fingerprint);
    },
  );

  it('may use ids that the first uses as well', () => {
    const [one, other] = [both.first.index.policy, both.of(BYOD)?.index.policy];
    expect([...(other?.situations.keys() ?? [])].filter((id) => one.situations.has(id)).length).toBeGreaterThan(3);
    expect([...(other?.clauses.keys() ?? [])].filter((id) => one.clauses.has(id)).length).toBeGreaterThan(3);
  });
});

describe('a question', () => {
  it.each([
    ['can I accept a friend request from a pupil?', FIRST, 'prohibited'],
    ['may I look at Facebook in my lunch break?', FIRST, expect.stringMatching(/^allowed/) as unknown],
    ['who may post on the school Facebook page?', FIRST, 'information'],
    ['how long does the PIN on my own phone have to be for work?', BYOD, 'required'],
    ['which wifi may my own laptop use?', BYOD, 'allowed-with-conditions'],
    ['who pays if my own tablet is broken at school?', BYOD, 'information'],
    ['may I give a mum my mobile number?', BYOD, 'prohibited'],
    ['can I record a staff meeting on my phone?', BYOD, 'ask-headteacher'],
    ['may I wear my smart watch in class?', BYOD, 'allowed-with-conditions'],
  ])('"%s" is answered from %s', async (question, policy, verdict) => {
    expect(await ask(question)).toMatchObject({ policy: { id: policy }, verdict });
  });

  it('that the first says nothing of is answered by the second where that one covers it', async () => {
    const silent = [
      'I lost my phone on the bus, do I have to tell anybody?',
      'can I take pictures of the children with my own phone?',
      'where can I read more about using my own device?',
    ];
    for (const question of silent) {
      const [alone, beside] = [await ask(question, firstAlone), await ask(question)];
      expect([question, alone.verdict === 'not-covered' || alone.situation === 'byod-what']).toEqual([question, true]);
      expect(beside).toMatchObject({ policy: { id: BYOD } });
      expect(beside.verdict).not.toBe('not-covered');
    }
  });

  it('says which policy is quoted: in the answer, on the card, and on the line for programs', async () => {
    const answer = await ask('how long does the PIN on my own phone have to be for work?');
    const says = 'Bring Your Own Device Policy, version 3';
    expect(answer.policy.sentence).toContain(says);
    expect(JSON.stringify(answerCard(answer, { contacts: {} }))).toContain(says);
    expect(toAnswerLine(answer).policy).toEqual({ id: BYOD, title: 'Bring Your Own Device Policy', version: '3' });
  });

  it('is placed among English sentences once, however many policies are asked', async () => {
    const asked: string[] = [];
    const counting = { ...encoder, encode: (text: string) => (asked.push(text), encoder.encode(text)) };
    await ask('may I wear my smart watch in class?', { ...both, encoder: counting });
    expect(asked).toHaveLength(1);
  });

  it('that neither covers is answered by the first, with its standing line', async () => {
    expect(await ask('when is the bins collection?')).toMatchObject({ kind: 'not-covered', policy: { id: FIRST } });
  });

  it('is answered without the encoder as well', async () => {
    const alone = { ...both, encoder: NO_ENCODER };
    expect(await ask('can I accept a friend request from a pupil?', alone)).toMatchObject({ policy: { id: FIRST } });
    expect(await ask('who tests the charger that I bring in?', alone)).toMatchObject({ policy: { id: BYOD } });
  });

  // Fewer than with it: 25. By words alone a policy is known less well, and the first is not to lose its own.
  it('is left to the second a fifth of the time without the encoder, and at most one in a hundred to it wrongly', async () => {
    const alone = { ...both, encoder: NO_ENCODER };
    const byWords = async (question: string) => (await ask(question, alone)).policy.id === BYOD;
    const questions = await Promise.all(byodQuestions().map(({ q }) => byWords(q)));
    const others = await Promise.all(heldBack.map(({ question }) => byWords(question)));
    expect(questions.filter(Boolean).length / questions.length).toBeGreaterThanOrEqual(1 / 5);
    expect(others.filter(Boolean).length).toBeLessThanOrEqual(Math.ceil(heldBack.length / 100));
  });
});

describe('two policies side by side', () => {
  it('change at most two in a hundred of the answers that the first gave to its own held-back questions', async () => {
    const changed: string[] = [];
    for (const { question } of heldBack) {
      const [alone, beside] = [await ask(question, firstAlone), await ask(question)];
      if (alone.situation !== beside.situation || alone.policy.id !== beside.policy.id) changed.push(question);
    }
    expect({ changed, ok: changed.length <= heldBack.length / 50 }).toEqual({ changed, ok: true });
  });

  it('never let the second allow what the first forbids', async () => {
    for (const { question } of heldBack) {
      const [alone, beside] = [await ask(question, firstAlone), await ask(question)];
      if (['prohibited', 'report', 'ask-headteacher', 'emergency'].includes(alone.verdict)) {
        expect([question, beside.verdict]).not.toEqual([question, expect.stringMatching(/^allowed/)]);
      }
    }
  });

  it('leave at least seven in ten of the questions that are for the second to it', async () => {
    const questions = byodQuestions();
    const answers = await Promise.all(questions.map(({ q }) => ask(q)));
    const right = answers.filter(({ policy }) => policy.id === BYOD);
    expect(right.length / questions.length).toBeGreaterThanOrEqual(0.7);
  });
});

describe('an emergency', () => {
  it.each([
    ["my mobile's battery has caught fire in the classroom", BYOD, 'threat to people on site'],
    ['a charger is smoking in the hall', BYOD, 'threat to people on site'],
    ['a child told me on Messenger that her dad beats her', FIRST, 'child at risk'],
    ['a pupil showed me on my own phone that she cuts herself', FIRST, 'child at risk'],
    ['a dad has posted that he is coming to school with a knife', FIRST, 'threat to people on site'],
  ])('in either is one: "%s"', async (question, policy, emergency) => {
    expect(await ask(question)).toMatchObject({ kind: 'emergency', emergency, policy: { id: policy } });
  });
});

describe('an id that both policies use', () => {
  it('leads to the one that is named, and to the first where a card from before names none', () => {
    const of = (policy?: string) => answerChoiceOf(both, 'device-security', DAY, policy)?.policy.id;
    expect([of(BYOD), of(FIRST), of()]).toEqual([BYOD, FIRST, FIRST]);
    const clause = (policyId: string, version: string) => content.clause('3.3', { policyId, version });
    expect(clause(BYOD, '3')?.quote).toContain('Do not take photographs');
    expect(clause(FIRST, '1')?.quote).not.toContain('Do not take photographs');
  });

  it('is counted and shown by policy', () => {
    const { topicInWords } = content;
    expect(topicInWords(BYOD, 'sil-lost-device')).toMatch(/lost or stolen \(Bring Your Own Device Policy\)$/);
    expect(topicInWords(FIRST, 'sil-lost-device')).not.toContain('Bring Your Own');
  });
});

describe('a conversation', () => {
  const after = async (question: string) => toLastAsked(await ask(question), 0, now);
  const then = async (message: string, question: string, policies: Policies = both) => {
    const last = await after(question);
    return answerInTurnAmong({ message, on: DAY, now }, policies, () => Promise.resolve(last));
  };
  const inClass = 'must my phone be out of sight while the children are there?';

  it('goes on in the policy that answered last', async () => {
    const { answer, follows } = await then('a smart watch', inClass);
    expect(answer).toMatchObject({ policy: { id: BYOD }, situation: 'watch-in-class' });
    expect(follows).not.toBeNull();
    expect((await then('why?', inClass)).answer.policy.id).toBe(BYOD);
  });

  it('turns to another policy with a question that is for that one', async () => {
    const { answer, follows } = await then('may I befriend a pupil on Snapchat?', inClass);
    expect(answer).toMatchObject({ policy: { id: FIRST }, verdict: 'prohibited' });
    expect(follows).toBeNull();
  });

  it('keeps a tap within its policy', () => {
    const turn = answerTap('watch-in-class', { on: DAY, now }, both, null, BYOD);
    expect(turn?.keep).toMatchObject({ policy: BYOD, situation: 'watch-in-class' });
  });

  it('begins anew where the policy was taken away since', async () => {
    const { answer, follows } = await then('may I wear a smart watch?', inClass, firstAlone);
    expect(answer.policy.id).toBe(FIRST);
    expect(follows).toBeNull();
  });
});

describe('a policy that was taken away', () => {
  const left = readContent(encoder, places.slice(0, 1));

  it('leaves choices, counts and rules that say so, and nothing broken', () => {
    expect(left.answerChoice('watch-in-class', DAY as Parameters<typeof left.answerChoice>[1], BYOD)).toBeNull();
    expect(left.answerTap('watch-in-class', { on: DAY, now }, null, BYOD)).toBeNull();
    expect(left.topicInWords(BYOD, 'sil-insurance')).toBe('sil-insurance, of a policy that is no longer held here');
    expect(left.clause('3.3', { policyId: BYOD, version: '3' })).toBeNull();
  });
});
