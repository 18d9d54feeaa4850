import { type StaffId } from '../core/ids.ts';
import { type Conversation } from '../flows/ports.ts';

/** Where it was said. `channel` also covers threads in a channel; its `conversation.id` is the channel's, without `;messageid=`. */
export type Place = 'personal' | 'group' | 'channel';

export type Attachment =
  /** Pasted or a phone photo: fetched with the bot's token. */
  | { readonly how: 'inline'; readonly url: string; readonly index: number }
  /** The paperclip: a short-lived address that needs no token. */
  | { readonly how: 'file'; readonly url: string; readonly index: number; readonly name: string };

export type From = {
  readonly staff: StaffId;
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
    }
  | {
      readonly kind: 'action';
      readonly from: From;
      readonly verb: string;
      /** What the card carried and the inputs typed, together; strings, numbers and booleans only. */
      readonly data: Readonly<Record<string, unknown>>;
      /** The message that holds the card, to be updated in place. */
      readonly card: string | null;
      /** An invoke is answered in its response; a submit by updating or sending a message. */
      readonly by: 'invoke' | 'submit';
    }
  /** Something Teams says that asks for nothing (typing, reactions, a renamed channel). */
  | { readonly kind: 'nothing' }
  /** Not an activity we can act on; `why` is for the log. */
  | { readonly kind: 'unreadable'; readonly why: string };

export type CardJson = Readonly<Record<string, unknown>>;

/** What the bot says back in the turn. */
export type Reply =
  { readonly kind: 'card'; readonly card: CardJson } | { readonly kind: 'text'; readonly text: string };
