import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import guidance from './content/guidance/national.json' with { type: 'json' };
import standingLine from './content/guidance/standing-line.json' with { type: 'json' };
import followUpWords from './content/policy/follow-ups.json' with { type: 'json' };
import order from './content/policy/policies.json' with { type: 'json' };
import words from './content/policy/words.json' with { type: 'json' };
import { type AskedCounts, askedCounts, askedOften } from './core/policy/askedOften.ts';
import { countWords, fingerprintOf, type Known, type Phrasing, readKnown } from './core/policy/learning.ts';
import { type Model, readModel } from './core/policy/model.ts';
import { readFollowUpWords } from './core/policy/followUp.ts';
import { readMiddles } from './core/policy/middles.ts';
import { type Gist, gist, inBrief, type Narrowed, narrowing } from './core/policy/narrowing.ts';
import { type Policy, readGuidance, readPolicy } from './core/policy/policy.ts';
import { readReasons } from './core/policy/reasons.ts';
import { countsForSpelling, ordinaryWords, spellerOf } from './core/policy/spelling.ts';
import { type AlarmPattern, alarmBell, PLAN } from './core/policy/understand.ts';
import { type Reader, wordReader } from './core/policy/words.ts';
import { createEncoder } from './encoder/encoder.ts';
import { encoderMark } from './encoder/graph.ts';
import type { PolicyIndex } from './flows/answerQuestion.ts';
import type { Held, Policies } from './flows/policies.ts';
import type { FollowUps } from './flows/followUp.ts';
import type { SentenceEncoder } from './flows/ports.ts';

/** Every folder in here is a policy. */
export const policiesFolder = join(import.meta.dirname, 'content/policy');

/** Where a policy's content is. Its id is the name of its folder. */
export type PolicyPlace = { readonly id: string; readonly folder: string };

/** The school's main policy: the one that is asked where no other is named. */
export const firstPolicy: PolicyPlace = { id: order.first, folder: join(policiesFolder, order.first) };
export const policyFolder = firstPolicy.folder;

/**
 * Every policy there is: the first, then by name.
 *
 * @param further  folders of policies beside our own
 * @throws where two of them go by one id
 */
export function findPolicies(further: readonly string[] = []): readonly PolicyPlace[] {
  const places = [policiesFolder, ...further].flatMap((root) =>
    readdirSync(root, { withFileTypes: true })
      .filter((entry) => entry.isDirectory() && existsSync(join(root, entry.name, 'policy.json')))
      .map(({ name }) => ({ id: name, folder: join(root, name) })),
  );
  const twice = places.find(({ id }, at) => places.findIndex((other) => other.id === id) !== at);
  if (twice) throw new Error(`Two policies go by the id "${twice.id}"; one is in ${twice.folder}`);
  const others = places.filter(({ id }) => id !== firstPolicy.id).sort((one, other) => (one.id < other.id ? -1 : 1));
  return [firstPolicy, ...others];
}

/** Slips are put right by the words of the first policy's phrasings, whichever policy is asked. */
const spelling = z.object({
  /** Of the phrasings that were counted. */
  learntFrom: z.string(),
  words: z.record(z.string(), z.number()),
});
export type Spelling = Readonly<z.infer<typeof spelling>>;

/** What all policies have in common, read once. */
let kept: Reader | null = null;
const sharedReader = (): Reader => (kept ??= wordReader(words, spellerOf(readCounts(), readDictionary())));

function readCounts(): ReadonlyMap<string, number> {
  const stored = jsonIfThere(firstPolicy.folder, 'spelling.json');
  if (stored === null) throw new Error(`${firstPolicy.folder} holds no spelling.json: run \`npm run train\``);
  return new Map(Object.entries(spelling.parse(stored).words));
}

/** British English, from the package's two files: its own entrance waits while it is loaded, which tests cannot. */
function readDictionary(): (word: string) => boolean {
  const folder = dirname(createRequire(import.meta.url).resolve('dictionary-en-gb'));
  const [aff, dic] = ['aff', 'dic'].map((kind) => readFileSync(join(folder, `index.${kind}`), 'utf8'));
  return ordinaryWords({ aff: aff ?? '', dic: dic ?? '' });
}

/**
 * Reads the content that a policy's answers are made from, through core's readers. Takes a fraction of a second. Of the phrasings it reads nothing.
 *
 * @param encoder  begins to work with the first question
 * @throws where content does not hold together
 */
export function readPolicies(encoder: SentenceEncoder = createEncoder(), place = firstPolicy): PolicyIndex {
  const policy = readPolicyIn(place);
  if (policy.about.id !== place.id) throw new Error(`${place.folder} holds the policy "${policy.about.id}"`);
  if (!policy.situations.has(PLAN.otherwise)) throw new Error(`${place.folder} has no situation "${PLAN.otherwise}"`);
  const model = readLearnt(place.folder);
  // Our own policy is held to this by a test; nothing else would hold a school's.
  const isCurrent = () => model.learntFrom === fingerprintOf(policy, readAllWriters(place), words, encoderMark());
  if (place !== firstPolicy && !isCurrent()) throw new Error(trainAgain(place.folder));
  const reader = sharedReader();
  return {
    policy,
    guidance: readGuidance(guidance),
    standingLine: standingLine.text,
    reader,
    model,
    alarms: alarmBell(readAlarms(place.folder), reader),
    askedOften: askedOften(readAskedCounts(place.folder, policy), model.situations, policy),
    encoder,
  };
}

const readPolicyIn = ({ folder }: PolicyPlace): Policy =>
  readPolicy({
    about: json(folder, 'policy.json'),
    blocks: json(folder, 'blocks.json'),
    clauses: json(folder, 'clauses.json'),
    situations: json(folder, 'situations.json'),
  });

const trainAgain = (folder: string): string =>
  `${folder}, or the encoder, changed since it was learnt from: run \`npm run train\``;

function readLearnt(folder: string): Model {
  const stored = jsonIfThere(folder, 'trained.json');
  if (stored === null) throw new Error(`${folder} holds no trained.json: run \`npm run train\``);
  return readModel(stored);
}

const alarm = z.object({
  situation: z.string(),
  groups: z.array(z.array(z.string())),
  never: z.array(z.string()),
  saysWho: z.boolean().optional(),
});
const readAlarms = (folder: string): readonly AlarmPattern[] =>
  z.array(alarm).parse(jsonIfThere(folder, 'alarms.json') ?? []);

/** None where the policy has no `asked.json`. @throws where they name a situation that is not there */
export function readAskedCounts(folder: string, { situations }: Policy): AskedCounts {
  const counts = askedCounts.parse(jsonIfThere(folder, 'asked.json') ?? {});
  const unknown = Object.keys(counts).find((id) => !situations.has(id));
  if (unknown !== undefined) throw new Error(`${folder}/asked.json names a situation that is not there: "${unknown}"`);
  return counts;
}

/** By what a message is understood in the light of the last question. */
export const readFollowUps = (index: PolicyIndex, place = firstPolicy): FollowUps => ({
  // Which rules hold on every platform is said of the first policy's rules; another policy may use the same ids.
  words: readFollowUpWords(
    place.id === firstPolicy.id ? followUpWords : { ...followUpWords, platformFreeSections: [] },
    index,
  ),
  reasons: readReasons(jsonIfThere(place.folder, 'reasons.json') ?? [], index.policy),
});

/** So many policies are asked beside the first: what more are asked costs time and rarely has the answer. */
const MOST_BESIDE = 2;
/** So many of those that were asked last are kept ready. One takes about 15 MB where it is as large as the first. */
const MOST_READY = 4;

export type PolicyShelf = Policies & {
  /** What a question would have been narrowed to, and what that cost. */
  narrowed(question: string): Narrowed;
  /** How often a policy was made ready. */
  readonly loads: () => number;
};

/** Where policies are read from. */
export type PolicySource = {
  readonly reader: Reader;
  load(place: PolicyPlace): Held;
  gist(place: PolicyPlace): Gist;
};

const fromFolders = (encoder: SentenceEncoder): PolicySource => ({
  reader: sharedReader(),
  load: (place) => readHeld(place, encoder),
  gist: (place) => inBrief(readGist(place)),
});

/** @throws where nothing was learnt yet */
export function readGist({ id, folder }: PolicyPlace): Gist {
  const stored = jsonIfThere(folder, 'gist.json');
  if (stored === null) throw new Error(`${folder} holds no gist.json: run \`npm run train\``);
  return { ...gist.parse(stored), policy: id };
}

/**
 * Holds the policies: the first is made ready at once, another when it is first asked. Where there are more than can all be
 * asked, those whose words a question has are.
 *
 * @throws where the first does not hold together, or one of many has no gist
 */
export function holdPolicies(
  encoder: SentenceEncoder = createEncoder(),
  places = findPolicies(),
  source = fromFolders(encoder),
): PolicyShelf {
  const [firstPlace, ...others] = places;
  if (firstPlace === undefined) throw new Error('There is no policy');
  const first = source.load(firstPlace);
  let loads = 1;
  const narrow = others.length > MOST_BESIDE ? narrowing(others.map((place) => source.gist(place))) : null;
  const ready = new Map<string, Held>();
  const all = others.map(({ id }) => id);
  const byId = new Map(others.map((place) => [place.id, place]));
  const narrowed = (question: string): Narrowed =>
    narrow?.find(source.reader.read(question), MOST_BESIDE) ?? { policies: all, lookedAt: 0 };
  const shelf: PolicyShelf = {
    ids: places.map(({ id }) => id),
    first,
    encoder,
    of(id) {
      if (id === firstPlace.id) return first;
      const place = byId.get(id);
      if (place === undefined) return null;
      const held = ready.get(id) ?? source.load(place);
      if (!ready.delete(id)) loads++;
      // The last in the map is the one that was asked last.
      ready.set(id, held);
      const [oldest] = ready.keys();
      if (ready.size > MOST_READY && oldest !== undefined) ready.delete(oldest);
      return held;
    },
    beside: (question) => narrowed(question).policies,
    narrowed,
    loads: () => loads,
  };
  // Where all of them are asked every time, the first to ask need not wait for them.
  if (narrow === null) for (const id of all) shelf.of(id);
  return shelf;
}

/** Reads a policy with all that is needed to ask it. */
export function readHeld(place: PolicyPlace, encoder: SentenceEncoder): Held {
  const index = readPolicies(encoder, place);
  const middles = jsonIfThere(place.folder, 'middles.json');
  return {
    id: place.id,
    index,
    followUps: readFollowUps(index, place),
    gist: readGist(place),
    middles: middles === null ? null : readMiddles(middles),
  };
}

export type ForTraining = {
  readonly policy: Policy;
  readonly phrasings: readonly Phrasing[];
  readonly reader: Reader;
  readonly known: readonly Known[];
  /** What a reader of questions puts slips right by; of the first policy only. */
  readonly spelling: Spelling | null;
  /** Of the content that is learnt from. */
  readonly fingerprint: string;
};

/**
 * All but what was learnt: what the training itself reads. Nothing of it is kept; it takes seconds.
 *
 * @throws where content does not hold together
 */
export function readForTraining(place = firstPolicy): ForTraining {
  const policy = readPolicyIn(place);
  const phrasings = readAllWriters(place);
  const fingerprint = fingerprintOf(policy, phrasings, words, encoderMark());
  const isOrdinary = readDictionary();
  const isFirst = place.id === firstPolicy.id;
  const counts = countWords(isFirst ? phrasings : readAllWriters(firstPolicy));
  const reader = wordReader(words, spellerOf(counts, isOrdinary));
  return {
    policy,
    phrasings,
    reader,
    known: readKnown(policy, phrasings, reader),
    spelling: isFirst ? { learntFrom: fingerprint, words: countsForSpelling(counts, isOrdinary) } : null,
    fingerprint,
  };
}

const readAllWriters = ({ folder }: PolicyPlace): readonly Phrasing[] =>
  [...readWriters(join(folder, 'phrasings')).values()].flat();

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

/** Big files of numbers are read as data: importing them as modules takes several times as long. */
const json = (folder: string, name: string): unknown => JSON.parse(readFileSync(join(folder, name), 'utf8'));
const jsonIfThere = (folder: string, name: string): unknown =>
  existsSync(join(folder, name)) ? json(folder, name) : null;
