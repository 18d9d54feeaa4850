import { answerCard } from '../cards/answerCard.ts';
import type { AskHead } from '../cards/askCards.ts';
import type { Answer } from '../core/policy/answer.ts';
import type { CardJson } from './intent.ts';
import type { Talk } from './talk.ts';

/**
 * An answer as a card that asks whether it helped and lets the headteacher be asked.
 *
 * @param words  what the person typed; shown to them alone, to be sent or not, and kept nowhere
 */
export const shownAnswer = (talk: Talk, answer: Answer, words = ''): CardJson =>
  answerCard(answer, {
    contacts: talk.contacts,
    card: talk.outside.ids.answer(),
    askHead: askHead(talk, words),
  });

/** The number of the question has nothing to do with that of the card: a tap must not lead to whoever asks. */
export const askHead = (talk: Talk, words = ''): AskHead => ({
  question: talk.outside.ids.question(),
  words,
  headteacher: talk.hasHeadteacher,
});
