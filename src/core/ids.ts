/**
 * The names things go by. Each is branded, so that a staff id can never sit where a report id belongs; the brand's one
 * cast is in the reader. Every id is safe in a table key and in a path: letters, digits, `-`, `_` and `.` only.
 */
declare const brand: unique symbol;
type Branded<B extends string> = string & { readonly [brand]: B };

export type SchoolId = Branded<'SchoolId'>;
/** The person's Entra object id, lower case. Never a name, never an address. */
export type StaffId = Branded<'StaffId'>;
export type ReportId = Branded<'ReportId'>;
export type DraftId = Branded<'DraftId'>;
export type PictureId = Branded<'PictureId'>;
export type LinkId = Branded<'LinkId'>;
export type TellingId = Branded<'TellingId'>;
/** A card with an answer: minted for the card alone, and kept only so that one tap counts once. */
export type AnswerId = Branded<'AnswerId'>;
/** A question to the headteacher. */
export type QuestionId = Branded<'QuestionId'>;
/** What people say aloud: `SM-` and seven letters or digits that cannot be taken for one another. */
export type Reference = Branded<'Reference'>;
/** A clause of the policy, e.g. `5.v.1`. */
export type RuleId = Branded<'RuleId'>;

const SAFE_KEY = /^[A-Za-z0-9][A-Za-z0-9._-]{0,79}$/;

function readKey<B extends string>(value: unknown): Branded<B> | null {
  return typeof value === 'string' && SAFE_KEY.test(value) ? (value as Branded<B>) : null;
}

export const readSchoolId = (value: unknown): SchoolId | null => readKey<'SchoolId'>(value);
export const readStaffId = (value: unknown): StaffId | null =>
  readKey<'StaffId'>(typeof value === 'string' ? value.trim().toLowerCase() : value);
export const readReportId = (value: unknown): ReportId | null => readKey<'ReportId'>(value);
export const readDraftId = (value: unknown): DraftId | null => readKey<'DraftId'>(value);
export const readPictureId = (value: unknown): PictureId | null => readKey<'PictureId'>(value);
export const readLinkId = (value: unknown): LinkId | null => readKey<'LinkId'>(value);
export const readTellingId = (value: unknown): TellingId | null => readKey<'TellingId'>(value);
export const readAnswerId = (value: unknown): AnswerId | null => readKey<'AnswerId'>(value);
export const readQuestionId = (value: unknown): QuestionId | null => readKey<'QuestionId'>(value);
export const readRuleId = (value: unknown): RuleId | null => readKey<'RuleId'>(value);

/** No 0 or O, 1, I or L, 5 or S, 8 or B, U or V: read aloud or written by hand, each stays itself. */
export const REFERENCE_LETTERS = '234679ACDEFGHJKMNPQRTWXYZ';
const REFERENCE = new RegExp(`^SM-[${REFERENCE_LETTERS}]{3}-[${REFERENCE_LETTERS}]{4}$`);

/** Takes `sm-7kq-2mxa`, `SM7KQ2MXA` or `SM 7KQ 2MXA`, as people type them. */
export function readReference(value: unknown): Reference | null {
  if (typeof value !== 'string' || value.length > 40) return null;
  const bare = value.toUpperCase().replace(/[^A-Z0-9]/g, '');
  if (!bare.startsWith('SM') || bare.length !== 9) return null;
  const spoken = `SM-${bare.slice(2, 5)}-${bare.slice(5)}`;
  return REFERENCE.test(spoken) ? (spoken as Reference) : null;
}

/**
 * A whole message that is a reference and nothing else. Stricter than `readReference`: nine letters that happen to fit, such
 * as "smack them", are words that somebody means, so without a digit there must be a hyphen or a gap after SM.
 */
export function readTypedReference(message: string): Reference | null {
  const bare = message.trim();
  return /^sm[\s-]/i.test(bare) || /^sm[a-z0-9\s-]*\d/i.test(bare) ? readReference(bare) : null;
}

/** A whole message that was meant for a reference and is none: SM with a hyphen or gap, then two groups, or one with a digit in it. */
export const isLikeReference = (message: string): boolean =>
  /^sm[\s-]+([a-z0-9]{2,4}\s?-\s?[a-z0-9]{2,5}|(?=[a-z-]*\d)[a-z0-9-]{3,9})$/i.test(message.trim());

/** @param random 7 numbers, each 0 to 1 (1 excluded) */
export function toReference(random: readonly number[]): Reference {
  const letters = random.slice(0, 7).map((r) => REFERENCE_LETTERS[Math.floor(r * REFERENCE_LETTERS.length)]);
  return `SM-${letters.slice(0, 3).join('')}-${letters.slice(3).join('')}` as Reference;
}
