import { z } from 'zod';
import type { LastAsked } from './lastAsked.ts';
import type { Policy, Situation } from './policy.ts';
import { isLeave, logarithms, type Mind, understand, type Understanding } from './understand.ts';
import { split } from './words.ts';

const phrases = z.array(z.string().min(1));
const content = z.strictObject({
  /** Taken off the beginning of a message: they only say that it goes on. */
  leadIns: phrases,
  /** What such a beginning has to be for the message to count as going on from the last. */
  marks: phrases,
  /** The same, for a message of a few words. */
  fragments: phrases,
  why: phrases,
  forget: phrases,
  /** Words that point back at something said before. */
  refers: phrases,
  /** The same, as the last word: before another they point at what is said now. */
  refersAtTheEnd: phrases,
  /** Words of doing something with what was found, or about who is in danger: after an emergency they are said of it. */
  afterDanger: phrases,
  negations: phrases,
  /** Words that say nothing when a choice is typed. */
  fillers: phrases,
  /** Ways of saying which button, first to fourth. */
  places: z.array(phrases),
  /** Concepts of `words.json`: platforms between which no rule makes a difference. */
  platforms: phrases,
  platformFillers: phrases,
  platformWords: phrases,
  /** Beginnings of the ids of rules that are about what is done, wherever it is done. */
  platformFreeSections: phrases,
  platformNote: z.string(),
  noReason: z.string(),
  noRule: z.string(),
  forgotten: z.string(),
  nothingToForget: z.string(),
});
export type FollowUpContent = Readonly<z.infer<typeof content>>;

/** What a message is in the light of the last question. */
export type Following =
  /** It stands by itself. */
  | { readonly kind: 'own' }
  /** It asks for the reason of the last answer. */
  | { readonly kind: 'why' }
  /** The same, on another platform. */
  | { readonly kind: 'same' }
  /** It picks one of the open choices, or changes who, where, when or whose. */
  | { readonly kind: 'turned'; readonly situation: Situation };

/** The words by which a message shows that it goes on from the last. */
export type FollowUpWords = {
  readonly content: FollowUpContent;
  /** By its words alone: whether it is worth knowing what was asked before. */
  mayFollow(message: string): boolean;
  isForget(message: string): boolean;
  isWhy(message: string): boolean;
  /** The message without the words that only say that it goes on. */
  kernel(message: string): string;
  refersBack(message: string): boolean;
  /** It begins as one that goes on, or refers back. */
  pointsBack(message: string): boolean;
  /** Whether it is said of an emergency, where it comes after one. */
  isOfDanger(message: string): boolean;
  denies(message: string): boolean;
  /** Nothing in it but the name of a platform between which the rules make no difference. */
  isPlatformOnly(message: string): boolean;
  /** Whether it has a word that says something by itself. */
  isTelling(message: string): boolean;
  /** Which of the labels is meant, by number or by name; `null` where none or more than one is. */
  choiceIn(message: string, labels: readonly string[]): number | null;
};

/** Messages longer than this are questions of their own unless they begin like one that goes on. Words. */
const SHORT = 9;
/** Longer than this, a message says all that is needed, however it begins. Words. */
const LONGEST_FOLLOW_UP = 18;

/** @throws where content is not as it should be */
export function readFollowUpWords(stored: unknown, { reader }: Pick<Mind, 'reader'>): FollowUpWords {
  const words = content.parse(stored);
  const spoken = (list: readonly string[]): ReadonlySet<string> => new Set(list.map(plain));
  const longestFirst = (list: readonly string[]): readonly string[] =>
    [...spoken(list)].sort((one, other) => other.length - one.length);
  const leadIns = longestFirst(words.leadIns);
  const marks = longestFirst(words.marks);
  const [why, forget, refers, negations] = [words.why, words.forget, words.refers, words.negations].map(spoken) as [
    ReadonlySet<string>,
    ReadonlySet<string>,
    ReadonlySet<string>,
    ReadonlySet<string>,
  ];
  const afterDanger = spoken(words.afterDanger);
  const refersAtTheEnd = spoken(words.refersAtTheEnd);
  const fillers = new Set(words.fillers.flatMap(split));
  const platformFillers = new Set(words.platformFillers.flatMap(split));
  const platformWords = new Set([...words.platformWords.flatMap(split)]);
  const platforms = new Set(words.platforms);
  const places = words.places.map((ways) => new Set(ways));
  const begins = (text: string, list: readonly string[]): string | undefined =>
    list.find((phrase) => text === phrase || text.startsWith(`${phrase} `));

  const kernel = (message: string): string => {
    let rest = plain(message);
    for (let lead = begins(rest, leadIns); lead !== undefined; lead = begins(rest, leadIns)) {
      rest = rest.slice(lead.length).trim();
    }
    return rest;
  };
  const isPlatform = (word: string): boolean => reader.read(word).concepts.some((concept) => platforms.has(concept));
  const stemsOf = (text: string): readonly string[] =>
    reader.read(
      split(text)
        .filter((word) => !fillers.has(word))
        .join(' '),
    ).stems;
  const courtesies = /^(?:ok|okay|hmm+|but|and|so|right|sorry|oh|then|er+m*|well|ah) /;
  const bare = (message: string): string => {
    let text = plain(message).replace(/ (?:please|then|though|tho|exactly|again|really|pls)$/, '');
    while (courtesies.test(text)) text = text.replace(courtesies, '');
    return text;
  };
  const among = (message: string, set: ReadonlySet<string>): boolean =>
    set.has(plain(message)) || set.has(bare(message));
  const fragments = longestFirst(words.fragments);
  const isMarked = (message: string): boolean => {
    const text = plain(message);
    return begins(text, marks) !== undefined || (begins(text, fragments) !== undefined && split(text).length <= 5);
  };

  const refersBack = (message: string): boolean => {
    const said = split(message);
    return said.some((word) => refers.has(word)) || refersAtTheEnd.has(said.at(-1) ?? '');
  };
  const pointsBack = (message: string): boolean => isMarked(message) || refersBack(message);

  return {
    content: words,
    mayFollow(message) {
      const length = split(message).length;
      return length > 0 && (length <= SHORT || (length <= LONGEST_FOLLOW_UP && isMarked(message)));
    },
    isForget: (message) => among(message, forget),
    isWhy: (message) => among(message, why),
    kernel,
    refersBack,
    pointsBack,
    isOfDanger: (message) => pointsBack(message) || split(message).some((word) => afterDanger.has(word)),
    isTelling: (message) => split(message).some((word) => !fillers.has(word)),
    denies: (message) => split(message.replace(/^\s*no\b/i, '')).some((word) => negations.has(word)),
    isPlatformOnly(message) {
      const left = split(message).filter((word) => !platformFillers.has(word));
      const named = left.every(isPlatform) && left.length > 0;
      return named || (left.length === 0 && split(message).some((word) => platformWords.has(word)));
    },
    choiceIn(message, labels) {
      const said = split(message);
      const exactly = labels.findIndex((label) => plain(label) === plain(message));
      if (exactly >= 0) return exactly;
      const telling = said.filter((word) => word === 'one' || !fillers.has(word));
      const order = telling.length > 1 ? telling.filter((word) => word !== 'one') : telling;
      const [only] = order;
      if (order.length === 1 && only !== undefined) {
        const at = only === 'last' ? labels.length - 1 : places.findIndex((ways) => ways.has(only));
        if (at >= 0) return at < labels.length ? at : null;
      }
      const stems = stemsOf(said.filter((word) => !negations.has(word)).join(' '));
      if (stems.length === 0) return null;
      const fits = labels
        .map((label, at) => ({ at, stems: stemsOf(label) }))
        .filter((label) => stems.every((stem) => label.stems.includes(stem)))
        .sort((one, other) => one.stems.length - other.stems.length);
      const [best, second] = fits;
      return best && best.stems.length !== second?.stems.length ? best.at : null;
    },
  };
}

/** Lower case, without stops and marks; apostrophes stay. */
const plain = (text: string): string => split(text).join(' ');

export type FollowingPlan = {
  /** How much the new message by itself counts beside the message read together with the last topic. */
  readonly alone: number;
  /** How much of what the last topic says by itself is taken away again. */
  readonly topic: number;
  /** What kinship with the last situation adds, for each degree of it. */
  readonly kin: number;
  /** What staying with the very same situation costs: a message that changes nothing would not have been written. */
  readonly staying: number;
  /** Logarithm of how much likelier leave has to be than everything cautious. */
  readonly allowedLead: number;
  /** From this likelihood a message without any mark of going on stands by itself; with a mark, and with one that points back. */
  readonly sure: number;
  readonly sureThough: number;
  /** The same for danger that is heard in so few words. */
  readonly few: number;
  readonly sureOfFew: number;
};

/** Settled on the open half of test/core/policy/followUps. */
export const FOLLOWING: FollowingPlan = {
  alone: 1.2,
  topic: 0.3,
  kin: 1,
  staying: 3.5,
  allowedLead: 4,
  sure: 0.9,
  sureThough: 0.97,
  few: 4,
  sureOfFew: 0.9,
};

const CAUTIOUS = new Set(['prohibited', 'report', 'ask-headteacher', 'required', 'emergency']);

/** What a sentence encoder is to place for it: the message by itself, the last topic, and the two together. */
export type LightTexts = { readonly kernel: string; readonly topic: string; readonly together: string };
/** Where they stand; `null` where no encoder said so. */
export type LightPlaces = { readonly [T in keyof LightTexts]: Float32Array | null };
export const NOT_PLACED: LightPlaces = { kernel: null, topic: null, together: null };

export function lightTexts(message: string, { brief }: Situation, words: FollowUpWords): LightTexts {
  const kernel = words.kernel(message);
  return { kernel, topic: brief, together: `${brief} ${kernel}` };
}

/**
 * Whether what a message is in the light of the last topic is read with the places of the two. It is not where its words
 * settle it: then danger that the two make together is listened for by words.
 */
export function needsPlaces(message: string, alone: Understanding, topic: Situation, words: FollowUpWords): boolean {
  if (words.isWhy(message) || words.isPlatformOnly(message)) return false;
  if (isOff(topic) && alone.because !== 'alarm words') return false;
  if (words.pointsBack(message)) return true;
  if (topic.verdict === 'emergency' && words.isOfDanger(message)) return true;
  return !alone.sureByWords || !standsAlone(message, alone, false, words, FOLLOWING);
}

/**
 * What a message is in the light of the last question. Where it stands by itself, an emergency above all, the last question
 * is left out of it. Leave is read out of a follow-up only where the words fit that very situation.
 *
 * @param alone   what the message was taken for by itself
 * @param places  of the texts of `lightTexts`
 */
export function followUp(
  message: string,
  last: LastAsked,
  alone: Understanding,
  policy: Policy,
  mind: Mind,
  words: FollowUpWords,
  places = NOT_PLACED,
  plan = FOLLOWING,
): Following {
  const own: Following = { kind: 'own' };
  const topic = policy.situations.get(last.situation);
  if (!topic) return own;
  const light: Light = { mind, texts: lightTexts(message, topic, words), places };
  if (alone.because === 'alarm words') return whoseDanger(message, alone.chosen, topic, policy, light, words) ?? own;
  if (words.isWhy(message)) return { kind: 'why' };
  const chosen = choiceOf(message, last, policy, words);
  if (chosen) return turned(chosen);
  if (!words.mayFollow(message) || isOff(topic) || /^[\d\s]*$/.test(words.kernel(message))) return own;
  if (words.isPlatformOnly(message) && isPlatformFree(topic, words)) return { kind: 'same' };
  const kin = kinshipWith(topic, policy);
  const inItsLight = turn(message, topic, kin, policy, light, words, plan);
  if (alone.chosen.verdict === 'emergency') {
    const few = split(light.texts.kernel).length <= plan.few;
    const likely = !few || likelihoodOf(alone) >= plan.sureOfFew;
    if (likely || topic.verdict === 'emergency')
      return whoseDanger(message, alone.chosen, topic, policy, light, words) ?? own;
    // A few words may sound of danger by chance. They count as danger unless, with what was asked before, they do not.
    const together = understand(light.texts.together, policy, mind, places.together).chosen;
    if (together.verdict === 'emergency') return turned(together);
  }
  if (inItsLight?.verdict === 'emergency' && topic.verdict !== 'emergency') return turned(inItsLight);
  // "Should I take a copy?" would be answered by the rule on screen grabs, after a picture that nobody may copy.
  const ofDanger = topic.verdict === 'emergency' && words.isOfDanger(message);
  const related = inItsLight !== null && kin(inItsLight) > 0;
  if (!ofDanger && standsAlone(message, alone, related, words, plan)) return own;
  // Who is in danger is changed only by words that turn to another: "and if it was a colleague?"
  const toAnother = inItsLight?.emergency !== topic.emergency && !words.pointsBack(message);
  if (inItsLight && !(ofDanger && toAnother)) return turned(inItsLight);
  return topic.verdict === 'emergency' ? turned(topic) : own;
}

/** "She says she wants to die": whether she is a child is said by what was asked before. Danger it is in any case. */
function whoseDanger(
  message: string,
  heard: Situation,
  topic: Situation,
  policy: Policy,
  { mind, texts, places }: Light,
  words: FollowUpWords,
): Following | null {
  if (topic.verdict === 'emergency' || heard.emergency === 'threat to people on site') return null;
  if (!words.mayFollow(message) || !words.refersBack(message)) return null;
  if (mind.reader.read(message).concepts.some((concept) => concept.startsWith('who-'))) return null;
  const both = logarithms(texts.together, places.together, mind);
  const dangers = mind.model.situations.flatMap((id, place) => {
    const situation = policy.situations.get(id);
    return situation?.emergency === 'child at risk' || situation?.emergency === 'adult at risk'
      ? [{ situation, score: both[place] ?? -Infinity }]
      : [];
  });
  const [likeliest] = dangers.sort((one, other) => other.score - one.score);
  return likeliest && likeliest.situation.emergency !== heard.emergency ? turned(likeliest.situation) : null;
}

type Light = { readonly mind: Mind; readonly texts: LightTexts; readonly places: LightPlaces };

const turned = (situation: Situation): Following => ({ kind: 'turned', situation });
/** Nothing that the policy has a rule for, near or far. */
const isOff = ({ cites, verdict }: Situation): boolean => cites.length === 0 && verdict !== 'emergency';
const isPlatformFree = ({ cites }: Situation, { content: { platformFreeSections } }: FollowUpWords): boolean =>
  platformFreeSections.some((section) => cites[0]?.startsWith(section));

function choiceOf(
  message: string,
  { situation, open }: LastAsked,
  policy: Policy,
  words: FollowUpWords,
): Situation | null {
  const choices = policy.situations
    .get(situation)
    ?.clarify?.choices.filter((choice) => open.includes(choice.situation));
  if (!choices || choices.length === 0) return null;
  const at = words.choiceIn(
    message,
    choices.map(({ label }) => label),
  );
  const choice = at === null ? undefined : choices[at];
  if (!choice) return null;
  // "She isn't a pupil" leaves the question where it was.
  const denied = words.denies(message) && !words.denies(choice.label);
  return policy.situations.get(denied ? situation : choice.situation) ?? null;
}

/** @param related  what it would be in the light of the last question is kin to that */
function standsAlone(
  message: string,
  alone: Understanding,
  related: boolean,
  words: FollowUpWords,
  plan: FollowingPlan,
): boolean {
  if (alone.because === 'nothing likely' || alone.chosen.id === 'off-nonsense') return false;
  // "Can I?" asks nothing by itself.
  if (!words.isTelling(message)) return false;
  const likelihood = likelihoodOf(alone);
  const { length } = split(message);
  const refers = words.refersBack(message);
  if (words.pointsBack(message)) {
    return likelihood >= plan.sureThough && length > 4 && !(refers && related);
  }
  return likelihood >= (length > 4 ? plan.sure / 2 : plan.sure);
}

/** Of its rule and verdict, as an answer is chosen. */
function likelihoodOf({ ranked, chosen }: Understanding): number {
  return ranked
    .filter(({ situation }) => situation.verdict === chosen.verdict && situation.cites[0] === chosen.cites[0])
    .reduce((sum, { likelihood }) => sum + likelihood, 0);
}

/** The situation that the message and the last topic make together; `null` where that would be leave by staying. */
function turn(
  message: string,
  topic: Situation,
  kin: (other: Situation) => number,
  policy: Policy,
  { mind, texts: { kernel, together }, places }: Light,
  words: FollowUpWords,
  plan: FollowingPlan,
): Situation | null {
  if (kernel === '') return null;
  const rungBy = (text: string): string | undefined => mind.alarms.find(mind.reader.read(text))?.situation;
  const rung = rungBy(together);
  const alarm = rung === rungBy(topic.brief) ? undefined : rung;
  if (alarm !== undefined) return policy.situations.get(alarm) ?? null;
  const both = logarithms(together, places.together, mind);
  const byItself = logarithms(kernel, places.kernel, mind);
  const before = ofTopic(topic, places.topic, mind);
  // "Can I?" names nothing that could be permitted.
  const mayBeLeave = words.isTelling(kernel) && !words.denies(message);
  let best: Scored | null = null;
  let cautious: Scored | null = null;
  for (const [place, id] of mind.model.situations.entries()) {
    const situation = policy.situations.get(id);
    if (!situation || isOff(situation)) continue;
    if (topic.verdict === 'emergency' && situation.verdict !== 'emergency') continue;
    if (isLeave(situation) && (situation === topic || !mayBeLeave)) continue;
    const at = (from: Float32Array): number => from[place] ?? 0;
    const related = at(both) + plan.alone * at(byItself) - plan.topic * at(before) + plan.kin * kin(situation);
    const score = situation === topic ? related - plan.staying : related;
    if (best === null || score > best.score) best = { situation, score };
    if (CAUTIOUS.has(situation.verdict) && (cautious === null || score > cautious.score))
      cautious = { situation, score };
  }
  if (!best || !isLeave(best.situation)) return best?.situation ?? null;
  return cautious && best.score < cautious.score + plan.allowedLead ? cautious.situation : best.situation;
}

type Scored = { readonly situation: Situation; readonly score: number };

/** Content's own briefs never change: each is read once, with the encoder and without. */
const topics = new WeakMap<Mind, Map<string, Float32Array>>();

function ofTopic({ id, brief }: Situation, place: Float32Array | null, mind: Mind): Float32Array {
  const known = topics.get(mind) ?? new Map<string, Float32Array>();
  topics.set(mind, known);
  const key = place === null ? id : `${id} placed`;
  const read = known.get(key) ?? logarithms(brief, place, mind);
  known.set(key, read);
  return read;
}

/** 3: offered as a choice, or by one of the choices, or beside it; 2: the same rule first; 1: a rule in common. */
function kinshipWith(topic: Situation, policy: Policy): (other: Situation) => number {
  const choicesOf = (one: Situation | undefined): readonly string[] =>
    one?.clarify?.choices.map(({ situation }) => situation) ?? [];
  const own = choicesOf(topic);
  const offered = new Set([...own, ...own.flatMap((id) => choicesOf(policy.situations.get(id)))]);
  for (const asking of policy.situations.values()) {
    const ids = choicesOf(asking);
    if (ids.includes(topic.id)) for (const id of ids) offered.add(id);
  }
  return (other) => {
    if (other === topic) return 0;
    const [first] = topic.cites;
    const rules =
      first !== undefined && first === other.cites[0]
        ? 2
        : topic.cites.some((rule) => other.cites.includes(rule))
          ? 1
          : 0;
    return rules + (offered.has(other.id) ? 3 : 0);
  };
}
