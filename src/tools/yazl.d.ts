/** The part of yazl 3 that is used; it brings no types of its own. */
declare module 'yazl' {
  export class ZipFile {
    readonly outputStream: NodeJS.ReadableStream;
    addBuffer(
      bytes: Buffer,
      name: string,
      options?: { mtime?: Date; mode?: number; compress?: boolean; forceDosTimestamp?: boolean },
    ): void;
    end(): void;
  }
}
