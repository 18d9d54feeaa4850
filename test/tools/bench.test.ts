import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

const bench = (...args: string[]) => {
  const { stdout, stderr, status } = spawnSync(process.execPath, ['src/tools/bench.ts', ...args], {
    cwd: join(import.meta.dirname, '../..'),
    encoding: 'utf8',
  });
  return { stdout, stderr, status };
};

// What it measures is for people to read: no figure is asserted.
describe('bench', () => {
  it('prints ratios beside the figures, and the growth from one policy to two', () => {
    const { stdout, stderr, status } = bench('--questions', '20', '--policies', '1,2');
    expect({ stderr, status }).toEqual({ stderr: '', status: 0 });
    expect(stdout).toContain('20 held-back questions');
    for (const what of ['time per question, median', 'time per question, 99th %', 'load time']) {
      expect(stdout).toMatch(new RegExp(`^${what} +× [\\d.e+-]+ +[\\d.]+ ms +[\\d.]+ ms$`, 'm'));
    }
    expect(stdout).toMatch(/^memory, resident \(RSS\) +× [\d.e+-]+ +[\d.]+ MB +[\d.]+ MB$/m);
    expect(stdout).toMatch(/^memory, heap +× [\d.e+-]+ +[\d.]+ MB +[\d.]+ MB$/m);
    expect(stdout).toMatch(/Postwise, 2 policies: .* 2\.0 policies asked .* the right one among them for 20 of 20/);
    for (const engine of ['Postwise', 'MiniSearch']) {
      expect(stdout).toMatch(new RegExp(`${engine}, 1 policy: median × 1.00 .* heap × 1.00`));
      expect(stdout).toMatch(new RegExp(`${engine}, 2 policies: (median|not measured)`));
    }
  });

  it('says what it does not measure rather than take for ever', () => {
    const { stdout } = bench('--questions', '1', '--policies', '100', '--seconds', '1');
    expect(stdout).toMatch(/Postwise, 100 policies: not measured: it would load for about \d+ s/);
  });

  it('says how it is used', () => {
    for (const args of [['--questions', 'many'], ['--policies', '0'], ['--colour']]) {
      expect(bench(...args)).toMatchObject({ status: 2, stderr: expect.stringContaining('Usage') as unknown });
    }
  });
});
