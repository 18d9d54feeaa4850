/**
 * `npm run policy -- check FILE`: how a new version of the policy differs from the one in force, and what of our content
 * stands on what changed. Exits with 0 where nothing differs, 1 where something is unaccounted for, 2 where the file
 * cannot be compared. `--on YYYY-MM-DD` looks at its dates as on another day than today.
 */
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import {
  type Comparison,
  compareVersions,
  datesInWords,
  isUnaccounted,
  looksLikeTheSamePolicy,
  type Passage,
  touchedBy,
  type Touched,
  versionDatesOf,
} from '../core/policy/compareVersions.ts';
import { readRuleId } from '../core/ids.ts';
import { readSchoolDay, schoolDayOf } from '../core/schoolDay.ts';
import { firstPolicy, type PolicyPlace, readForTraining } from '../policies.ts';
import { readContent } from '../readContent.ts';
import { choosePolicy, POLICY_OPTIONS } from './whichPolicy.ts';

const USAGE = `Usage:
  npm run --silent policy -- check FILE    FILE: the new version as plain text or Markdown
  --on YYYY-MM-DD                          its dates as on that day
  --policy ID                              which policy it is a version of; the first where none is named`;
const LARGEST_BYTES = 300_000;

function main(): number {
  try {
    const { values, positionals } = parseArgs({
      allowPositionals: true,
      options: { on: { type: 'string' }, ...POLICY_OPTIONS, help: { type: 'boolean', default: false } },
    });
    const [command, file] = positionals;
    if (values.help) {
      console.log(USAGE);
      return 0;
    }
    if (command !== 'check' || file === undefined || positionals.length > 2) throw new Refused(USAGE);
    const on = values.on === undefined ? schoolDayOf(new Date()) : readSchoolDay(values.on);
    if (!on) throw new Refused(`"${values.on}" is not a day. Write it as 2026-11-22.`);
    return check(file, on, placeOf(values));
  } catch (error) {
    if (error instanceof Refused) console.error(error.message);
    else if (error instanceof TypeError && 'code' in error) console.error(`${error.message}\n${USAGE}`);
    else throw error;
    return 2;
  }
}

/** A mistake of whoever called, as a sentence for them. */
class Refused extends Error {}

function placeOf(values: Parameters<typeof choosePolicy>[0]): PolicyPlace {
  try {
    return choosePolicy(values);
  } catch (error) {
    throw new Refused(error instanceof Error ? error.message : String(error));
  }
}

function check(file: string, on: NonNullable<ReturnType<typeof readSchoolDay>>, place: PolicyPlace): number {
  const document = readDocument(file);
  const { policy, phrasings } = readForTraining(place);
  const comparison = compareVersions(policy, document);
  if (!looksLikeTheSamePolicy(comparison)) {
    throw new Refused(
      `${file} does not look like a version of the ${policy.about.title}: hardly any of its wording is there.`,
    );
  }
  // The forms of a report rest on the first policy; another may use the same numbers for its clauses.
  const forms = place.id === firstPolicy.id ? readContent().forms : [];
  const standing = forms.map(({ kind, clauses }) => ({
    what: `report form ${kind}`,
    rules: clauses.flatMap((id) => readRuleId(id) ?? []),
  }));
  const { title, version } = policy.about;
  const inForce = { lastReview: version.lastReviewMonth, nextReview: version.nextReviewMonth };
  const parts = [
    [`${file} beside the ${title} in force, version ${version.number} of ${version.lastReview}.`],
    differencesInWords(comparison),
    touchedInWords(touchedBy(comparison, policy, phrasings, standing)),
    section('Dates', datesInWords(versionDatesOf(document), inForce, on)),
    isUnaccounted(comparison)
      ? ['', 'Nothing may go in force while a clause is unaccounted for.']
      : ['', `Nothing differs: all ${comparison.same} passages stand as in the version in force.`],
  ];
  console.log(parts.flat().join('\n'));
  return isUnaccounted(comparison) ? 1 : 0;
}

/** @throws Refused where it is missing, empty, too large or not text */
function readDocument(file: string): string {
  let bytes: Buffer;
  try {
    bytes = readFileSync(file);
  } catch (error) {
    throw new Refused(`Cannot read ${file}: ${error instanceof Error ? error.message : String(error)}`);
  }
  if (bytes.length > LARGEST_BYTES) throw new Refused(`${file} is larger than a policy could be (300 kB).`);
  const notText = new Refused(
    `${file} is not plain text in UTF-8. Save the document as plain text or Markdown, and check that file.`,
  );
  if (bytes.includes(0)) throw notText;
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw notText;
  }
  if (text.trim() === '') throw new Refused(`${file} is empty.`);
  return text;
}

const section = (title: string, lines: readonly string[]): readonly string[] =>
  lines.length === 0 ? [] : ['', `${title} (${lines.length})`, ...lines.map((line) => `  ${line}`)];

const named = ({ rules }: Passage): string => (rules.length === 0 ? 'heading or label' : rules.join(', '));

const differencesInWords = ({ added, removed, changed, moved }: Comparison): readonly string[] => [
  ...section(
    'Added',
    added.map((text) => `+ "${text}"`),
  ),
  ...section(
    'Removed',
    removed.map((was) => `- ${named(was)}: "${was.text}"`),
  ),
  ...section(
    'Changed',
    changed.map(({ was, now }) => `~ ${named(was)}\n      was: "${was.text}"\n      now: "${now}"`),
  ),
  ...section(
    'Moved: the same words in another place, where another heading may stand over them',
    moved.map((was) => `> ${named(was)}: "${was.text}"`),
  ),
];

const touchedInWords = ({ situations, withoutSource }: Touched): readonly string[] => [
  ...section(
    'Rules to look at: their annotations and phrasings stand on what changed',
    situations.map(({ id, rules, phrasings }) => `${id}: cites ${rules.join(', ')}; ${phrasings} phrasings`),
  ),
  ...section(
    'Without a source: the clause is gone',
    withoutSource.map(({ what, rules }) => `${what}: ${rules.join(', ')}`),
  ),
];

process.exitCode = main();
