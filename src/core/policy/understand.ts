import type { EmergencyKind } from './answer.ts';
import { featuresOf } from './features.ts';
import type { Knowledge } from './learning.ts';
import type { Model } from './model.ts';
import type { Policy, Situation } from './policy.ts';
import { softmax } from './train.ts';
import type { Reader, Reading } from './words.ts';

/**
 * Word patterns that mean danger whatever the rest says: found where every group has a word or phrase in the question and
 * `never` has none. They are content, so that a missed one is mended without code.
 */
export type AlarmPattern = {
  readonly situation: string;
  readonly groups: readonly (readonly string[])[];
  readonly never: readonly string[];
};

export type Alarms = { find(reading: Reading): string | null };

/** Everything that a question is understood by. */
export type Mind = {
  readonly reader: Reader;
  readonly knowledge: Knowledge;
  readonly model: Model;
  readonly alarms: Alarms;
};

/** The ways in which a question is read. */
export type ReadingName = 'what was learnt' | 'phrasings alike' | 'sentence encoder';

export type Likely = { readonly situation: Situation; readonly likelihood: number };

/** What a question was taken for, and why: for `--why` and for tests, and for nobody's log. */
export type Understanding = {
  readonly reading: Reading;
  /** Most likely first. */
  readonly ranked: readonly Likely[];
  /** What each reading would have taken it for by itself, most likely first. */
  readonly heard: readonly { readonly by: ReadingName; readonly likeliest: readonly Likely[] }[];
  readonly chosen: Situation;
  /** How it came to be chosen. */
  readonly because: 'alarm words' | 'likely emergency' | 'most likely' | 'nothing likely' | 'not safe to allow';
};

export type UnderstandingPlan = {
  /** How much the trained reading counts beside likeness to known phrasings; 0 to 1. */
  readonly trainedShare: number;
  /** How much the sentence encoder counts beside those two together, where it is there; 0 to 1. */
  readonly encoderShare: number;
  /** How far apart likely and unlikely are pulled before likelihoods are added up: with the encoder, and without. */
  readonly sharpness: number;
  readonly sharpnessAlone: number;
  /** An emergency is taken as one from this likelihood, all emergencies added up. */
  readonly emergencyFrom: number;
  /** "Allowed" needs this many times the likelihood of everything that forbids or says ask or report first. */
  readonly allowedLead: number;
  /** The same for "allowed with conditions". */
  readonly conditionsLead: number;
  /** The loudest rule must reach this, or the policy does not say. */
  readonly floor: number;
  /** What is answered where nothing is likely. */
  readonly otherwise: string;
};

/** Settled by leaving one writer out at a time; see docs/eval-log.md. */
export const PLAN: UnderstandingPlan = {
  trainedShare: 0.5,
  encoderShare: 0.35,
  sharpness: 1.75,
  sharpnessAlone: 1.5,
  emergencyFrom: 0.15,
  allowedLead: 3,
  conditionsLead: 6,
  floor: 0.05,
  otherwise: 'off-nonsense',
};

const FORBIDS = new Set(['prohibited', 'report', 'ask-headteacher', 'emergency']);

/**
 * Adds up likelihoods by first rule and verdict: five ways of asking about one rule speak with one voice.
 *
 * @param place  of the question among English sentences; `null` where no encoder gave one
 */
export function understand(
  question: string,
  policy: Policy,
  mind: Mind,
  place: Float32Array | null = null,
  plan = PLAN,
): Understanding {
  const reading = mind.reader.read(question);
  const readings = readingsOf(reading, place, mind, plan);
  const ranked = inOrder(together(readings, plan), policy, mind);
  const { chosen, because } = choose(reading, ranked, policy, mind.alarms, plan);
  const heard = readings.map(({ by, likelihoods }) => ({ by, likeliest: likeliest(likelihoods, policy, mind, 3) }));
  return { reading, ranked: ranked.slice(0, 10), heard, chosen, because };
}

type OneReading = { readonly by: ReadingName; readonly likelihoods: Float32Array; readonly share: number };

function readingsOf(
  reading: Reading,
  place: Float32Array | null,
  { model, knowledge }: Mind,
  plan: UnderstandingPlan,
): readonly OneReading[] {
  const placed = place && model.placed(place);
  const rest = placed ? 1 - plan.encoderShare : 1;
  return [
    {
      by: 'what was learnt',
      likelihoods: model.likelihoods(featuresOf(reading), knowledge.meaning.of(reading)),
      share: rest * plan.trainedShare,
    },
    {
      by: 'phrasings alike',
      likelihoods: knowledge.likeness.likelihoods(reading),
      share: rest * (1 - plan.trainedShare),
    },
    ...(placed ? [{ by: 'sentence encoder', likelihoods: placed, share: plan.encoderShare } as const] : []),
  ];
}

/** A situation is likely where every reading finds it so. */
function together(readings: readonly OneReading[], plan: UnderstandingPlan): Float32Array {
  const sharpness = readings.length > 2 ? plan.sharpness : plan.sharpnessAlone;
  const sums = new Float32Array(readings[0]?.likelihoods.length ?? 0);
  for (const { likelihoods, share } of readings) {
    for (let at = 0; at < sums.length; at++) {
      sums[at] = (sums[at] ?? 0) + sharpness * share * Math.log((likelihoods[at] ?? 0) + 1e-7);
    }
  }
  softmax(sums);
  return sums;
}

const inOrder = (likelihoods: Float32Array, policy: Policy, { model }: Mind): Likely[] =>
  model.situations
    .flatMap((id, at) => {
      const situation = policy.situations.get(id);
      return situation ? [{ situation, likelihood: likelihoods[at] ?? 0 }] : [];
    })
    .sort((one, other) => other.likelihood - one.likelihood);

/** The first few of that order, without putting all in order. */
function likeliest(likelihoods: Float32Array, policy: Policy, { model }: Mind, most: number): Likely[] {
  const found: Likely[] = [];
  for (const [at, id] of model.situations.entries()) {
    const likelihood = likelihoods[at] ?? 0;
    if (found.length === most && likelihood <= (found.at(-1)?.likelihood ?? 0)) continue;
    const situation = policy.situations.get(id);
    if (situation === undefined) continue;
    const place = found.findIndex((other) => other.likelihood < likelihood);
    found.splice(place < 0 ? found.length : place, 0, { situation, likelihood });
    if (found.length > most) found.pop();
  }
  return found;
}

function choose(
  reading: Reading,
  ranked: readonly Likely[],
  policy: Policy,
  alarms: Alarms,
  plan: UnderstandingPlan,
): Pick<Understanding, 'chosen' | 'because'> {
  const emergencies = ranked.filter(({ situation }) => situation.verdict === 'emergency');
  const rung = policy.situations.get(alarms.find(reading) ?? '');
  if (rung) {
    const alike = emergencies.find(
      ({ situation, likelihood }) => situation.emergency === rung.emergency && likelihood > 0.1,
    );
    return { chosen: alike?.situation ?? rung, because: 'alarm words' };
  }
  if (sum(emergencies) >= plan.emergencyFrom) {
    const kind = loudest(emergencies, ({ emergency }) => emergency as EmergencyKind)?.voice;
    const likeliest = emergencies.find(({ situation }) => situation.emergency === kind);
    if (likeliest) return { chosen: likeliest.situation, because: 'likely emergency' };
  }
  const calm = ranked.filter(({ situation }) => situation.verdict !== 'emergency');
  const voice = loudest(calm, voiceOf);
  const best = calm.find(({ situation }) => voiceOf(situation) === voice?.voice);
  if (!best || !voice || voice.likelihood < plan.floor) {
    const otherwise = policy.situations.get(plan.otherwise);
    if (!otherwise) throw new Error(`Situation "${plan.otherwise}" is not there`);
    return { chosen: otherwise, because: 'nothing likely' };
  }
  const lead = leadFor(best.situation, plan);
  if (lead > 0) {
    const against = ranked.filter(({ situation }) => FORBIDS.has(situation.verdict));
    const cautious = against[0];
    if (cautious && voice.likelihood < lead * sum(against)) {
      return { chosen: cautious.situation, because: 'not safe to allow' };
    }
  }
  return { chosen: best.situation, because: 'most likely' };
}

function leadFor({ verdict }: Situation, plan: UnderstandingPlan): number {
  if (verdict === 'allowed') return plan.allowedLead;
  return verdict === 'allowed-with-conditions' ? plan.conditionsLead : 0;
}

/** The situations of one rule and verdict speak with one voice. */
function voiceOf(situation: Situation): string {
  const known = voices.get(situation);
  if (known !== undefined) return known;
  const { id, verdict, cites } = situation;
  const voice = `${cites[0] ?? id} ${verdict}`;
  voices.set(situation, voice);
  return voice;
}
const voices = new WeakMap<Situation, string>();

function loudest<Voice>(
  items: readonly Likely[],
  of: (situation: Situation) => Voice,
): { readonly voice: Voice; readonly likelihood: number } | null {
  const heard = new Map<Voice, number>();
  for (const { situation, likelihood } of items) {
    const voice = of(situation);
    heard.set(voice, (heard.get(voice) ?? 0) + likelihood);
  }
  let first: readonly [Voice, number] | undefined;
  for (const entry of heard) if (first === undefined || entry[1] > first[1]) first = entry;
  return first ? { voice: first[0], likelihood: first[1] } : null;
}

const sum = (items: readonly Likely[]): number => items.reduce((total, { likelihood }) => total + likelihood, 0);

/** Finds the alarm patterns, word for word: what has the same stem may be harmless, as "Miss" beside "missing". */
export function alarmBell(patterns: readonly AlarmPattern[], reader: Reader): Alarms {
  const spoken = (phrase: string): string => ` ${reader.read(phrase).words.join(' ')} `;
  const ready = patterns.map(({ situation, groups, never }) => ({
    situation,
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
      return rung?.situation ?? null;
    },
  };
}
