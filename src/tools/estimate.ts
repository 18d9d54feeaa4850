/**
 * `npm run estimate`: leaves one writer out at a time, learns from the others, and answers what that writer asked. What
 * comes out is how well somebody is understood whose phrasings were never seen; briefs were seen by all, and the encoder's tuned
 * layer was fitted to all writers, the one left out among them, so it flatters.
 * `-- NAME …` leaves out the named writers only. `--few` learns from three writers, and `--scenes` from the writers of briefs
 * alone, and both answer writers of scenes: how well scenes are understood that nobody wrote. `--no-encoder` does without it.
 * `--policy ID` is of that policy; of the first where none is named.
 */
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { askedOften } from '../core/policy/askedOften.ts';
import { readKnown } from '../core/policy/learning.ts';
import { readModel } from '../core/policy/model.ts';
import type { Situation } from '../core/policy/policy.ts';
import { understand } from '../core/policy/understand.ts';
import { placeAll } from '../encoder/inBulk.ts';
import { NO_ENCODER } from '../flows/ports.ts';
import { readAskedCounts, readForTraining, readPolicies, readWriters } from '../policies.ts';
import { learn } from './learn.ts';
import { interval } from './scoring.ts';
import { choosePolicy, POLICY_OPTIONS } from './whichPolicy.ts';

type Tally = { readonly what: string; hits: number; of: number };

const WHATS = [
  'situation',
  'first rule',
  'verdict',
  'not covered, found',
  'not covered, wrongly said',
  'emergency found',
  'emergency wrongly said',
  'allowed, wrongly said',
] as const;

function tallyOf(wanted: readonly Situation[], given: readonly Situation[]): Tally[] {
  const tallies = new Map<string, Tally>(WHATS.map((what) => [what, { what, hits: 0, of: 0 }]));
  const count = (what: (typeof WHATS)[number], hit: boolean): void => {
    const tally = tallies.get(what);
    if (!tally) return;
    tally.of++;
    if (hit) tally.hits++;
  };
  for (const [at, want] of wanted.entries()) {
    const got = given[at];
    if (!got) continue;
    count('situation', got.id === want.id);
    count('verdict', got.verdict === want.verdict);
    if (want.verdict === 'emergency') count('emergency found', got.verdict === 'emergency');
    else count('emergency wrongly said', got.verdict === 'emergency');
    if (want.verdict === 'not-covered') count('not covered, found', got.verdict === 'not-covered');
    else count('not covered, wrongly said', got.verdict === 'not-covered');
    if (want.verdict !== 'not-covered' && want.verdict !== 'emergency')
      count('first rule', got.cites[0] === want.cites[0]);
    if (['prohibited', 'report', 'ask-headteacher'].includes(want.verdict)) {
      count('allowed, wrongly said', got.verdict === 'allowed');
    }
  }
  return [...tallies.values()];
}

function print(name: string, tallies: readonly Tally[]): void {
  console.log(`\n${name}`);
  for (const { what, hits, of } of tallies) {
    const [low, high] = interval(hits, of);
    const share = of === 0 ? '-' : ((100 * hits) / of).toFixed(1);
    console.log(
      `  ${what.padEnd(28)} ${`${hits} of ${of}`.padStart(14)}   ${share.padStart(5)} in 100 (${low}-${high})`,
    );
  }
}

const { values, positionals: chosen } = parseArgs({
  allowPositionals: true,
  options: {
    few: { type: 'boolean', default: false },
    scenes: { type: 'boolean', default: false },
    'no-encoder': { type: 'boolean', default: false },
    ...POLICY_OPTIONS,
  },
});
const place = choosePolicy(values);
const { policy, reader } = readForTraining(place);
const { alarms } = readPolicies(NO_ENCODER, place);
const counts = readAskedCounts(place.folder, policy);
const writers = readWriters(join(place.folder, 'phrasings'));
const known = new Map<string, Float32Array>();

async function placesOnce(texts: readonly string[]): Promise<readonly Float32Array[]> {
  const news = [...new Set(texts)].filter((text) => !known.has(text));
  const places = await placeAll(news.map((text) => reader.spelt(text)));
  for (const [at, text] of news.entries()) known.set(text, places[at] ?? new Float32Array());
  return texts.map((text) => known.get(text) ?? new Float32Array());
}

async function estimate(from: readonly string[], asking: readonly string[]): Promise<readonly Tally[]> {
  const taught = from.flatMap((name) => writers.get(name) ?? []);
  const phrasings = asking.flatMap((name) => writers.get(name) ?? []);
  const lessons = { policy, known: readKnown(policy, taught, reader), reader, fingerprint: 'an estimate' };
  const { packed } = await learn(lessons, values['no-encoder'] ? null : placesOnce);
  const model = readModel(packed);
  const asked = values['no-encoder'] ? [] : await placesOnce(phrasings.map(({ q }) => q));
  const wanted = phrasings.flatMap(({ s }) => policy.situations.get(s) ?? []);
  const mind = { reader, model, alarms, askedOften: askedOften(counts, model.situations, policy) };
  return tallyOf(
    wanted,
    phrasings.map(({ q }, at) => understand(q, policy, mind, asked[at] ?? null).chosen),
  );
}

const names = [...writers.keys()];
const ofScenes = names.filter((name) => name.startsWith('scenes-'));
if (values.few)
  print(
    'Learnt from three writers',
    await estimate(['ta-phone', 'caretaker', 'supply'], ['governor', 'scenes-b', 'scenes-e']),
  );
if (values.scenes) {
  const ofBriefs = names.filter((name) => !ofScenes.includes(name));
  print('Learnt from the writers of briefs, asked by those of scenes', await estimate(ofBriefs, ofScenes));
}
if (!values.few && !values.scenes) {
  const totals = new Map<string, Tally>();
  for (const name of names.filter((it) => chosen.length === 0 || chosen.includes(it))) {
    const tallies = await estimate(
      names.filter((other) => other !== name),
      [name],
    );
    print(name, tallies);
    for (const { what, hits, of } of tallies) {
      const total = totals.get(what) ?? { what, hits: 0, of: 0 };
      totals.set(what, { what, hits: total.hits + hits, of: total.of + of });
    }
  }
  print('All writers left out in turn', [...totals.values()]);
}
