import { randomBytes, randomInt, randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { ManagedIdentityCredential, type TokenCredential } from '@azure/identity';
import { pino } from 'pino';
import { noticeCard } from './cards/noticeCard.ts';
import { triageCard } from './cards/triageCards.ts';
import type { Contacts } from './cards/contacts.ts';
import {
  readAnswerId,
  readDraftId,
  readLinkId,
  readPictureId,
  readQuestionId,
  readReportId,
  readTellingId,
  type SchoolId,
  type StaffId,
  toReference,
} from './core/ids.ts';
import { FOLLOWS_FOR_MS } from './core/policy/lastAsked.ts';
import type { Roles } from './core/report/audience.ts';
import { toChairCode } from './core/report/chairCode.ts';
import { MOST_PICTURE_BYTES } from './core/report/picture.ts';
import { createEncoder } from './encoder/encoder.ts';
import { createPictureFetcher, TEAMS_RETRY_DELAYS_MS } from './fetching/fetchPicture.ts';
import { type HostRule, mayAnswerTo, TEAMS_PICTURE_HOSTS, TEAMS_SERVICE_HOSTS } from './fetching/hosts.ts';
import { deliverWaiting, SOLE_LEASE_MS } from './flows/deliverWaiting.ts';
import { createTopicCounter } from './flows/countTopics.ts';
import { giveLife } from './flows/draftLife.ts';
import { createFetchesUnderWay, fetchWaiting } from './flows/fetchPictures.ts';
import type { Clock, Ids, Log, Outside } from './flows/ports.ts';
import { createReach } from './flows/reach.ts';
import { sweepPictures, UNNAMED_FOR_MS } from './flows/sweepPictures.ts';
import { startWorker } from './flows/worker.ts';
import { createPictureChecker } from './media/checkPictures.ts';
import { findPolicies } from './policies.ts';
import { readContent } from './readContent.ts';
import { createStorage } from './storage/storage.ts';
import { createBot } from './teams/bot.ts';
import { createTeamsEdge, type TeamsEdgeOptions } from './teams/edge.ts';
import type { Named } from './teams/talk.ts';
import { createWeb } from './web/server.ts';
import { createEntraVisitor } from './web/entraVisitor.ts';
import type { Visitor } from './web/visitor.ts';

/** A person whom the school's settings name. */
export type NamedPerson = { readonly id: StaffId; readonly role: string; readonly name: string | null };

/** All that differs between Teams, the local default and a test. */
export type AppOptions = {
  readonly school: SchoolId;
  readonly tenant: string;
  readonly host: string;
  readonly port: number;
  readonly publicUrl: string;
  readonly local: boolean;
  readonly credentials: TeamsEdgeOptions['credentials'];
  readonly botId: string;
  readonly tables: StoragePlace;
  readonly blobs: StoragePlace;
  /** Constructor values: nothing in the environment widens either list. */
  readonly pictureHosts: readonly HostRule[];
  readonly serviceHosts: readonly HostRule[];
  readonly visitor: Visitor;
  readonly roles: Omit<Roles, 'triagers'>;
  readonly named: readonly NamedPerson[];
  readonly contacts: Contacts;
  /** Folders that hold policies, to stand beside our own. */
  readonly policyFolders?: readonly string[];
  /** Where log lines go; the standard output by default. */
  readonly logTo?: NodeJS.WritableStream;
  /** For tests; no setting reaches them. */
  readonly forTests?: {
    readonly edge?: TeamsEdgeOptions['configuration'];
    readonly clock?: Clock;
    readonly pictureRetryDelaysMs?: readonly number[];
    readonly idleMs?: number;
    readonly observe?: (operation: { readonly name: string }) => void;
  };
};
export type StoragePlace =
  { readonly connectionString: string } | { readonly endpoint: string; readonly credential: TokenCredential };

export type RunningApp = { readonly port: number; stop(): Promise<void> };

/** What `npm start` passes: the lists of Teams, and no other way to make them. */
export const teamsHosts = { pictureHosts: TEAMS_PICTURE_HOSTS, serviceHosts: TEAMS_SERVICE_HOSTS } as const;
export const entraVisitor = createEntraVisitor;
/** @param clientId  of a user-assigned managed identity; the machine's own where none is named */
export const identity = (clientId?: string): TokenCredential =>
  clientId === undefined ? new ManagedIdentityCredential() : new ManagedIdentityCredential({ clientId });

/** A school's own policies: `policies` in its own folder, where that is there. */
export function policyFoldersIn(schoolFolder: string | null): readonly string[] {
  const own = schoolFolder === null || schoolFolder === '' ? null : join(schoolFolder, 'policies');
  return own !== null && existsSync(own) ? [own] : [];
}

/** How often the workers look when nobody nudges: what is due again, and what a restart left behind. */
const DELIVER_IDLE_MS = 2_000;
const FETCH_IDLE_MS = 10_000;
/** Silent topics are noted in memory for so long before they are stored together. */
const COUNT_EVERY_MS = 60_000;
const SWEEP_EVERY_MS = 60 * 60_000;
const FORGET_EVERY_MS = 10 * 60_000;
const FETCH_LIMIT_MS = 30_000;

/** Joins settings, content, edges, flows and bot. The one file that sees every room. */
export async function startApp(options: AppOptions): Promise<RunningApp> {
  const { school, forTests = {} } = options;
  const log = createLog(options.logTo);
  const encoder = createEncoder({ onAway: (why) => log.warn('encoder-away', { why }) });
  const content = readContent(encoder, findPolicies(options.policyFolders));
  // The first to ask need not wait for it to start.
  void encoder.encode('');
  const storage = await createStorage({
    tables: options.tables,
    blobs: options.blobs,
    ...(forTests.observe === undefined ? {} : { observe: forTests.observe }),
  });
  const inspector = createPictureChecker();
  let nudgeFetching: () => void = () => undefined;
  let nudgeTelling: () => void = () => undefined;
  const fetches = createFetchesUnderWay(() => nudgeFetching());
  const nudge = () => nudgeTelling();

  const edge = createTeamsEdge({
    credentials: options.credentials,
    tenant: options.tenant,
    mayAnswerTo: (serviceUrl) => mayAnswerTo(serviceUrl, options.serviceHosts),
    onIntent: (intent, hand) => bot(intent, hand),
    cards: { noticeCard: (notice) => noticeCard(notice, options.contacts), channelCard: triageCard },
    log,
    ...(forTests.edge === undefined ? {} : { configuration: forTests.edge }),
  });
  const clock = forTests.clock ?? { now: () => new Date() };
  const reach = createReach(storage, clock);
  const outside: Outside = {
    ...storage,
    people: reach.people,
    outbox: reach.outbox,
    roster: {
      roles: async () => ({ ...options.roles, triagers: await storage.desk.triagers(school) }),
    },
    channel: edge.headChannel,
    notices: edge.personalNotice,
    fetcher: createPictureFetcher({
      allowed: options.pictureHosts,
      token: () => edge.botToken(),
      limits: { bytes: MOST_PICTURE_BYTES, timeMs: FETCH_LIMIT_MS },
      retryDelaysMs: forTests.pictureRetryDelaysMs ?? TEAMS_RETRY_DELAYS_MS,
    }),
    inspector,
    clock,
    ids: randomIds,
    log,
    publicUrl: options.publicUrl,
  };
  const nameOf = (staffId: StaffId): Named => {
    const person = options.named.find(({ id }) => id === staffId);
    return { staffId, role: person?.role ?? 'Handles reports', name: person?.name ?? null };
  };
  const topics = createTopicCounter(storage.counts, clock, school);
  const bot = createBot({
    outside,
    fetches,
    school,
    forms: content.forms,
    signposts: content.signposts,
    contacts: options.contacts,
    standing: content.standingLine,
    policyId: content.policyId,
    policyVersion: content.policyVersion,
    botId: options.botId,
    answer: content.answer,
    answerChoice: content.answerChoice,
    answerInTurn: content.answerInTurn,
    answerTap: content.answerTap,
    forgetting: content.forgetting,
    countTopic: (answer) => topics.count(answer),
    topicInWords: content.topicInWords,
    hasHeadteacher: options.roles.headteachers.length > 0,
    nameOf,
    member: (conversation, teamsUser) => edge.member(conversation, teamsUser),
    seen: (who, conversation, asked) => reach.seen(who, conversation, asked),
    nudge,
  });
  const web = await createWeb({
    outside,
    fetches,
    forms: [...content.forms, ...content.earlierForms],
    signposts: content.signposts,
    visitor: options.visitor,
    school,
    receive: (authorization, body) => edge.receive(authorization, body),
    healthy: () =>
      storage.check().then(
        () => true,
        () => false,
      ),
    local: options.local,
    standingLine: content.standingLine,
    contacts: options.contacts,
    nudge,
    clause: content.clause,
    allegation: content.allegation,
    roleOf: (staff) => nameOf(staff).role,
    nameOf: (staff) => nameOf(staff).name,
  });

  const failed = (event: string) => (error: unknown) => log.warn(event, { error: nameOfError(error) });
  const telling = startWorker(
    async () => {
      while ((await deliverWaiting(outside, school, options.local ? SOLE_LEASE_MS : undefined)) > 0);
    },
    forTests.idleMs ?? DELIVER_IDLE_MS,
    failed('telling-failed'),
  );
  const fetching = startWorker(
    async () => {
      const waiting = await outside.drafts.withWaitingPictures(school);
      await Promise.all(waiting.map((staff) => fetchWaiting(outside, fetches, { school, staff })));
      telling.nudge();
    },
    forTests.idleMs ?? FETCH_IDLE_MS,
    failed('fetching-failed'),
  );
  const sweeping = startWorker(
    async () => {
      await sweepPictures(outside, school, new Date(outside.clock.now().getTime() - UNNAMED_FOR_MS));
      await giveLife(outside, school);
    },
    SWEEP_EVERY_MS,
    failed('sweeping-failed'),
  );
  const counting = startWorker(() => topics.flush(), forTests.idleMs ?? COUNT_EVERY_MS, failed('counting-failed'));
  const forgetting = startWorker(
    async () => {
      await storage.lastAsked.sweep(school, new Date(clock.now().getTime() - FOLLOWS_FOR_MS));
      await storage.outbox.noteParked(school);
    },
    FORGET_EVERY_MS,
    failed('forgetting-failed'),
  );
  nudgeTelling = () => telling.nudge();
  nudgeFetching = () => fetching.nudge();

  const { port } = await web.listen(options.port, options.host);
  log.info('listening', { port });
  return {
    port,
    async stop() {
      await web.close();
      await edge.settled();
      await Promise.all([fetching.stop(), telling.stop(), sweeping.stop(), forgetting.stop(), counting.stop()]);
      await topics.flush().catch(failed('counting-failed'));
      await Promise.all([inspector.close(), encoder.close()]);
    },
  };
}

/** One JSON object a line: an event and ids. Never a name, an address, or anything that somebody typed. */
function createLog(to?: NodeJS.WritableStream): Log {
  const logger = pino({ base: null, timestamp: pino.stdTimeFunctions.isoTime }, to ?? process.stdout);
  return {
    info: (event, ids = {}) => logger.info(ids, event),
    warn: (event, ids = {}) => logger.warn(ids, event),
  };
}

const nameOfError = (error: unknown): string => (error instanceof Error ? error.name : 'unknown');

const must = <T>(id: T | null): T => {
  if (id === null) throw new Error('A random id is always a valid one');
  return id;
};
const RANDOM_STEPS = 1_000_000;
const randomParts = (length: number) => Array.from({ length }, () => randomInt(RANDOM_STEPS) / RANDOM_STEPS);

const randomIds: Ids = {
  report: () => must(readReportId(randomUUID())),
  draft: () => must(readDraftId(randomUUID())),
  picture: () => must(readPictureId(randomUUID())),
  link: () => must(readLinkId(randomBytes(16).toString('hex'))),
  telling: () => must(readTellingId(randomUUID())),
  answer: () => must(readAnswerId(randomUUID())),
  question: () => must(readQuestionId(randomUUID())),
  reference: () => toReference(randomParts(7)),
  chairCode: () => toChairCode(randomParts(16)),
  secret: () => randomBytes(32).toString('base64url'),
};
