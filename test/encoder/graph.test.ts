import { createHash } from 'node:crypto';
import { GRAPH_SHA256, untuned, writeGraph } from '../../src/encoder/graph.ts';
import { modelFile, readWeights } from '../../src/encoder/weights.ts';
import { firstWordOf } from './workers/ask.ts';

describe('the graph', () => {
  it('is the one that answers were learnt with: after a change of it, note its hash and run `npm run train`', () => {
    const weights = readWeights(modelFile('model.fp16.safetensors'));
    const graph = writeGraph(weights, untuned(weights));
    expect(createHash('sha256').update(graph).digest('hex')).toBe(GRAPH_SHA256);
  });

  it('gives of the untuned layers what it gives without tuning, to the digit, and of the tuned one something else', async () => {
    type Means = Readonly<Record<'tuned' | 'untuned', readonly number[]>>;
    const { tuned, untuned: plain } = await firstWordOf<Means>('graph.ts');
    const [untilLast, last] = [3 * 384, 2 * 384];
    expect(tuned).toHaveLength(4 * 384);
    expect(tuned.slice(0, untilLast)).toEqual(plain.slice(0, untilLast));
    expect(plain.slice(untilLast)).toEqual(plain.slice(last, untilLast));
    expect(tuned.slice(untilLast)).not.toEqual(plain.slice(untilLast));
  });
});
