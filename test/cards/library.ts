import { createRequire } from 'node:module';
import type { CardJson } from './every.ts';

/** The built file: the package's own modules are not for Node. */
const { AdaptiveCard, SerializationContext } = createRequire(import.meta.url)(
  'adaptivecards/dist/adaptivecards.js',
) as {
  readonly SerializationContext: new () => {
    readonly eventCount: number;
    getEventAt(at: number): { readonly message: string };
  };
  readonly AdaptiveCard: new () => {
    parse(json: unknown, context: unknown): void;
    validateProperties(): { readonly validationEvents: readonly { readonly message: string }[] };
  };
};

/** What the adaptivecards library says against a card, while it parses it and of its properties. */
export function complaints(json: CardJson): readonly string[] {
  const context = new SerializationContext();
  const card = new AdaptiveCard();
  card.parse(json, context);
  const events = [...Array(context.eventCount).keys()].map((at) => context.getEventAt(at).message);
  return [...events, ...card.validateProperties().validationEvents.map(({ message }) => message)];
}

/** Teams counts a message in UTF-16, and takes 100 KB; ours keep well below. */
export const bytes = (card: CardJson): number => JSON.stringify(card).length * 2;
