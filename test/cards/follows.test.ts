import { markOf } from '../../src/core/policy/rule.ts';
import { readSchoolDay } from '../../src/core/schoolDay.ts';
import { answerChoice } from '../../src/flows/answerQuestion.ts';
import type { Follows } from '../../src/core/policy/lastAsked.ts';
import { readPolicies } from '../../src/policies.ts';
import { strangeIn } from './allowed.ts';
import { answerCard, withFollows } from './every.ts';
import { complaints } from './library.ts';
import { elementsOf, textsOf } from './readCard.ts';

const index = readPolicies();
const day = readSchoolDay('2026-11-22');
if (day === null) throw new Error('a day');
const answerOf = (id: string) => {
  const answer = answerChoice(id, index, day);
  if (answer === null) throw new Error(id);
  return answer;
};
const follows: Follows = {
  from: 'A child wants to connect with you',
  now: 'It is your niece',
  note: '',
  reasons: null,
};
const cardOf = (id: string, change: Partial<Follows> = {}) =>
  withFollows(answerCard(answerOf(id), { contacts: {} }), answerOf(id), { ...follows, ...change });

describe('an answer that follows on', () => {
  it('says first what the message was taken for, and how to be asked otherwise', () => {
    const texts = textsOf(cardOf('close-family-pupil'));
    const line = texts.slice(0, 5).join('');
    expect(line).toContain('Following on from: A child wants to connect with you. ');
    expect(line).toContain('Taken as: It is your niece. ');
    expect(line).toContain('Not so? Ask the whole question.');
    expect(texts).toContain(markOf(index.policy.about, day).sentence);
  });

  it('says what to do now before that, in an emergency', () => {
    expect(textsOf(cardOf('em-child-selfharm'))[0]).toBe('Act now');
  });

  it('shows a reason with its section, or that there is none', () => {
    const [citation] = answerOf('pupil-wrong-contact').citations;
    if (citation === undefined) throw new Error('no rule');
    const reason = { rule: citation.rule, section: citation.section, quote: 'to prevent situations from escalating' };
    const texts = textsOf(cardOf('pupil-wrong-contact', { now: null, reasons: [reason] })).join('\n');
    expect(texts).toContain("Why, in the policy's own words");
    expect(texts).toContain('“to prevent situations from escalating”');
    expect(textsOf(cardOf('lunch', { now: null, reasons: [], note: 'None.' }))).toContain('None.');
  });

  it.each(['close-family-pupil', 'class-whatsapp', 'em-child-selfharm'])(
    'is a card that any client shows: %s',
    (id) => {
      expect(complaints(cardOf(id))).toEqual([]);
      expect(elementsOf(cardOf(id)).flatMap(strangeIn)).toEqual([]);
    },
  );

  it('is the plain card where it follows nothing', () => {
    const plain = answerCard(answerOf('lunch'), { contacts: {} });
    expect(withFollows(plain, answerOf('lunch'), null)).toBe(plain);
  });
});
