import { type Answer, page } from './answer.ts';
import type { PageKind } from './cookies.ts';
import { html, type Html } from './html.ts';

/** Pages that say one thing and what to do about it. None of them says whose a link is, or what it led to. */
export function sentencePage(
  status: number,
  title: string,
  sentences: readonly string[],
  standingLine: string,
  rest: Html | null = null,
): Answer {
  const main = html`<h1>${title}</h1>
    ${sentences.map((sentence) => html`<p>${sentence}</p>`)} ${rest}`;
  return page(status, { title, main, standingLine });
}

const AGAIN: Readonly<Record<PageKind, string>> = {
  open: 'Go back to the chat in Teams and press Open on the report again. You will be sent a fresh link.',
  upload: 'Go back to the chat in Teams and ask for the upload page again. You will be given a fresh link.',
  locked: 'Go back to the chat in Teams and write “locked” again. You will be sent a fresh link.',
};

const BUTTONS: Readonly<Record<PageKind, { readonly title: string; readonly says: string; readonly button: string }>> =
  {
    open: {
      title: 'Open a report',
      says: 'This link is for one person and works once. What you look at is written in the report’s record, with your name and the time.',
      button: 'Open the report',
    },
    upload: {
      title: 'Add screen grabs to a report',
      says: 'This link is for one person and works once, in this browser. It opens the page where you add screen grabs to the report that you have begun.',
      button: 'Go to the upload page',
    },
    locked: {
      title: 'What is locked',
      says: 'This link is for the safeguarding lead it was sent to, and works once. No picture is shown. What you look at is written down, with your name and the time.',
      button: 'Open the list',
    },
  };

/** Looked at without spending anything: chat apps and mail scanners open links before people do. */
export function buttonPage(kind: PageKind, path: string, signsIn: boolean, standingLine: string): Answer {
  const { title, says, button } = BUTTONS[kind];
  const main = html`<h1>${title}</h1>
    <p>${says}</p>
    ${signsIn && html`<p>You will be asked to sign in with your school account.</p>`}
    <form method="post" action="${path}">
      <button class="primary" type="submit">${button}</button>
    </form>
    <p class="quiet">Not expecting this? Close the page. Nothing happens until you press the button.</p>`;
  return page(200, { title, main, standingLine });
}

export const closedPage = (kind: PageKind, standingLine: string): Answer =>
  sentencePage(
    410,
    'This link has ended',
    ['It is too late for it, or it has been used up.', AGAIN[kind]],
    standingLine,
  );

/**
 * Redeemed, and the cookie is not here. A browser keeps a strict cookie back when it comes from another site, such as
 * Teams on the web: a link on our own page brings it along.
 */
export const takenPage = (kind: PageKind, path: string, standingLine: string): Answer =>
  sentencePage(
    403,
    'This link was used',
    ['It works once, in one browser.'],
    standingLine,
    html`<p>
        Was it you, in this browser, a few minutes ago? <a class="button" href="${path}">Go on where you were</a>
      </p>
      <p>${AGAIN[kind]} If you did not use the link yourself, tell the headteacher.</p>`,
  );

export const notYoursPage = (path: string, standingLine: string): Answer =>
  sentencePage(
    403,
    'This link is for somebody else',
    [
      'You signed in with an account that the link was not made for. Nothing was opened, and the link has not been used.',
    ],
    standingLine,
    html`<form method="post" action="${path}">
      <button type="submit" name="account" value="another">Sign in with another account</button>
    </form>`,
  );

/** Brought by a page of ours rather than by the answer to its form, so that forms may post to nobody but ourselves. */
export function goingToSignInPage(url: URL, standingLine: string): Answer {
  const title = 'Sign in with your school account';
  const main = html`<h1>${title}</h1>
    <p>You are being taken to Microsoft’s sign-in page.</p>
    <p><a class="button primary" href="${url.href}">Go to the sign-in page</a></p>`;
  return page(200, { title, main, standingLine, onward: { to: url.href, afterSeconds: 0 } });
}

/** Spends nothing, whoever looks at it: the answer is used by the press, in the browser that began. */
export function signedInPage(action: string, answer: string, standingLine: string): Answer {
  const title = 'Back from signing in';
  const main = html`<h1>${title}</h1>
    <p>One more press, and the page opens.</p>
    <form method="post" action="${action}">
      <input type="hidden" name="answer" value="${answer}" />
      <button class="primary" type="submit">Continue</button>
    </form>`;
  return page(200, { title, main, standingLine });
}

export const signInFailedPage = (path: string, standingLine: string): Answer =>
  sentencePage(
    403,
    'You are not signed in',
    ['The sign-in was given up, took too long, or was begun in another browser. Nothing was opened.'],
    standingLine,
    html`<form method="post" action="${path}">
      <button class="primary" type="submit">Try again</button>
    </form>`,
  );

export const otherTenantPage = (path: string, standingLine: string): Answer =>
  sentencePage(
    403,
    'That is not a school account',
    ['You signed in with an account of another organisation. Nothing was opened, and the link has not been used.'],
    standingLine,
    html`<form method="post" action="${path}">
      <button type="submit" name="account" value="another">Sign in with another account</button>
    </form>`,
  );

export const signInUnavailablePage = (standingLine: string): Answer =>
  sentencePage(
    503,
    'Signing in does not work just now',
    ['Microsoft’s sign-in did not answer. Nothing was opened and nothing is lost. Try again in a minute.'],
    standingLine,
  );

/** The mark lets whoever runs Postwise find the line in the log. It says nothing about the person. */
export const faultPage = (mark: string, standingLine: string): Answer =>
  sentencePage(
    500,
    'Something went wrong',
    ['That did not work, and it was not your doing. What was stored before is still there. Try again in a minute.'],
    standingLine,
    html`<p class="quiet">
      If it goes on, tell whoever looks after Postwise, and give them this mark: <code>${mark}</code>
    </p>`,
  );

export const notFoundPage = (standingLine: string): Answer =>
  sentencePage(
    404,
    'There is nothing here',
    ['Pages of Postwise open from a link in the chat in Teams.'],
    standingLine,
  );

export const wrongMethodPage = (standingLine: string): Answer =>
  sentencePage(
    405,
    'That cannot be done here',
    ['Go back to the chat in Teams and open the link again.'],
    standingLine,
  );

export const fromElsewherePage = (standingLine: string): Answer =>
  sentencePage(
    403,
    'That did not come from this page',
    ['The press came from somewhere else than a page of Postwise, so nothing was done. Open the link again.'],
    standingLine,
  );

export const badRequestPage = (standingLine: string): Answer =>
  sentencePage(400, 'That could not be read', ['Nothing was done. Go back a page and try again.'], standingLine);
