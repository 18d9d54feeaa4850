import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BYOD, inventedPolicies } from '../builders/policies.ts';

const root = join(import.meta.dirname, '../..');
const inForce = join(root, 'src/content/policy/coton-social-media/document.txt');
const policy = (...args: string[]) => {
  const { stdout, stderr, status } = spawnSync(process.execPath, ['src/tools/policy.ts', ...args], {
    cwd: root,
    encoding: 'utf8',
  });
  return { stdout, stderr, status };
};
const file = (content: string | Uint8Array) => {
  const path = join(mkdtempSync(join(tmpdir(), 'policy-')), 'new.txt');
  writeFileSync(path, content);
  return path;
};

describe('policy', () => {
  it('finds nothing different in the version in force, and says that its review is overdue', () => {
    const { stdout, status } = policy('check', inForce, '--on', '2026-11-22');
    expect(status).toBe(0);
    expect(stdout).toContain('Nothing differs');
    expect(stdout).toContain('November 2025, which has passed');
    expect(policy('check', inForce, '--on', '2025-01-10').stdout).not.toContain('has passed');
  });

  it('lists one clause reworded, one removed and one added, and lets nothing go in force', () => {
    const text = readFileSync(inForce, 'utf8')
      .replace('Do not reveal any sensitive information', 'Do not reveal sensitive information')
      .replace(/^- If you do wish to communicate.*\n/m, '')
      .replace('- Use common courtesy.', '- Use common courtesy.\n- Never share the door code.');
    const { stdout, status } = policy('check', file(text));
    expect(status).toBe(1);
    expect(stdout).toContain('Added (1)\n  + "Never share the door code."');
    expect(stdout).toContain('Removed (1)\n  - 5.v.2: "If you do wish');
    expect(stdout).toMatch(
      /Changed \(1\)\n {2}~ 5\.iii\.6\n +was: "Do not reveal any .*\n +now: "Do not reveal sensitive/,
    );
    expect(stdout).toMatch(/leaver-request: cites 5\.v\.2; \d+ phrasings/);
    expect(stdout).toContain('report form pupil-contact: 5.v.2');
    expect(stdout).toContain('Nothing may go in force while a clause is unaccounted for.');
  });

  it.each([
    ['which is not there', '/nowhere/at/all.txt', 'Cannot read'],
    ['which is a folder', root, 'Cannot read'],
    ['which is empty', file(' \n'), 'is empty'],
    ['with bytes of nothing', file(new Uint8Array([80, 75, 3, 4, 0, 0])), 'not plain text'],
    ['in another encoding', file(new Uint8Array([99, 97, 102, 233, 10])), 'not plain text'],
    ['of another kind', file('Beat two eggs. Add flour.'), 'does not look like a version'],
    ['too large', file('word '.repeat(100_000)), 'larger than a policy'],
  ])('says of a file %s what is wrong', (_what, path, said) => {
    const { stdout, stderr, status } = policy('check', path);
    expect(status).toBe(2);
    expect(stderr).toContain(said);
    expect(stderr).not.toContain('    at ');
    expect(stdout).toBe('');
  });

  it('says how it is used', () => {
    for (const args of [[], ['check'], ['replace', inForce], ['check', inForce, inForce], ['--colour']]) {
      expect(policy(...args)).toMatchObject({ status: 2, stderr: expect.stringContaining('Usage') as unknown });
    }
    expect(policy('check', inForce, '--on', 'soon').stderr).toContain('is not a day');
    expect(policy('--help')).toMatchObject({ status: 0, stdout: expect.stringContaining('Usage') as unknown });
  });

  it('compares with the policy that is named, and says which there are where there is none of that name', () => {
    const second = ['--policies', inventedPolicies, '--policy', BYOD];
    const issued = join(inventedPolicies, BYOD, 'document.txt');
    expect(policy('check', issued, ...second)).toMatchObject({
      status: 0,
      stdout: expect.stringMatching(/beside the Bring Your Own Device Policy[^]*Nothing differs/) as unknown,
    });
    const other = file(readFileSync(issued, 'utf8').replace('at least six digits', 'at least eight digits'));
    const { stdout, status } = policy('check', other, ...second);
    expect(status).toBe(1);
    expect(stdout).toContain('device-security: cites 2.2');
    expect(stdout).not.toContain('report form');
    expect(policy('check', issued, '--policy', 'none').stderr).toContain('There is no policy "none"');
  });
});
