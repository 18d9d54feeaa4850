import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  LAYER_PARTS,
  lastLayerMark,
  modelFile,
  readLastLayer,
  readWeights,
  type Tensor,
  toFloats,
  toHalves,
  TUNED,
  WeightsError,
  writeTensors,
} from '../../src/encoder/weights.ts';

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

describe('floats made 16 bits wide', () => {
  const all = Uint16Array.from({ length: 65_536 }, (_none, half) => half).filter((half) => (half & 0x7c00) !== 0x7c00);

  it('are the same halves again, every one of them', () => {
    expect(
      Buffer.compare(Buffer.from(toHalves(toFloats({ shape: [], halves: all })).buffer), Buffer.from(all.buffer)),
    ).toBe(0);
  });

  it.each([
    [1 + 2 ** -11, 0x3c00],
    [1 + 3 * 2 ** -11, 0x3c02],
    [1 + 2 ** -11 + 2 ** -20, 0x3c01],
    [2 - 2 ** -12, 0x4000],
    [2 ** -25, 0x0000],
    [-(2 ** -25) * 1.5, 0x8001],
    [65_519, 0x7bff],
    [65_520, 0x7c00],
  ])('%d is the nearest, and of two that are as near the even one', (value, half) => {
    expect(toHalves(Float32Array.of(value))[0]).toBe(half);
  });
});

describe('the tuned last layer', () => {
  const folder = mkdtempSync(join(tmpdir(), 'last-layer-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'last-layer.safetensors');
  const tensors = new Map<string, Tensor>(
    LAYER_PARTS.map((part, at) => [
      `${TUNED}.${part}`,
      { shape: [at + 1, 2], halves: new Uint16Array(2 * at + 2).fill(at) },
    ]),
  );
  const written = writeTensors(tensors, { learntFrom: 'a test – of "notes"' });

  it('is read as it was written', () => {
    writeFileSync(path, written);
    const layer = readLastLayer(path);
    for (const [name, tensor] of tensors) expect(layer.get(name)).toEqual(tensor);
  });

  it('has a mark of its own', () => {
    writeFileSync(path, written);
    const mark = lastLayerMark(path);
    expect(lastLayerMark(path)).toBe(mark);
    writeFileSync(path, writeTensors(tensors, { learntFrom: 'another' }));
    expect(lastLayerMark(path)).not.toBe(mark);
    expect(lastLayerMark(join(folder, 'none'))).not.toBe(mark);
  });

  it.each([
    ['is empty', Buffer.alloc(0)],
    ['is not such a file', Buffer.from('{"it is": "something else"}')],
    ['is cut short', written.subarray(0, -2)],
    ['lacks a part', writeTensors(new Map([...tensors].slice(1)), {})],
  ])('that %s is refused, saying what to do', (_what, bytes) => {
    writeFileSync(path, bytes);
    expect(() => readLastLayer(path)).toThrow(WeightsError);
    expect(() => readLastLayer(path)).toThrow(/cannot be read.*npm run tune/);
  });

  it('that is not there is refused, saying what to do', () => {
    expect(() => readLastLayer(join(folder, 'none'))).toThrow(WeightsError);
    expect(() => readLastLayer(join(folder, 'none'))).toThrow(/not there.*npm run tune/);
  });

  it('is there', () => {
    expect(readLastLayer().get(`${TUNED}.output.dense.weight`).shape).toEqual([384, 1536]);
  });
});
