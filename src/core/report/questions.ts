/**
 * What goes between those who handle a report and the person who made it: questions, answers, and a note when it is
 * closed. The words lie with the report; the record has a line for each, with their SHA-256, so that a change would show.
 */
import { createHash } from 'node:crypto';
import type { StaffId } from '../ids.ts';

/** `number` counts from 1 within a report. `by` is shown to those who handle it, and never to the reporter. */
export type Question = {
  readonly number: number;
  readonly at: string;
  readonly by: StaffId;
  readonly words: string;
  /** Oldest first. A second one, from another device or an old card, stands beside the first. */
  readonly answers: readonly ReportersAnswer[];
};
export type ReportersAnswer = { readonly at: string; readonly words: string };

/** Characters, after trimming. */
export const LONGEST_QUESTION = 1_000;
export const LONGEST_ANSWER = 2_000;
export const LONGEST_NOTE = 1_000;
/** With more than these, talking is kinder than writing. */
export const MOST_QUESTIONS = 10;
export const MOST_ANSWERS = 3;

/** Control characters have no meaning here and are long when stored; line breaks are kept, as one sign each. */
const UNPRINTABLE = /[^\P{Cc}\n\t]/gu;

/** As it is kept: line ends as one sign, nothing that cannot be seen, no space around it. */
export const readWords = (typed: unknown): string =>
  typeof typed === 'string'
    ? typed
        .toWellFormed()
        .replace(/\r\n?/g, '\n')
        .replace(UNPRINTABLE, '')
        .replace(/\n{3,}/g, '\n\n')
        .trim()
    : '';

export type WhyNotWords = 'empty' | 'too-long';
/** @returns `null` where the words can be kept */
export const whyNotWords = (words: string, longest: number): WhyNotWords | null =>
  words === '' ? 'empty' : words.length > longest ? 'too-long' : null;

/** SHA-256, hex: what the record says of words that it does not hold. */
export const seal = (words: string): string => createHash('sha256').update(words, 'utf8').digest('hex');

/** Those without an answer, oldest first. */
export const waitingQuestions = ({
  questions = [],
}: {
  readonly questions?: readonly Question[];
}): readonly Question[] => questions.filter(({ answers }) => answers.length === 0);

/** When the last answer came; `null` where there is none. */
export const lastAnswerAt = ({ questions = [] }: { readonly questions?: readonly Question[] }): string | null =>
  questions
    .flatMap(({ answers }) => answers.map(({ at }) => at))
    .sort()
    .at(-1) ?? null;
