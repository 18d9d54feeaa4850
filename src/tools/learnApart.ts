import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import type { PlaceLesson, WordLesson } from '../core/policy/learning.ts';
import { learnPlaces, type PlaceRows } from '../core/policy/placing.ts';
import { train, type Weights } from '../core/policy/train.ts';
import { slopesByRuntime } from '../encoder/slopes.ts';

type Lesson =
  | { readonly of: 'words'; readonly lesson: WordLesson }
  | { readonly of: 'places'; readonly lesson: PlaceLesson; readonly situations: number };

/** Learns in a thread of its own: from words, while sentences are being placed. */
export const learnWords = (lesson: WordLesson): Promise<Weights> => apart({ of: 'words', lesson }) as Promise<Weights>;

/** The same from places. */
export const learnPlacesApart = (lesson: PlaceLesson, situations: number): Promise<PlaceRows> =>
  apart({ of: 'places', lesson, situations }) as Promise<PlaceRows>;

function apart(what: Lesson): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const thread = new Worker(new URL(import.meta.url), { workerData: what, execArgv: ['--no-warnings'] });
    thread.once('message', resolve);
    thread.once('error', reject);
  });
}

async function learnt(what: Lesson): Promise<Weights | PlaceRows> {
  if (what.of === 'words') return train(what.lesson.examples, what.lesson.kinship, what.lesson.plan);
  const { lesson, situations } = what;
  const height = (lesson.examples[0]?.place.length ?? 0) + 1;
  return learnPlaces(lesson.examples, situations, lesson.plan, await slopesByRuntime(height, situations));
}

const isLesson = (data: unknown): data is Lesson => typeof data === 'object' && data !== null && 'lesson' in data;
if (!isMainThread && isLesson(workerData)) void learnt(workerData).then((result) => parentPort?.postMessage(result));
