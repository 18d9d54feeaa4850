import { keepRunning, waitBeforeStartMs } from '../../src/local/keepRunning.ts';
import type { Ending, Running } from '../../src/local/running.ts';

/** A life that ends when told to, without a process. */
function aLife(readyAtOnce: boolean) {
  const ended = Promise.withResolvers<Ending>();
  const die = () => ended.resolve({ code: null, signal: 'SIGKILL' });
  const ready = readyAtOnce ? Promise.resolve() : Promise.reject(new Error('ended before it was ready'));
  ready.catch(() => {});
  const running: Running = { pid: 1, ready, ended: ended.promise, stop: async () => die() };
  return { running, die };
}

describe('a process that is kept running', () => {
  const said: string[] = [];
  beforeEach(() => said.splice(0));
  const say = (text: string) => void said.push(text);
  const secondLife = async (lives: readonly unknown[]) => {
    while (lives.length < 2) await new Promise(setImmediate);
  };

  it('is started again when it dies, and says so', async () => {
    const lives: ReturnType<typeof aLife>[] = [];
    const start = () => {
      const life = aLife(true);
      lives.push(life);
      return life.running;
    };
    const kept = keepRunning('The bot', start, say, 'Look there.');
    await kept.ready;
    lives[0]?.die();
    await secondLife(lives);
    await kept.stop();
    expect(said[0]).toBe('The bot ended unexpectedly (SIGKILL). Starting it again.');
    expect(lives).toHaveLength(2);
  });

  it('is not started again once it was stopped', async () => {
    const lives: unknown[] = [];
    const start = () => {
      lives.push(1);
      return aLife(true).running;
    };
    const kept = keepRunning('The bot', start, say, 'Look there.');
    await kept.ready;
    await kept.stop();
    expect(lives).toHaveLength(1);
    expect(said).toEqual([]);
  });

  it('is given up when it never once gets ready, with the place to look', async () => {
    const kept = keepRunning('The bot', () => aLife(false).running, say, 'Look there.');
    await expect(kept.ready).rejects.toThrow('The bot ended 4 times before it was ready (SIGKILL). Look there.');
    await kept.stop();
  });

  it('is given up when it cannot be started at all', async () => {
    const start = () => {
      throw new Error('no such folder');
    };
    const kept = keepRunning('The bot', start, say, 'Look there.');
    await expect(kept.ready).rejects.toThrow('The bot cannot be started: no such folder.');
    await kept.stop();
  });

  it('waits longer the more often it dies in a row, at first not at all', () => {
    const waits = Array.from({ length: 12 }, (_, at) => waitBeforeStartMs(at + 1));
    expect(waits[0]).toBe(0);
    expect(waits).toEqual(waits.toSorted((a, b) => a - b));
    expect(Math.max(...waits)).toBe(2_000);
  });
});
