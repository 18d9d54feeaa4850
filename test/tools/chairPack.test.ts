import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { unlockPage } from '../../src/papers/lockedPage.ts';
import { CHAIR_CODE, pressOn, sendReport } from '../builders/reporting.ts';
import { dataOf, PEOPLE, type RunningPostwise, runPostwise } from '../builders/runningApp.ts';

const root = resolve(import.meta.dirname, '../..');
const folder = mkdtempSync(join(tmpdir(), 'chair-pack-'));
let postwise: RunningPostwise;
beforeAll(async () => {
  postwise = await runPostwise();
}, 60_000);
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  await postwise.stop();
});

type Ran = { readonly code: number | null; readonly said: string };

/** The command in a process of its own, with the settings that `npm start` reads and the storage of this test. */
function run(args: readonly string[], stdin = ''): Promise<Ran> {
  const guid = '00000000-0000-4000-8000-0000000000aa';
  const env = {
    PATH: process.env['PATH'],
    MicrosoftAppId: guid,
    MicrosoftAppTenantId: guid,
    MicrosoftAppType: 'UserAssignedMSI',
    POSTWISE_SCHOOL_ID: 'test-school',
    POSTWISE_STORAGE_CONNECTION_STRING: postwise.azurite.connectionString,
    POSTWISE_HEADTEACHER_IDS: PEOPLE.head,
    POSTWISE_SAFEGUARDING_IDS: PEOPLE.lead,
    POSTWISE_CHAIR_IDS: PEOPLE.chair,
    POSTWISE_PUBLIC_URL: 'https://reports.example.org',
    POSTWISE_SIGNIN_CLIENT_ID: guid,
    POSTWISE_SIGNIN_CLIENT_SECRET: 'not-a-secret',
  };
  return new Promise((done, failed) => {
    const node = join(root, 'node_modules/.bin/node');
    const child = spawn(node, [join(root, 'src/tools/chairPack.ts'), ...args], { cwd: folder, env });
    let said = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (part: Buffer) => (said += part.toString()));
    child.on('error', failed).on('close', (code) => done({ code, said }));
    child.stdin.end(stdin);
  });
}
const asked = (reference: string, out: string, as: string = PEOPLE.other): readonly string[] => [
  ...['--reference', reference, '--as', as, '--name', 'Bo Okafor', '--reason', 'The chair asked', '--out', out],
];

/** A report about the headteacher, sent through the bot. */
async function sendSealed() {
  const told = { concerns: 'headteacher', what: 'The headteacher wrote it about me' };
  const { chairCode: code, ...sent } = await sendReport(postwise, 'teacher', told);
  if (code === undefined) throw new Error(`No code: ${sent.receipt.all}`);
  return { ...sent, code };
}

it('a second press of Send gives no code, but the way to a new one, to the reporter alone', async () => {
  const { reference, code, lookOver } = await sendSealed();
  const second = await pressOn(postwise, 'teacher', lookOver, 'report.send');
  expect(second.all).toContain('This report was sent already');
  expect(second.all).not.toContain(code);
  const button = dataOf(second.card, 'report.chair-code');
  for (const who of ['head', 'chair', 'other'] as const) {
    const refused = await postwise.press(who, 'report.chair-code', button);
    expect(refused.all).not.toMatch(CHAIR_CODE);
    expect(refused.all).not.toContain(reference);
  }
  const made = CHAIR_CODE.exec((await postwise.press('teacher', 'report.chair-code', button)).all)?.[0];
  expect(made).toBeDefined();
  expect(made).not.toBe(code);
  expect(postwise.log()).not.toContain(made);
}, 60_000);

describe('npm run chair-pack, on the real emulator', () => {
  it('takes out what was sent, for the code on the receipt and nothing else', async () => {
    const { reference, code } = await sendSealed();
    const out = join(folder, 'report.html');

    const wrong = await run(asked(reference, out), '2222-2222-2222-2222\n');
    expect(wrong).toMatchObject({ code: 1 });
    expect(wrong.said).toContain('The code is wrong');
    expect(wrong.said).toContain('Tries left in this hour: 4');
    const asHead = await run(asked(reference, out, PEOPLE.head), code);
    expect(asHead.said).toContain('no sealed report with this reference that this person may take out');
    expect(existsSync(out)).toBe(false);

    const written = await run(asked(reference, out), `${code.toLowerCase()}\n`);
    expect(written.said).toContain(`Written: ${out}`);
    expect(written.code).toBe(0);
    const file = readFileSync(out, 'utf8');
    for (const secret of [code, code.replaceAll('-', ''), reference, 'about me']) {
      expect(file).not.toContain(secret);
      if (secret !== reference) expect(written.said + wrong.said + asHead.said).not.toContain(secret);
    }
    const unlocked = await unlockPage(file, code);
    for (const said of [
      reference,
      'The headteacher wrote it about me',
      'Bo Okafor',
      'The chain holds',
      'harm threshold',
    ])
      expect(unlocked?.page).toContain(said);
    for (const line of ['Pack refused (why: code)', 'Pack refused (why: person)', 'Pack written'])
      expect(unlocked?.page).toContain(line);

    const again = await run(asked(reference, out), code);
    expect(again.said).toContain('is not written over');
    expect(readFileSync(out, 'utf8')).toBe(file);

    writeFileSync(join(folder, 'code.txt'), `${code}\n`);
    const zip = join(folder, 'report.zip');
    expect(await run(['--open', out, '--out', zip, '--code-file', join(folder, 'code.txt')])).toMatchObject({
      code: 0,
    });
    expect(readFileSync(zip).equals(unlocked?.zip ?? Buffer.alloc(0))).toBe(true);
    expect(postwise.log()).not.toContain(reference);
    expect(postwise.log()).not.toContain(code);
  }, 120_000);

  it.each<[string, readonly string[], number]>([
    ['no options', [], 1],
    ['an option that there is not', ['--code', '2346'], 2],
    ['a reference that is none', asked('SM-1', 'x.html'), 1],
    ['a person who is none', asked('SM-234-679A', 'x.html', 'Bo'), 1],
    ['a report that is not there', asked('SM-234-679A', 'x.html'), 1],
  ])(
    'with %s says so and writes nothing',
    async (_what, args, code) => {
      const ran = await run(args, '2222-2222-2222-2222');
      expect(ran.code).toBe(code);
      expect(ran.said).not.toMatch(/\bat .*\.ts|Error:/);
      expect(existsSync(join(folder, 'x.html'))).toBe(false);
    },
    60_000,
  );
});
