import {
  dayInWords,
  isOver,
  monthInWords,
  readSchoolDay,
  readSchoolMonth,
  schoolDayOf,
} from '../../src/core/schoolDay.ts';

const day = (text: string) => {
  const read = readSchoolDay(text);
  if (!read) throw new Error(`${text} is not a day`);
  return read;
};
const month = (text: string) => {
  const read = readSchoolMonth(text);
  if (!read) throw new Error(`${text} is not a month`);
  return read;
};

describe('a school day', () => {
  it.each(['2026-02-29', '2026-13-01', '2026-1-1', '26-01-01', '', 'today', '2026-11-22T10:00:00Z', null, 20261122])(
    'is not %p',
    (text) => expect(readSchoolDay(text)).toBeNull(),
  );

  it('is the day in London, whatever the clock of the machine says', () => {
    expect(schoolDayOf(new Date('2026-07-01T22:59:00Z'))).toBe('2026-07-01');
    expect(schoolDayOf(new Date('2026-07-01T23:01:00Z'))).toBe('2026-07-02');
    expect(schoolDayOf(new Date('2026-12-31T23:59:00Z'))).toBe('2026-12-31');
  });

  it('is written as people write it', () => {
    expect(dayInWords(day('2018-02-05'))).toBe('5 February 2018');
    expect(monthInWords(month('2025-11'))).toBe('November 2025');
  });

  it('lies after a month only when the whole month is over', () => {
    expect(isOver(month('2025-11'), day('2025-11-30'))).toBe(false);
    expect(isOver(month('2025-11'), day('2025-12-01'))).toBe(true);
    expect(isOver(month('2025-11'), day('2024-12-31'))).toBe(false);
  });
});
