import { createHash } from 'node:crypto';
import type { SchoolId } from '../core/ids.ts';
import type { StoredFacts } from '../core/report/picture.ts';
import type { Outside, PictureKey } from './ports.ts';

/** Whether the original's bytes are still those that were received. Asked before any copy of it is shown. */
export async function isAsReceived(
  { evidence }: Pick<Outside, 'evidence'>,
  school: SchoolId,
  key: Omit<PictureKey, 'copy'>,
  { sha256 }: Pick<StoredFacts, 'sha256'>,
): Promise<boolean> {
  const original = await evidence.get(school, { ...key, copy: 'original' });
  return original !== null && createHash('sha256').update(original.bytes).digest('hex') === sha256;
}
