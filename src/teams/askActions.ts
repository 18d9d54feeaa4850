import {
  helpfulCard,
  notHelpfulCard,
  questionCard,
  questionsCard,
  questionSentCard,
  topicsCard,
} from '../cards/askCards.ts';
import { refusals } from '../cards/sentences.ts';
import { asksIfHelpful } from '../core/asking/counts.ts';
import { LONGEST_QUESTION } from '../core/asking/headQuestion.ts';
import { readAnswerId, readQuestionId } from '../core/ids.ts';
import { schoolDayOf } from '../core/schoolDay.ts';
import { schoolWeekOf } from '../core/schoolWeek.ts';
import { answerAsHead, askHead as sendToHead, ownQuestion, questionFor, questionsFor } from '../flows/askHead.ts';
import { topicsFor } from '../flows/countTopics.ts';
import type { Person } from '../flows/ports.ts';
import type { Action } from './intent.ts';
import { askHead, shownAnswer } from './showAnswer.ts';
import type { Hand, Talk } from './talk.ts';

const today = (talk: Talk) => schoolDayOf(talk.outside.clock.now());
const NOT_YOURS = 'I cannot find that question, or it is not for you.';
const TOO_LONG = `Write something of at most ${LONGEST_QUESTION} characters first.`;

/** A press about an answer, or about a question to the headteacher. Whose it is, is asked of the store. */
export async function actOnAsking(talk: Talk, who: Person, { verb, data }: Action, hand: Hand): Promise<void> {
  if (verb === 'answer.helpful' || verb === 'answer.rate') return sayHelpful(talk, verb, data, hand);
  const id = readQuestionId(data['question']);
  if (id === null) return hand.text(refusals.notUnderstood);
  const { outside } = talk;
  switch (verb) {
    case 'question.send': {
      const answer = async (words: string) => talk.answer(words, today(talk));
      const asked = await sendToHead(outside, who, id, data['f.question'], answer, talk.nudge);
      switch (asked.kind) {
        case 'asked':
        case 'already':
          await hand.newCard(questionSentCard(asked, talk.contacts, talk.standing));
          return;
        case 'emergency':
          await hand.newCard(shownAnswer(talk, asked.answer));
          return hand.text('I have not sent it: this comes first. Nothing was kept.');
        case 'past-the-head':
          await hand.newCard(shownAnswer(talk, asked.answer));
          return hand.text(
            'I have not sent it: it reads as if it may be about the headteacher, who would read it. Nothing was kept. If it is not about them, ask them yourself.',
          );
        case 'no-headteacher':
          return hand.text('No headteacher is set up here, so I cannot send it. Nothing was kept.');
        case 'you-are-head':
          return hand.text('You are the headteacher here. Nothing was kept or sent.');
        case 'unreadable':
          return hand.text(`${TOO_LONG} Nothing was kept or sent.`);
      }
      return;
    }
    case 'question.open': {
      const kept = await questionFor(outside, who, id);
      if (kept === null) return hand.text(NOT_YOURS);
      await hand.card(questionCard(kept.value, 'headteacher'));
      return;
    }
    case 'question.answer':
    case 'question.in-person': {
      const typed = typeof data['f.answer'] === 'string' ? data['f.answer'] : '';
      const reply = verb === 'question.answer' ? { how: 'written' as const, typed } : { how: 'in-person' as const };
      const replied = await answerAsHead(outside, who, id, reply, talk.nudge);
      if (replied.kind === 'not-yours') return hand.text(NOT_YOURS);
      const again = replied.kind === 'unreadable' ? { typed: typed.slice(0, LONGEST_SHOWN), problem: TOO_LONG } : {};
      await hand.card(questionCard(replied.question, 'headteacher', again));
      if (replied.kind === 'already') await hand.text('It was answered before; that answer stands.');
      return;
    }
    case 'question.read': {
      const question = await ownQuestion(outside, who, id);
      if (question === null) return hand.text(NOT_YOURS);
      await hand.card(questionCard(question, 'asker'));
      return;
    }
    default:
      return hand.text(refusals.notUnderstood);
  }
}

/** Of an answer that is too long so much comes back to be shortened. */
const LONGEST_SHOWN = 8_000;

const THANKS = 'Thank you. That is counted, without your name.';

/** Nothing of who taps goes further than this function: not to the store, nor to the log. */
async function sayHelpful(talk: Talk, verb: string, data: Action['data'], hand: Hand): Promise<void> {
  const { counts, clock, log } = talk.outside;
  const card = readAnswerId(data['answer']);
  const of = typeof data['policy'] === 'string' ? data['policy'] : undefined;
  const about = typeof data['situation'] === 'string' ? talk.answerChoice(data['situation'], today(talk), of) : null;
  const said = data['helpful'] === 'yes' ? true : data['helpful'] === 'no' ? false : null;
  if (card === null || (said === null && verb === 'answer.helpful')) return hand.text(refusals.notUnderstood);
  if (about === null || !asksIfHelpful(about) || about.policy.version !== data['version'])
    return hand.text('Thank you. That answer is from before the last change, so it is not counted.');
  const { situation, verdict, policy } = about;
  if (said === null) {
    await hand.newCard(helpfulCard({ card, situation, policy: policy.id, version: policy.version }));
    return;
  }
  try {
    const answered = { policy: policy.id, version: policy.version, situation, verdict };
    const counted = await counts.addHelpful(talk.school, schoolWeekOf(clock.now()), answered, said, card);
    if (counted === 'already') return await hand.text('Thank you. Your answer was counted before.');
  } catch (error) {
    log.warn('not-counted', { error: error instanceof Error ? error.name : 'unknown' });
    return hand.text('I could not count that just now. You can press it again in a minute.');
  }
  if (said) return hand.text(THANKS);
  const rule = about.citations.find(({ nearest }) => !nearest)?.rule ?? null;
  await hand.newCard(notHelpfulCard(rule, askHead(talk), talk.contacts));
  await hand.text(THANKS);
}

/** `questions`: what waits for the headteacher. */
export async function sendQuestions(talk: Talk, who: Person, hand: Hand): Promise<void> {
  const waiting = await questionsFor(talk.outside, who);
  if (waiting === null) return hand.text('Only the headteacher can see the questions that wait.');
  await hand.card(questionsCard(waiting));
}

/** `topics`: what the policy does not answer, in numbers. */
export async function sendTopics(talk: Talk, who: Person, hand: Hand): Promise<void> {
  const counts = await topicsFor(talk.outside, who);
  if (counts === null) return hand.text('Only the headteacher can see the topics.');
  await hand.card(topicsCard(counts, talk.topicInWords));
}
