/** The walk through the guide, as a person makes it: by what stands on the newest card. One place for all journeys. */
import { actionsOf, dataOf, type RunningPostwise, type Said, type Who } from './runningApp.ts';

type Json = Readonly<Record<string, unknown>>;

/** What somebody tells in a report. What is left out is the most ordinary answer. */
export type Told = {
  /** Whom it concerns, as the card's choices name it. */
  readonly concerns?: string;
  readonly kind?: string;
  /** What is written in every box that has to be filled. */
  readonly what?: string;
  /** Answers to single questions, by the question's id. */
  readonly answers?: Readonly<Record<string, string>>;
  readonly imagery?: 'no' | 'yes' | 'not-sure' | 'adult' | 'terrorism';
};

export type SentReport = {
  readonly reference: string;
  readonly receipt: Said;
  /** The card on which Send was pressed. */
  readonly lookOver: Said;
  /** The code for the chair of governors, where the receipt gives one. */
  readonly chairCode: string | undefined;
};

export const REFERENCE = /SM-[A-Z0-9]{3}-[A-Z0-9]{4}/;
export const CHAIR_CODE = /\b[A-Z0-9]{4}(-[A-Z0-9]{4}){3}\b/;

/** The reference that stands on a card. @throws where there is none */
export function referenceOn({ all }: Said): string {
  const reference = REFERENCE.exec(all)?.[0];
  if (reference === undefined) throw new Error(`No reference on: ${all}`);
  return reference;
}

/** The newest card that somebody was sent. @throws where there was none */
export function newestCard(said: readonly Said[]): Said {
  const card = said.findLast((one) => one.card !== undefined);
  if (card === undefined) throw new Error(`No card, but: ${said.map(({ all }) => all).join('\n')}`);
  return card;
}

export const verbsOn = ({ card }: Said): readonly unknown[] => actionsOf(card).map(({ verb }) => verb);

/** Presses the button that stands for these choices, with what was typed or ticked on the card. */
export function pressOn(
  postwise: RunningPostwise,
  who: Who,
  card: Said,
  verb: string,
  { choosing = {}, typing = {} }: { readonly choosing?: Json; readonly typing?: Json } = {},
): Promise<Said> {
  const data = dataOf(card.card, verb, (of) => Object.entries(choosing).every(([key, value]) => of[key] === value));
  return postwise.press(who, verb, { ...data, ...typing }, 'personal', card.id);
}

/** An answer for every input of a card that wants one. */
export function filled(card: unknown, { what = 'A post that calls me names', answers = {} }: Told = {}): Json {
  if (Array.isArray(card)) return Object.assign({}, ...card.map((each) => filled(each, { what, answers }))) as Json;
  if (typeof card !== 'object' || card === null) return {};
  const node = card as Json;
  const id = String(node['id']);
  const isInput = String(node['type']).startsWith('Input.');
  const given = answers[id.replace(/^f\./, '')];
  const own =
    isInput && (given !== undefined || node['isRequired'] === true) ? { [id]: given ?? ordinary(node, what) } : {};
  return { ...own, ...filled(Object.values(node), { what, answers }) };
}

function ordinary({ type, choices }: Json, what: string): string {
  if (type === 'Input.Date') return '2026-01-05';
  return (choices as readonly { readonly value: string }[] | undefined)?.[0]?.value ?? what;
}

type Press = { readonly choosing?: Json; readonly typing?: Json };

/** How each card of the guide is answered; the last first, since later cards have buttons that lead back. */
const STEPS = [
  ['report.send', () => ({})],
  ['report.pictures', () => ({ choosing: { act: 'done' } })],
  ['report.form', (told, { card }) => ({ typing: filled(card, told) })],
  ['report.kind', ({ kind = 'something-else' }) => ({ typing: { kind } })],
  ['report.could-be-head', () => ({ choosing: { answer: 'yes-or-not-sure' } })],
  ['report.concerns', ({ concerns = 'parent-or-other' }) => ({ typing: { concerns } })],
  [
    'report.imagery',
    ({ imagery = 'no' }, card) => ({ choosing: { answer: offers(card, imagery) ? imagery : 'go-on' } }),
  ],
  ['report.danger', () => ({ choosing: { answer: 'no' } })],
] as const satisfies readonly (readonly [string, (told: Told, card: Said) => Press])[];

export type GuideVerb = (typeof STEPS)[number][0];

const offers = ({ card }: Said, answer: string): boolean =>
  actionsOf(card).some(
    ({ verb, data }) => verb === 'report.imagery' && (data as Json | undefined)?.['answer'] === answer,
  );

const MOST_CARDS = 12;

/** Answers card after card until one comes that holds this button. */
export async function walkOn(
  postwise: RunningPostwise,
  who: Who,
  from: Said,
  until: GuideVerb,
  told: Told = {},
): Promise<Said> {
  let card = from;
  for (let cards = 0; cards < MOST_CARDS; cards += 1) {
    const step = STEPS.find(([verb]) => verbsOn(card).includes(verb));
    if (step === undefined) throw new Error(`The guide does not go on from: ${card.all}`);
    const [verb, answer] = step;
    if (verb === until) return card;
    card = await pressOn(postwise, who, card, verb, answer(told, card));
  }
  throw new Error(`The guide does not come to ${until}, but to: ${card.all}`);
}

/** Writes "report". @returns the card with which the guide begins; a notice may have come with it */
export async function startReport(postwise: RunningPostwise, who: Who): Promise<Said> {
  const said = await postwise.say(who, 'report');
  return newestCard(said.filter((one) => STEPS.some(([verb]) => verbsOn(one).includes(verb))));
}

/** Writes "report" and answers what is asked, up to the card that holds this button. */
export async function reportUpTo(
  postwise: RunningPostwise,
  who: Who,
  until: GuideVerb,
  told: Told = {},
): Promise<Said> {
  return walkOn(postwise, who, await startReport(postwise, who), until, told);
}

/** A whole report, from the word "report" to the receipt. */
export async function sendReport(postwise: RunningPostwise, who: Who, told: Told = {}): Promise<SentReport> {
  return sendFrom(postwise, who, await reportUpTo(postwise, who, 'report.send', told));
}

/** Presses Send on a look-over. */
export async function sendFrom(postwise: RunningPostwise, who: Who, lookOver: Said): Promise<SentReport> {
  const receipt = await pressOn(postwise, who, lookOver, 'report.send');
  return { reference: referenceOn(receipt), receipt, lookOver, chairCode: CHAIR_CODE.exec(receipt.all)?.[0] };
}
