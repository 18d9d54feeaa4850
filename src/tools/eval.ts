/**
 * `npm run eval -- FILE`: scores a labelled file (shape in docs/eval-log.md), beside MiniSearch and lunr over the same
 * clauses in the same run. `--policy ID` asks that policy alone, `--policies FOLDER` sets those in there beside ours. `--wrong` adds the lines that were answered wrongly, for files that may be looked at.
 */
import { execFileSync } from 'node:child_process';
import { parseArgs } from 'node:util';
import { schoolDayOf } from '../core/schoolDay.ts';
import { createEncoder } from '../encoder/encoder.ts';
import { explainAmong } from '../flows/policies.ts';
import { holdPolicies } from '../policies.ts';
import { readyMadeSearches } from './readyMadeSearch.ts';
import { choosePolicies, POLICY_OPTIONS } from './whichPolicy.ts';
import { breakDown, interval, readLabelled, score, type Given, type Score } from './scoring.ts';

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { wrong: { type: 'boolean', default: false }, ...POLICY_OPTIONS },
  });
  const file = positionals[0];
  if (file === undefined) {
    console.error('Usage: npm run eval -- FILE.jsonl');
    return 2;
  }
  const labelled = readLabelled(file);
  const policies = holdPolicies(createEncoder(), choosePolicies(values));
  const { index } = policies.first;
  const clauses = policies.ids.flatMap((id) => [...(policies.of(id)?.index.policy.clauses.values() ?? [])]);
  const on = schoolDayOf(new Date());
  const began = performance.now();
  const ours: Given[] = [];
  for (const { question } of labelled) {
    const { verdict, citations } = (await explainAmong(question, policies, on)).answer;
    ours.push({ verdict, quotes: citations.map(({ quote }) => quote) });
  }
  const milliseconds = (performance.now() - began) / labelled.length;
  const quotable = new Set(clauses.map(({ text }) => text));
  const tooLong = ours.flatMap(({ quotes }) => quotes).find((quote) => !quotable.has(quote));
  if (tooLong !== undefined) {
    console.error(`Refused: a quote is not exactly one clause: "${tooLong}"`);
    return 1;
  }
  const scored = score(
    labelled,
    ours,
    clauses.map(({ text }) => text),
  );
  console.log(
    `${labelled.length} questions, ${milliseconds.toFixed(2)} ms each; commit ${commit()}; learnt from ${index.model.learntFrom}`,
  );
  print('Postwise', scored);
  for (const line of breakDown(labelled, ours)) console.log(`  ${line}`);
  for (const { name, search } of readyMadeSearches(clauses)) {
    print(
      name,
      score(
        labelled,
        labelled.map(({ question }) => ({ verdict: null, quotes: search(question) })),
        [],
      ),
    );
  }
  if (values.wrong) for (const line of scored.wrong) console.log(line);
  return 0;
}

function print(name: string, { counts }: Score): void {
  console.log(`\n${name}`);
  for (const { what, hits, of } of counts) {
    const [low, high] = interval(hits, of);
    const share = of === 0 ? 'none to count' : `${((100 * hits) / of).toFixed(0)} in 100 (${low}-${high})`;
    console.log(`  ${what.padEnd(58)} ${`${hits} of ${of}`.padStart(10)}   ${share}`);
  }
}

function commit(): string {
  try {
    return execFileSync('git', ['describe', '--always', '--dirty'], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim();
  } catch {
    return 'unknown';
  }
}

process.exitCode = await main();
