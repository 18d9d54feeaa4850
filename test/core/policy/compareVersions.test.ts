import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  compareVersions,
  datesInWords,
  isUnaccounted,
  looksLikeTheSamePolicy,
  touchedBy,
  versionDatesOf,
} from '../../../src/core/policy/compareVersions.ts';
import { readSchoolDay, readSchoolMonth } from '../../../src/core/schoolDay.ts';
import { policyFolder, readForTraining } from '../../../src/policies.ts';

const document = readFileSync(join(policyFolder, 'document.txt'), 'utf8');
const { policy, phrasings } = readForTraining();

/** As a person would set it in Markdown: marks for headings, bullets, tables and links in the list of contents. */
const markdown = document
  .split('\n')
  .map((line) => {
    const entry = /^(\d+\. .*?)\.*\t\d+$/.exec(line)?.[1];
    if (entry !== undefined) return `- [${entry}](#${entry.toLowerCase().replace(/\W+/g, '-')})`;
    if (/^\d+\. /.test(line)) return `## ${line}`;
    if (/^[ivx]+\. /.test(line)) return `### **${line}**`;
    if (line.includes('\t')) return `| ${line.split('\t').join(' | ')} |`;
    if (line.startsWith('Version')) return line;
    return line.replace(/^- /, '* ').replace(/'/g, '’');
  })
  .join('\n')
  .replace(/^(\| Version .*)$/m, '$1\n|---|---|---|---|---|');

const wrapped = document
  .split('\n')
  .map((line) => (line.includes('\t') || line.includes('](') ? line : line.replace(/(.{60,75}) /g, '$1\n  ')))
  .join('\n');

const edit = (from: string, to: string): string => {
  expect(document).toContain(from);
  return document.replace(from, to);
};

describe('a version of the policy beside the one in force', () => {
  it.each([
    ['the document itself', document],
    ['with Windows line ends', document.replaceAll('\n', '\r\n')],
    ['set in Markdown', markdown],
    ['with wrapped lines', wrapped],
    ['with curly quotes and no list of contents', document.replace(/^.*\t\d+\n/gm, '').replaceAll("'", '’')],
  ])('does not differ: %s', (_what, text) => {
    const comparison = compareVersions(policy, text);
    expect({ ...comparison, same: 0 }).toEqual({ same: 0, changed: [], removed: [], added: [], moved: [] });
    expect(isUnaccounted(comparison)).toBe(false);
  });

  it('matches every clause of the policy to a passage', () => {
    const removed = compareVersions(policy, 'nothing of it').removed.flatMap(({ rules }) => rules);
    expect([...policy.clauses.keys()].filter((id) => !removed.includes(id))).toEqual([]);
  });

  it('shows the old and the new wording of a changed clause', () => {
    const { changed, removed, added } = compareVersions(
      policy,
      edit('contact the headteacher before', 'tell us before'),
    );
    expect(changed).toEqual([
      {
        was: expect.objectContaining({ rules: ['5.v.2'] }) as unknown,
        now: expect.stringContaining('tell us before') as unknown,
      },
    ]);
    expect(removed).toEqual([]);
    expect(added).toEqual([]);
  });

  it('sees a "not" that went, and words put at the end of a clause', () => {
    expect(compareVersions(policy, edit('Do not reveal any', 'Do reveal any')).changed).toHaveLength(1);
    const longer = edit('common courtesy.', 'common courtesy, except on Fridays.');
    expect(compareVersions(policy, longer).changed.map(({ was }) => was.rules)).toEqual([['5.i.1']]);
  });

  it('lists what is added, removed and moved', () => {
    const added = compareVersions(policy, edit('i. Be kind:', 'i. Be kind:\n\n- Never share the door code.'));
    expect(added).toMatchObject({ added: ['Never share the door code.'], changed: [], removed: [], moved: [] });
    const removed = compareVersions(policy, edit('- The Equality Act 2010\n', ''));
    expect(removed.removed).toMatchObject([{ text: 'The Equality Act 2010' }]);
    const away = edit('- Use common courtesy.\n', '').replace(
      'ii. Be honest:\n',
      'ii. Be honest:\n\n- Use common courtesy.\n',
    );
    expect(compareVersions(policy, away)).toMatchObject({ changed: [], moved: [{ rules: ['5.i.1'] }] });
  });

  it('names the situations that stand on it, with their phrasings, and what has no source left', () => {
    const comparison = compareVersions(policy, document.replace(/^- If you do wish to communicate.*\n/m, ''));
    const rules = comparison.removed.flatMap((passage) => passage.rules);
    expect(rules).toEqual(['5.v.2']);
    const { situations, withoutSource } = touchedBy(comparison, policy, phrasings, [
      { what: 'report form pupil-contact', rules },
    ]);
    const leaver = situations.find(({ id }) => id === 'leaver-request');
    expect(leaver).toMatchObject({ rules, phrasings: phrasings.filter(({ s }) => s === 'leaver-request').length });
    expect(leaver?.phrasings).toBeGreaterThan(0);
    expect(withoutSource).toContainEqual({ what: 'report form pupil-contact', rules });
    expect(withoutSource).toContainEqual({ what: 'situation leaver-request', rules });
  });

  it.each([
    ['a recipe', 'Beat two eggs.\n\nAdd flour and milk.\n\nFry until golden.', false],
    ['data', '{"name":"something","version":"1"}', false],
    ['half of the policy', document.slice(0, document.length / 2), true],
  ])('is told from another document: %s', (_what, text, is) => {
    expect(looksLikeTheSamePolicy(compareVersions(policy, text))).toBe(is);
  });
});

describe('the dates of the version table', () => {
  const month = (value: string) => readSchoolMonth(value) ?? ('' as never);
  const day = (value: string) => readSchoolDay(value) ?? ('' as never);
  const inForce = { lastReview: month('2024-07'), nextReview: month('2025-11') };

  it('are read from the document, plain or Markdown', () => {
    expect(versionDatesOf(document)).toEqual(inForce);
    expect(versionDatesOf(markdown)).toEqual(inForce);
    expect(versionDatesOf('No table here')).toBeNull();
  });

  it.each([
    ['2025-11-30', inForce, []],
    ['2025-12-01', inForce, ['Its next review was due in November 2025, which has passed.']],
    ['2024-06-30', inForce, ['Its last review, July 2024, is still to come.']],
    ['2024-08-01', { ...inForce, nextReview: month('2024-07') }, 2],
    [
      '2024-08-01',
      { ...inForce, lastReview: month('2023-07') },
      ['It was last reviewed before the version in force (July 2024).'],
    ],
    ['2024-08-01', null, ['The version table with its last and next review could not be read.']],
  ])('on %s', (on, dates, said) => {
    const sentences = datesInWords(dates, inForce, day(on));
    if (typeof said === 'number') expect(sentences).toHaveLength(said);
    else expect(sentences).toEqual(said);
  });
});
