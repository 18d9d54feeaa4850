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
/** Tables say their code deep in the answer's body, blobs and sockets beside the status. */
const CODE_BELOW: Readonly<Record<string, string>> = { details: 'odataError', odataError: 'code' };
function codeOf(error: object): string | undefined {
  if ('code' in error && typeof error.code === 'string') return error.code;
  for (const [above, below] of Object.entries(CODE_BELOW)) {
    const inner: unknown = above in error ? Reflect.get(error, above) : undefined;
    if (typeof inner === 'object' && inner !== null && below in inner) return codeOf(inner);
  }
  return undefined;
}

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
