import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { randomUUID } from 'node:crypto';

/** The answer to asking for a lock. */
export type Lock =
  | {
      readonly kind: 'taken';
      /** Whether the process that had it before ended without giving it back. */
      readonly leftBehind: boolean;
      /** Gives the lock back; a second call does nothing. */
      readonly release: () => void;
    }
  | { readonly kind: 'held'; readonly byPid: number };

interface Holder {
  readonly pid: number;
  /** What tells this process from a later one with the same id; `null` where the system does not say. */
  readonly startedAt: string | null;
}

/**
 * Takes the lock kept in a file. A lock whose process is gone, or whose process id now belongs to another process, is
 * taken over.
 *
 * @param path  the lock's file, in a folder that exists
 */
export function takeLock(path: string): Lock {
  let leftBehind = false;
  for (;;) {
    if (place(path)) return { kind: 'taken', leftBehind, release: releaseOf(path) };
    const text = readIfThere(path);
    if (text === null) continue;
    const holder = readHolder(text);
    if (holder !== null && isRunning(holder)) return { kind: 'held', byPid: holder.pid };
    leftBehind = true;
    setAside(path, text);
  }
}

/** Puts a whole lock file in place in one step, so that nobody ever reads half of one. */
function place(path: string): boolean {
  const draft = `${path}.${randomUUID()}`;
  const mine: Holder = { pid: process.pid, startedAt: startOf(process.pid) };
  writeFileSync(draft, JSON.stringify(mine), { flag: 'wx', mode: 0o600 });
  try {
    linkSync(draft, path);
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw error;
  } finally {
    rmSync(draft, { force: true });
  }
}

/** Removes the lock that was read, and puts it back should it have changed hands in between. */
function setAside(path: string, stale: string): void {
  const aside = `${path}.${randomUUID()}`;
  try {
    renameSync(path, aside);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return;
    throw error;
  }
  try {
    if (readIfThere(aside) !== stale) linkSync(aside, path);
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error;
  } finally {
    rmSync(aside, { force: true });
  }
}

function releaseOf(path: string): () => void {
  const mine = readIfThere(path);
  return () => {
    if (mine !== null && readIfThere(path) === mine) rmSync(path, { force: true });
  };
}

function readHolder(text: string): Holder | null {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null || !('pid' in value) || !('startedAt' in value)) return null;
    const { pid, startedAt } = value;
    if (typeof pid !== 'number' || !Number.isSafeInteger(pid) || pid < 1) return null;
    return typeof startedAt === 'string' || startedAt === null ? { pid, startedAt } : null;
  } catch {
    return null;
  }
}

function isRunning({ pid, startedAt }: Holder): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    // EPERM: there is such a process, of somebody else.
    if (codeOf(error) !== 'EPERM') return false;
  }
  return startedAt === null || startOf(pid) === startedAt;
}

/**
 * The boot and the clock tick in which a process started. Linux only: elsewhere `null`. A process that has ended and only
 * waits to be collected counts as gone.
 */
export function startOf(pid: number): string | null {
  const stat = readIfThere(`/proc/${pid}/stat`);
  if (stat === null) return null;
  // proc_pid_stat(5): the name, in brackets, may hold anything. After it come the state, field 3, and the start, field 22.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const state = fields[0];
  const tick = fields[19];
  const boot = readIfThere('/proc/sys/kernel/random/boot_id')?.trim() ?? '';
  return tick === undefined || state === 'Z' ? null : `${boot} ${tick}`;
}

function readIfThere(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (codeOf(error) === 'ENOENT' || codeOf(error) === 'ESRCH') return null;
    throw error;
  }
}

const codeOf = (error: unknown): unknown =>
  typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
