import { blankGraph, FLOAT, FLOAT16, INT64, INT8 } from './onnx.ts';
import { lastLayerMark, type Tensor, toFloats, TUNED, type Weights } from './weights.ts';

/**
 * Writes the network (BERT of six layers: MiniLM-L6) as an ONNX model for the runtime, from its weights: inputs `ids` and
 * `places` (1 × n, 64-bit), output `mean` (1 × 1536), the means over all tokens after layers 2, 4 and 6, and after the tuned
 * layer, which reads what the sixth does.
 *
 * The big matrices are kept in whole numbers, which halves the memory and thirds the time. They reach to 63 and not to 127:
 * without the newest instructions a processor adds two products in 16 bits, and 255 × 127 twice would not fit. So every
 * processor multiplies exactly, and the same weights give the same answers everywhere.
 */
export function writeGraph(weights: Weights, lastLayer: Weights): Buffer {
  const { graph, tokens, layer, meanOf } = network(weights);
  const means: string[] = [];
  let x = tokens();
  let fifth = x;
  for (let at = 0; at < LAYERS; at++) {
    fifth = x;
    x = layer(x, weights, layerName(at));
    if (HEARD.has(at + 1)) means.push(meanOf(x));
  }
  means.push(meanOf(layer(fifth, lastLayer, TUNED)));
  graph.add('Concat', means, { axis: -1 }, '', 'mean');
  return graph.model(TEXT, [{ name: 'mean', type: FLOAT, sizes: [1, WIDTH * means.length] }]);
}

/**
 * The same as far as the last layer's door, for tuning it: outputs `heard` (1 × 768), the means after layers 2 and 4, and
 * `tokens` (1 × n × 384, 16-bit floats), what the last layer reads.
 */
export function writeGraphBelow(weights: Weights): Buffer {
  const { graph, tokens, layer, meanOf } = network(weights);
  const means: string[] = [];
  let x = tokens();
  for (let at = 0; at < LAYERS - 1; at++) {
    x = layer(x, weights, layerName(at));
    if (HEARD.has(at + 1)) means.push(meanOf(x));
  }
  graph.add('Concat', means, { axis: -1 }, '', 'heard');
  graph.add('Cast', [x], { to: FLOAT16 }, '', 'tokens');
  return graph.model(TEXT, [
    { name: 'heard', type: FLOAT, sizes: [1, WIDTH * means.length] },
    { name: 'tokens', type: FLOAT16, sizes: [1, 'n', WIDTH] },
  ]);
}

const TEXT = [
  { name: 'ids', type: INT64, sizes: [1, 'n'] },
  { name: 'places', type: INT64, sizes: [1, 'n'] },
];

/** What the graphs are put together from. */
function network(weights: Weights) {
  const graph = blankGraph();
  const { add, constant } = graph;
  constant('by head', [4], INT64, BigInt64Array.from([1n, -1n, BigInt(HEADS), BigInt(WIDTH / HEADS)]));
  constant('whole width', [3], INT64, BigInt64Array.from([1n, -1n, BigInt(WIDTH)]));
  constant('tokens of a text', [1], INT64, BigInt64Array.of(1n));
  const number = (value: number): string => constant(`number ${value}`, [1], FLOAT, Float32Array.of(value));
  const plain = (from: Weights, name: string): string => {
    const tensor = from.get(name);
    return constant(name, tensor.shape, FLOAT, toFloats(tensor));
  };
  const times = (x: string, from: Weights, name: string): string => {
    const { shape, whole, steps } = toWhole(from.get(name));
    constant(`${name} whole`, shape, INT8, whole);
    constant(`${name} steps`, [steps.length], FLOAT, steps);
    constant(`${name} zero`, [steps.length], INT8, new Int8Array(steps.length));
    return add('DynamicQuantizeMatMul', [x, `${name} whole`, `${name} steps`, `${name} zero`], {}, 'com.microsoft');
  };
  const evenOut = (x: string, from: Weights, name: string): string => {
    const [scale, more] = [plain(from, `${name}.weight`), plain(from, `${name}.bias`)];
    return add('LayerNormalization', [x, scale, more], { axis: -1, epsilon: EPSILON });
  };

  /** Every token as the first layer reads it. */
  const tokens = (): string => {
    const words = weights.get('embeddings.word_embeddings.weight');
    const ofIds = add('Gather', [constant('words', words.shape, FLOAT16, words.halves), 'ids']);
    const word = add('Cast', [ofIds], { to: FLOAT });
    const place = add('Gather', [plain(weights, 'embeddings.position_embeddings.weight'), 'places']);
    const sentence = toFloats(weights.get('embeddings.token_type_embeddings.weight')).slice(0, WIDTH);
    const sum = add('Add', [add('Add', [word, place]), constant('first sentence', [WIDTH], FLOAT, sentence)]);
    return evenOut(sum, weights, 'embeddings.LayerNorm');
  };
  const layer = (x: string, from: Weights, name: string): string => {
    const linear = (y: string, part: string): string =>
      add('Add', [times(y, from, `${name}.${part}.weight`), plain(from, `${name}.${part}.bias`)]);
    const heads = (part: string, perm: readonly number[]): string =>
      add('Transpose', [add('Reshape', [linear(x, `attention.self.${part}`), 'by head'])], { perm });
    const match = add('MatMul', [heads('query', [0, 2, 1, 3]), heads('key', [0, 2, 3, 1])]);
    const share = add('Softmax', [add('Mul', [match, number(1 / Math.sqrt(WIDTH / HEADS))])], { axis: -1 });
    const seen = add('Transpose', [add('MatMul', [share, heads('value', [0, 2, 1, 3])])], { perm: [0, 2, 1, 3] });
    const attended = linear(add('Reshape', [seen, 'whole width']), 'attention.output.dense');
    const even = evenOut(add('Add', [x, attended]), from, `${name}.attention.output.LayerNorm`);
    const wide = linear(even, 'intermediate.dense');
    const bent = add('Add', [add('Erf', [add('Mul', [wide, number(Math.SQRT1_2)])]), number(1)]);
    const gelu = add('Mul', [add('Mul', [wide, number(0.5)]), bent]);
    return evenOut(add('Add', [even, linear(gelu, 'output.dense')]), from, `${name}.output.LayerNorm`);
  };
  const meanOf = (x: string): string => add('ReduceMean', [x, 'tokens of a text'], { keepdims: 0 });
  return { graph, tokens, layer, meanOf };
}

/** Of what is written where the tuned layer is the sixth itself: it tells one network from another. */
export const GRAPH_SHA256 = '08522bec8fdde5816246106cf287baa464ebf0e0d6bdef7cf69deeecbb30eb9d';

/** Tells one encoder from another, tuned layer and all: what was learnt with one says nothing of another. */
export const encoderMark = (): string => (mark ??= `${GRAPH_SHA256} ${lastLayerMark()}`);
let mark: string | null = null;

export const WIDTH = 384;
export const HEADS = 12;
const LAYERS = 6;
/** The layers whose means are given: the first ones keep words apart that the last one takes for the same. */
const HEARD: ReadonlySet<number> = new Set([2, 4, 6]);
export const EPSILON = 1e-12;
const MOST = 63;
const layerName = (at: number): string => `encoder.layer.${at}`;

/** The sixth layer as it is, under the names of the tuned one: where tuning begins. */
export const untuned = (weights: Weights): Weights => ({
  get: (name) => weights.get(name.replace(TUNED, layerName(LAYERS - 1))),
});

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
