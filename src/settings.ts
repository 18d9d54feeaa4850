import { z } from 'zod';

/**
 * What `npm start` needs to serve Teams. There is no other way to run against Teams, and no setting that widens the hosts
 * that pictures are fetched from, switches authentication off, or names who may open a sealed report by anything but an id.
 */
export interface Settings {
  readonly kind: 'teams';
  readonly port: number;
  readonly app: AppRegistration;
  /** Names the school in every stored row. */
  readonly schoolId: string;
  readonly storage: StorageSetting;
  /** Entra object ids, lower case. Only these may make a channel the one for reports. */
  readonly headteacherIds: readonly string[];
  readonly safeguardingIds: readonly string[];
  /** Who may open what concerns the headteacher. May be empty: then the reporter is told that no chair is set. */
  readonly chairIds: readonly string[];
  /** Origin of the pages, without a slash at its end: `https://reports.example.org`. */
  readonly publicUrl: string;
  /** Folder with the school's own contacts, never in git; `null` when the school has not set one. */
  readonly schoolFolder: string | null;
  /** The registration by which a visitor of the pages signs in with Entra. */
  readonly signIn: { readonly clientId: string; readonly clientSecret: string };
}

export type AppRegistration =
  | { readonly type: 'SingleTenant'; readonly id: string; readonly tenantId: string; readonly password: string }
  /** The id is the client id of the managed identity, so it opens the storage as well. */
  | { readonly type: 'UserAssignedMSI'; readonly id: string; readonly tenantId: string };

export type StorageSetting =
  | { readonly kind: 'identity'; readonly tableEndpoint: string; readonly blobEndpoint: string }
  | { readonly kind: 'connectionString'; readonly connectionString: string };

/** Every environment name that is read. `infra/main.bicep` is held against this list by a test. */
export const settingNames = [
  'PORT',
  'MicrosoftAppId',
  'MicrosoftAppTenantId',
  'MicrosoftAppType',
  'MicrosoftAppPassword',
  'POSTWISE_SCHOOL_ID',
  'POSTWISE_TABLE_ENDPOINT',
  'POSTWISE_BLOB_ENDPOINT',
  'POSTWISE_STORAGE_CONNECTION_STRING',
  'POSTWISE_HEADTEACHER_IDS',
  'POSTWISE_SAFEGUARDING_IDS',
  'POSTWISE_CHAIR_IDS',
  'POSTWISE_PUBLIC_URL',
  'POSTWISE_SCHOOL_FOLDER',
  'POSTWISE_SIGNIN_CLIENT_ID',
  'POSTWISE_SIGNIN_CLIENT_SECRET',
] as const;

export type SettingName = (typeof settingNames)[number];

/** Their values may stand in no log, message or template default. */
export const secretSettingNames = [
  'MicrosoftAppPassword',
  'POSTWISE_STORAGE_CONNECTION_STRING',
  'POSTWISE_SIGNIN_CLIENT_SECRET',
] as const satisfies readonly SettingName[];

/** Each problem is a plain sentence that says what to set. It never repeats a value: some are secrets. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError';
  readonly problems: readonly string[];
  constructor(problems: readonly string[]) {
    super(`These settings need putting right:\n${problems.map((problem) => `- ${problem}`).join('\n')}`);
    this.problems = problems;
  }
}

const GUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const NO_GUID = '00000000-0000-0000-0000-000000000000';
const BOT_ID_IS = "the bot's application id in Entra";
const PUBLIC_URL_IS = 'the https address of the pages, such as https://reports.example.org';
const isGuid = (text: string) => GUID.test(text) && text !== NO_GUID;

/**
 * Reads the settings for Teams from an environment; nothing else is looked at.
 *
 * @throws SettingsError with every missing or wrong setting at once
 */
export function readSettings(env: Readonly<Record<string, string | undefined>>): Settings {
  const { problems, given, wrong, required, guid, people, httpsUrl } = readerOf(env);

  const readPort = () => {
    const text = given('PORT') || '3978';
    const port = Number(text);
    if (!/^\d+$/.test(text) || port < 1 || port > 65_535)
      wrong('PORT is not a port. Set it to a number from 1 to 65535, or leave it out for 3978.');
    return port;
  };

  const readApp = (): AppRegistration => {
    const id = guid('MicrosoftAppId', BOT_ID_IS);
    const tenantId = guid('MicrosoftAppTenantId', "the school's tenant id in Entra");
    const type = required('MicrosoftAppType', 'SingleTenant or UserAssignedMSI');
    const password = given('MicrosoftAppPassword');
    if (type === 'UserAssignedMSI') {
      if (password !== '')
        wrong('MicrosoftAppPassword is not used with UserAssignedMSI. Remove it, so that no secret lies about.');
      return { type, id, tenantId };
    }
    if (type === 'SingleTenant') {
      if (password === '')
        wrong("Set MicrosoftAppPassword to the bot's client secret in Entra, or use UserAssignedMSI.");
    } else if (type !== '') {
      wrong('MicrosoftAppType is neither SingleTenant nor UserAssignedMSI. Set it to one of the two.');
    }
    return { type: 'SingleTenant', id, tenantId, password };
  };

  const readSchoolId = () => {
    const what = '3 to 40 lower-case letters, digits and single hyphens, for example st-marys-leeds';
    const text = required('POSTWISE_SCHOOL_ID', what);
    const good = /^[a-z0-9]+(-[a-z0-9]+)*$/.test(text) && text.length >= 3 && text.length <= 40;
    return text === '' || good ? text : wrong(`POSTWISE_SCHOOL_ID is not as it must be. Set it to ${what}.`);
  };

  const readStorage = (): StorageSetting => {
    const connectionString = given('POSTWISE_STORAGE_CONNECTION_STRING');
    const endpointsGiven = given('POSTWISE_TABLE_ENDPOINT') !== '' || given('POSTWISE_BLOB_ENDPOINT') !== '';
    if (connectionString !== '' && endpointsGiven) {
      wrong(
        'Both POSTWISE_STORAGE_CONNECTION_STRING and storage endpoints are set. Keep the endpoints, or the connection string, not both.',
      );
    }
    if (connectionString !== '') {
      const problem = connectionStringProblem(connectionString);
      if (problem !== null) wrong(problem);
      return { kind: 'connectionString', connectionString };
    }
    if (!endpointsGiven) {
      wrong(
        'Set POSTWISE_TABLE_ENDPOINT and POSTWISE_BLOB_ENDPOINT to the storage addresses, or POSTWISE_STORAGE_CONNECTION_STRING.',
      );
      return { kind: 'identity', tableEndpoint: '', blobEndpoint: '' };
    }
    return {
      kind: 'identity',
      tableEndpoint: httpsUrl(
        'POSTWISE_TABLE_ENDPOINT',
        'an https address such as https://NAME.table.core.windows.net',
      ),
      blobEndpoint: httpsUrl('POSTWISE_BLOB_ENDPOINT', 'an https address such as https://NAME.blob.core.windows.net'),
    };
  };

  const port = readPort();
  const app = readApp();
  const schoolId = readSchoolId();
  const storage = readStorage();
  const headteacherIds = people('POSTWISE_HEADTEACHER_IDS', 'the headteacher', true);
  const safeguardingIds = people('POSTWISE_SAFEGUARDING_IDS', 'the safeguarding lead', true);
  const chairIds = people('POSTWISE_CHAIR_IDS', 'the chair of governors', false);
  if (chairIds.some((id) => headteacherIds.includes(id))) {
    // What concerns the headteacher is sealed for the chair: one person in both lists would open the seal.
    wrong(
      'One person is in both POSTWISE_HEADTEACHER_IDS and POSTWISE_CHAIR_IDS. The chair must be somebody else, or left out.',
    );
  }
  const publicUrl = httpsUrl('POSTWISE_PUBLIC_URL', PUBLIC_URL_IS);
  const schoolFolder = given('POSTWISE_SCHOOL_FOLDER') || null;
  const signIn = Object.freeze({
    clientId: guid('POSTWISE_SIGNIN_CLIENT_ID', 'the application id by which visitors of the pages sign in'),
    clientSecret: required('POSTWISE_SIGNIN_CLIENT_SECRET', 'the client secret of that sign-in application'),
  });

  if (problems.length > 0) throw new SettingsError(problems);
  return Object.freeze({
    kind: 'teams',
    port,
    app: Object.freeze(app),
    schoolId,
    storage: Object.freeze(storage),
    headteacherIds: Object.freeze(headteacherIds),
    safeguardingIds: Object.freeze(safeguardingIds),
    chairIds: Object.freeze(chairIds),
    publicUrl,
    schoolFolder,
    signIn,
  });
}

/** What goes into the package that is uploaded to Teams: two settings, and no secret. */
export interface PackageSettings {
  readonly botId: string;
  readonly publicUrl: string;
}

/** @throws SettingsError as `readSettings`, for these two alone */
export function readPackageSettings(env: Readonly<Record<string, string | undefined>>): PackageSettings {
  const { problems, guid, httpsUrl } = readerOf(env);
  const botId = guid('MicrosoftAppId', BOT_ID_IS);
  const publicUrl = httpsUrl('POSTWISE_PUBLIC_URL', PUBLIC_URL_IS);
  if (problems.length > 0) throw new SettingsError(problems);
  return Object.freeze({ botId, publicUrl });
}

/** Reads single settings and gathers what is wrong with them; a wrong one reads as the empty text. */
function readerOf(env: Readonly<Record<string, string | undefined>>) {
  const problems: string[] = [];
  const given = (name: SettingName) => env[name]?.trim() ?? '';
  const wrong = (problem: string) => {
    problems.push(problem);
    return '';
  };

  const required = (name: SettingName, what: string) => given(name) || wrong(`Set ${name} to ${what}.`);
  const guid = (name: SettingName, what: string) => {
    const text = required(name, `${what}, a GUID`).toLowerCase();
    return text === '' || isGuid(text) ? text : wrong(`${name} is not a GUID. Set it to ${what}.`);
  };
  const people = (name: SettingName, who: string, atLeastOne: boolean) => {
    const ids = given(name)
      .toLowerCase()
      .split(',')
      .map((id) => id.trim())
      .filter((id) => id !== '');
    if (ids.length === 0 && atLeastOne)
      wrong(`Set ${name} to the Entra object id of ${who}, several with commas between.`);
    ids.forEach((id, at) => {
      if (!isGuid(id))
        wrong(`Entry ${at + 1} of ${name} is not an Entra object id. Give the GUID that Entra shows for the person.`);
    });
    return [...new Set(ids)];
  };
  const httpsUrl = (name: SettingName, what: string) => {
    const text = required(name, what);
    if (text === '') return '';
    const origin = readHttpsOrigin(text);
    return origin ?? wrong(`${name} is not an https address without a path. Set it to ${what}.`);
  };
  return { problems, given, wrong, required, guid, people, httpsUrl };
}

function readHttpsOrigin(text: string): string | null {
  if (!URL.canParse(text)) return null;
  const url = new URL(text);
  const bare =
    url.pathname === '/' && url.search === '' && url.hash === '' && url.username === '' && url.password === '';
  return url.protocol === 'https:' && bare && !text.includes('@') ? url.origin : null;
}

/** Plain http is only ever right to the storage emulator on the same machine. */
function connectionStringProblem(text: string): string | null {
  if (text === 'UseDevelopmentStorage=true') return null;
  const parts = new Map(
    text.split(';').flatMap((part) => {
      const at = part.indexOf('=');
      return at < 1 ? [] : [[part.slice(0, at).trim().toLowerCase(), part.slice(at + 1).trim()] as const];
    }),
  );
  const hasKey = parts.has('accountkey') || parts.has('sharedaccesssignature');
  if (!(parts.has('accountname') || parts.has('tableendpoint')) || !hasKey) {
    return 'POSTWISE_STORAGE_CONNECTION_STRING is not a storage connection string. Copy it whole from the storage account.';
  }
  const endpoints = ['tableendpoint', 'blobendpoint'].flatMap((name) => parts.get(name) ?? []);
  const insecure = endpoints.some((endpoint) => !isSecureOrLoopback(endpoint));
  const httpByDefault = parts.get('defaultendpointsprotocol')?.toLowerCase() === 'http' && endpoints.length < 2;
  return insecure || httpByDefault
    ? 'POSTWISE_STORAGE_CONNECTION_STRING uses plain http. Set DefaultEndpointsProtocol=https and https endpoints.'
    : null;
}

function isSecureOrLoopback(endpoint: string): boolean {
  if (!URL.canParse(endpoint)) return false;
  const { protocol, hostname } = new URL(endpoint);
  return protocol === 'https:' || (protocol === 'http:' && ['127.0.0.1', 'localhost', '[::1]'].includes(hostname));
}

// ---- The school's own folder ---------------------------------------------------------------------------------------

export const contactRoles = [
  'headteacher',
  'safeguardingLead',
  'deputySafeguardingLead',
  'chair',
  'lado',
  'hr',
] as const;
export type ContactRole = (typeof contactRoles)[number];

export type SchoolContact =
  | {
      readonly kind: 'set';
      readonly name?: string;
      readonly phone?: string;
      readonly email?: string;
      readonly entraId?: string;
    }
  /** Shown as "not set": a missing contact is never hidden, and never guessed. */
  | { readonly kind: 'notSet' };
export type SchoolContacts = Readonly<Record<ContactRole, SchoolContact>>;

export type SchoolFolder =
  | { readonly kind: 'read'; readonly contacts: SchoolContacts }
  | { readonly kind: 'wrong'; readonly problems: readonly string[] };

const CONTACTS_FILE = 'contacts.json';

// One line each, because they stand in cards and in `tel:` and `mailto:` links.
const contactSchema = z.strictObject({
  name: z
    .string()
    .trim()
    .min(1)
    .max(120)
    .regex(/^[^\p{Cc}<>]+$/u)
    .optional(),
  phone: z
    .string()
    .trim()
    .max(40)
    .regex(/^\+?[0-9][0-9 ()-]{4,}( ?(x|ext\.?) ?\d{1,6})?$/i)
    .optional(),
  email: z.email().max(200).optional(),
  entraId: z.string().trim().toLowerCase().refine(isGuid).optional(),
});
const fieldSays: Readonly<Record<string, string>> = {
  name: 'a name on one line',
  phone: 'a telephone number',
  email: 'an email address',
  entraId: 'an Entra object id (a GUID)',
};

/**
 * Reads the school's own folder: `contacts.json` with a contact for each of `contactRoles`.
 *
 * @param files  file name to text; `{}` when no folder is set, and then no contact is set
 * @returns      every role, set or not; or what is wrong, in sentences that repeat nobody's details
 */
export function readSchoolFolder(files: Readonly<Record<string, string>>): SchoolFolder {
  const text = files[CONTACTS_FILE];
  if (text === undefined && Object.keys(files).length > 0)
    return wrongFolder(`The school folder has no ${CONTACTS_FILE}.`);
  const json = text === undefined ? {} : parseJson(text);
  if (typeof json !== 'object' || json === null || Array.isArray(json)) {
    return wrongFolder(
      `${CONTACTS_FILE} is not a JSON object. Give each role its contact: {"headteacher": {"name": "…"}}.`,
    );
  }
  const given = new Map<string, unknown>(Object.entries(json));
  const problems = [...given.keys()].filter((role) => !isContactRole(role)).map(() => unknownRole());
  const contacts = contactRoles.map((role) => [role, readContact(role, given.get(role), problems)] as const);
  if (problems.length > 0) return { kind: 'wrong', problems: [...new Set(problems)] };
  return { kind: 'read', contacts: Object.freeze(Object.fromEntries(contacts)) as SchoolContacts };
}

const wrongFolder = (problem: string): SchoolFolder => ({ kind: 'wrong', problems: [problem] });
const isContactRole = (role: string): role is ContactRole => (contactRoles as readonly string[]).includes(role);
const unknownRole = () => `${CONTACTS_FILE} has a role that is not known. The roles are ${contactRoles.join(', ')}.`;

function readContact(role: ContactRole, given: unknown, problems: string[]): SchoolContact {
  if (given === undefined || given === null) return { kind: 'notSet' };
  const read = contactSchema.safeParse(given);
  if (read.success)
    return Object.keys(read.data).length === 0 ? { kind: 'notSet' } : Object.freeze({ kind: 'set', ...read.data });
  for (const issue of read.error.issues) {
    const field = issue.path[0];
    const says = typeof field === 'string' ? fieldSays[field] : undefined;
    problems.push(
      says === undefined
        ? `${CONTACTS_FILE}: ${role} may have name, phone, email and entraId, and nothing else.`
        : `${CONTACTS_FILE}: ${String(field)} of ${role} is not ${says}.`,
    );
  }
  return { kind: 'notSet' };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
