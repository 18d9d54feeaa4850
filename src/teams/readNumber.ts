/**
 * A number that a card carried or a choice gave: of a picture, or of a question. Cards send it as a number or as its digits;
 * `true`, an empty text or a list is no number, although JavaScript would make one of it.
 */
export function readNumber(value: unknown): number | null {
  const number = typeof value === 'string' && /^\d{1,6}$/.test(value) ? Number(value) : value;
  return typeof number === 'number' && Number.isInteger(number) && number > 0 ? number : null;
}
