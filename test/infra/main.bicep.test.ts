import { readSettings, secretSettingNames, settingNames } from '../../src/settings.ts';
import { mainBicep, readBicep, type Resource, type Template, type Value } from './bicep.ts';

let template: Template;
beforeAll(async () => (template = await readBicep(mainBicep)));

const ofType = (type: string): Resource[] => template.resources.filter((each) => each.type === type);
const only = (type: string): Resource => {
  const [resource, ...more] = ofType(type);
  if (resource === undefined || more.length > 0) throw new Error(`not exactly one ${type}`);
  return resource;
};
const at = (value: Value | Record<string, Value>, ...path: readonly string[]): Value | undefined => {
  const [first, ...rest] = path;
  if (first === undefined) return value;
  const next = typeof value === 'object' ? value[first] : undefined;
  return next === undefined ? undefined : at(next, ...rest);
};
const properties = (type: string, ...path: readonly string[]) => at(only(type).body, 'properties', ...path);

const SITE = 'Microsoft.Web/sites';
const STORAGE = 'Microsoft.Storage/storageAccounts';
const BOT = 'Microsoft.BotService/botServices';
const IDENTITY = 'Microsoft.ManagedIdentity/userAssignedIdentities';

describe('the template', () => {
  it('is read whole by the grammar', () => {
    expect(template.errors).toEqual([]);
    expect(template.resources.length).toBeGreaterThan(9);
  });

  it.each<[string, (text: string) => string]>([
    ['a brace that is missing', (text) => text.replace('properties: {', 'properties:')],
    ['a misspelt keyword', (text) => text.replace('resource plan', 'resorce plan')],
    ['a quote that is missing', (text) => text.replace("kind: 'StorageV2'", "kind: 'StorageV2")],
  ])('would not be read with %s', async (_what, change) => {
    expect(change(mainBicep)).not.toBe(mainBicep);
    expect((await readBicep(change(mainBicep))).errors).not.toEqual([]);
  });

  it('pins each resource to a dated version that is no preview', () => {
    for (const { apiVersion } of template.resources) expect(apiVersion).toMatch(/^\d{4}-\d\d-\d\d$/);
  });
});

describe('the settings in the template', () => {
  const settings = () => properties('Microsoft.Web/sites/config') as Record<string, string>;
  /** Read by App Service itself. */
  const ofThePlatform = ['SCM_DO_BUILD_DURING_DEPLOYMENT'];
  /** The other way to do what the managed identity does; set in no school that uses this template. */
  const needless = ['MicrosoftAppPassword', 'POSTWISE_STORAGE_CONNECTION_STRING'];

  it('are those that the code reads, neither more nor fewer', () => {
    const set = Object.keys(settings()).filter((name) => !ofThePlatform.includes(name));
    expect(set.sort()).toEqual(settingNames.filter((name) => !needless.includes(name)).sort());
    expect(only('Microsoft.Web/sites/config').body).toMatchObject({ parent: 'site', name: 'appsettings' });
  });

  it('are enough to start with', () => {
    const guid = (end: number) => `22222222-aaaa-4bbb-8ccc-00000000000${end}`;
    /** What Azure or the school puts in place of each expression. */
    const inAzure = new Map([
      ['identity.properties.clientId', guid(1)],
      ['identity.properties.tenantId', guid(2)],
      ['schoolId', 'st-marys-leeds'],
      ['storage.properties.primaryEndpoints.table', 'https://postwise123.table.core.windows.net/'],
      ['storage.properties.primaryEndpoints.blob', 'https://postwise123.blob.core.windows.net/'],
      ["join(headteacherIds, ',')", guid(3)],
      ["join(safeguardingIds, ',')", `${guid(4)},${guid(5)}`],
      ["join(chairIds, ',')", ''],
      ['publicUrl', 'https://postwise-123.azurewebsites.net'],
      ['schoolFolder', ''],
      ['signInClientId', guid(6)],
      ['signInClientSecret', 'a-secret'],
    ]);
    const env = Object.fromEntries(Object.entries(settings()).map(([name, text]) => [name, inAzure.get(text) ?? text]));
    expect(readSettings(env)).toMatchObject({
      port: 8080,
      app: { type: 'UserAssignedMSI', id: guid(1) },
      storage: { kind: 'identity', tableEndpoint: 'https://postwise123.table.core.windows.net' },
      chairIds: [],
      schoolFolder: null,
    });
  });

  it('hold a secret only from a parameter that is marked as one', () => {
    const secure = template.parameters.filter(({ decorators }) => decorators.some((each) => each.includes('secure()')));
    expect(secure.map(({ name, hasDefault }) => [name, hasDefault])).toEqual([['signInClientSecret', false]]);
    const given = Object.entries(settings()).filter(([name]) =>
      (secretSettingNames as readonly string[]).includes(name),
    );
    expect(given).toEqual([['POSTWISE_SIGNIN_CLIENT_SECRET', 'signInClientSecret']]);
  });

  it('leave no parameter without a description, and none that looks like a secret unmarked', () => {
    for (const { name, decorators } of template.parameters) {
      expect([name, decorators.some((each) => each.includes('description('))]).toEqual([name, true]);
      const secret = /secret|password|key$|token|connectionString/i.test(name);
      expect([name, decorators.some((each) => each.includes('secure()'))]).toEqual([name, secret]);
    }
  });

  it('and the outputs give no key away', () => {
    expect(mainBicep).not.toMatch(/listKeys|listAccountSas|AccountKey=/);
    expect(template.outputs.join('\n')).not.toMatch(/secret|key/i);
    expect(template.outputs).toHaveLength(2);
  });
});

describe('the policy', () => {
  it('https only, and TLS 1.2 at least', () => {
    expect([
      properties(SITE, 'httpsOnly'),
      properties(SITE, 'siteConfig', 'minTlsVersion'),
      properties(SITE, 'siteConfig', 'scmMinTlsVersion'),
    ]).toEqual([true, '1.2', '1.2']);
    expect([properties(STORAGE, 'supportsHttpsTrafficOnly'), properties(STORAGE, 'minimumTlsVersion')]).toEqual([
      true,
      'TLS1_2',
    ]);
  });

  it('no passwords for deploying, no debugging, no written addresses', () => {
    expect(properties(SITE, 'siteConfig')).toMatchObject({
      ftpsState: 'Disabled',
      remoteDebuggingEnabled: false,
      httpLoggingEnabled: false,
    });
    const policies = ofType('Microsoft.Web/sites/basicPublishingCredentialsPolicies');
    expect(policies.map(({ body }) => [body['name'], at(body, 'properties', 'allow')])).toEqual([
      ['ftp', false],
      ['scm', false],
    ]);
  });

  it('no key to the storage, and nothing of it public', () => {
    expect(properties(STORAGE)).toMatchObject({
      allowSharedKeyAccess: false,
      allowBlobPublicAccess: false,
      allowCrossTenantReplication: false,
    });
  });

  it('what is deleted can be brought back for seven days, and no version of it outlives them', () => {
    const blobs = properties('Microsoft.Storage/storageAccounts/blobServices');
    expect(blobs).toMatchObject({
      isVersioningEnabled: false,
      deleteRetentionPolicy: { enabled: true, days: 7 },
      containerDeleteRetentionPolicy: { enabled: true, days: 7 },
    });
  });

  it('one identity is the bot, runs the site and opens tables and blobs, with no wider role', () => {
    expect(only(IDENTITY).symbol).toBe('identity');
    expect(at(only(SITE).body, 'identity')).toEqual({
      type: 'UserAssigned',
      userAssignedIdentities: { '${identity.id}': {} },
    });
    expect(properties(BOT)).toMatchObject({
      msaAppType: 'UserAssignedMSI',
      msaAppId: 'identity.properties.clientId',
      msaAppMSIResourceId: 'identity.id',
      endpoint: '${publicUrl}/api/messages',
      disableLocalAuth: true,
    });
    const roles = ofType('Microsoft.Authorization/roleAssignments').map(({ body }) => [
      body['scope'],
      at(body, 'properties', 'principalId'),
      at(body, 'properties', 'roleDefinitionId'),
    ]);
    const role = (name: string) => `subscriptionResourceId('Microsoft.Authorization/roleDefinitions', ${name})`;
    expect(roles).toEqual([
      ['storage', 'identity.properties.principalId', role('storageTableDataContributor')],
      ['storage', 'identity.properties.principalId', role('storageBlobDataContributor')],
    ]);
  });

  it('the site runs Node 24 and is never put to sleep', () => {
    expect(properties(SITE, 'siteConfig')).toMatchObject({ linuxFxVersion: 'NODE|24-lts', alwaysOn: true });
    expect(properties('Microsoft.Web/serverfarms', 'reserved')).toBe(true);
  });

  it('the site is asked how it is at the address that answers', () => {
    expect(properties(SITE, 'siteConfig', 'healthCheckPath')).toBe('/healthz');
  });

  it('Teams is the only channel that is opened', () => {
    expect(ofType('Microsoft.BotService/botServices/channels').map(({ body }) => body['name'])).toEqual([
      'MsTeamsChannel',
    ]);
  });
});
