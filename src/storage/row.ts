import type { TableEntity } from '@azure/data-tables';
import type { z } from 'zod';
import { StorageError } from './storageError.ts';

/** The version of the rows' shape. A later one gets its own readers; a row of a version not known here is refused. */
export const SCHEMA = 1;

/** A property takes 64 KiB, that is 32,768 UTF-16 units; an entity 1 MiB with all its names. The emulator checks neither. */
const MOST_UNITS = 32_000;
const MOST_PARTS = 15;

/** A row as stored: the value as JSON, in as many properties as it needs. */
export type Row<T> = { readonly key: string; readonly value: T; readonly etag: string };

/**
 * @throws StorageError where the value is larger than a row can be; the limits on fields and pictures keep below that
 */
export function toEntity(partition: string, key: string, value: unknown): TableEntity {
  const parts = inParts(toJson(value));
  if (parts.length > MOST_PARTS) throw new StorageError(`keep row ${key}, which is larger than a row can be`);
  return {
    partitionKey: partition,
    rowKey: key,
    schema: SCHEMA,
    parts: parts.length,
    ...Object.fromEntries(parts.map((part, index) => [`json${index}`, part])),
  };
}

/**
 * A transaction travels as lines of text, and there are readers of it, the emulator's among them, that take these three
 * for the end of a line. JSON can say them without holding them.
 */
const LINE_ENDS = /[\u0085\u2028\u2029]/g;
const toJson = (value: unknown): string =>
  JSON.stringify(value).replace(LINE_ENDS, (end) => `\\u${end.charCodeAt(0).toString(16).padStart(4, '0')}`);

/** Never between the two halves of a character outside the basic plane: half of one does not survive the wire. */
function inParts(text: string): readonly string[] {
  const parts: string[] = [];
  for (let from = 0; from < text.length;) {
    let to = Math.min(from + MOST_UNITS, text.length);
    const last = text.charCodeAt(to - 1);
    if (to < text.length && last >= 0xd800 && last <= 0xdbff) to -= 1;
    parts.push(text.slice(from, to));
    from = to;
  }
  return parts;
}

/**
 * @throws StorageError naming the row and its schema, where a reader does not know it. It is never skipped: a list
 *   that leaves out a report says that there is none
 */
export function readRow<T>(entity: Readonly<Record<string, unknown>>, reader: z.ZodType<T>): Row<T> {
  const { rowKey, schema, parts, etag } = entity;
  const key = typeof rowKey === 'string' ? rowKey : '(without key)';
  const unreadable = (why: string) => new StorageError(`read row ${key} (schema ${String(schema)}): ${why}`);
  if (schema !== SCHEMA) throw unreadable(`this version reads schema ${SCHEMA}`);
  if (typeof parts !== 'number' || typeof etag !== 'string') throw unreadable('it is not a row of ours');
  const texts = Array.from({ length: parts }, (_none, index) => entity[`json${index}`]);
  const value = parsed(texts.every((text) => typeof text === 'string') ? texts.join('') : '');
  const read = reader.safeParse(value);
  if (!read.success) {
    // Which fields, and what was expected of them; what stands in them is not said.
    const fields = read.error.issues.map(({ path, code }) => `${path.join('.') || 'value'} ${code}`);
    throw unreadable([...new Set(fields)].slice(0, 5).join(', '));
  }
  return { key, value: read.data, etag };
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}
