/**
 * What the flows need of the outside, and nothing about how it is done.
 *
 * Every call that keeps or finds something names the school first. `Versioned` values are changed only against the
 * version that was read: `'changed'` says that somebody else was quicker, and nothing was written.
 */
import type { Answered, HelpfulCount, Topic, TopicCount } from '../core/asking/counts.ts';
import type { HeadQuestion } from '../core/asking/headQuestion.ts';
import type {
  AnswerId,
  DraftId,
  LinkId,
  PictureId,
  QuestionId,
  Reference,
  ReportId,
  SchoolId,
  StaffId,
  TellingId,
} from '../core/ids.ts';
import type { LastAsked } from '../core/policy/lastAsked.ts';
import type { Roles } from '../core/report/audience.ts';
import type { AuditLine } from '../core/report/audit.ts';
import type { Useful } from '../core/report/capture.ts';
import type { ChairCode } from '../core/report/chairCode.ts';
import type { Draft } from '../core/report/draft.ts';
import type { StoppedDraft } from '../core/report/locked.ts';
import type { Evidence, NotKept } from '../core/report/picture.ts';
import type { Filing, Report, ReportLine } from '../core/report/report.ts';
import type { SchoolWeek } from '../core/schoolWeek.ts';

/** `version` is the store's own mark (an ETag); flows pass it back and never read it. */
export type Versioned<T> = { readonly value: T; readonly version: string };

// ── what is to be told ──────────────────────────────────────────────────────────────────────────────────────────────

/**
 * One thing to tell one place. It carries ids and a reference, never a name or a word of what was reported; what is shown
 * is made from the store at the moment of telling.
 */
export type Telling =
  /** Puts the report's card in the triage channel, or brings the one that stands there up to date. Never for a sealed report. */
  | { readonly kind: 'channel-card'; readonly report: ReportId }
  /** Tells the reporter that the state changed. */
  | {
      readonly kind: 'state-changed';
      readonly to: StaffId;
      readonly reference: Reference;
      readonly state: Report['state'];
      /** Missing in rows that were written before it was known. */
      readonly report?: ReportId;
      /** It was closed with a note for the reporter. */
      readonly note?: true;
    }
  /** Tells the reporter that somebody who handles the report has a question. */
  | {
      readonly kind: 'asked-of-reporter';
      readonly to: StaffId;
      readonly reference: Reference;
      readonly report: ReportId;
    }
  /** Tells one who handles it that the reporter has answered; nobody who may not open it by then. */
  | {
      readonly kind: 'reporter-answered';
      readonly to: StaffId;
      readonly reference: Reference;
      readonly report: ReportId;
    }
  /** Tells the reporter that the report went on to a chair who has no account to open it with. */
  | { readonly kind: 'with-chair'; readonly to: StaffId; readonly reference: Reference; readonly report: ReportId }
  /** Tells somebody of a narrower audience that a report waits for them; `report` lets them open it. */
  | { readonly kind: 'waits-for-you'; readonly to: StaffId; readonly reference: Reference; readonly report: ReportId }
  /** Tells those of a narrower audience that the reporter has withdrawn it. */
  | { readonly kind: 'withdrawn'; readonly to: StaffId; readonly reference: Reference; readonly report: ReportId }
  /** Tells those of a narrower audience that the reporter has added to it. */
  | { readonly kind: 'added-to'; readonly to: StaffId; readonly reference: Reference; readonly report: ReportId }
  /** Makes a card of a draft that was sent into one line without content; `message` holds it, in the person's chat. */
  | { readonly kind: 'card-spent'; readonly to: StaffId; readonly reference: Reference; readonly message: string }
  /**
   * Brings the card that lists a draft's pictures up to date after they changed on the upload page. `stoppedAt`: they were
   * stopped there then, and the card stops listing them unless the person has gone on since. ISO instant.
   */
  | { readonly kind: 'card-follows'; readonly to: StaffId; readonly draft: DraftId; readonly stoppedAt?: string }
  /** Reminds the person of a draft left lying, and clears it when its time is over. */
  | { readonly kind: 'draft-life'; readonly of: StaffId; readonly draft: DraftId }
  /** Reminds once of a draft that tells of danger, or of a child at risk, and was not sent. */
  | { readonly kind: 'draft-at-risk'; readonly to: StaffId; readonly draft: DraftId }
  /** Carries the stop of an addition to its report, and tells the safeguarding lead there. */
  | { readonly kind: 'addition-stopped'; readonly of: StaffId; readonly draft: DraftId }
  /** Tells the safeguarding lead that a picture was stopped. */
  | { readonly kind: 'picture-stopped'; readonly to: StaffId; readonly reference: Reference }
  /** Takes away the bytes of what the safeguarding lead had destroyed, until the storage holds nothing of them. */
  | { readonly kind: 'destroy-pictures'; readonly report: ReportId }
  /** The same, of a draft that was stopped and removed. */
  | { readonly kind: 'destroy-stopped'; readonly draft: DraftId }
  /** Tells a headteacher that a question waits for them. */
  | { readonly kind: 'question-waits'; readonly to: StaffId; readonly question: QuestionId }
  /** Says in the channel that a question waits, where no headteacher has a chat with us yet. */
  | { readonly kind: 'question-in-channel'; readonly question: QuestionId }
  /** Tells the asker that the headteacher has answered. */
  | { readonly kind: 'question-answered'; readonly to: StaffId; readonly question: QuestionId }
  /** Tells the reporter how the pictures of their draft came through; the numbers are made from the draft. */
  | { readonly kind: 'pictures-settled'; readonly to: StaffId; readonly draft: DraftId };

export type Waiting = {
  readonly id: TellingId;
  readonly telling: Telling;
  /** ISO instant from which it may be tried. */
  readonly dueAt: string;
  readonly attempts: number;
  /** Kept in the partition of the sealed reports. */
  readonly sealed: boolean;
};

export interface Outbox {
  /** What may be tried at `now`, oldest first, of both partitions; rows that another worker has leased are left out. */
  due(school: SchoolId, now: Date, most: number): Promise<readonly Versioned<Waiting>[]>;
  /** Takes a row for this worker by moving it to `until`; a worker that dies loses the lease then. `null`: another has it. */
  lease(school: SchoolId, row: Versioned<Waiting>, until: Date): Promise<Versioned<Waiting> | null>;
  /** Told: the row is gone. Gone already is fine. */
  done(school: SchoolId, row: Versioned<Waiting>): Promise<void>;
  /** Not told: tried again from `dueAt`, with `attempts` as given. */
  later(school: SchoolId, row: Versioned<Waiting>, dueAt: Date, attempts: number): Promise<void>;
  /** Cannot be told until the person writes again: set aside under the person. */
  park(school: SchoolId, row: Versioned<Waiting>, person: StaffId): Promise<void>;
  /** The person wrote: everything set aside for them is due at `now`. @returns how many */
  unpark(school: SchoolId, person: StaffId, now: Date): Promise<number>;
  /** Makes sure that everything set aside is found by `unpark`, also where a process died while setting it aside. */
  noteParked(school: SchoolId): Promise<void>;
  /** Adds a row by itself, where no other change goes with it. */
  add(school: SchoolId, row: Waiting): Promise<void>;
}

// ── drafts and reports ──────────────────────────────────────────────────────────────────────────────────────────────

export interface DraftStore {
  /** The person's one live draft. */
  get(school: SchoolId, person: StaffId): Promise<Versioned<Draft> | null>;
  /** `'exists'` where the person has a draft already. */
  create(school: SchoolId, draft: Draft, tell?: readonly Waiting[]): Promise<Versioned<Draft> | 'exists'>;
  /** Writes the draft and the rows to tell in one transaction. Moves it between the partitions when `sealed` changed. */
  replace(
    school: SchoolId,
    kept: Versioned<Draft>,
    next: Draft,
    tell?: readonly Waiting[],
  ): Promise<Versioned<Draft> | 'changed'>;
  /** A draft that holds sealed pictures leaves a row that names them (`stopped:<draft>`), for the safeguarding lead. */
  remove(school: SchoolId, kept: Versioned<Draft>): Promise<'removed' | 'changed'>;
  /** Every live draft, of both partitions. */
  live(school: SchoolId): Promise<readonly Versioned<Draft>[]>;
  /** Persons whose drafts have pictures waiting, so that a restart goes on fetching. */
  withWaitingPictures(school: SchoolId): Promise<readonly StaffId[]>;
  /** Every picture that a live draft names, or that was left for the safeguarding lead when its draft was removed. */
  picturesNamed(school: SchoolId): Promise<ReadonlySet<PictureId>>;
}

export type Page<T> = { readonly items: readonly T[]; readonly next?: string };

export interface ReportStore {
  /**
   * The one transaction of a Send: report, first line of the record, evidence rows, rows to tell, lists, reference,
   * sent-mark of the draft; the draft is removed in it.
   * `'already'`: a report was made from that draft before. `'reference-taken'`: mint another and try again.
   */
  file(
    school: SchoolId,
    filing: Filing,
    from: Versioned<Draft>,
    tell: readonly Waiting[],
  ): Promise<'filed' | 'already' | 'reference-taken' | 'changed'>;
  get(school: SchoolId, id: ReportId): Promise<Versioned<Report> | null>;
  byDraft(school: SchoolId, draft: DraftId): Promise<Report | null>;
  byReference(school: SchoolId, reference: Reference): Promise<Report | null>;
  evidence(school: SchoolId, id: ReportId): Promise<readonly Evidence[]>;
  record(school: SchoolId, id: ReportId): Promise<readonly AuditLine[]>;
  /**
   * One transaction: the report against its version, its new lines, changed and new evidence rows, its list rows, rows to
   * tell. `from` is the draft of an addition: removed in it against its version, with a sent-mark that leads to the report.
   */
  commit(
    school: SchoolId,
    kept: Versioned<Report>,
    change: {
      readonly report: Report;
      readonly audit: readonly AuditLine[];
      readonly evidence?: readonly Evidence[];
      readonly tell?: readonly Waiting[];
      readonly from?: Versioned<Draft>;
    },
  ): Promise<'done' | 'changed'>;
  /** Reports with a picture that is locked, or destroyed and not gone yet; in no order. */
  withLockedPictures(school: SchoolId, sealed: boolean): Promise<readonly ReportId[]>;
  /** Open reports of every audience but the chair's, newest first. The caller asks `mayOpen` of each line. */
  open(school: SchoolId, most: number, after?: string): Promise<Page<ReportLine>>;
  /** Open reports sealed for the chair, newest first. Asked for by nobody but a person who holds the chair's role. */
  openSealed(school: SchoolId, most: number, after?: string): Promise<Page<ReportLine>>;
  /** The person's own, newest first, of both partitions. */
  mine(school: SchoolId, person: StaffId, most: number, after?: string): Promise<Page<ReportLine>>;
}

/** What removed drafts left locked. Opened by the safeguarding lead alone. */
export interface StoppedStore {
  list(school: SchoolId, sealed: boolean): Promise<readonly Versioned<StoppedDraft>[]>;
  get(school: SchoolId, draft: DraftId): Promise<Versioned<StoppedDraft> | null>;
  /** Writes it against its version, with the rows to tell, in one transaction. */
  commit(
    school: SchoolId,
    kept: Versioned<StoppedDraft>,
    next: StoppedDraft,
    tell?: readonly Waiting[],
  ): Promise<'done' | 'changed'>;
}

// ── pictures ────────────────────────────────────────────────────────────────────────────────────────────────────────

/** Every copy of one picture, in the order in which they are taken away: the original last, while a try may still fail. */
export const COPIES = ['thumbnail', 'view', 'original'] as const;
export type PictureKey = {
  readonly draft: DraftId;
  readonly picture: PictureId;
  readonly copy: (typeof COPIES)[number];
};

/** Bytes. Written before the row that points to them; an orphan is harmless and is never served. */
export interface EvidenceStore {
  /** Keeps the bytes under a key that is written once; the same key twice is fine. */
  put(school: SchoolId, key: PictureKey, bytes: Uint8Array, mediaType: string): Promise<void>;
  /** @returns `null` where there is nothing under that key */
  get(school: SchoolId, key: PictureKey): Promise<{ readonly bytes: Buffer; readonly mediaType: string } | null>;
  /** @returns SHA-256 of the bytes, lower-case hex, read as they flow by and never held whole; `null` where there are none */
  digest(school: SchoolId, key: PictureKey): Promise<string | null>;
  remove(school: SchoolId, key: PictureKey): Promise<void>;
  /**
   * Deletes every copy of a picture with every version and snapshot. Gone already is fine.
   *
   * @returns how many copies the storage keeps all the same for a time, because it holds back what is deleted
   */
  destroy(school: SchoolId, picture: Omit<PictureKey, 'copy'>): Promise<number>;
  /** Whose bytes have stood there since before `since`, each picture once. */
  standing(school: SchoolId, since: Date): Promise<readonly Omit<PictureKey, 'copy'>[]>;
}

export type Fetched =
  | { readonly kind: 'fetched'; readonly bytes: Buffer }
  | { readonly kind: 'refused'; readonly why: NotKept | 'aborted' };

/** The only way to bytes at somebody else's address. Called by one flow, on a stored "no". */
export interface PictureSourceFetcher {
  /** Whether the address is one that pictures may come from at all. Asks nobody. */
  mayFetch(url: string): boolean;
  fetch(address: { readonly url: string; readonly how: 'inline' | 'file' }, stop: AbortSignal): Promise<Fetched>;
}

export type Inspection =
  | {
      readonly kind: 'picture';
      readonly mediaType: string;
      readonly width: number;
      readonly height: number;
      /** Re-encoded without metadata: what pages show. */
      readonly viewCopy: { readonly bytes: Uint8Array; readonly mediaType: string };
      /** The view copy, small. */
      readonly thumbnail?: { readonly bytes: Uint8Array; readonly mediaType: string };
    }
  /** A picture as far as can be told, of a kind that nothing here can show. */
  | {
      readonly kind: 'unseen';
      readonly mediaType: string;
      readonly width: number;
      readonly height: number;
    }
  | { readonly kind: 'refused'; readonly why: NotKept };

export interface PictureInspector {
  inspect(bytes: Buffer): Promise<Inspection>;
}

// ── people and places ───────────────────────────────────────────────────────────────────────────────────────────────

/** Where a person or a channel is reached. Both parts come from an activity whose token and tenant were checked. */
export type Conversation = { readonly serviceUrl: string; readonly id: string };

export interface People {
  /** The person's personal chat, as last seen. */
  conversation(school: SchoolId, person: StaffId): Promise<Conversation | null>;
  /** @param last  the person's last question there, kept in the same transaction */
  remember(school: SchoolId, person: StaffId, conversation: Conversation, last?: LastAsked): Promise<void>;
  /** The conversation is gone; forget it until the person writes again. */
  forget(school: SchoolId, person: StaffId): Promise<void>;
  /** @returns true for the first call with that person, so that a welcome is shown once. */
  firstWelcome(school: SchoolId, person: StaffId): Promise<boolean>;
}

/** A person in a conversation: what one asked there, nobody else goes on from, nor the same person elsewhere. */
export type Talking = { readonly person: StaffId; readonly conversation: string };

/** The last question of each, as ids of content; never a word of it. */
export interface LastAskedStore {
  get(school: SchoolId, talking: Talking): Promise<LastAsked | null>;
  keep(school: SchoolId, talking: Talking, last: LastAsked): Promise<void>;
  /** @returns whether there was one */
  forget(school: SchoolId, talking: Talking): Promise<boolean>;
  /** Removes every record from before that instant. @returns how many */
  sweep(school: SchoolId, before: Date): Promise<number>;
}

export interface TriageDesk {
  channel(school: SchoolId): Promise<Conversation | null>;
  /** The channel that was set before is replaced. */
  setChannel(school: SchoolId, channel: Conversation, by: StaffId, at: string): Promise<void>;
  triagers(school: SchoolId): Promise<readonly StaffId[]>;
  addTriager(school: SchoolId, person: StaffId, by: StaffId, at: string): Promise<void>;
  removeTriager(school: SchoolId, person: StaffId, by: StaffId, at: string): Promise<void>;
}

/** Settings' named persons joined with the stored triagers, read when it is asked. */
export interface Roster {
  roles(school: SchoolId): Promise<Roles>;
}

// ── telling ─────────────────────────────────────────────────────────────────────────────────────────────────────────

/** The conversation no longer takes messages from us (removed, blocked, unknown): trying again does not help. */
export class ConversationGone extends Error {
  override readonly name = 'ConversationGone';
}

/** Names nobody and quotes nothing. */
export type ChannelNotice =
  | { readonly kind: 'report'; readonly line: ReportLine; readonly steps: readonly ('acknowledge' | 'close')[] }
  /** For an audience narrower than the channel: a neutral marker, without reference. */
  | { readonly kind: 'one-waits'; readonly audience: 'head' | 'safeguarding' }
  /** A question for the headteacher waits: no word of it, nor whose it is. */
  | { readonly kind: 'question-waits' };

export interface HeadChannel {
  /** @returns the message id to update later. @throws ConversationGone, or any error: then it is tried again */
  post(channel: Conversation, notice: ChannelNotice): Promise<string>;
  update(channel: Conversation, message: string, notice: ChannelNotice): Promise<void>;
}

export type Notice =
  | Exclude<
      Telling,
      {
        kind:
          | 'channel-card'
          | 'pictures-settled'
          | 'card-follows'
          | 'addition-stopped'
          | 'draft-life'
          | 'question-in-channel'
          | 'destroy-pictures'
          | 'destroy-stopped';
      }
    >
  /** `until`: ISO instant at which it is cleared. */
  | { readonly kind: 'draft-ends'; readonly to: StaffId; readonly draft: DraftId; readonly until: string }
  /** `useful`: what could still be captured. */
  | { readonly kind: 'pictures-settled'; readonly draft: Draft; readonly useful?: readonly Useful[] }
  /** The card that lists a draft's pictures, as they are now. `uploadUrl` is `null` where its page has ended. */
  | {
      readonly kind: 'draft-pictures';
      readonly draft: Draft;
      readonly page: { readonly uploadUrl: string | null; readonly uploadUntil?: string };
      readonly useful: readonly Useful[];
    }
  | { readonly kind: 'locked-link'; readonly url: string; readonly until: string }
  | { readonly kind: 'open-link'; readonly reference: Reference; readonly url: string; readonly until: string };

export interface PersonalNotice {
  send(conversation: Conversation, notice: Notice): Promise<void>;
  /** Puts it in the place of a message of ours. @throws ConversationGone also where only the message is gone */
  replace(conversation: Conversation, message: string, notice: Notice): Promise<void>;
  /**
   * The same for what may be out of date by the time it is sent: `make` is asked when everything before it in that
   * conversation has been sent, and nothing that came after can be overtaken by it. `null` sends nothing.
   */
  renew(conversation: Conversation, message: string, make: () => Promise<Notice | null>): Promise<void>;
}

// ── links to the pages ──────────────────────────────────────────────────────────────────────────────────────────────

export type Link = {
  readonly id: LinkId;
  readonly school: SchoolId;
  /** The one person it was made for. */
  readonly person: StaffId;
  readonly madeAt: string;
  /** Redeemed before then, or never. ISO instant. */
  readonly redeemBy: string;
  readonly sealed: boolean;
  /** Set by the first redemption: SHA-256 (hex) of the cookie's secret, and the session's end. A second browser gets nothing. */
  readonly session?: { readonly secretHash: string; readonly until: string };
  /** What a sign-in under way needs (Azure only); opaque to flows. */
  readonly signIn?: string;
} & (
  | {
      readonly kind: 'open';
      readonly report: ReportId;
      /** The person said before a word was shown: not about me, nor about somebody close. */
      readonly notAboutMe?: true;
    }
  | { readonly kind: 'upload'; readonly draft: DraftId }
  /** To what is locked and waits for the safeguarding lead; what that is, is asked of the store at each press. */
  | { readonly kind: 'locked' }
);

export interface Links {
  create(link: Link): Promise<void>;
  get(school: SchoolId, id: LinkId): Promise<Versioned<Link> | null>;
  replace(kept: Versioned<Link>, next: Link): Promise<'done' | 'changed'>;
}

// ── what questions teach, and what is asked of the headteacher ──────────────────────────────────────────────────────

/** Numbers of weeks. No call takes a person, and no row holds one. */
export interface Counts {
  /** Adds to the topics of a week. */
  addTopics(school: SchoolId, week: SchoolWeek, topics: readonly (Topic & { readonly count: number })[]): Promise<void>;
  /** Counts one tap. `'already'`: that card was tapped before, with whatever answer. */
  addHelpful(
    school: SchoolId,
    week: SchoolWeek,
    answered: Answered,
    helpful: boolean,
    card: AnswerId,
  ): Promise<'counted' | 'already'>;
  topics(school: SchoolId): Promise<readonly TopicCount[]>;
  helpful(school: SchoolId): Promise<readonly HelpfulCount[]>;
}

export interface HeadQuestions {
  /** The question and what is to be told of it, in one transaction. `'exists'`: one of that id is kept, and stays. */
  create(school: SchoolId, question: HeadQuestion, tell: readonly Waiting[]): Promise<'kept' | 'exists'>;
  get(school: SchoolId, id: QuestionId): Promise<Versioned<HeadQuestion> | null>;
  replace(
    school: SchoolId,
    kept: Versioned<HeadQuestion>,
    next: HeadQuestion,
    tell: readonly Waiting[],
  ): Promise<'done' | 'changed'>;
  /** Those without an answer, oldest first. */
  waiting(school: SchoolId): Promise<readonly HeadQuestion[]>;
}

// ── the rest ────────────────────────────────────────────────────────────────────────────────────────────────────────

export interface Clock {
  now(): Date;
}

/** Random, and never the same twice. */
export interface Ids {
  report(): ReportId;
  draft(): DraftId;
  picture(): PictureId;
  link(): LinkId;
  telling(): TellingId;
  answer(): AnswerId;
  question(): QuestionId;
  reference(): Reference;
  /** 32 random bytes, base64url: the secret of a page's cookie. */
  secret(): string;
  /** What a reporter passes on to a chair who has no account. */
  chairCode(): ChairCode;
}

/** One line of the log: an event and ids. Never a name, an address, or anything somebody typed. */
export interface Log {
  info(event: string, ids?: Readonly<Record<string, string | number>>): void;
  warn(event: string, ids?: Readonly<Record<string, string | number>>): void;
}

/** Everything outside, in one hand. */
export type Outside = {
  readonly reports: ReportStore;
  readonly drafts: DraftStore;
  readonly stopped: StoppedStore;
  readonly evidence: EvidenceStore;
  readonly outbox: Outbox;
  readonly people: People;
  readonly lastAsked: LastAskedStore;
  readonly desk: TriageDesk;
  readonly roster: Roster;
  readonly links: Links;
  readonly counts: Counts;
  readonly questions: HeadQuestions;
  readonly channel: HeadChannel;
  readonly notices: PersonalNotice;
  readonly fetcher: PictureSourceFetcher;
  readonly inspector: PictureInspector;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly log: Log;
  /** `https://…` or the loopback address; no slash at the end. */
  readonly publicUrl: string;
};

/** Who acts: the school of the channel token's tenant, and the Entra id of the activity or the sign-in. Never from a card. */
export type Person = {
  readonly school: SchoolId;
  readonly staff: StaffId;
  /** As Teams gives it with the activity; kept with a report and shown to those who open it, and nowhere else. */
  readonly name?: string | undefined;
};

// ── understanding ───────────────────────────────────────────────────────────────────────────────────────────────────

/** Places a text among English sentences: what means the same stands near. */
export interface SentenceEncoder {
  /**
   * Waits while the encoder starts. The same text has the same place on the same kind of machine.
   *
   * @returns its place, as `core/policy/place.ts` tells, or `null` where there is no encoder or it has failed; never rejects
   */
  encode(text: string): Promise<Float32Array | null>;
  /** Ends it. Whatever is asked afterwards is `null`. */
  close(): Promise<void>;
}

/** Answers come from the other readings alone. */
export const NO_ENCODER: SentenceEncoder = {
  encode: () => Promise.resolve(null),
  close: () => Promise.resolve(),
};
