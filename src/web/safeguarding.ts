import { contactLine, type Contacts } from '../cards/contacts.ts';
import { html, type Html } from './html.ts';

/**
 * What to do with a device that may hold an indecent image of a child.
 *
 * UKCIS, Sharing nudes and semi-nudes, updated March 2024: tell the safeguarding lead at once; never view, copy, print,
 * share, store or save; do not delete it, and do not ask a child to.
 */
export const imageryAdvice = (contacts: Contacts): Html =>
  html`<h2>What to do now</h2>
    <ol class="steps">
      <li>
        <strong>Tell the safeguarding lead now</strong>, in person or by telephone. If a child is in danger, call 999
        first.
      </li>
      <li>Do not look at it again. Do not copy, print, share, send, save or delete it, and do not ask a child to.</li>
      <li>
        Leave the device as it is: close the page or lock the screen, and let the safeguarding lead decide about it.
      </li>
      <li>Do not question the child about it. If a child has told you something, write down their own words.</li>
    </ol>
    ${leads(contacts)}
    <p class="quiet">
      This follows the national advice for schools on nudes and semi-nudes (UKCIS, updated March 2024). Copying or
      passing on such an image is against the law, for staff as for anybody. This does not replace your own duty to
      report.
    </p>`;

/** Who they are and how to reach them. A contact that is not set is said to be missing, never left out. */
const leads = ({ safeguardingLead, deputySafeguardingLead }: Contacts): Html =>
  html`<dl class="contacts">
    <div>
      <dt>Safeguarding lead</dt>
      <dd>${contactLine(safeguardingLead) ?? 'Not set. Ask in the school office.'}</dd>
    </div>
    <div>
      <dt>Deputy</dt>
      <dd>${contactLine(deputySafeguardingLead) ?? 'Not set.'}</dd>
    </div>
  </dl>`;
