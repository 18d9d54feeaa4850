import { join } from 'node:path';
import { gatherKnowledge, learn, TRAINING } from '../../../src/core/policy/learning.ts';
import { featuresOf } from '../../../src/core/policy/features.ts';
import { cleaned } from '../../../src/core/policy/words.ts';
import { createEncoder } from '../../../src/encoder/encoder.ts';
import { readModel } from '../../../src/core/policy/model.ts';
import { nearDuplicates } from '../../../src/core/policy/nearDuplicates.ts';
import { answerQuestion } from '../../../src/flows/answerQuestion.ts';
import { readForTraining, readPolicies, readWriters } from '../../../src/policies.ts';
import { type Given, readLabelled, score } from '../../../src/tools/scoring.ts';

const { policy, phrasings, reader, vectors, fingerprint } = readForTraining();
const encoder = createEncoder();
afterAll(() => encoder.close());
const heldBack = readLabelled(join(import.meta.dirname, 'heldBack/questions.jsonl'));

describe('what was learnt', () => {
  const index = readPolicies(encoder);

  it('is what the content gives: run `npm run train` after a change of situations, phrasings or words', () => {
    expect(index.model.learntFrom).toBe(fingerprint);
  });

  it('knows every situation, in the order of content', () => {
    expect(index.model.situations).toEqual([...policy.situations.keys()]);
  });

  it('comes out the same, to the byte, from the same content', () => {
    const few = phrasings.filter((_phrasing, at) => at % 60 === 0);
    const once = () =>
      learn(policy, gatherKnowledge(policy, few, reader, vectors), reader, 'few', { ...TRAINING, epochs: 1 });
    expect(once()).toEqual(once());
  });

  it('finds a phrasing that it was taught', () => {
    const taught = phrasings.filter((_phrasing, at) => at % 97 === 0);
    const right = taught.filter(({ q, s }) => {
      const reading = reader.read(q);
      const likely = index.model.likelihoods(featuresOf(reading), index.knowledge.meaning.of(reading));
      return index.model.situations[likely.indexOf(Math.max(...likely))] === s;
    });
    expect(right.length / taught.length).toBeGreaterThan(0.9);
  });

  it('finds most of what it was taught by place alone, so that the encoder here is the one that it was learnt with', async () => {
    const taught = phrasings.filter((_phrasing, at) => at % 97 === 0);
    let right = 0;
    for (const { q, s } of taught) {
      const place = await encoder.encode(cleaned(q));
      const likely = place && index.model.placed(place);
      if (likely && index.model.situations[likely.indexOf(Math.max(...likely))] === s) right++;
    }
    expect(right / taught.length).toBeGreaterThan(0.8);
  });

  it('wants a place for every phrasing or for none', () => {
    expect(() => learn(policy, index.knowledge, reader, 'x', TRAINING, [new Float32Array(384)])).toThrow(
      /As many places/,
    );
  });

  it('refuses a stored result that is cut short', () => {
    const { known, meaning } = index.knowledge;
    const packed = learn(
      policy,
      { known: known.slice(0, 40), meaning, likeness: index.knowledge.likeness },
      reader,
      'x',
      {
        ...TRAINING,
        epochs: 1,
      },
    );
    expect(() => readModel({ ...packed, largest: packed.largest.slice(0, 16) })).toThrow(/cut short/);
  });
});

describe('the phrasings', () => {
  it('come from at least ten writers', () => {
    expect(readWriters().size).toBeGreaterThanOrEqual(10);
  });

  it('leave no situation without one', () => {
    const asked = new Set(phrasings.map(({ s }) => s));
    expect([...policy.situations.keys()].filter((id) => !asked.has(id))).toEqual([]);
  });
});

/** Written by hand apart from the phrasings, and never learnt from: the floor that no change may fall through. */
describe('the held-back questions', () => {
  it('have no near twin among the phrasings', () => {
    const pairs = nearDuplicates(
      heldBack.map(({ question }) => question),
      phrasings.map(({ q }) => q),
      reader,
    );
    expect(pairs).toEqual([]);
  });

  it('are answered at least as well as they have been', async () => {
    const index = readPolicies(encoder);
    const given: Given[] = [];
    for (const { question } of heldBack) {
      const { verdict, citations } = await answerQuestion(question, index, '2026-11-22');
      given.push({ verdict, quotes: citations.map(({ quote }) => quote) });
    }
    const share = Object.fromEntries(score(heldBack, given, []).counts.map(({ what, hits, of }) => [what, hits / of]));
    expect(share['right rule first']).toBeGreaterThan(0.87);
    expect(share['right rule in the first three']).toBeGreaterThan(0.94);
    expect(share['right verdict']).toBeGreaterThan(0.86);
    expect(share['"the policy does not say" found']).toBeGreaterThan(0.9);
    expect(share['"the policy does not say" wrongly said']).toBeLessThan(0.06);
    expect(share['emergency found']).toBeGreaterThan(0.9);
    expect(share['said "allowed" where it is forbidden, or ask or report first']).toBe(0);
  });
});
