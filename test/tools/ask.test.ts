import { spawnSync } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BYOD, inventedPolicies } from '../builders/policies.ts';

const root = join(import.meta.dirname, '../..');
const ask = (...args: string[]) => {
  const { stdout, stderr, status } = spawnSync(process.execPath, ['src/tools/ask.ts', ...args], {
    cwd: root,
    encoding: 'utf8',
  });
  return { stdout, stderr, status };
};
const file = (text: string) => {
  const path = join(mkdtempSync(join(tmpdir(), 'ask-')), 'questions.jsonl');
  writeFileSync(path, text);
  return path;
};
const KEYS = ['id', 'verdict', 'headline', 'citations', 'exceptions', 'next', 'clarify', 'policy'];

describe('ask', () => {
  it('answers in the terminal with the rule, its section and the state of the policy', () => {
    const { stdout, status } = ask('--on', '2026-11-22', 'can I accept a friend request from a pupil?');
    expect(status).toBe(0);
    expect(stdout).toContain('PROHIBITED');
    expect(stdout).toContain("Do not 'befriend' or initiate engagement online with pupils");
    expect(stdout).toContain('5 v. Our Social Media Rules');
    expect(stdout).toContain('due in November 2025 and is overdue');
  });

  it('prints one object and nothing else with --json', () => {
    const { stdout, stderr } = ask('--json', 'can I accept a friend request from a pupil?');
    expect(stdout.trim().split('\n')).toHaveLength(1);
    expect(Object.keys(JSON.parse(stdout) as object)).toEqual(KEYS);
    expect(stderr).toBe('');
  });

  it('answers a file line by line in its order, and says of a bad line what is wrong', () => {
    const lines = [
      '{"id":"a","question":"may I look at Facebook at lunchtime?"}',
      'nonsense',
      '{"id":7}',
      '[]',
      '{"id":"z","question":""}',
    ];
    const { stdout, status } = ask('--batch', file(`${lines.join('\n')}\n`));
    const answers = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(status).toBe(0);
    expect(answers).toHaveLength(5);
    expect(Object.keys(answers[0] ?? {})).toEqual(KEYS);
    expect(answers[0]?.['id']).toBe('a');
    expect(answers[1]).toEqual({ id: null, error: expect.any(String) as unknown });
    expect(answers[2]).toEqual({ id: 7, error: expect.any(String) as unknown });
    expect(answers[3]).toEqual({ id: null, error: expect.any(String) as unknown });
    expect(answers[4]).toMatchObject({ id: 'z', verdict: 'not-covered' });
  });

  it('says how it is used, and what cannot be read', () => {
    expect(ask().status).toBe(2);
    expect(ask().stderr).toContain('Usage');
    expect(ask('--colour').status).toBe(2);
    expect(ask('--on', 'yesterday', 'q').stderr).toContain('is not a day');
    expect(ask('--batch', '/nowhere/at/all.jsonl').status).toBe(1);
  });

  it('goes on from the last question with --talk, until it is told to forget', () => {
    const input =
      "can I accept a friend request from a pupil?\nwhat if she's my niece?\nforget\nwhat if she's my niece?\n";
    const said = spawnSync(process.execPath, ['src/tools/ask.ts', '--talk'], { cwd: root, encoding: 'utf8', input });
    const [before = '', after = ''] = said.stdout.split('Forgotten.');
    expect(before.match(/Following on from: /g)).toHaveLength(1);
    expect(before).toContain('Taken as: ');
    expect(after).toContain('Social Media Policy, version 1');
    expect(after).not.toContain('Following on from: ');
  });

  it('gives its reasons with --why', () => {
    const { stdout } = ask('--why', 'can I look at facebook in my lunch break?');
    expect(stdout).toContain('The sentence encoder was not asked: the words alone leave no doubt.');
    expect(stdout).toContain('Why:');
    expect(stdout).toContain('time-lunch');
    expect(stdout).toContain('lunch (allowed)');
  });

  it('asks the policy that the question is for, and says which policies were asked', () => {
    const beside = ['--policies', inventedPolicies];
    const question = 'how long does the PIN on my own phone have to be for work?';
    const line = JSON.parse(ask('--json', ...beside, question).stdout) as Record<string, unknown>;
    expect(line['policy']).toEqual({ id: BYOD, title: 'Bring Your Own Device Policy', version: '3' });
    const { stdout } = ask('--why', ...beside, question);
    expect(stdout).toContain('Bring Your Own Device Policy, version 3');
    expect(stdout).toMatch(/Policies asked[^]*coton-social-media: .*\n.*oakfield-byod, which answers: device-security/);
    expect(ask('--policy', 'none', question)).toMatchObject({ status: 2, stdout: '' });
  });
});
