import { mostAlike } from '../../../src/core/policy/alike.ts';
import { wordReader } from '../../../src/core/policy/words.ts';

const reader = wordReader({ shortForms: {}, concepts: {} });
const known = ['may I post a photo', 'may I post a photo of the choir', 'who may post', 'a parrot in the hall'].map(
  (text, situation) => ({ text, reading: reader.read(text), situation }),
);
const alike = (question: string, most = 5) => mostAlike(reader.read(question), known, most).map(({ text }) => text);

describe('the phrasings most alike', () => {
  it('share most with the question, rare words counting more', () => {
    expect(alike('a photo of our choir', 2)).toEqual(['may I post a photo of the choir', 'may I post a photo']);
    expect(alike('keep a parrot')[0]).toBe('a parrot in the hall');
  });

  it('are none where no word is shared', () => {
    expect(alike('zebra')).toEqual([]);
  });
});
