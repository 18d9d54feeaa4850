import type { Reader } from '../core/policy/words.ts';
import type { SentenceEncoder } from '../flows/ports.ts';

/** So many texts wait with an encoder, so that it never waits for the next; few enough that none waits long. */
const WAITING = 8;

/**
 * Every text's place among English sentences, in order; each as a question is spelt before it is placed.
 *
 * @param encoders  share the work
 * @throws where one is away: what would be learnt without it is not what is wanted
 */
export async function placesOf(
  texts: readonly string[],
  reader: Reader,
  encoders: readonly SentenceEncoder[],
): Promise<readonly Float32Array[]> {
  const places: Float32Array[] = [];
  const next = texts.entries();
  const work = async (encoder: SentenceEncoder): Promise<void> => {
    for (const [at, text] of next) {
      const place = await encoder.encode(reader.spelt(text));
      if (!place) throw new Error('The sentence encoder is away, and nothing is learnt without it');
      places[at] = place;
    }
  };
  await Promise.all(encoders.flatMap((encoder) => Array.from({ length: WAITING }, () => work(encoder))));
  return places;
}
