import { plainParts, senseOf, toPlace, tunedParts } from '../../../src/core/policy/place.ts';

describe('a place', () => {
  const place = toPlace(Float32Array.of(2, 0, 0, 5, 3, 4, -1, 0));
  const third = Math.fround(1 / Math.sqrt(3));

  it('has four parts of one length', () => {
    const [ofFirst, ofSecond] = [place.slice(0, 2), place.slice(2, 4)];
    expect([...ofFirst, ...ofSecond]).toEqual([third, 0, 0, third]);
    for (let from = 0; from < 8; from += 2) expect(Math.hypot(...place.slice(from, from + 2))).toBeCloseTo(third, 6);
  });

  it('is made part by part, so that the first two alone come out the same', () => {
    expect([...toPlace(Float32Array.of(2, 0, 0, 5), 2)]).toEqual([...place.slice(0, 4)]);
  });

  it('is read as it is, and with the tuned part instead of the last', () => {
    expect([...plainParts(place)]).toEqual([...place.slice(0, 6)]);
    expect([...tunedParts(place)]).toEqual([...place.slice(0, 4), ...place.slice(6)]);
  });

  it('has its sense in the last layer as it is without tuning', () => {
    const sense = [...senseOf(place)];
    expect(sense[0]).toBeCloseTo(0.6, 6);
    expect(sense[1]).toBeCloseTo(0.8, 6);
  });
});
