/**
 * `npm run estimate`: leaves one writer out at a time, learns from the others, and answers what that writer asked. What
 * comes out is how well somebody is understood whose phrasings were never seen; briefs were seen by all, so it flatters.
 * `-- NAME …` leaves out the named writers only.
 */
import { gatherKnowledge, learn } from '../core/policy/learning.ts';
import { readModel } from '../core/policy/model.ts';
import type { Situation } from '../core/policy/policy.ts';
import { understand } from '../core/policy/understand.ts';
import { readForTraining, readPolicies, readWriters } from '../policies.ts';
import { interval } from './scoring.ts';

type Tally = { readonly what: string; hits: number; of: number };

const WHATS = [
  'situation',
  'first rule',
  'verdict',
  'not covered, found',
  'not covered, wrongly said',
  'emergency found',
  'emergency wrongly said',
  'allowed, wrongly said',
] as const;

function tallyOf(wanted: readonly Situation[], given: readonly Situation[]): Tally[] {
  const tallies = new Map<string, Tally>(WHATS.map((what) => [what, { what, hits: 0, of: 0 }]));
  const count = (what: (typeof WHATS)[number], hit: boolean): void => {
    const tally = tallies.get(what);
    if (!tally) return;
    tally.of++;
    if (hit) tally.hits++;
  };
  for (const [at, want] of wanted.entries()) {
    const got = given[at];
    if (!got) continue;
    count('situation', got.id === want.id);
    count('verdict', got.verdict === want.verdict);
    if (want.verdict === 'emergency') count('emergency found', got.verdict === 'emergency');
    else count('emergency wrongly said', got.verdict === 'emergency');
    if (want.verdict === 'not-covered') count('not covered, found', got.verdict === 'not-covered');
    else count('not covered, wrongly said', got.verdict === 'not-covered');
    if (want.verdict !== 'not-covered' && want.verdict !== 'emergency')
      count('first rule', got.cites[0] === want.cites[0]);
    if (['prohibited', 'report', 'ask-headteacher'].includes(want.verdict)) {
      count('allowed, wrongly said', got.verdict === 'allowed');
    }
  }
  return [...tallies.values()];
}

function print(name: string, tallies: readonly Tally[]): void {
  console.log(`\n${name}`);
  for (const { what, hits, of } of tallies) {
    const [low, high] = interval(hits, of);
    const share = of === 0 ? '-' : ((100 * hits) / of).toFixed(1);
    console.log(
      `  ${what.padEnd(28)} ${`${hits} of ${of}`.padStart(14)}   ${share.padStart(5)} in 100 (${low}-${high})`,
    );
  }
}

const { policy, reader, vectors } = readForTraining();
const { alarms } = readPolicies();
const writers = readWriters();
const chosen = process.argv.slice(2);
const totals = new Map<string, Tally>();
for (const [name, phrasings] of writers) {
  if (chosen.length > 0 && !chosen.includes(name)) continue;
  const others = [...writers].filter(([other]) => other !== name).flatMap(([, theirs]) => theirs);
  const knowledge = gatherKnowledge(policy, others, reader, vectors);
  const model = readModel(learn(policy, knowledge, reader, 'an estimate'));
  const wanted = phrasings.flatMap(({ s }) => policy.situations.get(s) ?? []);
  const given = phrasings.map(({ q }) => understand(q, policy, { reader, knowledge, model, alarms }).chosen);
  const tallies = tallyOf(wanted, given);
  print(name, tallies);
  for (const { what, hits, of } of tallies) {
    const total = totals.get(what) ?? { what, hits: 0, of: 0 };
    totals.set(what, { what, hits: total.hits + hits, of: total.of + of });
  }
}
print('All writers left out in turn', [...totals.values()]);
