import { never } from '../core/never.ts';
import { keptSentence } from './pictureSentences.ts';
import type { Audience, Concern } from '../core/report/audience.ts';
import { MOST_PICTURE_BYTES, MOST_PICTURES, type DraftPicture, type NotKept } from '../core/report/picture.ts';
import {
  type ClosingReason,
  CLOSING_REASONS,
  type Report,
  WITHDRAWAL_REASONS,
  type WithdrawalReason,
} from '../core/report/report.ts';
import { inLondonShort } from './when.ts';

export { sizeInWords } from './pictureSentences.ts';

/** Said in a channel or group to anybody who mentions the bot. Repeats nothing of what was written. */
export const CHANNEL_SENTENCE =
  'I answer questions and take reports in a personal chat only, so that nobody else reads them.';

/** Why a picture was not kept, and what to try. */
export function notKeptSentence(why: NotKept): string {
  switch (why) {
    case 'foreign-host':
      return 'It lies somewhere that I do not fetch from. Take a screen grab and paste that instead.';
    case 'expired':
      return 'Its address ran out before I could fetch it. Send it again.';
    case 'too-large':
      return `It is larger than ${MOST_PICTURE_BYTES / 1024 / 1024} MB. Send a smaller copy, or a screen grab of it.`;
    case 'not-found':
      return 'It was no longer there when I went to fetch it. Send it again.';
    case 'unreachable':
      return 'Teams did not hand it over. Send it again, or use the upload page.';
    case 'not-a-picture':
      return 'It is not a picture. Send a PNG, JPEG, WebP, GIF or HEIC; for a document, take a screen grab.';
    case 'too-many-pixels':
      return 'It has more pixels than I can open safely. Send a screen grab of it, or several of its parts.';
    case 'animated':
      return 'It moves, or holds several pictures. Send a screen grab of the one that matters.';
    case 'broken':
      return 'It is damaged or cut short. Send it again, or take a new screen grab.';
    case 'unsupported':
      return 'I cannot open this kind of picture. Send a PNG or JPEG, or a screen grab of it.';
    case 'too-many':
      return `A report takes ${MOST_PICTURES} pictures. Take one out first, or send the rest in a second report.`;
    default:
      return never(why);
  }
}

/** What has become of one picture of a draft. */
export function pictureSentence(picture: DraftPicture): string {
  switch (picture.state) {
    case 'waiting':
      return 'Received, not looked at yet.';
    case 'stored':
      return `Stored: ${keptSentence(picture)}`;
    case 'not-kept':
      return `Not kept. ${notKeptSentence(picture.why)}`;
    case 'sealed':
      return 'Locked. Nobody can open it here; the safeguarding lead decides.';
    case 'dropped':
      return 'Not fetched. I have let go of it.';
    default:
      return never(picture);
  }
}

/** The state of a report, for the person who sent it. */
export function stateForReporter(state: Report['state']): string {
  switch (state) {
    case 'new':
      return 'Sent, not acknowledged yet';
    case 'acknowledged':
      return 'Acknowledged: somebody is dealing with it';
    case 'closed':
      return 'Closed';
    default:
      return never(state);
  }
}

/** What the person who sent a report can expect of it now. No promise of a time, and nothing that is not true yet. */
export function nextForReporter(report: Report, now: Audience): string {
  switch (report.state) {
    case 'new':
      return now === 'chair'
        ? 'Please do not wait to hear from anybody: get in touch with the chair yourself and give the reference.'
        : 'You get a message here when somebody acknowledges it, when there is a question for you, and when it is closed.';
    case 'acknowledged':
      return `Acknowledged ${inLondonShort(report.acknowledgedAt)}. You get a message here when there is a question for you, and when it is closed.`;
    case 'closed':
      return `Closed ${inLondonShort(report.closedAt)}. If it goes on, or something new happens, send a new report and give this reference in it.`;
    default:
      return never(report);
  }
}

/** The state of a report, for those who handle it. */
export function stateForTriage(state: Report['state']): string {
  switch (state) {
    case 'new':
      return 'New';
    case 'acknowledged':
      return 'Acknowledged';
    case 'closed':
      return 'Closed';
    default:
      return never(state);
  }
}

export const closingReasonInWords = (reason: ClosingReason): string =>
  CLOSING_REASONS.find(({ code }) => code === reason)?.label ?? reason;

export const withdrawalInWords = (reason: WithdrawalReason): string =>
  WITHDRAWAL_REASONS.find(({ code }) => code === reason)?.label ?? reason;

/** For those who handle it: the state stands, and this beside it. */
export const WITHDRAWN = 'Withdrawn by the reporter';

/** Who will see a report, by role: the middle of a sentence. */
export function audienceInWords(audience: Audience): string {
  switch (audience) {
    case 'triage':
      return 'the headteacher and those whom the headteacher has named to handle reports';
    case 'head':
      return 'the headteacher alone';
    case 'safeguarding':
      return 'the safeguarding lead and deputies alone';
    case 'chair':
      return 'the chair of governors alone';
    default:
      return never(audience);
  }
}

/** Whom a report concerns, as the reporter ticked it. `nameOf` gives the role and name of somebody who handles reports. */
export function concernInWords(concern: Concern, nameOf: (staffId: string) => string | null): string {
  switch (concern.kind) {
    case 'headteacher':
      return 'The headteacher';
    case 'handler':
      return nameOf(concern.staffId) ?? 'Somebody who handles reports';
    case 'other-staff':
      return 'Another member of staff';
    case 'pupil':
      return 'A pupil';
    case 'parent-or-other':
      return 'A parent or somebody else';
    case 'me':
      return 'Me';
    case 'not-sure':
      return 'Not sure';
    default:
      return never(concern);
  }
}

/** What has been done about telling, said on the receipt. Only what is true once the report is kept. */
export function toldSentence(audience: Audience, canBeTold: boolean): string {
  switch (audience) {
    case 'triage':
      return canBeTold
        ? 'A card without names or content is on its way to the channel of those who handle reports.'
        : 'It is kept. No channel for reports has been set up yet, so please tell the headteacher yourself that it is there.';
    case 'head':
      return canBeTold
        ? 'A message without names or content is on its way to the headteacher in Teams.'
        : 'It is kept. No message can reach the headteacher in Teams yet, so please tell them yourself that it is there.';
    case 'safeguarding':
      return canBeTold
        ? 'A message without names or content is on its way to the safeguarding lead in Teams. Please tell them yourself as well, now.'
        : 'It is kept. No message can reach the safeguarding lead in Teams yet. Please tell them yourself, now.';
    case 'chair':
      return 'Nothing was posted in any channel, and it stands in no list or count that others see.';
    default:
      return never(audience);
  }
}

export const nPictures = (count: number): string =>
  count === 0 ? 'No pictures' : count === 1 ? '1 picture' : `${count} pictures`;

/** What the set-up commands answer. None of them repeats what was written. */
export const setUp = {
  channelSet: 'This is now the channel for reports. Each report appears here as a card that names nobody.',
  channelMoved: 'Reports now come to this channel, and no longer to the one before.',
  channelAlready: 'This is the channel for reports already.',
  onlyInChannel: 'Say this in the channel that is to receive reports.',
  onlyInTriageChannel: 'That works only in the channel for reports, or in a personal chat with me.',
  onlyHeadteacher: 'Only the headteacher can do that.',
  onlyTriagers: 'Only those who handle reports can do that.',
  triagerAdded: 'Added. They can now acknowledge, open and close reports.',
  triagerAlready: 'They handle reports already.',
  triagerRemoved: 'Removed. They can no longer see or open reports.',
  triagerNotThere: 'They were not among those who handle reports.',
  nobodyNamed: 'Name one person of the school with @, so that I know whom you mean.',
  notAtThisSchool: 'I cannot find that person at this school.',
  listComesPersonally: 'I have sent the list to your personal chat.',
  linkComesPersonally: 'I have sent you a link in your personal chat.',
  writeToMeFirst: 'I cannot reach you yet. Write to me in a personal chat first, then press it again.',
} as const;

/** What a press answers when nothing can come of it. None of them says whose report it is, or that there is one. */
export const refusals = {
  notYours: 'You cannot do that with this report.',
  notThere: 'I cannot find that report.',
  stepTaken: 'Somebody has done that already. The card now shows where it stands.',
  reasonMissing: 'Choose a reason first, then close it.',
  noteTooLong:
    'The note to the reporter is longer than 1,000 characters. Nothing was closed: please shorten it, then close it.',
  withdrawalReasonMissing: 'Choose a reason first, then withdraw it.',
  pictureOrReasonMissing: 'Choose a picture and a reason first, then take it back.',
  oldCard: 'This card is out of date. Type report to see where your draft stands.',
  notUnderstood: 'I did not understand that press. Type help to see what I can do.',
} as const;
