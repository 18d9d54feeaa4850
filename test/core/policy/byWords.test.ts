import { join } from 'node:path';
import { featuresOf } from '../../../src/core/policy/features.ts';
import { begin, type Mind, PLAN, understandByWords, understandWith } from '../../../src/core/policy/understand.ts';
import { explainAnswer } from '../../../src/flows/answerQuestion.ts';
import { readPolicies, readWriters } from '../../../src/policies.ts';
import { readLabelled } from '../../../src/tools/scoring.ts';

const index = readPolicies();
const { policy } = index;
afterAll(() => index.encoder.close());
const SURE = 'can I look at facebook in my lunch break?';
const DOUBTFUL = 'the lad I coach on Saturdays has asked to see my holiday album';
const byWords = (question: string, mind: Mind = index) => understandByWords(begin(question, mind), policy, mind);

describe('the sentence encoder', () => {
  const texts: string[] = [];
  const counting = {
    ...index,
    encoder: { ...index.encoder, encode: (text: string) => (texts.push(text), index.encoder.encode(text)) },
  };
  const asked = async (question: string) => {
    texts.length = 0;
    const { why } = await explainAnswer(question, counting, '2026-11-22');
    return { times: texts.length, sure: why.sureByWords, heard: why.heard.length };
  };

  it('is asked once where the words alone leave a doubt', async () => {
    expect(await asked(DOUBTFUL)).toEqual({ times: 1, sure: false, heard: 2 });
  });

  it('is not asked where they leave none', async () => {
    expect(await asked(SURE)).toEqual({ times: 0, sure: true, heard: 1 });
  });

  it.each(['somebody online says there is a bomb in our school', 'one of my class has posted that he wants to die'])(
    'is asked where danger is thinkable: %s',
    async (question) => {
      expect(await asked(question)).toMatchObject({ times: 1, sure: false });
    },
  );
});

describe('words alone leave a doubt', () => {
  it('where alarm words ring, however sure the rest is', () => {
    expect(byWords(SURE)).not.toBeNull();
    expect(
      byWords(SURE, { ...index, alarms: { find: () => ({ situation: 'no-such-situation', saysWho: false }) } }),
    ).toBeNull();
  });

  it.each([
    ['as much as may matter', PLAN.calmBelow, false],
    ['less than may matter', PLAN.calmBelow / 2, true],
  ])('where emergencies add up to %s', (_what, danger, sure) => {
    const { model } = index;
    const kinds = model.situations.map((id) => policy.situations.get(id)?.verdict === 'emergency');
    const many = kinds.filter(Boolean).length;
    // Each by itself is next to nothing.
    const likelihoods: Mind['model']['likelihoods'] = (features) =>
      model.likelihoods(features).map((likelihood, at) => (kinds[at] ? (1.01 * danger) / many : likelihood));
    expect(byWords(SURE, { ...index, model: { ...model, likelihoods } }) !== null).toBe(sure);
  });

  it('in whatever phrasing of an emergency', () => {
    const dangers = [...readWriters().values()]
      .flat()
      .filter(({ s }) => policy.situations.get(s)?.verdict === 'emergency')
      .map(({ q }) => q);
    expect(dangers.length).toBeGreaterThan(500);
    expect(dangers.filter((question) => byWords(question) !== null)).toEqual([]);
  });
});

describe('of the held-back questions', () => {
  const heldBack = readLabelled(join(import.meta.dirname, 'heldBack/questions.jsonl'));
  const sure = heldBack.flatMap(({ question, verdict }) => {
    const why = byWords(question);
    return why ? [{ question, verdict, why }] : [];
  });

  it('two in five are plain by their words', () => {
    expect(sure.length).toBeGreaterThanOrEqual(0.4 * heldBack.length);
  });

  it('no emergency is among those', () => {
    expect(sure.filter(({ verdict }) => verdict === 'emergency')).toEqual([]);
  });

  it('those are answered as the encoder would have had it, but for one in a hundred', async () => {
    const others = await Promise.all(
      sure.map(async ({ question, why }) => {
        const place = await index.encoder.encode(index.reader.spelt(question));
        const { chosen } = understandWith(begin(question, index), policy, index, place);
        return chosen !== why.chosen;
      }),
    );
    expect(others.filter(Boolean).length).toBeLessThanOrEqual(0.01 * heldBack.length);
  });
});

describe('leave', () => {
  const forbidden = policy.situations.get('pupil-request');
  const place = new Float32Array(4 * 384);
  /** One reading is sure that it is allowed; the other finds something forbidden this likely. */
  const understoodWith = (likelihood: number) => {
    const { model } = index;
    const at = model.situations.indexOf(forbidden?.id ?? '');
    const learnt = model.likelihoods(featuresOf(begin(SURE, index).reading));
    const placed = () => learnt.map((other, which) => (which === at ? likelihood : other * (1 - likelihood)));
    const mind: Mind = { ...index, askedOften: new Float32Array(index.askedOften.length), model: { ...model, placed } };
    return understandWith(begin(SURE, mind), policy, mind, place);
  };

  it('is given where both readings find it', () => {
    expect(understoodWith(0.01).chosen.verdict).toMatch(/^allowed/);
  });

  it('is not given where one reading by itself finds it rather forbidden', () => {
    expect(understoodWith(0.6)).toMatchObject({ because: 'not safe to allow', chosen: { id: 'pupil-request' } });
  });
});
