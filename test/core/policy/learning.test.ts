import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  countWords,
  placeLesson,
  readKnown,
  PLACING,
  TRAINING,
  wordLesson,
} from '../../../src/core/policy/learning.ts';
import { featuresOf } from '../../../src/core/policy/features.ts';
import { cleaned } from '../../../src/core/policy/words.ts';
import { createEncoder } from '../../../src/encoder/encoder.ts';
import { placeAll } from '../../../src/encoder/inBulk.ts';
import { pack, readModel } from '../../../src/core/policy/model.ts';
import { nearDuplicates } from '../../../src/core/policy/nearDuplicates.ts';
import { countsForSpelling } from '../../../src/core/policy/spelling.ts';
import { train } from '../../../src/core/policy/train.ts';
import { answerQuestion } from '../../../src/flows/answerQuestion.ts';
import { policyFolder, readForTraining, readPolicies, readWriters } from '../../../src/policies.ts';
import { learn } from '../../../src/tools/learn.ts';
import { type Given, readLabelled, score } from '../../../src/tools/scoring.ts';

const { policy, phrasings, reader, known, spelling, fingerprint } = readForTraining();
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

  it('comes out the same, to the byte, from the same content: of words and of places', async () => {
    const few = phrasings.filter((_phrasing, at) => at % 400 === 0);
    const lessons = { policy, known: readKnown(policy, few, reader).slice(-few.length), reader, fingerprint: 'few' };
    const brief = { words: { ...TRAINING, epochs: 3 }, places: { ...PLACING, epochs: 3, batch: 16 } };
    const once = async () =>
      (await learn(lessons, (texts) => placeAll(texts.map((text) => reader.spelt(text))), brief)).packed;
    const [packed, again] = [await once(), await once()];
    expect(packed.places?.amounts.length).toBeGreaterThan(1000);
    expect(JSON.stringify(again)).toBe(JSON.stringify(packed));
  });

  it('is the mean of so many readings, each from a shuffle of its own', () => {
    const { examples, kinship } = wordLesson(policy, known.slice(0, 60), reader);
    const rowsOf = (readings: number, seed: number) =>
      train(examples, kinship, { readings, epochs: 2, rate: 0.1, fewest: 2, seed }).rows;
    const [both, one, other] = [rowsOf(2, 7), rowsOf(1, 7), rowsOf(1, 8)];
    expect(other).not.toEqual(one);
    const mean = one.map((amount, at) => (amount + (other[at] ?? 0)) / 2);
    const furthest = both.reduce((most, amount, at) => Math.max(most, Math.abs(amount - (mean[at] ?? 0))), 0);
    expect(furthest).toBeLessThan(1e-5);
  });

  it('finds a phrasing that it was taught', () => {
    const taught = phrasings.filter((_phrasing, at) => at % 97 === 0);
    const right = taught.filter(({ q, s }) => {
      const likely = index.model.likelihoods(featuresOf(reader.read(q)));
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
    expect(() => placeLesson(known, [new Float32Array(6)])).toThrow(/As many places/);
  });

  it('refuses a stored result that is cut short', () => {
    const { examples, kinship, plan } = wordLesson(policy, known.slice(0, 40), reader, { ...TRAINING, epochs: 1 });
    const packed = pack(train(examples, kinship, plan), index.model.situations, 'x');
    expect(() => readModel({ ...packed, largest: packed.largest.slice(0, 16) })).toThrow(/cut short/);
    expect(() => readModel({ ...packed, amounts: packed.amounts.slice(0, 16) })).toThrow(/cut short/);
  });
});

/** The bot puts slips right without the phrasings: by a part of their words' counts. */
describe('the stored counts of words', () => {
  it('are what content gives: run `npm run train` after a change of phrasings', () => {
    const file = join(policyFolder, 'spelling.json');
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual(spelling);
  });

  it('put right what all the counts do, in the same way', () => {
    const { reader: stored } = readPolicies(encoder);
    const slips = phrasings
      .filter((_phrasing, at) => at % 5 === 0)
      .flatMap(({ q }) => [q, q.replace(/([a-z])([a-z])(?=[a-z]{3})/g, '$2$1')]);
    expect(slips.filter((text) => stored.spelt(text) !== reader.spelt(text))).toEqual([]);
    expect(slips.filter((text) => reader.spelt(text) !== cleaned(text)).length).toBeGreaterThan(1000);
  });

  it('hold no word that cannot matter', () => {
    const counts = countWords([{ q: 'the headteacher seatbelt hedteacher '.repeat(9), s: 'x' }]);
    const kept = countsForSpelling(
      new Map([...counts, ['seatbelt', 1], ['hedteecher', 1]]),
      (word) => word === 'seatbelt',
    );
    expect(kept).toEqual({ headteacher: 9, hedteacher: 9, hedteecher: 1 });
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
