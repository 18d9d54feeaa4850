import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type Azurite, startAzurite } from '../builders/azurite.ts';

const PEM = join(import.meta.dirname, 'test-only-loopback.pem');
let azurite: Azurite;
beforeAll(async () => {
  azurite = await startAzurite(PEM);
});
afterAll(() => azurite.stop());

const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
/** The emulator looks at who a token is for and until when, and not at its signature. */
function tokenFor(audience: string): string {
  const now = Math.floor(Date.now() / 1_000);
  const claims = {
    aud: audience,
    iss: 'https://sts.windows.net/test/',
    iat: now - 60,
    nbf: now - 60,
    exp: now + 3_600,
  };
  return `${part({ alg: 'none', typ: 'JWT' })}.${part(claims)}.${part({ none: true })}`;
}
async function runWith(token: string): Promise<unknown> {
  const endpoints = [azurite.tablePort, azurite.blobPort].map((port) => `https://127.0.0.1:${port}/devstoreaccount1`);
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [join(import.meta.dirname, 'asIdentity.ts'), ...endpoints, token],
    { env: { PATH: process.env.PATH, NODE_EXTRA_CA_CERTS: PEM } },
  );
  return JSON.parse(stdout);
}

it('storage is reached as the bot’s own identity, without a key', async () => {
  expect(await runWith(tokenFor('https://storage.azure.com'))).toEqual({
    filed: 'filed',
    listed: 1,
    bytes: 'bytes',
    scopes: ['https://storage.azure.com/.default'],
  });
});

it('a token for something else is an error, and says no more than that', async () => {
  const { error } = (await runWith(tokenFor('https://graph.microsoft.com'))) as { error: string };
  expect(error).toMatch(/^StorageError: Cannot reach the (table|container): 40[13]/);
});
