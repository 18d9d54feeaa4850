import { TableClient, type TableServiceClientOptions } from '@azure/data-tables';
import type { TokenCredential } from '@azure/identity';
import { BlobServiceClient, type StoragePipelineOptions } from '@azure/storage-blob';
import { z } from 'zod';
import type { Outside } from '../flows/ports.ts';
import { counts } from './counts.ts';
import { draftStore } from './drafts.ts';
import { evidenceStore } from './evidence.ts';
import { headQuestions } from './headQuestions.ts';
import { lastAskedStore } from './lastAsked.ts';
import { links } from './links.ts';
import { outbox } from './outbox.ts';
import { people, triageDesk } from './people.ts';
import { reportStore } from './reports.ts';
import { stoppedStore } from './stopped.ts';
import { StorageError } from './storageError.ts';
import { type Observe, openTable, PATIENCE_MS, patience } from './table.ts';

/** How one of the two services is reached: by key, or by an endpoint as the bot's own identity. */
export type Access =
  { readonly connectionString: string } | { readonly endpoint: string; readonly credential: TokenCredential };

/** The ports that are kept in tables and blobs. */
export type Storage = Pick<
  Outside,
  | 'reports'
  | 'drafts'
  | 'stopped'
  | 'evidence'
  | 'outbox'
  | 'people'
  | 'lastAsked'
  | 'desk'
  | 'links'
  | 'counts'
  | 'questions'
> & {
  /** Asks the table and the container once each. @throws StorageError */
  check(): Promise<void>;
};

export type StorageOptions = {
  readonly tables: Access;
  readonly blobs: Access;
  /** 3 to 63 letters and digits. */
  readonly table?: string;
  /** 3 to 63 lower-case letters, digits and hyphens. */
  readonly container?: string;
  /** How often a request is tried in all; three times where nothing is said. */
  readonly tries?: number;
  /** Told of every request, to count what a turn costs. */
  readonly observe?: Observe;
};

/**
 * Opens the school's storage, and makes the table and the private container where they are not there yet.
 *
 * @throws StorageError within seconds where a service does not answer
 */
export async function createStorage(options: StorageOptions): Promise<Storage> {
  const { table: tableName = 'postwise', container: containerName = 'evidence' } = options;
  const { observe = () => undefined, tries = TRIES } = options;
  const tableClient = tableClientFor(options.tables, tableName, tries);
  const container = blobClientFor(options.blobs, tries).getContainerClient(containerName);
  await Promise.all([
    made('table', () => tableClient.createTable({ abortSignal: patience() })),
    made('container', () => container.createIfNotExists({ abortSignal: patience() })),
  ]);

  const table = openTable(tableClient, observe);
  return {
    reports: reportStore(table),
    drafts: draftStore(table),
    stopped: stoppedStore(table),
    evidence: evidenceStore(container, observe),
    outbox: outbox(table),
    people: people(table),
    lastAsked: lastAskedStore(table),
    desk: triageDesk(table),
    links: links(table),
    counts: counts(table),
    questions: headQuestions(table),
    async check() {
      observe({ store: 'blob', method: 'get', name: 'check', rows: 0 });
      await Promise.all([
        table.read(['check the table'], 'check', 'check:', z.unknown()),
        made('container', () => container.getProperties({ abortSignal: patience() })),
      ]);
    },
  };
}

async function made(what: string, make: () => Promise<unknown>): Promise<void> {
  try {
    await make();
  } catch (error) {
    throw new StorageError(`reach the ${what}`, error);
  }
}

const TRIES = 3;
const FIRST_WAIT_MS = 200;
const LONGEST_WAIT_MS = 1_000;

function tableClientFor(access: Access, name: string, tries: number): TableClient {
  const options: TableServiceClientOptions = {
    retryOptions: { maxRetries: tries - 1, retryDelayInMs: FIRST_WAIT_MS, maxRetryDelayInMs: LONGEST_WAIT_MS },
  };
  if ('endpoint' in access) return new TableClient(access.endpoint, name, access.credential, options);
  const { connectionString } = access;
  // The SDK asks to be told. Only the emulator on this machine is ever reached without encryption.
  const allowInsecureConnection = isEmulator(connectionString);
  return TableClient.fromConnectionString(connectionString, name, { ...options, allowInsecureConnection });
}

function blobClientFor(access: Access, tries: number): BlobServiceClient {
  const options: StoragePipelineOptions = {
    retryOptions: {
      maxTries: tries,
      retryDelayInMs: FIRST_WAIT_MS,
      maxRetryDelayInMs: LONGEST_WAIT_MS,
      tryTimeoutInMs: 4 * PATIENCE_MS,
    },
  };
  return 'endpoint' in access
    ? new BlobServiceClient(access.endpoint, access.credential, options)
    : BlobServiceClient.fromConnectionString(access.connectionString, options);
}

const isEmulator = (connectionString: string) =>
  /^UseDevelopmentStorage=true;?$/i.test(connectionString.trim()) ||
  /(^|;)\s*TableEndpoint=http:\/\/(127\.0\.0\.1|localhost|\[::1\])[:/]/i.test(connectionString);
