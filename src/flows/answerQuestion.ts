import type { Answer } from '../core/policy/answer.ts';
import type { Situation } from '../core/policy/policy.ts';
import { answerTo, type Sources } from '../core/policy/rule.ts';
import { begin, type Mind, type Understanding, understandByWords, understandWith } from '../core/policy/understand.ts';
import { readSchoolDay, type SchoolDay } from '../core/schoolDay.ts';
import type { SentenceEncoder } from './ports.ts';

/** Everything that an answer is made from. Built once at the start, from content. */
export type PolicyIndex = Sources & Mind & { readonly encoder: SentenceEncoder };

/**
 * Answers a question of a member of staff from the policy, or says plainly that the policy does not say. Odd wording, of
 * any length, never throws.
 *
 * @param on  school day asked about, `YYYY-MM-DD`, London
 */
export async function answerQuestion(question: string, index: PolicyIndex, on: string): Promise<Answer> {
  return (await explainAnswer(question, index, on)).answer;
}

/** The answer with its reasons. The reasons hold words of the question: they are shown to who asked, and kept nowhere. */
export async function explainAnswer(
  question: string,
  index: PolicyIndex,
  on: string,
): Promise<{ readonly answer: Answer; readonly why: Understanding }> {
  const why = await understoodAlone(question, index);
  return { answer: answerUnderstood(why, index, on), why };
}

/** What one policy takes a question for, whatever the others make of it. The encoder is asked where the words leave a doubt. */
export async function understoodAlone(question: string, index: PolicyIndex): Promise<Understanding> {
  const begun = begin(question, index);
  const sure = understandByWords(begun, index.policy, index);
  if (sure) return sure;
  const place = await index.encoder.encode(index.reader.spelt(question));
  return understandWith(begun, index.policy, index, place);
}

/** What a policy answers to what a question was taken for. */
export const answerUnderstood = (why: Understanding, index: PolicyIndex, on: string): Answer =>
  answerTo(why.chosen, index, dayOf(on), alsoRelevant(why));

/** The exact answer to a choice that an answer offered. `null`: content no longer has that choice. */
export function answerChoice(choice: string, index: PolicyIndex, on: string): Answer | null {
  const situation = index.policy.situations.get(choice);
  return situation ? answerTo(situation, index, dayOf(on)) : null;
}

function dayOf(on: string): SchoolDay {
  const day = readSchoolDay(on);
  if (!day) throw new Error(`"${on}" is not a school day`);
  return day;
}

/** From this likelihood on, an answer stands by itself. */
const SURE = 0.9;
/** A runner-up below this is chance. */
const WORTH_QUOTING = 0.05;

/** Where an answer is not sure, the first rules of the two runners-up are quoted right after its own: any may be the one. */
function alsoRelevant({ ranked, chosen, because }: Understanding): Situation['cites'] {
  const likelihood = ranked.find(({ situation }) => situation === chosen)?.likelihood ?? 0;
  if (chosen.verdict === 'emergency' || because === 'another language' || likelihood >= SURE) return [];
  return ranked
    .filter((other) => other.situation !== chosen && other.situation.verdict !== 'emergency')
    .filter((other) => other.likelihood >= WORTH_QUOTING)
    .flatMap(({ situation }) => situation.cites.slice(0, 1))
    .filter((rule) => rule !== chosen.cites[0])
    .slice(0, 2);
}
