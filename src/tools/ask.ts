/**
 * `npm run --silent ask -- "question"`: the answer in the terminal.
 *
 * `--json` prints one object and nothing else. `--batch FILE.jsonl` reads `{id, question}` lines and prints one line each,
 * in their order; a bad line gives `{id, error}`. `--why` says why the answer was chosen. `--on YYYY-MM-DD` asks for
 * another day than today. `--policy ID` asks that policy alone. `--talk` reads questions from the standard input, a line each, and goes on from the last one.
 */
import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { type Answer, type Guidance, toAnswerLine } from '../core/policy/answer.ts';
import type { Follows, LastAsked } from '../core/policy/lastAsked.ts';
import { mostAlike } from '../core/policy/alike.ts';
import type { Understanding } from '../core/policy/understand.ts';
import { createEncoder } from '../encoder/encoder.ts';
import { dayInWords, readSchoolDay, schoolDayOf } from '../core/schoolDay.ts';
import { answerInTurnAmong, type InTurn } from '../flows/followUp.ts';
import { explainAmong, type Explained, type Policies } from '../flows/policies.ts';
import { holdPolicies, type PolicyPlace, readForTraining } from '../policies.ts';
import { choosePolicies, POLICY_OPTIONS } from './whichPolicy.ts';

const USAGE = `Usage:
  npm run --silent ask -- "can I accept this friend request?"
  npm run --silent ask -- --json "…"      one JSON object
  npm run --silent ask -- --batch FILE    lines of {"id", "question"}, one JSON object each
  npm run --silent ask -- --why "…"       with the reasons
  npm run --silent ask -- --talk          a line each, understood in the light of the last; "forget" ends that
  --on YYYY-MM-DD                         as on that day
  --policy ID                             that policy alone; otherwise the one that the question is for
  --policies FOLDER                       policies in there as well`;

async function main(): Promise<number> {
  let options;
  try {
    options = parseArgs({
      allowPositionals: true,
      options: {
        json: { type: 'boolean', default: false },
        why: { type: 'boolean', default: false },
        batch: { type: 'string' },
        talk: { type: 'boolean', default: false },
        on: { type: 'string' },
        ...POLICY_OPTIONS,
        help: { type: 'boolean', default: false },
      },
    });
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : String(error)}\n${USAGE}`);
    return 2;
  }
  const { values, positionals } = options;
  const question = positionals.join(' ');
  if (values.help) {
    console.log(USAGE);
    return 0;
  }
  const on = values.on === undefined ? schoolDayOf(new Date()) : readSchoolDay(values.on);
  if (!on) {
    console.error(`"${values.on}" is not a day. Write it as 2026-11-22.`);
    return 2;
  }
  if (values.batch === undefined && !values.talk && positionals.length === 0) {
    console.error(USAGE);
    return 2;
  }
  let places;
  try {
    places = choosePolicies(values);
  } catch (error) {
    console.error(error instanceof Error ? error.message : String(error));
    return 2;
  }
  const policies = holdPolicies(createEncoder(), places);
  if (values.batch !== undefined)
    return answerLines(values.batch, async (asked) => (await explainAmong(asked, policies, on)).answer);
  if (values.talk) return talk(policies, on);
  const explained = await explainAmong(question, policies, on);
  const { answer } = explained;
  if (values.json) console.log(JSON.stringify({ id: null, ...toAnswerLine(answer) }));
  else console.log(inWords(answer));
  if (values.why) (values.json ? console.error : console.log)(whyInWords(explained, places));
  return 0;
}

/** A conversation: what is kept of the last question lives as long as the command. */
async function talk(policies: Policies, on: string): Promise<number> {
  const { followUps } = policies.first;
  let last: LastAsked | null = null;
  for await (const message of createInterface({ input: process.stdin, crlfDelay: Infinity })) {
    if (message.trim() === '') continue;
    if (followUps.words.isForget(message)) {
      console.log(last === null ? followUps.words.content.nothingToForget : followUps.words.content.forgotten);
      last = null;
      continue;
    }
    const before: LastAsked | null = last;
    const asked = { message, on, now: new Date() };
    const turn: InTurn = await answerInTurnAmong(asked, policies, () => Promise.resolve(before));
    console.log(`${followsInWords(turn.follows)}${inWords(turn.answer)}\n`);
    last = turn.keep;
  }
  return 0;
}

function followsInWords(follows: Follows | null): string {
  if (follows === null) return '';
  const { from, now, note, reasons } = follows;
  return [
    `[Following on from: ${from}.${now === null ? '' : ` Taken as: ${now}.`}]`,
    ...(note === '' ? [] : [note]),
    ...(reasons ?? []).map(
      ({ rule, section, quote }) => `Why, in the policy's own words: "${quote}" (${rule}, ${section})`,
    ),
    '',
  ].join('\n');
}

async function answerLines(file: string, answer: (question: string) => Promise<Answer>): Promise<number> {
  try {
    for await (const line of createInterface({ input: createReadStream(file, 'utf8'), crlfDelay: Infinity })) {
      if (line.trim() !== '') console.log(JSON.stringify(await answerLine(line, answer)));
    }
    return 0;
  } catch (error) {
    console.error(`Cannot read ${file}: ${error instanceof Error ? error.message : String(error)}`);
    return 1;
  }
}

async function answerLine(line: string, answer: (question: string) => Promise<Answer>): Promise<object> {
  let asked: unknown;
  try {
    asked = JSON.parse(line);
  } catch {
    return { id: null, error: 'This line is not JSON.' };
  }
  if (typeof asked !== 'object' || asked === null) return { id: null, error: 'This line is not an object.' };
  const { id = null, question } = asked as { id?: unknown; question?: unknown };
  if (typeof question !== 'string') return { id, error: 'This line has no "question", or it is not text.' };
  return { id, ...toAnswerLine(await answer(question)) };
}

function inWords(answer: Answer): string {
  const quotes = answer.citations.map(({ rule, section, display, nearest }) =>
    [`${nearest ? 'Nearest rule' : 'Rule'} ${rule} (${section})`, `  "${display}"`].join('\n'),
  );
  const parts: string[][] = [
    answer.kind === 'emergency' ? answer.actNow.map(blockInWords) : [],
    [`${answer.verdict.toUpperCase()}\n${answer.headline}`],
    quotes,
    answer.exceptions.map(({ rule, quote }) => `Exception in rule ${rule}: "${quote}"`),
    answer.next.length > 0 ? [`Next:\n${answer.next.map((step) => `  - ${step}`).join('\n')}`] : [],
    answer.clarify
      ? [`${answer.clarify.ask}\n${answer.clarify.choices.map(({ label }) => `  - ${label}`).join('\n')}`]
      : [],
    answer.guidance.map(blockInWords),
    'standingLine' in answer ? [answer.standingLine] : [],
    [answer.policy.sentence],
  ];
  return parts.flat().join('\n\n');
}

const blockInWords = ({ title, lines, sources, checkedOn }: Guidance): string =>
  [
    `[National guidance, not the school's policy] ${title}`,
    ...lines.map((line) => `  - ${line}`),
    `  Source: ${sources.map(({ name }) => name).join('; ')}. Checked on ${dayInWords(checkedOn)}.`,
  ].join('\n');

function whyInWords({ why, held, heard }: Explained, places: readonly PolicyPlace[]): string {
  const place = places.find(({ id }) => id === held.id);
  const reasons = reasonsInWords(why, nearestInWords(why, place));
  if (heard.length === 1) return reasons;
  const asked = heard.map((one) => {
    const { chosen } = one.why;
    return `  ${one.held.id}${one.held.id === held.id ? ', which answers' : ''}: ${chosen.id} (${chosen.verdict})`;
  });
  return [reasons, 'Policies asked, and what each took it for:', ...asked].join('\n');
}

/** Phrasings of content that are most alike, so that one can see which to mend. */
function nearestInWords({ reading }: Understanding, place: PolicyPlace | undefined): readonly string[] {
  const { policy, known } = readForTraining(place);
  const ids = [...policy.situations.keys()];
  return mostAlike(reading, known, 5).map(({ text, situation }) => `  ${ids[situation] ?? '?'}: ${text}`);
}

const reasonsInWords = (
  { reading, ranked, heard, sureByWords, because }: Understanding,
  nearest: readonly string[],
): string =>
  [
    '',
    `Why: ${because}.`,
    `Concepts seen: ${reading.concepts.join(', ') || 'none'}.`,
    'Taken for, most likely first:',
    ...ranked
      .slice(0, 5)
      .map(
        ({ situation, likelihood }) =>
          `  ${(likelihood * 100).toFixed(0).padStart(3)} %  ${situation.id} (${situation.verdict}): ${situation.brief}`,
      ),
    'By each reading alone:',
    ...heard.map(
      ({ by, likeliest }) =>
        `  ${by}: ${likeliest.map(({ situation, likelihood }) => `${situation.id} ${(likelihood * 100).toFixed(0)} %`).join(', ')}`,
    ),
    ...(sureByWords ? ['The sentence encoder was not asked: the words alone leave no doubt.'] : []),
    'Phrasings most alike:',
    ...nearest,
  ].join('\n');

process.exitCode = await main();
