/** `npm start`: Postwise for Teams. Refuses to start without app id, tenant, storage and persons, and says all that is missing. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { config } from 'dotenv';
import {
  type AppOptions,
  entraVisitor,
  identity,
  type NamedPerson,
  startApp,
  type StoragePlace,
  teamsHosts,
  policyFoldersIn,
} from './app.ts';
import { readSchoolId, readStaffId, type StaffId } from './core/ids.ts';
import { readSchoolFolder, readSettings, type SchoolContacts, type Settings, SettingsError } from './settings.ts';

const CONTACTS_FILE = 'contacts.json';

const idsOf = (ids: readonly string[]): readonly StaffId[] => ids.flatMap((id) => readStaffId(id) ?? []);

function readContacts(folder: string | null): SchoolContacts {
  const path = folder === null ? null : join(folder, CONTACTS_FILE);
  if (path !== null && !existsSync(path))
    throw new SettingsError([`POSTWISE_SCHOOL_FOLDER holds no ${CONTACTS_FILE}.`]);
  const read = readSchoolFolder(path === null ? {} : { [CONTACTS_FILE]: readFileSync(path, 'utf8') });
  if (read.kind === 'wrong') throw new SettingsError(read.problems);
  return read.contacts;
}

function places({ storage, app }: Settings): { readonly tables: StoragePlace; readonly blobs: StoragePlace } {
  if (storage.kind === 'connectionString') {
    const place = { connectionString: storage.connectionString };
    return { tables: place, blobs: place };
  }
  const credential = identity(app.type === 'UserAssignedMSI' ? app.id : undefined);
  return {
    tables: { endpoint: storage.tableEndpoint, credential },
    blobs: { endpoint: storage.blobEndpoint, credential },
  };
}

function optionsFrom(settings: Settings): AppOptions {
  const { app, publicUrl } = settings;
  const school = readSchoolId(settings.schoolId);
  if (school === null) throw new SettingsError(['POSTWISE_SCHOOL_ID is not the id of a school.']);
  const contacts = readContacts(settings.schoolFolder);
  const roles = {
    headteachers: idsOf(settings.headteacherIds),
    safeguarding: idsOf(settings.safeguardingIds),
    chairs: idsOf(settings.chairIds),
  };
  const named = (ids: readonly StaffId[], role: string, contact: SchoolContacts[keyof SchoolContacts]): NamedPerson[] =>
    ids.map((id) => {
      const isContact = contact.kind === 'set' && (ids.length === 1 || contact.entraId === id);
      return { id, role, name: isContact ? (contact.name ?? null) : null };
    });
  return {
    school,
    tenant: app.tenantId,
    host: '0.0.0.0',
    port: settings.port,
    publicUrl,
    local: false,
    credentials: {
      kind: 'teams',
      appId: app.id,
      tenantId: app.tenantId,
      appType: app.type,
      ...(app.type === 'SingleTenant' ? { password: app.password } : {}),
    },
    botId: app.id,
    ...places(settings),
    ...teamsHosts,
    visitor: entraVisitor({
      issuer: `https://login.microsoftonline.com/${app.tenantId}/v2.0`,
      tenantId: app.tenantId,
      clientId: settings.signIn.clientId,
      clientSecret: settings.signIn.clientSecret,
      redirectUri: `${publicUrl}/signed-in`,
    }),
    roles,
    named: [
      ...named(roles.headteachers, 'Headteacher', contacts.headteacher),
      ...named(roles.safeguarding, 'Safeguarding lead', contacts.safeguardingLead),
      ...named(roles.chairs, 'Chair of governors', contacts.chair),
    ],
    contacts,
    policyFolders: policyFoldersIn(settings.schoolFolder),
  };
}

const [major] = process.versions.node.split('.').map(Number);
if ((major ?? 0) < 24) {
  console.error(
    `Postwise needs Node 24 or newer; this is ${process.versions.node}. "npm start" uses the one that npm installed.`,
  );
  process.exit(1);
}
config({ quiet: true });
try {
  const app = await startApp(optionsFrom(readSettings(process.env)));
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.once(signal, () => void app.stop().finally(() => process.exit(0)));
  }
} catch (error) {
  // The names of settings only: their values may be secrets.
  console.error(
    error instanceof SettingsError
      ? error.message
      : `Postwise could not start: ${error instanceof Error ? error.name : 'unknown'}`,
  );
  process.exit(1);
}
