/**
 * Several turns work on one person's draft at the same time: change it, seal it and unseal it, send it. The service takes
 * its time, differently for each request and the same in every run. Each change adds one to a number that it read, so
 * that a change which was lost, or made twice, shows.
 */
import type { FormAnswers } from '../../src/core/report/forms.ts';
import type { Storage } from '../../src/storage/storage.ts';
import { aDraft, aFiling, reportId, SCHOOL, TEACHER } from '../builders/values.ts';
import { behindWire, type BehindWire } from './behindWire.ts';

let wired: BehindWire;
beforeAll(async () => {
  wired = await behindWire();
});
afterAll(() => wired.stop());

/** Numbers from 0 to 1 that look random and are the same for the same seed (mulberry32). */
function numbersFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const LONGEST_WAIT_MS = 12;
const TURNS = 5;
const ACTS_A_TURN = 5;
const countIn = ({ answers }: { readonly answers: FormAnswers }) => Number(answers.count ?? '0');

async function turn({ drafts, reports }: Storage, next: () => number, name: number, maySend: boolean) {
  let changes = 0;
  let missing = 0;
  for (let act = 0; act < ACTS_A_TURN; act += 1) {
    const kept = await drafts.get(SCHOOL, TEACHER);
    if (kept === null) {
      missing += 1;
      continue;
    }
    const chance = next();
    if (maySend && chance < 0.15) {
      const filing = aFiling(kept.value, { id: reportId(`${name}-${act}`) });
      await reports.file(SCHOOL, filing, kept, []);
      continue;
    }
    const sealed = chance < 0.6 ? !kept.value.sealed : kept.value.sealed;
    const answers = { count: String(countIn(kept.value) + 1) };
    const outcome = await drafts.replace(SCHOOL, kept, { ...kept.value, sealed, answers });
    if (outcome !== 'changed') changes += 1;
  }
  return { changes, missing };
}

it.each([1, 2, 3, 4, 5, 6, 7, 8])('no change is lost and the draft is always found (order %i)', async (seed) => {
  const storage = await wired.open({ tries: 1 });
  const next = numbersFrom(seed);
  await storage.drafts.create(SCHOOL, aDraft());
  wired.tables.fault(() => ({ waitMs: next() * LONGEST_WAIT_MS }));
  const turns = await Promise.all(Array.from({ length: TURNS }, (_none, name) => turn(storage, next, name, false)));
  const kept = await storage.drafts.get(SCHOOL, TEACHER);
  if (kept === null) throw new Error('the draft is lost');
  const changes = turns.reduce((sum, one) => sum + one.changes, 0);
  expect(changes).toBeGreaterThan(0);
  expect(turns.map(({ missing }) => missing)).toEqual(turns.map(() => 0));
  expect(countIn(kept.value)).toBe(changes);
});

it.each([11, 12, 13, 14, 15, 16, 17, 18])('one report is made, of the last that was kept (order %i)', async (seed) => {
  const storage = await wired.open({ tries: 1 });
  const next = numbersFrom(seed);
  await storage.drafts.create(SCHOOL, aDraft());
  wired.tables.fault(() => ({ waitMs: next() * LONGEST_WAIT_MS }));
  const turns = await Promise.all(Array.from({ length: TURNS }, (_none, name) => turn(storage, next, name, true)));
  const changes = turns.reduce((sum, one) => sum + one.changes, 0);
  const left = await storage.drafts.get(SCHOOL, TEACHER);
  const { items } = await storage.reports.mine(SCHOOL, TEACHER, 10);
  expect([left === null ? 0 : 1, items.length].reduce((a, b) => a + b)).toBe(1);
  const report = items[0] === undefined ? null : await storage.reports.get(SCHOOL, items[0].id);
  const last = report?.value ?? left?.value;
  if (last === undefined) throw new Error('nothing is left');
  expect(countIn(last)).toBe(changes);
  // Its audience is that of the draft as it was sent, and it stands on that side only.
  const sides = [await storage.reports.open(SCHOOL, 10), await storage.reports.openSealed(SCHOOL, 10)];
  expect(sides.flatMap((side) => side.items)).toHaveLength(items.length);
});
