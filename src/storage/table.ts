import { odata, RestError, type TableClient, type TransactionAction } from '@azure/data-tables';
import type { z } from 'zod';
import { kindOf, type KeyRange } from './keys.ts';
import { readRow, type Row, toEntity } from './row.ts';
import { StorageError } from './storageError.ts';

/** What is being done, and to which id: `['file report', 'a1b2']`. Becomes the message of an error, and a count. */
export type Attempt = readonly [what: string, id?: string];

/** One request to the storage account, retries and further pages not counted apart. */
export type Operation = {
  readonly store: 'table' | 'blob';
  readonly method: 'get' | 'query' | 'transaction' | 'delete' | 'create' | 'put';
  /** The attempt it was part of, such as `file report`: never an id. */
  readonly name: string;
  /** Rows read or written. */
  readonly rows: number;
};
export type Observe = (operation: Operation) => void;

/**
 * One row of a transaction.
 *
 * `replace` holds against the etag that was read. `overwrite` and `remove` are for rows that another row of the same
 * transaction guards, or that are never changed in place: both want the row to be there, and fail where it is not.
 * `put` is for values where the last writer is right.
 */
export type Step =
  | { readonly act: 'create' | 'overwrite' | 'put'; readonly key: string; readonly value: unknown }
  | { readonly act: 'replace'; readonly key: string; readonly value: unknown; readonly etag: string }
  | { readonly act: 'remove'; readonly key: string };

export type Written =
  /** Etags by key, of the rows that are still there. */
  | { readonly kind: 'written'; readonly etags: ReadonlyMap<string, string> }
  /** Nothing was written: a row was there already (409), gone (404), or not as it was read (412). */
  | { readonly kind: 'conflict' };

/** What Azure takes in one transaction; the emulator as well. */
const MOST_STEPS = 100;
/** So long may one call take with all its retries: a person is waiting, and what they typed must come back to them. */
export const PATIENCE_MS = 5_000;

const CONFLICTS = [404, 409, 412];
const MOST_ROWS_A_PAGE = 1_000;

export type Table = ReturnType<typeof openTable>;

/** Table storage as the room uses it: rows of JSON, key ranges, transactions. Everything unexpected is a StorageError. */
export function openTable(client: TableClient, observe: Observe) {
  /** @returns `null` only where the service says that there is no such row; a missing table is not that */
  async function read<T>(
    attempt: Attempt,
    partition: string,
    key: string,
    reader: z.ZodType<T>,
  ): Promise<Row<T> | null> {
    observe({ store: 'table', method: 'get', name: attempt[0], rows: 1 });
    try {
      return readRow(await client.getEntity(partition, key, { abortSignal: patience() }), reader);
    } catch (error) {
      if (isMissingRow(error)) return null;
      throw failed(attempt, kindOf(key), error);
    }
  }

  /** Rows of one partition between two keys, in key order, up to `most`. */
  async function range<T>(
    attempt: Attempt,
    partition: string,
    { after, before }: KeyRange,
    reader: z.ZodType<T>,
    most = Infinity,
  ): Promise<readonly Row<T>[]> {
    const rows: Row<T>[] = [];
    try {
      const filter = odata`PartitionKey eq ${partition} and RowKey gt ${after} and RowKey lt ${before}`;
      const pages = client
        .listEntities({ queryOptions: { filter }, abortSignal: patience() })
        .byPage({ maxPageSize: Math.min(most, MOST_ROWS_A_PAGE) });
      // A page may be short, or empty, and more may follow it.
      for await (const page of pages) {
        observe({ store: 'table', method: 'query', name: attempt[0], rows: page.length });
        rows.push(...page.map((entity) => readRow(entity, reader)));
        if (rows.length >= most) break;
      }
    } catch (error) {
      throw failed(attempt, kindOf(after), error);
    }
    return rows.slice(0, most);
  }

  /** Writes all of it or nothing, in one partition. */
  async function write(attempt: Attempt, partition: string, steps: readonly Step[]): Promise<Written> {
    if (steps.length > MOST_STEPS) throw new StorageError(`${attempt.join(' ')}: ${steps.length} rows at once`);
    const actions = steps.map((step) => toAction(partition, step));
    observe({ store: 'table', method: 'transaction', name: attempt[0], rows: steps.length });
    try {
      const { subResponses } = await client.submitTransaction(actions, { abortSignal: patience() });
      // Answers come in the order of the steps. The service's lines end in CRLF and the SDK leaves the CR in.
      const etags = steps.flatMap(({ key }, index): (readonly [string, string])[] => {
        const etag = subResponses[index]?.etag?.trim();
        return etag === undefined ? [] : [[key, etag]];
      });
      return { kind: 'written', etags: new Map(etags) };
    } catch (error) {
      if (isConflict(error)) return { kind: 'conflict' };
      throw failed(attempt, [...new Set(steps.map(({ key }) => kindOf(key)))].join(', '), error);
    }
  }

  /** Deletes one row as it was read. A transaction of the SDK cannot: it deletes whatever stands there. */
  async function removeAsRead(
    attempt: Attempt,
    partition: string,
    key: string,
    etag: string,
  ): Promise<'removed' | 'changed'> {
    observe({ store: 'table', method: 'delete', name: attempt[0], rows: 1 });
    try {
      await client.deleteEntity(partition, key, { etag, abortSignal: patience() });
      return 'removed';
    } catch (error) {
      if (isConflict(error)) return 'changed';
      throw failed(attempt, kindOf(key), error);
    }
  }

  return { read, range, write, removeAsRead };
}

export const patience = () => AbortSignal.timeout(PATIENCE_MS);

/** The etag of a row that was just written. */
export function etagOf(written: Extract<Written, { kind: 'written' }>, key: string): string {
  const etag = written.etags.get(key);
  if (etag === undefined) throw new StorageError(`learn the version of row ${key}`);
  return etag;
}

function toAction(partition: string, step: Step): TransactionAction {
  switch (step.act) {
    case 'create':
      return ['create', toEntity(partition, step.key, step.value)];
    case 'replace':
      return ['update', toEntity(partition, step.key, step.value), 'Replace', { etag: step.etag }];
    case 'overwrite':
      return ['update', toEntity(partition, step.key, step.value), 'Replace', { etag: '*' }];
    case 'put':
      return ['upsert', toEntity(partition, step.key, step.value), 'Replace'];
    case 'remove':
      return ['delete', { partitionKey: partition, rowKey: step.key }];
  }
}

/** A table that is not there answers 404 too: that is storage letting us down, and says nothing of rows. */
const isOfRows = (error: RestError) => !JSON.stringify([error.code, error.details]).includes('TableNotFound');
const isMissingRow = (error: unknown) => error instanceof RestError && error.statusCode === 404 && isOfRows(error);
const isConflict = (error: unknown) =>
  error instanceof RestError && CONFLICTS.includes(error.statusCode ?? 0) && isOfRows(error);

const failed = ([what, id]: Attempt, kinds: string, error: unknown) =>
  error instanceof StorageError
    ? error
    : new StorageError(`${what}${id === undefined ? '' : ` ${id}`} (${kinds})`, error);
