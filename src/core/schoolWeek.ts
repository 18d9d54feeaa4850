import { dayInWords, readSchoolDay, schoolDayOf } from './schoolDay.ts';

declare const brand: unique symbol;
/** An ISO 8601 week of London days, `YYYY-Www`: Monday to Sunday, numbered by its Thursday's year. */
export type SchoolWeek = string & { readonly [brand]: 'SchoolWeek' };

const DAY_MS = 86_400_000;
const WEEK_MS = 7 * DAY_MS;

/** Midnight of the Monday of week 1: the week that holds 4 January. */
function firstMonday(year: number): number {
  const fourth = Date.UTC(year, 0, 4);
  return fourth - ((new Date(fourth).getUTCDay() + 6) % 7) * DAY_MS;
}

/** The week it is in London at an instant. */
export function schoolWeekOf(instant: Date): SchoolWeek {
  const day = Date.parse(`${schoolDayOf(instant)}T00:00:00Z`);
  const year = new Date(day).getUTCFullYear();
  const its = [year + 1, year].find((each) => firstMonday(each) <= day) ?? year - 1;
  const number = 1 + Math.floor((day - firstMonday(its)) / WEEK_MS);
  return `${its}-W${String(number).padStart(2, '0')}` as SchoolWeek;
}

/** @returns `null` where the year has no such week */
export function readSchoolWeek(value: unknown): SchoolWeek | null {
  if (typeof value !== 'string' || !/^\d{4}-W\d{2}$/.test(value)) return null;
  const monday = mondayOf(value as SchoolWeek);
  return schoolWeekOf(new Date(monday)) === value ? (value as SchoolWeek) : null;
}

const mondayOf = (week: SchoolWeek): number =>
  firstMonday(Number(week.slice(0, 4))) + (Number(week.slice(6)) - 1) * WEEK_MS;

/** `Week of 16 November 2026`. */
export function weekInWords(week: SchoolWeek): string {
  const day = readSchoolDay(new Date(mondayOf(week)).toISOString().slice(0, 10));
  return day === null ? week : `Week of ${dayInWords(day)}`;
}
