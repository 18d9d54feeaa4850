import { toAnswerLine } from '../../../src/core/policy/answer.ts';
import { displayOf } from '../../../src/core/policy/policy.ts';
import { answerTo, markOf } from '../../../src/core/policy/rule.ts';
import { readSchoolDay } from '../../../src/core/schoolDay.ts';
import { readPolicies } from '../../../src/policies.ts';

const index = readPolicies();
const { policy } = index;
const on = (text: string) => {
  const day = readSchoolDay(text);
  if (!day) throw new Error(`${text} is not a day`);
  return day;
};
const today = on('2026-11-22');
const situations = [...policy.situations.values()];
const answers = situations.map((situation) => answerTo(situation, index, today));

describe('every answer', () => {
  it('quotes at most five clauses, each word for word', () => {
    const texts = new Map<string, string>([...policy.clauses.values()].map(({ id, text }) => [id, text]));
    for (const { citations } of answers) {
      expect(citations.length).toBeLessThanOrEqual(5);
      for (const { rule, quote } of citations) expect(quote).toBe(texts.get(rule));
    }
  });

  it('quotes an exception word for word from the rule that it belongs to', () => {
    for (const { exceptions } of answers) {
      for (const { rule, quote } of exceptions) expect(policy.clauses.get(rule)?.text).toContain(quote);
    }
  });

  it('cites a rule unless the policy does not say or someone is at risk', () => {
    for (const { kind, citations, situation } of answers) {
      if (kind === 'ruling') expect([situation, citations.length > 0]).toEqual([situation, true]);
    }
  });

  it('marks its rules as nearest when the policy does not say, and carries the standing line', () => {
    const silent = answers.filter((answer) => answer.kind === 'not-covered');
    expect(silent.length).toBeGreaterThan(80);
    for (const answer of silent) {
      expect(answer.citations.every(({ nearest }) => nearest)).toBe(true);
      expect(answer.standingLine).toContain('999');
      expect(answer.standingLine).toContain('safeguarding lead');
      expect(answer.standingLine).toContain('does not replace your own duty to report');
      expect(answer.headline).toMatch(/does not|is in another policy|says the school may check|counts LinkedIn/);
    }
  });

  it('says what to do now in an emergency, before anything else, and asks nothing back', () => {
    const urgent = answers.filter((answer) => answer.kind === 'emergency');
    expect(new Set(urgent.map(({ emergency }) => emergency)).size).toBe(3);
    for (const answer of urgent) {
      expect(answer.actNow.length).toBeGreaterThan(0);
      expect(answer.actNow.flatMap(({ lines }) => lines).join(' ')).toContain('999');
      expect(answer.clarify).toBeNull();
    }
  });

  it('never tells anybody to keep a picture of a child', () => {
    for (const { situation, next, headline } of answers.filter(({ situation }) => situation.startsWith('em-'))) {
      expect([situation, `${headline} ${next.join(' ')}`]).toEqual([
        situation,
        expect.not.stringMatching(/Take a screen grab/),
      ]);
    }
  });

  it('judges nobody', () => {
    for (const { headline, next } of answers) {
      expect(`${headline} ${next.join(' ')}`).not.toMatch(
        /you have (breached|broken)|your breach|guilty|misconduct|offence/i,
      );
    }
  });

  it('says must only where a clause that it quotes says must', () => {
    for (const { headline, citations, situation } of answers) {
      const quoted = citations.map(({ quote }) => quote).join(' ');
      if (/\bmust\b/i.test(headline))
        expect([situation, /\bmust\b/.test(quoted) || situation === 'rules-strength']).toEqual([situation, true]);
    }
  });

  it('offers two to four choices, each with an answer of its own', () => {
    for (const { clarify } of answers) {
      if (!clarify) continue;
      expect(clarify.choices.length).toBeGreaterThanOrEqual(2);
      for (const { id } of clarify.choices) expect(policy.situations.has(id)).toBe(true);
    }
  });

  it('asks back only where the verdict or the first rule turns on it, in a few words for each choice', () => {
    for (const { situation, clarify } of answers) {
      if (!clarify) continue;
      const ends = clarify.choices.map(({ id }) => policy.situations.get(id));
      const kinds = new Set(ends.map((end) => `${end?.verdict} ${end?.cites[0]}`));
      expect([situation, kinds.size > 1]).toEqual([situation, true]);
      const labels = clarify.choices.map(({ label }) => label.toLowerCase());
      expect([situation, new Set(labels).size]).toEqual([situation, labels.length]);
      expect([situation, Math.max(...labels.map(({ length }) => length)) <= 44]).toEqual([situation, true]);
      expect([situation, new Set(clarify.choices.map(({ id }) => id)).size]).toEqual([situation, labels.length]);
    }
  });

  it('asks nothing back in an emergency', () => {
    for (const { verdict, clarify } of policy.situations.values())
      if (verdict === 'emergency') expect(clarify).toBeUndefined();
  });

  it('prints as one plain line', () => {
    for (const answer of answers) {
      expect(Object.keys(toAnswerLine(answer))).toEqual([
        'verdict',
        'headline',
        'citations',
        'exceptions',
        'next',
        'clarify',
        'policy',
      ]);
    }
  });
});

describe('the mark of the policy', () => {
  it('says that the review is overdue once November 2025 has passed', () => {
    expect(markOf(policy.about, on('2025-11-30')).overdue).toBe(false);
    expect(markOf(policy.about, on('2025-12-01')).overdue).toBe(true);
    expect(markOf(policy.about, today).sentence).toBe(
      'Social Media Policy, version 1, last reviewed in July 2024; its review was due in November 2025 and is overdue; it holds until it is replaced.',
    );
  });
});

describe('a quote with a link', () => {
  it('is shown without the marks of the link', () => {
    expect(displayOf('(The service is PHRP [Contact | phrp \\(phrp.pltd.com\\)](http://phrp.pltd.com))')).toBe(
      '(The service is PHRP Contact | phrp (phrp.pltd.com))',
    );
    expect(displayOf('Be honest [sic] (always)')).toBe('Be honest [sic] (always)');
  });
});
