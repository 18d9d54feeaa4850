import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';

/** How a process went: its exit code, or the signal that ended it. */
export interface Ending {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** One life of a process that the supervisor started. */
export interface Running {
  readonly pid: number | undefined;
  /** Resolves when it does its work; rejects when it ends before, or takes too long. */
  readonly ready: Promise<void>;
  /** Resolves when the process is gone; never rejects. */
  readonly ended: Promise<Ending>;
  /** Asks it to go, and resolves when it has gone. */
  readonly stop: () => Promise<void>;
}

const READY_WITHIN_MS = 90_000;
const ASK_EVERY_MS = 50;

/** Never rejects: a process that could not be started at all has ended too. */
export async function endingOf(child: ChildProcess): Promise<Ending> {
  try {
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  } catch {
    return { code: null, signal: null };
  }
  return { code: child.exitCode, signal: child.signalCode };
}

/**
 * Asks again and again until the answer is yes.
 *
 * @throws Error when the process has ended, or after a minute and a half
 */
export async function untilReady(ended: Promise<Ending>, isReady: () => Promise<boolean>): Promise<void> {
  let gone = false;
  void ended.then(() => (gone = true));
  const giveUpAt = performance.now() + READY_WITHIN_MS;
  while (performance.now() < giveUpAt) {
    const answered = await isReady();
    // Asked after the answer: something else may answer on the port of a process that has gone.
    if (gone) throw new Error('ended before it was ready');
    if (answered) return;
    await wait(ASK_EVERY_MS);
  }
  throw new Error('did not get ready');
}

/** Whether an address answers at all, or with a good status when `wanted` is `ok`. */
export async function answers(url: string, wanted: 'anything' | 'ok'): Promise<boolean> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(2_000) });
    await response.arrayBuffer();
    return wanted === 'anything' || response.ok;
  } catch {
    return false;
  }
}
