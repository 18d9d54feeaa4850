/**
 * A text's place among English sentences, in four parts: what three layers of the encoder make of it, one after the other, from
 * words to sense, and what the last of them makes of it when it is tuned to what is asked here. Each part is as long as the
 * others, and three together have length 1.
 */
const PARTS = 4;
/** So many parts have length 1 together. */
export const OF_LENGTH_ONE = 3;

/** Makes a place, or the first parts of one, of what the layers gave. In place. */
export function toPlace(means: Float32Array, parts = PARTS): Float32Array {
  const width = means.length / parts;
  for (let from = 0; from < means.length; from += width) {
    const part = toLengthOne(means.subarray(from, from + width));
    for (let at = 0; at < width; at++) part[at] = (part[at] ?? 0) / Math.sqrt(OF_LENGTH_ONE);
  }
  return means;
}

// A place is read twice, three parts each time.
/** The share of its numbers that come first in both: those of the first two parts. */
export const SHARE_IN_BOTH = 2 / PARTS;
/** As it is without tuning. */
export const plainParts = (place: Float32Array): Float32Array => place.slice(0, 3 * (place.length / PARTS));
/** With the tuned part instead of the last layer's. */
export function tunedParts(place: Float32Array): Float32Array {
  const width = place.length / PARTS;
  const parts = place.slice(0, 3 * width);
  parts.set(place.subarray(3 * width), 2 * width);
  return parts;
}

/** The last layer alone as it is untuned, of length 1: what means the same stands near in it. */
export function senseOf(place: Float32Array): Float32Array {
  const width = place.length / PARTS;
  return toLengthOne(place.slice(2 * width, 3 * width));
}

/** In place. */
export function toLengthOne(vector: Float32Array): Float32Array {
  let squares = 0;
  for (const value of vector) squares += value * value;
  const length = Math.sqrt(squares) || 1;
  for (let at = 0; at < vector.length; at++) vector[at] = (vector[at] ?? 0) / length;
  return vector;
}
