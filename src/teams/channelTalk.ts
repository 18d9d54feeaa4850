import { channelNeutralCard } from '../cards/otherCards.ts';
import { setUp } from '../cards/sentences.ts';
import { triageListCard } from '../cards/triageCards.ts';
import { readTypedReference } from '../core/ids.ts';
import { changeTriager, openReports, postAgain, rolesForTriager, setUpChannel } from '../flows/triageReport.ts';
import type { Person } from '../flows/ports.ts';
import type { Intent } from './intent.ts';
import { type Hand, LIST_LENGTH, type Talk } from './talk.ts';

type Message = Extract<Intent, { kind: 'message' }>;

/**
 * A mention in a channel or group. Everybody gets one neutral sentence that repeats nothing; only the headteacher's set-up
 * commands, and in the channel for reports the triagers' commands, do more.
 */
export async function talkInChannel(talk: Talk, who: Person, message: Message, hand: Hand): Promise<void> {
  const { outside } = talk;
  const words = message.text.toLowerCase().replace(/\s+/g, ' ').trim();
  const inChannel = message.from.place === 'channel';
  if (inChannel && /^set ?-?up\b/.test(words)) return setUpHere(talk, who, message, hand);

  const channel = await outside.desk.channel(who.school);
  const here = inChannel && channel?.id === message.from.conversation.id;
  const roles = here ? await rolesForTriager(outside, who) : null;
  if (roles !== null) {
    if (/^(add|remove) triager\b/.test(words)) {
      return triager(talk, who, words.startsWith('add') ? 'add' : 'remove', message, hand);
    }
    const reference = readTypedReference(words.replace(/^(reports?|show)\b/, ''));
    if (reference !== null) {
      const posted = await postAgain(outside, who, reference, talk.nudge);
      return hand.text(
        posted === 'posted'
          ? 'Here it comes again.'
          : 'I cannot find an open report of this channel by that reference.',
      );
    }
    if (/^(open )?reports$|^list$/.test(words)) {
      const page = await openReports(outside, who, 'channel', LIST_LENGTH, undefined, roles);
      await hand.card(triageListCard(page.items, page.next === undefined ? {} : { next: page.next }));
      return;
    }
    return hand.text(
      'In this channel I know: “reports” (the open ones), “reports SM-…” (posts a card again), ' +
        'and, from the headteacher, “set up”, “add triager @name” and “remove triager @name”.',
    );
  }
  await hand.card(channelNeutralCard({ botId: talk.botId }));
}

async function setUpHere(talk: Talk, who: Person, message: Message, hand: Hand): Promise<void> {
  const before = await talk.outside.desk.channel(who.school);
  const done = await setUpChannel(talk.outside, who, message.from.conversation);
  if (done === 'not-headteacher') return hand.text(setUp.onlyHeadteacher);
  talk.nudge();
  const words =
    before === null
      ? setUp.channelSet
      : before.id === message.from.conversation.id
        ? setUp.channelAlready
        : setUp.channelMoved;
  await hand.text(
    `${words} Please check that the channel is private: in a standard channel every member of the team sees that reports exist.`,
  );
}

async function triager(talk: Talk, who: Person, act: 'add' | 'remove', message: Message, hand: Hand): Promise<void> {
  const [mentioned, ...others] = message.mentioned;
  if (mentioned === undefined || others.length > 0) return hand.text(setUp.nobodyNamed);
  const person = await talk.member(message.from.conversation, mentioned);
  if (person === null) return hand.text(setUp.notAtThisSchool);
  const done = await changeTriager(talk.outside, who, act, person);
  if (done === 'not-headteacher') return hand.text(setUp.onlyHeadteacher);
  return hand.text(act === 'add' ? setUp.triagerAdded : setUp.triagerRemoved);
}
