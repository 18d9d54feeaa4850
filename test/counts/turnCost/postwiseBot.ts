/** Postwise as `npm start` joins it, on the emulator, with the token check of Teams. */
import { createWriteStream } from 'node:fs';
import { type AppOptions, startApp } from '../../../src/app.ts';
import { readSchoolId, readStaffId } from '../../../src/core/ids.ts';
import type { HostRule } from '../../../src/fetching/hosts.ts';
import { APP_ID, beMeasured, credentialFactory, TENANT } from './measured.ts';

const must = <T>(value: T | null): T => {
  if (value === null) throw new Error('not an id');
  return value;
};
const loopback: HostRule = { kind: 'loopback', host: '127.0.0.1', scheme: 'http', port: 'any', takesToken: false };
/** The workers then do nothing that no turn has woken them for. */
const NEVER_MS = 60 * 60_000;

await beMeasured(async ({ keysUrl, storage }) => {
  const requests: Record<string, number> = {};
  const options: AppOptions = {
    school: must(readSchoolId('measured-school')),
    tenant: TENANT,
    host: '127.0.0.1',
    port: 0,
    publicUrl: 'http://127.0.0.1:1',
    local: true,
    credentials: { kind: 'teams', appId: APP_ID, tenantId: TENANT, appType: 'SingleTenant', password: 'unused' },
    botId: APP_ID,
    tables: { connectionString: storage },
    blobs: { connectionString: storage },
    pictureHosts: [loopback],
    serviceHosts: [loopback],
    visitor: { kind: 'link-alone' },
    roles: { headteachers: [must(readStaffId('00000000-0000-4000-8000-000000000002'))], safeguarding: [], chairs: [] },
    named: [],
    contacts: { chair: { kind: 'set', name: 'Chris Tan', phone: '01632 960103' } },
    logTo: createWriteStream('/dev/null'),
    forTests: {
      edge: { keysUrl, credentialFactory },
      idleMs: NEVER_MS,
      observe: (operation) => {
        const { method } = operation as { readonly method?: string };
        if (method !== undefined) requests[method] = (requests[method] ?? 0) + 1;
      },
    },
  };
  const { port } = await startApp(options);
  return { port, requests };
});
