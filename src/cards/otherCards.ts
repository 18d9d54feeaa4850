import channelNeutral from '../../cards/channel-neutral.json' with { type: 'json' };
import contactHead from '../../cards/contact-head.json' with { type: 'json' };
import welcome from '../../cards/welcome.json' with { type: 'json' };
import { contactOr, type Contacts } from './contacts.ts';
import { type CardJson, fills } from './fill.ts';
import { CHANNEL_SENTENCE } from './sentences.ts';

const fillWelcome = fills(welcome);
const fillChannelNeutral = fills(channelNeutral);
const fillContactHead = fills(contactHead);

/** The first hello, and help. `title` defaults to the hello. */
export const welcomeCard = ({
  standingLine,
  title,
}: {
  readonly standingLine: string;
  readonly title?: string;
}): CardJson => fillWelcome({ standing: standingLine, title: title ?? 'Hello, this is Postwise' });

export const helpCard = (facts: { readonly standingLine: string }): CardJson =>
  welcomeCard({ ...facts, title: 'What I can do' });

/** In a channel or group: one sentence and a way to the personal chat. `botId` is the app's id in Entra. */
export const channelNeutralCard = ({ botId }: { readonly botId: string }): CardJson =>
  fillChannelNeutral({
    sentence: CHANNEL_SENTENCE,
    url: `https://teams.microsoft.com/l/chat/0/0?users=28:${encodeURIComponent(botId)}`,
  });

/** How to reach the headteacher, and whom to reach instead when it is about them. */
export const contactHeadCard = (contacts: Contacts, standingLine: string): CardJson =>
  fillContactHead({
    headteacher: contactOr(contacts.headteacher, "The headteacher's contact is not set here. Ask in the office."),
    chair: contactOr(contacts.chair, "not set here. Ask the clerk to the governors, or look on the school's website."),
    standing: standingLine,
  });
