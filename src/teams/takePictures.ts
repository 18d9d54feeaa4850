import { answerCard } from '../cards/answerCard.ts';
import { notKeptSentence } from '../cards/sentences.ts';
import { isCutShort, LONGEST_CAPTION } from '../core/report/pictureWords.ts';
import { schoolDayOf } from '../core/schoolDay.ts';
import { receiveChatPictures, type Received } from '../flows/fetchPictures.ts';
import { rememberWhereShown } from '../flows/rememberCard.ts';
import type { Person } from '../flows/ports.ts';
import { guideCard } from './guideCard.ts';
import type { Intent } from './intent.ts';
import type { Hand, Talk } from './talk.ts';

export const NOT_TAKEN =
  'I take pictures only: PNG, JPEG, WebP, GIF or HEIC. For a document, a video or a link, please send a screen grab of what matters.';
const WORDS_BESIDE =
  'What you wrote stays with what you sent, as your own words about it. If it was a question, please send it again by itself.';
const WORDS_CUT = `Of what you wrote I kept the first ${LONGEST_CAPTION.toLocaleString('en-GB')} characters with it.`;
/** More than these are said on the card of the pictures. */
const MOST_TROUBLES = 5;

/** Only where the pictures are is kept; the reply never waits for one. Danger in the words beside them is answered first. */
export async function takePictures(
  talk: Talk,
  who: Person,
  message: Extract<Intent, { kind: 'message' }>,
  hand: Hand,
): Promise<void> {
  const said = message.text === '' ? null : await talk.answer(message.text, schoolDayOf(talk.outside.clock.now()));
  if (said?.kind === 'emergency') await hand.card(answerCard(said, { contacts: talk.contacts }));
  const { outside, fetches } = talk;
  const received = await receiveChatPictures(
    outside,
    fetches,
    who,
    message.from.activityId,
    message.attachments,
    message.text,
  );
  if (received.kind === 'refused') {
    return hand.text(
      'I have not looked at what you sent and kept nothing of it, because you said that a picture may show a child undressed or ' +
        'sexual content. Please do not send it to anyone. Tell the safeguarding lead now.',
    );
  }
  const sentences = [
    ...whatBecame(received),
    ...(message.untaken === 0 ? [] : [`${things(message.untaken, 'other file')} could not be taken. ${NOT_TAKEN}`]),
    ...(said === null || said.kind === 'emergency' ? [] : [WORDS_BESIDE]),
    ...(isCutShort(message.text) ? [WORDS_CUT] : []),
    ...(received.draft.imagery === undefined ? ['A question about pictures comes first.'] : []),
  ];
  await hand.text(sentences.join(' '));
  if (received.draft.imagery !== undefined) return;
  const shown = await hand.newCard(await guideCard(talk, who, received.draft));
  await rememberWhereShown(outside, who, received.draft.id, shown);
}

/** Says of each picture of a message what is true of it now. */
function whatBecame({
  draft,
  coming,
  held,
  troubles,
  over,
}: Extract<Received, { kind: 'received' }>): readonly string[] {
  const them = coming === 1 ? 'it' : 'them';
  const soon =
    draft.imagery === 'no'
      ? `I am storing ${them} now and will tell you when that is done.`
      : `I have not looked at ${them} or stored ${them} yet.`;
  return [
    ...(coming === 0 ? [] : [`Received ${things(coming, 'picture')}. ${soon}`]),
    ...(held === 0 ? [] : [`${things(held, 'picture')} of this message came before, and nothing was done twice.`]),
    ...troubles
      .slice(0, MOST_TROUBLES)
      .map(({ number, why }) => `Picture ${number} was not kept. ${notKeptSentence(why)}`),
    ...(over + troubles.length > MOST_TROUBLES || over > 0
      ? [`${things(over + Math.max(0, troubles.length - MOST_TROUBLES), 'more picture')} could not be taken.`]
      : []),
  ];
}

const things = (count: number, what: string): string => `${count} ${what}${count === 1 ? '' : 's'}`;
