import { mayAnswer } from '../core/asking/headQuestion.ts';
import type { QuestionId, ReportId, SchoolId, StaffId } from '../core/ids.ts';
import { mayOpen } from '../core/report/audience.ts';
import { tellsOfRisk } from '../core/report/draft.ts';
import { allowedSteps, lineOf, type Report } from '../core/report/report.ts';
import { addToRecord } from './addToRecord.ts';
import { carryStop } from './addToReport.ts';
import { liveOn } from './draftLife.ts';
import { followOnCard } from './followOnCard.ts';
import { finishDestroying } from './lockedPictures.ts';
import { THE_CHANNEL } from './triageReport.ts';
import { usefulToCapture } from './usefulToCapture.ts';
import {
  type ChannelNotice,
  ConversationGone,
  type Conversation,
  type Notice,
  type Outside,
  type Telling,
  type Versioned,
  type Waiting,
} from './ports.ts';

/** How long a worker may take over one row; one that dies leaves it to the next worker after this. */
const LEASE_MS = 60_000;
/** Where one bot runs and no other ever takes over while it lives: what it left behind when it was killed is told soon. */
export const SOLE_LEASE_MS = 3_000;
const MOST_AT_ONCE = 20;
/** Between tries: doubling from two seconds to ten minutes, and then every ten minutes until it arrives. */
export const waitBefore = (attempts: number): number => Math.min(2_000 * 2 ** Math.min(attempts, 12), 600_000);

type Told = 'told' | { readonly park: StaffId } | { readonly again: Date };

/**
 * Tries everything that is due once. Nothing is given up: what fails is due again later, what has nowhere to go waits for
 * the person (or for a channel to be set).
 *
 * @returns how many rows were tried
 */
export async function deliverWaiting(outside: Outside, school: SchoolId, leaseMs = LEASE_MS): Promise<number> {
  const rows = await outside.outbox.due(school, outside.clock.now(), MOST_AT_ONCE);
  for (const row of rows) {
    const leased = await outside.outbox.lease(school, row, new Date(outside.clock.now().getTime() + leaseMs));
    if (leased !== null) await deliver(outside, school, leased);
  }
  return rows.length;
}

async function deliver(outside: Outside, school: SchoolId, row: Versioned<Waiting>): Promise<void> {
  const { telling, attempts, id, sealed } = row.value;
  try {
    const told = await tell(outside, school, telling);
    if (told === 'told') await outside.outbox.done(school, row);
    else if ('again' in told) await outside.outbox.later(school, row, told.again, 0);
    else await outside.outbox.park(school, row, told.park);
  } catch (error) {
    const wait = waitBefore(attempts);
    if (!sealed) {
      const name = error instanceof Error ? error.name : 'unknown';
      outside.log.warn('not-told-yet', { telling: id, attempts: attempts + 1, waitMs: wait, error: name });
    }
    await outside.outbox.later(school, row, new Date(outside.clock.now().getTime() + wait), attempts + 1);
  }
}

async function tell(outside: Outside, school: SchoolId, telling: Telling): Promise<Told> {
  if (telling.kind === 'channel-card') return tellChannel(outside, school, telling.report);
  if (telling.kind === 'question-in-channel') return tellOfQuestion(outside, school, telling.question);
  if (telling.kind === 'addition-stopped') {
    await carryStop(outside, { school, staff: telling.of }, telling.draft);
    return 'told';
  }
  if (telling.kind === 'destroy-pictures' || telling.kind === 'destroy-stopped')
    return finishDestroying(outside, school, telling);
  if (telling.kind === 'draft-life') return liveOn(outside, school, telling);
  if (telling.kind === 'card-follows') return followOnCard(outside, school, telling);
  if (telling.kind === 'card-spent') return spendCard(outside, school, telling);
  const notice = await noticeFor(outside, school, telling);
  if (notice === null) return 'told';
  const chat = await outside.people.conversation(school, telling.to);
  if (chat === null) return { park: telling.to };
  try {
    await outside.notices.send(chat, notice);
    return 'told';
  } catch (error) {
    if (!(error instanceof ConversationGone)) throw error;
    await outside.people.forget(school, telling.to);
    return { park: telling.to };
  }
}

/** `null` where what was to be told is no longer so: a draft that was sent or deleted needs no word about its pictures. */
async function noticeFor(
  outside: Outside,
  school: SchoolId,
  telling: Exclude<
    Telling,
    {
      kind:
        | 'channel-card'
        | 'question-in-channel'
        | 'addition-stopped'
        | 'card-spent'
        | 'card-follows'
        | 'draft-life'
        | 'destroy-pictures'
        | 'destroy-stopped';
    }
  >,
): Promise<Notice | null> {
  if (telling.kind === 'question-waits') {
    // Set aside for long: another may have answered it, or this person be headteacher no more.
    const [question, { headteachers }] = await Promise.all([
      outside.questions.get(school, telling.question),
      outside.roster.roles(school),
    ]);
    const waits = question !== null && question.value.answer === undefined;
    return waits && mayAnswer(telling.to, question.value, headteachers) ? telling : null;
  }
  if (telling.kind === 'reporter-answered') {
    // Whoever stood aside, or was found to be concerned, since it was kept hears nothing of it.
    const [report, roles] = await Promise.all([
      outside.reports.get(school, telling.report),
      outside.roster.roles(school),
    ]);
    return report !== null && mayOpen(telling.to, report.value, roles) ? telling : null;
  }
  if (telling.kind !== 'pictures-settled' && telling.kind !== 'draft-at-risk') return telling;
  const kept = await outside.drafts.get(school, telling.to);
  if (telling.kind === 'draft-at-risk')
    return kept !== null && kept.value.id === telling.draft && tellsOfRisk(kept.value) ? telling : null;
  return kept !== null && kept.value.id === telling.draft
    ? {
        kind: 'pictures-settled',
        draft: kept.value,
        useful: await usefulToCapture(outside, school, kept.value),
      }
    : null;
}

/** A message or a chat that is gone shows nothing any more, which is all that was wanted. */
async function spendCard(
  outside: Outside,
  school: SchoolId,
  telling: Extract<Telling, { kind: 'card-spent' }>,
): Promise<Told> {
  const chat = await outside.people.conversation(school, telling.to);
  if (chat === null) return 'told';
  try {
    await outside.notices.replace(chat, telling.message, telling);
  } catch (error) {
    if (!(error instanceof ConversationGone)) throw error;
  }
  return 'told';
}

/** A neutral line in the channel. A question that was answered meanwhile needs none. */
async function tellOfQuestion(outside: Outside, school: SchoolId, id: QuestionId): Promise<Told> {
  const kept = await outside.questions.get(school, id);
  if (kept === null || kept.value.answer !== undefined) return 'told';
  const channel = await outside.desk.channel(school);
  if (channel === null) return { park: THE_CHANNEL };
  try {
    await outside.channel.post(channel, { kind: 'question-waits' });
    return 'told';
  } catch (error) {
    if (!(error instanceof ConversationGone)) throw error;
    outside.log.warn('channel-gone', {});
    return { park: THE_CHANNEL };
  }
}

async function tellChannel(outside: Outside, school: SchoolId, id: ReportId): Promise<Told> {
  const kept = await outside.reports.get(school, id);
  // A sealed report has no row for the channel; should one ever be written, nothing is posted all the same.
  if (kept === null || kept.value.audience === 'chair') return 'told';
  const channel = await outside.desk.channel(school);
  if (channel === null) return { park: THE_CHANNEL };
  try {
    await postOrUpdate(outside, school, channel, kept.value);
    return 'told';
  } catch (error) {
    if (!(error instanceof ConversationGone)) throw error;
    outside.log.warn('channel-gone', {});
    return { park: THE_CHANNEL };
  }
}

export function channelNotice(report: Report): ChannelNotice {
  return report.audience === 'head' || report.audience === 'safeguarding'
    ? { kind: 'one-waits', audience: report.audience }
    : { kind: 'report', line: lineOf(report), steps: allowedSteps(report) };
}

/** The card is made anew from the store each time, so that a card that is late is never wrong. */
async function postOrUpdate(outside: Outside, school: SchoolId, channel: Conversation, report: Report): Promise<void> {
  const notice = channelNotice(report);
  if (report.card?.conversation === channel.id) {
    try {
      return await outside.channel.update(channel, report.card.message, notice);
    } catch (error) {
      // The message was deleted in the channel: it is posted again below.
      if (!(error instanceof ConversationGone)) throw error;
    }
  }
  const message = await outside.channel.post(channel, notice);
  // A crash before this line posts a second card after the restart. Both carry the reference; none would be worse.
  const card = { conversation: channel.id, message };
  await addToRecord(outside, school, report.id, { by: 'postwise', what: 'posted', facts: {} }, (kept) => ({
    ...kept,
    card,
  }));
}
