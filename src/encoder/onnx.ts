/** Kinds of number, as onnx.proto counts them. */
export const FLOAT = 1;
export const INT8 = 3;
export const INT64 = 7;
export const FLOAT16 = 10;

type Attributes = Readonly<Record<string, number | readonly number[]>>;

export type Graph = {
  /** Names a constant; the same name twice is the same constant. */
  readonly constant: (name: string, shape: readonly number[], type: number, numbers: ArrayBufferView) => string;
  /** Returns the name of what the node gives: of the first, where it gives more. */
  readonly add: (
    kind: string,
    inputs: readonly string[],
    attributes?: Attributes,
    domain?: string,
    output?: string | readonly string[],
  ) => string;
  readonly model: (inputs: readonly Socket[], outputs: readonly Socket[]) => Buffer;
};

/** What goes in or comes out; a size without a number is named. */
type Socket = { readonly name: string; readonly type: number; readonly sizes: readonly (number | string)[] };

/**
 * Writes a model for the ONNX runtime, node by node. Fields and types are those of onnx.proto (IR version 8, operator set 18).
 */
export function blankGraph(): Graph {
  const nodes: Parts[] = [];
  const constants = new Map<string, Parts>();
  return {
    constant: (name, shape, type, numbers) => {
      const raw = Buffer.from(numbers.buffer, numbers.byteOffset, numbers.byteLength);
      constants.set(name, bytes(5, ...shape.map((size) => int(1, size)), int(2, type), text(8, name), bytes(9, [raw])));
      return name;
    },
    add: (kind, inputs, attributes = {}, domain = '', output = `step ${nodes.length}`) => {
      const outputs = typeof output === 'string' ? [output] : output;
      nodes.push(
        bytes(
          1,
          ...inputs.map((name) => text(1, name)),
          ...outputs.map((name) => text(2, name)),
          text(4, kind),
          ...Object.entries(attributes).map(([name, value]) => attribute(name, value)),
          ...(domain === '' ? [] : [text(7, domain)]),
        ),
      );
      return outputs[0] ?? '';
    },
    model: (inputs, outputs) => {
      const graph = bytes(
        7,
        ...nodes,
        text(2, 'graph'),
        ...constants.values(),
        ...inputs.map((socket) => bytes(11, value(socket))),
        ...outputs.map((socket) => bytes(12, value(socket))),
      );
      const sets = [bytes(8, text(1, ''), int(2, 18)), bytes(8, text(1, 'com.microsoft'), int(2, 1))];
      return Buffer.concat([int(1, 8), graph, ...sets].flat());
    },
  };
}

function value({ name, type, sizes }: Socket): Parts {
  const shape = bytes(2, ...sizes.map((size) => bytes(1, typeof size === 'number' ? int(1, size) : text(2, size))));
  return [...text(1, name), ...bytes(2, bytes(1, int(1, type), shape))];
}

function attribute(name: string, value: number | readonly number[]): Parts {
  const [FLOAT_VALUE, INT_VALUE, INTS_VALUE] = [1, 2, 7];
  if (typeof value !== 'number') {
    return bytes(5, text(1, name), ...value.map((part) => int(8, part)), int(20, INTS_VALUE));
  }
  return Number.isInteger(value)
    ? bytes(5, text(1, name), int(3, value), int(20, INT_VALUE))
    : bytes(5, text(1, name), float(2, value), int(20, FLOAT_VALUE));
}

// Protocol buffers: a key (field × 8 + kind of value), then the value; numbers in groups of seven bits, least first. Everything
// stays in parts until the end: the matrices are copied once.
type Parts = readonly Buffer[];

function number(value: number): Buffer {
  let rest = BigInt.asUintN(64, BigInt(value));
  const groups: number[] = [];
  do {
    const group = Number(rest & 127n);
    rest >>= 7n;
    groups.push(rest === 0n ? group : group | 128);
  } while (rest !== 0n);
  return Buffer.from(groups);
}
const int = (field: number, value: number): Parts => [number(field * 8), number(value)];
function bytes(field: number, ...values: readonly Parts[]): Parts {
  const parts = values.flat();
  return [number(field * 8 + 2), number(parts.reduce((sum, part) => sum + part.length, 0)), ...parts];
}
const text = (field: number, value: string): Parts => bytes(field, [Buffer.from(value)]);
function float(field: number, value: number): Parts {
  const raw = Buffer.alloc(4);
  raw.writeFloatLE(value);
  return [number(field * 8 + 5), raw];
}
