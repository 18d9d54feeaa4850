import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readPolicies } from '../../src/policies.ts';
import { readyMadeSearches } from '../../src/tools/readyMadeSearch.ts';
import { interval, meets, readLabelled, score, type Labelled } from '../../src/tools/scoring.ts';

const label = (verdict: Labelled['verdict'], ...cites: string[][]): Labelled => ({ question: 'q', verdict, cites });
const hits = (labelled: Labelled, verdict: Labelled['verdict'] | null, quotes: string[]) =>
  Object.fromEntries(
    score([labelled], [{ verdict, quotes }], []).counts.map(({ what, hits, of }) => [what, `${hits}/${of}`]),
  );

describe('a need', () => {
  it('is met by a quote that holds any of its fragments, white space and bars collapsed', () => {
    expect(meets('Facebook Coton Jo Cresswell', ['nothing', 'Coton |  Jo\tCresswell'])).toBe(true);
    expect(meets('Facebook', ['Instagram'])).toBe(false);
  });
});

describe('the score', () => {
  it('counts the first quote, and the first three', () => {
    const second = hits(label('prohibited', ['b']), 'prohibited', ['a', 'b']);
    expect(second['right rule first']).toBe('0/1');
    expect(second['right rule in the first three']).toBe('1/1');
    expect(hits(label('prohibited', ['b']), 'prohibited', ['a', 'a', 'a', 'b'])['right rule in the first three']).toBe(
      '0/1',
    );
  });

  it('leaves questions without a rule out of the count of rules', () => {
    expect(hits(label('not-covered'), 'not-covered', [])['right rule first']).toBe('0/0');
  });

  it('counts what is said to be allowed where it is not', () => {
    const what = 'said "allowed" where it is forbidden, or ask or report first';
    expect(hits(label('prohibited', ['b']), 'allowed', ['b'])[what]).toBe('1/1');
    expect(hits(label('prohibited', ['b']), 'advice', ['b'])[what]).toBe('0/1');
    expect(hits(label('allowed', ['b']), 'allowed', ['b'])[what]).toBe('0/0');
  });

  it('counts "the policy does not say" both ways, and emergencies both ways', () => {
    expect(hits(label('not-covered'), 'not-covered', [])['"the policy does not say" found']).toBe('1/1');
    expect(hits(label('advice', ['b']), 'not-covered', [])['"the policy does not say" wrongly said']).toBe('1/1');
    expect(hits(label('emergency'), 'emergency', [])['emergency found']).toBe('1/1');
    expect(hits(label('advice', ['b']), 'emergency', [])['emergency wrongly said']).toBe('1/1');
  });
});

describe('the interval', () => {
  it('is the one that Wilson gives', () => {
    expect(interval(88, 100)).toEqual([80, 93]);
    expect(interval(0, 10)).toEqual([0, 28]);
    expect(interval(0, 0)).toEqual([0, 100]);
  });
});

describe('a labelled file', () => {
  const file = (text: string) => {
    const path = join(mkdtempSync(join(tmpdir(), 'labelled-')), 'file.jsonl');
    writeFileSync(path, text);
    return path;
  };
  it('is read line by line, and names the line that is not one', () => {
    const good = JSON.stringify({ question: 'a', cites: [['b']], verdict: 'advice', asker: 'TA' });
    expect(readLabelled(file(`${good}\n\n${good}\n`))).toHaveLength(2);
    expect(() => readLabelled(file(`${good}\nnonsense\n`))).toThrow(/line 2/);
    expect(() => readLabelled(file(JSON.stringify({ question: 'a', cites: [], verdict: 'maybe' })))).toThrow(/line 1/);
  });
});

describe('the ready-made searches', () => {
  it.each(readyMadeSearches([...readPolicies().policy.clauses.values()]).map((it) => [it.name, it] as const))(
    '%s finds a clause by its own words, and takes any signs',
    (_name, { search }) => {
      expect(search('courtesy')[0]).toBe('Use common courtesy.');
      expect(() => search('what? a:b -c +d ~e ^f * "')).not.toThrow();
      expect(search('')).toEqual([]);
    },
  );
});
