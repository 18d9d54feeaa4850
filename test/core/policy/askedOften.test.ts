import { type AskedCounts, askedOften } from '../../../src/core/policy/askedOften.ts';
import { begin, understandWith } from '../../../src/core/policy/understand.ts';
import { readPolicies } from '../../../src/policies.ts';

const index = readPolicies();
const { policy, model } = index;
afterAll(() => index.encoder.close());

const weigh = (counts: AskedCounts) => {
  const often = askedOften(counts, model.situations, policy);
  return (id: string) => often[model.situations.indexOf(id)] ?? NaN;
};

describe('how often a situation is asked about', () => {
  it('makes those likelier that are asked about, and the others less likely', () => {
    const often = weigh({ 'pupil-request': 12, 'who-posts': 3 });
    expect(often('pupil-request')).toBeGreaterThan(often('who-posts'));
    expect(often('who-posts')).toBeGreaterThan(0);
    expect(often('copyright')).toBeLessThan(0);
  });

  it('says nothing where nothing was counted', () => {
    const often = weigh({});
    for (const id of model.situations) expect(often(id)).toBe(0);
  });

  it('never makes an emergency less likely, seldom as it is asked about', () => {
    const often = weigh({ 'pupil-request': 12 });
    const emergencies = model.situations.filter((id) => policy.situations.get(id)?.verdict === 'emergency');
    expect(emergencies.length).toBeGreaterThan(10);
    for (const id of emergencies) expect(often(id)).toBe(0);
  });

  it('settles what the words leave open, and no more than that', () => {
    const question = 'can I add them?';
    const heard = (counts: AskedCounts, asked = question) =>
      understandWith(
        begin(asked, index),
        policy,
        { ...index, askedOften: askedOften(counts, model.situations, policy) },
        null,
      );
    const likelihood = (counts: AskedCounts, id: string, asked = question) =>
      heard(counts, asked).ranked.find(({ situation }) => situation.id === id)?.likelihood ?? 0;
    const [first, second] = heard({}).ranked.map(({ situation }) => situation.id);
    if (first === undefined || second === undefined) throw new Error('nothing is likely');
    expect(likelihood({ [second]: 50 }, second)).toBeGreaterThan(likelihood({ [second]: 50 }, first));
    const plain = 'can I accept a friend request from a pupil?';
    expect(heard({ copyright: 50 }, plain).chosen).toBe(heard({}, plain).chosen);
  });
});

describe('the counts that content has', () => {
  it('are of questions of many kinds', () => {
    expect(index.askedOften.filter((often) => often > 0).length).toBeGreaterThan(100);
  });
});
