import { firstBreak } from '../../../src/core/report/audit.ts';
import { askReporter, keepAnswer, wordsHold } from '../../../src/core/report/exchange.ts';
import {
  LONGEST_ANSWER,
  LONGEST_QUESTION,
  MOST_ANSWERS,
  MOST_QUESTIONS,
  readWords,
  seal,
} from '../../../src/core/report/questions.ts';
import { lineOf, type Report, takeStep } from '../../../src/core/report/report.ts';
import { after, aReport, HEAD, TRIAGER } from '../../builders/values.ts';

const asked = (report: Report, words = 'Who else saw it?', at = after(1_000)) => {
  const done = askReporter(report, words, TRIAGER, at);
  if (done.kind !== 'asked') throw new Error(done.kind);
  return done.change;
};
const answered = (report: Report, words = 'Two parents', question = 1, at = after(2_000)) => {
  const done = keepAnswer(report, question, words, at);
  if (done.kind !== 'answered') throw new Error(done.kind);
  return done.change;
};

describe('a question to the reporter', () => {
  it('is part of the report, with a line in the record that holds its fingerprint and not its words', () => {
    const { report, audit } = asked(aReport());
    expect(report.questions).toEqual([
      { number: 1, at: after(1_000), by: TRIAGER, words: 'Who else saw it?', answers: [] },
    ]);
    expect(audit).toMatchObject([
      { what: 'question-asked', by: TRIAGER, facts: { question: '1', words: seal('Who else saw it?') } },
    ]);
    expect(JSON.stringify([audit, lineOf(report)])).not.toContain('Who else');
    expect(lineOf(report)).toMatchObject({ askedAt: after(1_000) });
  });

  it('follows another, each with its own number, and the same one pressed twice is one', () => {
    const { report } = asked(aReport());
    expect(askReporter(report, 'Who else saw it?', HEAD, after(2_000))).toEqual({ kind: 'already' });
    const second = asked(report, 'When?').report;
    expect(second.questions?.map(({ number }) => number)).toEqual([1, 2]);
    const again = asked(answered(report).report, 'Who else saw it?').report;
    expect(again.questions).toHaveLength(2);
  });

  it.each([
    ['', 'empty'],
    ['x'.repeat(LONGEST_QUESTION + 1), 'too-long'],
  ])('with too little or too much in it is refused: %.4s', (words, why) => {
    expect(askReporter(aReport(), words, TRIAGER, after(0))).toEqual({ kind: 'refused', why });
  });

  it('is put to a withdrawn report, but not to a closed one, and not without end', () => {
    const withdrawn = aReport({ withdrawn: { at: after(0), reason: 'mistake' } });
    expect(askReporter(withdrawn, 'Why?', TRIAGER, after(0)).kind).toBe('asked');
    expect(askReporter(aReport({ state: 'closed' }), 'Why?', TRIAGER, after(0))).toEqual({
      kind: 'refused',
      why: 'closed',
    });
    let report: Report = aReport();
    for (let count = 1; count <= MOST_QUESTIONS; count += 1) report = asked(report, `Question ${count}`).report;
    expect(askReporter(report, 'One more', TRIAGER, after(0))).toEqual({ kind: 'refused', why: 'too-many' });
  });
});

describe('an answer', () => {
  it('stands under its question, and a second one beside it', () => {
    const first = answered(asked(aReport()).report).report;
    const second = answered(first, 'Three, in fact', 1, after(3_000)).report;
    expect(second.questions?.[0]?.answers).toEqual([
      { at: after(2_000), words: 'Two parents' },
      { at: after(3_000), words: 'Three, in fact' },
    ]);
    expect(lineOf(second)).toMatchObject({ answeredAt: after(3_000) });
    expect(lineOf(second)).not.toHaveProperty('askedAt');
  });

  it('pressed twice is one', () => {
    const { report } = answered(asked(aReport()).report);
    expect(keepAnswer(report, 1, 'Two parents', after(9_000))).toEqual({ kind: 'already' });
  });

  it.each(['new', 'acknowledged', 'closed'] as const)('is kept of a report that is %s', (state) => {
    const report = aReport({ state, questions: asked(aReport()).report.questions ?? [] });
    expect(keepAnswer(report, 1, 'Two parents', after(9_000)).kind).toBe('answered');
  });

  it('is refused where it is empty, too long, to nothing, or the last of too many', () => {
    const { report } = asked(aReport());
    const why = (question: number, words: string, of = report) => keepAnswer(of, question, words, after(0));
    expect(why(1, '')).toEqual({ kind: 'refused', why: 'empty' });
    expect(why(1, 'x'.repeat(LONGEST_ANSWER + 1))).toEqual({ kind: 'refused', why: 'too-long' });
    for (const number of [0, 2, -1, 1.5, Number.NaN])
      expect(why(number, 'x')).toEqual({ kind: 'refused', why: 'no-such-question' });
    let full = report;
    for (let count = 1; count <= MOST_ANSWERS; count += 1) full = answered(full, `Answer ${count}`).report;
    expect(why(1, 'One more', full)).toEqual({ kind: 'refused', why: 'too-many' });
  });
});

describe('the record', () => {
  const start = aReport();
  const question = asked(start);
  const answer = answered(question.report);
  const closing = takeStep(
    answer.report,
    { kind: 'close', reason: 'dealt-with', note: 'We spoke with them.' },
    HEAD,
    after(4_000),
  );
  if (closing === null) throw new Error('not closed');
  const lines = [...question.audit, ...answer.audit, ...closing.audit];
  // The first line stands in the builder's own chain, which ends before these.
  const record = [{ ...lines[0]!, number: 1, what: 'filed' as const, facts: {} }, ...lines];

  it('holds for the words as they were written', () => {
    expect(firstBreak(lines, closing.report.chain)).not.toBeNull();
    expect(closing.report).toMatchObject({ state: 'closed', reason: 'dealt-with', note: 'We spoke with them.' });
    expect(closing.audit[0]?.facts).toEqual({ reason: 'dealt-with', note: seal('We spoke with them.') });
    expect(wordsHold(closing.report, record)).toBe(true);
    expect(wordsHold(start, record.slice(0, 1))).toBe(true);
  });

  it.each([
    ['question', { questions: closing.report.questions?.map((one) => ({ ...one, words: 'Other' })) ?? [] }],
    ['answer', { questions: closing.report.questions?.map((one) => ({ ...one, answers: [] })) ?? [] }],
    ['note', { note: 'Other' }],
    ['question that was taken out', { questions: [] }],
  ])('shows another %s', (_what, change) => {
    expect(wordsHold({ ...closing.report, ...change }, record)).toBe(false);
  });
});

describe('a closing', () => {
  it('without a note has none, in the report and in its line', () => {
    for (const step of [
      { kind: 'close', reason: 'repeat' },
      { kind: 'close', reason: 'repeat', note: '' },
    ] as const) {
      const closed = takeStep(aReport(), step, HEAD, after(0));
      expect(closed?.report).not.toHaveProperty('note');
      expect(closed?.audit[0]?.facts).toEqual({ reason: 'repeat' });
    }
  });
});

it('reads what was typed with one kind of line end, without what cannot be seen', () => {
  expect(readWords('  one\r\ntwo\u0000\u0007\r\n\r\n\r\n\r\nthree\t. ')).toBe('one\ntwo\n\nthree\t.');
  for (const odd of [undefined, null, 3, {}, []]) expect(readWords(odd)).toBe('');
});
