import followsTemplate from '../../cards/follows.json' with { type: 'json' };
import type { Answer } from '../core/policy/answer.ts';
import type { Follows } from '../core/policy/lastAsked.ts';
import { type CardJson, fills } from './fill.ts';

const fillFollows = fills(followsTemplate);

/**
 * The card of an answer that says first what the message was taken for, so that a wrong reading is seen at once. In an
 * emergency that comes after what to do now.
 */
export function withFollows(card: CardJson, answer: Answer, follows: Follows | null): CardJson {
  if (follows === null) return card;
  const { from, now, note, reasons } = follows;
  const line = bodyOf(
    fillFollows({
      from: `${from}. `,
      nowTitle: now === null ? '' : 'Taken as: ',
      now: now === null ? '' : `${now}. `,
      otherwise: 'Not so? Ask the whole question.',
      note,
      reasons: reasons ?? [],
    }),
  );
  const body = bodyOf(card);
  const first = answer.kind === 'emergency' ? 1 : 0;
  return { ...card, body: [...body.slice(0, first), ...line, ...body.slice(first)] };
}

const bodyOf = ({ body }: CardJson): readonly unknown[] => (Array.isArray(body) ? (body as readonly unknown[]) : []);
