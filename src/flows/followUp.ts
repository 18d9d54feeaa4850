import type { Answer } from '../core/policy/answer.ts';
import {
  type Following,
  followUp,
  type FollowUpWords,
  type LightPlaces,
  type LightTexts,
  lightTexts,
  needsPlaces,
  NOT_PLACED,
} from '../core/policy/followUp.ts';
import { type Follows, type LastAsked, stillCounts, toLastAsked, withoutWearing } from '../core/policy/lastAsked.ts';
import type { Situation } from '../core/policy/policy.ts';
import type { Reasons } from '../core/policy/reasons.ts';
import { answerTo } from '../core/policy/rule.ts';
import type { Understanding } from '../core/policy/understand.ts';
import { readSchoolDay } from '../core/schoolDay.ts';
import { type PolicyIndex, understoodAlone } from './answerQuestion.ts';
import { answerChoiceOf, explainAmong, type Explained, type Held, onlyOne, type Policies } from './policies.ts';
import type { SentenceEncoder } from './ports.ts';

/** What is needed beside the policy to go on from a question. */
export type FollowUps = { readonly words: FollowUpWords; readonly reasons: Reasons };

export type InTurn = {
  readonly answer: Answer;
  /** `null`: the message was a question of its own. */
  readonly follows: Follows | null;
  /** To be kept in the place of what was kept before. */
  readonly keep: LastAsked;
};

/** A tap needs no reading, so nothing can be taken for something else. */
export type TapTurn = Omit<InTurn, 'follows'>;
export type Tapped = Omit<Asked, 'message'>;

export type Asked = {
  readonly message: string;
  /** School day, `YYYY-MM-DD`, London. */
  readonly on: string;
  readonly now: Date;
};

/** As `answerInTurnAmong`, with one policy. */
export const answerInTurn = (
  asked: Asked,
  index: PolicyIndex,
  followUps: FollowUps,
  last: () => Promise<LastAsked | null>,
): Promise<InTurn> => answerInTurnAmong(asked, onlyOne(index, followUps), last);

/**
 * Answers a message in the light of the person's last question there, or as a question of its own.
 *
 * @param last  reads what is kept; asked at most once, and only where the message may go on from something. What it throws is thrown
 */
export async function answerInTurnAmong(
  { message, on, now }: Asked,
  held: Policies,
  last: () => Promise<LastAsked | null>,
): Promise<InTurn> {
  const encoder = onceEach(held.encoder);
  const policies = { ...held, encoder };
  const reading = policies.first.followUps.words.mayFollow(message) ? last() : Promise.resolve(null);
  const [explained, kept] = await Promise.all([explainAmong(message, policies, on), reading]);
  const { answer } = explained;
  const own: InTurn = { answer, follows: null, keep: toLastAsked(answer, 0, now) };
  // A policy that was taken away since answers nothing any more.
  const there = kept === null ? null : policies.of(kept.policy);
  if (there === null) return own;
  const { index, followUps } = there;
  const { words, reasons } = followUps;
  const before = stillCounts(kept, index.policy.about.id, now);
  const topic = before === null ? undefined : index.policy.situations.get(before.situation);
  if (before === null || topic === undefined) return own;
  if (explained.held.id !== there.id && (answer.kind === 'emergency' || !goesOn(message, before, topic, words)))
    return own;
  const why = await understoodBy(there, message, explained, encoder);
  const placed = needsPlaces(message, why, topic, words);
  const places = placed ? await placesOf(lightTexts(message, topic, words), index, encoder) : NOT_PLACED;
  const read: Following = followUp(message, before, why, index.policy, index, words, places);
  if (read.kind === 'own') return own;
  const day = readSchoolDay(on);
  if (day === null) throw new Error(`"${on}" is not a school day`);
  const went = answerTo(read.kind === 'turned' ? read.situation : topic, index, day);
  const changed = read.kind === 'turned' && read.situation !== topic;
  const from = { from: topic.brief, now: changed ? read.situation.brief : null };
  if (read.kind === 'why') {
    // The reason is all that is asked for. What was open stays open, though its buttons are not shown again.
    const given = reasons.of(went);
    const hasRule = went.citations.some(({ nearest }) => !nearest);
    const note = given.length > 0 ? '' : hasRule ? words.content.noReason : words.content.noRule;
    return {
      answer: went.clarify ? { ...went, clarify: null } : went,
      follows: { ...from, note, reasons: given },
      keep: { ...before, at: now.toISOString() },
    };
  }
  const gentle = read.kind === 'turned' ? withoutWearing(went, before) : went;
  return {
    answer: gentle,
    follows: { ...from, note: read.kind === 'same' ? words.content.platformNote : '', reasons: null },
    keep: toLastAsked(gentle, before.asked, now),
  };
}

/** Whether a message by its words alone goes on from a topic, so that another policy does not answer it as a new question. */
const goesOn = (message: string, { open }: LastAsked, { clarify }: Situation, words: FollowUpWords): boolean =>
  words.isWhy(message) ||
  words.pointsBack(message) ||
  words.isPlatformOnly(message) ||
  words.choiceIn(
    message,
    (clarify?.choices ?? []).filter(({ situation }) => open.includes(situation)).map(({ label }) => label),
  ) !== null;

async function understoodBy(
  there: Held,
  message: string,
  { heard }: Explained,
  encoder: SentenceEncoder,
): Promise<Understanding> {
  const known = heard.find(({ held }) => held.id === there.id);
  return known ? known.why : understoodAlone(message, { ...there.index, encoder });
}

/** Places each text once in a turn: a message and what is left of it without its lead-in are often the same. */
function onceEach(encoder: SentenceEncoder): SentenceEncoder {
  const placed = new Map<string, Promise<Float32Array | null>>();
  return {
    ...encoder,
    encode(text) {
      const place = placed.get(text) ?? encoder.encode(text);
      placed.set(text, place);
      return place;
    },
  };
}

/** Where content's own briefs stand never changes: asked once a topic. */
const topicPlaces = new WeakMap<PolicyIndex, Map<string, Float32Array>>();

async function placesOf(
  { kernel, topic, together }: LightTexts,
  index: PolicyIndex,
  encoder: SentenceEncoder,
): Promise<LightPlaces> {
  const encode = (text: string) => encoder.encode(index.reader.spelt(text));
  const known = topicPlaces.get(index) ?? new Map<string, Float32Array>();
  topicPlaces.set(index, known);
  const [ofKernel, ofTopic, ofBoth] = await Promise.all([
    encode(kernel),
    known.get(topic) ?? encode(topic),
    encode(together),
  ]);
  if (ofTopic) known.set(topic, ofTopic);
  return { kernel: ofKernel, topic: ofTopic, together: ofBoth };
}

/**
 * The exact answer to a tap on a choice. `null`: content no longer has that choice.
 *
 * @param policy  whose choice it is; one of the first policy where the card does not say
 */
export function answerTap(
  choice: string,
  { on, now }: Tapped,
  policies: Policies,
  kept: LastAsked | null,
  policy?: string,
): TapTurn | null {
  const went = answerChoiceOf(policies, choice, on, policy);
  if (went === null) return null;
  const last = stillCounts(kept, went.policy.id, now);
  // A tap on a card from further up begins anew.
  const inRow = last?.open.includes(choice) === true ? last : null;
  const answer = withoutWearing(went, inRow);
  return { answer, keep: toLastAsked(answer, inRow?.asked ?? 0, now) };
}
