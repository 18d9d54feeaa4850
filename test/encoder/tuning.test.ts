import { firstWordOf } from './workers/ask.ts';
import type { Found } from './workers/tuning.ts';

describe('tuning a tiny layer', () => {
  const found = firstWordOf<Found>('tuning.ts');

  // Along the slopes the loss rises by their length, and by nothing else: one wrong number among them makes it rise less.
  it('knows how the loss leans on every part', async () => {
    const { slopes } = await found;
    expect(slopes).toHaveLength(18);
    for (const { name, length, rise } of slopes) {
      // What is added to every key alike changes nobody's look.
      if (name.endsWith('key.bias')) expect(length).toBeLessThan(1e-4);
      else expect({ name, ratio: Number((rise / length).toFixed(2)) }).toEqual({ name, ratio: 1 });
    }
  });

  it('gives a text the same place alone as filled up beside longer ones', async () => {
    expect((await found).farthest).toBeLessThan(1e-5);
  });

  it('lowers the loss, and gives the same twice, to the byte', async () => {
    const { losses, otherwise } = await found;
    expect(losses.at(-1)).toBeLessThan(0.7 * (losses[0] ?? 0));
    expect(otherwise).toEqual([]);
  });
});
