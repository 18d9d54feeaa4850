import { createHash } from 'node:crypto';
import { z } from 'zod';
import { readRuleId } from '../core/ids.ts';
import type { LastAsked } from '../core/policy/lastAsked.ts';
import type { LastAskedStore, Talking } from '../flows/ports.ts';
import { lastAskedKey, partitionOf, within } from './keys.ts';
import type { Step, Table } from './table.ts';

const ruleId = z.custom<LastAsked['rules'][number]>((value) => readRuleId(value) === value);
/** Strict: a row can hold ids of content and an instant, and no words. */
const lastAskedRow = z.strictObject({
  policy: z.string(),
  situation: z.string(),
  rules: z.array(ruleId),
  open: z.array(z.string()),
  asked: z.int().min(0),
  at: z.string().refine((text) => !Number.isNaN(Date.parse(text))),
}) satisfies z.ZodType<LastAsked>;

/** Ids of conversations hold signs that no key may: their fingerprint stands for them. */
const keyOf = ({ person, conversation }: Talking): string =>
  lastAskedKey(person, createHash('sha256').update(conversation).digest('hex').slice(0, 32));

/** The last writer is right: the question that was asked last is the one that a message goes on from. */
export function lastAskedStep(talking: Talking, { policy, situation, rules, open, asked, at }: LastAsked): Step {
  const value: LastAsked = { policy, situation, rules, open, asked, at };
  return { act: 'put', key: keyOf(talking), value };
}

export function lastAskedStore(table: Table): LastAskedStore {
  return {
    async get(school, talking) {
      const attempt = ['read last question of', talking.person] as const;
      const row = await table.read(attempt, partitionOf(school, false), keyOf(talking), lastAskedRow);
      return row?.value ?? null;
    },

    async keep(school, talking, last) {
      await table.write(['keep last question of', talking.person], partitionOf(school, false), [
        lastAskedStep(talking, last),
      ]);
    },

    async forget(school, talking) {
      const written = await table.write(['forget last question of', talking.person], partitionOf(school, false), [
        { act: 'remove', key: keyOf(talking) },
      ]);
      return written.kind === 'written';
    },

    async sweep(school, before) {
      const attempt = ['sweep last questions'] as const;
      const rows = await table.range(attempt, partitionOf(school, false), within('lastasked:'), lastAskedRow);
      const old = rows.filter(({ value }) => Date.parse(value.at) < before.getTime());
      // As it was read: somebody may have asked again in between.
      for (const { key, etag } of old) await table.removeAsRead(attempt, partitionOf(school, false), key, etag);
      return old.length;
    },
  };
}
