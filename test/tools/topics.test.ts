import { spawn } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { readSchoolId, type SchoolId } from '../../src/core/ids.ts';
import { schoolWeekOf } from '../../src/core/schoolWeek.ts';
import { createStorage } from '../../src/storage/storage.ts';
import { helpfulLines, topicLines } from '../../src/tools/topicLines.ts';
import { type Azurite, startAzurite } from '../builders/azurite.ts';
import { answerId } from '../builders/values.ts';

const root = resolve(import.meta.dirname, '../..');
const WEEK = schoolWeekOf(new Date('2026-03-02T12:00:00Z'));
const inWords = (_policy: string, situation: string) => (situation === 'known' ? 'Something known' : null);

describe('the lines of npm run topics', () => {
  const topic = (situation: string, count: number) => ({ week: WEEK, policy: 'p', situation, count });

  it('show what was asked about more than five times, in the words of content', () => {
    const lines = topicLines([topic('known', 6), topic('hidden', 5), topic('gone', 12)], inWords).join('\n');
    expect(lines).toContain('  Week of 2 March 2026 (2026-W10)\n    12  gone\n     6  Something known (known)');
    expect(lines).not.toContain('hidden');
  });

  it('are the same with a hidden topic and without it', () =>
    expect(topicLines([topic('known', 6), topic('hidden', 5)], inWords)).toEqual(
      topicLines([topic('known', 6)], inWords),
    ));

  it('say so where there is nothing', () => {
    expect(topicLines([topic('hidden', 5)], inWords)).toContain('  nothing yet');
    expect(helpfulLines([], inWords)).toContain('  nothing yet');
  });

  it('show how helpful an answer was found, with its version', () => {
    const one = {
      week: WEEK,
      policy: 'p',
      version: '1',
      situation: 'known',
      verdict: 'allowed' as const,
      yes: 1,
      no: 2,
    };
    expect(helpfulLines([one], inWords).at(-1)).toBe('     1     2  Something known (known), allowed, version 1');
  });
});

describe('npm run topics', () => {
  const folder = tmpdir();
  let azurite: Azurite;
  beforeAll(async () => {
    azurite = await startAzurite();
  }, 60_000);
  afterAll(() => azurite.stop());

  function run(args: readonly string[], more: Readonly<Record<string, string>> = {}) {
    const guid = '00000000-0000-4000-8000-0000000000aa';
    const env = {
      PATH: process.env['PATH'],
      MicrosoftAppId: guid,
      MicrosoftAppTenantId: guid,
      MicrosoftAppType: 'UserAssignedMSI',
      POSTWISE_SCHOOL_ID: 'test-school',
      POSTWISE_STORAGE_CONNECTION_STRING: azurite.connectionString,
      POSTWISE_HEADTEACHER_IDS: '00000000-0000-4000-8000-000000000002',
      POSTWISE_SAFEGUARDING_IDS: '00000000-0000-4000-8000-000000000003',
      POSTWISE_PUBLIC_URL: 'https://reports.example.org',
      POSTWISE_SIGNIN_CLIENT_ID: guid,
      POSTWISE_SIGNIN_CLIENT_SECRET: 'not-a-secret',
      ...more,
    };
    return new Promise<{ readonly code: number | null; readonly said: string }>((done, failed) => {
      const node = join(root, 'node_modules/.bin/node');
      const child = spawn(node, [join(root, 'src/tools/topics.ts'), ...args], { cwd: folder, env });
      let said = '';
      for (const stream of [child.stdout, child.stderr]) stream.on('data', (part: Buffer) => (said += part.toString()));
      child.on('error', failed).on('close', (code) => done({ code, said }));
    });
  }

  it('reads the counts of the school in the settings', async () => {
    const school = readSchoolId('test-school') as SchoolId;
    const access = { connectionString: azurite.connectionString };
    const { counts } = await createStorage({ tables: access, blobs: access });
    const policy = 'coton-social-media';
    await counts.addTopics(school, WEEK, [
      { policy, situation: 'review-write', count: 6 },
      { policy, situation: 'tagged', count: 5 },
    ]);
    const answered = { policy, version: '1', situation: 'who-to-tell', verdict: 'report' } as const;
    await counts.addHelpful(school, WEEK, answered, false, answerId(1));
    const { code, said } = await run([]);
    expect(code).toBe(0);
    expect(said).toMatch(/ {5}6 {2}.+ \(review-write\)/);
    expect(said).toMatch(/ {5}0 {5}1 {2}.+ \(who-to-tell\), report, version 1/);
    expect(said).not.toContain('tagged');
  }, 60_000);

  it('says what is missing, and what it does not take', async () => {
    expect(await run([], { POSTWISE_SCHOOL_ID: '' })).toMatchObject({ code: 1 });
    expect(await run(['--names'])).toMatchObject({ code: 2 });
  }, 60_000);
});
