import {
  isCutShort,
  LONGEST_CAPTION,
  LONGEST_LINK,
  readPictureWords,
  wordsOfMessage,
} from '../../../src/core/report/pictureWords.ts';

describe('what is said of a picture', () => {
  it.each<[string, string, ReturnType<typeof readPictureWords>]>([
    ['', '  ', undefined],
    [' seen on the bus ', '', { caption: 'seen on the bus' }],
    ['', ' example.test/a\n', { link: 'example.test/a' }],
    ['two\r\nlines\u2028three', 'a\nb', { caption: 'two\nlines\nthree', link: 'a b' }],
    ['bell\u0007 and \ud800 half', '', { caption: 'bell  and \ufffd half' }],
  ])('is read from %j and %j', (caption, link, expected) => {
    expect(readPictureWords(caption, link)).toEqual(expected);
  });

  it('is no longer than a row has room for', () => {
    const words = readPictureWords('a'.repeat(5_000), 'b'.repeat(5_000));
    expect([words?.caption?.length, words?.link?.length]).toEqual([LONGEST_CAPTION, LONGEST_LINK]);
    expect([isCutShort('a'.repeat(LONGEST_CAPTION)), isCutShort('a'.repeat(LONGEST_CAPTION + 1))]).toEqual([
      false,
      true,
    ]);
  });

  it.each<[string, ReturnType<typeof wordsOfMessage>]>([
    ['', undefined],
    ['this is the second comment', { caption: 'this is the second comment' }],
    ['https://example.test/p/1', { link: 'https://example.test/p/1' }],
    [
      'from https://example.test/p/1, last night',
      { caption: 'from https://example.test/p/1, last night', link: 'https://example.test/p/1' },
    ],
  ])('is taken from the message %j', (text, expected) => {
    expect(wordsOfMessage(text)).toEqual(expected);
  });
});
