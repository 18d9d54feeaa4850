import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { builtinModules } from 'node:module';

const src = resolve(import.meta.dirname, '../src');

/** Which rooms a room may look into, besides itself. The files directly in `src` are rooms of their own. */
const MAY_LOOK: Readonly<Record<string, readonly string[]>> = {
  core: [],
  content: [],
  flows: ['core'],
  cards: ['core', 'flows/ports', '../cards'],
  teams: ['cards', 'flows', 'core'],
  web: ['cards', 'flows', 'core'],
  media: ['flows/ports', 'core'],
  encoder: ['flows/ports', 'core'],
  fetching: ['flows/ports', 'core'],
  storage: ['flows/ports', 'core'],
  papers: ['cards', 'flows/sealForChair', 'core'],
  settings: ['core'],
  policies: ['core', 'flows', 'content', 'encoder'],
  readContent: ['core', 'flows', 'content', 'policies', 'readEarlier', 'encoder'],
  readEarlier: ['core', 'content'],
  app: [
    'settings',
    'policies',
    'readContent',
    'cards',
    'teams',
    'web',
    'media',
    'encoder',
    'fetching',
    'storage',
    'flows',
    'core',
    'content',
  ],
  main: ['app', 'settings', 'core'],
  local: ['app', 'settings', 'fetching/hosts', 'core', 'flows/ports'],
  tools: [
    'policies',
    'app',
    'settings',
    'storage',
    'flows',
    'core',
    'content',
    'media',
    'encoder',
    'fetching',
    'cards',
    'local',
    'papers',
    'readContent',
  ],
};

/** Packages that only one room may know. */
const ONLY_IN: readonly (readonly [RegExp, string])[] = [
  [/^botbuilder|^botframework/, 'teams'],
  [/^restify/, 'web'],
  [/^@azure\/(data-tables|storage-blob)/, 'storage'],
  [/^sharp/, 'media'],
  [/^onnxruntime|^@huggingface/, 'encoder'],
  // `web` serves and asks nobody; `local` only asks this machine whether something answers.
  [/^(node:)?https?$|^undici/, 'fetching'],
];

const files = readdirSync(src, { recursive: true, encoding: 'utf8' }).filter((name) => /\.(ts|cjs|mjs)$/.test(name));
const roomOf = (path: string): string => path.split('/')[0]?.replace(/\.ts$/, '') ?? '';

type Import = { readonly from: string; readonly to: string };
const imports: readonly Import[] = files.flatMap((from) => {
  const text = readFileSync(join(src, from), 'utf8');
  return [...text.matchAll(/(?:from|import|require\()\s*\(?'([^'\n]+)'/g)].map(([, to]) => ({ from, to: to ?? '' }));
});

describe('the rooms of the house', () => {
  it('finds rooms and imports to hold', () => {
    expect(files.length).toBeGreaterThan(30);
    expect(imports.length).toBeGreaterThan(100);
    expect([...new Set(files.map(roomOf))].filter((room) => !(room in MAY_LOOK))).toEqual([]);
  });

  it('look only one way', () => {
    const wrong = imports.flatMap(({ from, to }) => {
      if (!to.startsWith('.')) return [];
      const target = relative(src, resolve(join(src, dirname(from)), to));
      const room = roomOf(from);
      const into = target.startsWith('..') ? `../${target.split('/')[1]}` : target.replace(/\.(ts|json)$/, '');
      const allowed = [room, ...(MAY_LOOK[room] ?? [])];
      return allowed.some((place) => into === place || into.startsWith(`${place}/`))
        ? []
        : [`${from} reaches into ${into}`];
    });
    expect(wrong).toEqual([]);
  });

  it('keep each outside package to the one room that knows it', () => {
    const wrong = imports.flatMap(({ from, to }) =>
      ONLY_IN.flatMap(([name, room]) =>
        name.test(to) &&
        roomOf(from) !== room &&
        !(room === 'fetching' && (roomOf(from) === 'web' || from.startsWith('local/')))
          ? [`${from} imports ${to}, which only ${room} may know`]
          : [],
      ),
    );
    expect(wrong).toEqual([]);
  });

  it('keep core free of clock, environment, disk and network', () => {
    const core = files.filter((name) => name.startsWith('core/'));
    const wrong = core.flatMap((name) => {
      const text = readFileSync(join(src, name), 'utf8');
      const builtins = imports
        .filter(({ from, to }) => from === name && (to.startsWith('node:') || builtinModules.includes(to)))
        .map(({ to }) => to)
        .filter((to) => to !== 'node:crypto');
      const reached = /\bprocess\.|Date\.now\(|new Date\(\)|Math\.random\(|\bfetch\(/.exec(text);
      return [
        ...builtins.map((to) => `${name} imports ${to}`),
        ...(reached === null ? [] : [`${name} uses ${reached[0]}`]),
      ];
    });
    expect(wrong).toEqual([]);
  });
});
