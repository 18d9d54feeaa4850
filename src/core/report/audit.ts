import { createHash } from 'node:crypto';
import type { StaffId } from '../ids.ts';

/** One line of a report's record. `by` is `postwise` where no person acted. Never a child's story: ids and counts only. */
export type AuditLine = {
  /** 1 upward, without gaps. */
  readonly number: number;
  /** ISO instant. */
  readonly at: string;
  readonly by: StaffId | 'postwise';
  readonly what: AuditAct;
  /** Short facts such as `{ picture: '2' }` or `{ reason: 'dealt-with' }`. */
  readonly facts: Readonly<Record<string, string>>;
  /** SHA-256, hex, of the line before; 64 zeros for the first. */
  readonly before: string;
  /** SHA-256, hex, over everything above. */
  readonly hash: string;
};

export type AuditAct =
  | 'filed'
  | 'acknowledged'
  | 'closed'
  /** The reporter took it back: `reason` in the facts. */
  | 'withdrawn'
  /** The reporter added to it: how many pictures and their hashes, and whether words came with them. */
  | 'added'
  /** One who handles it asked the reporter: the question's number, and the SHA-256 of its words. */
  | 'question-asked'
  /** The reporter answered: the question's number, and the SHA-256 of the words. */
  | 'question-answered'
  /** What was being added could show a child: nothing of it was taken. `draft` in the facts says which it was. */
  | 'addition-stopped'
  | 'link-sent'
  | 'link-refused'
  | 'page-viewed'
  | 'picture-viewed'
  | 'picture-sealed'
  /** The reporter took one picture back: its number, hash and the reason in the facts. It is kept. */
  | 'picture-withdrawn'
  /** The safeguarding lead looked at what is known of locked pictures, never at one. */
  | 'locked-viewed'
  /** The safeguarding lead had it destroyed: number, hash, size, kind, who advised, their reference and why. */
  | 'picture-destroyed'
  /** Its bytes, and every copy that the storage held of them, are gone. */
  | 'picture-gone'
  | 'posted'
  /** Answered, before a word was shown: not about me, nor about somebody close. */
  | 'not-about-me'
  | 'stood-aside'
  /** Somebody found that it concerns another who handles reports: `person` in the facts. */
  | 'person-added'
  /** Everybody who had it is shut out, and it went on: `to` in the facts is the audience, or `nobody`. */
  | 'went-on'
  /** Taken out of the bot for a chair without an account; refused ones give `why`. */
  | 'pack-written'
  | 'pack-refused'
  /** Its reporter was given a new code for the chair; the one before opens nothing more. */
  | 'code-made';

export const CHAIN_START = '0'.repeat(64);
export type Chain = { readonly lines: number; readonly head: string };
export type Act = Pick<AuditLine, 'at' | 'by' | 'what' | 'facts'>;

function hashOf(line: Omit<AuditLine, 'hash'>): string {
  const facts = Object.entries(line.facts).sort(([a], [b]) => (a < b ? -1 : 1));
  return createHash('sha256')
    .update(JSON.stringify([line.number, line.at, line.by, line.what, facts, line.before]))
    .digest('hex');
}

/** The next line of a chain; a report keeps `{ lines, head }`, so that a removed line shows. */
export function nextLine(chain: Chain, act: Act): AuditLine {
  const line = { number: chain.lines + 1, ...act, before: chain.head };
  return { ...line, hash: hashOf(line) };
}

export const chainAfter = (line: AuditLine): Chain => ({ lines: line.number, head: line.hash });

/** The number of the first line that does not fit, or `null` where the chain holds up to the report's own head. */
export function firstBreak(lines: readonly AuditLine[], chain: Chain): number | null {
  let head = CHAIN_START;
  for (const [index, line] of lines.entries()) {
    if (line.number !== index + 1 || line.before !== head || line.hash !== hashOf(line)) return index + 1;
    head = line.hash;
  }
  return lines.length === chain.lines && head === chain.head ? null : lines.length + 1;
}
