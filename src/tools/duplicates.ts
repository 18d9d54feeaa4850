/** `npm run duplicates -- FILE`: lists the questions of a held-back file that nearly stand among the phrasings learnt from. */
import { nearDuplicates } from '../core/policy/nearDuplicates.ts';
import { readForTraining } from '../policies.ts';
import { readLabelled } from './scoring.ts';

const file = process.argv[2];
if (file === undefined) {
  console.error('Usage: npm run duplicates -- FILE.jsonl');
  process.exitCode = 2;
} else {
  const { phrasings, reader } = readForTraining();
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
