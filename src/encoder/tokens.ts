import { Tokenizer } from '@huggingface/tokenizers';
import { modelFile } from './weights.ts';

/** The network was trained on texts of up to 128 tokens, about a hundred words. */
const MOST_TOKENS = 128;
/** Marks of the beginning and the end. */
const FRAME = 2;

/** Cuts a text into the pieces of words that the network knows, as their numbers. */
export function tokenCutter(): (text: string) => readonly number[] {
  const tokenizer = new Tokenizer(JSON.parse(modelFile('tokenizer.json').toString('utf8')) as object, {});
  return (text) => middleLeftOut(tokenizer.encode(text).ids);
}

/** A story's point is in its beginning or its end, so both are kept. */
export function middleLeftOut(ids: readonly number[]): readonly number[] {
  if (ids.length <= MOST_TOKENS) return ids;
  const half = (MOST_TOKENS - FRAME) / 2 + 1;
  return [...ids.slice(0, half), ...ids.slice(-half)];
}
