import {
  type AnswerId,
  type DraftId,
  type LinkId,
  type PictureId,
  type QuestionId,
  readAnswerId,
  readDraftId,
  readLinkId,
  readPictureId,
  readQuestionId,
  readReportId,
  readTellingId,
  type ReportId,
  type StaffId,
  type TellingId,
  toReference,
} from '../../src/core/ids.ts';
import type { Concern, Imagery, Roles } from '../../src/core/report/audience.ts';
import { toChairCode } from '../../src/core/report/chairCode.ts';
import type { Draft } from '../../src/core/report/draft.ts';
import type { IncidentForm } from '../../src/core/report/forms.ts';
import { createFetchesUnderWay, type FetchesUnderWay } from '../../src/flows/fetchPictures.ts';
import { fileReport, type Sent } from '../../src/flows/fileReport.ts';
import {
  sayConcerns,
  sayDanger,
  sayForm,
  sayImagery,
  sayKind,
  sayPicturesDone,
  startReport,
} from '../../src/flows/guideReport.ts';
import {
  type ChannelNotice,
  type Conversation,
  ConversationGone,
  type Fetched,
  type Inspection,
  type Notice,
  type Outside,
  type Person,
} from '../../src/flows/ports.ts';
import { memoryStore, type MemoryStore } from './memoryStore.ts';
import { CHAIR, HEAD, LEAD, SCHOOL, SENT_AT, TEACHER, TRIAGER } from './values.ts';

/** A form with one question, for tests that are not about forms. */
export const PLAIN_FORM: IncidentForm = {
  kind: 'abusive-post',
  version: 1,
  title: 'Abusive or harmful post',
  summary: 'A post',
  listed: true,
  audience: 'triage',
  clauses: ['8.2.b'],
  doNow: [],
  doNot: [],
  inputs: [{ id: 'what', label: 'What happened', required: true, type: 'text', multiline: true, maxLength: 2000 }],
};
export const IMAGERY_FORM: IncidentForm = { ...PLAIN_FORM, kind: 'possible-imagery', listed: false };
export const FORMS = [PLAIN_FORM, IMAGERY_FORM];

export type Posted = { readonly channel: string; readonly message: string; readonly notice: ChannelNotice };

/** A whole house of fakes at the ports: what was told, fetched and logged can be read back, and each can be made to fail. */
export type House = {
  readonly store: MemoryStore;
  readonly outside: Outside;
  readonly fetches: FetchesUnderWay;
  readonly posted: Posted[];
  readonly updated: Posted[];
  readonly notices: { readonly to: string; readonly notice: Notice }[];
  readonly replaced: { readonly to: string; readonly message: string; readonly notice: Notice }[];
  readonly fetched: string[];
  readonly logged: string[];
  roles: Omit<Roles, 'triagers'>;
  /** Milliseconds onward. */
  pass(ms: number): void;
  /** What the next fetch of an address gives; a picture by default. */
  fetchGives: (url: string) => Promise<Fetched>;
  inspectGives: (bytes: Buffer) => Promise<Inspection>;
  /** Makes the channel or a person's chat refuse. */
  channelError: Error | null;
  noticeError: Error | null;
  /** What happens while a message is on its way to be changed, and while it waits for its turn. */
  beforeReplace: (() => Promise<void>) | null;
  beforeRenew: (() => Promise<void>) | null;
  nudges: number;
  readonly nudge: () => void;
};

export const PICTURE_BYTES = Buffer.from('picture bytes');
export const personalChat = (staff: StaffId): Conversation => ({
  serviceUrl: 'https://smba.trafficmanager.net/uk/',
  id: `chat-${staff}`,
});
export const CHANNEL: Conversation = {
  serviceUrl: 'https://smba.trafficmanager.net/uk/',
  id: '19:reports@thread.tacv2',
};

const must = <T>(value: T | null): T => {
  if (value === null) throw new Error('not an id');
  return value;
};

export function aHouse(): House {
  const store = memoryStore();
  let now = Date.parse(SENT_AT);
  let ids = 0;
  const nextId = <T>(read: (value: unknown) => T | null, word: string): T => must(read(`${word}-${(ids += 1)}`));
  const house: House = {
    store,
    fetches: createFetchesUnderWay(() => undefined),
    posted: [],
    updated: [],
    notices: [],
    replaced: [],
    fetched: [],
    logged: [],
    roles: { headteachers: [HEAD], safeguarding: [LEAD], chairs: [CHAIR] },
    pass: (ms) => void (now += ms),
    fetchGives: async () => ({ kind: 'fetched', bytes: PICTURE_BYTES }),
    inspectGives: async () => ({
      kind: 'picture',
      mediaType: 'image/png',
      width: 10,
      height: 10,
      viewCopy: { bytes: Buffer.from('view copy'), mediaType: 'image/png' },
    }),
    channelError: null,
    noticeError: null,
    beforeReplace: null,
    beforeRenew: null,
    nudges: 0,
    nudge: () => void (house.nudges += 1),
    outside: {
      reports: store.reports,
      drafts: store.drafts,
      stopped: store.stopped,
      evidence: store.evidence,
      outbox: store.outbox,
      people: store.people,
      lastAsked: store.lastAsked,
      desk: store.desk,
      links: store.links,
      counts: store.counts,
      questions: store.questions,
      roster: { roles: async (school) => ({ ...house.roles, triagers: await store.desk.triagers(school) }) },
      channel: {
        async post(channel, notice) {
          if (house.channelError !== null) throw house.channelError;
          const message = `message-${house.posted.length + 1}`;
          house.posted.push({ channel: channel.id, message, notice });
          return message;
        },
        async update(channel, message, notice) {
          if (house.channelError !== null) throw house.channelError;
          if (!house.posted.some((post) => post.message === message)) throw new ConversationGone('no such message');
          house.updated.push({ channel: channel.id, message, notice });
        },
      },
      notices: {
        async send(conversation, notice) {
          if (house.noticeError !== null) throw house.noticeError;
          house.notices.push({ to: conversation.id, notice });
        },
        async replace(conversation, message, notice) {
          if (house.noticeError !== null) throw house.noticeError;
          await house.beforeReplace?.();
          house.replaced.push({ to: conversation.id, message, notice });
        },
        async renew(conversation, message, make) {
          await house.beforeRenew?.();
          const notice = await make();
          if (notice !== null) await house.outside.notices.replace(conversation, message, notice);
        },
      },
      fetcher: {
        mayFetch: (url) => url.startsWith('https://smba.trafficmanager.net/'),
        async fetch({ url }) {
          house.fetched.push(url);
          return house.fetchGives(url);
        },
      },
      inspector: { inspect: (bytes) => house.inspectGives(bytes) },
      clock: { now: () => new Date(now) },
      ids: {
        report: () => nextId<ReportId>(readReportId, 'report'),
        draft: () => nextId<DraftId>(readDraftId, 'draft'),
        picture: () => nextId<PictureId>(readPictureId, 'picture'),
        link: () => nextId<LinkId>(readLinkId, 'link'),
        telling: () => nextId<TellingId>(readTellingId, 'telling'),
        answer: () => nextId<AnswerId>(readAnswerId, 'answer'),
        question: () => nextId<QuestionId>(readQuestionId, 'question'),
        reference: () => {
          ids += 1;
          return toReference(Array.from({ length: 7 }, (_, at) => ((ids * 7 + at * 3) % 25) / 25));
        },
        secret: () => `secret-${(ids += 1)}`,
        chairCode: () => {
          ids += 1;
          return toChairCode(Array.from({ length: 16 }, (_, at) => ((ids * 11 + at * 7) % 25) / 25));
        },
      },
      log: {
        info: (event, of = {}) => void house.logged.push(JSON.stringify({ event, ...of })),
        warn: (event, of = {}) => void house.logged.push(JSON.stringify({ event, ...of })),
      },
      publicUrl: 'https://pages.example',
    },
  };
  return house;
}

export const person = (staff: StaffId): Person => ({ school: SCHOOL, staff });
export const teacher = person(TEACHER);
export const head = person(HEAD);
export const triager = person(TRIAGER);

/** Sets the channel and a triager, and lets everybody's personal chat be known. */
export async function setUpHouse(house: House): Promise<void> {
  const { desk, people } = house.outside;
  await desk.setChannel(SCHOOL, CHANNEL, HEAD, SENT_AT);
  await desk.addTriager(SCHOOL, TRIAGER, HEAD, SENT_AT);
  for (const staff of [TEACHER, HEAD, LEAD, CHAIR, TRIAGER]) await people.remember(SCHOOL, staff, personalChat(staff));
}

export type Answers = {
  readonly who?: Person;
  readonly imagery?: Imagery;
  readonly concerns?: readonly Concern[];
  readonly what?: string;
};

/** Walks the guide to the look-over with the flows themselves. */
export async function aReadyDraft(house: House, answers: Answers = {}): Promise<Draft> {
  const {
    who = teacher,
    imagery = 'no',
    concerns = [{ kind: 'parent-or-other' }],
    what = 'She called me a liar',
  } = answers;
  const { outside, fetches } = house;
  const { draft } = await startReport(outside, who);
  await sayDanger(outside, who, draft.id, 'no');
  await sayImagery(outside, fetches, who, draft.id, imagery);
  await sayConcerns(outside, who, draft.id, concerns);
  if (imagery === 'no') await sayKind(outside, who, draft.id, PLAIN_FORM);
  await sayForm(outside, who, draft.id, FORMS, { what }, SENT_AT.slice(0, 10));
  const turn = await sayPicturesDone(outside, who, draft.id);
  if (turn.kind !== 'draft') throw new Error('The draft has gone');
  return turn.draft;
}

export async function aSentReport(house: House, answers: Answers = {}): Promise<Extract<Sent, { kind: 'filed' }>> {
  const draft = await aReadyDraft(house, answers);
  const sent = await fileReport(house.outside, answers.who ?? teacher, draft.id, '1', house.nudge);
  if (sent.kind !== 'filed') throw new Error(`Not filed but ${sent.kind}`);
  return sent;
}
