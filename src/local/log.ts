import { mkdirSync, openSync, renameSync, statSync } from 'node:fs';
import { join } from 'node:path';

const FULL_BYTES = 2_000_000;

/** Path of the log of one process inside the data folder. */
export const logPath = (dataFolder: string, name: string): string => join(dataFolder, 'logs', `${name}.log`);

/** Opens a log to add to, and sets a full one aside. The caller closes the descriptor. */
export function openLog(dataFolder: string, name: string): number {
  const path = logPath(dataFolder, name);
  mkdirSync(join(dataFolder, 'logs'), { recursive: true, mode: 0o700 });
  if ((statSync(path, { throwIfNoEntry: false })?.size ?? 0) > FULL_BYTES) renameSync(path, `${path}.1`);
  return openSync(path, 'a', 0o600);
}
