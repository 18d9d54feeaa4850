import fc from 'fast-check';
import { readSchoolWeek, schoolWeekOf, weekInWords } from '../../src/core/schoolWeek.ts';

describe('a school week', () => {
  it.each([
    ['2026-01-01T12:00:00Z', '2026-W01', 'a year that begins on a Thursday'],
    ['2027-01-03T12:00:00Z', '2026-W53', 'the last Sunday of a long year, in the next'],
    ['2025-12-29T00:00:00Z', '2026-W01', 'a Monday of the old year'],
    ['2026-11-22T23:59:59Z', '2026-W47', 'the last second of a Sunday'],
    ['2026-11-23T00:00:00Z', '2026-W48', 'the first of a Monday'],
    ['2026-06-07T22:59:59Z', '2026-W23', 'a Sunday evening in summer'],
    ['2026-06-07T23:00:00Z', '2026-W24', 'midnight in London, before midnight elsewhere'],
  ])('%s is in %s: %s', (instant, week) => expect(schoolWeekOf(new Date(instant))).toBe(week));

  it('is the same from its Monday to its Sunday, and is read as it is written', () => {
    fc.assert(
      fc.property(fc.date({ min: new Date('2000-01-03'), max: new Date('2099-12-31'), noInvalidDate: true }), (at) => {
        const week = schoolWeekOf(at);
        expect(readSchoolWeek(week)).toBe(week);
        expect([week, schoolWeekOf(new Date(at.getTime() + 7 * 86_400_000))]).not.toEqual([week, week]);
      }),
    );
  });

  it.each([['2026-W00'], ['2026-W54'], ['2025-W53'], ['2026-w01'], ['2026-W1'], [''], [7]])('%p is no week', (value) =>
    expect(readSchoolWeek(value)).toBeNull(),
  );

  it('is named by its Monday', () =>
    expect(weekInWords(schoolWeekOf(new Date('2026-11-22T12:00:00Z')))).toBe('Week of 16 November 2026'));
});
