import { InferenceSession, Tensor } from 'onnxruntime-node';

/** A network, ready to run. On one thread, for the same sums in the same order every time; on more only where that was shown. */
export const sessionOf = (graph: Buffer, threads = 1): Promise<InferenceSession> =>
  InferenceSession.create(graph, {
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    executionMode: 'sequential',
    logSeverityLevel: 4,
  });

/** A text as the networks of `graph.ts` take it: its tokens, and where each stands. */
export function inputsOf(ids: readonly number[]): Readonly<Record<'ids' | 'places', Tensor>> {
  const row = (numbers: readonly number[]) => new Tensor('int64', BigInt64Array.from(numbers, BigInt), [1, ids.length]);
  return { ids: row(ids), places: row(ids.map((_id, place) => place)) };
}

export type Given = InferenceSession.OnnxValueMapType;

/** What a network gave under a name. @throws where that is no 32-bit floats */
export function numbersOf(given: Given, name: string): Float32Array {
  const data = given[name]?.data;
  if (!(data instanceof Float32Array)) throw new Error(`The runtime gave no "${name}"`);
  return data;
}
