/** What the code itself knows: read from its text, so that a test which must cover all of it cannot fall behind. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { readContent } from '../../src/readContent.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const textsIn = (folder: string, ending: string): readonly string[] =>
  readdirSync(join(ROOT, folder))
    .filter((name) => name.endsWith(ending))
    .map((name) => readFileSync(join(ROOT, folder, name), 'utf8'));

const unique = (all: readonly string[]): readonly string[] => [...new Set(all)].sort();
const found = (texts: readonly string[], pattern: RegExp): readonly string[] =>
  unique(texts.flatMap((text) => [...text.matchAll(pattern)].map(([, one]) => one ?? '')));

/** Every verb that a press can have: those that the edge asks after, and those on the buttons of the cards. */
export function knownVerbs(): readonly string[] {
  const asked = textsIn('src/teams', '.ts').flatMap(verbsAskedIn);
  return unique([...asked, ...found(textsIn('cards', '.json'), /"verb": "([a-z][a-z.-]*)"/g)]);
}

/** The cases of each `switch (verb)`, without those of a switch inside one, and what a verb is compared with. */
function verbsAskedIn(text: string): readonly string[] {
  const cases = [...text.matchAll(/switch \((?:\w+\.)*verb\) \{/g)].flatMap(({ index, 0: opening }) => {
    let depth = 1;
    let own = '';
    for (const letter of text.slice(index + opening.length)) {
      if (depth === 1) own += letter;
      depth += letter === '{' ? 1 : letter === '}' ? -1 : 0;
      if (depth === 0) break;
    }
    return found([own], /case '([^']+)':/g);
  });
  return [...cases, ...found([text], /\bverb === '([^']+)'/g)];
}

/** Every name under which the edge looks into what a card sent. */
export function knownFields(): readonly string[] {
  const forms = readContent().forms.flatMap(({ inputs, more = [] }) => [...inputs, ...more]);
  return unique([...found(textsIn('src/teams', '.ts'), /data\['([^']+)'\]/g), ...forms.map(({ id }) => `f.${id}`)]);
}

/** Words that a card would send: its answers, acts and choices, and the kinds of report. */
export const knownWords = (): readonly string[] =>
  unique([
    ...found(textsIn('cards', '.json'), /"(?:answer|act|step|then|page|sure|value|helpful)": "([a-z][a-z-]*)"/g),
    ...readContent().forms.map(({ kind }) => kind),
  ]);

/** Every path that takes more than a look, with the method it takes: `POST /open/:id`. */
export const knownRoutes = (): readonly string[] =>
  unique(
    textsIn('src/web', '.ts').flatMap((text) =>
      [...text.matchAll(/\[\s*'(post|put|patch|del)',\s*'([^']+)'/g)].map(([, verb = '', path = '']) =>
        [verb.toUpperCase(), path].join(' '),
      ),
    ),
  );

/** Every name under which a page's form is read. */
export const knownFormFields = (): readonly string[] => found(textsIn('src/web', '.ts'), /form\??\.get\('([^']+)'\)/g);
