import { contactLine, type Contacts } from '../cards/contacts.ts';
import type { StaffId } from '../core/ids.ts';
import type { ShutOut } from '../flows/standAside.ts';
import { type Answer, page } from './answer.ts';
import { html, type Html } from './html.ts';
import { sentencePage } from './plainPages.ts';
import type { WebOptions } from './web.ts';

/** What the form sends for the headteacher, who is no one id: a school may name two. */
export const HEADTEACHER = 'headteacher';

/** Before a word of the report. Both answers are presses, and both are in the record. */
export function aboutYouPage(reference: string, path: string, standingLine: string): Answer {
  const title = 'Is this about you or someone close?';
  const main = html`<p class="over">Report</p>
    <h1>${reference}</h1>
    <h2>${title}</h2>
    <p>Someone close is a relative, a partner, a friend or anyone else about whom you could not decide fairly.</p>
    <form method="post" action="${path}/about-you">
      <button class="primary" type="submit" name="answer" value="no">No: open it</button>
    </form>
    <form method="post" action="${path}/about-you">
      <button type="submit" name="answer" value="yes">Yes: stand aside</button>
    </form>
    <p class="quiet">
      Standing aside shuts you out of this report at once and for good. Nobody has to say why. If you do not know yet,
      open it; you can stand aside on its page at any time. Your answer is written in the record, with your name and the
      time.
    </p>`;
  return page(200, { title, main, standingLine });
}

const notSet = (line: string | null): string => line ?? 'not set here';

const outsideContacts = ({ chair, lado }: Contacts): Html =>
  html`<dl class="contacts">
    <div>
      <dt>Chair of governors</dt>
      <dd>${notSet(contactLine(chair))}</dd>
    </div>
    <div>
      <dt>Local authority designated officer (LADO)</dt>
      <dd>${notSet(contactLine(lado))}</dd>
    </div>
  </dl>`;

export function stoodAsidePage(
  out: Exclude<ShutOut, { kind: 'none' }>,
  contacts: Contacts,
  standingLine: string,
): Answer {
  if (out.kind === 'nobody-left')
    return sentencePage(
      200,
      'Nobody here can open this report now',
      [
        'Everyone at the school who could open it is shut out. It is kept, and it must not lie: please make sure that one of these hears of it today, by its reference alone.',
      ],
      standingLine,
      outsideContacts(contacts),
    );
  return sentencePage(
    200,
    'You have stood aside',
    [
      out.wentOn
        ? 'You cannot open this report any more. Those who have it now are being told that it waits, without a word of it.'
        : 'You cannot open this report any more. The others who handle it still have it.',
      'Please do not speak about it with anybody whom it may concern.',
    ],
    standingLine,
  );
}

/** Nothing was changed and nothing is written: the headteacher reads the record of this report. */
export function aboutHeadteacherPage(path: string, contacts: Contacts, standingLine: string): Answer {
  return sentencePage(
    200,
    'A report about the headteacher goes to the chair',
    [
      'A report about the headteacher has to be sealed from its first word, so that the headteacher never sees that there is one. This report was not, and cannot be sealed now. Nothing was changed, and this press is written nowhere.',
      'Please do two things. Tell the chair of governors yourself, in person or by telephone. Then write “report” to Postwise in your own chat and tick “The headteacher”: that report is sealed, and you can give the reference of this one in it.',
      'Where the chair is concerned as well, or cannot be reached, go to the local authority directly.',
    ],
    standingLine,
    html`${outsideContacts(contacts)}
      <p><a class="button" href="${path}">Back to the report</a></p>`,
  );
}

/** On the report's page: what may be seen only while reading. */
export function whomElse(others: readonly StaffId[], path: string, web: WebOptions): Html {
  const nameOf = (staff: StaffId): string => {
    const name = web.nameOf?.(staff) ?? null;
    const role = web.roleOf?.(staff) ?? 'Handles reports';
    return name === null ? `${role} (staff id ${staff})` : `${role}: ${name}`;
  };
  return html`<h2>Whom it turns out to concern</h2>
    <form method="post" action="${path}/concerns">
      <p>
        <label for="person">This concerns one of those who handle reports</label>
        <select id="person" name="person" required>
          <option value="">Choose</option>
          ${others.map((staff) => html`<option value="${staff}">${nameOf(staff)}</option>`)}
          <option value="${HEADTEACHER}">The headteacher</option>
        </select>
      </p>
      <button type="submit">Shut this person out</button>
    </form>
    <p class="quiet">That person cannot open the report from then on, and it cannot be undone.</p>
    <form method="post" action="${path}/about-you">
      <button type="submit" name="answer" value="yes">It is about me or someone close: stand aside</button>
    </form>`;
}
