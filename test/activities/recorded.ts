import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export const TENANT = '5f0c1d8e-0000-4000-8000-00000000a001';
export const APP_ID = '5f0c1d8e-0000-4000-8000-00000000c001';
export const TEACHER = '5f0c1d8e-0000-4000-8000-00000000b001';
export const HEAD = '5f0c1d8e-0000-4000-8000-00000000b002';
export const PERSONAL_CHAT = 'a:1personal-scrubbed';
export const REPORTS_CHANNEL = '19:reportsscrubbed@thread.tacv2';

export type Json = Record<string, unknown>;

/**
 * One of the activities of this folder, as a fresh object.
 *
 * @param changes  fields put in place of the file's; `undefined` takes a field away
 */
export function recorded(name: string, changes: Json = {}): Json {
  const activity = JSON.parse(readFileSync(join(import.meta.dirname, `${name}.json`), 'utf8')) as Json;
  for (const [field, value] of Object.entries(changes)) {
    if (value === undefined) Reflect.deleteProperty(activity, field);
    else activity[field] = value;
  }
  return activity;
}
