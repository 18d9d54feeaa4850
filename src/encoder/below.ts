import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { toPlace } from '../core/policy/place.ts';
import { writeGraphBelow } from './graph.ts';
import { inputsOf, numbersOf, sessionOf } from './runtime.ts';
import { tokenCutter } from './tokens.ts';
import { modelFile, readWeights } from './weights.ts';

/** What reaches the last layer of a text: its tokens, in 16-bit floats, and the parts of its place that were heard before. */
export type Below = { readonly tokens: Uint16Array<ArrayBuffer>; readonly heard: Float32Array };

type Heard = { readonly at: number; readonly below: Below };
type Share = { readonly share: readonly (readonly [at: number, text: string])[] };

/**
 * Runs texts through the layers below the last, for tuning it: in two threads, one for each of two cores.
 *
 * @param say  told now and then how many are done
 * @throws WeightsError where the package's weights are away or others
 */
export async function listenBelow(
  texts: readonly string[],
  say: (done: number) => void = () => undefined,
): Promise<readonly Below[]> {
  const all: Below[] = [];
  let done = 0;
  const heard = ({ at, below }: Heard): void => {
    all[at] = below;
    done++;
    if (done % SAYS_EVERY === 0) say(done);
  };
  const numbered = texts.map((text, at) => [at, text] as const);
  await Promise.all([0, 1].map((half) => listenTo({ share: numbered.filter(([at]) => at % 2 === half) }, heard)));
  if (done !== texts.length) throw new Error(`Of ${texts.length} texts only ${done} came through the network`);
  return all;
}

const SAYS_EVERY = 10_000;

function listenTo(share: Share, heard: (one: Heard) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const thread = new Worker(new URL(import.meta.url), { workerData: share, execArgv: ['--no-warnings'] });
    thread.on('message', heard);
    thread.once('error', reject);
    thread.once('exit', () => resolve());
  });
}

async function listen({ share }: Share): Promise<void> {
  const cut = tokenCutter();
  const session = await sessionOf(writeGraphBelow(readWeights(modelFile('model.fp16.safetensors'))));
  for (const [at, text] of share) {
    const given = await session.run(inputsOf(cut(text)));
    const halves = given['tokens']?.data;
    if (!ArrayBuffer.isView(halves)) throw new Error('The runtime gave no "tokens"');
    const below = {
      tokens: new Uint16Array(
        halves.buffer.slice(halves.byteOffset, halves.byteOffset + halves.byteLength) as ArrayBuffer,
      ),
      heard: toPlace(numbersOf(given, 'heard'), 2),
    };
    parentPort?.postMessage({ at, below } satisfies Heard, [below.tokens.buffer]);
  }
}

const isShare = (data: unknown): data is Share => typeof data === 'object' && data !== null && 'share' in data;
if (!isMainThread && isShare(workerData)) void listen(workerData);
