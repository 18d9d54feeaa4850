import { contactLine, type Contacts } from '../cards/contacts.ts';
import type { ContactRole, Guidance } from '../core/policy/answer.ts';
import type { Concern } from '../core/report/audience.ts';
import type { AuditLine } from '../core/report/audit.ts';
import type { Report } from '../core/report/report.ts';
import { html, type Html } from './html.ts';
import { dateInWords } from './words.ts';

const STAFF: readonly Concern['kind'][] = ['other-staff', 'handler', 'headteacher'];
/** About somebody on the staff, whatever was ticked. */
const STAFF_KIND = 'colleague-activity';

/** Whether a report is, or may be, an allegation about somebody who works at the school. */
export const isAboutStaff = (
  { kind: reported, concerns, couldBeHead }: Report,
  record: readonly AuditLine[],
): boolean =>
  reported === STAFF_KIND ||
  couldBeHead === 'yes-or-not-sure' ||
  concerns.some(({ kind }) => STAFF.includes(kind)) ||
  record.some(({ what }) => what === 'person-added');

const CONTACT: Readonly<Record<ContactRole, { readonly name: string; readonly key: keyof Contacts }>> = {
  headteacher: { name: 'Headteacher', key: 'headteacher' },
  'safeguarding lead': { name: 'Safeguarding lead', key: 'safeguardingLead' },
  'deputy safeguarding lead': { name: 'Deputy safeguarding lead', key: 'deputySafeguardingLead' },
  'chair of governors': { name: 'Chair of governors', key: 'chair' },
  LADO: { name: 'Local authority designated officer (LADO)', key: 'lado' },
  HR: { name: 'HR', key: 'hr' },
};

/** The harm threshold for whoever opens the report: to read, and to decide by. Postwise refers nothing to anybody. */
export function allegationGuidance(guidance: Guidance | null | undefined, contacts: Contacts): Html | null {
  if (guidance === null || guidance === undefined) return null;
  return html`<section class="notice" aria-label="National guidance on allegations about staff">
    <h2>${guidance.title}</h2>
    <p class="quiet">National guidance, not the school’s policy.</p>
    <ul>
      ${guidance.lines.map((line) => html`<li>${line}</li>`)}
    </ul>
    <dl class="contacts">
      ${guidance.contacts.map((role) => {
        const { name, key } = CONTACT[role];
        return html`<div>
          <dt>${name}</dt>
          <dd>${contactLine(contacts[key]) ?? 'Not set. Ask in the school office, or the local authority.'}</dd>
        </div>`;
      })}
    </dl>
    <p class="quiet">
      Source: ${guidance.sources.map(({ name }) => name).join('; ')}. Checked on ${dateInWords(guidance.checkedOn)}.
    </p>
  </section>`;
}
