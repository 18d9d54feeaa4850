import { readSettings, secretSettingNames, settingNames, SettingsError } from '../src/settings.ts';

const HEAD = '11111111-aaaa-4bbb-8ccc-000000000001';
const LEAD = '11111111-aaaa-4bbb-8ccc-000000000002';
const CHAIR = '11111111-aaaa-4bbb-8ccc-000000000003';

type Env = Record<string, string | undefined>;
const good: Env = {
  MicrosoftAppId: '22222222-aaaa-4bbb-8ccc-000000000001',
  MicrosoftAppTenantId: '22222222-AAAA-4bbb-8ccc-000000000002',
  MicrosoftAppType: 'UserAssignedMSI',
  POSTWISE_SCHOOL_ID: 'st-marys-leeds',
  POSTWISE_TABLE_ENDPOINT: 'https://stmarys.table.core.windows.net/',
  POSTWISE_BLOB_ENDPOINT: 'https://stmarys.blob.core.windows.net',
  POSTWISE_HEADTEACHER_IDS: HEAD,
  POSTWISE_SAFEGUARDING_IDS: `${LEAD}, ${HEAD}`,
  POSTWISE_PUBLIC_URL: 'https://reports.example.org/',
  POSTWISE_SIGNIN_CLIENT_ID: '22222222-aaaa-4bbb-8ccc-000000000003',
  POSTWISE_SIGNIN_CLIENT_SECRET: 'a-signin-secret',
};
const singleTenant: Env = { MicrosoftAppType: 'SingleTenant', MicrosoftAppPassword: 'a-bot-secret' };
const byKey: Env = {
  POSTWISE_TABLE_ENDPOINT: undefined,
  POSTWISE_BLOB_ENDPOINT: undefined,
  POSTWISE_STORAGE_CONNECTION_STRING:
    'DefaultEndpointsProtocol=https;AccountName=stmarys;AccountKey=c2VjcmV0;EndpointSuffix=core.windows.net',
};

function problemsOf(env: Env): readonly string[] {
  try {
    readSettings(env);
  } catch (error) {
    if (error instanceof SettingsError) return error.problems;
    throw error;
  }
  return [];
}

describe('settings for Teams', () => {
  it('are read whole, with GUIDs in lower case and addresses as origins', () => {
    expect(readSettings(good)).toEqual({
      kind: 'teams',
      port: 3978,
      app: {
        type: 'UserAssignedMSI',
        id: '22222222-aaaa-4bbb-8ccc-000000000001',
        tenantId: '22222222-aaaa-4bbb-8ccc-000000000002',
      },
      schoolId: 'st-marys-leeds',
      storage: {
        kind: 'identity',
        tableEndpoint: 'https://stmarys.table.core.windows.net',
        blobEndpoint: 'https://stmarys.blob.core.windows.net',
      },
      headteacherIds: [HEAD],
      safeguardingIds: [LEAD, HEAD],
      chairIds: [],
      publicUrl: 'https://reports.example.org',
      schoolFolder: null,
      signIn: { clientId: '22222222-aaaa-4bbb-8ccc-000000000003', clientSecret: 'a-signin-secret' },
    });
  });

  it('cannot be changed once read', () => {
    const settings = readSettings({ ...good, ...singleTenant });
    for (const part of [settings, settings.app, settings.storage, settings.headteacherIds, settings.signIn]) {
      expect(Object.isFrozen(part)).toBe(true);
    }
  });

  it('take a client secret for a single tenant, a connection string, a port, a chair and a folder', () => {
    const more = { PORT: '8080', POSTWISE_CHAIR_IDS: CHAIR.toUpperCase(), POSTWISE_SCHOOL_FOLDER: '/home/school' };
    expect(readSettings({ ...good, ...singleTenant, ...byKey, ...more })).toMatchObject({
      port: 8080,
      app: { type: 'SingleTenant', password: 'a-bot-secret' },
      storage: { kind: 'connectionString', connectionString: byKey['POSTWISE_STORAGE_CONNECTION_STRING'] },
      chairIds: [CHAIR],
      schoolFolder: '/home/school',
    });
  });

  it('name everything that is missing at once', () => {
    const problems = problemsOf({});
    const needed = settingNames.filter(
      (name) => !['PORT', 'MicrosoftAppPassword', 'POSTWISE_CHAIR_IDS', 'POSTWISE_SCHOOL_FOLDER'].includes(name),
    );
    for (const name of needed) expect(problems.join('\n')).toContain(name);
    expect(problems).toHaveLength(10);
    for (const problem of problems) expect(problem).toMatch(/^[A-Z].*\.$/);
  });

  it.each<[string, Env, RegExp]>([
    ['a blank app id', { MicrosoftAppId: '  ' }, /^Set MicrosoftAppId/],
    [
      'a placeholder for the app id',
      { MicrosoftAppId: '00000000-0000-0000-0000-000000000000' },
      /^MicrosoftAppId is not a GUID/,
    ],
    [
      'a tenant by its domain',
      { MicrosoftAppTenantId: 'stmarys.onmicrosoft.com' },
      /^MicrosoftAppTenantId is not a GUID/,
    ],
    ['a bot for every tenant', { MicrosoftAppType: 'MultiTenant' }, /^MicrosoftAppType is neither/],
    ['a single tenant without its secret', { MicrosoftAppType: 'SingleTenant' }, /^Set MicrosoftAppPassword/],
    ['a secret that the managed identity does not use', { MicrosoftAppPassword: 'left-over' }, /Remove it/],
    ['a port that is none', { PORT: '80x' }, /^PORT/],
    ['a port out of range', { PORT: '70000' }, /^PORT/],
    ['a school id with capitals', { POSTWISE_SCHOOL_ID: 'St-Marys' }, /^POSTWISE_SCHOOL_ID/],
    ['a school id too short', { POSTWISE_SCHOOL_ID: 'ab' }, /^POSTWISE_SCHOOL_ID/],
    ['a school id too long', { POSTWISE_SCHOOL_ID: 'a'.repeat(41) }, /^POSTWISE_SCHOOL_ID/],
    ['a school id with two hyphens together', { POSTWISE_SCHOOL_ID: 'st--marys' }, /^POSTWISE_SCHOOL_ID/],
    ['tables without pictures', { POSTWISE_BLOB_ENDPOINT: undefined }, /^Set POSTWISE_BLOB_ENDPOINT/],
    [
      'storage by plain http',
      { POSTWISE_TABLE_ENDPOINT: 'http://stmarys.table.core.windows.net' },
      /not an https address/,
    ],
    [
      'two ways to the storage',
      { POSTWISE_STORAGE_CONNECTION_STRING: byKey['POSTWISE_STORAGE_CONNECTION_STRING'] },
      /not both/,
    ],
    [
      'a connection string that is none',
      { ...byKey, POSTWISE_STORAGE_CONNECTION_STRING: 'hello' },
      /not a storage connection string/,
    ],
    [
      'a connection string by plain http',
      { ...byKey, POSTWISE_STORAGE_CONNECTION_STRING: 'DefaultEndpointsProtocol=http;AccountName=a;AccountKey=b' },
      /plain http/,
    ],
    [
      'a connection string to a plain http host elsewhere',
      {
        ...byKey,
        POSTWISE_STORAGE_CONNECTION_STRING:
          'AccountName=a;AccountKey=b;TableEndpoint=http://10.0.0.4/a;BlobEndpoint=https://b',
      },
      /plain http/,
    ],
    ['nobody as headteacher', { POSTWISE_HEADTEACHER_IDS: ' , ' }, /^Set POSTWISE_HEADTEACHER_IDS/],
    [
      'a headteacher by address',
      { POSTWISE_HEADTEACHER_IDS: `${HEAD},head@example.org` },
      /^Entry 2 of POSTWISE_HEADTEACHER_IDS/,
    ],
    ['nobody for safeguarding', { POSTWISE_SAFEGUARDING_IDS: undefined }, /^Set POSTWISE_SAFEGUARDING_IDS/],
    ['a chair by name', { POSTWISE_CHAIR_IDS: 'Pat' }, /^Entry 1 of POSTWISE_CHAIR_IDS/],
    ['a chair who is the headteacher', { POSTWISE_CHAIR_IDS: HEAD }, /must be somebody else/],
    ['pages by plain http', { POSTWISE_PUBLIC_URL: 'http://reports.example.org' }, /^POSTWISE_PUBLIC_URL/],
    ['pages below a path', { POSTWISE_PUBLIC_URL: 'https://example.org/reports' }, /^POSTWISE_PUBLIC_URL/],
    ['pages with a user in the address', { POSTWISE_PUBLIC_URL: 'https://me@example.org' }, /^POSTWISE_PUBLIC_URL/],
    ['a sign-in that is not a GUID', { POSTWISE_SIGNIN_CLIENT_ID: 'postwise' }, /^POSTWISE_SIGNIN_CLIENT_ID/],
    ['a sign-in without its secret', { POSTWISE_SIGNIN_CLIENT_SECRET: '' }, /^Set POSTWISE_SIGNIN_CLIENT_SECRET/],
  ])('refuse %s, and nothing else', (_what, change, problem) => {
    expect(problemsOf({ ...good, ...change })).toEqual([expect.stringMatching(problem)]);
  });

  it('accept the emulator on the same machine by plain http', () => {
    for (const text of [
      'UseDevelopmentStorage=true',
      'DefaultEndpointsProtocol=http;AccountName=a;AccountKey=b;TableEndpoint=http://127.0.0.1:10002/a;BlobEndpoint=http://127.0.0.1:10000/a',
    ]) {
      expect(problemsOf({ ...good, ...byKey, POSTWISE_STORAGE_CONNECTION_STRING: text })).toEqual([]);
    }
  });

  it('repeat no value in a problem', () => {
    const env = Object.fromEntries(settingNames.map((name) => [name, `zq-${name.toLowerCase()}-zq`]));
    const problems = problemsOf({ ...env, MicrosoftAppType: 'UserAssignedMSI' });
    expect(problems.length).toBeGreaterThan(5);
    expect(problems.join('\n')).not.toContain('zq');
  });

  it('read no name outside the list, and every name in it', () => {
    const asked = new Set<string>();
    const watched = new Proxy<Env>(
      { ...good, ...byKey, ...singleTenant },
      {
        get: (env, name) => {
          asked.add(String(name));
          return env[String(name)];
        },
      },
    );
    readSettings(watched);
    expect(() => readSettings(new Proxy({}, { get: (_env, name) => void asked.add(String(name)) }))).toThrow(
      SettingsError,
    );
    expect([...asked].sort()).toEqual([...settingNames].sort());
    for (const name of secretSettingNames) expect(settingNames).toContain(name);
  });
});
