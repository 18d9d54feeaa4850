import type { Known } from './learning.ts';
import type { Reading } from './words.ts';

/** The known texts that share most with a question, most alike first: shared stems, a rare one counting more. */
export function mostAlike({ stems }: Reading, known: readonly Known[], most: number): readonly Known[] {
  const sets = known.map(({ reading }) => new Set(reading.stems));
  const seenIn = new Map<string, number>();
  for (const set of sets) for (const stem of set) seenIn.set(stem, (seenIn.get(stem) ?? 0) + 1);
  const telling = (stem: string): number => Math.log(1 + known.length / (seenIn.get(stem) ?? 1)) ** 2;
  const asked = new Set(stems);
  const likeness = sets.map((set) => {
    let [shared, whole] = [0, 0];
    for (const stem of set) {
      whole += telling(stem);
      if (asked.has(stem)) shared += telling(stem);
    }
    return shared / Math.sqrt(whole || 1);
  });
  return known
    .map((one, at) => ({ one, likeness: likeness[at] ?? 0 }))
    .filter((one) => one.likeness > 0)
    .sort((one, other) => other.likeness - one.likeness)
    .slice(0, most)
    .map(({ one }) => one);
}
