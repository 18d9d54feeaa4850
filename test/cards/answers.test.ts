import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { leadsPastTheHead } from '../../src/core/asking/counts.ts';
import type { Answer } from '../../src/core/policy/answer.ts';
import { displayOf, readGuidance, readPolicy } from '../../src/core/policy/policy.ts';
import { answerTo } from '../../src/core/policy/rule.ts';
import { readSchoolDay, type SchoolDay } from '../../src/core/schoolDay.ts';
import { strangeIn } from './allowed.ts';
import { answerId, questionId } from '../builders/values.ts';
import { answerCard, type CardJson } from './every.ts';
import { bytes, complaints } from './library.ts';
import { actionsOf, elementsOf, ofType, textsOf } from './readCard.ts';

const content = resolve(import.meta.dirname, '../../src/content');
const jsonOf = (path: string): unknown => JSON.parse(readFileSync(resolve(content, path), 'utf8'));
const policyJson = (name: string) => jsonOf(`policy/coton-social-media/${name}.json`);
const policy = readPolicy({
  about: policyJson('policy'),
  blocks: policyJson('blocks'),
  clauses: policyJson('clauses'),
  situations: policyJson('situations'),
});
const standingLine = (jsonOf('guidance/standing-line.json') as { readonly text: string }).text;
const sources = { policy, guidance: readGuidance(jsonOf('guidance/national.json')), standingLine };
const TODAY = readSchoolDay('2026-03-02') as SchoolDay;

/** What somebody typed, which only they may send on. */
const WORDS = 'A question of mine in my own words';
const answers = [...policy.situations.values()].map((situation) => {
  const answer = answerTo(situation, sources, TODAY);
  const askHead = { question: questionId(1), words: WORDS, headteacher: true };
  return [situation.id, answer, answerCard(answer, { contacts: {}, card: answerId(1), askHead })] as const;
});

type Example = (typeof answers)[number];
/** One test for them all, which names the situations that fail it. */
function each(name: string, all: readonly Example[], check: (...example: Example) => void): void {
  it(`${name} (${all.length})`, () => {
    expect(all.length).toBeGreaterThan(5);
    const failed = all.flatMap((example) => {
      try {
        check(...example);
        return [];
      } catch (error) {
        return [`${example[0]}: ${error instanceof Error ? error.message : String(error)}`];
      }
    });
    expect(failed.slice(0, 5)).toEqual([]);
  });
}

/** Where a text stands among all that the card shows, from the top. */
const placeOf = (texts: readonly string[], text: string): number => texts.findIndex((one) => one.includes(text));

describe('the answer to every situation that the policy is asked about', () => {
  it('is there to be shown, in every kind', () => {
    expect(answers.length).toBeGreaterThan(50);
    const kinds: readonly Answer['kind'][] = ['ruling', 'not-covered', 'emergency'];
    expect([...new Set(answers.map(([, { kind }]) => kind))].sort()).toEqual([...kinds].sort());
  });

  each('is a card that any client shows whole', answers, (_id, _answer, card) => {
    expect(complaints(card)).toEqual([]);
    expect(elementsOf(card).flatMap(strangeIn)).toEqual([]);
    expect(actionsOf(card).length).toBeLessThanOrEqual(6);
    expect(bytes(card)).toBeLessThan(56_000);
    expect(JSON.stringify(card)).not.toContain('${');
  });

  each('quotes each rule word for word, with its section', answers, (_id, answer, card) => {
    const texts = textsOf(card);
    for (const { rule, section } of answer.citations) {
      const clause = policy.clauses.get(rule);
      // Only a link reads differently: its words stand there without its address.
      expect(texts).toContain(displayOf(clause?.text ?? '').trim());
      expect(texts).toContain(`${section} (${rule})`);
    }
    for (const { rule, quote } of answer.exceptions) expect(texts).toContain(`“${quote}” (${rule})`);
  });

  each(
    'says the headline, what to do, and which policy it is and that its review is overdue',
    answers,
    (_id, answer, card) => {
      const texts = textsOf(card);
      expect(texts).toEqual(expect.arrayContaining([answer.headline, ...answer.next]));
      // What can be pressed and unfolded comes after it.
      expect(texts[texts.indexOf('Report this') - 1]).toBe(answer.policy.sentence);
      expect(answer.policy.sentence).toContain('overdue');
      expect(actionsOf(card).map(({ verb }) => verb)).toEqual(expect.arrayContaining(['report.start', 'contact.head']));
    },
  );

  each('keeps national guidance apart, each with its source and day', answers, (_id, answer, card) => {
    const texts = textsOf(card);
    const blocks = answer.kind === 'emergency' ? answer.actNow : answer.guidance;
    for (const { title, lines, sources: from } of blocks) {
      expect(texts).toEqual(expect.arrayContaining([title, ...lines]));
      for (const { name } of from)
        expect(texts.some((text) => text.startsWith('Source: ') && text.includes(name))).toBe(true);
    }
    const labelled = texts.some((text) => text.startsWith("National guidance, not the school's policy"));
    expect(labelled).toBe(blocks.length > 0);
  });

  each(
    'says what to do now before anything else',
    answers.filter(([, { kind }]) => kind === 'emergency'),
    (_id, answer, card) => {
      const texts = textsOf(card);
      expect(texts[0]).toBe('Act now');
      const first = answer.kind === 'emergency' ? answer.actNow[0]?.lines[0] : undefined;
      expect(placeOf(texts, first ?? '?')).toBeLessThan(placeOf(texts, answer.headline));
      expect(placeOf(texts, standingLine)).toBeLessThan(placeOf(texts, answer.headline));
      expect(ofType(card, 'Action.Execute').map(({ verb }) => verb)).not.toContain('ask.clarify');
    },
  );

  each(
    'says that the policy does not say, and marks what is only nearest',
    answers.filter(([, { kind }]) => kind === 'not-covered'),
    (_id, answer, card) => {
      const texts = textsOf(card);
      expect(texts[0]).toBe('The policy does not say');
      expect(texts).toContain(standingLine);
      if (answer.citations.length > 0) expect(texts.some((text) => text.startsWith('The nearest rule'))).toBe(true);
      expect(texts.some((text) => text.includes('word for word'))).toBe(answer.exceptions.length > 0);
      const start = actionsOf(card).find(({ verb }) => verb === 'report.start');
      expect(start?.['data']).toEqual({});
    },
  );

  each(
    'lets the headteacher be asked where the policy does not say, in words that the person looks over',
    answers.filter(([, { kind }]) => kind === 'not-covered'),
    (_id, answer, card) => {
      const fold = ofType(card, 'Action.ShowCard').find(({ title }) => title === 'Ask the headteacher');
      const [box] = ofType(fold?.['card'] as CardJson, 'Input.Text');
      expect(box).toMatchObject({ id: 'f.question', value: leadsPastTheHead(answer) ? '' : WORDS });
      const texts = textsOf(fold?.['card'] as CardJson);
      expect(texts.some((text) => text.startsWith('It goes to the headteacher alone, with your name'))).toBe(true);
      expect(texts.some((text) => text.startsWith('Is it about the headteacher? Then do not send it here.'))).toBe(
        true,
      );
      expect(actionsOf(card).map(({ verb }) => verb)).toContain('question.send');
    },
  );

  it('puts no words into the box where the way leads past the headteacher', () =>
    expect(answers.filter(([, answer]) => answer.kind === 'not-covered' && leadsPastTheHead(answer)).length).toBe(3));

  each(
    'keeps what was typed off every other card',
    answers.filter(([, { kind }]) => kind !== 'not-covered'),
    (_id, _answer, card) => expect(JSON.stringify(card)).not.toContain(WORDS),
  );

  each(
    'asks whether it was helpful, where there is room, nobody is at risk and the headteacher is not passed by',
    answers,
    (_id, answer, card) => {
      const choices = answer.clarify?.choices.length ?? 0;
      // Beside two choices and the way to the headteacher there is none.
      const full = choices > (answer.kind === 'not-covered' ? 0 : 3);
      const isQuiet = answer.kind === 'emergency' || leadsPastTheHead(answer);
      const expected = isQuiet || full ? [] : choices === 3 ? ['answer.rate'] : ['answer.helpful', 'answer.helpful'];
      const asked = actionsOf(card).filter(({ verb }) => String(verb).startsWith('answer.'));
      expect(asked.map(({ verb }) => verb)).toEqual(expected);
      for (const { data } of asked)
        expect(data).toMatchObject({ answer: 'answer-1', situation: answer.situation, version: answer.policy.version });
    },
  );

  each(
    'offers its choices as buttons',
    answers.filter(([, { clarify }]) => clarify !== null),
    (_id, answer, card) => {
      const buttons = actionsOf(card).filter(({ verb }) => verb === 'ask.clarify');
      expect(buttons.map(({ title, data }) => ({ label: title, id: (data as { choice: string }).choice }))).toEqual(
        answer.clarify?.choices,
      );
      expect(textsOf(card)).toContain(answer.clarify?.ask);
    },
  );
});
