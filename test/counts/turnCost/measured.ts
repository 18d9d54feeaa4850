/** What a bot under measurement and the one who measures say to each other: JSON over the channel of a child process. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

export const APP_ID = '00000000-0000-4000-8000-0000000000aa';
export const TENANT = '00000000-0000-4000-8000-000000000099';
export const TEACHER = '00000000-0000-4000-8000-000000000001';
export const TOKEN = 'the-bots-own-token';

/** What a bot is started with. */
export type Start = {
  readonly serviceUrl: string;
  /** Of what issues the channel's tokens. */
  readonly keysUrl: string;
  readonly storage: string;
};

export type Requests = Readonly<Record<string, number>>;
/** Since the bot was started. Microseconds of processor time: of every thread, and of the one that takes the turns. */
export type Usage = { readonly all: number; readonly main: number; readonly requests: Requests };

export const used = (requests: Requests = {}): Usage => {
  const all = process.cpuUsage();
  const main = process.threadCpuUsage();
  return { all: all.user + all.system, main: main.user + main.system, requests };
};

/** In the bot's process: starts it, says where it listens, and from then on says what it has used as often as it is asked. */
export async function beMeasured(start: (given: Start) => Promise<{ port: number; requests?: Requests }>) {
  const [given] = (await once(process, 'message')) as [Start];
  const { port, requests } = await start(given);
  process.on('message', () => process.send?.(used(requests)));
  process.on('disconnect', () => process.exit());
  process.send?.({ port });
}

export type Bot = { readonly url: string; usage(): Promise<Usage>; stop(): Promise<void> };

/** In the process that measures. The bot ends with it, however it ends. */
export async function startBot(file: string, given: Start): Promise<Bot> {
  const child = fork(join(import.meta.dirname, file), {
    // A profile of one bot: POSTWISE_PROFILE=postwiseBot.ts, written where it is run.
    execArgv: ['--no-warnings', ...(process.env['POSTWISE_PROFILE'] === file ? ['--cpu-prof'] : [])],
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  let said = '';
  child.stderr?.on('data', (chunk: Buffer) => (said += chunk.toString('utf8')));
  const died = once(child, 'exit').then(([code]) => {
    throw new Error(`${file} ended with ${String(code)}: ${said}`);
  });
  // Only while it is asked for something is its end a fault.
  died.catch(() => undefined);
  child.send(given);
  const answer = async () => ((await Promise.race([once(child, 'message'), died])) as [unknown])[0];
  const { port } = (await answer()) as { port: number };
  return {
    url: `http://127.0.0.1:${port}/api/messages`,
    async usage() {
      const answered = answer();
      child.send('usage');
      return (await answered) as Usage;
    },
    async stop() {
      const gone = once(child, 'exit');
      child.disconnect();
      await gone;
    },
  };
}

/** The bot's own credentials, as once the SDK has them: a token in the hand, so that no turn asks for one. */
export const credentialFactory = {
  isValidAppId: async (id: string) => id === APP_ID,
  isAuthenticationDisabled: async () => false,
  createCredentials: async () => ({
    getToken: async () => TOKEN,
    signRequest: async <T extends { headers: { set(name: string, value: string): unknown } }>(request: T) => {
      request.headers.set('authorization', `Bearer ${TOKEN}`);
      return request;
    },
  }),
};
