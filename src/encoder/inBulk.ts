import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { toPlace } from '../core/policy/place.ts';
import { writeGraph, writeGraphBelow } from './graph.ts';
import { type Given, inputsOf, numbersOf, sessionOf } from './runtime.ts';
import { tokenCutter } from './tokens.ts';
import { modelFile, readLastLayer, readWeights } from './weights.ts';

/** What reaches the last layer of a text: its tokens, in 16-bit floats, and the parts of its place that were heard before. */
export type Below = { readonly tokens: Uint16Array; readonly heard: Float32Array };

/** Texts go through one of these, and this becomes of each. */
type Networks = { readonly 'to the last layer': Below; readonly whole: Float32Array };
type Network = keyof Networks;

/** Told now and then how many are done. */
type Say = (done: number) => void;

/**
 * Every text's place among English sentences, in order: what `encoder.ts` gives of one, for training, in two threads, one for
 * each of two cores.
 *
 * @param texts  spelt as they are to be read
 * @throws WeightsError where the package's weights are away or others
 */
export const placeAll = (texts: readonly string[], say?: Say): Promise<readonly Float32Array[]> =>
  sendThrough('whole', texts, say);

/** Runs texts through the layers below the last, for tuning it. Otherwise as `placeAll`. */
export const listenBelow = (texts: readonly string[], say?: Say): Promise<readonly Below[]> =>
  sendThrough('to the last layer', texts, say);

type Share = { readonly network: Network; readonly share: readonly (readonly [at: number, text: string])[] };
type Through<Of extends Network> = readonly (readonly [at: number, what: Networks[Of]])[];

const SAYS_EVERY = 10_000;
/** So many go back at a time: waking the other side for each costs as much as a tenth of the network. */
const TOGETHER = 100;

async function sendThrough<Of extends Network>(
  network: Of,
  texts: readonly string[],
  say: Say = () => undefined,
): Promise<readonly Networks[Of][]> {
  const all: Networks[Of][] = [];
  let done = 0;
  const through = (some: Through<Of>): void => {
    for (const [at, what] of some) {
      all[at] = what;
      done++;
      if (done % SAYS_EVERY === 0) say(done);
    }
  };
  const numbered = texts.map((text, at) => [at, text] as const);
  await Promise.all(
    [0, 1].map((half) => send({ network, share: numbered.filter(([at]) => at % 2 === half) }, through)),
  );
  if (done !== texts.length) throw new Error(`Of ${texts.length} texts only ${done} came through the network`);
  return all;
}

function send<Of extends Network>(share: Share, through: (some: Through<Of>) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const thread = new Worker(new URL(import.meta.url), { workerData: share, execArgv: ['--no-warnings'] });
    thread.on('message', through);
    thread.once('error', reject);
    thread.once('exit', () => resolve());
  });
}

async function take({ network, share }: Share): Promise<void> {
  const cut = tokenCutter();
  const weights = readWeights(modelFile('model.fp16.safetensors'));
  const whole = network === 'whole';
  const session = await sessionOf(whole ? writeGraph(weights, readLastLayer()) : writeGraphBelow(weights));
  for (let from = 0; from < share.length; from += TOGETHER) {
    const some: [at: number, what: Networks[Network]][] = [];
    for (const [at, text] of share.slice(from, from + TOGETHER)) {
      const given = await session.run(inputsOf(cut(text)));
      some.push([at, whole ? toPlace(numbersOf(given, 'mean')) : belowOf(given)]);
    }
    parentPort?.postMessage(some);
  }
}

function belowOf(given: Given): Below {
  const tokens = given['tokens']?.data;
  if (!ArrayBuffer.isView(tokens)) throw new Error('The runtime gave no "tokens"');
  const { buffer, byteOffset, byteLength } = tokens;
  return {
    tokens: new Uint16Array(buffer.slice(byteOffset, byteOffset + byteLength) as ArrayBuffer),
    heard: toPlace(numbersOf(given, 'heard'), 2),
  };
}

const isShare = (data: unknown): data is Share => typeof data === 'object' && data !== null && 'share' in data;
if (!isMainThread && isShare(workerData)) void take(workerData);
