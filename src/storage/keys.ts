import type {
  AnswerId,
  DraftId,
  LinkId,
  QuestionId,
  Reference,
  ReportId,
  SchoolId,
  StaffId,
  TellingId,
} from '../core/ids.ts';
import type { SchoolWeek } from '../core/schoolWeek.ts';
import type { Waiting } from '../flows/ports.ts';

/**
 * Where everything stands in the one table: two partitions a school, and row kinds by the word before the first colon.
 * Ids hold letters, digits, `.`, `_` and `-` only, so a colon always divides and no key needs to be encoded.
 */
const SCHOOL_ID = /^[A-Za-z0-9-]+$/;

/**
 * What concerns the headteacher is kept apart, so that no list of anybody else's reads a row of it.
 *
 * The dot is what no school's own partition can hold: the reader of ids would take one, so it is refused here.
 */
export function partitionOf(school: SchoolId, sealed: boolean): string {
  if (!SCHOOL_ID.test(school))
    throw new Error('a school id of letters, digits and hyphens only is needed for a partition');
  return sealed ? `${school}.sealed` : school;
}

/** Milliseconds since 1970 in fifteen digits, so that text order is time order. */
const MS_DIGITS = 15;
const LAST_MS = 999_999_999_999_999;

function padded(ms: number): string {
  if (!Number.isInteger(ms) || ms < 0 || ms > LAST_MS) throw new Error('an instant that no key can hold');
  return String(ms).padStart(MS_DIGITS, '0');
}
const instant = (iso: string): string => padded(Date.parse(iso));
const newestFirst = (iso: string): string => padded(LAST_MS - Date.parse(iso));

export const reportKey = (id: ReportId) => `report:${id}`;
export const auditKey = (id: ReportId, number: number) => `audit:${id}:${String(number).padStart(6, '0')}`;
/** Four digits: numbers of refused pictures are not given again, so a long draft can pass ninety-nine. */
export const evidenceKey = (id: ReportId, number: number) => `evidence:${id}:${String(number).padStart(4, '0')}`;
export const outboxKey = (row: Pick<Waiting, 'dueAt' | 'id'>) => `outbox:${instant(row.dueAt)}:${row.id}`;
export const parkedKey = (person: StaffId, id: TellingId) => `parked:${person}:${id}`;
/** That more is set aside for the person, in the partition of the sealed reports; no telling has this key. */
export const parkedApartKey = (person: StaffId) => `parked:${person}::`;
export const draftKey = (person: StaffId) => `draft:${person}`;
export const fetchingKey = (person: StaffId) => `fetching:${person}`;
/** The right to put a draft that moves at its new place: used up by whoever does. */
export const movingKey = (person: StaffId, no: string) => `moving:${person}:${no}`;
export const sentKey = (draft: DraftId) => `sent:${draft}`;
export const stoppedKey = (draft: DraftId) => `stopped:${draft}`;
export const referenceKey = (reference: Reference) => `ref:${reference}`;
export const linkKey = (id: LinkId) => `link:${id}`;
export const personKey = (person: StaffId) => `person:${person}`;
export const lastAskedKey = (person: StaffId, conversation: string) => `lastasked:${person}:${conversation}`;
export const welcomedKey = (person: StaffId) => `welcomed:${person}`;
export const CHANNEL_KEY = 'desk:channel';
export const triagerKey = (person: StaffId) => `triager:${person}`;
/** Who set the channel or changed who handles reports; `no` keeps two acts of one instant apart. */
export const deskActKey = (at: string, no: string) => `deskact:${instant(at)}:${no}`;

export const topicsKey = (week: SchoolWeek) => `topics:${week}`;
export const helpfulKey = (week: SchoolWeek) => `helpful:${week}`;
/** That a card was tapped, and nothing else: not which, by whom or how. */
export const tappedKey = (card: AnswerId) => `tapped:${card}`;
export const questionKey = (id: QuestionId) => `question:${id}`;

/** A report's place in a list, newest first; the same in every list, so that pages of both partitions can be joined. */
export const placeOf = (report: { readonly filedAt: string; readonly id: ReportId }) =>
  `${newestFirst(report.filedAt)}:${report.id}`;
export const OPEN_LIST = 'list:open:';
export const mineList = (person: StaffId) => `mine:${person}:`;

const PLACE = /^\d{15}:[A-Za-z0-9][A-Za-z0-9._-]{0,79}$/;
/**
 * Where the next page starts, as a card sent it back. A place says nothing of a school, a list or a person, so a forged
 * one leads nowhere else; one that cannot be read (an old card) starts again at the newest.
 */
export const readPlace = (after: string | undefined): string => (after !== undefined && PLACE.test(after) ? after : '');

/** All keys that begin with the prefix, which ends in a colon. Both ends are left out: neither is ever a row. */
export type KeyRange = { readonly after: string; readonly before: string };
export const within = (prefix: string, place = ''): KeyRange => ({
  after: `${prefix}${place}`,
  before: `${prefix.slice(0, -1)};`, // the character after the colon
});
export const dueBy = (now: Date): KeyRange => ({ after: 'outbox:', before: `outbox:${padded(now.getTime() + 1)}` });

/** The kind of row, for messages: the word before the first colon. */
export const kindOf = (key: string): string => key.slice(0, key.indexOf(':'));
