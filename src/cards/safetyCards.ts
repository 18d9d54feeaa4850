import danger from '../../cards/danger.json' with { type: 'json' };
import dangerNow from '../../cards/danger-now.json' with { type: 'json' };
import imagery from '../../cards/imagery.json' with { type: 'json' };
import imageryStop from '../../cards/imagery-stop.json' with { type: 'json' };
import otherStop from '../../cards/other-stop.json' with { type: 'json' };
import sentStopped from '../../cards/sent-stopped.json' with { type: 'json' };
import type { Reference } from '../core/ids.ts';
import { type Draft, sealedPictures, waitingPictures } from '../core/report/draft.ts';
import { contactLine, contactOr, type Contacts } from './contacts.ts';
import { stageOf } from './draftStage.ts';
import { type CardJson, fills } from './fill.ts';
import { nationalOf } from './signpostWords.ts';
import type { IncidentForm } from '../core/report/forms.ts';
import { nPictures } from './sentences.ts';

const fillDanger = fills(danger);
const fillDangerNow = fills(dangerNow);
const fillImagery = fills(imagery);
const fillImageryStop = fills(imageryStop);
const fillOtherStop = fills(otherStop);
const fillSentStopped = fills(sentStopped);

const LEAD_NOT_SET = 'not set here. Ask in the office who that is today, or tell the headteacher.';
const SOCIAL_CARE_NOT_SET = 'not set here. Your council puts you through, at any hour.';

/** The first card of the guide. `standing` is the standing line of help. */
export const dangerCard = (draft: Draft, standing: string): CardJson =>
  fillDanger({ draft: draft.id, stage: stageOf(draft, 'danger'), standing });

/** Somebody is in danger: whom to call, before anything else. */
export const dangerNowCard = (draft: Draft, contacts: Contacts): CardJson =>
  fillDangerNow({
    draft: draft.id,
    stage: stageOf(draft, 'danger'),
    safeguarding: contactOr(contacts.safeguardingLead, LEAD_NOT_SET),
    deputy: contactLine(contacts.deputySafeguardingLead) ?? '',
    socialCare: contactOr(contacts.socialCare, SOCIAL_CARE_NOT_SET),
  });

/** Said before the question is answered, so that nobody has to guess what it means. */
const WHAT_COUNTS = [
  'A child naked or partly naked, or anything sexual with a child: photographs, videos, live streams, drawings, and what a computer made or altered.',
  'Sexual content of any other kind. Press “Only of adults” when you know that everybody in it is an adult.',
  'Material that praises, spreads or teaches terrorism.',
];

/** Asked before any picture is fetched; says how many have come and wait untouched. */
export function imageryCard(draft: Draft): CardJson {
  const waiting = waitingPictures(draft).length;
  return fillImagery({
    draft: draft.id,
    stage: stageOf(draft, 'imagery'),
    counts: WHAT_COUNTS,
    waiting: waiting === 0 ? '' : `You have sent ${nPictures(waiting)}. `,
    untouched: waiting === 0 ? '' : 'I have not fetched or looked at any of it.',
  });
}

/** "Yes" or "not sure": why no pictures are taken, and what to do with the device. */
export const imageryStopCard = (draft: Draft, contacts: Contacts): CardJson =>
  fillImageryStop({
    draft: draft.id,
    stage: stageOf(draft, 'imagery'),
    happened: whatBecameOfPictures(draft),
    ...leads(contacts),
  });

/** The stop for what is not of a child: an adult's intimate picture, or terrorist material. Its words are content's. */
export const otherStopCard = (draft: Draft, form: IncidentForm, contacts: Contacts): CardJson =>
  fillOtherStop({
    draft: draft.id,
    stage: stageOf(draft, 'imagery'),
    title: form.title,
    summary: form.summary,
    happened: whatBecameOfPictures(draft),
    tellTitle: form.audience === 'head' ? 'Tell the headteacher' : 'Tell the safeguarding lead now',
    tell:
      form.audience === 'head'
        ? contactOr(contacts.headteacher, "The headteacher's contact is not set here. Ask in the office.")
        : leads(contacts).safeguarding,
    doNow: form.doNow,
    doNot: form.doNot,
    ...nationalOf(form.national),
  });

export const leads = (contacts: Contacts) => ({
  safeguarding: contactOr(contacts.safeguardingLead, `The safeguarding lead's contact is ${LEAD_NOT_SET}`),
  deputy: contactLine(contacts.deputySafeguardingLead) ?? '',
});

/** The same, said only after Send. `locked` counts the pictures of the report. */
export const sentStoppedCard = (
  { reference, locked }: { readonly reference: Reference; readonly locked: number },
  contacts: Contacts,
): CardJson =>
  fillSentStopped({
    happened:
      locked === 0
        ? `Your report ${reference} was sent before, without pictures.`
        : `Your report ${reference} was sent before. ${nPictures(locked)}: locked, and the safeguarding lead is told without content.`,
    ...leads(contacts),
  });

function whatBecameOfPictures(draft: Draft): string {
  const dropped = draft.pictures.filter(({ state }) => state === 'dropped').length;
  const locked = sealedPictures(draft).length;
  const inChat = draft.pictures.some(({ source }) => source.kind === 'chat');
  return [
    dropped === 0 ? '' : `${nPictures(dropped)} you sent: not fetched, and I have let go of the address.`,
    locked === 0
      ? ''
      : `${nPictures(locked)} stored before: locked, and the safeguarding lead is told without content.`,
    inChat
      ? 'What you sent is still in this chat. Leave it there, unopened, and tell the safeguarding lead that it is.'
      : '',
  ]
    .filter((sentence) => sentence !== '')
    .join('\n');
}
