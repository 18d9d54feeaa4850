import { AMONG, AMONG_BY_WORDS, hearing, mostFitting } from '../core/policy/among.ts';
import type { Answer } from '../core/policy/answer.ts';
import type { Middles } from '../core/policy/middles.ts';
import type { Gist } from '../core/policy/narrowing.ts';
import { understand, type Understanding } from '../core/policy/understand.ts';
import { answerChoice, answerUnderstood, type PolicyIndex, understoodAlone } from './answerQuestion.ts';
import type { FollowUps } from './followUp.ts';
import type { SentenceEncoder } from './ports.ts';

/** A policy that is ready to be asked. */
export type Held = {
  readonly id: string;
  readonly index: PolicyIndex;
  readonly followUps: FollowUps;
  readonly gist: Gist;
  /** `null` where they were not learnt. */
  readonly middles: Middles | null;
};

/** The school's policies. */
export type Policies = {
  /** The first is the main one: it is asked every time, and an id that names no policy is one of its own. */
  readonly ids: readonly string[];
  /** Made ready where it was not. `null`: there is no such policy, or none any more. */
  of(id: string): Held | null;
  readonly first: Held;
  /** Those worth asking beside the first, the likeliest first; a few, however many there are. */
  beside(question: string): readonly string[];
  readonly encoder: SentenceEncoder;
};

/** One policy alone. */
export function onlyOne(index: PolicyIndex, followUps: FollowUps): Policies {
  const { id } = index.policy.about;
  const first: Held = { id, index, followUps, gist: { policy: id, learntFrom: '', words: {} }, middles: null };
  return { ids: [id], first, of: (other) => (other === id ? first : null), beside: () => [], encoder: index.encoder };
}

export type Explained = {
  readonly answer: Answer;
  readonly why: Understanding;
  /** Whose answer it is. */
  readonly held: Held;
  /** What each policy that was asked took the question for, the first one first. */
  readonly heard: readonly { readonly held: Held; readonly why: Understanding }[];
};

/** Answers from the policy that the question is for. The question is placed among English sentences once for all of them. */
export async function explainAmong(question: string, policies: Policies, on: string): Promise<Explained> {
  const { first, encoder } = policies;
  const others = policies.beside(question).flatMap((id) => policies.of(id) ?? []);
  if (others.length === 0) {
    const why = await understoodAlone(question, { ...first.index, encoder });
    return { answer: answerUnderstood(why, first.index, on), why, held: first, heard: [{ held: first, why }] };
  }
  // Which of several policies a question is for is told by its place.
  const place = await encoder.encode(first.index.reader.spelt(question));
  const listen = (held: Held): Understood => ({
    held,
    why: understand(question, held.index.policy, held.index, place),
  });
  const heard = [listen(first), ...others.map(listen)];
  const { held, why } = chosenAmong(heard, place);
  return { answer: answerUnderstood(why, held.index, on), why, held, heard };
}

type Understood = Explained['heard'][number];

function chosenAmong(heard: readonly Understood[], place: Float32Array | null): Understood {
  const [first, ...others] = heard;
  if (first === undefined) throw new Error('The first policy is always asked');
  // Two measures of nearness would not compare.
  const by = heard.every(({ held }) => held.middles !== null) ? place : null;
  const listen = ({ held, why }: Understood) => {
    const { gist, middles, index } = held;
    const known = { gist, middles, defers: index.policy.about.defers };
    return { held, ...hearing(why, known, by, first.held.gist) };
  };
  return mostFitting(listen(first), others.map(listen), by ? AMONG : AMONG_BY_WORDS);
}

/** The answer to a choice that an answer offered. `null`: content no longer has it, or no longer that policy. */
export function answerChoiceOf(policies: Policies, choice: string, on: string, policy?: string): Answer | null {
  const held = policy === undefined ? policies.first : policies.of(policy);
  return held ? answerChoice(choice, held.index, on) : null;
}
