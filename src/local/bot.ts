/**
 * The bot as the local default runs it: on loopback, without tokens, with whoever has a link let in. Started by the
 * supervisor, and of no use without it.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type NamedPerson, startApp, policyFoldersIn } from '../app.ts';
import { readSchoolId, readStaffId, type StaffId } from '../core/ids.ts';
import type { HostRule } from '../fetching/hosts.ts';
import { readSchoolFolder, type SchoolContacts } from '../settings.ts';
import { endWithParent } from './endWithParent.ts';
import { LOCAL_BOT_ID, localPeople } from './people.ts';

/** Clients on this machine choose their own ports; nothing else is ever asked or answered. */
const LOOPBACK: readonly HostRule[] = ['127.0.0.1', 'localhost', '[::1]'].map((host) => ({
  kind: 'loopback',
  host,
  scheme: 'http',
  port: 'any',
  takesToken: false,
}));

const given = (name: string): string => {
  const value = process.env[name];
  if (value === undefined || value === '') throw new Error(`${name} is missing: start this with "npm run local"`);
  return value;
};
const idsOf = (name: string): readonly StaffId[] =>
  (process.env[name] ?? '').split(',').flatMap((id) => readStaffId(id) ?? []);

const headteachers = idsOf('POSTWISE_HEADTEACHER_IDS');
const safeguarding = idsOf('POSTWISE_SAFEGUARDING_IDS');
const chairs = idsOf('POSTWISE_CHAIR_IDS');

/** The invented persons' names, where the role is still theirs. */
function named(ids: readonly StaffId[], role: string): readonly NamedPerson[] {
  return ids.map((id) => ({
    id,
    role,
    name: Object.values(localPeople).find(({ entraId }) => entraId === id)?.name ?? null,
  }));
}

function contacts(): SchoolContacts {
  const folder = process.env['POSTWISE_SCHOOL_FOLDER'] ?? '';
  const read = readSchoolFolder(
    folder === '' ? {} : { 'contacts.json': readFileSync(join(folder, 'contacts.json'), 'utf8') },
  );
  if (read.kind === 'wrong') throw new Error(read.problems.join(' '));
  if (folder !== '') return read.contacts;
  // Invented, and telephone numbers that Ofcom keeps free for drama.
  const { headteacher, safeguardingLead, chair } = localPeople;
  return {
    ...read.contacts,
    headteacher: { kind: 'set', name: headteacher.name, phone: '01632 960101' },
    safeguardingLead: { kind: 'set', name: safeguardingLead.name, phone: '01632 960102' },
    chair: { kind: 'set', name: chair.name, phone: '01632 960103' },
  };
}

const school = readSchoolId(given('POSTWISE_SCHOOL_ID'));
if (school === null) throw new Error('POSTWISE_SCHOOL_ID is not the id of a school');
const connectionString = given('POSTWISE_STORAGE_CONNECTION_STRING');

const app = await startApp({
  school,
  tenant: given('POSTWISE_TENANT_ID'),
  host: given('HOST'),
  port: Number(given('PORT')),
  publicUrl: given('POSTWISE_PUBLIC_URL'),
  local: true,
  credentials: { kind: 'local' },
  botId: LOCAL_BOT_ID,
  tables: { connectionString },
  blobs: { connectionString },
  pictureHosts: LOOPBACK,
  serviceHosts: LOOPBACK,
  visitor: { kind: 'link-alone' },
  roles: { headteachers, safeguarding, chairs },
  named: [
    ...named(headteachers, 'Headteacher'),
    ...named(safeguarding, 'Safeguarding lead'),
    ...named(chairs, 'Chair of governors'),
  ],
  contacts: contacts(),
  policyFolders: policyFoldersIn(process.env['POSTWISE_SCHOOL_FOLDER'] ?? null),
});

endWithParent();
for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  process.once(signal, () => void app.stop().finally(() => process.exit(0)));
}
