import { createHash } from 'node:crypto';
import { type BlobDownloadResponseParsed, type ContainerClient, RestError } from '@azure/storage-blob';
import { readDraftId, readPictureId, type SchoolId } from '../core/ids.ts';
import type { EvidenceStore, PictureKey } from '../flows/ports.ts';
import { partitionOf } from './keys.ts';
import { StorageError } from './storageError.ts';
import type { Observe, Operation } from './table.ts';

/** A picture of 20 MB takes longer than a row. Nobody waits at a card for it: pages and the worker do. */
const PICTURE_PATIENCE_MS = 30_000;
const patience = () => AbortSignal.timeout(PICTURE_PATIENCE_MS);
/** A list of years of pictures is read by the worker, once in a while. */
const longPatience = () => AbortSignal.timeout(10 * PICTURE_PATIENCE_MS);

/** Pictures as blobs of one private container, under `<school>/<draft>/<picture>/<copy>`. A key is written once. */
export function evidenceStore(container: ContainerClient, observe: Observe): EvidenceStore {
  const blobOf = (school: SchoolId, { draft, picture, copy }: PictureKey) =>
    container.getBlockBlobClient(`${partitionOf(school, false)}/${draft}/${picture}/${copy}`);

  async function attempt<T>(method: Operation['method'], key: PictureKey, act: () => Promise<T>): Promise<T> {
    const what = `${method} picture`;
    observe({ store: 'blob', method, name: what, rows: 1 });
    try {
      return await act();
    } catch (error) {
      throw new StorageError(`${what} ${key.picture} (${key.copy})`, error);
    }
  }

  /**
   * Deletes what a container with versions still has of it, and counts what is not the account's to give up yet: soft
   * deletion holds a deleted copy back for its days, and nobody can end them sooner.
   */
  async function left(prefix: string): Promise<number> {
    let heldBack = 0;
    const everything = { prefix, includeSnapshots: true, includeVersions: true, includeDeleted: true } as const;
    for await (const { name, deleted, versionId, snapshot } of container.listBlobsFlat({
      ...everything,
      abortSignal: longPatience(),
    })) {
      const blob = container.getBlobClient(name);
      if (deleted === true) heldBack += 1;
      else if (versionId !== undefined)
        await blob.withVersion(versionId).delete({ abortSignal: patience() }).catch(ifStillThere);
      else if (snapshot) await blob.withSnapshot(snapshot).delete({ abortSignal: patience() }).catch(ifStillThere);
      else await blob.delete({ deleteSnapshots: 'include', abortSignal: patience() }).catch(ifStillThere);
      // What was deleted just now may be held back as well: the next round sees.
      if (deleted !== true) heldBack += 1;
    }
    return heldBack;
  }

  /** `null` where there is nothing under that key. */
  const read = <T>(school: SchoolId, key: PictureKey, take: (answer: BlobDownloadResponseParsed) => Promise<T>) =>
    attempt('get', key, async (): Promise<T | null> => {
      try {
        return await take(await blobOf(school, key).download(0, undefined, { abortSignal: patience() }));
      } catch (error) {
        if (isCode(error, 'BlobNotFound')) return null; // a missing container is not a missing picture
        throw error;
      }
    });

  return {
    put: (school, key, bytes, mediaType) =>
      attempt('put', key, async () => {
        try {
          await blobOf(school, key).upload(bytes, bytes.byteLength, {
            blobHTTPHeaders: { blobContentType: mediaType },
            conditions: { ifNoneMatch: '*' },
            abortSignal: patience(),
          });
        } catch (error) {
          // The same picture delivered again, or a first answer that was lost: what was written first stands.
          if (!isCode(error, 'BlobAlreadyExists')) throw error;
        }
      }),

    get: (school, key) =>
      read(school, key, async (answer) => {
        const parts: Buffer[] = [];
        for await (const part of answer.readableStreamBody ?? []) parts.push(Buffer.from(part));
        return { bytes: Buffer.concat(parts), mediaType: answer.contentType ?? 'application/octet-stream' };
      }),

    digest: (school, key) =>
      read(school, key, async (answer) => {
        const hash = createHash('sha256');
        for await (const part of answer.readableStreamBody ?? []) hash.update(part);
        return hash.digest('hex');
      }),

    remove: (school, key) =>
      attempt('delete', key, async () => {
        await blobOf(school, key).deleteIfExists({ deleteSnapshots: 'include', abortSignal: patience() });
      }),

    async destroy(school, { draft, picture }) {
      const prefix = `${partitionOf(school, false)}/${draft}/${picture}/`;
      observe({ store: 'blob', method: 'delete', name: 'destroy picture', rows: 1 });
      try {
        for await (const { name } of container.listBlobsFlat({ prefix, abortSignal: longPatience() }))
          await container.deleteBlob(name, { deleteSnapshots: 'include', abortSignal: patience() }).catch(ifStillThere);
        return await left(prefix);
      } catch (error) {
        throw new StorageError(`destroy picture ${picture}`, error);
      }
    },

    async standing(school, since) {
      const prefix = `${partitionOf(school, false)}/`;
      const found = new Map<string, Omit<PictureKey, 'copy'>>();
      observe({ store: 'blob', method: 'query', name: 'list pictures', rows: 0 });
      try {
        for await (const { name, properties } of container.listBlobsFlat({ prefix, abortSignal: longPatience() })) {
          const [draftId, pictureId] = name.slice(prefix.length).split('/');
          const [draft, picture] = [readDraftId(draftId), readPictureId(pictureId)];
          if (draft !== null && picture !== null && properties.lastModified < since)
            found.set(`${draft}/${picture}`, { draft, picture });
        }
      } catch (error) {
        throw new StorageError('list pictures', error);
      }
      return [...found.values()];
    },
  };
}

/** Gone meanwhile is what was wanted. */
function ifStillThere(error: unknown): void {
  if (!isCode(error, 'BlobNotFound')) throw error;
}

const isCode = (error: unknown, code: string) => error instanceof RestError && error.code === code;
