import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { config } from 'dotenv';
import { readPackageSettings, SettingsError } from '../settings.ts';
import { fillManifest, zipPackage } from './appPackage.ts';

// `npm run package`: fills the manifest from MicrosoftAppId and POSTWISE_PUBLIC_URL and zips it for upload to Teams.
config({ quiet: true });
const root = new URL('../../', import.meta.url);
const read = (name: string) => readFileSync(new URL(`appPackage/${name}`, root));
const { version } = JSON.parse(readFileSync(new URL('package.json', root), 'utf8')) as { version: string };
try {
  const manifest = fillManifest(read('manifest.json').toString(), readPackageSettings(process.env), version);
  const zip = await zipPackage({ manifest, color: read('color.png'), outline: read('outline.png') });
  const target = new URL('dist/postwise-teams.zip', root);
  mkdirSync(new URL('.', target), { recursive: true });
  writeFileSync(target, zip);
  console.log(`Written: ${fileURLToPath(target)}\nUpload it in the Teams admin centre, under Manage apps.`);
} catch (error) {
  if (!(error instanceof SettingsError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
