import { withFollows } from '../cards/followsCard.ts';
import type { Answer } from '../core/policy/answer.ts';
import type { Follows, LastAsked } from '../core/policy/lastAsked.ts';
import { schoolDayOf } from '../core/schoolDay.ts';
import type { Person, Talking } from '../flows/ports.ts';
import type { Action, CardJson, From } from './intent.ts';
import type { Hand, Talk } from './talk.ts';

const talkingOf = ({ staff }: Person, { conversation }: From): Talking => ({
  person: staff,
  conversation: conversation.id,
});

/** The record where it can be had. An answer does not need the store: without it, a message is a question of its own. */
async function lastOf(talk: Talk, who: Person, from: From): Promise<LastAsked | null> {
  try {
    return await talk.outside.lastAsked.get(who.school, talkingOf(who, from));
  } catch (error) {
    talk.outside.log.warn('last-question-not-read', { error: error instanceof Error ? error.name : 'unknown' });
    return null;
  }
}

async function keep(talk: Talk, who: Person, from: From, last: LastAsked): Promise<void> {
  try {
    await talk.outside.lastAsked.keep(who.school, talkingOf(who, from), last);
  } catch (error) {
    talk.outside.log.warn('last-question-not-kept', { error: error instanceof Error ? error.name : 'unknown' });
  }
}

/** How an answer becomes a card. */
export type Show = (answer: Answer) => CardJson;

/** Answers a message, in the light of the last question there where it goes on from it. @returns also what to keep of it */
export async function answerMessage(
  talk: Talk,
  who: Person,
  from: From,
  message: string,
  hand: Hand,
  show: Show,
): Promise<{ readonly answer: Answer; readonly follows: Follows | null; readonly keep: LastAsked }> {
  const now = talk.outside.clock.now();
  const asked = { message, on: schoolDayOf(now), now };
  const turn = await talk.answerInTurn(asked, () => lastOf(talk, who, from));
  await hand.card(withFollows(show(turn.answer), turn.answer, turn.follows));
  return turn;
}

/** A choice as its card names it. Cards from before there were several policies do not say whose it is. */
export type Chosen = { readonly choice: string; readonly policy?: string };

export function chosenFrom(data: Action['data']): Chosen {
  const [choice, policy] = [data['choice'], data['policy']];
  return { choice: typeof choice === 'string' ? choice : '', ...(typeof policy === 'string' ? { policy } : {}) };
}

/** Answers a tap on a choice. `null`: there is no such choice any more, and nothing was said. */
export async function answerChosen(
  talk: Talk,
  who: Person,
  from: From,
  { choice, policy }: Chosen,
  hand: Hand,
  show: Show,
): Promise<Answer | null> {
  const now = talk.outside.clock.now();
  const turn = talk.answerTap(choice, { on: schoolDayOf(now), now }, await lastOf(talk, who, from), policy);
  if (turn === null) return null;
  await hand.newCard(show(turn.answer));
  await keep(talk, who, from, turn.keep);
  return turn.answer;
}

/** `forget`: the last question of this person here. */
export async function forgetLast(talk: Talk, who: Person, from: From, hand: Hand): Promise<void> {
  const was = await talk.outside.lastAsked.forget(who.school, talkingOf(who, from));
  await hand.text(was ? talk.forgetting.forgotten : talk.forgetting.nothing);
}
