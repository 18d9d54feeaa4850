// Loaded into the storage emulator before its own code. Two emulators on one folder save over each other without a word,
// so each waits until the one before it, perhaps still saving after its supervisor was killed, has left the folder.
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { takeLock } from '../lock.ts';

const lockPath = join(process.cwd(), 'in-use');

for (;;) {
  const lock = takeLock(lockPath);
  if (lock.kind === 'taken') {
    process.once('exit', lock.release);
    break;
  }
  await wait(100);
}
