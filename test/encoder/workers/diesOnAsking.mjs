import { parentPort } from 'node:worker_threads';
parentPort.on('message', ({ job, text }) => {
  if (text === 'die') process.exit(3);
  if (text === 'throw') throw new Error(`secret words: ${text}`);
  parentPort.postMessage({ kind: 'done', job, vector: Float32Array.of(3, 4, 3, 4, 3, 4, 3, 4) });
});
parentPort.postMessage({ kind: 'ready' });
