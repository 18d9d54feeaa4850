import fs, { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { NO_ENCODER } from '../src/flows/ports.ts';
import { findPolicies, readPolicies } from '../src/policies.ts';
import { BYOD, inventedPolicies } from './builders/policies.ts';

const made: string[] = [];
afterAll(() => {
  for (const folder of made) rmSync(folder, { recursive: true });
});

/** The invented policy in a folder of its own, changed. */
function changed(change: (folder: string) => void, id = BYOD) {
  const root = mkdtempSync(join(tmpdir(), 'policies-'));
  made.push(root);
  const folder = join(root, id);
  cpSync(join(inventedPolicies, BYOD), folder, { recursive: true });
  change(folder);
  const place = findPolicies([root]).find((one) => one.folder === folder);
  if (place === undefined) throw new Error('not found');
  return () => readPolicies(NO_ENCODER, place);
}

describe('a policy of a school’s own', () => {
  it('is read where it is as it was learnt', () => {
    expect(changed(() => undefined)().policy.about.title).toBe('Bring Your Own Device Policy');
  });

  it('has every situation alike where it does not say how often each is asked about', () => {
    expect(new Set(changed((folder) => rmSync(join(folder, 'asked.json'), { force: true }))().askedOften)).toEqual(
      new Set([0]),
    );
  });

  it('needs neither alarms nor reasons', () => {
    expect(changed((folder) => rmSync(join(folder, 'alarms.json')))().alarms).toBeDefined();
  });

  it.each<[string, RegExp, (folder: string) => void]>([
    [
      'a phrasing was added and not learnt from',
      /run `npm run train`/,
      (folder) =>
        writeFileSync(join(folder, 'phrasings/more.jsonl'), '{"q":"may my phone ring","s":"phone-in-class"}\n'),
    ],
    ['nothing was learnt yet', /run `npm run train`/, (folder) => rmSync(join(folder, 'trained.json'))],
    [
      'it has no answer for what it is not about',
      /no situation "off-nonsense"/,
      (folder) => {
        const file = join(folder, 'situations.json');
        writeFileSync(file, readFileSync(file, 'utf8').replaceAll('off-nonsense', 'off-else'));
        const phrasings = ['nqt', 'caretaker', 'office'].map((name) => join(folder, `phrasings/${name}.jsonl`));
        for (const each of phrasings)
          writeFileSync(each, readFileSync(each, 'utf8').replaceAll('off-nonsense', 'off-else'));
      },
    ],
    [
      'it counts questions about a situation that is not there',
      /asked\.json names a situation that is not there: "nothing"/,
      (folder) => writeFileSync(join(folder, 'asked.json'), '{"nothing":3}'),
    ],
    [
      'it defers where it has no situation',
      /defers in "nothing"/,
      (folder) => {
        const file = join(folder, 'policy.json');
        const about = JSON.parse(readFileSync(file, 'utf8')) as object;
        writeFileSync(file, JSON.stringify({ ...about, defers: ['nothing'] }));
      },
    ],
  ])('stops the start with a sentence where %s', (_what, sentence, change) => {
    expect(changed(change)).toThrow(sentence);
  });

  it('goes by the name of its folder, and is refused under another', () => {
    expect(changed(() => undefined, 'another-name')).toThrow(/holds the policy "oakfield-byod"/);
  });
});

describe('the running bot', () => {
  it('reads no phrasing of the main policy, so it holds none', async () => {
    jest.resetModules();
    const read = [jest.spyOn(fs, 'readFileSync'), jest.spyOn(fs, 'readdirSync')];
    const anew = await import('../src/policies.ts');
    const held = anew.holdPolicies(NO_ENCODER, [anew.firstPolicy]);
    const files = read.flatMap(({ mock }) => mock.calls.map(([file]) => String(file)));
    for (const one of read) one.mockRestore();
    expect(held.first.index.reader.spelt('hedteacher')).toBe('headteacher');
    expect(files.filter((file) => file.includes('trained.json'))).toHaveLength(1);
    expect(files.filter((file) => file.includes('phrasings'))).toEqual([]);
  });
});
