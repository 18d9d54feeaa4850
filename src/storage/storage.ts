import { type Outside } from '../flows/ports.ts';

/** The ports that are kept in tables and blobs. */
export type Storage = Pick<Outside, 'reports' | 'drafts' | 'evidence' | 'outbox' | 'people' | 'desk' | 'links'> & {
  /** Asks the table and the container once each. @throws StorageError */
  check(): Promise<void>;
};
