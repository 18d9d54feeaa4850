/** Work that is done again and again by one hand: at a nudge at once, otherwise every `idleMs`. Two nudges never overlap. */
export type Worker = {
  /** Something has come in: work now, or again as soon as the work under way is done. */
  nudge(): void;
  /** Ends after the work under way. */
  stop(): Promise<void>;
};

/**
 * @param work     its failure is told to `failed`, and the next round comes all the same
 * @param idleMs   milliseconds between rounds when nobody nudges
 */
export function startWorker(work: () => Promise<void>, idleMs: number, failed: (error: unknown) => void): Worker {
  let stopped = false;
  let again = false;
  let wake: () => void = () => undefined;
  const rest = () =>
    new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, idleMs);
      wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  const rounds = (async () => {
    while (!stopped) {
      again = false;
      try {
        await work();
      } catch (error) {
        failed(error);
      }
      if (!again && !stopped) await rest();
    }
  })();
  return {
    nudge() {
      again = true;
      wake();
    },
    async stop() {
      stopped = true;
      wake();
      await rounds;
    },
  };
}
