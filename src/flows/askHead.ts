import { leadsPastTheHead } from '../core/asking/counts.ts';
import { type HeadQuestion, mayAnswer, readWords } from '../core/asking/headQuestion.ts';
import type { QuestionId } from '../core/ids.ts';
import type { Answer } from '../core/policy/answer.ts';
import { toWaiting } from './fileReport.ts';
import type { Outside, Person, Telling, Versioned } from './ports.ts';

export type Asked =
  /** `reached`: a headteacher has a chat with us; otherwise the message waits for them to write. */
  | { readonly kind: 'asked'; readonly reached: boolean }
  /** A question of that card was sent before, and stays as it was sent. */
  | { readonly kind: 'already' }
  /** Somebody may be at risk: nothing was kept or sent, and this comes first. */
  | { readonly kind: 'emergency'; readonly answer: Answer }
  /** It reads as if it were about the headteacher, who would read it: nothing was kept or sent. */
  | { readonly kind: 'past-the-head'; readonly answer: Answer }
  | { readonly kind: 'no-headteacher' }
  | { readonly kind: 'you-are-head' }
  /** Nothing was typed, or more than is taken. */
  | { readonly kind: 'unreadable' };

/**
 * Keeps a question and tells the headteacher that one waits. The press is the person's yes: before it not a word is kept.
 *
 * @param id      minted with the card, so that two presses are one question
 * @param answer  what the policy says to these words; they may have been changed since they were first asked
 */
export async function askHead(
  outside: Outside,
  who: Person,
  id: QuestionId,
  typed: unknown,
  answer: (words: string) => Promise<Answer>,
  nudge: () => void,
): Promise<Asked> {
  const words = readWords(typed);
  if (words === null) return { kind: 'unreadable' };
  const said = await answer(words);
  if (said.kind === 'emergency') return { kind: 'emergency', answer: said };
  if (said.kind === 'not-covered' && leadsPastTheHead(said)) return { kind: 'past-the-head', answer: said };
  const { headteachers } = await outside.roster.roles(who.school);
  if (headteachers.length === 0) return { kind: 'no-headteacher' };
  const readers = headteachers.filter((head) => head !== who.staff);
  if (readers.length === 0) return { kind: 'you-are-head' };
  const chats = await Promise.all(readers.map((head) => outside.people.conversation(who.school, head)));
  const reached = chats.some((chat) => chat !== null);
  const tellings: readonly Telling[] = [
    ...readers.map((to) => ({ kind: 'question-waits' as const, to, question: id })),
    ...(reached ? [] : [{ kind: 'question-in-channel' as const, question: id }]),
  ];
  const kept = await outside.questions.create(
    who.school,
    { id, asker: who.staff, askerName: who.name, words, askedAt: outside.clock.now().toISOString() },
    tellings.map((telling) => toWaiting(outside, telling, false)),
  );
  nudge();
  return kept === 'kept' ? { kind: 'asked', reached } : { kind: 'already' };
}

/** A question that this person may read and answer today; `null` where there is none, or it is not theirs. */
export async function questionFor(
  outside: Outside,
  who: Person,
  id: QuestionId,
): Promise<Versioned<HeadQuestion> | null> {
  const [kept, { headteachers }] = await Promise.all([
    outside.questions.get(who.school, id),
    outside.roster.roles(who.school),
  ]);
  if (kept !== null && mayAnswer(who.staff, kept.value, headteachers)) return kept;
  if (kept !== null) outside.log.warn('question-refused', { question: id, staff: who.staff });
  return null;
}

export type Replied =
  | { readonly kind: 'answered'; readonly question: HeadQuestion }
  /** Another headteacher, or another press, was quicker: the question with the answer that stands. */
  | { readonly kind: 'already'; readonly question: HeadQuestion }
  | { readonly kind: 'unreadable'; readonly question: HeadQuestion }
  | { readonly kind: 'not-yours' };

/** Keeps the headteacher's answer and tells the asker, without its words, that there is one. */
export async function answerAsHead(
  outside: Outside,
  who: Person,
  id: QuestionId,
  reply: { readonly how: 'written'; readonly typed: unknown } | { readonly how: 'in-person' },
  nudge: () => void,
): Promise<Replied> {
  const kept = await questionFor(outside, who, id);
  if (kept === null) return { kind: 'not-yours' };
  if (kept.value.answer !== undefined) return { kind: 'already', question: kept.value };
  const by = { by: who.staff, at: outside.clock.now().toISOString() };
  const words = reply.how === 'written' ? readWords(reply.typed) : '';
  if (words === null) return { kind: 'unreadable', question: kept.value };
  const answer =
    reply.how === 'written' ? { how: 'written' as const, words, ...by } : { how: 'in-person' as const, ...by };
  const question: HeadQuestion = { ...kept.value, answer };
  const tell = [toWaiting(outside, { kind: 'question-answered', to: question.asker, question: id }, false)];
  const done = await outside.questions.replace(who.school, kept, question, tell);
  // Somebody answered in between: what stands now is shown.
  if (done === 'changed') return answerAsHead(outside, who, id, reply, nudge);
  nudge();
  return { kind: 'answered', question };
}

/** One's own question with what was answered. */
export async function ownQuestion(outside: Outside, who: Person, id: QuestionId): Promise<HeadQuestion | null> {
  const kept = await outside.questions.get(who.school, id);
  return kept !== null && kept.value.asker === who.staff ? kept.value : null;
}

/** What waits for this headteacher, oldest first; `null` for anybody else. */
export async function questionsFor(outside: Outside, who: Person): Promise<readonly HeadQuestion[] | null> {
  const { headteachers } = await outside.roster.roles(who.school);
  if (!headteachers.includes(who.staff)) return null;
  return (await outside.questions.waiting(who.school)).filter((question) =>
    mayAnswer(who.staff, question, headteachers),
  );
}
