import type { Conversation } from '../flows/ports.ts';
import type { CardJson, Intent, ReplyHand } from './intent.ts';
import { cardMessage, type Sender, textMessage } from './sending.ts';

/** What an invoke is answered with, inside an HTTP 200. Source: "Universal Action Model", response format. */
export type InvokeAnswer =
  | {
      readonly statusCode: 200;
      readonly type: 'application/vnd.microsoft.card.adaptive';
      readonly value: CardJson;
    }
  | { readonly statusCode: 200; readonly type: 'application/vnd.microsoft.activity.message'; readonly value: string };

export const cardAnswer = (value: CardJson): InvokeAnswer => ({
  statusCode: 200,
  type: 'application/vnd.microsoft.card.adaptive',
  value,
});

/** Teams takes an empty message for a failure, and sends the invoke once more. */
export const messageAnswer = (value: string): InvokeAnswer => ({
  statusCode: 200,
  type: 'application/vnd.microsoft.activity.message',
  value: value.trim() === '' ? 'Received.' : value,
});

export type Turn = {
  readonly hand: ReplyHand;
  /** For an invoke: what the bot answered so far; `null` where it has said nothing that belongs in the response. */
  answer(): InvokeAnswer | null;
  /** The response has gone out: what comes now goes to the chat by itself. */
  close(): void;
  /** What was begun and is not waited for. */
  pending(): Promise<unknown>;
};

/**
 * @param to      where the activity came from, its thread included
 * @param failed  told when a card was shown but could not be kept in the chat, so that it will fall back to what it was
 */
export function createTurn(sender: Sender, to: Conversation, intent: Intent, failed: (error: unknown) => void): Turn {
  const pressed = intent.kind === 'action' ? intent : null;
  const onlyShown = pressed?.automatic === true;
  let mayAnswer = pressed?.by === 'invoke';
  let mayReplace = pressed !== null && pressed.card !== null;
  let answer: InvokeAnswer | null = null;
  let keeping: Promise<unknown> = Promise.resolve();

  const respond = (with_: InvokeAnswer) => {
    answer = with_;
    mayAnswer = false;
  };
  const send = async (card: CardJson) => (onlyShown ? null : sender.send(to, cardMessage(card)));
  const replace = async (messageId: string, card: CardJson) => {
    try {
      await sender.update(to, messageId, cardMessage(card));
      return messageId;
    } catch {
      // Too old, or not ours to change. A new card says the same.
      return send(card);
    }
  };
  const hand: ReplyHand = {
    async card(card) {
      const place = mayReplace && !onlyShown ? (pressed?.card ?? null) : null;
      mayReplace = false;
      if (mayAnswer) {
        respond(cardAnswer(card));
        // The response is a view only. Unless the stored message is changed as well, the old card comes back.
        if (place !== null) keeping = sender.update(to, place, cardMessage(card)).catch(failed);
        return place;
      }
      return place === null ? send(card) : replace(place, card);
    },
    async newCard(card) {
      if (!onlyShown || !mayAnswer) return send(card);
      respond(cardAnswer(card));
      return null;
    },
    async text(text) {
      if (mayAnswer) respond(messageAnswer(text));
      else if (!onlyShown) await sender.send(to, textMessage(text));
    },
    async update(messageId, card) {
      if (!onlyShown) await sender.update(to, messageId, cardMessage(card));
    },
  };
  return { hand, answer: () => answer, close: () => void (mayAnswer = false), pending: () => keeping };
}
