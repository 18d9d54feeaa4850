// Loaded into the storage emulator before its own code. By itself it saves every five seconds, and rows that it has
// already confirmed are gone when it dies in between. Here no answer to a write leaves before the write is in the file.
import http from 'node:http';
import { createRequire } from 'node:module';

/** The few members used of the database inside the emulator (LokiJS 1.5). */
interface Loki {
  /** Called once for each database, when it is made. */
  autosaveEnable: (this: Loki, ...args: unknown[]) => unknown;
  autosaveDirty: () => boolean;
  saveDatabase: (done: (error?: unknown) => void) => void;
  throttledSavePending: boolean;
  collections: { dirty: boolean }[];
}

const nearHere = createRequire(import.meta.url);
const nearEmulator = createRequire(nearHere.resolve('azurite/package.json'));
const { prototype } = nearEmulator('lokijs') as { prototype: Loki };

const databases = new Set<Loki>();
const enable = prototype.autosaveEnable;
prototype.autosaveEnable = function (...args) {
  databases.add(this);
  return enable.apply(this, args);
};

type Call = () => void;
type Send = (this: http.ServerResponse, ...args: unknown[]) => unknown;
const response = http.ServerResponse.prototype as unknown as { write: Send; end: Send };
const { write, end } = response;
const held = new WeakMap<http.ServerResponse, Call[]>();
const READS = ['GET', 'HEAD', 'OPTIONS'];

response.write = function (...args) {
  if (READS.includes(this.req.method ?? '')) return write.apply(this, args);
  callsFor(this).push(() => write.apply(this, args));
  return true;
};

response.end = function (...args) {
  if (READS.includes(this.req.method ?? '')) return end.apply(this, args);
  const calls = callsFor(this);
  calls.push(() => end.apply(this, args));
  // In a later turn of the event loop: a transaction runs through in one, so a save never catches half of one.
  setImmediate(() => {
    saveAll().then(
      () => calls.splice(0).forEach((call) => call()),
      // Not saved is not confirmed: the caller sees a broken connection and may try again.
      () => this.destroy(),
    );
  });
  return this;
};

function callsFor(answer: http.ServerResponse): Call[] {
  const calls = held.get(answer) ?? [];
  held.set(answer, calls);
  return calls;
}

async function saveAll(): Promise<void> {
  // Another release of the emulator may make its databases in another way: then nothing is confirmed, and that is seen.
  if (databases.size === 0) throw new Error('the storage emulator has no database that is known here');
  await Promise.all([...databases].map(save));
}

/** Resolves when everything changed so far is in the file; writes that arrive together share one save. */
function save(database: Loki): Promise<void> {
  if (!database.autosaveDirty() && !database.throttledSavePending) return Promise.resolve();
  return new Promise((resolve, reject) => {
    database.saveDatabase((error) => {
      if (error === undefined || error === null) return resolve();
      // The flag is cleared before the file is written, so a failed save would never be tried again.
      for (const collection of database.collections) collection.dirty = true;
      reject(error instanceof Error ? error : new Error('the storage file could not be written'));
    });
  });
}
