import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { Phrasing } from '../core/policy/learning.ts';
import { readPolicy, type Policy } from '../core/policy/policy.ts';
import { type Reader, wordReader, type Words } from '../core/policy/words.ts';

export const policyFolder = join(import.meta.dirname, '../content/policy/coton-social-media');

const phrasing = z.object({ q: z.string().min(1), s: z.string().min(1) });

/** Every writer's file, by the writer's name; in the order of names, so that training is the same everywhere. */
export function readWriters(folder = join(policyFolder, 'phrasings')): ReadonlyMap<string, readonly Phrasing[]> {
  const files = readdirSync(folder)
    .filter((name) => name.endsWith('.jsonl'))
    .sort();
  return new Map(files.map((name) => [name.replace('.jsonl', ''), readPhrasings(join(folder, name))]));
}

/** @throws with the file and line that cannot be read */
export function readPhrasings(file: string): readonly Phrasing[] {
  return readFileSync(file, 'utf8')
    .split('\n')
    .flatMap((line, at) => {
      if (line.trim() === '') return [];
      try {
        return [phrasing.parse(JSON.parse(line))];
      } catch (error) {
        throw new Error(`${file}, line ${at + 1} is not a phrasing: ${line}`, { cause: error });
      }
    });
}

export type ForTraining = { readonly policy: Policy; readonly phrasings: readonly Phrasing[]; readonly reader: Reader };

/** Content as the training reads it. Not through `readPolicies`, which needs the stored result that is to be made. */
export function readForTraining(): ForTraining {
  const json = (name: string): unknown => JSON.parse(readFileSync(join(policyFolder, name), 'utf8'));
  const policy = readPolicy({
    about: json('policy.json'),
    blocks: json('blocks.json'),
    clauses: json('clauses.json'),
    situations: json('situations.json'),
  });
  return { policy, phrasings: [...readWriters().values()].flat(), reader: wordReader(json('../words.json') as Words) };
}
