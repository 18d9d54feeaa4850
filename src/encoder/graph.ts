import { blankGraph, FLOAT, FLOAT16, INT64, INT8 } from './onnx.ts';
import { type Tensor, toFloats, type Weights } from './weights.ts';

/**
 * Writes the network (BERT of six layers: MiniLM-L6) as an ONNX model for the runtime, from its weights: inputs `ids` and
 * `places` (1 × n, 64-bit), output `mean` (1 × 1152), the means over all tokens after layers 2, 4 and 6.
 *
 * The big matrices are kept in whole numbers, which halves the memory and thirds the time. They reach to 63 and not to 127:
 * without the newest instructions a processor adds two products in 16 bits, and 255 × 127 twice would not fit. So every
 * processor multiplies exactly, and the same weights give the same answers everywhere.
 */
export function writeGraph(weights: Weights): Buffer {
  const graph = blankGraph();
  const { add, constant } = graph;
  const plain = (name: string): string => {
    const tensor = weights.get(name);
    return constant(name, tensor.shape, FLOAT, toFloats(tensor));
  };
  const times = (x: string, name: string): string => {
    const { shape, whole, steps } = toWhole(weights.get(name));
    constant(`${name} whole`, shape, INT8, whole);
    constant(`${name} steps`, [steps.length], FLOAT, steps);
    constant(`${name} zero`, [steps.length], INT8, new Int8Array(steps.length));
    return add('DynamicQuantizeMatMul', [x, `${name} whole`, `${name} steps`, `${name} zero`], {}, 'com.microsoft');
  };
  const linear = (x: string, name: string): string => add('Add', [times(x, `${name}.weight`), plain(`${name}.bias`)]);
  const evenOut = (x: string, name: string): string =>
    add('LayerNormalization', [x, plain(`${name}.weight`), plain(`${name}.bias`)], { axis: -1, epsilon: EPSILON });

  constant('by head', [4], INT64, BigInt64Array.from([1n, -1n, BigInt(HEADS), BigInt(WIDTH / HEADS)]));
  constant('whole width', [3], INT64, BigInt64Array.from([1n, -1n, BigInt(WIDTH)]));
  constant('tokens', [1], INT64, BigInt64Array.of(1n));
  const number = (value: number): string => constant(`number ${value}`, [1], FLOAT, Float32Array.of(value));

  const words = weights.get('embeddings.word_embeddings.weight');
  const word = add('Cast', [add('Gather', [constant('words', words.shape, FLOAT16, words.halves), 'ids'])], {
    to: FLOAT,
  });
  const place = add('Gather', [plain('embeddings.position_embeddings.weight'), 'places']);
  const sentence = toFloats(weights.get('embeddings.token_type_embeddings.weight')).slice(0, WIDTH);
  const means: string[] = [];
  let x = add('Add', [add('Add', [word, place]), constant('first sentence', [WIDTH], FLOAT, sentence)]);
  x = evenOut(x, 'embeddings.LayerNorm');
  for (let layer = 0; layer < LAYERS; layer++) {
    const name = `encoder.layer.${layer}`;
    const heads = (part: string, perm: readonly number[]): string =>
      add('Transpose', [add('Reshape', [linear(x, `${name}.attention.self.${part}`), 'by head'])], { perm });
    const match = add('MatMul', [heads('query', [0, 2, 1, 3]), heads('key', [0, 2, 3, 1])]);
    const share = add('Softmax', [add('Mul', [match, number(1 / Math.sqrt(WIDTH / HEADS))])], { axis: -1 });
    const seen = add('Transpose', [add('MatMul', [share, heads('value', [0, 2, 1, 3])])], { perm: [0, 2, 1, 3] });
    const attended = linear(add('Reshape', [seen, 'whole width']), `${name}.attention.output.dense`);
    x = evenOut(add('Add', [x, attended]), `${name}.attention.output.LayerNorm`);
    const wide = linear(x, `${name}.intermediate.dense`);
    const bent = add('Add', [add('Erf', [add('Mul', [wide, number(Math.SQRT1_2)])]), number(1)]);
    const gelu = add('Mul', [add('Mul', [wide, number(0.5)]), bent]);
    x = evenOut(add('Add', [x, linear(gelu, `${name}.output.dense`)]), `${name}.output.LayerNorm`);
    if (HEARD.has(layer + 1)) means.push(add('ReduceMean', [x, 'tokens'], { keepdims: 0 }));
  }
  add('Concat', means, { axis: -1 }, '', 'mean');
  const tokens = [1, 'n'];
  return graph.model(
    [
      { name: 'ids', type: INT64, sizes: tokens },
      { name: 'places', type: INT64, sizes: tokens },
    ],
    [{ name: 'mean', type: FLOAT, sizes: [1, WIDTH * HEARD.size] }],
  );
}

/** Of the file that is written. It tells one encoder from another: what was learnt with one says nothing of another. */
export const GRAPH_SHA256 = 'f9193bff20e1c6a08d42aa817b74d9071bca6d9516b1204f465559942b6b1a12';

const WIDTH = 384;
const HEADS = 12;
const LAYERS = 6;
/** The layers whose means are given: the first ones keep words apart that the last one takes for the same. */
const HEARD: ReadonlySet<number> = new Set([2, 4, 6]);
const EPSILON = 1e-12;
const MOST = 63;

/**
 * Writes one step of learning from places (`core/policy/placing.ts`): inputs `places` (n × height), `rows` (height ×
 * situations) and `right` (n, the situation of each, 64-bit), output `slopes` (height × situations), summed over the n.
 */
export function writeStep(height: number, situations: number): Buffer {
  const graph = blankGraph();
  const { add, constant } = graph;
  constant('depth', [], INT64, BigInt64Array.of(BigInt(situations)));
  constant('no and yes', [2], FLOAT, Float32Array.of(0, 1));
  const likely = add('Softmax', [add('MatMul', ['places', 'rows'])], { axis: -1 });
  const errors = add('Sub', [likely, add('OneHot', ['right', 'depth', 'no and yes'])]);
  add('MatMul', [add('Transpose', ['places'], { perm: [1, 0] }), errors], {}, '', 'slopes');
  return graph.model(
    [
      { name: 'places', type: FLOAT, sizes: ['n', height] },
      { name: 'rows', type: FLOAT, sizes: [height, situations] },
      { name: 'right', type: INT64, sizes: ['n'] },
    ],
    [{ name: 'slopes', type: FLOAT, sizes: [height, situations] }],
  );
}

/** Rows become columns; each column is kept as whole numbers from -63 to 63 and the size of one step. */
function toWhole(tensor: Tensor): {
  readonly shape: readonly number[];
  readonly whole: Int8Array;
  readonly steps: Float32Array;
} {
  const [columns = 0, rows = 0] = tensor.shape;
  const values = toFloats(tensor);
  const whole = new Int8Array(values.length);
  const steps = new Float32Array(columns);
  for (let column = 0; column < columns; column++) {
    const from = column * rows;
    let most = 0;
    for (let row = 0; row < rows; row++) most = Math.max(most, Math.abs(values[from + row] ?? 0));
    const step = Math.fround(most / MOST) || 1;
    steps[column] = step;
    for (let row = 0; row < rows; row++) whole[row * columns + column] = Math.round((values[from + row] ?? 0) / step);
  }
  return { shape: [rows, columns], whole, steps };
}
