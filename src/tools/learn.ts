import { type Known, PLACING, type PlaceLesson, placeLesson, TRAINING, wordLesson } from '../core/policy/learning.ts';
import { pack, type Packed } from '../core/policy/model.ts';
import { plainParts, SHARE_IN_BOTH, tunedParts } from '../core/policy/place.ts';
import { bothReadings, type Placed, type PlaceRows, type PlacingPlan, packPlaces } from '../core/policy/placing.ts';
import type { Policy } from '../core/policy/policy.ts';
import type { Reader } from '../core/policy/words.ts';
import { learnPlacesApart, learnWords } from './learnApart.ts';

/** What is learnt from. */
export type Lessons = {
  readonly policy: Policy;
  readonly known: readonly Known[];
  readonly reader: Reader;
  readonly fingerprint: string;
};

/** `placed`: what was learnt from by place; none where there were no places. */
export type Learnt = { readonly packed: Packed; readonly placed: readonly Placed[]; readonly took: string };

/**
 * Learns both readings, words and places side by side; the same content gives the same, to the byte.
 *
 * @param placesOf  texts among English sentences, in order; `null` to do without
 * @param plans  other than the usual, in tests only
 */
export async function learn(
  { policy, known, reader, fingerprint }: Lessons,
  placesOf: ((texts: readonly string[]) => Promise<readonly Float32Array[]>) | null,
  plans = { words: TRAINING, places: PLACING },
): Promise<Learnt> {
  const began = performance.now();
  const since = (): string => `${((performance.now() - began) / 1000).toFixed(1)} s`;
  const ids = [...policy.situations.keys()];
  const timed = async <T>(work: Promise<T>): Promise<readonly [T, string]> => [await work, since()];
  const words = timed(learnWords(wordLesson(policy, known, reader, plans.words)));
  const places = placesOf && learnBoth(known, placesOf, plans.places, ids.length);
  const [[weights, wordsBy], learnt] = await Promise.all([words, places && timed(places)]);
  if (!learnt) return { packed: pack(weights, ids, fingerprint), placed: [], took: `words learnt after ${wordsBy}` };
  const [{ rows, placed }, placesBy] = learnt;
  const took = `words learnt after ${wordsBy}, places after ${placesBy}`;
  return { packed: pack(weights, ids, fingerprint, packPlaces(rows)), placed, took };
}

async function learnBoth(
  known: readonly Known[],
  placesOf: (texts: readonly string[]) => Promise<readonly Float32Array[]>,
  plan: PlacingPlan,
  situations: number,
): Promise<{ readonly rows: PlaceRows; readonly placed: readonly Placed[] }> {
  const lesson = placeLesson(known, await placesOf(known.map(({ text }) => text)), plan);
  return { rows: await bothReadingsOf(lesson, situations), placed: lesson.examples };
}

/** Learns two readings side by side: of places as the encoder gives them, and with the tuned part. */
async function bothReadingsOf({ examples, plan }: PlaceLesson, situations: number): Promise<PlaceRows> {
  const readingOf = (partsOf: (place: Float32Array) => Float32Array): Promise<PlaceRows> => {
    const read = examples.map(({ place, situation }) => ({ place: partsOf(place), situation }));
    return learnPlacesApart({ examples: read, plan }, situations);
  };
  const [plain, tuned] = await Promise.all([readingOf(plainParts), readingOf(tunedParts)]);
  return bothReadings(plain, tuned, SHARE_IN_BOTH * (examples[0]?.place.length ?? 0));
}
