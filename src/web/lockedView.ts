import { nPictures, sizeInWords } from '../cards/sentences.ts';
import { clockInLondon } from '../cards/when.ts';
import {
  ADVISERS,
  adviserInWords,
  LONGEST_ADVICE_REFERENCE,
  LONGEST_DESTRUCTION_REASON,
} from '../core/report/picture.ts';
import {
  type DestructionSaid,
  type LockedItem,
  lockedKeyInWords,
  type LockedPicture,
} from '../flows/lockedPictures.ts';
import { type Answer, page } from './answer.ts';
import { html, type Html } from './html.ts';
import type { Stay } from './reportView.ts';
import { imageryAdvice } from './safeguarding.ts';
import type { WebOptions } from './web.ts';
import { auditInWords, inLondon, mediaTypeInWords, personInWords } from './words.ts';

const nameIn = (web: WebOptions, { reporter, reporterName }: LockedItem): string =>
  personInWords(reporter, (staff) => web.nameOf?.(staff) ?? reporterName ?? null);
const origin = ({ key }: LockedItem): string =>
  key.of === 'report' ? 'In a report that was sent' : 'Stopped while a report was being made, which was never sent';
const stillLocked = ({ pictures }: LockedItem) => pictures.filter(({ destroyed }) => destroyed === undefined);

const staysOpen = ({ until }: Stay): Html =>
  html`<p class="quiet">Open to you until ${clockInLondon(until)}. Then the page closes by itself.</p>`;
const finish = (path: string): Html =>
  html`<form class="finish" method="post" action="${path}/finish">
    <button type="submit">I have finished: close this page</button>
  </form>`;
const onwardOf = (path: string, { seconds }: Stay) => ({ to: path, afterSeconds: seconds });

/** No picture, no thumbnail and no word of a report, on any of these pages. */
export function listView(web: WebOptions, items: readonly LockedItem[], path: string, stay: Stay): Answer {
  const title = 'What is locked, and waits for you';
  const main = html`<h1>${title}</h1>
    ${staysOpen(stay)}
    ${
      items.length === 0
        ? html`<p>Nothing is locked that is yours to look after.</p>`
        : html`<ul class="locked">
            ${items.map(
              (item) =>
                html`<li>
                  <a href="${path}/items/${lockedKeyInWords(item.key)}">${item.reference}</a>: ${origin(item)},
                  ${inLondon(item.at)}. ${nPictures(stillLocked(item).length)}
                  locked${stillLocked(item).length < item.pictures.length && ', others destroyed'}.
                </li> `,
            )}
          </ul>`
    }
    <p class="quiet">
      If one of these may be about you or somebody close to you, leave it alone and give its reference to the other
      safeguarding lead. That you saw this list is written in the record of each.
    </p>
    <p class="quiet">
      What is stopped while a report is being made is locked at once, and stands here when it is sent, deleted, or left
      alone for seven days.
    </p>
    ${beforeAnything(web)} ${finish(path)}`;
  return page(200, { title, main, standingLine: web.standingLine, onward: onwardOf(path, stay) });
}

/** UKCIS, March 2024: the lead decides with police and social care; the picture is evidence until they say otherwise. */
const beforeAnything = (web: WebOptions): Html =>
  html`<section class="notice stop" aria-label="Before you do anything">
    <h2>Before you do anything</h2>
    <ul>
      <li>
        <strong>Do not look at it, and do not ask anybody to show, send or describe it.</strong> It is not shown here.
      </li>
      <li>
        Ask first: the police (101, or 999 where a child is in danger) and children’s social care. If an adult is
        involved, it is for the police at once. For a picture on a website the Internet Watch Foundation takes the
        address, never the file.
      </li>
      <li>It may be evidence. Destroy it only when they have told you that you may, and note their reference.</li>
      <li>
        Copies stay in the sender’s Teams chat and on devices: ask the police about those, and tell your IT support.
      </li>
    </ul>
    ${imageryAdvice(web.contacts)}
  </section>`;

const pictureLine = ({ number, bytes, mediaType, receivedAt, sha256, destroyed }: LockedPicture): Html =>
  html`<li>
    Number ${number}: ${mediaTypeInWords(mediaType)}, ${sizeInWords(bytes)}, received ${inLondon(receivedAt)}. SHA-256
    <code>${sha256}</code>.
    ${
      destroyed !== undefined &&
      html`<strong
        >Destroyed on
        ${inLondon(destroyed.at)}.${
          destroyed.goneAt === undefined
            ? ' The storage is still giving up what it held.'
            : ` Nothing is left of it since ${inLondon(destroyed.goneAt)}.`
        }</strong
      >`
    }
  </li> `;

type Wrong = { readonly problem: string; readonly typed: URLSearchParams };

export function itemView(web: WebOptions, item: LockedItem, path: string, stay: Stay, wrong?: Wrong): Answer {
  const title = `Locked: ${item.reference}`;
  const waiting = stillLocked(item);
  const main = html`<p class="over">Locked</p>
    <h1>${item.reference}</h1>
    ${staysOpen(stay)} ${wrong !== undefined && html`<p class="notice danger" role="alert">${wrong.problem}</p>`}
    <dl class="facts">
      <div>
        <dt>Where it comes from</dt>
        <dd>${origin(item)}</dd>
      </div>
      <div>
        <dt>Told by</dt>
        <dd dir="auto">${nameIn(web, item)}</dd>
      </div>
      <div>
        <dt>When</dt>
        <dd>${inLondon(item.at)}</dd>
      </div>
    </dl>
    <h2>What is locked</h2>
    <ul>
      ${item.pictures.map(pictureLine)}
    </ul>
    ${beforeAnything(web)} ${waiting.length > 0 && destroyForm(item, path, wrong?.typed)} ${recordOf(web, item)}
    <p><a href="${path}">Back to the list</a></p>
    ${finish(path)}`;
  return page(wrong === undefined ? 200 : 422, {
    title,
    main,
    standingLine: web.standingLine,
    onward: onwardOf(path, stay),
  });
}

function recordOf(web: WebOptions, { record }: LockedItem): Html | null {
  if (record === undefined || record.length === 0) return null;
  const nameOf = (staff: Parameters<NonNullable<WebOptions['nameOf']>>[0]) => web.nameOf?.(staff) ?? null;
  return html`<h2>What was done with it</h2>
    <ol class="record">
      ${record.map(
        (line) =>
          html`<li>
            <span class="when">${inLondon(line.at)}</span>
            <span class="who" dir="auto">${personInWords(line.by, nameOf)}</span>
            <span class="what">${auditInWords(line, nameOf)}</span>
          </li> `,
      )}
    </ol>`;
}

function destroyForm(item: LockedItem, path: string, typed = new URLSearchParams()): Html {
  const chosen = typed.get('adviser');
  return html`<h2>Have it destroyed</h2>
    <p>
      Every copy that Postwise has of it goes: what was received, what was made to be shown, and every older version.
      The number, the SHA-256, the size, the kind, who had it destroyed, when and why are kept. It cannot be undone.
    </p>
    <form method="post" action="${path}/items/${lockedKeyInWords(item.key)}/check">
      <input type="hidden" name="numbers" value="${numbersOf(item)}" />
      <p>
        <label for="adviser">Who advised you?</label>
        <select id="adviser" name="adviser" required>
          <option value="">Choose</option>
          ${ADVISERS.map(({ code, label }) =>
            code === chosen
              ? html`<option value="${code}" selected>${label}</option>`
              : html`<option value="${code}">${label}</option>`,
          )}
        </select>
      </p>
      <p>
        <label for="advice-reference">The reference that they gave you</label>
        <input
          id="advice-reference"
          name="advice-reference"
          type="text"
          required
          maxlength="${LONGEST_ADVICE_REFERENCE}"
          autocomplete="off"
          value="${typed.get('advice-reference') ?? ''}"
        />
      </p>
      <p>
        <label for="reason">Why is it destroyed? No names, and no word of what it shows</label>
        <textarea id="reason" name="reason" rows="3" required maxlength="${LONGEST_DESTRUCTION_REASON}">
${typed.get('reason') ?? ''}</textarea>
      </p>
      <button type="submit">Go on to the confirmation</button>
    </form>`;
}

const numbersOf = (item: LockedItem): string =>
  stillLocked(item)
    .map(({ number }) => number)
    .join(',');

/** Asked anew, with everything in sight that will be written down. */
export function confirmView(
  web: WebOptions,
  item: LockedItem,
  path: string,
  stay: Stay,
  said: DestructionSaid,
  problem = '',
): Answer {
  const title = `Destroy what is locked in ${item.reference}?`;
  const here = `${path}/items/${lockedKeyInWords(item.key)}`;
  const { numbers, adviser, adviceReference, reason } = said;
  const main = html`<p class="over">Locked</p>
    <h1>${title}</h1>
    ${problem !== '' && html`<p class="notice danger" role="alert">${problem}</p>`}
    <dl class="facts">
      <div>
        <dt>Screen grabs</dt>
        <dd>Number ${numbers.join(', ')}</dd>
      </div>
      <div>
        <dt>Advised by</dt>
        <dd>${adviserInWords(adviser)}</dd>
      </div>
      <div>
        <dt>Their reference</dt>
        <dd dir="auto">${adviceReference}</dd>
      </div>
      <div>
        <dt>Why</dt>
        <dd dir="auto">${reason}</dd>
      </div>
    </dl>
    <p>This is written in the record with your name and the time, and cannot be undone.</p>
    <form method="post" action="${here}/destroy">
      <input type="hidden" name="numbers" value="${numbers.join(',')}" />
      <input type="hidden" name="adviser" value="${adviser}" />
      <input type="hidden" name="advice-reference" value="${adviceReference}" />
      <input type="hidden" name="reason" value="${reason}" />
      <p>
        <label
          ><input type="checkbox" name="sure" value="yes" required /> I was advised that it may be destroyed, and it is
          not needed as evidence here</label
        >
      </p>
      <p>
        <label for="reference">Type the reference ${item.reference}</label>
        <input id="reference" name="reference" type="text" required autocomplete="off" maxlength="40" />
      </p>
      <button class="stop" type="submit">Destroy it</button>
    </form>
    <p><a class="button" href="${here}">No: go back</a></p>`;
  return page(problem === '' ? 200 : 422, {
    title,
    main,
    standingLine: web.standingLine,
    onward: onwardOf(path, stay),
  });
}
