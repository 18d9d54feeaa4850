import answerTemplate from '../../cards/answer.json' with { type: 'json' };
import { asksIfHelpful, leadsPastTheHead } from '../core/asking/counts.ts';
import type { AnswerId } from '../core/ids.ts';
import { never } from '../core/never.ts';
import type { Answer, ContactRole, Guidance, Verdict } from '../core/policy/answer.ts';
import { dayInWords } from '../core/schoolDay.ts';
import { askHeadFold, type AskHead, withFold } from './askCards.ts';
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
export function answerCard(answer: Answer, { contacts, card, askHead }: AnswerCardFacts): CardJson {
  const folds = answer.kind === 'not-covered' && askHead !== undefined;
  const filled = filledAnswer(answer, contacts, helpfulAsked(answer, card, folds), card);
  if (!folds) return filled;
  // A worry about the headteacher is not to be sent to them by one press: whoever wants that types it anew.
  const words = leadsPastTheHead(answer) ? '' : askHead.words;
  return withFold(filled, askHeadFold({ ...askHead, words }, contacts));
}

export type AnswerCardFacts = {
  readonly contacts: Contacts;
  /** The card's own number, by which a tap on "Was this helpful?" counts once; without it nothing is asked. */
  readonly card?: AnswerId;
  /** For an answer that the policy does not give. */
  readonly askHead?: AskHead;
};

/** The most that a card offers to press; two of them stand on each answer. */
const MOST_ACTIONS = 6;
/** What asking the headteacher takes: to unfold it, and to send. */
const TO_ASK_HEAD = 2;

type HelpfulAsked = 'here' | 'behind' | 'not';

/**
 * "Yes" and "No" where there is room, one button that asks where there is less; where the choices take it all the exact answer
 * asks.
 *
 * @param folds  whether the headteacher can be asked from this card
 */
function helpfulAsked(answer: Answer, card: AnswerId | undefined, folds: boolean): HelpfulAsked {
  if (card === undefined || !asksIfHelpful(answer)) return 'not';
  const room = MOST_ACTIONS - 2 - (folds ? TO_ASK_HEAD : 0) - (answer.clarify?.choices.length ?? 0);
  return room >= 2 ? 'here' : room === 1 ? 'behind' : 'not';
}

function filledAnswer(answer: Answer, contacts: Contacts, asked: HelpfulAsked, card: AnswerId | undefined): CardJson {
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
    choices: (answer.clarify?.choices ?? []).map((choice) => ({ ...choice, policy: answer.policy.id })),
    guidance: answer.guidance.map((one) => asBlock(one, contacts)),
    standing: answer.kind === 'not-covered' ? answer.standingLine : '',
    policy: answer.policy.sentence,
    rule: answer.citations.find((citation) => !citation.nearest)?.rule ?? null,
    helpfulAsked: asked,
    card: card ?? '',
    situation: answer.situation,
    policyId: answer.policy.id,
    version: answer.policy.version,
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
