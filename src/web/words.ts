import { audienceInWords, closingReasonInWords, nPictures, withdrawalInWords } from '../cards/sentences.ts';
import { mediaTypeInWords, pictureInWords } from '../cards/pictureSentences.ts';
import { clockInLondon, inLondon } from '../cards/when.ts';
import { dayInWords, readSchoolDay } from '../core/schoolDay.ts';
import { never } from '../core/never.ts';
import { readStaffId, type StaffId } from '../core/ids.ts';
import { AUDIENCES } from '../core/report/audience.ts';
import type { AuditLine } from '../core/report/audit.ts';
import { readClosingReason, readWithdrawalReason } from '../core/report/report.ts';
import {
  adviserInWords,
  pictureReasonInWords,
  readAdviser,
  readPictureReason,
  type StoredFacts,
} from '../core/report/picture.ts';
import type { PictureWords } from '../core/report/pictureWords.ts';

/** A person by name where the school's settings give one, and by id where not. */
export type NameOf = (staff: StaffId) => string | null;
export const personInWords = (staff: StaffId | 'postwise', nameOf: NameOf): string =>
  staff === 'postwise' ? 'Postwise' : (nameOf(staff) ?? `Staff id ${staff}`);

/** What happened, in a line of the record. */
export function auditInWords({ what, facts }: Pick<AuditLine, 'what' | 'facts'>, nameOf: NameOf = () => null): string {
  switch (what) {
    case 'filed':
      return `Sent the report, with ${nPictures(Number(facts['pictures'] ?? 0)).toLowerCase()}`;
    case 'acknowledged':
      return 'Acknowledged it';
    case 'closed': {
      const reason = readClosingReason(facts['reason']);
      const note = facts['note'] === undefined ? '' : ', with a note to the reporter';
      return `${reason === null ? 'Closed it' : `Closed it: ${closingReasonInWords(reason)}`}${note}`;
    }
    case 'question-asked':
      return `Asked the reporter: question ${facts['question'] ?? ''}`;
    case 'question-answered':
      return `Answered question ${facts['question'] ?? ''}`;
    case 'withdrawn': {
      const reason = readWithdrawalReason(facts['reason']);
      return reason === null ? 'Withdrew it' : `Withdrew it: ${withdrawalInWords(reason)}`;
    }
    case 'added':
      return `Added to it: ${nPictures(Number(facts['pictures'] ?? 0)).toLowerCase()}${facts['words'] === 'yes' ? ', and words' : ''}`;
    case 'addition-stopped':
      return 'Was adding to it, and stopped: a picture might be indecent. Nothing of it can be opened';
    case 'link-sent':
      return 'Was sent a link to this page';
    case 'link-refused':
      return 'Was refused: the link was not theirs';
    case 'page-viewed':
      return `Opened this page${facts['thumbnails'] === undefined ? '' : `, with small copies of screen grabs ${facts['thumbnails']}`}`;
    case 'picture-viewed':
      return `Looked at screen grab ${facts['picture'] ?? ''}`;
    case 'picture-sealed':
      return `Stopped screen grab ${facts['picture'] ?? ''}: it may be an indecent image`;
    case 'picture-withdrawn': {
      const reason = readPictureReason(facts['reason']);
      return `Took back screen grab ${facts['picture'] ?? ''}${reason === null ? '' : `: ${pictureReasonInWords(reason)}`}`;
    }
    case 'locked-viewed':
      return facts['as'] === 'list'
        ? 'Saw, as safeguarding lead, in a list that screen grabs are locked here; they were not shown'
        : 'Looked, as safeguarding lead, at what is known of the locked screen grabs; they were not shown';
    case 'picture-destroyed': {
      const adviser = readAdviser(facts['adviser']);
      const advice = [adviser === null ? '' : adviserInWords(adviser), facts['adviceReference'] ?? ''].join(', ');
      return `Had screen grab ${facts['picture'] ?? ''} destroyed (advised by: ${advice}; why: ${facts['reason'] ?? ''}). SHA-256 ${facts['sha256'] ?? ''}, ${facts['bytes'] ?? ''} bytes, ${facts['mediaType'] ?? ''}`;
    }
    case 'picture-gone':
      return `Found that nothing is left of screen grab ${facts['picture'] ?? ''} in the storage`;
    case 'posted':
      return 'Put the card in the channel';
    case 'not-about-me':
      return 'Said that it is not about them or somebody close';
    case 'stood-aside':
      return 'Stood aside: it is about them or somebody close';
    case 'person-added': {
      const person = readStaffId(facts['person']);
      return `Said that it concerns ${person === null ? 'somebody who handles reports' : personInWords(person, nameOf)}, who cannot open it any more`;
    }
    case 'went-on': {
      const to = AUDIENCES.find((known) => known === facts['to']);
      return to === undefined
        ? 'Nobody is left here who may open it'
        : `Nobody was left who might open it, so it went on to ${audienceInWords(to)}`;
    }
    case 'pack-written':
      return `Took it out as a locked file for the chair (${facts['name'] ?? 'no name'}: ${facts['reason'] ?? 'no reason'})`;
    case 'code-made':
      return 'Was given a new code for the chair; the one before does not work any more';
    case 'pack-refused':
      return facts['why'] === 'code'
        ? 'Was refused a file for the chair: the code was wrong'
        : 'Was refused a file for the chair';
    default:
      return never(what);
  }
}

/** `1 March 2026` of `2026-03-01`; anything else as it is. */
export function dateInWords(value: string): string {
  const day = readSchoolDay(value);
  return day === null ? value : dayInWords(day);
}

/** `PNG, 52 KB, 1080 by 1920, received at 09:30`. */
export const uploadInWords = (facts: StoredFacts): string =>
  `${pictureInWords(facts)}, received at ${clockInLondon(facts.receivedAt)}`;

/** Enough to tell which picture it is; it describes nothing but in the sender's own words. */
export const altOfSmall = ({
  number,
  receivedAt,
  words,
}: {
  readonly number: number;
  readonly receivedAt: string;
  readonly words?: PictureWords;
}): string =>
  [
    `Picture ${number}, kept ${clockInLondon(receivedAt)}`,
    ...(words?.caption === undefined ? [] : [`“${words.caption}”`]),
  ].join(', ');

export { inLondon, mediaTypeInWords, pictureInWords };
