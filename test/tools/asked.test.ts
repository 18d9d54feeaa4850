import { execFile } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { BYOD, inventedPolicies } from '../builders/policies.ts';

const root = resolve(import.meta.dirname, '../..');
const folder = mkdtempSync(join(tmpdir(), 'asked-'));
afterAll(() => rmSync(folder, { recursive: true }));

const line = (question: string, verdict: string, ...fragments: readonly string[]) =>
  JSON.stringify({ question, verdict, cites: fragments.length > 0 ? [fragments] : [] });

async function count(...lines: readonly string[]) {
  cpSync(join(inventedPolicies, BYOD), join(folder, BYOD), { recursive: true });
  const file = join(folder, 'questions.jsonl');
  writeFileSync(file, lines.join('\n'));
  const args = ['src/tools/asked.ts', '--policies', folder, '--policy', BYOD, file];
  const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: root });
  return { stdout, counts: JSON.parse(readFileSync(join(folder, BYOD, 'asked.json'), 'utf8')) as object };
}

describe('npm run asked', () => {
  it('counts each question for the likeliest situation that has its rule and verdict', async () => {
    const { stdout, counts } = await count(
      line('where do I sign my tablet up?', 'required', 'must be registered with the school office'),
      line('got a new chromebook, what first', 'required', 'must be registered with the school office'),
      line('what is this all about', 'information', 'sets out how staff, governors and volunteers may use'),
      line('which of these is it', 'information', 'words that stand in no clause'),
    );
    expect(counts).toEqual({ 'byod-what': 1, 'register-device': 2 });
    expect(stdout).toContain('Counts for no situation: which of these is it');
    expect(stdout).toContain('4 questions, about 2 of');
  }, 60_000);
});
