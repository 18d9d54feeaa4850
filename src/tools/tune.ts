/**
 * `npm run tune`: fits the encoder's last layer once more to the first policy's phrasings, and stores it beside content. Takes
 * some minutes. The same content gives the same file on one machine. Then run `npm run train`: all that was learnt with the
 * layer before is old.
 */
import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { PLACING } from '../core/policy/learning.ts';
import { OF_LENGTH_ONE } from '../core/policy/place.ts';
import { middleOf } from '../core/policy/placing.ts';
import { listenBelow } from '../encoder/inBulk.ts';
import { EPSILON, GRAPH_SHA256, HEADS, untuned, WIDTH } from '../encoder/graph.ts';
import { fit, type Met } from '../encoder/tuning.ts';
import { isOfReading, partsOf, type Sizes } from '../encoder/tuningStep.ts';
import { lastLayerFile, modelFile, readWeights, toHalves, writeTensors } from '../encoder/weights.ts';
import { readForTraining } from '../policies.ts';

/** Settled on writers who were left out; see docs/decisions/a-sentence-encoder.md. */
const PLAN = {
  epochs: 3,
  batch: 128,
  rate: 1e-3,
  rateOfReading: 1e-2,
  shrink: PLACING.shrink,
  smoothing: 0.1,
  spread: PLACING.spread / Math.sqrt(OF_LENGTH_ONE),
  epsilon: EPSILON,
  seed: 20,
};

const began = performance.now();
const say = (what: string): void => console.error(`${((performance.now() - began) / 1000).toFixed(0)} s: ${what}`);

const { policy, known, reader } = readForTraining();
const weights = readWeights(modelFile('model.fp16.safetensors'));
say(`content read: ${known.length} phrasings`);

const below = await listenBelow(
  known.map(({ text }) => reader.spelt(text)),
  (done) => say(`${done} of ${known.length} texts are at the last layer`),
);
const met = known.flatMap(({ situation }, at) => (below[at] ? [{ ...below[at], situation }] : []));

const sizes: Sizes = {
  width: WIDTH,
  heads: HEADS,
  wide: 4 * WIDTH,
  heard: 2 * WIDTH,
  situations: policy.situations.size,
};
const { parts, losses } = await fit(drawnApart(met), untuned(weights), sizes, PLAN, say);
if (!losses.every(Number.isFinite))
  throw new Error(`The tuning came to nothing (mean losses ${losses.join(', ')}): nothing is stored`);
const tensors = [...partsOf(sizes)].flatMap(([name, shape]) => {
  const values = parts.get(name);
  return isOfReading(name) || values === undefined ? [] : [[name, { shape, halves: toHalves(values) }] as const];
});
// Not the fingerprint of what is learnt: that tells of the tuned layer itself.
const learntFrom = createHash('sha256')
  .update(JSON.stringify([GRAPH_SHA256, PLAN, known.map(({ text, situation }) => [text, situation])]))
  .digest('hex')
  .slice(0, 32);
mkdirSync(dirname(lastLayerFile), { recursive: true });
writeFileSync(lastLayerFile, writeTensors(new Map(tensors), { learntFrom }));
say(`done; mean losses ${losses.map((loss) => loss.toFixed(3)).join(', ')}`);
console.log('The last layer is tuned. Now run `npm run train`: what was learnt with the one before is old.');

/** What was heard, away from its middle, as far as the reading of places draws it. */
function drawnApart(all: readonly Met[]): readonly Met[] {
  const middle = middleOf(all.map(({ heard }) => heard));
  return all.map((text) => ({
    ...text,
    heard: text.heard.map((value, at) => (value - (middle[at] ?? 0)) * PLACING.spread),
  }));
}
