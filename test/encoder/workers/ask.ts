import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';

/** What a worker of this folder says first. */
export const firstWordOf = <Found>(name: string): Promise<Found> =>
  new Promise((resolve, reject) => {
    const thread = new Worker(pathToFileURL(join(import.meta.dirname, name)), { execArgv: ['--no-warnings'] });
    thread.once('message', resolve);
    thread.once('error', reject);
  });
