import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import guidance from './content/guidance/national.json' with { type: 'json' };
import standingLine from './content/guidance/standing-line.json' with { type: 'json' };
import alarms from './content/policy/coton-social-media/alarms.json' with { type: 'json' };
import blocks from './content/policy/coton-social-media/blocks.json' with { type: 'json' };
import clauses from './content/policy/coton-social-media/clauses.json' with { type: 'json' };
import about from './content/policy/coton-social-media/policy.json' with { type: 'json' };
import situations from './content/policy/coton-social-media/situations.json' with { type: 'json' };
import reasons from './content/policy/coton-social-media/reasons.json' with { type: 'json' };
import followUpWords from './content/policy/follow-ups.json' with { type: 'json' };
import words from './content/policy/words.json' with { type: 'json' };
import { fingerprintOf, gatherKnowledge, type Knowledge, type Phrasing } from './core/policy/learning.ts';
import { readModel } from './core/policy/model.ts';
import { readFollowUpWords } from './core/policy/followUp.ts';
import { type Policy, readGuidance, readPolicy } from './core/policy/policy.ts';
import { readReasons } from './core/policy/reasons.ts';
import { alarmBell } from './core/policy/understand.ts';
import { type Reader, wordReader } from './core/policy/words.ts';
import { readWordVectors, type WordVectors } from './core/policy/wordVectors.ts';
import { createEncoder } from './encoder/encoder.ts';
import { GRAPH_SHA256 } from './encoder/graph.ts';
import type { PolicyIndex } from './flows/answerQuestion.ts';
import type { FollowUps } from './flows/followUp.ts';
import type { SentenceEncoder } from './flows/ports.ts';

export const policyFolder = join(import.meta.dirname, 'content/policy/coton-social-media');

/**
 * Reads the content that answers are made from, through core's readers. Takes about half a second: once, at the start.
 *
 * @param encoder  begins to work with the first question
 */
export function readPolicies(encoder: SentenceEncoder = createEncoder()): PolicyIndex {
  const { policy, reader, knowledge } = readForTraining();
  return {
    policy,
    guidance: readGuidance(guidance),
    standingLine: standingLine.text,
    reader,
    knowledge,
    model: readModel(json('trained.json')),
    alarms: alarmBell(alarms, reader),
    encoder,
  };
}

/** By what a message is understood in the light of the last question. */
export const readFollowUps = (index: PolicyIndex): FollowUps => ({
  words: readFollowUpWords(followUpWords, index),
  reasons: readReasons(reasons, index.policy),
});

export type ForTraining = {
  readonly policy: Policy;
  readonly phrasings: readonly Phrasing[];
  readonly reader: Reader;
  readonly vectors: WordVectors;
  readonly knowledge: Knowledge;
  /** Of the content that is learnt from. */
  readonly fingerprint: string;
};

/** All but what was learnt: what the training itself reads. */
export function readForTraining(): ForTraining {
  const policy = readPolicy({ about, blocks, clauses, situations });
  const phrasings = [...readWriters().values()].flat();
  const reader = wordReader(words);
  const vectors = readWordVectors(json('../word-vectors.json'));
  const knowledge = gatherKnowledge(policy, phrasings, reader, vectors);
  return {
    policy,
    phrasings,
    reader,
    vectors,
    knowledge,
    fingerprint: fingerprintOf(policy, phrasings, words, vectors, GRAPH_SHA256),
  };
}

/** Every writer's phrasings, by the writer's name; in the order of names, so that training is the same everywhere. */
export function readWriters(folder = join(policyFolder, 'phrasings')): ReadonlyMap<string, readonly Phrasing[]> {
  const files = readdirSync(folder)
    .filter((name) => name.endsWith('.jsonl'))
    .sort();
  return new Map(files.map((name) => [name.replace('.jsonl', ''), readPhrasings(join(folder, name))]));
}

const phrasing = z.object({ q: z.string().min(1), s: z.string().min(1) });

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

/** The two big files of numbers are read as data: importing them as modules takes several times as long. */
const json = (name: string): unknown => JSON.parse(readFileSync(join(policyFolder, name), 'utf8'));
