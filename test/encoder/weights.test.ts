import { modelFile, readWeights, toFloats, WeightsError } from '../../src/encoder/weights.ts';

const file = modelFile('model.fp16.safetensors');

describe('the weights', () => {
  it('are the ones that answers were learnt with', () => {
    const bias = readWeights(file).get('embeddings.LayerNorm.weight');
    expect(bias.shape).toEqual([384]);
    expect(toFloats(bias).every((value) => value > 0 && value < 2)).toBe(true);
  });

  it('are refused when a single bit differs, saying what to do', () => {
    const other = Buffer.from(file);
    other[other.length - 1] = (other.at(-1) ?? 0) ^ 1;
    expect(() => readWeights(other)).toThrow(WeightsError);
    expect(() => readWeights(other)).toThrow(/npm ci/);
  });

  it('say which tensor they do not have', () => {
    expect(() => readWeights(file).get('encoder.layer.6.output')).toThrow(/encoder\.layer\.6\.output/);
  });

  it.each([
    [0x0000, 0],
    [0x3c00, 1],
    [0xc000, -2],
    [0x3555, 0.333251953125],
    [0x0001, 2 ** -24],
    [0x7bff, 65504],
  ])('are 16-bit floats: %i is %f', (half, value) => {
    expect(toFloats({ shape: [1], halves: Uint16Array.of(half) })[0]).toBe(value);
  });
});
