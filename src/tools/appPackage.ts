import { buffer } from 'node:stream/consumers';
import yazl from 'yazl';
import type { PackageSettings } from '../settings.ts';

/** What Teams wants at the root of the zip, and nothing else. */
export type PackageFiles = { readonly manifest: string; readonly color: Buffer; readonly outline: Buffer };

/**
 * Puts the settings into the manifest's `{{places}}`.
 *
 * @param version  of package.json, three numbers; Teams takes an update only when it has grown
 * @throws Error that names every place that is left
 */
export function fillManifest(template: string, { botId, publicUrl }: PackageSettings, version: string): string {
  if (!/^\d+\.\d+\.\d+$/.test(version)) throw new Error('The version is not three numbers with dots between.');
  const values = new Map([
    ['botId', botId],
    ['publicUrl', publicUrl],
    ['publicHost', new URL(publicUrl).host],
    ['version', version],
  ]);
  const filled = template.replace(/\{\{(\w+)\}\}/g, (place, name: string) => values.get(name) ?? place);
  const left = [...new Set(filled.match(/\{\{[^}]*\}\}/g) ?? [])];
  if (left.length > 0) throw new Error(`The manifest has places that nothing fills: ${left.join(', ')}`);
  JSON.parse(filled);
  return filled;
}

/** Zips the package. The same files give the same bytes, on every machine and on every day. */
export async function zipPackage({ manifest, color, outline }: PackageFiles): Promise<Buffer> {
  // The zip keeps a time without a zone: the same figures everywhere, and no second time in UTC beside them.
  const options = { mtime: new Date(2020, 0, 1), mode: 0o100644, forceDosTimestamp: true };
  const zip = new yazl.ZipFile();
  zip.addBuffer(Buffer.from(manifest), 'manifest.json', options);
  zip.addBuffer(color, 'color.png', options);
  zip.addBuffer(outline, 'outline.png', options);
  zip.end();
  return buffer(zip.outputStream);
}
