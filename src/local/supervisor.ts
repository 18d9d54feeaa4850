import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { config } from 'dotenv';
import { startBot } from './botProcess.ts';
import { environmentProblems, localEnvironment, peopleFor } from './environment.ts';
import { keepRunning, type Kept } from './keepRunning.ts';
import { takeLock, type Lock } from './lock.ts';
import { logPath } from './log.ts';
import { HELP, readOptions, type LocalOptions } from './options.ts';
import { startPlayground } from './playground.ts';
import { portProblem, portsFrom, type LocalPorts } from './ports.ts';
import { screen } from './screen.ts';
import { startStorage } from './storage.ts';

/** What the supervisor is given by its caller, which no setting can change. */
export interface Surroundings {
  /** The bot's module. */
  readonly botScript: string;
  /** The project's folder. */
  readonly home: string;
  readonly say: (text: string) => void;
}

const DONE = 0;
const FAILED = 1;
const WRONG_USE = 2;
/** What a killed supervisor left behind saves and goes in this time, and then its ports are free. */
const LEFTOVERS_GONE_WITHIN_MS = 20_000;

/**
 * Runs everything until it is asked to stop, and leaves nothing running.
 *
 * @param args  what stands after the script's name
 * @returns     the exit code
 */
export async function supervise(args: readonly string[], surroundings: Surroundings): Promise<number> {
  const { say, home } = surroundings;
  const options = readOptions(args, home);
  if (options.kind === 'help') {
    say(HELP);
    return DONE;
  }
  if (options.kind === 'refused') {
    say(options.sentence);
    return WRONG_USE;
  }
  const dotenv = config({ path: join(home, '.env'), quiet: true, processEnv: {} }).parsed ?? {};
  const given = { ...dotenv, ...process.env };
  const problems = environmentProblems(given);
  if (problems.length > 0) {
    problems.forEach(say);
    return WRONG_USE;
  }
  const lock = lockFolder(options.dataFolder);
  if (typeof lock === 'string') {
    say(lock);
    return FAILED;
  }
  try {
    const ports = portsFrom(options.port);
    const problem = await freePorts(options, ports, lock.leftBehind);
    if (problem === null) return await runUntilAsked(options, ports, given, surroundings);
    say(problem);
    return FAILED;
  } finally {
    lock.release();
  }
}

/** Makes the folder and takes its lock, or says why that cannot be. */
function lockFolder(dataFolder: string): Extract<Lock, { kind: 'taken' }> | string {
  try {
    // Reports about children are kept here: nobody else on this machine may look in.
    mkdirSync(dataFolder, { recursive: true, mode: 0o700 });
    const lock = takeLock(join(dataFolder, 'lock'));
    if (lock.kind === 'taken') return lock;
    return `Postwise is running already on ${dataFolder} (process ${lock.byPid}). Stop that one, or choose another folder with --data.`;
  } catch (error) {
    const code = typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : 'unknown';
    return `The data folder ${dataFolder} cannot be used (${code}). Choose another with --data.`;
  }
}

async function freePorts(options: LocalOptions, ports: LocalPorts, leftBehind: boolean): Promise<string | null> {
  const wanted = new Map([
    [ports.bot, 'the bot'],
    [ports.tables, 'the tables'],
    [ports.blobs, 'the blobs'],
    ...(options.withClients
      ? ([
          [ports.teacher, "the teacher's window"],
          [ports.headteacher, "the headteacher's window"],
        ] as const)
      : []),
  ]);
  const giveUpAt = performance.now() + (leftBehind ? LEFTOVERS_GONE_WITHIN_MS : 0);
  for (;;) {
    const problem = await portProblem(wanted);
    if (problem === null || performance.now() >= giveUpAt) return problem;
    await wait(200);
  }
}

async function runUntilAsked(
  options: LocalOptions,
  ports: LocalPorts,
  given: Readonly<Record<string, string | undefined>>,
  { botScript, home, say }: Surroundings,
): Promise<number> {
  const { dataFolder } = options;
  const env = localEnvironment(ports, given);
  const people = peopleFor(env);
  const asked = stopAsked(say);
  const groups: Kept[][] = [];

  const keep = (name: string, start: Parameters<typeof keepRunning>[1], log: string) =>
    keepRunning(name, start, say, `What it last wrote is in ${logPath(dataFolder, log)}`);
  /** Starts a group and waits until all of it is ready; false when stopping was asked for before. */
  const begin = async (group: Kept[]): Promise<boolean> => {
    groups.push(group);
    const ready = Promise.all(group.map((kept) => kept.ready)).then(() => true);
    return Promise.race([ready, asked.then(() => false)]);
  };
  const storage = () =>
    (['tables', 'blobs'] as const).map((which) =>
      keep(`The storage for ${which}`, () => startStorage(which, dataFolder, ports[which]), which),
    );
  const clients = () =>
    (options.withClients ? (['teacher', 'headteacher'] as const) : []).map((window) =>
      keep(`The ${window}'s client`, () => startPlayground(window, dataFolder, ports, people), `${window}-client`),
    );
  const bot = () => [keep('The bot', () => startBot(botScript, home, dataFolder, env), 'bot')];

  let code = DONE;
  try {
    const allReady = (await begin(storage())) && (await begin(clients())) && (await begin(bot()));
    if (allReady) say(screen(options, ports, env, people));
    await asked;
  } catch (error) {
    code = FAILED;
    say(error instanceof Error ? error.message : String(error));
  }
  // Last started is first stopped: bot, clients, storage.
  for (const group of groups.reverse()) await Promise.all(group.map((kept) => kept.stop()));
  say(code === DONE ? 'Stopped. Everything is kept.' : 'Stopped.');
  return code;
}

/** Resolves at the first signal that asks to stop. Later ones change nothing: what runs is saving already. */
function stopAsked(say: (text: string) => void): Promise<void> {
  return new Promise((resolve) => {
    let asked = false;
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
      process.on(signal, () => {
        if (!asked) say('Stopping …');
        asked = true;
        resolve();
      });
    }
  });
}
