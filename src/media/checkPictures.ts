import { type ChildProcess, fork } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { MOST_PICTURE_BYTES } from '../core/report/picture.ts';
import type { PictureInspector } from '../flows/ports.ts';
import type { Checked } from './decode.ts'; // its types alone: the image library is never loaded beside the bot

export type ToWorker = { readonly job: number; readonly bytes: Uint8Array };
export type FromWorker =
  | { readonly kind: 'ready' }
  | { readonly kind: 'cannot-start'; readonly message: string }
  | { readonly kind: 'done'; readonly job: number; readonly checked: Checked };

/** No worker could be started at all. Of a picture it says nothing: keep the reference, and try again. */
export class PictureCheckError extends Error {
  override readonly name = 'PictureCheckError';
}

export interface PictureChecker extends PictureInspector {
  inspect(bytes: Buffer): Promise<Checked>;
  /** Ends the worker. Nothing is inspected afterwards. */
  close(): Promise<void>;
}

type Limits = {
  /** The file that runs as the worker; another one in tests only. */
  readonly worker: URL;
  /** For one picture. The largest allowed takes a second or two. */
  readonly timeMs: number;
  /** Resident memory of the worker, watched on Linux; elsewhere the limits on pixels and on the heap stand alone. */
  readonly memoryBytes: number;
  /** A worker without work is ended after this long, so that it costs no memory overnight. */
  readonly idleMs: number;
};

const LIMITS: Limits = {
  worker: new URL('./worker.ts', import.meta.url),
  timeMs: 30_000,
  memoryBytes: 1024 ** 3,
  idleMs: 60_000,
};
const START_MS = 30_000;
const WATCH_EVERY_MS = 50;

/**
 * Makes a checker that decodes pictures in a process of its own, one at a time, started when it is needed.
 *
 * A worker that dies is replaced and the picture tried once more; a picture that ends two workers, or takes too long or
 * too much memory, is `broken`.
 *
 * @throws PictureCheckError from `inspect` when no worker starts
 */
export function createPictureChecker(change: Partial<Limits> = {}): PictureChecker {
  const limits = { ...LIMITS, ...change };
  let worker: ChildProcess | null = null;
  let queue: Promise<unknown> = Promise.resolve();
  let idle: NodeJS.Timeout | undefined;
  let jobs = 0;
  let closed = false;

  async function inspect(bytes: Buffer): Promise<Checked> {
    if (bytes.length === 0) return { kind: 'refused', why: 'not-a-picture' };
    if (bytes.length > MOST_PICTURE_BYTES) return { kind: 'refused', why: 'too-large' };
    const turn = queue.then(() => checkInWorker(bytes));
    queue = turn.catch(() => undefined);
    return turn;
  }

  async function checkInWorker(bytes: Buffer): Promise<Checked> {
    clearTimeout(idle);
    try {
      for (let attempt = 1; attempt <= 2; attempt += 1) {
        if (closed) throw new PictureCheckError('The picture checker is closed');
        worker ??= await start(limits.worker);
        const outcome = await ask(worker, { job: (jobs += 1), bytes }, limits);
        if (typeof outcome === 'object') return outcome;
        await end(worker);
        worker = null;
        if (outcome === 'overran') break;
      }
      return { kind: 'refused', why: 'broken' };
    } finally {
      idle = setTimeout(() => void rest(), limits.idleMs).unref();
    }
  }

  const rest = async () => {
    const ending = worker;
    worker = null;
    if (ending !== null) await end(ending);
  };

  return {
    inspect,
    close: async () => {
      closed = true;
      clearTimeout(idle);
      await rest();
      await queue;
    },
  };
}

function start(file: URL): Promise<ChildProcess> {
  const worker = fork(fileURLToPath(file), {
    execArgv: ['--max-old-space-size=128', '--no-warnings'],
    // No setting and no secret goes in; and pictures are never unfolded into temporary files.
    env: { VIPS_DISC_THRESHOLD: '2g' },
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
  return new Promise((resolve, reject) => {
    const fail = (how: string, cause?: unknown) => {
      clearTimeout(timer);
      worker.removeAllListeners();
      worker.on('error', () => undefined).kill('SIGKILL');
      reject(new PictureCheckError(`Cannot start the picture worker: ${how}`, { cause }));
    };
    const timer = setTimeout(() => fail('it did not become ready'), START_MS);
    worker.once('error', (error) => fail('it did not run', error));
    worker.once('exit', (code, signal) => fail(`it ended with ${signal ?? code ?? 'no code'}`));
    worker.once('message', (message: FromWorker) => {
      if (message.kind !== 'ready')
        return fail(message.kind === 'cannot-start' ? message.message : 'it spoke out of turn');
      clearTimeout(timer);
      worker.removeAllListeners();
      worker.on('error', () => undefined); // a send to a worker that has just died; its exit is what counts
      keepAlive(worker, false);
      resolve(worker);
    });
  });
}

/** A worker at rest must not keep the bot from ending; one at work must. */
function keepAlive(worker: ChildProcess, alive: boolean): void {
  if (alive) {
    worker.ref();
    worker.channel?.ref();
  } else {
    worker.unref();
    worker.channel?.unref();
  }
}

function ask(worker: ChildProcess, message: ToWorker, limits: Limits): Promise<Checked | 'died' | 'overran'> {
  return new Promise((resolve) => {
    const settle = (outcome: Checked | 'died' | 'overran') => {
      clearTimeout(timer);
      clearInterval(watch);
      worker.off('message', listen).off('exit', died);
      keepAlive(worker, false);
      resolve(outcome);
    };
    const died = () => settle('died');
    const listen = (answer: FromWorker) => {
      if (answer.kind === 'done' && answer.job === message.job) settle(answer.checked);
    };
    const timer = setTimeout(() => settle('overran'), limits.timeMs);
    const watch = setInterval(() => {
      if (memoryOf(worker) > limits.memoryBytes) settle('overran');
    }, WATCH_EVERY_MS);
    if (worker.exitCode !== null || worker.signalCode !== null || !worker.connected) return died();
    keepAlive(worker, true);
    worker.on('message', listen).once('exit', died);
    worker.send(message, (error) => {
      if (error !== null) died();
    });
  });
}

const PAGE_BYTES = 4_096;

/** Resident bytes, from the kernel; 0 where there is no such file. */
function memoryOf({ pid }: ChildProcess): number {
  try {
    return Number(readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ')[1]) * PAGE_BYTES;
  } catch {
    return 0;
  }
}

function end(worker: ChildProcess): Promise<void> {
  if (worker.exitCode !== null || worker.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => {
    worker.once('exit', () => resolve());
    worker.ref();
    worker.kill('SIGKILL');
  });
}
