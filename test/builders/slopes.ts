import type { Slopes } from '../../src/core/policy/placing.ts';
import { softmax } from '../../src/core/policy/train.ts';

/** The sums of learning from places as one would write them down: to compare others with. */
export const plainSlopes: Slopes = (places, right, rows) => {
  const height = places.length / right.length;
  const situations = rows.length / height;
  const slopes = new Float32Array(rows.length);
  for (const [example, situation] of right.entries()) {
    const place = places.subarray(example * height, (example + 1) * height);
    const errors = Float32Array.from({ length: situations }, (_none, at) =>
      place.reduce((sum, value, row) => sum + value * (rows[row * situations + at] ?? 0), 0),
    );
    softmax(errors);
    errors[situation] = (errors[situation] ?? 0) - 1;
    for (const [row, value] of place.entries()) {
      for (const [at, error] of errors.entries()) {
        const entry = row * situations + at;
        slopes[entry] = (slopes[entry] ?? 0) + value * error;
      }
    }
  }
  return Promise.resolve(slopes);
};
