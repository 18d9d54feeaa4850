/** Storage in the emulator with a wire in between that a test can read and break. */
import { createStorage, type Storage, type StorageOptions } from '../../src/storage/storage.ts';
import { type Azurite, connectionStringFor, startAzurite } from '../builders/azurite.ts';
import { type Wire, wireTo } from './wire.ts';

export type BehindWire = {
  readonly azurite: Azurite;
  readonly tables: Wire;
  readonly blobs: Wire;
  /** A table and a container of its own each time, and a wire that has forgotten what made them. */
  open(options?: Partial<StorageOptions>): Promise<Storage>;
  stop(): Promise<void>;
};

export async function behindWire(): Promise<BehindWire> {
  const azurite = await startAzurite();
  const [tables, blobs] = await Promise.all([wireTo(azurite.tablePort), wireTo(azurite.blobPort)]);
  const connectionString = connectionStringFor({ tablePort: tables.port, blobPort: blobs.port });
  let opened = 0;
  const heal = () => {
    for (const wire of [tables, blobs]) {
      wire.fault(() => undefined);
      wire.clear();
    }
  };
  return {
    azurite,
    tables,
    blobs,
    async open(options = {}) {
      heal();
      opened += 1;
      const names = { table: `wired${opened}`, container: `wired${opened}` };
      const storage = await createStorage({
        tables: { connectionString },
        blobs: { connectionString },
        ...names,
        ...options,
      });
      heal();
      return storage;
    },
    async stop() {
      await Promise.all([tables.stop(), blobs.stop()]);
      await azurite.stop();
    },
  };
}
