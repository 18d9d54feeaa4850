import askHeadteacher from '../../cards/ask-headteacher.json' with { type: 'json' };
import helpful from '../../cards/helpful.json' with { type: 'json' };
import notHelpful from '../../cards/not-helpful.json' with { type: 'json' };
import questionTemplate from '../../cards/question.json' with { type: 'json' };
import questionSent from '../../cards/question-sent.json' with { type: 'json' };
import questionsTemplate from '../../cards/questions.json' with { type: 'json' };
import topicsTemplate from '../../cards/topics.json' with { type: 'json' };
import type { TopicCount } from '../core/asking/counts.ts';
import { firstWords, type HeadQuestion } from '../core/asking/headQuestion.ts';
import type { AnswerId, QuestionId, RuleId } from '../core/ids.ts';
import { weekInWords } from '../core/schoolWeek.ts';
import { contactOr, type Contacts } from './contacts.ts';
import { type CardJson, fills } from './fill.ts';
import { inLondon, inLondonShort } from './when.ts';

const fillAsk = fills(askHeadteacher);
const fillHelpful = fills(helpful);
const fillNotHelpful = fills(notHelpful);
const fillQuestion = fills(questionTemplate);
const fillSent = fills(questionSent);
const fillQuestions = fills(questionsTemplate);
const fillTopics = fills(topicsTemplate);

/** How the headteacher can be asked from a card. */
export type AskHead = {
  /** Minted with the card: two presses are one question. */
  readonly question: QuestionId;
  /** What the person typed, to be looked over; empty where it is not known any more. */
  readonly words: string;
  /** Whether the school's settings name a headteacher. */
  readonly headteacher: boolean;
};

const CHAIR_NOT_SET = "not set here. Ask the clerk to the governors, or look on the school's website";

/**
 * What unfolds behind "Ask the headteacher": all that would be sent, to whom, and the one press that sends it. Nothing of it
 * leaves the card before that.
 */
export function askHeadFold({ question, words, headteacher }: AskHead, contacts: Contacts): CardJson {
  const reach = contactOr(contacts.headteacher, 'their contact is not set here; ask in the office');
  return {
    type: 'Action.ShowCard',
    title: 'Ask the headteacher',
    card: fillAsk({
      whom: headteacher
        ? `It goes to the headteacher alone, with your name, as it stands below. You may ask them yourself instead: ${reach}.`
        : `No headteacher is set up in Postwise here, so nothing can be sent. Ask them yourself: ${reach}.`,
      chair: `Is it about the headteacher? Then do not send it here. Speak to the chair of governors: ${contactOr(contacts.chair, CHAIR_NOT_SET)}.`,
      canSend: headteacher,
      words: firstWords(words),
      question,
    }),
  };
}

/** A card with one more thing to unfold at its end. */
export const withFold = (card: CardJson, fold: CardJson): CardJson => ({
  ...card,
  actions: [...(Array.isArray(card['actions']) ? (card['actions'] as readonly unknown[]) : []), fold],
});

/** To the asker. `reached`: whether a headteacher has a chat with us. */
export const questionSentCard = (
  outcome: { readonly kind: 'asked'; readonly reached: boolean } | { readonly kind: 'already' },
  contacts: Contacts,
  standingLine: string,
): CardJson =>
  fillSent({
    title: outcome.kind === 'asked' ? 'Your question is kept for the headteacher' : 'Your question was sent before',
    line:
      outcome.kind === 'already'
        ? 'It stays as you first sent it, and is not sent twice.'
        : outcome.reached
          ? 'A message without its words is on its way to the headteacher in Teams.'
          : `The headteacher has not written to me in Teams yet, so please also tell them yourself: ${contactOr(contacts.headteacher, 'their contact is not set here')}.`,
    onward: 'I tell you here when there is an answer.',
    standing: standingLine,
  });

/** "Yes" and "No", for an answer whose own card has no room for them. */
export const helpfulCard = (of: {
  readonly card: AnswerId;
  readonly situation: string;
  readonly policy: string;
  readonly version: string;
}): CardJson => fillHelpful(of);

/** After a "no": what else can be done, with a fold of its own. */
export const notHelpfulCard = (rule: RuleId | null, ask: AskHead, contacts: Contacts): CardJson =>
  withFold(fillNotHelpful({ rule }), askHeadFold(ask, contacts));

/**
 * A question to the headteacher: for the headteacher, who can answer it, and for the asker, once it is answered.
 *
 * @param typed  an answer that could not be taken, to be mended
 */
export function questionCard(
  question: HeadQuestion,
  reader: 'headteacher' | 'asker',
  again: { readonly typed?: string; readonly problem?: string } = {},
): CardJson {
  const { id, askerName, words, askedAt, answer } = question;
  return fillQuestion({
    title: reader === 'asker' ? 'Your question to the headteacher' : 'A question to you',
    asked: `${reader === 'asker' ? 'Asked' : `Asked by ${askerName ?? 'a member of staff'}`}, ${inLondon(askedAt)}`,
    words,
    answerTitle: answer === undefined ? '' : 'The answer',
    answer:
      answer === undefined
        ? ''
        : answer.how === 'written'
          ? answer.words
          : reader === 'asker'
            ? 'The headteacher says that this was answered in person. If it was not, please ask them.'
            : 'Answered in person.',
    answered: answer === undefined ? '' : `The headteacher, ${inLondon(answer.at)}`,
    problem: again.problem ?? '',
    open: answer === undefined && reader === 'headteacher',
    typed: again.typed ?? '',
    question: id,
  });
}

/** So many are offered at once; the next come when these are answered. */
const MOST_LISTED = 10;

export const questionsCard = (waiting: readonly HeadQuestion[]): CardJson =>
  fillQuestions({
    line:
      waiting.length === 0
        ? 'No question waits for you.'
        : `${waiting.length === 1 ? 'One waits' : `${waiting.length} wait`}, the oldest first.`,
    questions: waiting
      .slice(0, MOST_LISTED)
      .map(({ id, askedAt }) => ({ id, title: `Asked on ${inLondonShort(askedAt)}` })),
  });

/** How many weeks are shown: a school year's worth would be no overview. */
const MOST_WEEKS = 12;

/**
 * @param counts     only such as may be shown, the newest week first
 * @param inWords    a topic as content calls it; `null` where content no longer has it
 */
export function topicsCard(
  counts: readonly TopicCount[],
  inWords: (policy: string, situation: string) => string | null,
): CardJson {
  const weeks = [...new Set(counts.map(({ week }) => week))].slice(0, MOST_WEEKS);
  return fillTopics({
    empty: weeks.length === 0 ? 'There is no such topic yet.' : '',
    weeks: weeks.map((week) => ({
      week: weekInWords(week),
      topics: counts
        .filter((one) => one.week === week)
        .map(({ policy, situation, count }) => ({
          count: String(count),
          words: inWords(policy, situation) ?? situation,
        })),
    })),
  });
}
