import { assetPath } from './assets.ts';
import { type Html, html } from './html.ts';

/** What is sent back, before any server has seen it. */
export type Answer = {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
  readonly body?: string | Buffer;
};

/** Nothing but our own style and pictures, and forms that post to ourselves. */
export const PAGE_POLICY =
  "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'";
/** The upload page runs a script, which talks to this server alone. */
export const UPLOAD_POLICY = `${PAGE_POLICY}; script-src 'self'; connect-src 'self'`;
/** A report's page copies text, and asks nobody for anything. */
export const COPY_POLICY = `${PAGE_POLICY}; script-src 'self'`;
const POLICIES = { 'upload.js': UPLOAD_POLICY, 'copy.js': COPY_POLICY } as const;

/** On every answer, whatever it is. */
export const commonHeaders = (local: boolean): Readonly<Record<string, string>> => ({
  'Content-Security-Policy': PAGE_POLICY,
  'Cache-Control': 'no-store',
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
  'X-Robots-Tag': 'noindex, nofollow',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Permissions-Policy': 'camera=(), microphone=(), geolocation=()',
  ...(local ? {} : { 'Strict-Transport-Security': 'max-age=31536000' }),
});

export type PageParts = {
  readonly title: string;
  readonly main: Html;
  /** Said at the foot of every page: whom to turn to now. */
  readonly standingLine: string;
  readonly script?: keyof typeof POLICIES | undefined;
  /** Where the browser goes by itself, and after how many seconds. */
  readonly onward?: { readonly to: string; readonly afterSeconds: number };
};

/** A whole page: one heading, one main part, the standing line at its foot. */
export function page(status: number, parts: PageParts, headers: Answer['headers'] = {}): Answer {
  const { title, main, standingLine, script, onward } = parts;
  const whole = html`<!doctype html>
    <html lang="en-GB">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="robots" content="noindex, nofollow" />
        ${onward !== undefined && html`<meta http-equiv="refresh" content="${onward.afterSeconds}; url=${onward.to}" />`}
        <title>${title} – Postwise</title>
        <link rel="icon" href="${assetPath('icon.svg')}" type="image/svg+xml" />
        <link rel="stylesheet" href="${assetPath('postwise.css')}" />
        ${script !== undefined && html`<script src="${assetPath(script)}" defer></script>`}
      </head>
      <body>
        <a class="skip" href="#main">Skip to the page</a>
        <header class="top"><span class="brand">Postwise</span></header>
        <main id="main" tabindex="-1">${main}</main>
        <footer class="foot"><p>${standingLine}</p></footer>
      </body>
    </html> `;
  return {
    status,
    headers: {
      'Content-Type': 'text/html; charset=utf-8',
      ...(script === undefined ? {} : { 'Content-Security-Policy': POLICIES[script] }),
      ...headers,
    },
    body: whole.text,
  };
}

export const json = (status: number, value: unknown): Answer => ({
  status,
  headers: { 'Content-Type': 'application/json; charset=utf-8' },
  body: JSON.stringify(value),
});

/** To a page of our own, with GET. */
export const seeOther = (path: string, headers: Answer['headers'] = {}): Answer => ({
  status: 303,
  headers: { Location: path, ...headers },
});
