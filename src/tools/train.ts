/** `npm run train`: learns from content and stores what was learnt beside it. The same content gives the same file. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { learn, TRAINING } from '../core/policy/learning.ts';
import { createEncoder } from '../encoder/encoder.ts';
import { policyFolder, readForTraining } from '../policies.ts';
import { placesOf } from './places.ts';

const began = performance.now();
const { policy, phrasings, reader, knowledge, fingerprint } = readForTraining();
const encoder = createEncoder();
const places = await placesOf(
  knowledge.known.map(({ text }) => text),
  encoder,
);
const stored = `${JSON.stringify(learn(policy, knowledge, reader, fingerprint, TRAINING, places))}\n`;
writeFileSync(join(policyFolder, 'trained.json'), stored);
const seconds = ((performance.now() - began) / 1000).toFixed(1);
console.log(
  `Learnt from ${phrasings.length} phrasings of ${policy.situations.size} situations in ${seconds} s: trained.json, ${(stored.length / 1e6).toFixed(1)} MB.`,
);
