import type { RuleId } from '../ids.ts';
import type { Answer } from './answer.ts';
import type { Reason } from './reasons.ts';

/**
 * What is kept of a person's last question in a conversation: ids of content, never a word of what was typed. By it "what if
 * she's my niece?" and "why?" are understood.
 */
export type LastAsked = {
  /** Which policy answered. */
  readonly policy: string;
  /** The situation that the question was taken for. */
  readonly situation: string;
  readonly rules: readonly RuleId[];
  /** Situations offered as choices and not chosen from yet, in the order of the buttons. */
  readonly open: readonly string[];
  /** How many answers in a row have asked back, this one included. */
  readonly asked: number;
  /** ISO instant (UTC) of the answer. */
  readonly at: string;
};

/** What a message was taken for, in content's words, so that a wrong reading is seen at once. */
export type Follows = {
  /** What was asked before. */
  readonly from: string;
  /** What it has become; `null` where that is the same. */
  readonly now: string | null;
  /** What else is to be said of it. */
  readonly note: string;
  /** The policy's own reasons, where they were asked for; empty where it gives none. */
  readonly reasons: readonly Reason[] | null;
};

/** So long is a message understood in the light of the last question. */
export const FOLLOWS_FOR_MS = 30 * 60_000;

/** More questions in a row than this wear a person out: the best answer then stands alone. */
export const MOST_ASKED_BACK = 2;

/** What is left of it at `now`. A record from the future is of a clock that was wrong, and counts as old. */
export function stillCounts(last: LastAsked | null, policy: string, now: Date): LastAsked | null {
  if (last === null || last.policy !== policy) return null;
  const age = now.getTime() - Date.parse(last.at);
  return age >= 0 && age < FOLLOWS_FOR_MS ? last : null;
}

export const toLastAsked = (answer: Answer, askedBefore: number, at: Date): LastAsked => ({
  policy: answer.policy.id,
  situation: answer.situation,
  rules: answer.citations.map(({ rule }) => rule),
  open: answer.clarify?.choices.map(({ id }) => id) ?? [],
  asked: answer.clarify ? askedBefore + 1 : 0,
  at: at.toISOString(),
});

/** The answer without its question where two were asked before it, or where it would ask what has just been said. */
export function withoutWearing(answer: Answer, last: LastAsked | null): Answer {
  if (last === null || answer.clarify === null) return answer;
  const chosen = last.open.includes(answer.situation);
  const again = chosen && last.situation === answer.situation;
  const asksTheSame = again || (chosen && answer.clarify.choices.every(({ id }) => last.open.includes(id)));
  return asksTheSame || last.asked >= MOST_ASKED_BACK ? { ...answer, clarify: null } : answer;
}
