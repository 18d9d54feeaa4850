/** Runs the network with its last layer tuned and untuned, in a thread of its own, where the runtime can work. */
import { parentPort } from 'node:worker_threads';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { untuned, writeGraph } from '../../../src/encoder/graph.ts';
import { tokenCutter } from '../../../src/encoder/tokens.ts';
import { modelFile, readLastLayer, readWeights, type Weights } from '../../../src/encoder/weights.ts';

const weights = readWeights(modelFile('model.fp16.safetensors'));
const ids = tokenCutter()('Am I allowed to post a photo of the school trip on my own page?');

async function meansWith(lastLayer: Weights): Promise<readonly number[]> {
  const session = await InferenceSession.create(writeGraph(weights, lastLayer), { intraOpNumThreads: 1 });
  const row = (numbers: readonly number[]) => new Tensor('int64', BigInt64Array.from(numbers, BigInt), [1, ids.length]);
  const { mean } = await session.run({ ids: row(ids), places: row(ids.map((_id, place) => place)) });
  return [...(mean?.data as Float32Array)];
}

parentPort?.postMessage({
  tuned: await meansWith(readLastLayer()),
  untuned: await meansWith(untuned(weights)),
});
