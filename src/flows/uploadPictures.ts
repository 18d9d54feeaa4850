import { createHash } from 'node:crypto';
import type { Imagery } from '../core/report/audience.ts';
import type { Useful } from '../core/report/capture.ts';
import {
  type Draft,
  followingCard,
  holdPicture,
  picturesToTell,
  sayOfPicture,
  storedPictures,
} from '../core/report/draft.ts';
import {
  type DraftPicture,
  MOST_PICTURES,
  type NotKept,
  type PictureSource,
  sameSource,
} from '../core/report/picture.ts';
import type { PictureWords } from '../core/report/pictureWords.ts';
import { type PictureView, shownCopy } from './asReceived.ts';
import { changeDraft } from './changeDraft.ts';
import { type FetchesUnderWay, keepBytes, pictureIdFor, removeUnheld } from './fetchPictures.ts';
import { stopOnCard, withCardToFollow } from './followOnCard.ts';
import { dropPicture, sayImagery } from './guideReport.ts';
import type { Link, Outside, Person } from './ports.ts';
import { stopSentPictures } from './stopSent.ts';
import { usefulToCapture } from './usefulToCapture.ts';

type UploadLink = Extract<Link, { kind: 'upload' }>;
const uploader = (link: UploadLink): Person => ({ school: link.school, staff: link.person });

export type UploadPage = {
  /** Whether the question was answered "no" on this page, for this link: only then are pictures taken. */
  readonly open: boolean;
  readonly pictures: readonly DraftPicture[];
  readonly room: number;
  /** What is still useful to capture, by what the report has. */
  readonly useful: readonly Useful[];
  /** Whether the card in the chat follows what is done here. */
  readonly follows: boolean;
  /** Whether they are added to a report that was sent before: the button in the chat is another then. */
  readonly adds: boolean;
};

export async function readUpload(outside: Outside, link: UploadLink): Promise<UploadPage | null> {
  const draft = await liveDraft(outside, link);
  if (draft === null) return null;
  const held = storedPictures(draft);
  return {
    open: takesPictures(draft, link),
    pictures: picturesToTell(draft),
    room: MOST_PICTURES - (draft.heldBefore ?? 0) - held.length,
    useful: await usefulToCapture(outside, link.school, draft),
    follows: followingCard(draft) !== null,
    adds: draft.addsTo !== undefined,
  };
}

/** The key under which a page sent a picture, without the link in front of it. */
export const uploadKeyOf = ({ source }: Pick<DraftPicture, 'source'>): string | undefined =>
  source.kind === 'page' ? source.uploadKey.split(' ').pop() : undefined;

/** Asked before a byte of an upload is read, and again when its bytes are to be kept. */
export async function mayUpload(outside: Outside, link: UploadLink): Promise<boolean> {
  const draft = await liveDraft(outside, link);
  return draft !== null && takesPictures(draft, link);
}

const takesPictures = (draft: Draft, link: UploadLink): boolean =>
  draft.imagery === 'no' && draft.uploadLink === link.id && draft.pageNo === link.id;

async function liveDraft(outside: Outside, link: UploadLink): Promise<Draft | null> {
  const kept = await outside.drafts.get(link.school, link.person);
  return kept !== null && kept.value.id === link.draft && kept.value.uploadLink === link.id ? kept.value : null;
}

/** The page's own answer to the imagery question. "Yes" and "not sure" end the page, the link and the session. */
export async function answerOnPage(
  outside: Outside,
  fetches: FetchesUnderWay,
  link: UploadLink,
  answer: Imagery,
  nudge: () => void,
): Promise<'open' | 'stopped'> {
  if (answer !== 'no') {
    const turn = await sayImagery(outside, fetches, uploader(link), link.draft, answer);
    if (turn.kind === 'already-sent') await stopSentPictures(outside, uploader(link), link.draft, nudge);
    else {
      if (turn.kind === 'draft') await stopOnCard(outside, link.school, turn.draft);
      nudge();
    }
    return 'stopped';
  }
  const turn = await changeDraft(outside, uploader(link), link.draft, (draft) =>
    draft.imagery === 'no' && draft.uploadLink === link.id ? { draft: { ...draft, pageNo: link.id } } : null,
  );
  return turn.kind === 'draft' && takesPictures(turn.draft, link) ? 'open' : 'stopped';
}

export type Uploaded =
  | {
      readonly kind: 'kept';
      readonly picture: DraftPicture;
      /** These bytes were kept before, whichever way they came: nothing is kept twice. */
      readonly again?: true;
    }
  | { readonly kind: 'not-kept'; readonly why: NotKept }
  /** Another picture was kept under that key. */
  | { readonly kind: 'key-used' }
  /** The page was stopped while the bytes came: nothing of them is held. */
  | { readonly kind: 'stopped' };

/**
 * Takes one picture from the page, whole or not at all. The same bytes are answered with the picture that they became,
 * by whichever way, browser or page they came before: after a lost connection it is never known whether they arrived.
 *
 * @param uploadKey  made by the page for this picture; other bytes under a key that was used are not taken
 */
export async function keepUpload(
  outside: Outside,
  link: UploadLink,
  uploadKey: string,
  bytes: Buffer,
): Promise<Uploaded> {
  const source: PictureSource = { kind: 'page', uploadKey: `${link.id} ${uploadKey}` };
  const before = await liveDraft(outside, link);
  if (before === null || !takesPictures(before, link)) return { kind: 'stopped' };
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const again = heldAs(before, sha256);
  if (again !== undefined) return { kind: 'kept', picture: again, again: true };
  if (before.pictures.some((picture) => sameSource(picture.source, source))) return { kind: 'key-used' };
  if ((before.heldBefore ?? 0) + storedPictures(before).length >= MOST_PICTURES)
    return { kind: 'not-kept', why: 'too-many' };

  const id = pictureIdFor(link.draft, { kind: 'page', uploadKey: `${source.uploadKey} ${sha256}` });
  const brought = await keepBytes(outside, link.school, link.draft, id, bytes);
  if (brought.kind === 'not-kept') return brought;
  const turn = await changeDraft(outside, uploader(link), link.draft, (draft) => {
    // Kept meanwhile, by another page or by the request whose answer was lost.
    if (!takesPictures(draft, link) || heldAs(draft, sha256) !== undefined) return null;
    const next = holdPicture(draft, { id, source }, brought.facts);
    return next === null || next === draft ? null : withCardToFollow(outside, next);
  });
  const unheld = await removeUnheld(outside, link.school, link.draft, id, turn);
  const picture = turn.kind === 'draft' && takesPictures(turn.draft, link) ? heldAs(turn.draft, sha256) : undefined;
  if (picture === undefined) return { kind: 'stopped' };
  return { kind: 'kept', picture, ...(unheld ? { again: true as const } : {}) };
}

const heldAs = (draft: Draft, sha256: string) => storedPictures(draft).find((picture) => picture.sha256 === sha256);

export async function removeUpload(outside: Outside, link: UploadLink, number: number): Promise<void> {
  if (!(await mayUpload(outside, link))) return;
  await dropPicture(outside, uploader(link), link.draft, number, (draft) => withCardToFollow(outside, draft));
}

/** What the sender says of pictures on the page, by number; `undefined` takes away what was said before. */
export async function sayOfUploads(
  outside: Outside,
  link: UploadLink,
  said: ReadonlyMap<number, PictureWords | undefined>,
): Promise<'kept' | 'ended'> {
  const turn = await changeDraft(outside, uploader(link), link.draft, (draft) => {
    if (!takesPictures(draft, link)) return null;
    const next = [...said].reduce((so, [number, words]) => sayOfPicture(so, number, words), draft);
    return next === draft ? null : withCardToFollow(outside, next);
  });
  return turn.kind === 'draft' && takesPictures(turn.draft, link) ? 'kept' : 'ended';
}

/** The small copy of a picture that was stored, for the page that takes pictures: of nothing that was stopped. */
export async function viewUploaded(outside: Outside, link: UploadLink, number: number): Promise<PictureView> {
  const draft = await liveDraft(outside, link);
  if (draft === null || !takesPictures(draft, link)) return { kind: 'none' };
  const picture = storedPictures(draft).find((each) => each.number === number);
  if (picture === undefined || picture.noView === true) return { kind: 'none' };
  return shownCopy(outside, link.school, { draft: draft.id, picture: picture.id }, picture, ['thumbnail', 'view']);
}

/** Why an upload page has ended before its time, for the browser that held it. */
export async function whyUploadEnded(
  outside: Outside,
  link: UploadLink,
): Promise<'sent' | 'stopped' | 'newer-link' | 'deleted'> {
  const kept = await outside.drafts.get(link.school, link.person);
  if (kept?.value.id === link.draft)
    return kept.value.imagery === 'no' || kept.value.imagery === undefined ? 'newer-link' : 'stopped';
  const sent = await outside.reports.byDraft(link.school, link.draft);
  if (sent === null) return 'deleted';
  if (sent.draft !== link.draft) {
    const record = await outside.reports.record(link.school, sent.id);
    return record.some(({ what, facts }) => what === 'addition-stopped' && facts['draft'] === link.draft)
      ? 'stopped'
      : 'sent';
  }
  if (sent.imagery !== 'no') return 'stopped';
  const evidence = await outside.reports.evidence(link.school, sent.id);
  return evidence.some(({ state }) => state !== 'kept') ? 'stopped' : 'sent';
}
