/**
 * `npm run duplicates -- FILE`: lists the questions of a held-back file that nearly stand among the phrasings learnt from.
 * `--policy ID`: among those of that policy; of the first where none is named.
 */
import { parseArgs } from 'node:util';
import { nearDuplicates } from '../core/policy/nearDuplicates.ts';
import { readForTraining } from '../policies.ts';
import { readLabelled } from './scoring.ts';
import { choosePolicy, POLICY_OPTIONS } from './whichPolicy.ts';

const { values, positionals } = parseArgs({ allowPositionals: true, options: POLICY_OPTIONS });
const file = positionals[0];
if (file === undefined) {
  console.error('Usage: npm run duplicates -- FILE.jsonl');
  process.exitCode = 2;
} else {
  const { phrasings, reader } = readForTraining(choosePolicy(values));
  const held = readLabelled(file).map(({ question }) => question);
  const pairs = nearDuplicates(
    held,
    phrasings.map(({ q }) => q),
    reader,
  );
  for (const { one, other, likeness } of pairs)
    console.log(`${(likeness * 100).toFixed(0)} %  ${one}\n       ${other}`);
  console.log(`${pairs.length} near-duplicates of ${held.length} questions among ${phrasings.length} phrasings.`);
}
