import { gistOf, inBrief, narrowing, wordsFor } from '../../../src/core/policy/narrowing.ts';
import { wordReader } from '../../../src/core/policy/words.ts';
import { NO_ENCODER } from '../../../src/flows/ports.ts';
import { explainAmong } from '../../../src/flows/policies.ts';
import { findPolicies, holdPolicies, readHeld } from '../../../src/policies.ts';
import { copiesOf } from '../../../src/tools/policyCopies.ts';
import { BYOD, byodQuestions, inventedPolicies } from '../../builders/policies.ts';

const DAY = '2026-11-22';
const reader = wordReader({ shortForms: {}, concepts: {} });
const readings = (...texts: string[]) => texts.map((text) => reader.read(text));

describe('a gist', () => {
  it('holds how often each word is said, and leaves out what is said once', () => {
    const made = gistOf('p', 'x', readings('lost phone', 'lost tablet', 'phone lost again', 'hello'));
    expect(made.words).toEqual({ lost: 750, phone: 500 });
  });

  it('tells whose words a question has', () => {
    const [phones, friends] = [
      gistOf('p', 'x', readings('lost phone', 'old phone')),
      gistOf('f', 'x', readings('friend request', 'a friend')),
    ];
    const [ask] = readings('my phone is lost');
    if (ask === undefined) throw new Error('nothing read');
    expect(wordsFor(ask, phones, friends)).toBeGreaterThan(0);
    expect(wordsFor(ask, friends, phones)).toBeLessThan(0);
  });
});

describe('narrowing', () => {
  it('finds the policy whose words are asked in, and none for words that nobody has', () => {
    const gists = ['bicycles', 'kitchens', 'lifts', 'boats'].map((word) =>
      gistOf(word, 'x', readings(`the ${word} are old`, `may I use ${word}`)),
    );
    const find = (question: string) => narrowing(gists).find(reader.read(question), 2);
    expect(find('who cleans the kitchens').policies[0]).toBe('kitchens');
    expect(find('zebra')).toEqual({ policies: [], lookedAt: 0 });
  });
});

/** Counted, not timed: what a question costs as policies of one size are added. */
describe('the cost of a question', () => {
  const place = findPolicies([inventedPolicies]).find(({ id }) => id === BYOD);
  if (place === undefined) throw new Error('the invented policy is not there');
  const first = readHeld(place, NO_ENCODER);
  const gist = inBrief(first.gist);
  const questions = byodQuestions().map(({ q }) => q);

  async function costOf(size: number) {
    const { places, source, asked } = copiesOf(size, { first, load: () => ({ ...first }), gist });
    const policies = holdPolicies(NO_ENCODER, places, source);
    const cost = { policies: 0, situations: 0, entries: 0, found: 0 };
    for (const [at, question] of questions.entries()) {
      const copy = size === 1 ? 0 : 1 + (at % (size - 1));
      const { heard } = await explainAmong(asked(question, copy), policies, DAY);
      cost.policies += heard.length;
      cost.situations += heard.reduce((sum, { held }) => sum + held.index.policy.situations.size, 0);
      cost.entries += policies.narrowed(asked(question, copy)).lookedAt;
      if (heard.some(({ held }) => held.id === places[copy]?.id)) cost.found++;
    }
    return { ...cost, loads: policies.loads() };
  }

  // A situation is weighed by more than a thousand sums, one for each number of a place; an entry takes one.
  const sums = ({ situations, entries }: { situations: number; entries: number }) => 1000 * situations + entries;

  it('grows much slower than the number of clauses, and the right policy is among those asked', async () => {
    const [one, ten, hundred, thousand] = [await costOf(1), await costOf(10), await costOf(100), await costOf(1000)];
    expect(one.situations).toBe(questions.length * first.index.policy.situations.size);
    for (const many of [ten, hundred, thousand]) {
      // Never more than the first and two others, however many there are.
      expect(many.policies).toBeLessThanOrEqual(3 * questions.length);
      expect(sums(many)).toBeLessThan(4 * sums(one));
      expect(many.entries).toBeGreaterThan(0);
    }
    // Ten times the policies, and not three times the entries that lead to them.
    expect(thousand.entries).toBeLessThan(3 * hundred.entries);
    for (const { found } of [ten, hundred, thousand]) expect(found / questions.length).toBeGreaterThan(0.95);
  });

  it('makes no policy ready that is not asked, and one again only after others were', async () => {
    const { places, source, asked } = copiesOf(100, { first, load: () => ({ ...first }), gist });
    const policies = holdPolicies(NO_ENCODER, places, source);
    expect(policies.loads()).toBe(1);
    const ask = (copy: number) => explainAmong(asked('how long must the PIN of my tablet be', copy), policies, DAY);
    await ask(7);
    const after = policies.loads();
    expect(after).toBeLessThanOrEqual(3);
    await ask(7);
    expect(policies.loads()).toBe(after);
    for (const copy of [17, 27, 37, 47]) await ask(copy);
    const before = policies.loads();
    await ask(7);
    expect(policies.loads()).toBeGreaterThan(before);
  });
});
