import { readDraftId, readLinkId, readPictureId, readReference, readStaffId } from '../../../src/core/ids.ts';
import type { Roles } from '../../../src/core/report/audience.ts';
import {
  answerConcerns,
  answerCouldBeHead,
  answerDanger,
  answerImagery,
  chooseKind,
  type Draft,
  finishPictures,
  forgetOldReferences,
  giveUpPicture,
  goBack,
  holdPicture,
  keepAnswers,
  nextStep,
  notKeptPictures,
  type PictureArrival,
  receivePictures,
  removePicture,
  startDraft,
  type Step,
} from '../../../src/core/report/draft.ts';
import { fileDraft, readyToSend } from '../../../src/core/report/report.ts';
import { readReportId, readSchoolId } from '../../../src/core/ids.ts';

const sure = <T>(value: T | null): T => {
  if (value === null) throw new Error('The test names a thing that its reader refuses');
  return value;
};
const teacher = sure(readStaffId('teacher'));
const head = sure(readStaffId('head'));
const roles: Roles = { headteachers: [head], safeguarding: [], chairs: [], triagers: [] };
const now = new Date('2026-11-20T21:00:00Z');
const fresh = (): Draft =>
  startDraft(
    { id: sure(readDraftId('d1')), reference: sure(readReference('SM-234-67AC')) },
    teacher,
    now.toISOString(),
  );
const stored = {
  sha256: 'a'.repeat(64),
  bytes: 10,
  mediaType: 'image/png',
  width: 1,
  height: 1,
  receivedAt: now.toISOString(),
};
const sent = (activityId: string, index: number): PictureArrival => ({
  id: sure(readPictureId(`${activityId}-${index}`)),
  source: { kind: 'chat', activityId, index, how: 'inline' },
  url: `https://smba.trafficmanager.net/${activityId}/${index}`,
  host: 'smba.trafficmanager.net',
});
const hold = (draft: Draft, arrival: PictureArrival): Draft => sure(holdPicture(draft, arrival, stored));

describe('the guide', () => {
  it('asks of danger and imagery before anything else, and ends at the look-over', () => {
    const steps: Step[] = [];
    let draft = fresh();
    const acts: Partial<Record<Step, (draft: Draft) => Draft>> = {
      danger: (d) => answerDanger(d, 'no'),
      imagery: (d) => answerImagery(d, 'no'),
      concerns: (d) => answerConcerns(d, [{ kind: 'not-sure' }], roles),
      'could-be-head': (d) => answerCouldBeHead(d, 'no', roles),
      kind: (d) => chooseKind(d, 'abusive-post', 1),
      form: (d) => keepAnswers(d, { what: 'x' }, 1),
      pictures: finishPictures,
    };
    for (let i = 0; i < 10 && nextStep(draft) !== 'look-over'; i += 1) {
      steps.push(nextStep(draft));
      draft = acts[nextStep(draft)]?.(draft) ?? draft;
    }
    expect(steps).toEqual(['danger', 'imagery', 'concerns', 'could-be-head', 'kind', 'form', 'pictures']);
    expect(nextStep(draft)).toBe('look-over');
    expect(readyToSend(draft)).toEqual({ kind: 'ready' });
  });

  it('never offers pictures once imagery is not a plain no, not even by going back', () => {
    const draft = goBack(answerImagery(answerDanger(fresh(), 'no'), 'not-sure'), 'pictures');
    expect(nextStep(draft)).toBe('concerns');
    expect(draft.kind).toBe('possible-imagery');
  });

  it('never goes back to a step that has not been reached, nor to the kinds once the form for imagery is due', () => {
    const early = answerImagery(answerDanger(fresh(), 'no'), 'no');
    for (const step of ['form', 'pictures', 'look-over'] as const)
      expect(nextStep(goBack(early, step))).toBe('concerns');
    const stopped = answerImagery(answerConcerns(early, [{ kind: 'pupil' }], roles), 'yes');
    expect(nextStep(goBack(stopped, 'kind'))).toBe('form');
  });

  it('goes back to one step and then to where it was', () => {
    const done = finishPictures(
      keepAnswers(
        chooseKind(
          answerConcerns(answerImagery(answerDanger(fresh(), 'no'), 'no'), [{ kind: 'pupil' }], roles),
          'k',
          1,
        ),
        {},
        1,
      ),
    );
    const back = goBack(done, 'concerns');
    expect(nextStep(back)).toBe('concerns');
    expect(nextStep(answerConcerns(back, [{ kind: 'me' }], roles))).toBe('look-over');
  });

  it('keeps a draft apart as soon as it may concern the headteacher, and brings it back when it does not', () => {
    const asked = answerImagery(answerDanger(fresh(), 'no'), 'no');
    expect(answerConcerns(asked, [{ kind: 'headteacher' }], roles).sealed).toBe(true);
    const unsure = answerConcerns(asked, [{ kind: 'not-sure' }], roles);
    expect(unsure.sealed).toBe(true);
    expect(answerCouldBeHead(unsure, 'no', roles).sealed).toBe(false);
    expect(answerCouldBeHead(unsure, 'yes-or-not-sure', roles).sealed).toBe(true);
    // Pressed on an old card, after something else was ticked.
    const pupil = answerConcerns(unsure, [{ kind: 'pupil' }], roles);
    expect(answerCouldBeHead(pupil, 'yes-or-not-sure', roles).sealed).toBe(true);
  });
});

describe('the pictures of a draft', () => {
  const open = answerImagery(answerDanger(fresh(), 'no'), 'no');

  it('are one row each, however often their message is delivered', () => {
    let draft = open;
    for (let i = 0; i < 3; i += 1) draft = receivePictures(draft, [sent('a1', 0), sent('a1', 1)], now);
    expect(draft.pictures.map(({ number }) => number)).toEqual([1, 2]);
  });

  it('are not bytes before a stored no', () => {
    const waiting = receivePictures(fresh(), [sent('a1', 0)], now);
    expect(waiting.pictures[0]?.state).toBe('waiting');
    expect(holdPicture(waiting, sent('a1', 0), stored)).toBeNull();
  });

  it.each(['yes', 'not-sure'] as const)('all end in the one change that says "%s"', (answer) => {
    let draft: Draft = { ...open, uploadLink: sure(readLinkId('l1')), pageNo: sure(readLinkId('l1')) };
    draft = hold(receivePictures(draft, [sent('a1', 0), sent('a2', 0)], now), sent('a1', 0));
    const stopped = answerImagery(draft, answer);
    expect(stopped.pictures.map(({ state }) => state)).toEqual(['sealed', 'dropped']);
    expect(JSON.stringify(stopped)).not.toContain('https://');
    expect(stopped.uploadLink).toBeUndefined();
    expect(stopped.pageNo).toBeUndefined();
    expect(holdPicture(stopped, sent('a3', 0), stored)).toBeNull();
    expect(receivePictures(stopped, [sent('a4', 0)], now)).toBe(stopped);
  });

  it('stay stopped: a later "no" does not open them again', () => {
    expect(answerImagery(answerImagery(open, 'yes'), 'no').imagery).toBe('yes');
  });

  it('let go of what the first form held, because the form for imagery takes no description', () => {
    const typed = keepAnswers(chooseKind(open, 'abusive-post', 1), { what: 'a description' }, 1);
    expect(answerImagery(typed, 'yes').answers).toEqual({});
  });

  it('are forgotten as references after ten minutes', () => {
    const waiting = receivePictures(open, [sent('a1', 0)], now);
    expect(forgetOldReferences(waiting, new Date(now.getTime() + 599_000))).toBe(waiting);
    const later = forgetOldReferences(waiting, new Date(now.getTime() + 600_000));
    expect(later.pictures[0]).toEqual({
      id: 'a1-0',
      number: 1,
      source: { kind: 'chat', activityId: 'a1', index: 0, how: 'inline' },
      state: 'not-kept',
      why: 'expired',
    });
  });

  it('have the imagery question put again when they come to a draft that was left lying for more than an hour', () => {
    const soon = receivePictures(open, [sent('a1', 0)], new Date(now.getTime() + 3_599_000));
    expect(soon.imagery).toBe('no');
    const late = receivePictures(open, [sent('a1', 0)], new Date(now.getTime() + 3_601_000));
    expect(late.imagery).toBeUndefined();
    expect(late.pictures[0]?.state).toBe('waiting');
    expect(holdPicture(late, sent('a1', 0), stored)).toBeNull();
    expect(nextStep(late)).toBe('imagery');
    // The same message again asks nothing anew.
    const kept = hold(receivePictures(open, [sent('a1', 0)], now), sent('a1', 0));
    expect(receivePictures(kept, [sent('a1', 0)], new Date(now.getTime() + 7_200_000))).toBe(kept);
  });

  it('that come after one failed stand for it, so that nobody is asked for it for ever', () => {
    const two = receivePictures(open, [sent('a1', 0), sent('a1', 1)], now);
    const failed = giveUpPicture(giveUpPicture(two, sent('a1', 0).id, 'unreachable'), sent('a1', 1).id, 'unreachable');
    expect(notKeptPictures(failed).map(({ number }) => number)).toEqual([1, 2]);
    const again = receivePictures(failed, [sent('a2', 0)], now);
    expect(notKeptPictures(again).map(({ number }) => number)).toEqual([2]);
    const page = holdPicture(again, { ...sent('a3', 0), source: { kind: 'page', uploadKey: 'k' } }, stored);
    expect(notKeptPictures(sure(page))).toEqual([]);
    // What failed is still known by its message, so that a late delivery of that makes no third row.
    expect(receivePictures(again, [sent('a1', 0)], now)).toBe(again);
  });

  it('are twenty at the most, and the next one is said not to be kept', () => {
    const many = Array.from({ length: 21 }, (_, index) => sent('a1', index));
    const draft = receivePictures(open, many, now);
    expect(draft.pictures[20]).toMatchObject({ state: 'not-kept', why: 'too-many' });
    expect(draft.pictures.filter(({ state }) => state === 'waiting')).toHaveLength(20);
  });

  it('keep a sealed one where its reporter removes it', () => {
    const sealed = answerImagery(hold(receivePictures(open, [sent('a1', 0)], now), sent('a1', 0)), 'yes');
    expect(removePicture(sealed, 1)).toEqual(sealed);
  });

  it('hold Send back while one is on its way, so that the receipt is true', () => {
    const ready = finishPictures(
      keepAnswers(chooseKind(answerConcerns(open, [{ kind: 'pupil' }], roles), 'k', 1), {}, 1),
    );
    expect(readyToSend(receivePictures(ready, [sent('a1', 0)], now))).toEqual({ kind: 'pictures-coming', count: 1 });
  });

  it('go with the report: a sealed one as sealed, one that was not kept not at all', () => {
    let draft = hold(receivePictures(open, [sent('a1', 0), sent('a2', 0)], now), sent('a1', 0));
    draft = answerImagery(draft, 'yes');
    const facts = {
      id: sure(readReportId('r1')),
      school: sure(readSchoolId('s')),
      at: now.toISOString(),
      policyVersion: '1',
    };
    const filing = fileDraft(draft, facts, roles);
    expect(filing.evidence.map(({ number, state }) => ({ number, state }))).toEqual([{ number: 1, state: 'sealed' }]);
    expect(filing.audit).toHaveLength(1);
    expect(filing.report.chain).toEqual({ lines: 1, head: filing.audit[0]?.hash });
  });
});
