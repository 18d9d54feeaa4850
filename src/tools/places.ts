import type { Reader } from '../core/policy/words.ts';
import type { SentenceEncoder } from '../flows/ports.ts';

/**
 * Every text's place among English sentences, in order; each as a question is spelt before it is placed.
 *
 * @throws where the encoder is away: what would be learnt without it is not what is wanted
 */
export async function placesOf(
  texts: readonly string[],
  reader: Reader,
  encoder: SentenceEncoder,
): Promise<readonly Float32Array[]> {
  const places: Float32Array[] = [];
  for (const text of texts) {
    const place = await encoder.encode(reader.spelt(text));
    if (!place) throw new Error('The sentence encoder is away, and nothing is learnt without it');
    places.push(place);
  }
  return places;
}
