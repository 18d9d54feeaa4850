import type { EmergencyKind } from './answer.ts';
import { featuresOf } from './features.ts';
import type { Model } from './model.ts';
import type { Policy, Situation } from './policy.ts';
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

/** What a question was taken for, and why: for `--why`, for tests, and for nobody's log. */
export type Understanding = {
  readonly reading: Reading;
  /** Most likely first, with how likely each is (0 to 1). */
  readonly ranked: readonly { readonly situation: Situation; readonly likelihood: number }[];
  readonly chosen: Situation;
  /** How it came to be chosen. */
  readonly because: 'alarm words' | 'likely emergency' | 'most likely' | 'nothing likely' | 'not safe to allow';
};

export type UnderstandingPlan = {
  /** An emergency is taken as one from this likelihood, all emergencies added up. */
  readonly emergencyFrom: number;
  /** "Allowed" needs this many times the likelihood of everything that forbids or says ask or report first. */
  readonly allowedLead: number;
  /** The likeliest situation must reach this, or the policy does not say. */
  readonly floor: number;
  /** What is answered where nothing is likely. */
  readonly otherwise: string;
};

/** The first measured on the writers' phrasings, one writer left out at a time; see docs/eval-log.md. */
export const PLAN: UnderstandingPlan = {
  emergencyFrom: 0.35,
  allowedLead: 1.5,
  floor: 0.02,
  otherwise: 'off-nonsense',
};

const FORBIDS = new Set(['prohibited', 'report', 'ask-headteacher', 'emergency']);

/** Adds up likelihoods by first rule and verdict: five ways of asking about one rule speak with one voice. */
export function understand(
  question: string,
  policy: Policy,
  { reader, model, alarms }: { readonly reader: Reader; readonly model: Model; readonly alarms: Alarms },
  plan: UnderstandingPlan = PLAN,
): Understanding {
  const reading = reader.read(question);
  const likelihoods = model.likelihoods(featuresOf(reading));
  const ranked = model.situations
    .flatMap((id, place) => {
      const situation = policy.situations.get(id);
      return situation ? [{ situation, likelihood: likelihoods[place] ?? 0 }] : [];
    })
    .sort((one, other) => other.likelihood - one.likelihood);
  const choose = (because: Understanding['because'], chosen: Situation | undefined): Understanding | null =>
    chosen ? { reading, ranked: ranked.slice(0, 10), chosen, because } : null;

  const alarm = alarms.find(reading);
  const emergencies = ranked.filter(({ situation }) => situation.verdict === 'emergency');
  if (alarm) {
    const kind = policy.situations.get(alarm)?.emergency;
    const likeliest = emergencies.find(({ situation, likelihood }) => situation.emergency === kind && likelihood > 0.1);
    const found = choose('alarm words', likeliest?.situation ?? policy.situations.get(alarm));
    if (found) return found;
  }
  if (sum(emergencies) >= plan.emergencyFrom) {
    const kinds = new Map<EmergencyKind | undefined, number>();
    for (const { situation, likelihood } of emergencies)
      kinds.set(situation.emergency, (kinds.get(situation.emergency) ?? 0) + likelihood);
    const kind = [...kinds].sort(([, one], [, other]) => other - one)[0]?.[0];
    const found = choose(
      'likely emergency',
      emergencies.find(({ situation }) => situation.emergency === kind)?.situation,
    );
    if (found) return found;
  }
  const calm = ranked.filter(({ situation }) => situation.verdict !== 'emergency');
  const groups = new Map<string, number>();
  for (const { situation, likelihood } of calm)
    groups.set(voiceOf(situation), (groups.get(voiceOf(situation)) ?? 0) + likelihood);
  const loudest = [...groups].sort(([, one], [, other]) => other - one)[0];
  const best = calm.find(({ situation }) => voiceOf(situation) === loudest?.[0]);
  if (!best || !loudest || loudest[1] < plan.floor) {
    const otherwise = policy.situations.get(plan.otherwise);
    if (!otherwise) throw new Error(`Situation "${plan.otherwise}" is not there`);
    return { reading, ranked: ranked.slice(0, 10), chosen: otherwise, because: 'nothing likely' };
  }
  if (best.situation.verdict === 'allowed') {
    const against = ranked.filter(({ situation }) => FORBIDS.has(situation.verdict));
    const cautious = against[0];
    if (cautious && loudest[1] < plan.allowedLead * sum(against))
      return { reading, ranked: ranked.slice(0, 10), chosen: cautious.situation, because: 'not safe to allow' };
  }
  return { reading, ranked: ranked.slice(0, 10), chosen: best.situation, because: 'most likely' };
}

/** Everything that is not covered speaks with one voice, and so do the situations of one rule and verdict. */
const voiceOf = ({ verdict, cites }: Situation): string =>
  verdict === 'not-covered' ? verdict : `${cites[0] ?? ''} ${verdict}`;

const sum = (items: readonly { readonly likelihood: number }[]): number =>
  items.reduce((total, { likelihood }) => total + likelihood, 0);

/** Finds the alarm patterns in a reading; phrases are compared by their stems. */
export function alarmBell(patterns: readonly AlarmPattern[], reader: Reader): Alarms {
  const stemmed = (phrase: string): string => ` ${reader.read(phrase).stems.join(' ')} `;
  const ready = patterns.map(({ situation, groups, never }) => ({
    situation,
    groups: groups.map((group) => group.map(stemmed)),
    never: never.map(stemmed),
  }));
  return {
    find(reading) {
      const said = ` ${reading.stems.join(' ')} `;
      const rung = ready.find(
        ({ groups, never }) =>
          groups.every((group) => group.some((phrase) => said.includes(phrase))) &&
          !never.some((phrase) => said.includes(phrase)),
      );
      return rung?.situation ?? null;
    },
  };
}
