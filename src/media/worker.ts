import type { FromWorker, ToWorker } from './checkPictures.ts';

/**
 * A process of its own: whatever a hostile picture does to the image library, it does here. It is given bytes, answers
 * with what it found, holds no setting and no secret, and ends with the bot.
 */
const say = (message: FromWorker) => void process.send?.(message);

// Not a gentle exit: that would wait for a picture that is being decoded.
process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'));

import('./decode.ts').then(
  ({ check }) => {
    process.on('message', ({ job, bytes }: ToWorker) => {
      // The bytes come as a plain array or as a Buffer, by the version of Node.
      void check(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)).then((checked) =>
        say({ kind: 'done', job, checked }),
      );
    });
    say({ kind: 'ready' });
  },
  (error: unknown) => say({ kind: 'cannot-start', message: error instanceof Error ? error.message : String(error) }),
);
