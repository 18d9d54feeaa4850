import { deleteConfirmCard, draftGoneCard, restartConfirmCard } from '../cards/draftCards.ts';
import { myReportsCard } from '../cards/myReportsCard.ts';
import { setUp } from '../cards/sentences.ts';
import { contactHeadCard, helpCard, welcomeCard } from '../cards/otherCards.ts';
import { triageListCard } from '../cards/triageCards.ts';
import type { Answer } from '../core/policy/answer.ts';
import type { LastAsked } from '../core/policy/lastAsked.ts';
import { isLikeReference, readReference, readTypedReference, type Reference } from '../core/ids.ts';
import { startReport } from '../flows/guideReport.ts';
import { sendLockedLink } from '../flows/lockedPictures.ts';
import { myReports, openReports } from '../flows/triageReport.ts';
import { rememberWhereShown } from '../flows/rememberCard.ts';
import type { Person } from '../flows/ports.ts';
import { answerChosen, answerMessage, type Chosen, forgetLast } from './followTalk.ts';
import { guideCard } from './guideCard.ts';
import { sendQuestions, sendTopics } from './askActions.ts';
import type { From, Intent } from './intent.ts';
import { startAdding } from './mineActions.ts';
import { ownCard } from './ownCard.ts';
import { NOT_TAKEN, takePictures } from './takePictures.ts';
import { shownAnswer } from './showAnswer.ts';
import { type Hand, LIST_LENGTH, type Talk } from './talk.ts';

type Message = Extract<Intent, { kind: 'message' }>;

/** A message in the personal chat: pictures, a command, or a question. */
export async function talkInPerson(talk: Talk, who: Person, message: Message, hand: Hand): Promise<void> {
  let asked: LastAsked | undefined;
  if (message.attachments.length > 0) await takePictures(talk, who, message, hand);
  else if (message.untaken > 0 && message.text === '') await hand.text(NOT_TAKEN);
  else {
    asked = (await takeWords(talk, who, message, hand)) ?? undefined;
    if (message.untaken > 0) await hand.text(NOT_TAKEN);
  }
  await seen(talk, who, message.from, asked);
}

/**
 * Where the person is reached from now on, and what they asked; what was set aside for them is told. After the reply, and
 * never in its way: an answer does not need the store.
 */
async function seen(talk: Talk, who: Person, from: From, asked?: LastAsked): Promise<void> {
  try {
    if ((await talk.seen(who, from.conversation, asked)) > 0) talk.nudge();
  } catch (error) {
    talk.outside.log.warn('not-remembered', { error: error instanceof Error ? error.name : 'unknown' });
  }
}

type Command = (talk: Talk, who: Person, hand: Hand) => Promise<void>;

const COMMANDS: readonly (readonly [RegExp, Command])[] = [
  [
    /^(hi|hiya|hello|hey|help|start|menu|\?|good (morning|afternoon|evening))$/,
    (talk, _who, hand) => sendWelcome(talk, hand),
  ],
  [/^(i want to |i need to |can i )?(make a |start a |new )?report( something| it| this)?$/, startGuide],
  [/^continue( (the |my )?report)?$/, continueGuide],
  [/^(start again|start over)$/, confirmRestart],
  [/^(delete|cancel)( (the |my )?(draft|report))?$/, confirmDelete],
  [/^(my|show my) reports?( please)?$/, (talk, who, hand) => sendMyReports(talk, who, hand)],
  [/^(open )?reports$/, sendOpenReports],
  [/^(what is |show )?locked( pictures?)?$/, sendLocked],
  [/^questions$/, sendQuestions],
  [/^topics$/, sendTopics],
  [/^(yes|no|not sure|yes please|no thanks?|ok|okay|stop|send|send it|done)$/, pointToButtons],
  [
    /^(many )?(thanks|thank you|thankyou|cheers|ta)( very much| so much| a lot)?$/,
    (_talk, _who, hand) => hand.text('You are welcome. I am here whenever you need me.'),
  ],
];

/** @returns what was asked, to be kept; nothing where it was no question */
async function takeWords(talk: Talk, who: Person, { text, cut, from }: Message, hand: Hand): Promise<LastAsked | void> {
  const words = text
    .toLowerCase()
    .replace(/\s+/g, ' ')
    .replace(/[.!]+$/, '')
    .trim();
  if (words === '') return hand.text('I got an empty message. Ask me a question, write “report”, or write “help”.');
  for (const [pattern, command] of COMMANDS) if (pattern.test(words)) return command(talk, who, hand);
  const toAdd = /^add(?: something| more)?(?: to)? (sm.*)$/.exec(words)?.[1];
  const addTo = readTypedReference(toAdd ?? '');
  if (addTo !== null) return addToOne(talk, who, addTo, hand);
  const reference = readTypedReference(words);
  if (reference !== null) return sendOneReport(talk, who, reference, hand);
  if (isLikeReference(toAdd ?? words)) {
    return hand.text('No reference is written like that: one looks like SM-234-679A. Write “my reports” to see yours.');
  }
  if (cut) await hand.text('That was very long: I read the first 10,000 characters.');
  if (talk.forgetting.isWished(text)) return forgetLast(talk, who, from, hand);
  const show = (answer: Answer) => shownAnswer(talk, answer, text);
  const { answer, follows, keep } = await answerMessage(talk, who, from, text, hand, show);
  // Who asks why has asked about the topic before, and was counted then.
  if (follows?.reasons == null) talk.countTopic(answer);
  return keep;
}

/** A tap on one of the choices that an answer offered. */
export async function askAgain(talk: Talk, who: Person, from: From, choice: Chosen, hand: Hand): Promise<void> {
  const answer = await answerChosen(talk, who, from, choice, hand, (one) => shownAnswer(talk, one));
  if (answer === null) return hand.text('That choice is from an old card. Please ask me again in your own words.');
  talk.countTopic(answer);
}

// ── hello ───────────────────────────────────────────────────────────────────────────────────────────────────────────

/** On install: once a person, however often the app is put in or the window loaded again. */
export async function welcomeOnce(talk: Talk, who: Person, from: From, hand: Hand): Promise<void> {
  await seen(talk, who, from);
  if (await talk.outside.people.firstWelcome(who.school, who.staff)) {
    await hand.card(welcomeCard({ standingLine: talk.standing }));
  }
}

export async function sendWelcome(talk: Talk, hand: Hand): Promise<void> {
  await hand.card(helpCard({ standingLine: talk.standing }));
}

// ── ask ─────────────────────────────────────────────────────────────────────────────────────────────────────────────

export async function contactHead(talk: Talk, hand: Hand): Promise<void> {
  await hand.newCard(contactHeadCard(talk.contacts, talk.standing));
}

// ── report ──────────────────────────────────────────────────────────────────────────────────────────────────────────

async function startGuide(talk: Talk, who: Person, hand: Hand): Promise<void> {
  const { draft, version, isNew } = await startReport(talk.outside, who);
  const shown = await hand.card(await guideCard(talk, who, draft, { waiting: !isNew }));
  await rememberWhereShown(talk.outside, who, draft.id, shown, { value: draft, version }, !isNew);
}

async function continueGuide(talk: Talk, who: Person, hand: Hand): Promise<void> {
  const kept = await talk.outside.drafts.get(who.school, who.staff);
  if (kept === null) return hand.text('You have no report under way. Write “report” to start one.');
  const shown = await hand.card(await guideCard(talk, who, kept.value));
  await rememberWhereShown(talk.outside, who, kept.value.id, shown);
}

/** Somebody who answers a card by typing is led back to its buttons: a typed "yes" is too easily taken for another question's. */
async function pointToButtons(talk: Talk, who: Person, hand: Hand): Promise<void> {
  const kept = await talk.outside.drafts.get(who.school, who.staff);
  if (kept === null) {
    return hand.text(
      'Ask me a question in your own words, write “report” to tell the school about something, or write “help”.',
    );
  }
  await hand.text('I take answers to a report from its buttons only. Nothing has been sent. Here it is again:');
  const shown = await hand.newCard(await guideCard(talk, who, kept.value));
  await rememberWhereShown(talk.outside, who, kept.value.id, shown);
}

async function confirmDelete(talk: Talk, who: Person, hand: Hand): Promise<void> {
  const kept = await talk.outside.drafts.get(who.school, who.staff);
  await hand.card(kept === null ? draftGoneCard() : deleteConfirmCard(kept.value));
}

async function confirmRestart(talk: Talk, who: Person, hand: Hand): Promise<void> {
  const kept = await talk.outside.drafts.get(who.school, who.staff);
  if (kept === null) return startGuide(talk, who, hand);
  await hand.card(restartConfirmCard(kept.value));
}

/** How many of one's own reports are shown at once. */
const MINE_LENGTH = 10;

// ── lists ───────────────────────────────────────────────────────────────────────────────────────────────────────────

export async function sendMyReports(talk: Talk, who: Person, hand: Hand, after?: string): Promise<void> {
  const page = await myReports(talk.outside, who, MINE_LENGTH, after);
  await hand.card(myReportsCard(page.items, page.next === undefined ? {} : { next: page.next }));
}

/** Everything that is open and theirs to open; for most people that is nothing, and the same is said to all of them. */
async function sendOpenReports(talk: Talk, who: Person, hand: Hand): Promise<void> {
  const page = await openReports(talk.outside, who, 'personal', LIST_LENGTH);
  await hand.card(triageListCard(page.items, page.next === undefined ? {} : { next: page.next }));
}

/** For everybody but the safeguarding lead, and where nothing is locked, it is one answer. */
async function sendLocked(talk: Talk, who: Person, hand: Hand): Promise<void> {
  const sent = await sendLockedLink(talk.outside, who);
  await hand.text(LOCKED[sent]);
}
const LOCKED = {
  nothing:
    'There is nothing locked that is yours to look after. What is stopped while a report is being made is locked at once, and comes here when it is sent, deleted, or left alone for seven days.',
  'no-chat': setUp.writeToMeFirst,
  sent: 'A link to what is locked is on its way to you here. No picture is shown there.',
} as const;

async function addToOne(talk: Talk, who: Person, reference: Reference, hand: Hand): Promise<void> {
  const report = await talk.outside.reports.byReference(who.school, reference);
  if (report === null || report.reporter !== who.staff) return hand.text(NONE_OF_YOURS);
  return startAdding(talk, who, report.id, hand);
}

const NONE_OF_YOURS = 'I cannot find a report of yours by that reference.';

async function sendOneReport(talk: Talk, who: Person, reference: string, hand: Hand): Promise<void> {
  const known = readReference(reference);
  const report = known === null ? null : await talk.outside.reports.byReference(who.school, known);
  if (report !== null && report.reporter === who.staff) {
    await hand.card(await ownCard(talk, report));
    return;
  }
  const page = await openReports(talk.outside, who, 'personal', 100);
  const line = page.items.find((item) => item.reference === known);
  if (line === undefined) return hand.text(NONE_OF_YOURS);
  await hand.card(triageListCard([line], {}));
}
