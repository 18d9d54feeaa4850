/**
 * `npm run asked -- FILE…`: counts how often each situation is asked about in labelled questions (shape in docs/eval-log.md) by
 * people who could ask what they liked, and stores it as the policy's `asked.json`. A question counts for the likeliest of
 * the situations that have its verdict and rule, or else its rule; the counts so far have no say in that. `--policy ID`: of
 * that policy.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Situation } from '../core/policy/policy.ts';
import { logarithms } from '../core/policy/understand.ts';
import { createEncoder } from '../encoder/encoder.ts';
import { readPolicies } from '../policies.ts';
import { type Labelled, meets, readLabelled } from './scoring.ts';
import { choosePolicy, POLICY_OPTIONS } from './whichPolicy.ts';

const { values, positionals } = parseArgs({ allowPositionals: true, options: POLICY_OPTIONS });
const place = choosePolicy(values);
const index = readPolicies(createEncoder(), place);
const { policy, model } = index;

async function situationOf({ question, cites, verdict }: Labelled): Promise<string | null> {
  const likely = logarithms(question, await index.encoder.encode(index.reader.spelt(question)), index);
  const best = (fits: (situation: Situation) => boolean): string | null => {
    let [found, most]: [string | null, number] = [null, -Infinity];
    for (const [at, id] of model.situations.entries()) {
      const situation = policy.situations.get(id);
      if (situation && fits(situation) && (likely[at] ?? -Infinity) > most) [found, most] = [id, likely[at] ?? most];
    }
    return found;
  };
  const [first] = cites;
  const hasRule = ({ cites: [rule] }: Situation): boolean =>
    first === undefined || (rule !== undefined && meets(policy.clauses.get(rule)?.text ?? '', first));
  const hasVerdict = (situation: Situation): boolean => situation.verdict === verdict;
  if (verdict === 'emergency' || first === undefined) return best(hasVerdict);
  return best((one) => hasVerdict(one) && hasRule(one)) ?? best(hasRule);
}

if (positionals.length === 0) {
  console.error('Usage: npm run asked -- FILE.jsonl …');
  process.exitCode = 2;
} else {
  const counts = new Map<string, number>();
  const labelled = positionals.flatMap(readLabelled);
  for (const line of labelled) {
    const id = await situationOf(line);
    if (id !== null) counts.set(id, (counts.get(id) ?? 0) + 1);
    else console.log(`Counts for no situation: ${line.question}`);
  }
  const inOrder = [...policy.situations.keys()].flatMap((id) => (counts.has(id) ? [[id, counts.get(id)]] : []));
  writeFileSync(join(place.folder, 'asked.json'), `${JSON.stringify(Object.fromEntries(inOrder), null, 2)}\n`);
  console.log(`${labelled.length} questions, about ${counts.size} of ${policy.situations.size} situations.`);
}
await index.encoder.close();
