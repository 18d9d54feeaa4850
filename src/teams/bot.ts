import { channelNeutralCard } from '../cards/otherCards.ts';
import { readDraftId } from '../core/ids.ts';
import type { Person } from '../flows/ports.ts';
import { THE_CHANNEL } from '../flows/triageReport.ts';
import { talkInChannel } from './channelTalk.ts';
import { problemCard } from '../cards/problemCard.ts';
import { actOnAsking } from './askActions.ts';
import { actOnGuide } from './guideActions.ts';
import type { Action, From, Intent } from './intent.ts';
import { actOnMine } from './mineActions.ts';
import { talkInPerson, welcomeOnce } from './personalTalk.ts';
import type { Hand, Talk } from './talk.ts';
import { actOnTriage } from './triageActions.ts';

/**
 * What the bot does with each thing that an activity can ask for. Every way out says something: there is no dead end.
 *
 * @returns the handler of one turn; what it throws is met at the rim of the turn
 */
export function createBot(talk: Talk): (intent: Intent, hand: Hand) => Promise<void> {
  const personOf = ({ staff, name }: From): Person => ({ school: talk.school, staff, name });
  return async (intent, hand) => {
    switch (intent.kind) {
      case 'nothing':
      case 'unreadable':
        return;
      case 'installed':
        if (intent.place === 'personal') {
          if (intent.from !== null) await welcomeOnce(talk, personOf(intent.from), intent.from, hand);
          return;
        }
        // Put back into a team: what waited for the channel is tried again.
        await talk.outside.outbox.unpark(talk.school, THE_CHANNEL, talk.outside.clock.now());
        return talk.nudge();
      case 'message':
        return intent.from.place === 'personal'
          ? talkInPerson(talk, personOf(intent.from), intent, hand)
          : talkInChannel(talk, personOf(intent.from), intent, hand);
      case 'message-deleted':
        return intent.from.place === 'personal'
          ? messageDeleted(talk, personOf(intent.from), intent.activityId, hand)
          : undefined;
      case 'action': {
        // Teams asks by itself only for cards that refresh themselves, and none of ours do: nobody has pressed anything.
        if (intent.automatic) return;
        const who = personOf(intent.from);
        if (intent.verb.startsWith('triage.')) return actOnTriage(talk, who, intent, hand);
        // Everything else holds what somebody wrote or is about to write: never where others can read it.
        if (intent.from.place !== 'personal') {
          await hand.card(channelNeutralCard({ botId: talk.botId }));
          return;
        }
        const act = actorOf(intent.verb);
        return keepingWhatWasTyped(talk, intent, hand, () => act(talk, who, intent, hand));
      }
    }
  };
}

function actorOf(verb: string): typeof actOnGuide {
  if (verb.startsWith('mine.')) return actOnMine;
  return verb.startsWith('question.') || verb.startsWith('answer.') ? actOnAsking : actOnGuide;
}

/** A deleted message takes nothing out of a draft by itself: what was stored is named, so that its sender can decide. */
async function messageDeleted(talk: Talk, who: Person, activityId: string, hand: Hand): Promise<void> {
  const kept = await talk.outside.drafts.get(who.school, who.staff);
  const numbers = (kept?.value.pictures ?? [])
    .filter(({ source, state }) => source.kind === 'chat' && source.activityId === activityId && state === 'stored')
    .map(({ number }) => number);
  if (numbers.length === 0) return;
  await hand.text(
    `You deleted a message whose picture is in your report (number ${numbers.join(', ')}). It is still there. ` +
      'To take it out, write “continue” and press Pictures.',
  );
}

const isYes = ({ data }: Action): boolean => data['answer'] === 'yes' || data['answer'] === 'not-sure';

/** What somebody is to do who has just said that there is danger comes before that it could not be kept. */
function notKeptJustNow(action: Action, hasTyped: boolean): string {
  const lost = hasTyped
    ? 'I could not keep that just now. Please try again in a minute.'
    : 'I could not keep that just now, and nothing you did before is lost. Please try again in a minute.';
  if (action.verb === 'report.danger' && isYes(action)) return `If anyone is in danger now, ring 999 first. ${lost}`;
  if (action.verb === 'report.imagery' && isYes(action)) {
    return `Tell the safeguarding lead now. Do not look at the picture again, and do not copy it or send it to anybody. ${lost}`;
  }
  if (action.verb === 'report.send') {
    return `${lost} I cannot say yet whether your report was sent; pressing again never sends it twice.`;
  }
  return lost;
}

/** When the world lets us down over a card that somebody has filled in, what they typed comes back with the sentence. */
async function keepingWhatWasTyped(talk: Talk, action: Action, hand: Hand, act: () => Promise<void>): Promise<void> {
  try {
    await act();
  } catch (error) {
    // A stop counts from the press on, whatever the store says: what is being fetched here ends.
    const draft = action.verb === 'report.imagery' && isYes(action) ? readDraftId(action.data['draft']) : null;
    if (draft !== null) talk.fetches.abort(draft);
    const typed = Object.entries(action.data).filter(
      (entry): entry is [string, string] => entry[0].startsWith('f.') && typeof entry[1] === 'string',
    );
    const carried = Object.entries(action.data).flatMap(([key, value]) =>
      !key.startsWith('f.') && (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean')
        ? [[key, value] as const]
        : [],
    );
    talk.outside.log.warn('press-failed', {
      verb: action.verb,
      error: error instanceof Error ? error.name : 'unknown',
    });
    await hand.card(
      problemCard(notKeptJustNow(action, Object.keys(typed).length > 0), {
        typed: Object.fromEntries(typed),
        forms: talk.forms,
        retry: { title: 'Try again', verb: action.verb, data: Object.fromEntries(carried) },
      }),
    );
  }
}
