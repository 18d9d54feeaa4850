/** What a question, an answer and a note make of a report, each with its line in the record. */
import type { StaffId } from '../ids.ts';
import type { AuditLine } from './audit.ts';
import {
  LONGEST_ANSWER,
  LONGEST_QUESTION,
  MOST_ANSWERS,
  MOST_QUESTIONS,
  type Question,
  seal,
  waitingQuestions,
  whyNotWords,
  type WhyNotWords,
} from './questions.ts';
import { type Change, type Report, withLine } from './report.ts';

export type Asked =
  | { readonly kind: 'asked'; readonly change: Change }
  /** The same words wait for an answer already: pressed twice. */
  | { readonly kind: 'already' }
  | { readonly kind: 'refused'; readonly why: WhyNotWords | 'closed' | 'too-many' };

/** A withdrawn report can still be asked about: taking it back does not end a worry. A closed one cannot. */
export function askReporter(report: Report, words: string, by: StaffId, at: string): Asked {
  const questions = report.questions ?? [];
  if (report.state === 'closed') return { kind: 'refused', why: 'closed' };
  const why = whyNotWords(words, LONGEST_QUESTION);
  if (why !== null) return { kind: 'refused', why };
  if (waitingQuestions(report).some((waiting) => waiting.words === words)) return { kind: 'already' };
  if (questions.length >= MOST_QUESTIONS) return { kind: 'refused', why: 'too-many' };
  const number = questions.length + 1;
  const next: Report = { ...report, questions: [...questions, { number, at, by, words, answers: [] }] };
  const facts = { question: String(number), words: seal(words) };
  return { kind: 'asked', change: withLine(next, { at, by, what: 'question-asked', facts }) };
}

export type Answered =
  | { readonly kind: 'answered'; readonly change: Change }
  /** The same words stand there already: pressed twice, or delivered twice. */
  | { readonly kind: 'already' }
  | { readonly kind: 'refused'; readonly why: WhyNotWords | 'too-many' | 'no-such-question' };

/** An answer is kept whatever became of the report: somebody took the trouble, and it may matter. */
export function keepAnswer(report: Report, number: number, words: string, at: string): Answered {
  const question = report.questions?.find((one) => one.number === number);
  if (question === undefined) return { kind: 'refused', why: 'no-such-question' };
  const why = whyNotWords(words, LONGEST_ANSWER);
  if (why !== null) return { kind: 'refused', why };
  if (question.answers.some((answer) => answer.words === words)) return { kind: 'already' };
  if (question.answers.length >= MOST_ANSWERS) return { kind: 'refused', why: 'too-many' };
  const answered: Question = { ...question, answers: [...question.answers, { at, words }] };
  const next: Report = {
    ...report,
    questions: (report.questions ?? []).map((one) => (one.number === number ? answered : one)),
  };
  const facts = { question: String(number), words: seal(words) };
  return { kind: 'answered', change: withLine(next, { at, by: report.reporter, what: 'question-answered', facts }) };
}

/** Whether each question, answer and note is, word for word, what its line in the record was written for. */
export function wordsHold(report: Report, record: readonly AuditLine[]): boolean {
  const lines = record.slice(0, report.chain.lines);
  const sealed = (what: AuditLine['what'], question?: number) =>
    lines
      .filter((line) => line.what === what && (question === undefined || line.facts['question'] === String(question)))
      .flatMap(({ facts }) => facts[what === 'closed' ? 'note' : 'words'] ?? []);
  const same = (sealsKept: readonly string[], words: readonly string[]) =>
    JSON.stringify(sealsKept) === JSON.stringify(words.map(seal));
  const questions = report.questions ?? [];
  const note = report.state === 'closed' && report.note !== undefined ? [report.note] : [];
  return (
    same(
      sealed('question-asked'),
      questions.map(({ words }) => words),
    ) &&
    questions.every(({ number, answers }) =>
      same(
        sealed('question-answered', number),
        answers.map(({ words }) => words),
      ),
    ) &&
    (note.length === 0 || same(sealed('closed').slice(-1), note))
  );
}
