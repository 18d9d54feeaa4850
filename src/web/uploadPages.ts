import { usefulSentence } from '../cards/pictureSentences.ts';
import { notKeptSentence } from '../cards/sentences.ts';
import { never } from '../core/never.ts';
import type { Imagery } from '../core/report/audience.ts';
import { MOST_PICTURE_BYTES, MOST_PICTURES } from '../core/report/picture.ts';
import { LONGEST_CAPTION, LONGEST_LINK, type PictureWords, readPictureWords } from '../core/report/pictureWords.ts';
import {
  answerOnPage,
  keepUpload,
  mayUpload,
  readUpload,
  removeUpload,
  sayOfUploads,
  viewUploaded,
  whyUploadEnded,
} from '../flows/uploadPictures.ts';
import { type Answer, json, seeOther } from './answer.ts';
import { type LinkOf, refused, standAt } from './doors.ts';
import { createInHand } from './inHand.ts';
import { isForItself, noPicture, pictureAnswer } from './pictures.ts';
import { badRequestPage, sentencePage } from './plainPages.ts';
import { type Asked, letGo, mediaTypeOf, readBody, readForm } from './request.ts';
import { endedView, questionView, uploadView } from './uploadView.ts';
import type { WebOptions } from './web.ts';
import { altOfSmall, uploadInWords } from './words.ts';

type Inside = { readonly link: LinkOf<'upload'>; readonly path: string };

async function inside(web: WebOptions, asked: Asked): Promise<Inside | Answer> {
  const standing = await standAt(web, 'upload', asked);
  switch (standing.kind) {
    case 'in':
      return standing;
    case 'ended':
      return endedView(web, await whyUploadEnded(web.outside, standing.link));
    case 'out':
      return standing.answer;
    default:
      return never(standing);
  }
}

/** The question until it is answered "no" on this page; then what is stored, and the way to add more. */
export async function showUpload(web: WebOptions, asked: Asked): Promise<Answer> {
  const within = await inside(web, asked);
  if (!('link' in within)) return within;
  const { link, path } = within;
  const upload = await readUpload(web.outside, link);
  if (upload === null) return endedView(web, await whyUploadEnded(web.outside, link));
  return upload.open
    ? uploadView(web, upload, path, link.session?.until ?? link.redeemBy, web.outside.clock.now())
    : questionView(web, path);
}

export async function answerQuestion(web: WebOptions, asked: Asked): Promise<Answer> {
  const form = await readForm(asked.request);
  const answer = readImagery(form?.get('answer'));
  return answer === null ? badRequestPage(web.standingLine) : say(web, asked, answer);
}

/** The button that is always there: "may show" is an answer of "not sure", and ends everything just the same. */
export const stopUploads = (web: WebOptions, asked: Asked): Promise<Answer> => say(web, asked, 'not-sure');

async function say(web: WebOptions, asked: Asked, answer: Imagery): Promise<Answer> {
  const standing = await standAt(web, 'upload', asked);
  // A page that has ended, because a newer one was made or the report was sent, takes no pictures; but a stop is a stop.
  if (standing.kind === 'out' || (standing.kind === 'ended' && answer === 'no')) {
    const turnedAway = await inside(web, asked);
    return 'link' in turnedAway ? seeOther(turnedAway.path) : refused(stopElsewhere(web, answer) ?? turnedAway);
  }
  await answerOnPage(web.outside, web.fetches, standing.link, answer, web.nudge);
  return seeOther(standing.path);
}

/** Too late for this page, or another browser: who pressed Stop must know that nothing was stopped by it. */
const stopElsewhere = (web: WebOptions, answer: Imagery): Answer | null =>
  answer === 'no'
    ? null
    : sentencePage(
        410,
        'This page had ended, so your press did nothing',
        [
          'Go back to the chat in Teams now and press “A picture may be indecent”. That locks the pictures.',
          'Then tell the safeguarding lead. Do not look at the picture again, and do not send it to anybody.',
        ],
        web.standingLine,
      );

export async function removeStored(web: WebOptions, asked: Asked): Promise<Answer> {
  const within = await inside(web, asked);
  if (!('link' in within)) return refused(within);
  const number = readNumber(asked.params['number']);
  if (number === null) return badRequestPage(web.standingLine);
  // The button carries along what was typed beside the others, so that none of it is lost.
  const form = await readForm(asked.request, MOST_WORDS_BYTES);
  if (form !== null) await sayOfUploads(web.outside, within.link, readWords(form));
  await removeUpload(web.outside, within.link, number);
  return seeOther(within.path);
}

const readNumber = (text: string | undefined): number | null =>
  /^[1-9]\d{0,3}$/.test(text ?? '') ? Number(text) : null;

// ── what is said of the pictures ────────────────────────────────────────────────────────────────────────────────────

/** Twenty pictures, each with all that it takes, in the longest way of sending it. */
const MOST_WORDS_BYTES = 12 * MOST_PICTURES * (LONGEST_CAPTION + LONGEST_LINK) + 16 * 1024;

/** `caption-3` and `link-3` of a form, for every picture that is named in it. */
function readWords(form: URLSearchParams): ReadonlyMap<number, PictureWords | undefined> {
  const said = new Map<number, PictureWords | undefined>();
  for (const name of form.keys()) {
    const number = readNumber(/^(?:caption|link)-(\d+)$/.exec(name)?.[1]);
    if (number !== null && said.size < 3 * MOST_PICTURES)
      said.set(number, readPictureWords(form.get(`caption-${number}`) ?? '', form.get(`link-${number}`) ?? ''));
  }
  return said;
}

/** The words beside the pictures: all of them from the button, one picture's from the script. */
export async function keepPictureWords(web: WebOptions, asked: Asked): Promise<Answer> {
  const byScript = (asked.request.headers.accept ?? '').includes('application/json');
  const within = await inside(web, asked);
  if (!('link' in within)) {
    letGo(asked.request);
    return byScript ? json(refused(within).status, { kind: 'ended', sentence: ENDED }) : refused(within);
  }
  const form = await readForm(asked.request, MOST_WORDS_BYTES);
  if (form === null) return byScript ? json(400, { kind: 'not-kept' }) : badRequestPage(web.standingLine);
  const kept = await sayOfUploads(web.outside, within.link, readWords(form));
  if (!byScript) return seeOther(within.path);
  const upload = kept === 'kept' ? await readUpload(web.outside, within.link) : null;
  return upload === null
    ? json(409, { kind: 'ended', sentence: ENDED })
    : json(200, { kind: 'kept', useful: usefulSentence(upload.useful) });
}

/** A small copy for the list. By itself, in a tab of its own, it would have no Stop beside it. */
export async function showUploaded(web: WebOptions, asked: Asked): Promise<Answer> {
  const within = await inside(web, asked);
  const number = readNumber(asked.params['number']);
  if (!('link' in within)) return noPicture(refused(within).status);
  if (number === null) return noPicture(404);
  if (isForItself(asked)) return seeOther(within.path);
  return pictureAnswer(await viewUploaded(web.outside, within.link, number), number);
}

// ── one picture ─────────────────────────────────────────────────────────────────────────────────────────────────────

/** Made by the page for each picture, so that a retry makes one picture and not two. */
const UPLOAD_KEY = /^[A-Za-z0-9-]{8,64}$/;
const ENDED = 'This page has ended. Nothing of the picture was kept.';

/** Takes one picture as raw bytes. Who sends it and whether it may come is settled before a byte of it is read. */
export async function takePicture(web: WebOptions, asked: Asked): Promise<Answer> {
  const { request, params } = asked;
  const turnAway = (status: number, kind: string, sentence: string): Answer => {
    letGo(request);
    return json(status, { kind, sentence });
  };
  const within = await inside(web, asked);
  if (!('link' in within)) return turnAway(refused(within).status, 'ended', ENDED);
  const key = params['key'] ?? '';
  if (!UPLOAD_KEY.test(key))
    return turnAway(400, 'not-kept', 'The upload could not be read. Reload the page and try again.');
  const type = mediaTypeOf(request);
  if (type !== 'application/octet-stream' && !type.startsWith('image/'))
    return turnAway(415, 'not-kept', notKeptSentence('not-a-picture'));
  if (!(await mayUpload(web.outside, within.link))) return turnAway(409, 'ended', ENDED);

  const told = Number(request.headers['content-length']) || MOST_PICTURE_BYTES;
  const giveBack = await picturesInHand.room(Math.min(told, MOST_PICTURE_BYTES));
  try {
    return await takeBody(web, within.link, key, request);
  } finally {
    giveBack();
  }
}

/** Six of the largest at once, or a hundred of the usual ones. */
const picturesInHand = createInHand(6 * MOST_PICTURE_BYTES);

async function takeBody(
  web: WebOptions,
  link: LinkOf<'upload'>,
  key: string,
  request: Asked['request'],
): Promise<Answer> {
  const body = await readBody(request, MOST_PICTURE_BYTES, web.fetches.signalFor(link.draft));
  switch (body.kind) {
    case 'too-large':
      return json(413, { kind: 'not-kept', sentence: notKeptSentence('too-large') });
    case 'stopped':
      return json(410, { kind: 'ended', sentence: ENDED });
    case 'cut-off':
      return json(400, { kind: 'try-again', sentence: 'The picture did not arrive whole.' });
    case 'bytes':
      return keep(web, link, key, body.bytes);
    default:
      return never(body);
  }
}

async function keep(web: WebOptions, link: LinkOf<'upload'>, key: string, bytes: Buffer): Promise<Answer> {
  const kept = await keepUpload(web.outside, link, key, bytes);
  switch (kept.kind) {
    case 'kept':
      return kept.picture.state === 'stored'
        ? json(201, {
            kind: 'kept',
            number: kept.picture.number,
            words: uploadInWords(kept.picture),
            alt: kept.picture.noView === true ? null : altOfSmall(kept.picture),
            ...(kept.again === true ? { again: true } : {}),
            useful: usefulSentence((await readUpload(web.outside, link))?.useful ?? []),
          })
        : json(410, { kind: 'ended', sentence: ENDED });
    case 'not-kept':
      return json(422, { kind: 'not-kept', sentence: notKeptSentence(kept.why) });
    case 'key-used':
      return json(409, { kind: 'new-key', sentence: 'It is sent once more.' });
    case 'stopped':
      return json(410, { kind: 'ended', sentence: ENDED });
    default:
      return never(kept);
  }
}

const readImagery = (value: string | null | undefined): Imagery | null =>
  value === 'no' || value === 'yes' || value === 'not-sure' ? value : null;
