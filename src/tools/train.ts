/**
 * `npm run train`: learns from the content of every policy that changed and stores what was learnt beside it. The same content
 * gives the same files. `-- --policy ID` learns from that one, changed or not; `--policies FOLDER` finds policies there as well.
 *
 * `trained.json` is what a policy's answers are chosen by; `middles.json` and `gist.json` tell which policy a question is for.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { learn, TRAINING } from '../core/policy/learning.ts';
import { middlesOf } from '../core/policy/middles.ts';
import { gistOf, LEAST_SHARE } from '../core/policy/narrowing.ts';
import { createEncoder } from '../encoder/encoder.ts';
import { type PolicyPlace, readForTraining } from '../policies.ts';
import { placesOf } from './places.ts';
import { choosePolicies, POLICY_OPTIONS } from './whichPolicy.ts';

const encoder = createEncoder();

async function train(place: PolicyPlace, anyway: boolean): Promise<string> {
  const began = performance.now();
  const { policy, phrasings, reader, knowledge, fingerprint } = readForTraining(place);
  const { known } = knowledge;
  const file = (name: string) => join(place.folder, name);
  const isOld = (name: string) => anyway || learntFromOf(file(name)) !== fingerprint;
  const old = ['trained.json', 'middles.json', 'gist.json'].filter(isOld);
  if (old.length === 0) return 'nothing changed since it was learnt.';
  const write = (name: string, content: unknown) => writeFileSync(file(name), `${JSON.stringify(content)}\n`);

  write(
    'gist.json',
    gistOf(
      place.id,
      fingerprint,
      known.map(({ reading }) => reading),
      LEAST_SHARE,
    ),
  );
  if (old.some((name) => name !== 'gist.json')) {
    const places = await placesOf(
      known.map(({ text }) => text),
      reader,
      encoder,
    );
    const placed = known.flatMap(({ situation }, at) => (places[at] ? [{ place: places[at], situation }] : []));
    write('middles.json', middlesOf(placed, [...policy.situations.keys()], fingerprint));
    if (old.includes('trained.json')) {
      write('trained.json', learn(policy, knowledge, reader, fingerprint, TRAINING, places));
    }
  }
  const seconds = ((performance.now() - began) / 1000).toFixed(1);
  return `learnt from ${phrasings.length} phrasings of ${policy.situations.size} situations in ${seconds} s: ${old.join(', ')}.`;
}

/** `null`: nothing was learnt yet. */
function learntFromOf(file: string): string | null {
  try {
    return z.object({ learntFrom: z.string() }).parse(JSON.parse(readFileSync(file, 'utf8'))).learntFrom;
  } catch {
    return null;
  }
}

const { values } = parseArgs({ options: POLICY_OPTIONS });
for (const place of choosePolicies(values)) {
  console.log(`${place.id}: ${await train(place, values.policy !== undefined)}`);
}
