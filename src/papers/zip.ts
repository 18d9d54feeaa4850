import { buffer } from 'node:stream/consumers';
import yazl from 'yazl';

export type PaperFile = { readonly name: string; readonly bytes: Buffer };

/** The same files give the same bytes, on every machine and on every day. Pictures are packed already: only text shrinks. */
export async function zipFiles(files: readonly PaperFile[]): Promise<Buffer> {
  const zip = new yazl.ZipFile();
  for (const { name, bytes } of files) {
    const compress = /\.(html|json|txt)$/.test(name);
    zip.addBuffer(bytes, name, { mtime: new Date(2020, 0, 1), mode: 0o100644, forceDosTimestamp: true, compress });
  }
  zip.end();
  return buffer(zip.outputStream);
}
