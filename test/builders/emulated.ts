import { createStorage, type Storage } from '../../src/storage/storage.ts';
import { type Azurite, startAzurite } from './azurite.ts';

export type Emulated = {
  open(): Promise<Storage>;
  /** Where what was opened last is kept: the name is that of its table and of its container. */
  last(): { readonly connectionString: string; readonly name: string };
};

/**
 * Storage in the real emulator, started for the tests of one file; each that is opened has a table and a container of its own.
 *
 * @param prefix  begins their names
 */
export function inTheEmulator(prefix: string): Emulated {
  let azurite: Azurite;
  let opened = 0;
  beforeAll(async () => {
    azurite = await startAzurite();
  });
  afterAll(() => azurite.stop());
  const last = () => ({ connectionString: azurite.connectionString, name: `${prefix}${opened}` });
  return {
    last,
    open() {
      opened += 1;
      const { connectionString, name } = last();
      const access = { connectionString };
      return createStorage({ tables: access, blobs: access, table: name, container: name });
    },
  };
}

/** The value, where the store said neither "somebody was quicker" nor "there is one". */
export function kept<T extends object>(outcome: T | string | null): T {
  if (outcome === null || typeof outcome === 'string') throw new Error(`not kept: ${outcome}`);
  return outcome;
}
