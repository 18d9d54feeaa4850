/**
 * London calendar days and months, kept apart from instants: a rule holds for a day at the school, wherever the
 * machine stands.
 */
declare const brand: unique symbol;
/** `YYYY-MM-DD`, a day that exists. */
export type SchoolDay = string & { readonly [brand]: 'SchoolDay' };
/** `YYYY-MM`. */
export type SchoolMonth = string & { readonly [brand]: 'SchoolMonth' };

const MONTHS = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
];

export function readSchoolDay(value: unknown): SchoolDay | null {
  if (typeof value !== 'string' || !/^\d{4}-\d{2}-\d{2}$/.test(value)) return null;
  const instant = new Date(`${value}T00:00:00Z`);
  return !Number.isNaN(instant.getTime()) && instant.toISOString().startsWith(value) ? (value as SchoolDay) : null;
}

export function readSchoolMonth(value: unknown): SchoolMonth | null {
  return typeof value === 'string' && /^\d{4}-(0[1-9]|1[0-2])$/.test(value) ? (value as SchoolMonth) : null;
}

const london = new Intl.DateTimeFormat('en-GB', {
  timeZone: 'Europe/London',
  year: 'numeric',
  month: '2-digit',
  day: '2-digit',
});

const HOUR_MS = 60 * 60_000;
/** Of the last hour that was asked about. The calendar is slow to ask, and every turn wants to know. */
let known: { readonly hour: number; readonly day: SchoolDay } | null = null;

/** The day it is in London at an instant. A day there begins on a whole hour of universal time. */
export function schoolDayOf(instant: Date): SchoolDay {
  const hour = Math.floor(instant.getTime() / HOUR_MS);
  if (known?.hour !== hour) known = { hour, day: dayInLondon(instant) };
  return known.day;
}

function dayInLondon(instant: Date): SchoolDay {
  const parts = new Map(london.formatToParts(instant).map(({ type, value }) => [type, value]));
  return `${parts.get('year')}-${parts.get('month')}-${parts.get('day')}` as SchoolDay;
}

export const monthOf = (day: SchoolDay): SchoolMonth => day.slice(0, 7) as SchoolMonth;

/** Whether the whole month lies before the day. */
export const isOver = (month: SchoolMonth, on: SchoolDay): boolean => monthOf(on) > month;

/** `2025-11` → `November 2025`. */
export const monthInWords = (month: SchoolMonth): string =>
  `${MONTHS[Number(month.slice(5)) - 1] ?? month} ${month.slice(0, 4)}`;

/** `2018-02-05` → `5 February 2018`. */
export const dayInWords = (day: SchoolDay): string => `${Number(day.slice(8))} ${monthInWords(monthOf(day))}`;
