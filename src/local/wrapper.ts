// Holds one process: storage or a client. When the supervisor goes, however it goes, the channel to it closes; then this
// lets its charge end gently, and does not leave before its charge has left.
import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import type { Charge } from './charge.ts';

/** Saving a large storage file takes a while; something that hangs must not stay for ever. */
const GENTLY_WITHIN_MS = 30_000;

const { script, args, preloads } = JSON.parse(process.argv[2] ?? '') as Charge;
const charge = spawn(process.execPath, [...preloads.flatMap((file) => ['--import', file]), script, ...args], {
  stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
});

const release = () => {
  // The charge ends itself by SIGINT when this channel closes: preload/endSoftly.ts.
  if (charge.connected) charge.disconnect();
  setTimeout(() => charge.kill('SIGKILL'), GENTLY_WITHIN_MS);
};

charge.once('error', () => process.exit(1));
// A signal as the shell has it: 137 is SIGKILL.
charge.once('exit', (code, signal) => process.exit(code ?? 128 + (constants.signals[signal ?? 'SIGHUP'] ?? 0)));
if (process.connected) process.once('disconnect', release);
else release();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, release);
