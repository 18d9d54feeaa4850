import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { VERDICTS, type Verdict } from '../core/policy/answer.ts';

/** A question and what a careful reader answers. Each need is met by a quote that holds any of its fragments. */
const labelledLine = z.object({
  question: z.string(),
  cites: z.array(z.array(z.string())),
  verdict: z.enum(VERDICTS),
  /** How it is asked, e.g. `terse`. */
  style: z.string().optional(),
});
export type Labelled = z.infer<typeof labelledLine>;

/** What was answered. `verdict` is null for a search that gives none. */
export type Given = { readonly verdict: Verdict | null; readonly quotes: readonly string[] };

export type Count = { readonly what: string; readonly hits: number; readonly of: number };
export type Score = { readonly counts: readonly Count[]; readonly wrong: readonly string[] };

/** @throws naming the line that cannot be read */
export function readLabelled(file: string): readonly Labelled[] {
  return readFileSync(file, 'utf8')
    .split('\n')
    .flatMap((line, at) => {
      if (line.trim() === '') return [];
      const read = labelledLine.safeParse(parsed(line));
      if (!read.success) throw new Error(`${file}, line ${at + 1} is not a labelled question: ${read.error.message}`);
      return [read.data];
    });
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}

const NOT_TO_ALLOW = new Set<Verdict>(['prohibited', 'ask-headteacher', 'report']);

/** White space and the bars of tables count as one space. */
const collapsed = (text: string): string => text.replace(/[\s|]+/g, ' ').trim();

export const meets = (quote: string, need: readonly string[]): boolean =>
  need.some((fragment) => collapsed(quote).includes(collapsed(fragment)));

/** @param clauses  every clause, to count the needs that no single clause can meet; may be empty */
export function score(labelled: readonly Labelled[], given: readonly Given[], clauses: readonly string[]): Score {
  const pairs = labelled.map((label, at) => ({ label, answer: given[at] ?? { verdict: null, quotes: [] } }));
  const withRule = pairs.filter(({ label }) => label.cites.length > 0);
  const met = ({ label, answer }: (typeof pairs)[number], most: number): boolean =>
    answer.quotes.slice(0, most).some((quote) => meets(quote, label.cites[0] ?? []));
  const notCovered = pairs.filter(({ label }) => label.verdict === 'not-covered');
  const covered = pairs.filter(({ label }) => label.verdict !== 'not-covered');
  const emergencies = pairs.filter(({ label }) => label.verdict === 'emergency');
  const calm = pairs.filter(({ label }) => label.verdict !== 'emergency');
  const notAllowed = pairs.filter(({ label }) => NOT_TO_ALLOW.has(label.verdict));
  const count = (what: string, of: typeof pairs, hit: (pair: (typeof pairs)[number]) => boolean): Count => ({
    what,
    hits: of.filter(hit).length,
    of: of.length,
  });
  const says = (verdict: Verdict) => (pair: (typeof pairs)[number]) => pair.answer.verdict === verdict;
  const rules = [
    count('right rule first', withRule, (pair) => met(pair, 1)),
    count('right rule in the first three', withRule, (pair) => met(pair, 3)),
  ];
  const verdicts = pairs.every(({ answer }) => answer.verdict === null)
    ? []
    : [
        count('right verdict', pairs, ({ label, answer }) => label.verdict === answer.verdict),
        count('"the policy does not say" found', notCovered, says('not-covered')),
        count('"the policy does not say" wrongly said', covered, says('not-covered')),
        count('emergency found', emergencies, says('emergency')),
        count('emergency wrongly said', calm, says('emergency')),
        count('said "allowed" where it is forbidden, or ask or report first', notAllowed, says('allowed')),
        count('said "allowed", with conditions or not, where it is not', notAllowed, ({ answer }) =>
          Boolean(answer.verdict?.startsWith('allowed')),
        ),
      ];
  const needs = withRule.flatMap(({ label }) => label.cites);
  const unmeetable =
    clauses.length === 0
      ? []
      : [
          {
            what: 'needs that no single clause can meet',
            hits: needs.filter((need) => !clauses.some((clause) => meets(clause, need))).length,
            of: needs.length,
          },
        ];
  const wrong = pairs
    .filter((pair) => pair.label.verdict !== pair.answer.verdict || (pair.label.cites.length > 0 && !met(pair, 1)))
    .map(
      ({ label, answer }) =>
        `${label.verdict} / ${answer.verdict}: ${label.question}\n    wanted: ${label.cites[0]?.join(' | ') ?? '-'}\n    quoted: ${answer.quotes[0] ?? '-'}`,
    );
  return { counts: [...rules, ...verdicts, ...unmeetable], wrong };
}

/** The same counts for each group of questions, and how often one verdict was taken for another. */
export function breakDown(labelled: readonly Labelled[], given: readonly Given[]): readonly string[] {
  const styles = [...new Set(labelled.map(({ style }) => style ?? 'any'))].sort();
  const byStyle = styles.map((style) => {
    const places = labelled.flatMap((label, at) => ((label.style ?? 'any') === style ? [at] : []));
    const { counts } = score(
      places.flatMap((at) => labelled[at] ?? []),
      places.flatMap((at) => given[at] ?? []),
      [],
    );
    return `${style.padEnd(16)} ${counts
      .slice(0, 3)
      .map(({ what, hits, of }) => `${what} ${hits} of ${of}`)
      .join(', ')}`;
  });
  const mixedUp = new Map<string, number>();
  for (const [at, { verdict }] of labelled.entries()) {
    const said = given[at]?.verdict;
    if (said && said !== verdict)
      mixedUp.set(`${verdict}, said ${said}`, (mixedUp.get(`${verdict}, said ${said}`) ?? 0) + 1);
  }
  const taken = [...mixedUp].sort(([, one], [, other]) => other - one).map(([pair, times]) => `${times} × ${pair}`);
  return [...byStyle, `Wanted, said otherwise: ${taken.join('; ')}`];
}

/** Wilson's interval, 95 %, in whole percent. */
export function interval(hits: number, of: number): readonly [low: number, high: number] {
  if (of === 0) return [0, 100];
  const z95 = 1.96;
  const share = hits / of;
  const spread = 1 + (z95 * z95) / of;
  const middle = share + (z95 * z95) / (2 * of);
  const half = z95 * Math.sqrt((share * (1 - share)) / of + (z95 * z95) / (4 * of * of));
  return [Math.max(0, Math.round((100 * (middle - half)) / spread)), Math.round((100 * (middle + half)) / spread)];
}
