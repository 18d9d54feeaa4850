import type { QuestionId, StaffId } from '../ids.ts';

/** What a person asked the headteacher, in the words that they agreed to send. */
export type HeadQuestion = {
  readonly id: QuestionId;
  readonly asker: StaffId;
  /** As Teams gave it with the press. */
  readonly askerName?: string | undefined;
  readonly words: string;
  /** ISO instant. */
  readonly askedAt: string;
  readonly answer?:
    | { readonly how: 'written'; readonly words: string; readonly by: StaffId; readonly at: string }
    | { readonly how: 'in-person'; readonly by: StaffId; readonly at: string }
    | undefined;
};

/** Characters, of a question and of its answer. */
export const LONGEST_QUESTION = 2_000;

/** What is typed, as it is kept: trimmed. `null`: nothing, or more than is taken. */
export function readWords(typed: unknown): string | null {
  const words = typeof typed === 'string' ? typed.trim() : '';
  return words === '' || words.length > LONGEST_QUESTION ? null : words;
}

/** As much of a long message as fits, never half a character. */
export const firstWords = (text: string): string => text.slice(0, LONGEST_QUESTION).replace(/[\ud800-\udbff]$/, '');

/** The headteacher reads it; one who is the asker has nobody here to ask. */
export const mayAnswer = (person: StaffId, question: HeadQuestion, headteachers: readonly StaffId[]): boolean =>
  headteachers.includes(person) && person !== question.asker;
