import concerns from '../../cards/concerns.json' with { type: 'json' };
import couldBeHead from '../../cards/could-be-head.json' with { type: 'json' };
import type { StaffId } from '../core/ids.ts';
import type { Concern } from '../core/report/audience.ts';
import type { Draft } from '../core/report/draft.ts';
import { stageOf } from './draftStage.ts';
import { type CardJson, fills } from './fill.ts';
import { concernInWords } from './sentences.ts';

const fillConcerns = fills(concerns);
const fillCouldBeHead = fills(couldBeHead);

/** Somebody who handles reports, offered by role and name. `role` as people say it: `Safeguarding lead`. */
export type Handler = { readonly staffId: StaffId; readonly role: string; readonly name: string | null };

/**
 * A title or name beside a tick box may be read as Markdown by the client, and escapes would show in one that does not
 * read it: only what names are made of is left.
 */
const plainName = (name: string): string =>
  name
    .replace(/[^\p{L}\p{M}\p{N} .,'’-]/gu, '')
    .replace(/\s+/g, ' ')
    .trim()
    .slice(0, 80);

export const handlerTitle = ({ role, name }: Handler): string => {
  const plain = name === null ? '' : plainName(name);
  return plain === '' ? plainName(role) : `${plainName(role)}: ${plain}`;
};

const codeOf = (concern: Concern): string => (concern.kind === 'handler' ? `handler:${concern.staffId}` : concern.kind);

/**
 * Whom it concerns; input `concerns` comes back as codes with commas between. What was ticked before is ticked again.
 *
 * @param problem  a sentence shown above the choices when nothing was ticked
 */
export function concernsCard(draft: Draft, handlers: readonly Handler[], problem = ''): CardJson {
  const plain = (kind: Exclude<Concern['kind'], 'handler'>) => ({
    title: concernInWords({ kind }, () => null),
    value: kind,
  });
  const choices = [
    plain('headteacher'),
    ...handlers.map((handler) => ({ title: handlerTitle(handler), value: `handler:${handler.staffId}` })),
    plain('other-staff'),
    plain('pupil'),
    plain('parent-or-other'),
    plain('me'),
    plain('not-sure'),
  ];
  const ticked = draft.concerns.map(codeOf).filter((code) => choices.some(({ value }) => value === code));
  return fillConcerns({
    draft: draft.id,
    stage: stageOf(draft, 'concerns'),
    problem,
    choices,
    ticked: ticked.length === 0 ? null : ticked.join(','),
  });
}

/** The one plain question that follows "not sure". */
export const couldBeHeadCard = (draft: Draft): CardJson =>
  fillCouldBeHead({ draft: draft.id, stage: stageOf(draft, 'could-be-head') });
