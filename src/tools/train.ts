/**
 * `npm run train`: learns from the content of every policy that changed and stores what was learnt beside it. The same content
 * gives the same files. `-- --policy ID` learns from that one, changed or not; `--policies FOLDER` finds policies there as well.
 *
 * `trained.json` is what a policy's answers are chosen by; `middles.json` and `gist.json` tell which policy a question is for; by
 * `spelling.json`, of the first policy only, slips are put right.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { middlesOf } from '../core/policy/middles.ts';
import { gistOf } from '../core/policy/narrowing.ts';
import { placeAll } from '../encoder/inBulk.ts';
import { type PolicyPlace, readForTraining } from '../policies.ts';
import { learn } from './learn.ts';
import { choosePolicies, POLICY_OPTIONS } from './whichPolicy.ts';

async function train(place: PolicyPlace, anyway: boolean): Promise<string> {
  const began = performance.now();
  const since = (): string => `${((performance.now() - began) / 1000).toFixed(1)} s`;
  const content = readForTraining(place);
  const { policy, phrasings, reader, known, spelling, fingerprint } = content;
  const file = (name: string) => join(place.folder, name);
  const isOld = (name: string) => anyway || learntFromOf(file(name)) !== fingerprint;
  const files = ['trained.json', 'middles.json', 'gist.json', ...(spelling ? ['spelling.json'] : [])];
  const old = files.filter(isOld);
  if (old.length === 0) return 'nothing changed since it was learnt.';
  const readBy = since();
  const write = (name: string, what: unknown) => writeFileSync(file(name), `${JSON.stringify(what)}\n`);

  const readings = known.map(({ reading }) => reading);
  write('gist.json', gistOf(place.id, fingerprint, readings));
  if (spelling) write('spelling.json', spelling);
  let took = '';
  if (old.includes('trained.json') || old.includes('middles.json')) {
    const learnt = await learn(content, (texts) => placeAll(texts.map((text) => reader.spelt(text))));
    write('middles.json', middlesOf(learnt.placed, [...policy.situations.keys()], fingerprint));
    write('trained.json', learnt.packed);
    took = `; then ${learnt.took}`;
  }
  return [
    `learnt from ${phrasings.length} phrasings of ${policy.situations.size} situations in ${since()}: ${old.join(', ')}`,
    `(content read after ${readBy}${took}).`,
  ].join('\n  ');
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
