import answerTemplate from '../../cards/answer.json' with { type: 'json' };
import { never } from '../core/never.ts';
import type { Answer, ContactRole, Guidance, Verdict } from '../core/policy/answer.ts';
import { dayInWords } from '../core/schoolDay.ts';
import { type Contact, contactOr, type Contacts } from './contacts.ts';
import { type CardJson, fills } from './fill.ts';

const fillAnswer = fills(answerTemplate);

/** The verdict as a heading. The rule's own verb stands in its quote, and is neither strengthened nor weakened here. */
export function verdictInWords(verdict: Verdict): string {
  switch (verdict) {
    case 'prohibited':
      return 'The policy says not to';
    case 'required':
      return 'The policy expects it';
    case 'report':
      return 'Tell the headteacher';
    case 'ask-headteacher':
      return 'Ask the headteacher first';
    case 'allowed':
      return 'The policy allows it';
    case 'allowed-with-conditions':
      return 'Allowed, on conditions';
    case 'advice':
      return 'Something to bear in mind';
    case 'information':
      return 'What the policy states';
    case 'not-covered':
      return 'The policy does not say';
    case 'emergency':
      return 'What the policy says';
    default:
      return never(verdict);
  }
}

const COLOURS: Readonly<Partial<Record<Verdict, string>>> = {
  prohibited: 'Attention',
  allowed: 'Good',
  report: 'Accent',
  'ask-headteacher': 'Accent',
};

/** An answer as a card: an emergency's act-now block first, then the verdict, the rule word for word, and what to do. */
export function answerCard(answer: Answer, { contacts }: { readonly contacts: Contacts }): CardJson {
  const nearest = answer.citations.some((citation) => citation.nearest);
  const quoted = answer.citations.length > 0;
  return fillAnswer({
    actNow: answer.kind === 'emergency' ? answer.actNow.map((one) => asBlock(one, contacts)) : [],
    emergencyStanding: answer.kind === 'emergency' ? answer.standingLine : '',
    // After "Act now" a second heading would only stand in the way, unless a rule follows it.
    verdict: answer.kind === 'emergency' && !quoted ? '' : verdictInWords(answer.verdict),
    color: COLOURS[answer.verdict] ?? 'Default',
    headline: answer.headline,
    citationsTitle: citationsTitle(answer.citations.length, nearest),
    nearest,
    citations: answer.citations.map(({ rule, section, display }) => ({ rule, section, quote: display })),
    exceptions: answer.exceptions,
    next: answer.next.map((words, at) => ({ number: String(at + 1), words })),
    ask: answer.clarify?.ask ?? '',
    choices: answer.clarify?.choices ?? [],
    guidance: answer.guidance.map((one) => asBlock(one, contacts)),
    standing: answer.kind === 'not-covered' ? answer.standingLine : '',
    policy: answer.policy.sentence,
    rule: answer.citations.find((citation) => !citation.nearest)?.rule ?? null,
  });
}

function citationsTitle(count: number, nearest: boolean): string {
  if (nearest) return count === 1 ? 'The nearest rule' : 'The nearest rules';
  return count === 1 ? 'The rule, word for word' : 'The rules, word for word';
}

const CONTACTS: Readonly<Record<ContactRole, { readonly title: string; readonly key: keyof Contacts }>> = {
  headteacher: { title: 'Headteacher', key: 'headteacher' },
  'safeguarding lead': { title: 'Safeguarding lead', key: 'safeguardingLead' },
  'deputy safeguarding lead': { title: 'Deputy safeguarding lead', key: 'deputySafeguardingLead' },
  'chair of governors': { title: 'Chair of governors', key: 'chair' },
  LADO: { title: 'Local authority designated officer (LADO)', key: 'lado' },
  HR: { title: 'HR', key: 'hr' },
};

const asBlock = ({ title, lines, contacts: roles, sources, checkedOn }: Guidance, contacts: Contacts) => ({
  title,
  lines,
  contacts: roles.map((role) => {
    const { title: roleTitle, key } = CONTACTS[role];
    const contact: Contact | undefined = contacts[key];
    return { role: roleTitle, reach: contactOr(contact, 'not set here') };
  }),
  source: `Source: ${sources.map(({ name }) => name).join('; ')}. Checked on ${dayInWords(checkedOn)}.`,
});
