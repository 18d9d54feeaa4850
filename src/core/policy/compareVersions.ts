import type { RuleId } from '../ids.ts';
import { isOver, monthInWords, readSchoolMonth, type SchoolDay, type SchoolMonth } from '../schoolDay.ts';
import type { Policy } from './policy.ts';

/** A sentence, heading or table row of the version in force, with the clauses that stand in it: none for a heading. */
export type Passage = { readonly text: string; readonly rules: readonly RuleId[] };

/** How a new version differs from the one in force. It is accounted for only where all but `same` are empty. */
export type Comparison = {
  /** How many passages stand unchanged, in their order. */
  readonly same: number;
  readonly changed: readonly { readonly was: Passage; readonly now: string }[];
  readonly removed: readonly Passage[];
  readonly added: readonly string[];
  /** Word for word as before, but elsewhere: another heading may stand over it. */
  readonly moved: readonly Passage[];
};

export const isUnaccounted = ({ changed, removed, added, moved }: Comparison): boolean =>
  [changed, removed, added, moved].some((list) => list.length > 0);

/**
 * Compares by wording, never by number or place alone: first what is the same in the same order, then what is the same
 * elsewhere, then what is most alike. Typography (curly quotes, dashes, spaces, Markdown marks) does not count as a
 * change; capitals and section numbers do, since people are told them.
 *
 * @param document  the new version: plain text, or Markdown with headings, bullets and tables
 */
export function compareVersions(policy: Policy, document: string): Comparison {
  const old = passagesOf(policy);
  const fresh = linesOf(document).flatMap(sentencesOf);
  const inPlace = longestCommon(
    old.map(({ text }) => text),
    fresh,
  );
  const restOld = new Set(old.keys());
  const restFresh = new Set(fresh.keys());
  const settle = (was: number, now: number): void => {
    restOld.delete(was);
    restFresh.delete(now);
  };
  for (const [was, now] of inPlace) settle(was, now);

  const moved: number[] = [];
  for (const was of [...restOld]) {
    const now = [...restFresh].find((at) => fresh[at] === old[was]?.text);
    if (now === undefined) continue;
    moved.push(was);
    settle(was, now);
  }

  const changed: { readonly was: number; readonly now: number }[] = [];
  for (const { was, now } of mostAlikeFirst(restOld, restFresh, old, fresh)) {
    if (!restOld.has(was) || !restFresh.has(now)) continue;
    changed.push({ was, now });
    settle(was, now);
  }

  const passage = (at: number): Passage => old[at] ?? { text: '', rules: [] };
  return {
    same: inPlace.length,
    changed: changed
      .sort((one, other) => one.was - other.was)
      .map(({ was, now }) => ({ was: passage(was), now: fresh[now] ?? '' })),
    removed: [...restOld].map(passage),
    added: [...restFresh].map((at) => fresh[at] ?? ''),
    moved: moved.map(passage),
  };
}

/** Below a tenth of the wording in common, it is another document. */
export function looksLikeTheSamePolicy({ same, changed, removed, moved }: Comparison): boolean {
  const known = same + changed.length + moved.length;
  return known >= (known + removed.length) / 10;
}

export type Touched = {
  /** Situations whose clauses changed, went or moved: their annotations need a look. */
  readonly situations: readonly {
    readonly id: string;
    readonly rules: readonly RuleId[];
    readonly phrasings: number;
  }[];
  /** What stands on a clause that is gone. `what` is as its owner names it. */
  readonly withoutSource: readonly { readonly what: string; readonly rules: readonly RuleId[] }[];
};

/** @param standing  what else of content stands on clauses, such as a form */
export function touchedBy(
  { changed, removed, moved }: Comparison,
  { situations, clauses, about }: Policy,
  phrasings: readonly { readonly s: string }[],
  standing: readonly { readonly what: string; readonly rules: readonly RuleId[] }[],
): Touched {
  const gone = new Set(removed.flatMap(({ rules }) => rules));
  const touched = new Set([...gone, ...[...changed.map(({ was }) => was), ...moved].flatMap(({ rules }) => rules)]);
  const asked = new Map<string, number>();
  for (const { s } of phrasings) asked.set(s, (asked.get(s) ?? 0) + 1);
  const all = [...situations.values()].map(({ id, cites, exceptions }) => ({
    id,
    rules: [...new Set([...cites, ...exceptions])],
  }));
  const sources = [
    ...all.map(({ id, rules }) => ({ what: `situation ${id}`, rules })),
    ...standing,
    ...[...clauses.values()]
      .filter(({ id }) => !gone.has(id))
      .map(({ id, related }) => ({ what: `clause ${id}, which names it as related`, rules: related })),
    { what: 'the version table in policy.json', rules: [about.version.clause] },
    ...about.channels.map(({ platform, clause }) => ({ what: `the ${platform} row in policy.json`, rules: [clause] })),
  ];
  const among = (rules: readonly RuleId[], set: ReadonlySet<RuleId>): readonly RuleId[] =>
    rules.filter((rule) => set.has(rule));
  return {
    situations: all
      .map(({ id, rules }) => ({ id, rules: among(rules, touched), phrasings: asked.get(id) ?? 0 }))
      .filter(({ rules }) => rules.length > 0),
    withoutSource: sources
      .map(({ what, rules }) => ({ what, rules: among(rules, gone) }))
      .filter(({ rules }) => rules.length > 0),
  };
}

export type VersionDates = {
  readonly lastReview: SchoolMonth;
  readonly nextReview: SchoolMonth;
};

/** From the version table: the two months of its row, as printed ("July 2024"). `null`: they are not there to be read. */
export function versionDatesOf(document: string): VersionDates | null {
  const lines = linesOf(document);
  const head = lines.findIndex((line) => /last review/i.test(line) && /next review/i.test(line));
  const months = [...(lines[head + 1] ?? '').matchAll(MONTH)].map(([, name, year]) =>
    monthFrom(name ?? '', year ?? ''),
  );
  const [lastReview, nextReview] = months;
  return head >= 0 && lastReview && nextReview ? { lastReview, nextReview } : null;
}

/** In sentences: what on that day is past, missing or cannot be. */
export function datesInWords(dates: VersionDates | null, inForce: VersionDates, on: SchoolDay): readonly string[] {
  if (dates === null) return ['The version table with its last and next review could not be read.'];
  const { lastReview, nextReview } = dates;
  return [
    isOver(nextReview, on) ? `Its next review was due in ${monthInWords(nextReview)}, which has passed.` : null,
    lastReview > on.slice(0, 7) ? `Its last review, ${monthInWords(lastReview)}, is still to come.` : null,
    nextReview <= lastReview ? 'Its next review is not after its last.' : null,
    lastReview < inForce.lastReview
      ? `It was last reviewed before the version in force (${monthInWords(inForce.lastReview)}).`
      : null,
  ].filter((sentence) => sentence !== null);
}

const NAMES = [...'JanFebMarAprMayJunJulAugSepOctNovDec'.matchAll(/[A-Z][a-z]{2}/g)].map(([name]) =>
  name.toLowerCase(),
);
const MONTH = /\b((?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*)\.? (\d{4})\b/gi;
const monthFrom = (name: string, year: string): SchoolMonth | null =>
  readSchoolMonth(`${year}-${String(NAMES.indexOf(name.slice(0, 3).toLowerCase()) + 1).padStart(2, '0')}`);

/** The list of contents is left out: it repeats the headings. */
function passagesOf({ blocks, clauses }: Policy): readonly Passage[] {
  return blocks
    .filter(({ section }) => section !== 'contents')
    .flatMap(({ id, text }) => {
      const here = [...clauses.values()]
        .filter(({ block }) => block === id)
        .map((clause) => ({ rule: clause.id, text: plain(clause.text) }));
      return sentencesOf(plain(text)).map((sentence) => ({
        text: sentence,
        rules: here
          .filter((clause) => clause.text.includes(sentence) || sentence.includes(clause.text))
          .map(({ rule }) => rule),
      }));
    });
}

/** Shorter lines end where they end; only a long one may run on in the next. */
const MAY_RUN_ON = 50;
const STARTS_ANEW = /^\s*(?:[-*+•·‣◦]\s|#|\||>|\d+[.)]\s|[ivx]+\.\s)/;
const RULED = /^[\s|:=_*-]*$/;

/** Every line as plain words: wrapped lines joined, marks of Markdown taken off, the list of contents left out. */
function linesOf(document: string): readonly string[] {
  const raw: string[] = [];
  let open = false;
  for (const line of document.split(/\r\n|\r|\n/)) {
    const last = raw.at(-1) ?? '';
    if (open && line.trim() !== '' && !STARTS_ANEW.test(line) && !line.includes('\t')) {
      raw[raw.length - 1] = `${last} ${line}`;
    } else if (!RULED.test(line)) raw.push(line);
    open = !RULED.test(line) && line.length >= MAY_RUN_ON && !line.includes('\t') && !/^\s*[#|]/.test(line);
  }
  const bare = raw.map((line) => ({ line, words: plain(line) })).filter(({ words }) => words !== '');
  const lastAt = new Map(bare.map(({ words }, at) => [words, at]));
  return bare
    .filter(({ line, words }, at) => {
      if (/^(?:table of )?contents$/i.test(words)) return false;
      const entry = titleInContents(line);
      return entry === null || (lastAt.get(entry) ?? -1) <= at;
    })
    .map(({ words }) => words);
}

/** `2. Scope.....⇥3` or `- [2. Scope](#2-scope)` → `2. Scope`. `null`: not a line as a list of contents has it. */
function titleInContents(line: string): string | null {
  const linked = /^\s*(?:[-*+]\s+)?\[(.+)\]\(#[^)]*\)\s*$/.exec(line)?.[1];
  const numbered = /^(.*\S?)(?:\t|\.{2,}|\s{2,}|\s\|\s)[\s.]*\d+\s*\|?\s*$/.exec(line)?.[1];
  const title = linked ?? numbered;
  return title === undefined ? null : plain(title.replace(/[.\s]+$/, ''));
}

function plain(text: string): string {
  const line = text.trim();
  const cells = line.startsWith('|') && line.endsWith('|') ? line.replace(/(?<!\\)\|/g, ' ') : line;
  return cells
    .normalize('NFKC')
    .replace(/[‘’‚‛′]/g, "'")
    .replace(/[“”„‟″]/g, '"')
    .replace(/[‐‑‒–—―−]/g, '-')
    .replace(/\p{Cf}/gu, '')
    .replace(/^(?:#{1,6}\s+|>\s*|[-*+•·‣◦]\s+)+/, '')
    .replace(/\*\*|__|`/g, '')
    .replace(/(?<![\p{L}\p{N}*_])([*_])(?=\S)([^*_]*\S)\1(?![\p{L}\p{N}*_])/gu, '$2')
    .replace(/\\(?=[\\`*_{}[\]()#+.!|>'"-])/g, '')
    .replace(/\s+/g, ' ')
    .trim();
}

const sentencesOf = (line: string): readonly string[] =>
  line.split(/(?<=[\p{L}\p{N}'")\]]{2}[.!?]['")\]]?) (?=['"([]?\p{Lu})/u);

/** Pairs of places that are the same in both, rising in both, as many as can be. */
function longestCommon(one: readonly string[], other: readonly string[]): readonly (readonly [number, number])[] {
  const width = other.length + 1;
  const longest = new Uint16Array((one.length + 1) * width);
  const at = (i: number, j: number): number => longest[i * width + j] ?? 0;
  for (let i = one.length - 1; i >= 0; i--) {
    for (let j = other.length - 1; j >= 0; j--) {
      longest[i * width + j] = one[i] === other[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
    }
  }
  const pairs: [number, number][] = [];
  for (let i = 0, j = 0; i < one.length && j < other.length;) {
    if (one[i] === other[j]) pairs.push([i++, j++]);
    else if (at(i + 1, j) >= at(i, j + 1)) i++;
    else j++;
  }
  return pairs;
}

/** From half of the words in common on, one is taken for a new wording of the other. */
const ALIKE = 0.5;

function mostAlikeFirst(
  restOld: ReadonlySet<number>,
  restFresh: ReadonlySet<number>,
  old: readonly Passage[],
  fresh: readonly string[],
): readonly { readonly was: number; readonly now: number }[] {
  const words = new Map([...restFresh].map((now) => [now, wordsOf(fresh[now] ?? '')]));
  return [...restOld]
    .flatMap((was) => {
      const mine = wordsOf(old[was]?.text ?? '');
      return [...words].map(([now, theirs]) => ({ was, now, likeness: likeness(mine, theirs) }));
    })
    .filter((pair) => pair.likeness >= ALIKE)
    .sort((one, other) => other.likeness - one.likeness || one.was - other.was || one.now - other.now);
}

const wordsOf = (text: string): ReadonlySet<string> => new Set(text.toLowerCase().match(/[\p{L}\p{N}']+/gu) ?? []);

/** Twice what two have in common beside all they have: 0 to 1. */
function likeness(one: ReadonlySet<string>, other: ReadonlySet<string>): number {
  const common = [...one].filter((word) => other.has(word)).length;
  return one.size + other.size === 0 ? 0 : (2 * common) / (one.size + other.size);
}
