import fc from 'fast-check';
import { firstAddress, splitAddresses } from '../../../src/core/report/addresses.ts';

const addressesIn = (text: string) =>
  splitAddresses(text).flatMap(({ kind, text: part }) => (kind === 'address' ? [part] : []));

describe('addresses in what people type', () => {
  it.each([
    ['see https://example.test/groups/42?post=7#c1.', ['https://example.test/groups/42?post=7#c1']],
    [
      '(it is at www.example.test/a_(b)), and http://second.example.test!',
      ['www.example.test/a_(b)', 'http://second.example.test'],
    ],
    ['copied from the phone: m.example.com/story/1', ['m.example.com/story/1']],
    ['“https://example.test/x”', ['https://example.test/x']],
    ['HTTPS://EXAMPLE.TEST/A', ['HTTPS://EXAMPLE.TEST/A']],
    ['https://bücher.example.test/ä', ['https://bücher.example.test/ä']],
  ])('are found in %j', (text, expected) => {
    expect(addressesIn(text)).toEqual(expected);
  });

  it.each([
    'nothing here',
    'on example.com, I think',
    'write to office@school.example.com/help',
    'either/or, 24/7, Year 3/4',
    'javascript:alert(1)',
    'v1.2/3',
  ])('are not found in %j', (text) => {
    expect(addressesIn(text)).toEqual([]);
    expect(firstAddress(text)).toBeNull();
  });

  it('leave every sign of the text where it was', () => {
    const text = fc.array(fc.constantFrom('https://', 'www.', 'a.com/', 'x', ' ', '.', ')', '(', '@', '\n', '💥'));
    fc.assert(
      fc.property(text, (parts) => {
        const whole = parts.join('');
        expect(
          splitAddresses(whole)
            .map((piece) => piece.text)
            .join(''),
        ).toBe(whole);
      }),
    );
  });
});
