import type { Answer, Verdict } from '../policy/answer.ts';
import type { SchoolWeek } from '../schoolWeek.ts';

/**
 * What is learnt from questions, as numbers of a week. There is no person, no conversation, no activity, no time of day and
 * no word in it: only what content itself calls things.
 */
export type Topic = { readonly policy: string; readonly situation: string };
export type TopicCount = Topic & { readonly week: SchoolWeek; readonly count: number };

/** One kind of answer, as somebody found it helpful or not. */
export type Answered = Topic & { readonly version: string; readonly verdict: Verdict };
export type HelpfulCount = Answered & { readonly week: SchoolWeek; readonly yes: number; readonly no: number };

/** A topic is shown only above this: with five or fewer askers in a small staff room, people can guess who they were. */
export const NEVER_SHOWN_UP_TO = 5;

/**
 * The topic that an answer adds to; `null` where nothing is counted: the policy answers it, somebody may be at risk, or the
 * way leads past the headteacher, who reads these counts.
 */
export function silentTopic(answer: Answer): Topic | null {
  if (answer.kind !== 'not-covered' || leadsPastTheHead(answer)) return null;
  return { policy: answer.policy.id, situation: answer.situation };
}

/** Whether its guidance sends the person to the chair of governors, and not to the headteacher. */
export const leadsPastTheHead = ({ guidance }: Answer): boolean =>
  guidance.some(({ contacts }) => contacts.includes('chair of governors') && !contacts.includes('headteacher'));

/**
 * What may be shown, the newest week first and the commonest topic first. No sum is ever shown beside it: a sum less what is
 * shown would give away what is not.
 */
export const shownTopics = (counts: readonly TopicCount[]): readonly TopicCount[] =>
  counts
    .filter(({ count }) => count > NEVER_SHOWN_UP_TO)
    .sort((a, b) => (a.week === b.week ? b.count - a.count || byName(a, b) : a.week < b.week ? 1 : -1));

const byName = (a: Topic, b: Topic) => (a.situation < b.situation ? -1 : 1);

/**
 * Whether an answer asks if it helped: not where somebody may be at risk, who has other things to do, and not where the way
 * leads past the headteacher: taps on some of those would be shown from the first one, and one says that somebody asked.
 */
export const asksIfHelpful = (answer: Answer): boolean => answer.kind !== 'emergency' && !leadsPastTheHead(answer);

/**
 * How helpful each answer was found, all weeks together, the least helpful first. Of a silent topic the taps are shown only
 * above five as well: one tap says that the topic was asked about.
 */
export function shownHelpful(counts: readonly HelpfulCount[]): readonly Omit<HelpfulCount, 'week'>[] {
  const sums = new Map<string, Omit<HelpfulCount, 'week'>>();
  for (const { week: _week, ...one } of counts) {
    const key = [one.policy, one.version, one.situation, one.verdict].join(' ');
    const sum = sums.get(key);
    sums.set(key, { ...one, yes: one.yes + (sum?.yes ?? 0), no: one.no + (sum?.no ?? 0) });
  }
  return [...sums.values()]
    .filter(({ verdict, yes, no }) => verdict !== 'not-covered' || yes + no > NEVER_SHOWN_UP_TO)
    .sort((a, b) => b.no - a.no || a.yes - b.yes || byName(a, b));
}
