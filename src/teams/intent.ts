import type { StaffId } from '../core/ids.ts';
import type { Conversation } from '../flows/ports.ts';

/** Where it was said. `channel` also covers threads in a channel; its `conversation.id` is the channel's, without `;messageid=`. */
export type Place = 'personal' | 'group' | 'channel';

export type Attachment =
  /** Pasted or a phone photo: fetched with the bot's token. */
  | { readonly how: 'inline'; readonly url: string; readonly index: number }
  /** The paperclip: a short-lived address that needs no token. */
  | { readonly how: 'file'; readonly url: string; readonly index: number; readonly name: string };

export type From = {
  readonly staff: StaffId;
  /** The sender's name as Teams shows it; for the report they send, never for who may do what. */
  readonly name?: string;
  readonly place: Place;
  readonly conversation: Conversation;
  readonly activityId: string;
};

/**
 * What an activity asks for, once its token, tenant and sender were checked. Nothing here is trusted for who may do what:
 * that is asked of the store.
 */
export type Intent =
  | {
      readonly kind: 'installed';
      readonly from: From | null;
      readonly place: Place;
      readonly conversation: Conversation;
    }
  | {
      readonly kind: 'message';
      readonly from: From;
      /** Mentions of the bot taken out, white space trimmed, at most 10,000 characters. May be empty. */
      readonly text: string;
      readonly attachments: readonly Attachment[];
      /** Mentions of people other than the bot, as Teams user ids (`29:…`), for `add triager @Name`. */
      readonly mentioned: readonly string[];
      /** More than 10,000 characters came; what is over was left out of `text`. */
      readonly cut: boolean;
      /** Files that came with it and cannot be taken: of a kind we do not know, or without an address. */
      readonly untaken: number;
    }
  | {
      readonly kind: 'action';
      readonly from: From;
      readonly verb: string;
      /** What the card carried and the inputs typed, together; strings, numbers and booleans only. It has no prototype. */
      readonly data: Readonly<Record<string, unknown>>;
      /** The message that holds the card, to be updated in place. */
      readonly card: string | null;
      /** An invoke is answered in its response; a submit by updating or sending a message. */
      readonly by: 'invoke' | 'submit';
      /** Teams asked by itself, to refresh a card on show; nobody pressed anything, so nothing may be changed. */
      readonly automatic: boolean;
    }
  /** The sender deleted their message; whatever came with it was under this id. */
  | { readonly kind: 'message-deleted'; readonly from: From; readonly activityId: string }
  /** Something Teams says that asks for nothing (typing, reactions, a renamed channel). */
  | { readonly kind: 'nothing' }
  /** Not an activity we can act on; `why` is for the log. */
  | { readonly kind: 'unreadable'; readonly why: Unreadable };

/**
 * `activity`: no activity at all. `tenant`: none is named, or another than the school's. `address`: no conversation or no
 * service to answer to. `sender`: no Entra id. `id`: a message without its id. `action`: a button that says nothing.
 */
export type Unreadable = 'activity' | 'tenant' | 'address' | 'sender' | 'id' | 'action';

export type CardJson = Readonly<Record<string, unknown>>;

/** What the bot says back in the turn. */
export type Reply =
  { readonly kind: 'card'; readonly card: CardJson } | { readonly kind: 'text'; readonly text: string };

/**
 * How the bot answers within one turn. Each call throws where the message did not arrive after a few tries; a handler need not
 * catch that, since the edge says sorry and logs one line.
 */
export type ReplyHand = {
  /**
   * Answers with a card. To a button, the first card takes the place of the card that was pressed; to a message, it is a
   * new message. An automatic refresh only gets it shown: nothing that is stored in the chat is touched.
   *
   * @returns the message in which it stands; `null` where that is not known
   */
  card(card: CardJson): Promise<string | null>;
  /** Answers with a card below, and leaves the card that was pressed as it is. */
  newCard(card: CardJson): Promise<string | null>;
  /** Answers with plain text: in the footer of the card for `Action.Execute`, otherwise as a new message. */
  text(text: string): Promise<void>;
  /** Changes a card that stands in this conversation. */
  update(messageId: string, card: CardJson): Promise<void>;
};

/** A press on a card. */
export type Action = Extract<Intent, { kind: 'action' }>;
