import { EMERGENCIES, type EmergencyKind } from './answer.ts';
import { featuresOf } from './features.ts';
import type { Model } from './model.ts';
import type { Policy, Situation } from './policy.ts';
import { softmax } from './train.ts';
import type { Foreign, Reader, Reading } from './words.ts';

/**
 * Word patterns that mean danger whatever the rest says: found where every group has a word or phrase in the question and
 * `never` has none. They are content, so that a missed one is mended without code.
 */
export type AlarmPattern = {
  readonly situation: string;
  readonly groups: readonly (readonly string[])[];
  readonly never: readonly string[];
  /** Its words say who is in danger, child or adult: then nothing else in the question says otherwise. */
  readonly saysWho?: boolean | undefined;
};

/** The situation that alarm words ring for. */
export type Rung = { readonly situation: string; readonly saysWho: boolean };
export type Alarms = { find(reading: Reading): Rung | null };

/** Everything that a question is understood by. */
export type Mind = {
  readonly reader: Reader;
  readonly model: Model;
  readonly alarms: Alarms;
  /** How often each of the model's situations is asked about: logarithms. */
  readonly askedOften: Float32Array;
};

/** The ways in which a question is read. */
export type ReadingName = 'what was learnt of words' | 'sentence encoder';

export type Likely = { readonly situation: Situation; readonly likelihood: number };

/** What a question was taken for, and why: for `--why` and for tests, and for nobody's log. */
export type Understanding = {
  readonly reading: Reading;
  /** The ten most likely, most likely first. */
  readonly ranked: readonly Likely[];
  /** What each reading would have taken it for by itself, most likely first. */
  readonly heard: readonly { readonly by: ReadingName; readonly likeliest: readonly Likely[] }[];
  /** The words alone left no doubt: the sentence encoder was not asked. */
  readonly sureByWords: boolean;
  readonly chosen: Situation;
  /** How it came to be chosen. */
  readonly because:
    'alarm words' | 'likely emergency' | 'most likely' | 'nothing likely' | 'not safe to allow' | 'another language';
};

export type UnderstandingPlan = {
  /** How much the sentence encoder counts beside what was learnt of words, where it is there; 0 to 1. */
  readonly encoderShare: number;
  /** How far apart likely and unlikely are pulled before likelihoods are added up: with the encoder, and without. */
  readonly sharpness: number;
  readonly sharpnessAlone: number;
  /** How much it counts how often a situation is asked about, beside what is pulled apart. */
  readonly askedWeight: number;
  /** From this likelihood of the loudest rule by its words alone, the encoder is not asked. */
  readonly sureByWords: number;
  /** So likely must the chosen situation itself be: it decides the headline and the next steps. */
  readonly sureOfSituation: number;
  /** It is asked all the same where all emergencies by the words alone, not pulled apart, add up to this. */
  readonly calmBelow: number;
  /** An emergency is taken as one from this likelihood, all emergencies added up. */
  readonly emergencyFrom: number;
  /** "Allowed", with conditions or not, needs this many times the likelihood of everything that forbids or says ask or report first. */
  readonly allowedLead: number;
  /** The loudest rule must reach this, or the policy does not say. */
  readonly floor: number;
  /** What is answered where nothing is likely. */
  readonly otherwise: string;
  /** What is answered where it is in another language than the policy. */
  readonly foreign: string;
};

/** Settled on writers who were left out, and on other writers' questions; see docs/eval-log.md. */
export const PLAN: UnderstandingPlan = {
  encoderShare: 0.5,
  sharpness: 1.75,
  sharpnessAlone: 2,
  askedWeight: 1.3,
  sureByWords: 0.98,
  sureOfSituation: 0.9,
  calmBelow: 0.01,
  emergencyFrom: 0.15,
  allowedLead: 10,
  floor: 0.05,
  otherwise: 'off-nonsense',
  foreign: 'off-nonsense',
};

const FORBIDS = new Set(['prohibited', 'report', 'ask-headteacher', 'emergency']);

/** A question with all that its words tell, before the encoder is asked. */
export type Begun = {
  readonly reading: Reading;
  /** What the alarm words ring for. */
  readonly rung: Rung | null;
  /** Whether it seems to be in another language. */
  readonly foreign: Foreign | null;
  /** How likely each of the model's situations is by what was learnt of words. */
  readonly learnt: Float32Array;
};

export function begin(question: string, { reader, model, alarms }: Mind): Begun {
  const reading = reader.read(question);
  return {
    reading,
    rung: alarms.find(reading),
    foreign: reader.foreignIn(reading),
    learnt: model.likelihoods(featuresOf(reading)),
  };
}

/**
 * What a question is where its words leave no doubt, so that the encoder need not be asked. `null`: it must be. So it is
 * wherever an emergency is thinkable, for the encoder knows dangers that nobody put into these words.
 */
export function understandByWords(begun: Begun, policy: Policy, mind: Mind, plan = PLAN): Understanding | null {
  const voices = voicesOf(policy, mind.model);
  if (begun.rung !== null || sumOf({ ...voices, likelihoods: begun.learnt }, isEmergency) >= plan.calmBelow)
    return null;
  const said = heardIn(begun, null, mind, plan);
  const voice = loudestCalm({ ...voices, likelihoods: said.likelihoods });
  if (voice === null || voice.likelihood < plan.sureByWords) return null;
  const understood = decided(begun, said, policy, voices, plan);
  const [likeliest] = understood.ranked;
  const sure = understood.because === 'most likely' && (likeliest?.likelihood ?? 0) >= plan.sureOfSituation;
  return sure ? { ...understood, sureByWords: true } : null;
}

/**
 * Adds up likelihoods by first rule and verdict: five ways of asking about one rule speak with one voice.
 *
 * @param place  of the question among English sentences; `null` where no encoder gave one
 */
export function understandWith(
  begun: Begun,
  policy: Policy,
  mind: Mind,
  place: Float32Array | null,
  plan = PLAN,
): Understanding {
  return decided(begun, heardIn(begun, place, mind, plan), policy, voicesOf(policy, mind.model), plan);
}

/** Both steps at once, for who has the place already. */
export const understand = (
  question: string,
  policy: Policy,
  mind: Mind,
  place: Float32Array | null = null,
  plan = PLAN,
): Understanding => understandWith(begin(question, mind), policy, mind, place, plan);

/** What the readings make of a question together. */
type Said = {
  readonly readings: readonly OneReading[];
  /** How likely each situation is. */
  readonly likelihoods: Float32Array;
  /** The same by what was said alone, however often it is asked. */
  readonly bySaying: Float32Array;
};

function heardIn({ learnt }: Begun, place: Float32Array | null, mind: Mind, plan: UnderstandingPlan): Said {
  const readings = readingsOf(learnt, place, mind.model, plan);
  const likelihoods = together(readings, readings.length > 1 ? plan.sharpness : plan.sharpnessAlone);
  const bySaying = likelihoods.slice();
  softmax(bySaying);
  for (let at = 0; at < likelihoods.length; at++) {
    likelihoods[at] = (likelihoods[at] ?? 0) + plan.askedWeight * (mind.askedOften[at] ?? 0);
  }
  softmax(likelihoods);
  return { readings, likelihoods, bySaying };
}

function decided(
  { reading, rung, foreign }: Begun,
  { readings, likelihoods, bySaying }: Said,
  policy: Policy,
  voices: Voices,
  plan: UnderstandingPlan,
): Understanding {
  // A number or a row of signs asks nothing, whatever it reminds of.
  const isSaid = reading.words.some((word) => /\p{L}/u.test(word));
  const found = isSaid
    ? choose(
        rung,
        {
          heard: { likelihoods, ...voices },
          bySaying: { likelihoods: bySaying, ...voices },
          byEach: readings.map((one) => ({ likelihoods: one.likelihoods, ...voices })),
        },
        policy,
        plan,
      )
    : nothingLikely(policy, plan);
  const { chosen, because } = inAnotherLanguage(foreign, found, policy, plan) ?? found;
  return {
    reading,
    ranked: likeliest(likelihoods, voices, 10),
    heard: readings.map((one) => ({ by: one.by, likeliest: likeliest(one.likelihoods, voices, 3) })),
    sureByWords: false,
    chosen,
    because,
  };
}

type OneReading = { readonly by: ReadingName; readonly likelihoods: Float32Array; readonly share: number };

function readingsOf(
  learnt: Float32Array,
  place: Float32Array | null,
  model: Model,
  { encoderShare }: Pick<UnderstandingPlan, 'encoderShare'>,
): readonly OneReading[] {
  const placed = place && model.placed(place);
  if (!placed) return [{ by: 'what was learnt of words', likelihoods: learnt, share: 1 }];
  return [
    { by: 'what was learnt of words', likelihoods: learnt, share: 1 - encoderShare },
    { by: 'sentence encoder', likelihoods: placed, share: encoderShare },
  ];
}

/** A situation is likely where every reading finds it so: logarithms, times `sharpness`. */
function together(readings: readonly OneReading[], sharpness: number): Float32Array {
  const sums = new Float32Array(readings[0]?.likelihoods.length ?? 0);
  for (const { likelihoods, share } of readings) {
    for (let at = 0; at < sums.length; at++) {
      sums[at] = (sums[at] ?? 0) + sharpness * share * Math.log((likelihoods[at] ?? 0) + 1e-7);
    }
  }
  return sums;
}

/** The logarithm of how likely each situation is for a text, by all readings that there are. */
export const logarithms = (
  text: string,
  place: Float32Array | null,
  { reader, model }: Pick<Mind, 'reader' | 'model'>,
): Float32Array => together(readingsOf(model.likelihoods(featuresOf(reader.read(text))), place, model, PLAN), 1);

/** Who speaks with whom, for each place in the model's list of situations. Made once. */
type Voices = {
  /** `null` for one that content no longer has. */
  readonly situations: readonly (Situation | null)[];
  /** Situations of one rule and verdict have one voice: its number. */
  readonly voiceOf: Int32Array;
  readonly voices: number;
};

const made = new WeakMap<Policy, { readonly model: Model; readonly voices: Voices }>();

function voicesOf(policy: Policy, model: Model): Voices {
  const known = made.get(policy);
  if (known?.model === model) return known.voices;
  const numbers = new Map<string, number>();
  const situations = model.situations.map((id) => policy.situations.get(id) ?? null);
  const voiceOf = Int32Array.from(situations, (situation) => {
    const voice = situation ? `${situation.cites[0] ?? situation.id} ${situation.verdict}` : '';
    const number = numbers.get(voice) ?? numbers.size;
    numbers.set(voice, number);
    return number;
  });
  const voices = { situations, voiceOf, voices: numbers.size };
  made.set(policy, { model, voices });
  return voices;
}

/** The first few, most likely first, without putting all in order. */
function likeliest(likelihoods: Float32Array, { situations }: Voices, most: number): Likely[] {
  const found: Likely[] = [];
  for (let at = 0; at < likelihoods.length; at++) {
    const likelihood = likelihoods[at] ?? 0;
    if (found.length === most && likelihood <= (found.at(-1)?.likelihood ?? 0)) continue;
    const situation = situations[at];
    if (!situation) continue;
    let place = found.length;
    while (place > 0 && (found[place - 1]?.likelihood ?? 0) < likelihood) place--;
    found.splice(place, 0, { situation, likelihood });
    if (found.length > most) found.pop();
  }
  return found;
}

type Heard = Voices & { readonly likelihoods: Float32Array };

/** The most likely one of those; `null` where there is none. */
function mostLikely({ situations, likelihoods }: Heard, among: (situation: Situation, at: number) => boolean) {
  let best: Likely | null = null;
  let most = -1;
  for (let at = 0; at < likelihoods.length; at++) {
    const [situation, likelihood] = [situations[at], likelihoods[at] ?? 0];
    if (!situation || likelihood <= most || !among(situation, at)) continue;
    most = likelihood;
    best = { situation, likelihood };
  }
  return best;
}

function sumOf({ situations, likelihoods }: Heard, among: (situation: Situation) => boolean): number {
  let sum = 0;
  for (let at = 0; at < likelihoods.length; at++) {
    const situation = situations[at];
    if (situation && among(situation)) sum += likelihoods[at] ?? 0;
  }
  return sum;
}

const isEmergency = ({ verdict }: Situation): boolean => verdict === 'emergency';
const forbids = ({ verdict }: Situation): boolean => FORBIDS.has(verdict);
/** Allowed, with conditions or without. */
export const isLeave = ({ verdict }: Situation): boolean =>
  verdict === 'allowed' || verdict === 'allowed-with-conditions';

function nothingLikely(policy: Policy, plan: UnderstandingPlan): Pick<Understanding, 'chosen' | 'because'> {
  const otherwise = policy.situations.get(plan.otherwise);
  if (!otherwise) throw new Error(`Situation "${plan.otherwise}" is not there`);
  return { chosen: otherwise, because: 'nothing likely' };
}

/** `null`: it is not, or may be danger in bad typing, or the policy has no answer for it. */
function inAnotherLanguage(
  foreign: Foreign | null,
  found: Pick<Understanding, 'chosen'>,
  policy: Policy,
  plan: UnderstandingPlan,
): Pick<Understanding, 'chosen' | 'because'> | null {
  const chosen = policy.situations.get(plan.foreign);
  if (!chosen || foreign === null || (foreign === 'in other words' && isEmergency(found.chosen))) return null;
  return { chosen, because: 'another language' };
}

/** The same question as heard altogether, by what was said alone, and by each reading alone. */
type Hearings = { readonly heard: Heard; readonly bySaying: Heard; readonly byEach: readonly Heard[] };

function choose(
  alarm: Rung | null,
  { heard, bySaying, byEach }: Hearings,
  policy: Policy,
  plan: UnderstandingPlan,
): Pick<Understanding, 'chosen' | 'because'> {
  const rung = policy.situations.get(alarm?.situation ?? '');
  if (rung) {
    const alike = mostLikely(heard, ({ emergency }) => emergency !== undefined && emergency === rung.emergency);
    if (alike && alike.likelihood > 0.1) return { chosen: alike.situation, because: 'alarm words' };
    if (alarm?.saysWho) return { chosen: rung, because: 'alarm words' };
    // "Better off dead" does not tell who is meant; the rest of the question may, beyond doubt.
    const surer = mostLikely(heard, isEmergency);
    return { chosen: surer && surer.likelihood > 0.5 ? surer.situation : rung, because: 'alarm words' };
  }
  // Danger is heard in what is said, however seldom it is asked about.
  const dangers = [heard, bySaying].find((one) => sumOf(one, isEmergency) >= plan.emergencyFrom);
  if (dangers) {
    const kind = loudestEmergency(dangers);
    const best = kind && mostLikely(dangers, ({ emergency }) => emergency === kind);
    if (best) return { chosen: best.situation, because: 'likely emergency' };
  }
  const voice = loudestCalm(heard);
  const best = voice && mostLikely(heard, (one, at) => heard.voiceOf[at] === voice.number && !isEmergency(one));
  if (!best || voice.likelihood < plan.floor) {
    return nothingLikely(policy, plan);
  }
  if (isLeave(best.situation)) {
    const cautious = mostLikely(heard, forbids);
    const leads = voice.likelihood >= plan.allowedLead * sumOf(heard, forbids);
    // Two readings that are unsure in different ways can look sure together: neither may find it forbidden by itself.
    const isSafe = leads && byEach.every((one) => sumOf(one, isLeave) >= sumOf(one, forbids));
    if (cautious && !isSafe) return { chosen: cautious.situation, because: 'not safe to allow' };
  }
  return { chosen: best.situation, because: 'most likely' };
}

function loudestEmergency(heard: Heard): EmergencyKind | null {
  let [loudest, most]: [EmergencyKind | null, number] = [null, -1];
  for (const kind of EMERGENCIES) {
    const loud = sumOf(heard, ({ emergency }) => emergency === kind);
    if (loud > most) [loudest, most] = [kind, loud];
  }
  return loudest;
}

function loudestCalm({ situations, likelihoods, voiceOf, voices }: Heard) {
  const sums = new Float64Array(voices);
  for (let at = 0; at < likelihoods.length; at++) {
    const situation = situations[at];
    const voice = voiceOf[at] ?? 0;
    if (situation && !isEmergency(situation)) sums[voice] = (sums[voice] ?? 0) + (likelihoods[at] ?? 0);
  }
  let number = -1;
  for (let voice = 0; voice < voices; voice++) if ((sums[voice] ?? 0) > (sums[number] ?? 0)) number = voice;
  return number < 0 ? null : { number, likelihood: sums[number] ?? 0 };
}

/** Finds the alarm patterns, word for word: what has the same stem may be harmless, as "Miss" beside "missing". */
export function alarmBell(patterns: readonly AlarmPattern[], reader: Reader): Alarms {
  const spoken = (phrase: string): string => ` ${reader.read(phrase).words.join(' ')} `;
  const ready = patterns.map(({ situation, groups, never, saysWho = false }) => ({
    situation,
    saysWho,
    groups: groups.map((group) => group.map(spoken)),
    never: never.map(spoken),
  }));
  return {
    find(reading) {
      const said = ` ${reading.words.join(' ')} `;
      const rung = ready.find(
        ({ groups, never }) =>
          groups.every((group) => group.some((phrase) => said.includes(phrase))) &&
          !never.some((phrase) => said.includes(phrase)),
      );
      return rung ?? null;
    },
  };
}
