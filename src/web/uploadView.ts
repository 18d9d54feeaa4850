import { NO_VIEW, usefulSentence } from '../cards/pictureSentences.ts';
import { pictureSentence } from '../cards/sentences.ts';
import { clockInLondon } from '../cards/when.ts';
import { never } from '../core/never.ts';
import { type DraftPicture, MOST_PICTURE_BYTES, MOST_PICTURES } from '../core/report/picture.ts';
import { LONGEST_CAPTION, LONGEST_LINK, type PictureWords } from '../core/report/pictureWords.ts';
import { type UploadPage, uploadKeyOf, type whyUploadEnded } from '../flows/uploadPictures.ts';
import { type Answer, page } from './answer.ts';
import { html, type Html } from './html.ts';
import { sentencePage } from './plainPages.ts';
import { imageryAdvice } from './safeguarding.ts';
import type { WebOptions } from './web.ts';
import { altOfSmall, uploadInWords } from './words.ts';

/** JPEG first and HEIC not at all: then an iPhone hands its photos over as JPEG, which can be shown. */
const ACCEPTED = 'image/jpeg,image/png,image/webp,image/gif';
const MOST_MB = MOST_PICTURE_BYTES / 1024 / 1024;

/** Asked on the page itself, before anything that takes a picture is there. */
export function questionView({ standingLine }: WebOptions, path: string): Answer {
  const title = 'Before you add screen grabs';
  const main = html`<h1>${title}</h1>
    <p>Could any of them show a <strong>naked or partly naked child</strong>, or <strong>sexual content</strong>?</p>
    <p>Terrorist material counts as well, and so do intimate pictures of adults.</p>
    <form class="choices" method="post" action="${path}/question">
      <button type="submit" name="answer" value="no">No, none of them could</button>
      <button type="submit" name="answer" value="yes">Yes</button>
      <button type="submit" name="answer" value="not-sure">I am not sure</button>
    </form>
    <p>
      If you are not sure, do not look again to find out. Press “I am not sure”: no picture will be taken, and you will
      be told what to do.
    </p>`;
  return page(200, { title, main, standingLine });
}

export function uploadView(
  { standingLine }: WebOptions,
  { pictures, room, useful, follows, adds }: UploadPage,
  path: string,
  until: string,
  now: Date,
): Answer {
  const title = 'Add screen grabs';
  const leftMs = Math.max(0, Date.parse(until) - now.getTime());
  const stored = pictures.filter(({ state }) => state === 'stored').length;
  const main = html`<h1>${title}</h1>
    <p>
      Not sent yet: they go with your report when you press ${adds ? 'Add it' : 'Send'} in the chat. This page is open
      until ${clockInLondon(until)}.
    </p>
    <p id="needs-script" class="notice stop">
      <strong>This page needs JavaScript to take pictures, and it does not run here.</strong> Allow it for this page and
      reload, or paste the pictures into the chat with Postwise instead. Stop and Remove work all the same.
    </p>
    <div
      id="uploader"
      data-path="${path}/pictures/"
      data-most-bytes="${MOST_PICTURE_BYTES}"
      data-most="${MOST_PICTURES}"
      data-room="${room}"
      data-left-ms="${leftMs}"
      hidden
    >
      <div class="drop" id="drop">
        <label class="button primary" for="files">Choose pictures</label>
        <input class="file" id="files" type="file" accept="${ACCEPTED}" multiple aria-describedby="drop-hint" />
        <p id="drop-hint" class="quiet">
          On a computer you can also drop them here, or copy a picture and paste it with Ctrl and V. PNG, JPEG, WebP or
          GIF, up to ${MOST_MB} MB each, ${MOST_PICTURES} a report. An iPhone turns its photos into JPEG for this page;
          a HEIC file that is dropped here or sent in the chat is kept, but cannot be shown.
        </p>
      </div>
      <div class="waiting" id="waiting" hidden>
        <p id="waiting-words"></p>
        <button id="again" type="button" aria-describedby="waiting-words">Try again now</button>
      </div>
      <ul class="coming" id="coming" aria-label="On their way"></ul>
    </div>
    <p id="said" class="said" role="status" aria-live="polite"></p>
    <h2>Stored so far: <span id="count">${stored}</span> of ${MOST_PICTURES}</h2>
    ${stored === 0 ? html`<p id="none" class="quiet">Nothing yet.</p>` : html`<p id="none" class="quiet" hidden>Nothing yet.</p>`}
    ${
      stored === 0
        ? html`<p id="useful" class="quiet" hidden></p>`
        : html`<p id="useful" class="quiet">${usefulSentence(useful)}</p>`
    }
    <form id="words" method="post" action="${path}/words"></form>
    <ul class="stored" id="stored">
      ${pictures.map((picture) => row(picture, path))}
    </ul>
    <template id="row">${storedRow({ number: '0', words: '', path, alt: '' })}</template>
    <p class="next">
      <strong>When they are all here,</strong> go back to the chat in
      Teams${
        follows
          ? html`: the card there shows them within seconds. If it does not, press <strong>Look again</strong>.`
          : html` and press <strong>Look again</strong>.`
      }
    </p>
    <form class="always" method="post" action="${path}/stop">
      <button class="stop" type="submit">Stop: one of these may show a child undressed or sexual content</button>
    </form>`;
  return page(200, { title, main, standingLine, script: 'upload.js' });
}

const row = (picture: DraftPicture, path: string): Html =>
  picture.state === 'stored'
    ? storedRow({
        number: String(picture.number),
        words: `${uploadInWords(picture)}${picture.noView === true ? `. ${NO_VIEW}` : ''}`,
        path,
        alt: picture.noView === true ? null : altOfSmall(picture),
        said: picture.words,
        key: uploadKeyOf(picture),
      })
    : html`<li>
        <span class="what"><strong>Number ${picture.number}</strong> ${pictureSentence(picture)}</span>
      </li>`;

type StoredRow = {
  readonly number: string;
  readonly words: string;
  readonly path: string;
  /** `null` where there is no small copy to show. */
  readonly alt: string | null;
  readonly said?: PictureWords | undefined;
  /** Under which a page sent it, so that a page which was reloaded knows what arrived. */
  readonly key?: string | undefined;
};

/**
 * Every input belongs to the one form of the page, and so does every button: whichever is pressed, what was typed beside
 * the other pictures comes along. Save stands before Remove, so that Enter in an input saves.
 */
const storedRow = ({ number, words, path, alt, said = {}, key = '' }: StoredRow): Html =>
  html`<li class="is-stored" data-number="${number}" data-key="${key}">
    ${
      alt !== null &&
      html`<img class="small" src="${smallAt(path, number)}" alt="${alt}" width="88" height="88" loading="lazy" />`
    }
    <span class="what"><strong class="number">Number ${number}</strong> <span class="words">${words}</span></span>
    <div class="beside">
      <label for="caption-${number}"
        >What it shows, in your own words<span class="unseen">
          (number <span class="which">${number}</span>)</span
        ></label
      >
      <textarea id="caption-${number}" name="caption-${number}" form="words" rows="2" maxlength="${LONGEST_CAPTION}">
${said.caption ?? ''}</textarea>
      <label for="link-${number}"
        >Where it was: the address on the screen<span class="unseen">
          (number <span class="which">${number}</span>)</span
        ></label
      >
      <input
        id="link-${number}"
        name="link-${number}"
        form="words"
        type="text"
        inputmode="url"
        autocapitalize="none"
        autocomplete="off"
        spellcheck="false"
        maxlength="${LONGEST_LINK}"
        value="${said.link ?? ''}"
      />
    </div>
    <div class="buttons">
      <button class="save" type="submit" form="words">
        Save<span class="unseen"> the words of number <span class="which">${number}</span></span>
      </button>
      <button class="remove" type="submit" form="words" formaction="${path}/pictures/${number}/remove">
        Remove<span class="unseen"> number <span class="which">${number}</span></span>
      </button>
    </div>
  </li> `;

const smallAt = (path: string, number: string): string => `${path}/pictures/${number}/thumbnail`;

type Ended = Awaited<ReturnType<typeof whyUploadEnded>>;

/** For the browser that held the page, and nobody else: what became of the report. */
export function endedView(web: WebOptions, why: Ended): Answer {
  const { standingLine } = web;
  switch (why) {
    case 'stopped':
      return page(410, {
        title: 'Stopped: no pictures are taken',
        standingLine,
        main: html`<h1>Stopped: no pictures are taken</h1>
          <p>
            A picture could show a child undressed, or sexual content. So this page and the chat take no pictures for
            this report any more, and pictures that were already stored have been locked: nobody can open them here.
          </p>
          <section class="notice stop" aria-label="What to do now">${imageryAdvice(web.contacts)}</section>
          <p>
            <strong>Your report is still there.</strong> If you have not sent it yet, go back to the chat in Teams to
            finish it: it asks for no picture and no description of one.
          </p>`,
      });
    case 'sent':
      return sentencePage(
        410,
        'You have sent this report',
        [
          'It takes no more pictures here. What was still on its way is not with it: the receipt in the chat says how many are.',
        ],
        standingLine,
      );
    case 'newer-link':
      return sentencePage(
        410,
        'There is a newer page',
        [
          'You asked for the upload page again, so this one has ended. Pictures that were stored are still there.',
          'One that was still on its way is not: look at the card in the chat, which lists those that are stored.',
          'Use the newest link in the chat.',
        ],
        standingLine,
      );
    case 'deleted':
      return sentencePage(
        410,
        'The report was deleted',
        ['You deleted the draft in the chat, and its pictures with it.'],
        standingLine,
      );
    default:
      return never(why);
  }
}
