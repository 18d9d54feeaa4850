import { InferenceSession, Tensor } from 'onnxruntime-node';
import type { Slopes } from '../core/policy/placing.ts';
import { writeStep } from './graph.ts';

/**
 * The sums of learning from places, done by the runtime: many times as quick as by ourselves. For training alone.
 *
 * @param height  numbers of a place, and the one that always counts
 */
export async function slopesByRuntime(height: number, situations: number): Promise<Slopes> {
  // One thread, for the same sums in the same order every time.
  const session = await InferenceSession.create(writeStep(height, situations), {
    intraOpNumThreads: 1,
    interOpNumThreads: 1,
    executionMode: 'sequential',
    logSeverityLevel: 4,
  });
  return async (places, right, rows) => {
    const { slopes } = await session.run({
      places: new Tensor('float32', places, [right.length, height]),
      rows: new Tensor('float32', rows, [height, situations]),
      right: new Tensor('int64', BigInt64Array.from(right, BigInt), [right.length]),
    });
    if (!(slopes?.data instanceof Float32Array)) throw new Error('The runtime gave no slopes');
    return slopes.data;
  };
}
