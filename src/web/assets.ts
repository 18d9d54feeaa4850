import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Answer } from './answer.ts';

const TYPES = {
  'postwise.css': 'text/css; charset=utf-8',
  'upload.js': 'text/javascript; charset=utf-8',
  'copy.js': 'text/javascript; charset=utf-8',
  'icon.svg': 'image/svg+xml',
} as const;

const read = (name: string) => {
  const bytes = readFileSync(new URL(`./assets/${name}`, import.meta.url));
  return { bytes, mark: createHash('sha256').update(bytes).digest('hex').slice(0, 10) };
};
const assets = new Map(Object.entries(TYPES).map(([name, type]) => [name, { type, ...read(name) }]));

/** The address of a file that pages use. It changes with the file, so that a browser may keep the file. */
export function assetPath(name: string): string {
  const asset = assets.get(name);
  if (asset === undefined) throw new Error(`There is no asset ${name}`);
  return `/assets/${name}?v=${asset.mark}`;
}

export function readAsset(name: string): Answer | null {
  const asset = assets.get(name);
  return asset === undefined
    ? null
    : {
        status: 200,
        headers: { 'Content-Type': asset.type, 'Cache-Control': 'public, max-age=86400' },
        body: asset.bytes,
      };
}
