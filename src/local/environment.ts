import { LOCAL_SCHOOL_ID, LOCAL_TENANT_ID, localPeople, type LocalPeople, type LocalRole } from './people.ts';
import { LOOPBACK, type LocalPorts } from './ports.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** What the supervisor tells the bot, name for name. Id lists have commas between; everything else is one value. */
export interface LocalEnvironment {
  readonly PORT: string;
  readonly HOST: string;
  readonly POSTWISE_PUBLIC_URL: string;
  readonly POSTWISE_STORAGE_CONNECTION_STRING: string;
  /** Service addresses with the account's name as path, as the emulator has them. */
  readonly POSTWISE_TABLE_URL: string;
  readonly POSTWISE_BLOB_URL: string;
  readonly POSTWISE_TENANT_ID: string;
  readonly POSTWISE_SCHOOL_ID: string;
  readonly POSTWISE_HEADTEACHER_IDS: string;
  readonly POSTWISE_SAFEGUARDING_IDS: string;
  readonly POSTWISE_CHAIR_IDS: string;
  /** Empty when the school has set none. */
  readonly POSTWISE_SCHOOL_FOLDER: string;
}

/** The persons a caller may choose, and the setting for each. */
const CHOSEN = {
  headteacher: 'POSTWISE_HEADTEACHER_IDS',
  safeguardingLead: 'POSTWISE_SAFEGUARDING_IDS',
  chair: 'POSTWISE_CHAIR_IDS',
} as const satisfies Partial<Record<LocalRole, keyof LocalEnvironment>>;

// The emulator's account is the same on every machine in the world and printed in its manual: it keeps nothing secret.
// https://learn.microsoft.com/azure/storage/common/storage-connect-azurite
const ACCOUNT = 'devstoreaccount1';
const ACCOUNT_KEY = 'Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==';

/**
 * The environment of the local bot. Where it listens, its storage, tenant and school are always the local ones, so that a
 * `.env` written for Teams never leads the local bot to real data; who is headteacher, safeguarding lead and chair, and
 * the school's folder, follow `given`.
 *
 * @param given  the caller's environment, `.env` included
 */
export function localEnvironment(ports: LocalPorts, given: Environment): LocalEnvironment {
  const tables = `http://${LOOPBACK}:${ports.tables}/${ACCOUNT}`;
  const blobs = `http://${LOOPBACK}:${ports.blobs}/${ACCOUNT}`;
  const idsOf = (role: keyof typeof CHOSEN) => (readIds(given[CHOSEN[role]]) ?? [localPeople[role].entraId]).join(',');
  return {
    PORT: String(ports.bot),
    HOST: LOOPBACK,
    POSTWISE_PUBLIC_URL: `http://${LOOPBACK}:${ports.bot}`,
    POSTWISE_STORAGE_CONNECTION_STRING: `DefaultEndpointsProtocol=http;AccountName=${ACCOUNT};AccountKey=${ACCOUNT_KEY};TableEndpoint=${tables};BlobEndpoint=${blobs};`,
    POSTWISE_TABLE_URL: tables,
    POSTWISE_BLOB_URL: blobs,
    POSTWISE_TENANT_ID: LOCAL_TENANT_ID,
    POSTWISE_SCHOOL_ID: LOCAL_SCHOOL_ID,
    POSTWISE_HEADTEACHER_IDS: idsOf('headteacher'),
    POSTWISE_SAFEGUARDING_IDS: idsOf('safeguardingLead'),
    POSTWISE_CHAIR_IDS: idsOf('chair'),
    POSTWISE_SCHOOL_FOLDER: given.POSTWISE_SCHOOL_FOLDER?.trim() ?? '',
  };
}

/** What is wrong with the ids that were given, a sentence each; empty when nothing is. */
export function environmentProblems(given: Environment): readonly string[] {
  return Object.values(CHOSEN).flatMap((name) =>
    (readIds(given[name]) ?? []).every((id) => /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(id))
      ? []
      : [`${name} holds something that is not an Entra object id. Give GUIDs with commas between, or leave it out.`],
  );
}

/** The local persons, the first of the given ids standing for the role: the headteacher's window is then that person's. */
export function peopleFor(env: LocalEnvironment): LocalPeople {
  const withId = (role: keyof typeof CHOSEN) => ({
    ...localPeople[role],
    entraId: readIds(env[CHOSEN[role]])?.[0] ?? localPeople[role].entraId,
  });
  return {
    ...localPeople,
    headteacher: withId('headteacher'),
    safeguardingLead: withId('safeguardingLead'),
    chair: withId('chair'),
  };
}

/**
 * What a child process is given of the caller's own environment: enough to run, and nothing that could send it elsewhere
 * (a proxy, a bot registration, options for Node).
 */
export function plainEnvironment(given: Environment): Record<string, string> {
  const kept = ['PATH', 'HOME', 'TMPDIR', 'TEMP', 'LANG', 'LC_ALL', 'TZ', 'SystemRoot'];
  return Object.fromEntries(kept.flatMap((name) => (given[name] === undefined ? [] : [[name, given[name]] as const])));
}

/** Lower case, without gaps; `null` when none was given. */
function readIds(text: string | undefined): readonly string[] | null {
  const ids = (text ?? '')
    .toLowerCase()
    .split(',')
    .map((id) => id.trim())
    .filter((id) => id !== '');
  return ids.length === 0 ? null : ids;
}
