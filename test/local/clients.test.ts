import { existsSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { aFolder, aPortBlock, isGone, listeningOf, startLocal, stopAll, until } from './fixtures/machine.ts';

jest.setTimeout(120_000);

describe('the two Teams clients', () => {
  const data = aFolder();
  afterAll(async () => {
    await stopAll();
    rmSync(data, { recursive: true });
  });

  it('answer on loopback alone, write no message down, and go when the supervisor is killed', async () => {
    const first = await aPortBlock();
    const run = startLocal('--data', data, '--port', String(first));
    await run.says('Stop with');
    const family = run.family();

    expect(listeningOf(family).toSorted((a, b) => a.port - b.port)).toEqual(
      [0, 1, 2, 3, 4].map((at) => ({ address: '127.0.0.1', port: first + at })),
    );
    for (const at of [3, 4]) {
      const page = await fetch(`http://127.0.0.1:${first + at}/`);
      expect(page.headers.get('content-type')).toContain('text/html');
      expect(run.output()).toContain(`http://127.0.0.1:${first + at}`);
    }
    // By itself it keeps what was said in this file.
    expect(existsSync(join(data, 'teacher-client', 'devTools'))).toBe(false);
    expect(readdirSync(join(data, 'teacher-client'))).toEqual(['.m365agentsplayground.yml']);
    // It removes the file it is told to write to: run by root, that must not be the machine's own.
    expect(statSync('/dev/null').isCharacterDevice()).toBe(true);

    run.kill('SIGKILL');
    await until('all are gone', () => family.every(isGone));
    expect(family).toHaveLength(10);
  });
});
