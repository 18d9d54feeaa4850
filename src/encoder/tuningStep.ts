import { blankGraph, FLOAT, INT64 } from './onnx.ts';
import { LAYER_PARTS, TUNED } from './weights.ts';

/** How large the network is that is tuned; in tests, tiny. */
export type Sizes = {
  /** Numbers of a token. */
  readonly width: number;
  readonly heads: number;
  /** Numbers of the widest part of the layer. */
  readonly wide: number;
  /** Numbers of what was heard of a text before the last layer. */
  readonly heard: number;
  readonly situations: number;
};

export type StepPlan = {
  /** So much of the say is shared out among all situations: nobody is wholly sure. */
  readonly smoothing: number;
  /** How far apart the places are drawn. */
  readonly spread: number;
  readonly epsilon: number;
};

/** What is fitted, each with its shape: the layer, and the reading of places that is learnt beside it. */
export function partsOf({ width, wide, heard, situations }: Sizes): ReadonlyMap<string, readonly number[]> {
  const shapeOf = (name: string): readonly number[] => {
    if (name.includes('LayerNorm')) return [width];
    const [out, into] = name.startsWith('intermediate')
      ? [wide, width]
      : [width, name.startsWith('output') ? wide : width];
    return name.endsWith('bias') ? [out] : [out, into];
  };
  return new Map([
    ...LAYER_PARTS.map((name) => [`${TUNED}.${name}`, shapeOf(name)] as const),
    [ROWS, [heard + width, situations]],
    [ALWAYS, [situations]],
  ]);
}

/** The reading: a row for each number of a place, and what always counts. */
const ROWS = 'rows';
const ALWAYS = 'always';
export const isOfReading = (name: string): boolean => name === ROWS || name === ALWAYS;

/** By what name the step gives how much its errors lean on a part. */
export const slopeOf = (name: string): string => `slope of ${name}`;

/**
 * Writes one step of tuning the last layer, forward and back through it, as an ONNX model. Inputs, beside `partsOf`:
 * - `tokens` (texts × tokens × width), what the layer reads; short texts are filled up with nothing;
 * - `shares` (texts × tokens), one over a text's number of tokens, and 0 where it is filled up;
 * - `heard` (texts × heard), what was heard of each text before, drawn apart;
 * - `middle` (width), of the places that the layer gives;
 * - `right` (texts, 64-bit), the situation of each.
 *
 * Outputs: `loss`, summed over the texts; `places` (texts × width), each of length 1; and for every part its slopes, summed
 * over the texts.
 */
export function writeTuningStep(sizes: Sizes, { smoothing, spread, epsilon }: StepPlan): Buffer {
  const { width, heads, heard, situations } = sizes;
  const { add, constant, model } = blankGraph();
  const whole = (name: string, ...values: readonly number[]): string =>
    constant(name, [values.length], INT64, BigInt64Array.from(values, BigInt));
  const number = (value: number): string => constant(`number ${value}`, [1], FLOAT, Float32Array.of(value));
  const plus = (one: string, other: string): string => add('Add', [one, other]);
  const minus = (one: string, other: string): string => add('Sub', [one, other]);
  const times = (one: string, other: string): string => add('Mul', [one, other]);
  const product = (one: string, other: string): string => add('MatMul', [one, other]);
  const turn = (x: string, perm: readonly number[]): string => add('Transpose', [x], { perm });
  const reshape = (x: string, shape: string): string => add('Reshape', [x, shape]);
  const meanOf = (x: string): string => add('ReduceMean', [x, whole('last', -1)]);
  const sumOf = (x: string): string => add('ReduceSum', [x, whole('last', -1)]);
  const sumDown = (x: string, name: string): string =>
    add('ReduceSum', [x, whole('first', 0)], { keepdims: 0 }, '', slopeOf(name));

  const texts = add('Shape', ['tokens'], { end: 1 });
  const textsAndTokens = add('Shape', ['tokens'], { end: 2 });
  const byHead = add('Concat', [textsAndTokens, whole('heads', heads, width / heads)], { axis: 0 });
  const byText = add('Concat', [textsAndTokens, whole('width', width)], { axis: 0 });
  const tokenByToken = whole('token by token', -1, width);
  const textByText = whole('text by text', -1, width);
  const across = add('Concat', [texts, whole('one row', 1, -1)], { axis: 0 });
  const down = add('Concat', [texts, whole('one column', -1, 1)], { axis: 0 });

  // Forwards. Tokens of all texts stand in one matrix, a row each; only to look at one another are they told apart.
  const linear = (x: string, part: string): string =>
    add('Gemm', [x, `${TUNED}.${part}.weight`, `${TUNED}.${part}.bias`], { transB: 1 });
  const ones = constant('ones', [width], FLOAT, new Float32Array(width).fill(1));
  const evenOut = (x: string, part: string) => {
    const [even, mean, scale] = [`${part} even`, `${part} mean`, `${part} scale`];
    add('LayerNormalization', [x, ones], { axis: -1, epsilon }, '', [even, mean, scale]);
    const out = plus(times(even, `${TUNED}.${part}.weight`), `${TUNED}.${part}.bias`);
    return { even, scale, out };
  };
  const inHeads = (x: string): string => turn(reshape(x, byHead), [0, 2, 1, 3]);
  const outOfHeads = (x: string): string => reshape(turn(x, [0, 2, 1, 3]), tokenByToken);

  const x = reshape('tokens', tokenByToken);
  const [query, key, value] = ['query', 'key', 'value'].map((part) => inHeads(linear(x, `attention.self.${part}`))) as [
    string,
    string,
    string,
  ];
  const near = number(1 / Math.sqrt(width / heads));
  const far = times(minus(add('Sign', ['shares']), number(1)), number(NOT_LOOKED_AT));
  const farOff = reshape(far, add('Concat', [texts, whole('for all heads', 1, 1, -1)], { axis: 0 }));
  const match = plus(times(product(query, turn(key, [0, 1, 3, 2])), near), farOff);
  const looks = add('Softmax', [match], { axis: -1 });
  const seen = outOfHeads(product(looks, value));
  const first = evenOut(plus(x, linear(seen, 'attention.output.dense')), 'attention.output.LayerNorm');
  const wide = linear(first.out, 'intermediate.dense');
  const bend = times(plus(add('Erf', [times(wide, number(Math.SQRT1_2))]), number(1)), number(0.5));
  const bent = times(wide, bend);
  const second = evenOut(plus(first.out, linear(bent, 'output.dense')), 'output.LayerNorm');
  const mean = reshape(product(reshape('shares', across), reshape(second.out, byText)), textByText);
  const length = add('ReduceL2', [mean, whole('last', -1)]);
  const place = add('Div', [mean, length], {}, '', 'places');
  const apart = times(minus(place, 'middle'), number(spread));
  const placed = add('Concat', ['heard', apart], { axis: -1 });
  const sure = add('LogSoftmax', [add('Gemm', [placed, ROWS, ALWAYS])], { axis: -1 });
  constant('depth', [], INT64, BigInt64Array.of(BigInt(situations)));
  const little = smoothing / situations;
  constant('little and much', [2], FLOAT, Float32Array.of(little, 1 - smoothing + little));
  const wanted = add('OneHot', ['right', 'depth', 'little and much']);
  add('Neg', [add('ReduceSum', [times(wanted, sure)], { keepdims: 0 })], {}, '', 'loss');

  // Back again, from the errors to what they lean on.
  const turnedTimes = (one: string, other: string, name: string): string =>
    add('Gemm', [one, other], { transA: 1 }, '', slopeOf(name));
  const linearBack = (dy: string, from: string, part: string): string => {
    turnedTimes(dy, from, `${TUNED}.${part}.weight`);
    sumDown(dy, `${TUNED}.${part}.bias`);
    return add('Gemm', [dy, `${TUNED}.${part}.weight`]);
  };
  const evenBack = (dy: string, part: string, { even, scale }: { readonly even: string; readonly scale: string }) => {
    sumDown(times(dy, even), `${TUNED}.${part}.weight`);
    sumDown(dy, `${TUNED}.${part}.bias`);
    const back = times(dy, `${TUNED}.${part}.weight`);
    return times(scale, minus(back, plus(meanOf(back), times(even, meanOf(times(back, even))))));
  };

  const errors = minus(add('Exp', [sure]), wanted);
  turnedTimes(placed, errors, ROWS);
  sumDown(errors, ALWAYS);
  const ofRows = add('Slice', [ROWS, whole('from', heard), whole('to', heard + width), whole('first', 0)]);
  const toPlace = times(add('Gemm', [errors, ofRows], { transB: 1 }), number(spread));
  const toMean = add('Div', [minus(toPlace, times(place, sumOf(times(place, toPlace)))), length]);
  const toSecond = reshape(product(reshape('shares', down), reshape(toMean, across)), tokenByToken);
  const toLast = evenBack(toSecond, 'output.LayerNorm', second);
  const toBent = linearBack(toLast, bent, 'output.dense');
  const bell = times(add('Exp', [times(times(wide, wide), number(-0.5))]), number(1 / Math.sqrt(2 * Math.PI)));
  const toWide = times(toBent, plus(bend, times(wide, bell)));
  const toFirst = plus(toLast, linearBack(toWide, first.out, 'intermediate.dense'));
  const toAttended = evenBack(toFirst, 'attention.output.LayerNorm', first);
  const toSeen = inHeads(linearBack(toAttended, seen, 'attention.output.dense'));
  const toLooks = product(toSeen, turn(value, [0, 1, 3, 2]));
  const toMatch = times(times(looks, minus(toLooks, sumOf(times(toLooks, looks)))), near);
  const ends = {
    query: product(toMatch, key),
    key: product(turn(toMatch, [0, 1, 3, 2]), query),
    value: product(turn(looks, [0, 1, 3, 2]), toSeen),
  };
  for (const [part, end] of Object.entries(ends)) {
    const name = `${TUNED}.attention.self.${part}`;
    const flat = outOfHeads(end);
    turnedTimes(flat, x, `${name}.weight`);
    sumDown(flat, `${name}.bias`);
  }

  const parts = [...partsOf(sizes)];
  return model(
    [
      { name: 'tokens', type: FLOAT, sizes: ['texts', 'tokens', width] },
      { name: 'shares', type: FLOAT, sizes: ['texts', 'tokens'] },
      { name: 'heard', type: FLOAT, sizes: ['texts', heard] },
      { name: 'middle', type: FLOAT, sizes: [width] },
      { name: 'right', type: INT64, sizes: ['texts'] },
      ...parts.map(([name, shape]) => ({ name, type: FLOAT, sizes: shape })),
    ],
    [
      { name: 'loss', type: FLOAT, sizes: [] },
      { name: 'places', type: FLOAT, sizes: ['texts', width] },
      ...parts.map(([name, shape]) => ({ name: slopeOf(name), type: FLOAT, sizes: shape })),
    ],
  );
}

/** Added where a text is filled up, so that no token looks there. */
const NOT_LOOKED_AT = 1e4;
