import { spawn } from 'node:child_process';
import { closeSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { plainEnvironment } from './environment.ts';
import { openLog } from './log.ts';
import { endingOf, untilReady, type Running } from './running.ts';

/** What a wrapper is told about the process it holds. */
export interface Charge {
  readonly script: string;
  readonly args: readonly string[];
  /** Addresses of modules loaded before the script. */
  readonly preloads: readonly string[];
}

export interface ChargePlan {
  /** Names its log and shows in a list of processes: `tables`. */
  readonly name: string;
  readonly dataFolder: string;
  /** Its working directory. */
  readonly folder: string;
  readonly script: string;
  readonly args: readonly string[];
  /** Names of files in `preload/`, in the order in which they are loaded. */
  readonly preloads: readonly string[];
  /** The one port it may listen on. */
  readonly port: number;
  readonly env?: Readonly<Record<string, string>>;
  readonly isReady: () => Promise<boolean>;
}

/** Starts a process behind a wrapper of its own, in its own process group, so that a Ctrl-C reaches the supervisor alone. */
export function startCharge(plan: ChargePlan): Running {
  const preloads = plan.preloads.map((name) => pathToFileURL(join(import.meta.dirname, 'preload', name)).href);
  const charge: Charge = { script: plan.script, args: plan.args, preloads };
  const log = openLog(plan.dataFolder, plan.name);
  const wrapper = spawn(process.execPath, [join(import.meta.dirname, 'wrapper.ts'), JSON.stringify(charge)], {
    cwd: plan.folder,
    env: { ...plainEnvironment(process.env), ...plan.env, POSTWISE_LISTEN_PORT: String(plan.port) },
    detached: true,
    stdio: ['ignore', log, log, 'ipc'],
  });
  closeSync(log);
  const ended = endingOf(wrapper);
  return {
    pid: wrapper.pid,
    ended,
    ready: untilReady(ended, plan.isReady),
    stop: async () => {
      // The same way as when the supervisor is killed: the channel closes.
      if (wrapper.connected) wrapper.disconnect();
      await ended;
    },
  };
}
