import { parentPort } from 'node:worker_threads';
import type { FromWorker, ToWorker } from './encoder.ts';
import { writeGraph } from './graph.ts';
import { inputsOf, numbersOf, sessionOf } from './runtime.ts';
import { tokenCutter } from './tokens.ts';
import { modelFile, readLastLayer, readWeights } from './weights.ts';

/** A thread of its own: the network's arithmetic never holds up a turn of the bot. It keeps nothing that it is given. */
const say = (message: FromWorker) => parentPort?.postMessage(message);

try {
  const cut = tokenCutter();
  const weights = readWeights(modelFile('model.fp16.safetensors'));
  const session = await sessionOf(writeGraph(weights, readLastLayer()));
  let working: Promise<void> = Promise.resolve();
  parentPort?.on('message', (message: ToWorker) => {
    if ('kind' in message) {
      void working.then(() => parentPort?.close());
      return;
    }
    const { job, text } = message;
    const run = session.run(inputsOf(cut(text))).then((given) => {
      say({ kind: 'done', job, vector: numbersOf(given, 'mean') });
    });
    working = Promise.all([working, run]).then(() => undefined);
  });
  say({ kind: 'ready' });
} catch (error) {
  say({ kind: 'cannot-start', message: error instanceof Error ? error.message : String(error) });
}
