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

/**
 * Why the reporter took one picture of a sent report back. That it may be indecent is no reason here: for that there is
 * the stop, which locks it.
 */
export const PICTURE_REASONS = [
  { code: 'wrong-picture', label: 'It is the wrong picture' },
  { code: 'wrong-person', label: 'It shows somebody whom this is not about' },
  { code: 'private', label: 'It shows more than is needed' },
  { code: 'repeat', label: 'It is there twice' },
  { code: 'not-say', label: 'I would rather not say' },
] as const;
export type PictureReason = (typeof PICTURE_REASONS)[number]['code'];
export const readPictureReason = (value: unknown): PictureReason | null =>
  PICTURE_REASONS.find(({ code }) => code === value)?.code ?? null;
export const pictureReasonInWords = (reason: PictureReason): string =>
  PICTURE_REASONS.find(({ code }) => code === reason)?.label ?? reason;

/** A flag of the reporter: the original is kept, and whoever handles the report may still look. */
export type PictureWithdrawal = { readonly at: string; readonly reason: PictureReason };

/** Who was asked before a picture that may be indecent was destroyed. */
export const ADVISERS = [
  { code: 'police', label: 'The police' },
  { code: 'iwf', label: 'The Internet Watch Foundation (IWF)' },
  { code: 'social-care', label: 'Children’s social care' },
  { code: 'lado', label: 'The local authority designated officer (LADO)' },
  { code: 'other', label: 'Somebody else: say who in the reason' },
] as const;
export type Adviser = (typeof ADVISERS)[number]['code'];
export const readAdviser = (value: unknown): Adviser | null =>
  ADVISERS.find(({ code }) => code === value)?.code ?? null;
export const adviserInWords = (adviser: Adviser): string =>
  ADVISERS.find(({ code }) => code === adviser)?.label ?? adviser;
export const LONGEST_ADVICE_REFERENCE = 60;
export const LONGEST_DESTRUCTION_REASON = 300;

/** The recorded act of the safeguarding lead by which a locked picture is destroyed. Instants are ISO. */
export type Destruction = {
  readonly at: string;
  readonly by: StaffId;
  readonly adviser: Adviser;
  /** The adviser's own number for it, as typed. */
  readonly adviceReference: string;
  /** As typed. */
  readonly reason: string;
  /** When the storage was found to hold nothing of it any more, deleted copies included. */
  readonly goneAt?: string;
};

/** A picture of a sent report. No route serves the bytes of one that is not `kept`. */
export type Evidence = {
  readonly id: PictureId;
  readonly number: number;
  readonly source: PictureSource;
  /** As it stood at Send. Shown with a picture that is kept, and with no other. */
  readonly words?: PictureWords;
  readonly state: 'kept' | 'sealed' | 'destroyed';
  readonly sealedAt?: string;
  readonly withdrawn?: PictureWithdrawal;
  /** With the state `destroyed` only. */
  readonly destroyed?: Destruction;
  /** The draft under which its bytes lie, where that is not the one that the report was sent from. */
  readonly draft?: DraftId;
} & StoredFacts;

/** A caption may describe what a picture shows: of one that may be indecent no word of it is kept. */
export const withoutWords = <P extends { readonly words?: PictureWords }>({ words: _describing, ...picture }: P) =>
  picture;

/** Locked by a stop after Send: nobody opens it any more, and what was said of it goes at once, not only with its bytes. */
export const lockedAt = (picture: Evidence, sealedAt: string): Evidence => ({
  ...withoutWords(picture),
  state: 'sealed',
  sealedAt,
});

/**
 * What a stop of one of them makes of a report's pictures. Words that came with several in one message are of each: where one
 * is locked they go from the others too, which stay open.
 */
export function lockedAmong(evidence: readonly Evidence[], stopped: Evidence, at: string): readonly Evidence[] {
  const { source, words } = stopped;
  const ofSameWords = evidence.filter(
    (other) =>
      other.id !== stopped.id &&
      words !== undefined &&
      source.kind === 'chat' &&
      other.source.kind === 'chat' &&
      other.source.activityId === source.activityId &&
      other.words?.caption === words.caption &&
      other.words?.link === words.link,
  );
  return [lockedAt(stopped, at), ...ofSameWords.map((other) => withoutWords(other))];
}

/** The same picture, however often Teams delivers the message: its activity and place in it, or the page's upload key. */
export function sameSource(a: PictureSource, b: PictureSource): boolean {
  if (a.kind === 'chat' && b.kind === 'chat') return a.activityId === b.activityId && a.index === b.index;
  if (a.kind === 'page' && b.kind === 'page') return a.uploadKey === b.uploadKey;
  return false;
}
