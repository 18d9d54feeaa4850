/**
 * The storage ports in this process's memory, for tests of the flows. Written apart from `src/storage`, and held against
 * the same contract suite, so that neither can drift.
 *
 * Values go in and come out as JSON, so a test cannot share an object with the store by accident.
 */
import { createHash } from 'node:crypto';
import {
  type AnswerId,
  type QuestionId,
  type DraftId,
  readDraftId,
  readPictureId,
  type Reference,
  type ReportId,
  type SchoolId,
  type StaffId,
} from '../../src/core/ids.ts';
import type { HelpfulCount, TopicCount } from '../../src/core/asking/counts.ts';
import type { HeadQuestion } from '../../src/core/asking/headQuestion.ts';
import type { AuditLine } from '../../src/core/report/audit.ts';
import type { StoppedDraft } from '../../src/core/report/locked.ts';
import { type Draft, sealedPictures, waitingPictures } from '../../src/core/report/draft.ts';
import type { Evidence } from '../../src/core/report/picture.ts';
import { lineOf, type Report, type ReportLine } from '../../src/core/report/report.ts';
import type { LastAsked } from '../../src/core/policy/lastAsked.ts';
import type {
  Conversation,
  Counts,
  DraftStore,
  EvidenceStore,
  HeadQuestions,
  Link,
  LastAskedStore,
  Links,
  Outbox,
  Page,
  People,
  PictureKey,
  ReportStore,
  Talking,
  StoppedStore,
  TriageDesk,
  Versioned,
  Waiting,
} from '../../src/flows/ports.ts';
import type { Storage } from '../../src/storage/storage.ts';
import { StorageError } from '../../src/storage/storageError.ts';

type Kept = { report: Versioned<Report>; evidence: Evidence[]; audit: AuditLine[] };

/** What one school has; plain, so that a test can look at all of it. */
export type SchoolMemory = {
  readonly drafts: Map<StaffId, Versioned<Draft>>;
  readonly reports: Map<ReportId, Kept>;
  readonly sent: Map<DraftId, ReportId>;
  readonly references: Map<Reference, ReportId>;
  /** Sealed pictures of drafts that were removed. */
  readonly stopped: Map<DraftId, Versioned<StoppedDraft>>;
  readonly outbox: Map<string, Versioned<Waiting>>;
  readonly parked: Map<string, { readonly person: StaffId; readonly row: Versioned<Waiting> }>;
  readonly conversations: Map<StaffId, Conversation>;
  readonly welcomed: Set<StaffId>;
  /** By person and conversation. */
  readonly lastAsked: Map<string, LastAsked>;
  readonly triagers: Set<StaffId>;
  channel: Conversation | null;
  readonly links: Map<string, Versioned<Link>>;
  readonly topics: Map<string, TopicCount>;
  readonly helpful: Map<string, HelpfulCount>;
  readonly tapped: Set<AnswerId>;
  readonly questions: Map<QuestionId, Versioned<HeadQuestion>>;
  /** `at`: milliseconds, by the machine's own clock, as a storage account has it. */
  readonly blobs: Map<string, { readonly bytes: Buffer; readonly mediaType: string; readonly at: number }>;
};

export type MemoryStore = Storage & {
  /** Every call so far, in order, such as `evidence.put` or `reports.file`. */
  readonly calls: string[];
  /**
   * Makes the next calls of that name (`reports.file`, or `*` for all) throw StorageError: before anything is done, or
   * `afterwards`, when it was done and only the answer was lost.
   */
  fail(name: string, how?: { readonly times?: number; readonly afterwards?: boolean }): void;
  /** Ends every failure that was asked for. */
  mend(): void;
  /** All that is kept for the school. */
  memory(school: SchoolId): SchoolMemory;
};

const copy = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T;
const blobKey = ({ draft, picture, copy: which }: PictureKey) => `${draft}/${picture}/${which}`;

export function memoryStore(): MemoryStore {
  const schools = new Map<SchoolId, SchoolMemory>();
  let lastVersion = 0;
  const versioned = <T>(value: T): Versioned<T> => ({ value: copy(value), version: `v${(lastVersion += 1)}` });
  const handOut = <T>(kept: Versioned<T> | undefined): Versioned<T> | null => (kept === undefined ? null : copy(kept));

  const memory = (school: SchoolId): SchoolMemory => {
    const known = schools.get(school);
    if (known !== undefined) return known;
    const made: SchoolMemory = {
      drafts: new Map(),
      reports: new Map(),
      sent: new Map(),
      references: new Map(),
      stopped: new Map(),
      outbox: new Map(),
      parked: new Map(),
      conversations: new Map(),
      welcomed: new Set(),
      lastAsked: new Map(),
      triagers: new Set(),
      channel: null,
      links: new Map(),
      topics: new Map(),
      helpful: new Map(),
      tapped: new Set(),
      questions: new Map(),
      blobs: new Map(),
    };
    schools.set(school, made);
    return made;
  };
  const belong = (rows: readonly Waiting[], sealed: boolean) => {
    if (rows.some((row) => row.sealed !== sealed)) throw new Error('a row to tell belongs with what it tells of');
  };
  const tellAll = (school: SchoolId, rows: readonly Waiting[] = []) => {
    for (const row of rows) memory(school).outbox.set(row.id, versioned(row));
  };
  const current = <T>(kept: Versioned<T> | undefined, read: Versioned<T>) => kept?.version === read.version;

  const drafts: DraftStore = {
    get: async (school, person) => handOut(memory(school).drafts.get(person)),
    async create(school, draft, tell = []) {
      belong(tell, draft.sealed);
      if (memory(school).drafts.has(draft.reporter)) return 'exists';
      tellAll(school, tell);
      const kept = versioned(draft);
      memory(school).drafts.set(draft.reporter, kept);
      return copy(kept);
    },
    async replace(school, kept, next, tell = []) {
      if (kept.value.reporter !== next.reporter) throw new Error('a draft stays with the person whose it is');
      belong(tell, next.sealed);
      if (!current(memory(school).drafts.get(next.reporter), kept)) return 'changed';
      const now = versioned(next);
      memory(school).drafts.set(next.reporter, now);
      tellAll(school, tell);
      return copy(now);
    },
    async remove(school, kept) {
      const { drafts: all, stopped } = memory(school);
      if (!current(all.get(kept.value.reporter), kept)) return 'changed';
      const { id, reference, reporter, changedAt, concerns, couldBeHead, sealed } = kept.value;
      const pictures = sealedPictures(kept.value);
      const left = { draft: id, reference, reporter, changedAt, pictures, concerns, sealed };
      if (pictures.length > 0) stopped.set(id, versioned(couldBeHead === undefined ? left : { ...left, couldBeHead }));
      all.delete(kept.value.reporter);
      return 'removed';
    },
    live: async (school) => copy([...memory(school).drafts.values()]),
    picturesNamed: async (school) =>
      new Set([
        ...[...memory(school).drafts.values()].flatMap(({ value }) => value.pictures.map(({ id }) => id)),
        ...[...memory(school).stopped.values()].flatMap(({ value }) =>
          value.pictures.filter(({ destroyed }) => destroyed === undefined).map(({ id }) => id),
        ),
      ]),
    withWaitingPictures: async (school) =>
      [...memory(school).drafts.values()]
        .filter(({ value }) => waitingPictures(value).length > 0)
        .map(({ value }) => value.reporter)
        .sort(),
  };

  const stopped: StoppedStore = {
    list: async (school, sealed) =>
      copy([...memory(school).stopped.values()].filter(({ value }) => value.sealed === sealed)),
    get: async (school, draft) => handOut(memory(school).stopped.get(draft)),
    async commit(school, kept, next, tell = []) {
      belong(tell, next.sealed);
      const { stopped: all } = memory(school);
      if (!current(all.get(next.draft), kept)) return 'changed';
      all.set(next.draft, versioned(next));
      tellAll(school, tell);
      return 'done';
    },
  };

  const inOrder = (lines: ReportLine[]) =>
    lines.map((line) => ({ line, place: placeOf(line) })).sort((a, b) => (a.place < b.place ? -1 : 1));
  function page(lines: ReportLine[], most: number, after = ''): Page<ReportLine> {
    const from = /^\d{15}:[\w.-]+$/.test(after) ? after : ''; // an unknown place starts at the newest
    const rest = inOrder(lines).filter(({ place }) => place > from);
    const shown = rest.slice(0, most);
    const last = shown.at(-1);
    return {
      items: copy(shown.map(({ line }) => line)),
      ...(rest.length > most && last !== undefined ? { next: last.place } : {}),
    };
  }
  const lines = (school: SchoolId, wanted: (report: Report) => boolean) =>
    [...memory(school).reports.values()]
      .map(({ report }) => report.value)
      .filter(wanted)
      .map(lineOf);

  const reports: ReportStore = {
    async file(school, { report, evidence, audit }, from, tell) {
      const { drafts: all, reports: kept, sent, references } = memory(school);
      if (from.value.sealed !== (report.audience === 'chair')) throw new Error('the draft is kept elsewhere');
      belong(tell, from.value.sealed);
      if (sent.has(report.draft)) return 'already';
      if (!current(all.get(report.reporter), from)) return 'changed';
      if (references.has(report.reference)) return 'reference-taken';
      kept.set(report.id, {
        report: versioned<Report>(report),
        evidence: copy([...evidence]),
        audit: copy([...audit]),
      });
      sent.set(report.draft, report.id);
      references.set(report.reference, report.id);
      all.delete(report.reporter);
      tellAll(school, tell);
      return 'filed';
    },
    get: async (school, id) => handOut(memory(school).reports.get(id)?.report),
    async byDraft(school, draft) {
      const id = memory(school).sent.get(draft);
      return id === undefined ? null : ((await reports.get(school, id))?.value ?? null);
    },
    async byReference(school, reference) {
      const id = memory(school).references.get(reference);
      return id === undefined ? null : ((await reports.get(school, id))?.value ?? null);
    },
    evidence: async (school, id) => copy(memory(school).reports.get(id)?.evidence ?? []),
    record: async (school, id) => copy(memory(school).reports.get(id)?.audit ?? []),
    async commit(school, kept, { report, audit, evidence = [], tell = [], from }) {
      belong(tell, report.audience === 'chair');
      const fixed = ['id', 'audience', 'reporter', 'filedAt', 'reference', 'draft'] as const;
      if (fixed.some((field) => kept.value[field] !== report[field]))
        throw new Error('what was sent of a report never changes');
      const held = memory(school).reports.get(report.id);
      if (held === undefined || !current(held.report, kept)) return 'changed';
      if (from !== undefined) {
        const { drafts: all, sent } = memory(school);
        if (from.value.sealed !== (report.audience === 'chair')) throw new Error('what is added lies with its report');
        if (!current(all.get(report.reporter), from)) return 'changed';
        all.delete(report.reporter);
        sent.set(from.value.id, report.id);
      }
      held.report = versioned(report);
      held.audit.push(...copy(audit));
      held.evidence = [
        ...held.evidence.map((old) => copy(evidence.find(({ id }) => id === old.id) ?? old)),
        ...copy(evidence.filter(({ id }) => !held.evidence.some((old) => old.id === id))),
      ];
      tellAll(school, tell);
      return 'done';
    },
    withLockedPictures: async (school, sealed) =>
      [...memory(school).reports.values()]
        .filter(
          ({ report, evidence: held }) =>
            (report.value.audience === 'chair') === sealed &&
            held.some(
              ({ state, destroyed }) =>
                state === 'sealed' || (state === 'destroyed' && destroyed?.goneAt === undefined),
            ),
        )
        .map(({ report }) => report.value.id),
    open: async (school, most, after) =>
      page(
        lines(school, ({ state, audience }) => state !== 'closed' && audience !== 'chair'),
        most,
        after,
      ),
    openSealed: async (school, most, after) =>
      page(
        lines(school, ({ state, audience }) => state !== 'closed' && audience === 'chair'),
        most,
        after,
      ),
    mine: async (school, person, most, after) =>
      page(
        lines(school, ({ reporter }) => reporter === person),
        most,
        after,
      ),
  };

  const evidence: EvidenceStore = {
    async put(school, key, bytes, mediaType) {
      const { blobs } = memory(school);
      if (!blobs.has(blobKey(key))) blobs.set(blobKey(key), { bytes: Buffer.from(bytes), mediaType, at: Date.now() });
    },
    async get(school, key) {
      const blob = memory(school).blobs.get(blobKey(key));
      return blob === undefined ? null : { bytes: Buffer.from(blob.bytes), mediaType: blob.mediaType };
    },
    async digest(school, key) {
      const blob = memory(school).blobs.get(blobKey(key));
      return blob === undefined ? null : createHash('sha256').update(blob.bytes).digest('hex');
    },
    async remove(school, key) {
      memory(school).blobs.delete(blobKey(key));
    },
    async destroy(school, { draft, picture }) {
      const { blobs } = memory(school);
      for (const key of [...blobs.keys()]) if (key.startsWith(`${draft}/${picture}/`)) blobs.delete(key);
      return 0;
    },
    async standing(school, since) {
      const old = [...memory(school).blobs].filter(([, { at }]) => at < since.getTime());
      const keys = new Set(old.map(([key]) => key.split('/').slice(0, 2).join('/')));
      return [...keys].map((key) => {
        const [draft, picture] = key.split('/');
        const [draftId, pictureId] = [readDraftId(draft), readPictureId(picture)];
        if (draftId === null || pictureId === null) throw new Error(`no picture's key: ${key}`);
        return { draft: draftId, picture: pictureId };
      });
    },
  };

  const move = (school: SchoolId, row: Versioned<Waiting>, next: Waiting): Versioned<Waiting> | null => {
    const { outbox: rows } = memory(school);
    if (!current(rows.get(row.value.id), row)) return null;
    const moved = versioned(next);
    rows.set(next.id, moved);
    return copy(moved);
  };
  const outbox: Outbox = {
    due: async (school, now, most) =>
      [...memory(school).outbox.values()]
        .filter(({ value }) => Date.parse(value.dueAt) <= now.getTime())
        .sort((a, b) => Date.parse(a.value.dueAt) - Date.parse(b.value.dueAt) || (a.value.id < b.value.id ? -1 : 1))
        .slice(0, most)
        .map(copy),
    lease: async (school, row, until) => move(school, row, { ...row.value, dueAt: until.toISOString() }),
    async done(school, row) {
      if (current(memory(school).outbox.get(row.value.id), row)) memory(school).outbox.delete(row.value.id);
    },
    async later(school, row, dueAt, attempts) {
      move(school, row, { ...row.value, dueAt: dueAt.toISOString(), attempts });
    },
    async park(school, row, person) {
      const { outbox: rows, parked } = memory(school);
      if (!current(rows.get(row.value.id), row)) return;
      rows.delete(row.value.id);
      parked.set(row.value.id, { person, row: versioned(row.value) });
    },
    async unpark(school, person, now) {
      const { outbox: rows, parked } = memory(school);
      const theirs = [...parked.values()].filter((set) => set.person === person);
      for (const { row } of theirs) {
        parked.delete(row.value.id);
        rows.set(row.value.id, versioned({ ...row.value, dueAt: now.toISOString() }));
      }
      return theirs.length;
    },
    noteParked: async () => undefined,
    add: async (school, row) => tellAll(school, [row]),
  };

  const talkingKey = ({ person, conversation }: Talking) => `${person} ${conversation}`;
  const people: People = {
    conversation: async (school, person) => memory(school).conversations.get(person) ?? null,
    async remember(school, person, { serviceUrl, id }, last) {
      memory(school).conversations.set(person, { serviceUrl, id });
      if (last !== undefined) memory(school).lastAsked.set(talkingKey({ person, conversation: id }), copy(last));
    },
    async forget(school, person) {
      memory(school).conversations.delete(person);
    },
    async firstWelcome(school, person) {
      const { welcomed } = memory(school);
      const first = !welcomed.has(person);
      welcomed.add(person);
      return first;
    },
  };

  const lastAsked: LastAskedStore = {
    async get(school, talking) {
      const kept = memory(school).lastAsked.get(talkingKey(talking));
      return kept === undefined ? null : copy(kept);
    },
    async keep(school, talking, last) {
      memory(school).lastAsked.set(talkingKey(talking), copy(last));
    },
    forget: async (school, talking) => memory(school).lastAsked.delete(talkingKey(talking)),
    async sweep(school, before) {
      const { lastAsked: all } = memory(school);
      const old = [...all].filter(([, { at }]) => Date.parse(at) < before.getTime());
      for (const [key] of old) all.delete(key);
      return old.length;
    },
  };

  const desk: TriageDesk = {
    channel: async (school) => memory(school).channel,
    async setChannel(school, { serviceUrl, id }) {
      memory(school).channel = { serviceUrl, id };
    },
    triagers: async (school) => [...memory(school).triagers].sort(),
    async addTriager(school, person) {
      memory(school).triagers.add(person);
    },
    async removeTriager(school, person) {
      memory(school).triagers.delete(person);
    },
  };

  const links: Links = {
    async create(link) {
      if (memory(link.school).links.has(link.id)) throw new StorageError(`create link ${link.id}`);
      memory(link.school).links.set(link.id, versioned(link));
    },
    get: async (school, id) => handOut(memory(school).links.get(id)),
    async replace(kept, next) {
      const { links: all } = memory(next.school);
      if (!current(all.get(next.id), kept)) return 'changed';
      all.set(next.id, versioned(next));
      return 'done';
    },
  };

  const counts: Counts = {
    async addTopics(school, week, topics) {
      for (const { policy, situation, count } of topics) {
        const key = [week, policy, situation].join(' ');
        const before = memory(school).topics.get(key)?.count ?? 0;
        memory(school).topics.set(key, { week, policy, situation, count: before + count });
      }
    },
    async addHelpful(school, week, { policy, version, situation, verdict }, helpful, card) {
      const { tapped, helpful: sums } = memory(school);
      if (tapped.has(card)) return 'already';
      tapped.add(card);
      const key = [week, policy, version, situation, verdict].join(' ');
      const sum = sums.get(key) ?? { week, policy, version, situation, verdict, yes: 0, no: 0 };
      sums.set(key, helpful ? { ...sum, yes: sum.yes + 1 } : { ...sum, no: sum.no + 1 });
      return 'counted';
    },
    topics: async (school) => copy([...memory(school).topics.values()]),
    helpful: async (school) => copy([...memory(school).helpful.values()]),
  };

  const questions: HeadQuestions = {
    async create(school, question, tell) {
      belong(tell, false);
      if (memory(school).questions.has(question.id)) return 'exists';
      memory(school).questions.set(question.id, versioned(question));
      tellAll(school, tell);
      return 'kept';
    },
    get: async (school, id) => handOut(memory(school).questions.get(id)),
    async replace(school, kept, next, tell) {
      belong(tell, false);
      const fixed = ['id', 'asker', 'words'] as const;
      if (fixed.some((field) => kept.value[field] !== next[field]))
        throw new Error('what was asked, and by whom, never changes');
      if (!current(memory(school).questions.get(next.id), kept)) return 'changed';
      memory(school).questions.set(next.id, versioned(next));
      tellAll(school, tell);
      return 'done';
    },
    waiting: async (school) =>
      copy(
        [...memory(school).questions.values()]
          .map(({ value }) => value)
          .filter(({ answer }) => answer === undefined)
          .sort((a, b) => Date.parse(a.askedAt) - Date.parse(b.askedAt) || (a.id < b.id ? -1 : 1)),
      ),
  };

  const { calls, failing, watched } = watch();
  return {
    reports: watched('reports', reports),
    drafts: watched('drafts', drafts),
    stopped: watched('stopped', stopped),
    evidence: watched('evidence', evidence),
    outbox: watched('outbox', outbox),
    people: watched('people', people),
    lastAsked: watched('lastAsked', lastAsked),
    desk: watched('desk', desk),
    links: watched('links', links),
    counts: watched('counts', counts),
    questions: watched('questions', questions),
    ...watched('', { check: async () => undefined }),
    calls,
    fail: (name, { times = Infinity, afterwards = false } = {}) => failing.set(name, { times, afterwards }),
    mend: () => failing.clear(),
    memory,
  };
}

/** Newest first, then by id: the order of every list, and the mark from which the next page starts. */
const LAST_MS = 999_999_999_999_999;
const placeOf = ({ filedAt, id }: ReportLine) => `${String(LAST_MS - Date.parse(filedAt)).padStart(15, '0')}:${id}`;

/** Counts the calls, and lets a test break them. */
function watch() {
  const calls: string[] = [];
  const failing = new Map<string, { times: number; readonly afterwards: boolean }>();
  const faultOf = (name: string) => {
    const fault = failing.get(name) ?? failing.get('*');
    if (fault === undefined || fault.times <= 0) return null;
    fault.times -= 1;
    return fault;
  };
  const watched = <T extends object>(port: string, methods: T): T =>
    Object.fromEntries(
      Object.entries(methods).map(([method, act]: [string, (...given: unknown[]) => Promise<unknown>]) => {
        const name = port === '' ? method : `${port}.${method}`;
        return [
          method,
          async (...given: unknown[]) => {
            calls.push(name);
            const fault = faultOf(name);
            if (fault !== null && !fault.afterwards) throw new StorageError(name);
            const result = await act(...given);
            if (fault !== null) throw new StorageError(name);
            return result;
          },
        ];
      }),
    ) as T;
  return { calls, failing, watched };
}
