import { pictureSentence } from '../cards/sentences.ts';
import { clockInLondon } from '../cards/when.ts';
import { never } from '../core/never.ts';
import { type DraftPicture, MOST_PICTURE_BYTES, MOST_PICTURES } from '../core/report/picture.ts';
import type { UploadPage, whyUploadEnded } from '../flows/uploadPictures.ts';
import { type Answer, page } from './answer.ts';
import { html, type Html } from './html.ts';
import { sentencePage } from './plainPages.ts';
import { imageryAdvice } from './safeguarding.ts';
import type { WebOptions } from './web.ts';
import { uploadInWords } from './words.ts';

/** Phones turn their own kinds of picture into JPEG when these are what is asked for. */
const ACCEPTED = 'image/png,image/jpeg,image/webp,image/gif';
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
  { pictures, room }: UploadPage,
  path: string,
  until: string,
): Answer {
  const title = 'Add screen grabs';
  const stored = pictures.filter(({ state }) => state === 'stored').length;
  const main = html`<h1>${title}</h1>
    <p>
      Not sent yet: they go with your report when you press Send in the chat. This page is open until
      ${clockInLondon(until)}.
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
      hidden
    >
      <div class="drop" id="drop">
        <label class="button primary" for="files">Choose pictures</label>
        <input class="file" id="files" type="file" accept="${ACCEPTED}" multiple aria-describedby="drop-hint" />
        <p id="drop-hint" class="quiet">
          On a computer you can also drop them here, or copy a picture and paste it with Ctrl and V. PNG, JPEG, WebP or
          GIF, up to ${MOST_MB} MB each, ${MOST_PICTURES} a report.
        </p>
      </div>
      <ul class="coming" id="coming" aria-label="On their way"></ul>
    </div>
    <p id="said" class="said" role="status" aria-live="polite"></p>
    <h2>Stored so far: <span id="count">${stored}</span> of ${MOST_PICTURES}</h2>
    ${stored === 0 ? html`<p id="none" class="quiet">Nothing yet.</p>` : html`<p id="none" class="quiet" hidden>Nothing yet.</p>`}
    <ul class="stored" id="stored">
      ${pictures.map((picture) => row(picture, path))}
    </ul>
    <template id="row">${storedRow('0', '', `${path}/pictures/0/remove`)}</template>
    <p class="next">
      <strong>When they are all here,</strong> go back to the chat in Teams and press <strong>Look again</strong>.
    </p>
    <form class="always" method="post" action="${path}/stop">
      <button class="stop" type="submit">Stop: one of these may show a child undressed or sexual content</button>
    </form>`;
  return page(200, { title, main, standingLine, script: 'upload.js' });
}

const row = (picture: DraftPicture, path: string): Html =>
  picture.state === 'stored'
    ? storedRow(String(picture.number), uploadInWords(picture), `${path}/pictures/${picture.number}/remove`)
    : html`<li>
        <span class="what"><strong>Number ${picture.number}</strong> ${pictureSentence(picture)}</span>
      </li>`;

const storedRow = (number: string, words: string, remove: string): Html =>
  html`<li class="is-stored">
    <span class="what"><strong class="number">Number ${number}</strong> <span class="words">${words}</span></span>
    <form method="post" action="${remove}">
      <button type="submit">
        Remove<span class="unseen"> number <span class="which">${number}</span></span>
      </button>
    </form>
  </li> `;

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
      return sentencePage(410, 'You have sent this report', ['It takes no more pictures here.'], standingLine);
    case 'newer-link':
      return sentencePage(
        410,
        'There is a newer page',
        [
          'You asked for the upload page again, so this one has ended. Pictures that were stored are still there.',
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
