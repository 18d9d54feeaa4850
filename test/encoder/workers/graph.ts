/** Runs the network with its last layer tuned and untuned, in a thread of its own, where the runtime can work. */
import { parentPort } from 'node:worker_threads';
import { untuned, writeGraph } from '../../../src/encoder/graph.ts';
import { inputsOf, numbersOf, sessionOf } from '../../../src/encoder/runtime.ts';
import { tokenCutter } from '../../../src/encoder/tokens.ts';
import { modelFile, readLastLayer, readWeights, type Weights } from '../../../src/encoder/weights.ts';

const weights = readWeights(modelFile('model.fp16.safetensors'));
const ids = tokenCutter()('Am I allowed to post a photo of the school trip on my own page?');

async function meansWith(lastLayer: Weights): Promise<readonly number[]> {
  const session = await sessionOf(writeGraph(weights, lastLayer));
  return [...numbersOf(await session.run(inputsOf(ids)), 'mean')];
}

parentPort?.postMessage({
  tuned: await meansWith(readLastLayer()),
  untuned: await meansWith(untuned(weights)),
});
