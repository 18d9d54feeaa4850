import alreadySent from '../../cards/already-sent.json' with { type: 'json' };
import chairCode from '../../cards/chair-code.json' with { type: 'json' };
import chairCodeConfirm from '../../cards/chair-code-confirm.json' with { type: 'json' };
import deleteConfirm from '../../cards/delete-confirm.json' with { type: 'json' };
import draftDeleted from '../../cards/draft-deleted.json' with { type: 'json' };
import draftGone from '../../cards/draft-gone.json' with { type: 'json' };
import draftWaiting from '../../cards/draft-waiting.json' with { type: 'json' };
import restartConfirm from '../../cards/restart-confirm.json' with { type: 'json' };
import sent from '../../cards/sent.json' with { type: 'json' };
import type { DraftId, Reference } from '../core/ids.ts';
import { type Draft, nextStep, sealedPictures, storedPictures } from '../core/report/draft.ts';
import type { Report } from '../core/report/report.ts';
import { stageOf } from './draftStage.ts';
import { type CardJson, fills } from './fill.ts';
import { nPictures } from './sentences.ts';
import { inLondon } from './when.ts';

const fillWaiting = fills(draftWaiting);
const fillDelete = fills(deleteConfirm);
const fillRestart = fills(restartConfirm);
const fillDeleted = fills(draftDeleted);
const fillGone = fills(draftGone);
const fillAlready = fills(alreadySent);
const fillChairCode = fills(chairCode);
const fillChairCodeConfirm = fills(chairCodeConfirm);
const fillSent = fills(sent);

const ofDraft = (draft: Draft) => ({ draft: draft.id, stage: stageOf(draft, nextStep(draft)) });

const lockedSentence = (draft: Draft): string => {
  const locked = sealedPictures(draft).length;
  return locked === 0 ? '' : `${nPictures(locked)} locked for the safeguarding lead: that stays.`;
};

/** There is a draft already: go on with it, start again, or delete it. */
export function draftWaitingCard(draft: Draft, wanted?: Reference): CardJson {
  const stored = storedPictures(draft).length;
  const held = stored === 0 ? '' : `It has ${nPictures(stored)}.`;
  return fillWaiting({
    ...ofDraft(draft),
    startedAt: inLondon(draft.startedAt),
    held,
    title: draft.addsTo === undefined ? 'You have a draft report' : `You are adding to ${draft.reference}`,
    rule:
      wanted === undefined
        ? 'You can have one draft at a time.'
        : `You can have one draft at a time. Send this one or delete it first, then write “add ${wanted}”.`,
  });
}

export const deleteConfirmCard = (draft: Draft): CardJson =>
  fillDelete({ ...ofDraft(draft), locked: lockedSentence(draft) });

/** Asked before "start again" throws a draft away; its button carries `sure`. */
export const restartConfirmCard = (draft: Draft): CardJson =>
  fillRestart({ ...ofDraft(draft), locked: lockedSentence(draft) });

/** After a delete. With the draft as it was, says what stays locked. */
export const draftDeletedCard = (draft?: Draft): CardJson =>
  fillDeleted({ locked: draft === undefined ? '' : lockedSentence(draft) });

/** The card's draft is not this person's live one. Says nothing of whose it is. */
export const draftGoneCard = (): CardJson => fillGone({});

/** @param sealedFrom  the draft of a report that is sealed for the chair: its reporter may need a new code */
export const alreadySentCard = (reference: Reference, sealedFrom?: DraftId): CardJson =>
  fillAlready({ reference, sealedFrom: sealedFrom ?? '' });

/** The answer to a press for a new code: shown here once. */
export const chairCodeCard = (
  reference: Reference,
  code: string,
  {
    isFirst = false,
    chairIsConcerned = false,
  }: { readonly isFirst?: boolean; readonly chairIsConcerned?: boolean } = {},
): CardJson =>
  fillChairCode({
    reference,
    code,
    title: `A ${isFirst ? '' : 'new '}code for ${chairIsConcerned ? 'the local authority' : 'the chair'}`,
    before: isFirst ? '' : 'The code before it does not work any more. ',
  });

/** Asked before a new code makes the one before worthless; its button carries `sure`. */
export const chairCodeConfirmCard = (report: Report): CardJson =>
  fillChairCodeConfirm({ report: report.id, reference: report.reference });

/** What an old draft card turns into after Send: one line without content. */
export const sentCard = (reference: Reference): CardJson => fillSent({ reference });
