import { mkdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { startCharge } from './charge.ts';
import { LOOPBACK } from './ports.ts';
import { answers, type Running } from './running.ts';

const azurite = dirname(createRequire(import.meta.url).resolve('azurite/package.json'));
const SERVICES = { tables: ['table', 'table'], blobs: ['blob', 'blob'] } as const;

/** Starts one half of the storage emulator on its folder inside the data folder. */
export function startStorage(which: keyof typeof SERVICES, dataFolder: string, port: number): Running {
  const [service, flag] = SERVICES[which];
  const folder = join(dataFolder, which);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  return startCharge({
    name: which,
    dataFolder,
    folder,
    script: join(azurite, 'dist', 'src', service, 'main.js'),
    args: [
      ...['--location', folder, '--silent', '--disableTelemetry'],
      // Without it every call is refused for a version of the protocol that is newer than the emulator.
      '--skipApiVersionCheck',
      ...[`--${flag}Host`, LOOPBACK, `--${flag}Port`, String(port)],
    ],
    preloads: ['endSoftly.ts', 'loopbackOnly.ts', 'oneStorage.ts', 'saveBeforeAnswer.ts'],
    port,
    isReady: () => answers(`http://${LOOPBACK}:${port}/`, 'anything'),
  });
}
