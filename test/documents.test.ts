import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { settingNames } from '../src/settings.ts';
import { LOCAL_TENANT_ID, localPeople } from '../src/local/people.ts';
import { DEFAULT_PORT } from '../src/local/options.ts';

const root = resolve(import.meta.dirname, '..');
const inFolder = (folder: string) =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => join(folder, name));
const documents = ['README.md', 'infra/README.md', ...inFolder('docs')];
const read = (name: string): string => readFileSync(join(root, name), 'utf8');
const { scripts } = JSON.parse(read('package.json')) as { readonly scripts: Readonly<Record<string, string>> };

describe.each(documents)('%s', (name) => {
  it('names no command that there is not', () => {
    const commands = [...read(name).matchAll(/`?npm run (?:--silent )?([a-z][a-z:-]*)/g)].map(
      ([, command]) => command ?? '',
    );
    expect(commands.filter((command) => !(command in scripts))).toEqual([]);
  });

  it('leads nowhere that there is not', () => {
    const links = [...read(name).matchAll(/\]\(([^)#:]+)(?:#[^)]*)?\)|<img src="([^"]+)"/g)].map(
      ([, to, picture]) => to ?? picture ?? '',
    );
    expect(links.filter((to) => !existsSync(resolve(root, dirname(name), to)))).toEqual([]);
  });

  it('names no file of ours that there is not', () => {
    const files = [...read(name).matchAll(/`((?:src|test|infra|docs|cards|appPackage)\/[\w./-]+)`/g)].map(
      ([, to]) => to,
    );
    expect(files.filter((to) => !existsSync(join(root, to ?? '')))).toEqual([]);
  });
});

describe('the README', () => {
  const readme = read('README.md');

  it('says every command that people use', () => {
    const ofDevelopers = ['icons', 'format:check', 'estimate'];
    const said = Object.keys(scripts).filter((name) => new RegExp(`npm (run )?(--silent )?${name}\\b`).test(readme));
    const listed = Object.keys(scripts).filter((name) => readme.includes(`\`${name}\``));
    expect([...said, ...listed, ...ofDevelopers]).toEqual(expect.arrayContaining(Object.keys(scripts)));
  });

  it('says every setting', () => {
    for (const name of settingNames) expect(readme).toContain(`\`${name}\``);
  });

  it('gives the local tenant, persons and port as they are', () => {
    expect(readme).toContain(LOCAL_TENANT_ID);
    for (const { name, entraId } of [
      localPeople.teacher,
      localPeople.headteacher,
      localPeople.safeguardingLead,
      localPeople.chair,
    ])
      expect(readme).toMatch(new RegExp(`${name}.*${entraId}`));
    expect(readme).toContain(String(DEFAULT_PORT));
  });
});

it('the first day in Teams says of every row whether somebody has seen it', () => {
  const rows = read('docs/first-day-in-teams.md')
    .split('\n')
    .filter((line) => /^\| (?!-|What we count on)/.test(line));
  expect(rows.length).toBeGreaterThan(40);
  const unmarked = rows.filter((row) => !/\| (not shown|\d{4}-\d\d-\d\d\b[^|]*?) *\|$/.test(row));
  expect(unmarked).toEqual([]);
});
