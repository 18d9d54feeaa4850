import type { PictureWords } from './pictureWords.ts';
import type { DraftId, PictureId, StaffId } from '../ids.ts';

/** How many pictures one report takes, and how large one may be. */
export const MOST_PICTURES = 20;
export const MOST_PICTURE_BYTES = 20 * 1024 * 1024;
/** A chat picture's address lives some minutes (Teams: "fetch immediately"); ours is forgotten after ten. */
export const REFERENCE_LIFE_MS = 10 * 60_000;

/** Where a picture came from. `inline` is pasted or a phone photo (needs the bot's token); `file` is the paperclip. */
export type PictureSource =
  | { readonly kind: 'chat'; readonly activityId: string; readonly index: number; readonly how: 'inline' | 'file' }
  | { readonly kind: 'page'; readonly uploadKey: string };

export type StoredFacts = {
  /** Lower-case hex, of the original bytes as received. */
  readonly sha256: string;
  readonly bytes: number;
  readonly mediaType: string;
  /** 0 by 0 where a file that cannot be shown here does not say. */
  readonly width: number;
  readonly height: number;
  /** ISO instant. */
  readonly receivedAt: string;
  /** The original is kept, and there is no copy of it to show: no decoder for its kind is at hand. */
  readonly noView?: true;
};

/** Why a picture was not kept. Each has one sentence for the reporter in `cards`. */
export type NotKept =
  | 'foreign-host'
  | 'expired'
  | 'too-large'
  | 'not-found'
  | 'unreachable'
  | 'not-a-picture'
  | 'too-many-pixels'
  | 'animated'
  | 'broken'
  | 'unsupported'
  | 'too-many';

/**
 * A picture of a draft. Bytes exist for `stored` and `sealed` only; the address exists for `waiting` only, and is
 * dropped with that state.
 */
export type DraftPicture = {
  readonly id: PictureId;
  /** The number told to the reporter, 1 upward, never given twice within a draft. */
  readonly number: number;
  readonly source: PictureSource;
  /** Let go with a stop: nothing then describes the picture. */
  readonly words?: PictureWords;
} & (
  | { readonly state: 'waiting'; readonly url: string; readonly host: string; readonly until: string }
  | ({ readonly state: 'stored' } & StoredFacts)
  /** `sentAgain`: another picture has come in its place, so nothing more is asked of the reporter. */
  | { readonly state: 'not-kept'; readonly why: NotKept; readonly sentAgain?: true }
  | ({ readonly state: 'sealed' } & StoredFacts)
  | { readonly state: 'dropped' }
);

/** A picture of a sent report. No route serves the bytes of a sealed one. */
export type Evidence = {
  readonly id: PictureId;
  readonly number: number;
  readonly source: PictureSource;
  /** As it stood at Send. Shown with a picture that is kept, and with no other. */
  readonly words?: PictureWords;
  readonly state: 'kept' | 'sealed' | 'destroyed';
  readonly sealedAt?: string;
  /** The draft under which its bytes lie, where that is not the one that the report was sent from. */
  readonly draft?: DraftId;
} & StoredFacts;

/** The same picture, however often Teams delivers the message: its activity and place in it, or the page's upload key. */
export function sameSource(a: PictureSource, b: PictureSource): boolean {
  if (a.kind === 'chat' && b.kind === 'chat') return a.activityId === b.activityId && a.index === b.index;
  if (a.kind === 'page' && b.kind === 'page') return a.uploadKey === b.uploadKey;
  return false;
}
