const LONDON = 'Europe/London';
const day = new Intl.DateTimeFormat('en-GB', {
  timeZone: LONDON,
  weekday: 'long',
  day: 'numeric',
  month: 'long',
  year: 'numeric',
});
const shortDay = new Intl.DateTimeFormat('en-GB', {
  timeZone: LONDON,
  day: 'numeric',
  month: 'short',
  year: 'numeric',
});
const clock = new Intl.DateTimeFormat('en-GB', {
  timeZone: LONDON,
  hour: '2-digit',
  minute: '2-digit',
  hourCycle: 'h23',
});

/** `Sunday 22 November 2026 at 14:46`, in London, from an ISO instant. */
export const inLondon = (instant: string): string => {
  const at = new Date(instant);
  return `${day.format(at).replace(',', '')} at ${clock.format(at)}`;
};

/** `22 Nov 2026, 14:46`, in London, from an ISO instant. */
export const inLondonShort = (instant: string): string => {
  const at = new Date(instant);
  return `${shortDay.format(at)}, ${clock.format(at)}`;
};

/** `14:46`, in London, from an ISO instant. */
export const clockInLondon = (instant: string): string => clock.format(new Date(instant));
