/**
 * Storage let us down: unreachable, too slow, refusing, or holding a row that cannot be read. Something that is merely
 * missing is never this error, and this error never means that something is missing.
 *
 * The message says what was attempted and what was found: kinds of row, ids and status codes, nothing that a person wrote.
 */
export class StorageError extends Error {
  override readonly name = 'StorageError';
  constructor(attempt: string, cause?: unknown) {
    super(`Cannot ${attempt}${foundIn(cause)}`, cause === undefined ? undefined : { cause: withoutRequest(cause) });
  }
}

const statusOf = (error: object): number | undefined =>
  'statusCode' in error && typeof error.statusCode === 'number' ? error.statusCode : undefined;
const codeOf = (error: object): string | undefined =>
  'code' in error && typeof error.code === 'string' ? error.code : undefined;

function foundIn(cause: unknown): string {
  if (typeof cause !== 'object' || cause === null) return '';
  const found = [statusOf(cause), codeOf(cause)].filter((part) => part !== undefined).join(' ');
  if (found !== '') return `: ${found}`;
  return cause instanceof Error ? `: ${cause.name}` : '';
}

/**
 * The SDK's errors carry the request, and with it the body: a child's story. What is passed on is the error's kind and
 * where it arose, never the request, and not the message either, which can quote it.
 */
function withoutRequest(cause: unknown): Error {
  if (!(cause instanceof Error)) return new Error('not an error');
  const bare = new Error(foundIn(cause).replace(/^: /, ''));
  bare.name = cause.name;
  const where = cause.stack?.split('\n').filter((line) => /^\s+at /.test(line));
  if (where !== undefined) bare.stack = [`${bare.name}: ${bare.message}`, ...where].join('\n');
  return bare;
}
