import { splitAddresses } from '../core/report/addresses.ts';
import { STOP_KINDS } from '../core/report/draft.ts';
import type { IncidentForm } from '../core/report/forms.ts';
import type { Evidence } from '../core/report/picture.ts';
import type { Report } from '../core/report/report.ts';
import { html, type Html, type Piece } from './html.ts';

/** Of these nothing is looked up or passed on by anybody in the school: kinds of harm whose mere address is a danger. */
const NEVER_COPIED: readonly string[] = [...STOP_KINDS, 'radicalisation'];
/** Where such an address goes instead, by the ids of `content/signposts`. */
const ROUTES: Readonly<Record<string, readonly string[]>> = {
  'adult-imagery': ['police', 'revenge-porn-helpline'],
  'terrorist-material': ['report-terrorism', 'police'],
  radicalisation: ['report-terrorism', 'police', 'iwf'],
};
const IMAGERY_ROUTES = ['police', 'iwf'];

/** Whether addresses of a report may be copied from its page; a picture that was stopped since ends that too. */
export const mayCopy = ({ kind, imagery }: Report, evidence: readonly Evidence[]): boolean =>
  imagery === 'no' && !NEVER_COPIED.includes(kind) && evidence.every(({ state }) => state === 'kept');

/** How what people typed is put on a page. Every address in it is text, whichever way. */
export type Typed = {
  /** @param whole  the text is an address and nothing else, whatever it looks like */
  readonly text: (text: string, whole?: boolean) => Piece;
  /** Whether an address with a button was among the texts so far. */
  readonly copies: () => boolean;
};

export function typedOn(mayBeCopied: boolean): Typed {
  let found = 0;
  const address = (text: string): Html => {
    found += 1;
    return html`<span class="address" dir="ltr">${text}</span>
      <button class="copy" type="button" aria-describedby="address-warning" hidden>
        Copy address<span class="unseen"> ${found}: ${placeOf(text)}</span>
      </button>`;
  };
  return {
    text: (text, whole = false) => {
      if (!mayBeCopied) return text;
      if (whole && /^\S+\.\S+$/.test(text)) return address(text);
      return splitAddresses(text).map((piece) => (piece.kind === 'address' ? address(piece.text) : piece.text));
    },
    copies: () => found > 0,
  };
}

/** `example.com` of `https://www.example.com/post/1`: enough to tell one button from another by ear. */
const placeOf = (address: string): string =>
  address
    .replace(/^https?:\/\//iu, '')
    .replace(/^www\./iu, '')
    .split(/[/?#]/u, 1)
    .join('');

/** Before the first address, and tied to every button. */
export const addressWarning: Html = html`<div class="notice" id="address-warning">
    <p><strong>Addresses here are text, not links.</strong> Copy one only for a record, the site or the police.</p>
    <p>
      Do not open it on a school device, or with an account of your own, before it is agreed who looks and how. Opening
      it can tell the person who posted it that somebody looked.
    </p>
  </div>
  <p id="copied" class="said" role="status" aria-live="polite"></p>`;

/** In the place of every button: nobody opens or copies it. Who is given it stands with the national guidance, at `#outside`. */
export const noAddressNotice = ({ kind }: Report): Html =>
  html`<section class="notice stop" aria-label="Addresses in this report">
    <p>
      <strong>Do not open, search for or copy any address in this report.</strong> It is for the police
      ${routesOf(kind).includes('iwf') && 'or the IWF'} to look.
      <a href="#outside">How it is reported to them</a>
    </p>
  </section>`;

/** The form with the places that such an address is reported to, so that they stand on the page whatever the kind. */
export const withRoutes = (form: IncidentForm): IncidentForm => ({
  ...form,
  services: [...new Set([...(form.services ?? []), ...routesOf(form.kind)])],
});

const routesOf = (kind: string): readonly string[] => ROUTES[kind] ?? IMAGERY_ROUTES;
