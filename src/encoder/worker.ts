import { parentPort } from 'node:worker_threads';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import type { FromWorker, ToWorker } from './encoder.ts';
import { writeGraph } from './graph.ts';
import { tokenCutter } from './tokens.ts';
import { modelFile, readLastLayer, readWeights } from './weights.ts';

/** A thread of its own: the network's arithmetic never holds up a turn of the bot. It keeps nothing that it is given. */
const say = (message: FromWorker) => parentPort?.postMessage(message);

try {
  const cut = tokenCutter();
  const weights = readWeights(modelFile('model.fp16.safetensors'));
  // One thread, for the same sums in the same order every time.
  const session = await InferenceSession.create(writeGraph(weights, readLastLayer()), {
    intraOpNumThreads: 1,
    interOpNumThreads: 1,
    executionMode: 'sequential',
    logSeverityLevel: 4,
  });
  let working: Promise<void> = Promise.resolve();
  parentPort?.on('message', (message: ToWorker) => {
    if ('kind' in message) {
      void working.then(() => parentPort?.close());
      return;
    }
    const { job, text } = message;
    const ids = cut(text);
    const row = (numbers: readonly number[]) =>
      new Tensor(
        'int64',
        BigInt64Array.from(numbers, (number) => BigInt(number)),
        [1, numbers.length],
      );
    const run = session.run({ ids: row(ids), places: row(ids.map((_id, place) => place)) }).then(({ mean }) => {
      const vector = mean?.data;
      if (!(vector instanceof Float32Array)) throw new Error('The network gave no vector');
      say({ kind: 'done', job, vector });
    });
    working = Promise.all([working, run]).then(() => undefined);
  });
  say({ kind: 'ready' });
} catch (error) {
  say({ kind: 'cannot-start', message: error instanceof Error ? error.message : String(error) });
}
