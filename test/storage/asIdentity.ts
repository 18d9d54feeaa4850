/**
 * Run by identity.test.ts as a process of its own: a certificate that is trusted can only be named before Node starts.
 * Files one report and reads it back with the token given, and prints what came of it.
 */
import { createStorage } from '../../src/storage/storage.ts';
import { aDraft, aFiling, draftId, pictureId, reportId, SCHOOL } from '../builders/values.ts';

const [tables = '', blobs = '', token = ''] = process.argv.slice(2);
const scopes = new Set<string>();
const credential = {
  getToken: async (asked: string | string[]) => {
    for (const scope of [asked].flat()) scopes.add(scope);
    return { token, expiresOnTimestamp: Date.now() + 3_600_000 };
  },
};

async function run(): Promise<unknown> {
  const access = { tables: { endpoint: tables, credential }, blobs: { endpoint: blobs, credential } };
  const storage = await createStorage({ ...access, tries: 1 });
  const from = await storage.drafts.create(SCHOOL, aDraft());
  if (from === 'exists') return 'there is a draft already';
  const filed = await storage.reports.file(SCHOOL, aFiling(aDraft(), { id: reportId(1) }), from, []);
  const picture = { draft: draftId(1), picture: pictureId(1), copy: 'view' } as const;
  await storage.evidence.put(SCHOOL, picture, Buffer.from('bytes'), 'image/png');
  await storage.check();
  return {
    filed,
    listed: (await storage.reports.open(SCHOOL, 10)).items.length,
    bytes: (await storage.evidence.get(SCHOOL, picture))?.bytes.toString(),
    scopes: [...scopes],
  };
}

run().then(
  (result) => console.log(JSON.stringify(result)),
  (error: unknown) => console.log(JSON.stringify({ error: String(error) })),
);
