import fc from 'fast-check';
import {
  asksIfHelpful,
  type HelpfulCount,
  shownHelpful,
  shownTopics,
  silentTopic,
  type TopicCount,
} from '../../../src/core/asking/counts.ts';
import { schoolWeekOf } from '../../../src/core/schoolWeek.ts';
import { answerTo } from '../../../src/core/policy/rule.ts';
import { readSchoolDay, type SchoolDay } from '../../../src/core/schoolDay.ts';
import { readPolicies } from '../../../src/policies.ts';

const WEEK = schoolWeekOf(new Date('2026-03-02T12:00:00Z'));
const LATER = schoolWeekOf(new Date('2026-03-09T12:00:00Z'));
const sources = readPolicies();
const answers = [...sources.policy.situations.values()].map((situation) =>
  answerTo(situation, sources, readSchoolDay('2026-03-02') as SchoolDay),
);
const of = (situation: string) => {
  const found = answers.find((answer) => answer.situation === situation);
  if (found === undefined) throw new Error(`There is no ${situation}`);
  return found;
};

describe('a topic that the policy does not answer', () => {
  const topic = (situation: string, count: number, week = WEEK): TopicCount => ({
    week,
    policy: 'p',
    situation,
    count,
  });

  it('is what content calls it, and nothing else', () =>
    expect(silentTopic(of('review-write'))).toEqual({ policy: sources.policy.about.id, situation: 'review-write' }));

  it('is never an emergency, and never an answer that the policy gives', () => {
    const counted = answers.filter((answer) => silentTopic(answer) !== null);
    expect(counted.length).toBeGreaterThan(50);
    expect([...new Set(counted.map(({ verdict }) => verdict))]).toEqual(['not-covered']);
  });

  it.each(['concern-about-head', 'whistleblow'])('is not counted where the headteacher could be concerned: %s', (id) =>
    expect(silentTopic(of(id))).toBeNull(),
  );

  it('is hidden at five and shown at six', () =>
    expect(shownTopics([topic('five', 5), topic('six', 6)])).toEqual([topic('six', 6)]));

  it('is hidden in each week by itself, whatever the weeks come to together', () =>
    expect(shownTopics([topic('often', 5), topic('often', 5, LATER)])).toEqual([]));

  it('comes with the newest week first, and the commonest first', () =>
    expect(shownTopics([topic('a', 6), topic('b', 9), topic('c', 7, LATER)]).map(({ situation }) => situation)).toEqual(
      ['c', 'b', 'a'],
    ));

  it('changes nothing of what is shown while it is hidden', () => {
    const shown = [topic('six', 6), topic('ten', 10)];
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 5 }), { maxLength: 8 }), (few) => {
        const hidden = few.map((count, at) => topic(`hidden-${at}`, count));
        expect(shownTopics([...hidden, ...shown])).toEqual(shownTopics(shown));
      }),
    );
  });
});

describe('whether an answer was helpful', () => {
  const taps = (change: Partial<HelpfulCount>): HelpfulCount => ({
    week: WEEK,
    policy: 'p',
    version: '1',
    situation: 's',
    verdict: 'prohibited',
    yes: 0,
    no: 0,
    ...change,
  });

  it('is asked of every answer but an emergency, and but one that leads past the headteacher', () => {
    const silent = answers.filter((answer) => !asksIfHelpful(answer) && answer.kind !== 'emergency');
    expect(silent.map(({ situation }) => situation).sort()).toEqual([
      'concern-about-head',
      'disagree-school-publicly',
      'head-no-action',
      'staff-free-speech',
      'strike',
      'whistleblow',
    ]);
    expect(answers.filter((answer) => answer.kind === 'emergency' && asksIfHelpful(answer))).toEqual([]);
  });

  it('is summed over the weeks, by version, the least helpful first', () =>
    expect(
      shownHelpful([
        taps({ yes: 2 }),
        taps({ yes: 1, no: 1, week: LATER }),
        taps({ no: 3, version: '2' }),
        taps({ yes: 1, situation: 'fine' }),
      ]).map(({ situation, version, yes, no }) => [situation, version, yes, no]),
    ).toEqual([
      ['s', '2', 0, 3],
      ['s', '1', 3, 1],
      ['fine', '1', 1, 0],
    ]));

  it('shows nothing of a silent topic before six have tapped, so that it does not give the topic away', () => {
    const silent = (yes: number, no: number) => shownHelpful([taps({ verdict: 'not-covered', yes, no })]).length;
    expect([silent(2, 3), silent(3, 3)]).toEqual([0, 1]);
  });
});
