/**
 * A text's place among English sentences: what three layers of the encoder make of it, one after the other, from words to sense.
 * Each is as long as the others, and all together have length 1.
 */
const LAYERS = 3;

/** Makes a place of what the layers gave. In place. */
export function toPlace(means: Float32Array): Float32Array {
  const width = means.length / LAYERS;
  for (let from = 0; from < means.length; from += width) {
    const layer = toLengthOne(means.subarray(from, from + width));
    for (let at = 0; at < width; at++) layer[at] = (layer[at] ?? 0) / Math.sqrt(LAYERS);
  }
  return means;
}

/** The last layer alone, of length 1: what means the same stands near in it. */
export const senseOf = (place: Float32Array): Float32Array =>
  toLengthOne(place.slice(place.length - place.length / LAYERS));

/** In place. */
export function toLengthOne(vector: Float32Array): Float32Array {
  let squares = 0;
  for (const value of vector) squares += value * value;
  const length = Math.sqrt(squares) || 1;
  for (let at = 0; at < vector.length; at++) vector[at] = (vector[at] ?? 0) / length;
  return vector;
}
