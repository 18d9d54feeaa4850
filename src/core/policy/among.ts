import { familiarity, type Gist, wordsFor } from './narrowing.ts';
import type { Middles } from './middles.ts';
import type { Situation } from './policy.ts';
import type { Understanding } from './understand.ts';

/** What one policy makes of a question, in measures that mean the same for every policy. */
export type Heard = {
  readonly why: Understanding;
  /** How near the question comes to the situation that was chosen; about 0.5 for one that the policy is for. */
  readonly near: number;
  /** How near it comes to any that the policy has. */
  readonly nearest: number;
  /** How much likelier its words are asked of this policy than of the first: a logarithm. */
  readonly words: number;
  /** The situation only says that another policy holds the rule. */
  readonly defers: boolean;
};

export type AmongPlan = {
  /** Farther away than this, another policy than the first does not answer. */
  readonly near: number;
  /** How much the words count beside nearness. */
  readonly words: number;
  /** What another policy needs beyond the first where the first covers the question, where it is silent, and where it is stricter. */
  readonly lead: number;
  readonly leadOverSilence: number;
  /** The same where it gives leave: what was no answer should not lightly become a yes. */
  readonly leaveOverSilence: number;
  readonly leadOverStricter: number;
};

/** Settled on the project's held-back questions and those of the invented policy; see docs/decisions/policies-side-by-side.md. */
export const AMONG: AmongPlan = {
  near: 0.45,
  words: 0.04,
  lead: -0.05,
  leadOverSilence: -0.18,
  leaveOverSilence: -0.12,
  leadOverStricter: 0.05,
};
/** The same where no encoder placed the question: nearness is then how many of its words the policy knows. */
export const AMONG_BY_WORDS: AmongPlan = {
  near: 0.6,
  words: 0.3,
  lead: -0.2,
  leadOverSilence: 0.1,
  leaveOverSilence: 0.15,
  leadOverStricter: -0.05,
};

/** A word more or less must not outweigh everything else. */
const [MOST_AGAINST, MOST_FOR] = [-8, 3];

/** What is known of a policy that tells whether a question is for it. */
export type Known = {
  readonly gist: Gist;
  /** `null` where they were not learnt. */
  readonly middles: Middles | null;
  readonly defers: readonly string[];
};

/**
 * @param place  of the question; `null` where it is to be measured by words alone. The same for every policy
 * @param first  the gist of the first policy
 */
export function hearing(why: Understanding, known: Known, place: Float32Array | null, first: Gist): Heard {
  const { gist, middles, defers } = known;
  const familiar = place && middles ? 0 : familiarity(why.reading, gist);
  const words = gist === first ? 0 : wordsFor(why.reading, gist, first);
  return {
    why,
    near: place && middles ? middles.nearness(place, why.chosen.id) : familiar,
    nearest: place && middles ? middles.nearest(place) : familiar,
    words: Math.min(MOST_FOR, Math.max(MOST_AGAINST, words)),
    defers: defers.includes(why.chosen.id),
  };
}

const FORBIDS = new Set<Situation['verdict']>(['prohibited', 'report', 'ask-headteacher']);
const isDanger = ({ why }: Heard): boolean => why.chosen.verdict === 'emergency';
const covers = ({ why, defers }: Heard): boolean => why.chosen.verdict !== 'not-covered' && !defers;
const givesLeave = ({ why }: Heard): boolean => why.chosen.verdict.startsWith('allowed');
const forbids = ({ why }: Heard): boolean => FORBIDS.has(why.chosen.verdict);

/**
 * Whose answer is given: danger first, then what is covered, then the first policy's. A policy beside the first has to come
 * near a question to answer it at all: whatever it is asked, it finds something likeliest.
 *
 * @param first   the school's main policy
 * @param others  those that stand beside it
 */
export function mostFitting<T extends Heard>(first: T, others: readonly T[], plan: AmongPlan): T {
  const fit = (one: T): number => one.near + plan.words * one.words;
  const needed = (one: T): number => {
    if (!covers(first)) return first.nearest + (givesLeave(one) ? plan.leaveOverSilence : plan.leadOverSilence);
    return first.nearest + (forbids(first) && !forbids(one) ? plan.leadOverStricter : plan.lead);
  };
  const best = (some: readonly T[]): T | undefined => [...some].sort((one, other) => fit(other) - fit(one))[0];
  const danger = best(
    others.filter((one) => isDanger(one) && (one.why.because === 'alarm words' || one.near >= plan.near)),
  );
  if (isDanger(first)) return danger && fit(danger) >= first.nearest + plan.lead ? danger : first;
  if (danger) return danger;
  const fitting = others.filter((one) => covers(one) && !isDanger(one) && one.near >= plan.near);
  return best(fitting.filter((one) => fit(one) >= needed(one))) ?? first;
}
