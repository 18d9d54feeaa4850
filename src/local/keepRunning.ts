import type { Ending, Running } from './running.ts';

export interface Kept {
  /** Resolves at the first readiness; rejects when it ended again and again without ever getting there. */
  readonly ready: Promise<void>;
  /** Ends it for good. */
  readonly stop: () => Promise<void>;
}

/** A life longer than this after readiness was a good one: the count of deaths in a row starts again. */
const GOOD_LIFE_MS = 3_000;
/** Enough to leave the machine room, and never so long that whoever killed it takes it for gone. */
const WAITS_MS = [0, 250, 500, 1_000, 2_000] as const;
const TRIES_BEFORE_FIRST_READY = 4;

/** How long to wait before starting again. The first time, and so after a good life, there is no wait. */
export function waitBeforeStartMs(deathsInARow: number): number {
  return WAITS_MS[Math.min(deathsInARow, WAITS_MS.length) - 1] ?? 0;
}

/**
 * Keeps one process running: when it ends unasked it is started again, at once, then more and more slowly.
 *
 * @param name   as sentences name it, with its article: `The bot`
 * @param start  starts one life
 * @param say    prints one sentence for the person at the terminal
 * @param more   where to look when it ends repeatedly: a sentence
 */
export function keepRunning(name: string, start: () => Running, say: (text: string) => void, more: string): Kept {
  const stopAsked = Promise.withResolvers<void>();
  const firstReady = Promise.withResolvers<void>();
  let stopping = false;
  let wasEverReady = false;
  let current: Running | null = null;

  const live = async (again: boolean): Promise<{ ending: Ending; goodLife: boolean }> => {
    const running = start();
    current = running;
    let readyAt: number | null = null;
    await running.ready.then(
      () => {
        readyAt = performance.now();
        if (again && !stopping) say(`${name} is running again.`);
        wasEverReady = true;
        firstReady.resolve();
      },
      () => running.stop(),
    );
    const ending = await running.ended;
    return { ending, goodLife: readyAt !== null && performance.now() - readyAt > GOOD_LIFE_MS };
  };

  const keep = async () => {
    let deaths = 0;
    for (let lives = 0; !stopping; lives += 1) {
      const { ending, goodLife } = await live(lives > 0);
      if (stopping) return;
      deaths = goodLife ? 1 : deaths + 1;
      if (!wasEverReady && deaths >= TRIES_BEFORE_FIRST_READY) {
        firstReady.reject(new Error(`${name} ended ${deaths} times before it was ready (${how(ending)}). ${more}`));
        return;
      }
      const waitMs = waitBeforeStartMs(deaths);
      say(sentenceAbout(name, ending, deaths, waitMs, more));
      await Promise.race([stopAsked.promise, pause(waitMs)]);
    }
  };

  const kept = keep().catch((error: unknown) => {
    const why = error instanceof Error ? error.message : String(error);
    firstReady.reject(new Error(`${name} cannot be started: ${why}.`));
    if (wasEverReady) say(`${name} cannot be started again: ${why}.`);
  });
  return {
    ready: firstReady.promise,
    stop: async () => {
      stopping = true;
      stopAsked.resolve();
      await current?.stop();
      await kept;
    },
  };
}

function sentenceAbout(name: string, ending: Ending, deaths: number, waitMs: number, more: string): string {
  if (waitMs === 0) return `${name} ended unexpectedly (${how(ending)}). Starting it again.`;
  return `${name} has ended ${deaths} times in a row (${how(ending)}). Trying again in ${waitMs / 1_000} s. ${more}`;
}

const how = ({ code, signal }: Ending): string =>
  signal ?? (code === null ? 'it could not be started' : `code ${code}`);

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms).unref());
}
