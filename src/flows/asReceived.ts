import type { SchoolId } from '../core/ids.ts';
import type { StoredFacts } from '../core/report/picture.ts';
import type { Outside, PictureKey } from './ports.ts';

type Where = Omit<PictureKey, 'copy'>;

export type PictureView =
  | { readonly kind: 'picture'; readonly bytes: Buffer; readonly mediaType: string }
  /** Sealed, not there, or not for this person any more. */
  | { readonly kind: 'none' }
  /** The original's bytes are no longer those that were received. */
  | { readonly kind: 'altered' };

/** The first of those copies that there is, once the original is found to be what was received. */
export async function shownCopy(
  outside: Pick<Outside, 'evidence'>,
  school: SchoolId,
  where: Where,
  facts: Pick<StoredFacts, 'sha256'>,
  copies: readonly PictureKey['copy'][],
): Promise<PictureView> {
  if (!(await isAsReceived(outside, school, where, facts))) return { kind: 'altered' };
  for (const copy of copies) {
    const view = await outside.evidence.get(school, { ...where, copy });
    if (view !== null) return { kind: 'picture', ...view };
  }
  return { kind: 'altered' };
}

/** Whether the original's bytes are still those that were received. Asked before any copy of it is shown. */
export async function isAsReceived(
  { evidence }: Pick<Outside, 'evidence'>,
  school: SchoolId,
  where: Where,
  { sha256 }: Pick<StoredFacts, 'sha256'>,
): Promise<boolean> {
  return (await evidence.digest(school, { ...where, copy: 'original' })) === sha256;
}
