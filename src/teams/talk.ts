import type { SchoolId, StaffId } from '../core/ids.ts';
import type { Answer } from '../core/policy/answer.ts';
import type { LastAsked } from '../core/policy/lastAsked.ts';
import type { Contacts } from '../cards/contacts.ts';
import type { SchoolDay } from '../core/schoolDay.ts';
import type { IncidentForm } from '../core/report/forms.ts';
import type { Signposts } from '../core/report/signposts.ts';
import type { FetchesUnderWay } from '../flows/fetchPictures.ts';
import type { Asked, InTurn, Tapped, TapTurn } from '../flows/followUp.ts';
import type { Outside } from '../flows/ports.ts';
import type { Reach } from '../flows/reach.ts';
import type { ReplyHand } from './intent.ts';

export type Hand = ReplyHand;

/** Somebody whom the school's settings name, as shown to staff: a role, and a name where one is set. */
export type Named = { readonly staffId: StaffId; readonly role: string; readonly name: string | null };

/** All that a turn needs: the outside, and the school's own words as values. */
export type Talk = {
  readonly outside: Outside;
  readonly fetches: FetchesUnderWay;
  readonly school: SchoolId;
  readonly forms: readonly IncidentForm[];
  readonly signposts: Signposts;
  readonly contacts: Contacts;
  /** Danger now, a child at risk, one's own duty: said wherever the policy is silent and before any report. */
  readonly standing: string;
  readonly policyId: string;
  readonly policyVersion: string;
  /** The bot's Teams id, for the button that opens the personal chat. */
  readonly botId: string;
  /** The same question on the same school day has the same answer. */
  readonly answer: (question: string, on: SchoolDay) => Promise<Answer>;
  /**
   * The answer behind a choice that an answer offered; `null` where there is no such choice, or no such policy.
   *
   * @param policy  whose it is; the first policy's where an old card does not say
   */
  readonly answerChoice: (choice: string, on: SchoolDay, policy?: string) => Answer | null;
  /** The answer in the light of the last question, which is read only where the message may go on from one. */
  readonly answerInTurn: (asked: Asked, last: () => Promise<LastAsked | null>) => Promise<InTurn>;
  /** The answer to a tap on a choice; `null` where there is no such choice. */
  readonly answerTap: (choice: string, asked: Tapped, last: LastAsked | null, policy?: string) => TapTurn | null;
  readonly forgetting: {
    /** Whether a message asks to forget the last question. */
    readonly isWished: (message: string) => boolean;
    readonly forgotten: string;
    readonly nothing: string;
  };
  /** Notes what an answer says of the topics that staff ask about: without a person, a word or a call of the storage. */
  readonly countTopic: (answer: Answer) => void;
  /** A topic as content calls it; `null` where it does not. */
  readonly topicInWords: (policy: string, situation: string) => string | null;
  /** Whether the school's settings name a headteacher. */
  readonly hasHeadteacher: boolean;
  readonly nameOf: (staff: StaffId) => Named;
  /** The Entra id behind a mention, asked of Teams; `null` where it does not say. */
  readonly member: (
    conversation: { readonly serviceUrl: string; readonly id: string },
    teamsUser: string,
  ) => Promise<StaffId | null>;
  /** Where a person is reached from now on. @returns how much that was set aside for them is due again */
  readonly seen: Reach['seen'];
  /** Something is to be told. */
  readonly nudge: () => void;
};

/** How many lines a list shows at once. */
export const LIST_LENGTH = 5;
