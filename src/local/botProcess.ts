import { spawn } from 'node:child_process';
import { closeSync } from 'node:fs';
import { plainEnvironment, type LocalEnvironment } from './environment.ts';
import { openLog } from './log.ts';
import { answers, endingOf, untilReady, type Running } from './running.ts';

const GENTLY_WITHIN_MS = 10_000;

/**
 * Starts the bot as a child with a channel to this process.
 *
 * @param script  the bot's module; it calls `endWithParent` and answers 200 on `/healthz` once it can be talked to
 * @param home    the project's folder, its working directory
 */
export function startBot(script: string, home: string, dataFolder: string, env: LocalEnvironment): Running {
  const log = openLog(dataFolder, 'bot');
  const bot = spawn(process.execPath, [script], {
    cwd: home,
    env: { ...plainEnvironment(process.env), ...env },
    // A process group of its own: a Ctrl-C is the supervisor's to pass on, in its order.
    detached: true,
    stdio: ['ignore', log, log, 'ipc'],
  });
  closeSync(log);
  const ended = endingOf(bot).then((ending) => {
    killGroup(bot.pid);
    return ending;
  });
  return {
    pid: bot.pid,
    ended,
    ready: untilReady(ended, () => answers(`http://${env.HOST}:${env.PORT}/healthz`, 'ok')),
    stop: async () => {
      bot.kill('SIGTERM');
      const timer = setTimeout(() => bot.kill('SIGKILL'), GENTLY_WITHIN_MS);
      await ended;
      clearTimeout(timer);
    },
  };
}

/** What the bot had started itself must not outlive it, or two would work on one picture. */
function killGroup(leader: number | undefined): void {
  if (leader === undefined) return;
  try {
    process.kill(-leader, 'SIGKILL');
  } catch {
    // Nobody of the group is left: as it should be.
  }
}
