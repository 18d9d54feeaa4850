import { parentPort } from 'node:worker_threads';
parentPort.postMessage({ kind: 'cannot-start', message: 'no such machine' });
