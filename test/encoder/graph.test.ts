import { createHash } from 'node:crypto';
import { GRAPH_SHA256, writeGraph } from '../../src/encoder/graph.ts';
import { modelFile, readWeights } from '../../src/encoder/weights.ts';

describe('the graph', () => {
  it('is the one that answers were learnt with: after a change of it, note its hash and run `npm run train`', () => {
    const graph = writeGraph(readWeights(modelFile('model.fp16.safetensors')));
    expect(createHash('sha256').update(graph).digest('hex')).toBe(GRAPH_SHA256);
  });
});
