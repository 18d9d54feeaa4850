import { z } from 'zod';
import type { Policy } from './policy.ts';

/**
 * How often each situation is asked about: of the questions of people who could ask what they liked, so many were about it. It is
 * content, for a person to mend; a situation that is not named was never asked about.
 */
export const askedCounts = z.record(z.string(), z.number().int().positive());
export type AskedCounts = Readonly<z.infer<typeof askedCounts>>;

/** What nobody happened to ask may be asked next: each situation counts as asked about by so much of an even share besides. */
const EVEN_SHARES = 0.5;

/**
 * What the counts add to how likely each situation is, before a question's words are looked at: logarithms, one for each of
 * `situations`, all 0 where nothing was counted. Rare as they are, an emergency is never made less likely.
 */
export function askedOften(counts: AskedCounts, situations: readonly string[], policy: Policy): Float32Array {
  const asked = situations.map((id) => counts[id] ?? 0);
  const evenShare = asked.reduce((sum, count) => sum + count, 0) / situations.length;
  if (!(evenShare > 0)) return new Float32Array(situations.length);
  return Float32Array.from(situations, (id, at) => {
    const often = Math.log(((asked[at] ?? 0) / evenShare + EVEN_SHARES) / (1 + EVEN_SHARES));
    return policy.situations.get(id)?.verdict === 'emergency' ? Math.max(0, often) : often;
  });
}
