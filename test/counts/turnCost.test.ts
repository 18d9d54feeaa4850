import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

// What it measures is for people to read: no figure is asserted. That both bots refuse a forged token it checks itself.
it('measures turns of Postwise beside turns of an echo bot', () => {
  const bench = join(import.meta.dirname, 'turnCost/bench.ts');
  const few = ['--turns', '25', '--walks', '1', '--warm', '0'];
  const { stdout, stderr, status } = spawnSync(process.execPath, ['--no-warnings', bench, ...few], {
    encoding: 'utf8',
  });
  expect({ stderr, status }).toEqual({ stderr: '', status: 0 });
  for (const [name, turns] of [
    ['a question', 25],
    ['form', 1],
    ['the guide together', 9],
  ]) {
    expect(stdout).toMatch(new RegExp(`^${name} +${turns}( +-?\\d+\\.\\d\\d){10}$`, 'm'));
  }
}, 120_000);
