import { mkdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { startCharge } from './charge.ts';
import { LOCAL_BOT_ID, LOCAL_TENANT_ID, type LocalPeople, type LocalRole, type Person } from './people.ts';
import { LOOPBACK, type LocalPorts } from './ports.ts';
import { answers, type Running } from './running.ts';

/** Whose window a Playground is. */
export type Window = 'teacher' | 'headteacher';

/** The channel where reports are meant to be set up. Private to the headteacher, so the teacher's window lacks it. */
export const REPORTS_CHANNEL = 'Reports (headteacher)';

const EVERYBODY = [
  'teacher',
  'headteacher',
  'safeguardingLead',
  'chair',
  'teachingAssistant',
  'officeManager',
] as const satisfies readonly LocalRole[];

/** Where the bot answers the person of a window: the Playground's stand-in for the Teams service. */
export const serviceUrlOf = (window: Window, ports: LocalPorts): string =>
  `http://${LOOPBACK}:${ports[window]}/_connector`;

const CONFIG_FILE = '.m365agentsplayground.yml';

/** The Playground of one window, on its own folder inside the data folder. */
export function startPlayground(window: Window, dataFolder: string, ports: LocalPorts, people: LocalPeople): Running {
  const folder = join(dataFolder, `${window}-client`);
  const port = ports[window];
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  // Read as YAML, of which JSON is a part.
  writeFileSync(join(folder, CONFIG_FILE), JSON.stringify(playgroundConfig(window, people), null, 2));
  return startCharge({
    name: `${window}-client`,
    dataFolder,
    folder,
    script: createRequire(import.meta.url).resolve('@microsoft/m365agentsplayground/cli.js'),
    args: [
      ...['start', '-e', `http://${LOOPBACK}:${ports.bot}/api/messages`, '-c', 'msteams', '-p', String(port)],
      ...['--service-url', serviceUrlOf(window, ports), '--disable-telemetry'],
    ],
    preloads: ['endSoftly.ts', 'loopbackOnly.ts'],
    port,
    env: {
      TEAMSAPPTESTER_BROWSER: 'none',
      // By itself it writes every message that is sent into a file, which it removes first. A place below a file is none
      // that can be made or removed. Never a device: run by root, it would remove that.
      M365_AGENTS_PLAYGROUND_LOGFILE: join(folder, CONFIG_FILE, 'no-log'),
    },
    isReady: () => answers(`http://${LOOPBACK}:${port}/`, 'ok'),
  });
}

/**
 * What a Playground is told of its world. The ids are the same at every start, so that what the bot has stored about a
 * conversation still holds; each window has its own, because each is a world of its own.
 */
export function playgroundConfig(window: Window, people: LocalPeople) {
  const [currentUser, ...users] = [window, ...EVERYBODY.filter((role) => role !== window)].map((role) =>
    playgroundUser(people[role]),
  );
  const thread = (name: string) => `19:local-${window}-${name}@thread.tacv2`;
  // General is always there; the Playground takes one channel more and no second.
  const channel =
    window === 'headteacher'
      ? { id: thread('reports'), name: REPORTS_CHANNEL }
      : { id: thread('staff-room'), name: 'Staff room' };
  return {
    version: '0.1.1',
    tenantId: LOCAL_TENANT_ID,
    bot: { id: `28:${LOCAL_BOT_ID}`, name: 'Postwise' },
    currentUser,
    users,
    personalChat: { id: `a:local-${window}-personal` },
    groupChat: { id: `19:local-${window}-group@thread.v2`, name: 'Year 4 teachers' },
    team: {
      id: thread('team'),
      name: 'All staff',
      aadGroupId: '7c0f4d9e-51b2-4e8a-8f63-90d1a7b5c203',
      channels: [channel],
    },
  };
}

function playgroundUser({ name, givenName, surname, entraId }: Person) {
  const address = `${givenName}.${surname}@local-primary.example`.toLowerCase();
  // "userPrincipleName" is how the Playground spells it.
  return {
    ...{ id: `29:${entraId}`, name, userPrincipleName: address, aadObjectId: entraId },
    ...{ givenName, surname, email: address },
  };
}
