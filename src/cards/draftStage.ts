import type { Draft, Step } from '../core/report/draft.ts';

const STAGES: Readonly<Record<Step, number>> = {
  danger: 1,
  imagery: 1,
  concerns: 2,
  'could-be-head': 2,
  kind: 3,
  form: 3,
  more: 3,
  pictures: 4,
  'look-over': 5,
};

/** `step 3 of 5`: beside "Not sent yet" on every draft card. A report without pictures has one step fewer. */
export function stageOf(draft: Draft, step: Step): string {
  if (draft.addsTo !== undefined) return step === 'imagery' ? 'step 1 of 2' : 'step 2 of 2';
  const picturesLeftOut = draft.imagery === 'yes' || draft.imagery === 'not-sure';
  const of = picturesLeftOut ? 4 : 5;
  return `step ${Math.min(STAGES[step], of)} of ${of}`;
}
