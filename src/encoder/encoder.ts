import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { toPlace } from '../core/policy/place.ts';
import type { SentenceEncoder } from '../flows/ports.ts';

export type ToWorker = { readonly job: number; readonly text: string } | { readonly kind: 'end' };
export type FromWorker =
  | { readonly kind: 'ready' }
  | { readonly kind: 'cannot-start'; readonly message: string }
  | { readonly kind: 'done'; readonly job: number; readonly vector: Float32Array };

type Options = {
  /** Told once, when the encoder goes away, and again only after it was back. The message holds nothing that was asked. */
  readonly onAway: (why: string) => void;
  /** The file that runs as the worker; another one in tests only. */
  readonly worker: URL;
  /** From the start to the first answer. It takes about half a second. */
  readonly startMs: number;
  /** For one text. It takes a few milliseconds. */
  readonly timeMs: number;
  /** How long a worker that would not start, or answered nothing, is left alone. */
  readonly restMs: number;
  /** How long a thread has to finish what it is doing, when it is closed. */
  readonly endMs: number;
};

const USUAL: Options = {
  onAway: (why) => console.error(`The sentence encoder is away, answers do without it: ${why}`),
  worker: new URL('./worker.ts', import.meta.url),
  startMs: 30_000,
  timeMs: 5_000,
  restMs: 60_000,
  endMs: 60_000,
};

type Waiting = { readonly settle: (vector: Float32Array | null) => void; readonly timer: NodeJS.Timeout };
type Running = {
  readonly thread: Worker;
  readonly waiting: Map<number, Waiting>;
  ready: boolean;
  answered: boolean;
};

/**
 * Makes an encoder that works in a thread of its own, started by the first text. A worker that dies is replaced for the next
 * text; what it was working on is `null`, and never an error. It does not keep the process from ending.
 */
export function createEncoder(change: Partial<Options> = {}): SentenceEncoder {
  const options = { ...USUAL, ...change };
  let running: Running | null = null;
  let restUntil = 0;
  let away = false;
  let closed = false;
  let jobs = 0;

  function start(): Running {
    const thread = new Worker(options.worker, { execArgv: ['--no-warnings'], env: {} });
    const now: Running = { thread, waiting: new Map(), ready: false, answered: false };
    thread.unref();
    thread.on('message', (message: FromWorker) => {
      if (message.kind === 'cannot-start') return lose(now, message.message);
      if (message.kind === 'ready') {
        now.ready = true;
        return;
      }
      now.answered = true;
      away = false;
      settle(now, message.job, toPlace(message.vector));
    });
    thread.on('error', (error) => lose(now, error instanceof Error ? error.name : 'unknown error'));
    thread.on('exit', () => lose(now, 'its thread ended'));
    return now;
  }

  function settle(from: Running, job: number, vector: Float32Array | null): void {
    const waiting = from.waiting.get(job);
    if (!waiting) return;
    clearTimeout(waiting.timer);
    from.waiting.delete(job);
    if (from.waiting.size === 0) from.thread.unref();
    waiting.settle(vector);
  }

  function lose(lost: Running, why: string): void {
    if (running !== lost) return;
    running = null;
    if (!lost.answered) restUntil = performance.now() + options.restMs;
    for (const job of [...lost.waiting.keys()]) settle(lost, job, null);
    void end(lost);
    if (!away && !closed) options.onAway(why);
    away = true;
  }

  /** A thread that is stopped in the middle of a sum takes the whole process with it: it is asked, and ends by itself. */
  async function end({ thread }: Running): Promise<void> {
    thread.postMessage({ kind: 'end' } satisfies ToWorker);
    await Promise.race([once(thread, 'exit').catch(() => undefined), pause(options.endMs, undefined, { ref: false })]);
    await thread.terminate();
  }

  return {
    encode(text) {
      if (closed || (running === null && performance.now() < restUntil)) return Promise.resolve(null);
      const now = (running ??= start());
      const job = (jobs += 1);
      return new Promise((resolve) => {
        const timer = setTimeout(
          () => lose(now, now.ready ? 'it took too long' : 'it did not become ready'),
          now.ready ? options.timeMs : options.startMs,
        );
        now.waiting.set(job, { settle: resolve, timer });
        now.thread.ref();
        now.thread.postMessage({ job, text } satisfies ToWorker);
      });
    },
    async close() {
      closed = true;
      const last = running;
      if (last === null) return;
      running = null;
      for (const job of [...last.waiting.keys()]) settle(last, job, null);
      last.thread.ref();
      await end(last);
    },
  };
}
