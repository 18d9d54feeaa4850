import { createHash } from 'node:crypto';
import type { Storage } from '../../src/storage/storage.ts';
import { inTheEmulator, kept } from '../builders/emulated.ts';
import { aLastAsked } from '../builders/lastAsked.ts';
import { memoryStore } from '../builders/memoryStore.ts';
import { addToReport, lineOf, type New, takeStep, withdraw, withLine } from '../../src/core/report/report.ts';
import { firstBreak } from '../../src/core/report/audit.ts';
import { answerImagery, type Draft, startAddition } from '../../src/core/report/draft.ts';
import { COPIES, type Versioned, type Waiting } from '../../src/flows/ports.ts';
import {
  aDraft,
  aFiling,
  after,
  aLink,
  anEvidence,
  aStoredPicture,
  aWaiting,
  aWaitingPicture,
  draftId,
  HEAD,
  LEAD,
  linkId,
  OTHER_TEACHER,
  pictureId,
  reference,
  reportId,
  school,
  SCHOOL,
  SENT_AT,
  staff,
  TEACHER,
  tellingId,
  TRIAGER,
} from '../builders/values.ts';

const emulator = inTheEmulator('contract');

describe.each([
  ['in memory', async (): Promise<Storage> => memoryStore()],
  ['in the emulator', () => emulator.open()],
])('storage %s', (_where, open) => {
  let storage: Storage;
  beforeEach(async () => {
    storage = await open();
  });

  const start = async (draft: Draft) => kept(await storage.drafts.create(SCHOOL, draft));
  /** Sends a draft of the given number as a report of its own. */
  async function send(number: number, change: Partial<New> = {}, sealed = false, reporter = TEACHER) {
    const draft = aDraft({ id: draftId(number), reference: reference(number), sealed, reporter });
    const from = await start(draft);
    const filing = aFiling(draft, { id: reportId(number), filedAt: after(number * 1_000), ...change });
    expect(await storage.reports.file(SCHOOL, filing, from, [])).toBe('filed');
    return filing.report;
  }
  const reading = async (id = reportId(1)) => kept(await storage.reports.get(SCHOOL, id));
  const leftToTell = async (now = new Date(after(10_000_000))) =>
    (await storage.outbox.due(SCHOOL, now, 100)).map(({ value }) => value);

  it('answers', async () => {
    await expect(storage.check()).resolves.toBeUndefined();
  });

  describe('drafts', () => {
    it('are found as they were kept, by the person whose they are', async () => {
      const draft = aDraft({ pictures: [aStoredPicture(1), aWaitingPicture(2)], nextNumber: 3, fromRule: undefined });
      const made = await start(draft);
      const expected = JSON.parse(JSON.stringify(draft)) as Draft;
      expect(await storage.drafts.get(SCHOOL, TEACHER)).toEqual({ value: expected, version: made.version });
      expect(await storage.drafts.get(SCHOOL, OTHER_TEACHER)).toBeNull();
      expect(await storage.drafts.get(school('another'), TEACHER)).toBeNull();
    });

    it.each([
      ['quotes and a filter', `it's "quoted"' or PartitionKey ne ''`],
      ['lines of a transaction', '\r\n--changeset_1--\r\nDELETE http://x/y HTTP/1.1\r\nIf-Match: *\r\n\r\n{"a":1}'],
      ['other scripts and signs', 'ünï 漢字 עברית 👩‍👩‍👧‍👦 𝔘 \u0000\u0007\u2028 \ud800 end'],
      ['markup', '<script>alert(1)</script> ${evil} %27 %0d%0a &amp;'],
      [
        'every sign of the basic plane',
        Array.from({ length: 0x10000 }, (_none, code) => String.fromCharCode(code)).join(''),
      ],
      ['character pairs over every boundary', `x${'😀'.repeat(40_000)}`],
    ])('keep what was typed to the letter: %s', async (_what, typed) => {
      await start(aDraft({ answers: { what: typed } }));
      expect((await storage.drafts.get(SCHOOL, TEACHER))?.value.answers).toEqual({ what: typed });
    });

    it('put rows to tell with a new one, and none where there is one already', async () => {
      const row = aWaiting({ telling: { kind: 'draft-life', of: TEACHER, draft: draftId(1) } });
      kept(await storage.drafts.create(SCHOOL, aDraft(), [row]));
      const second = aWaiting({ id: tellingId(2) });
      expect(await storage.drafts.create(SCHOOL, aDraft({ id: draftId(2) }), [second])).toBe('exists');
      expect(await leftToTell()).toEqual([row]);
    });

    it('are one a person', async () => {
      const first = await start(aDraft());
      expect(await storage.drafts.create(SCHOOL, aDraft({ id: draftId(2) }))).toBe('exists');
      expect(await storage.drafts.get(SCHOOL, TEACHER)).toEqual(first);
    });

    it('are one a person, on whichever side they stand', async () => {
      await start(aDraft({ sealed: true }));
      expect(await storage.drafts.create(SCHOOL, aDraft({ id: draftId(2), sealed: false }))).toBe('exists');
      expect((await storage.drafts.get(SCHOOL, TEACHER))?.value.id).toBe(draftId(1));
    });

    it('change only as they were read', async () => {
      const first = await start(aDraft());
      const second = kept(await storage.drafts.replace(SCHOOL, first, aDraft({ danger: 'yes' })));
      expect(second.version).not.toBe(first.version);
      expect(await storage.drafts.replace(SCHOOL, first, aDraft({ danger: 'no' }))).toBe('changed');
      expect(await storage.drafts.get(SCHOOL, TEACHER)).toEqual(second);
    });

    it('lose a field that was taken away', async () => {
      const first = await start(aDraft({ uploadLink: linkId(1) }));
      await storage.drafts.replace(SCHOOL, first, aDraft());
      expect((await storage.drafts.get(SCHOOL, TEACHER))?.value).not.toHaveProperty('uploadLink');
    });

    it('of two changes at once, one is kept', async () => {
      const first = await start(aDraft());
      const outcomes = await Promise.all(
        [1, 2, 3, 4].map((n) => storage.drafts.replace(SCHOOL, first, aDraft({ answers: { n: String(n) } }))),
      );
      const won = outcomes.filter((outcome) => outcome !== 'changed');
      expect(won).toHaveLength(1);
      expect(await storage.drafts.get(SCHOOL, TEACHER)).toEqual(won[0]);
    });

    it('put rows to tell with the change, and none where it fails', async () => {
      const first = await start(aDraft());
      const row = aWaiting({ telling: { kind: 'pictures-settled', to: TEACHER, draft: draftId(1) } });
      kept(await storage.drafts.replace(SCHOOL, first, aDraft({ danger: 'yes' }), [row]));
      const late = await storage.drafts.replace(SCHOOL, first, aDraft(), [aWaiting({ id: tellingId(2) })]);
      expect(late).toBe('changed');
      expect(await leftToTell()).toEqual([row]);
    });

    it('keep that their card in the chat is behind, with the row that brings it after', async () => {
      const first = await start(aDraft({ cards: ['one', 'two'] }));
      const row = (id: number, stoppedAt?: string) =>
        aWaiting({
          id: tellingId(id),
          telling: { kind: 'card-follows', to: TEACHER, draft: draftId(1), ...(stoppedAt ? { stoppedAt } : {}) },
        });
      const next = aDraft({ cards: ['one', 'two'], cardBehind: true });
      const rows = [row(1), row(2, next.changedAt)];
      expect(kept(await storage.drafts.replace(SCHOOL, first, next, rows)).value).toEqual(next);
      expect((await storage.drafts.get(SCHOOL, TEACHER))?.value).toEqual(next);
      expect(await leftToTell()).toEqual(rows);
    });

    it('are removed only as they were read', async () => {
      const first = await start(aDraft());
      const second = kept(await storage.drafts.replace(SCHOOL, first, aDraft({ danger: 'yes' })));
      expect(await storage.drafts.remove(SCHOOL, first)).toBe('changed');
      expect(await storage.drafts.get(SCHOOL, TEACHER)).toEqual(second);
      expect(await storage.drafts.remove(SCHOOL, second)).toBe('removed');
      expect(await storage.drafts.get(SCHOOL, TEACHER)).toBeNull();
      expect(await storage.drafts.remove(SCHOOL, second)).toBe('changed');
      expect((await start(aDraft({ id: draftId(2) }))).value.id).toBe(draftId(2));
    });

    it('are removed with sealed and with waiting pictures in them', async () => {
      const stopped = answerImagery(aDraft({ pictures: [aStoredPicture(1)] }), 'yes');
      expect(await storage.drafts.remove(SCHOOL, await start(stopped))).toBe('removed');
      const waiting = await start(aDraft({ id: draftId(2), pictures: [aWaitingPicture(1)] }));
      expect(await storage.drafts.remove(SCHOOL, waiting)).toBe('removed');
      expect(await storage.drafts.get(SCHOOL, TEACHER)).toBeNull();
      expect(await storage.drafts.withWaitingPictures(SCHOOL)).toEqual([]);
    });

    it.each([
      ['to the sealed ones', false],
      ['back from the sealed ones', true],
    ])('move %s with what they hold and what is to be told', async (_where, sealed) => {
      const first = await start(aDraft({ sealed, pictures: [aWaitingPicture(1)] }));
      const next = aDraft({ sealed: !sealed, pictures: [aWaitingPicture(1)], answers: { moved: 'yes' } });
      const row = aWaiting({ sealed: !sealed });
      const moved = kept(await storage.drafts.replace(SCHOOL, first, next, [row]));
      expect(moved.value).toEqual(next);
      expect(await storage.drafts.get(SCHOOL, TEACHER)).toEqual(moved);
      expect(await storage.drafts.withWaitingPictures(SCHOOL)).toEqual([TEACHER]);
      expect(await leftToTell()).toEqual([row]);
      expect(await storage.drafts.replace(SCHOOL, first, aDraft({ sealed }))).toBe('changed');
      const settled = kept(await storage.drafts.replace(SCHOOL, moved, aDraft({ sealed: !sealed })));
      expect(await storage.drafts.withWaitingPictures(SCHOOL)).toEqual([]);
      const back = kept(await storage.drafts.replace(SCHOOL, settled, aDraft({ sealed })));
      expect(await storage.drafts.get(SCHOOL, TEACHER)).toEqual(back);
      expect(await storage.drafts.remove(SCHOOL, back)).toBe('removed');
      expect(await storage.drafts.get(SCHOOL, TEACHER)).toBeNull();
    });

    it('of a move and a change at once, one is kept', async () => {
      const first = await start(aDraft());
      const outcomes = await Promise.all([
        storage.drafts.replace(SCHOOL, first, aDraft({ answers: { n: 'changed' } })),
        storage.drafts.replace(SCHOOL, first, aDraft({ sealed: true })),
        storage.drafts.replace(SCHOOL, first, aDraft({ sealed: true, answers: { n: 'moved' } })),
      ]);
      const won = outcomes.filter((outcome) => outcome !== 'changed');
      expect(won).toHaveLength(1);
      expect(await storage.drafts.get(SCHOOL, TEACHER)).toEqual(won[0]);
    });

    it('with waiting pictures are known, until none waits', async () => {
      const first = await start(aDraft({ pictures: [aWaitingPicture(1)] }));
      await storage.drafts.create(SCHOOL, aDraft({ id: draftId(2), reporter: OTHER_TEACHER }));
      await storage.drafts.create(
        SCHOOL,
        aDraft({ id: draftId(3), reporter: HEAD, sealed: true, pictures: [aWaitingPicture(1)] }),
      );
      expect(await storage.drafts.withWaitingPictures(SCHOOL)).toEqual([TEACHER, HEAD]);
      kept(await storage.drafts.replace(SCHOOL, first, aDraft({ pictures: [aStoredPicture(1)] })));
      expect(await storage.drafts.withWaitingPictures(SCHOOL)).toEqual([HEAD]);
    });
  });

  describe('bytes', () => {
    it('that stand are listed by draft and picture, once for both copies', async () => {
      const key = { draft: draftId('listed'), picture: pictureId('listed') };
      for (const copy of ['original', 'view'] as const)
        await storage.evidence.put(SCHOOL, { ...key, copy }, Buffer.from('bytes'), 'image/png');
      const standing = async (since: number) =>
        (await storage.evidence.standing(SCHOOL, new Date(since))).filter(({ draft }) => draft === key.draft);
      expect(await standing(Date.now() + 60_000)).toEqual([key]);
      expect(await standing(Date.now() - 60_000)).toEqual([]);
    });

    it('of live drafts and of stopped ones are named', async () => {
      const school_ = school('naming');
      const live = aDraft({ id: draftId('live'), reporter: staff(41), pictures: [aStoredPicture(1)] });
      const sealed = { ...aStoredPicture(2), state: 'sealed' } as const;
      const stopped = aDraft({
        id: draftId('stopped'),
        reporter: staff(42),
        imagery: 'yes',
        pictures: [sealed as never],
      });
      for (const draft of [live, stopped]) await storage.drafts.create(school_, draft);
      const kept = await storage.drafts.get(school_, staff(42));
      if (kept !== null) await storage.drafts.remove(school_, kept);
      expect([...(await storage.drafts.picturesNamed(school_))].sort()).toEqual(
        [aStoredPicture(1).id, aStoredPicture(2).id].sort(),
      );
    });
  });

  describe('a Send', () => {
    it('keeps everything in one go and takes the draft away', async () => {
      const draft = aDraft({ pictures: [aWaitingPicture(3)] });
      const from = await start(draft);
      const pictures = [anEvidence({ number: 1 }), anEvidence({ number: 2, state: 'sealed', sealedAt: SENT_AT })];
      const filing = aFiling(draft, {}, pictures);
      const row = aWaiting({ telling: { kind: 'channel-card', report: filing.report.id } });
      expect(await storage.reports.file(SCHOOL, filing, from, [row])).toBe('filed');
      expect((await reading(filing.report.id)).value).toEqual(filing.report);
      expect(await storage.reports.byDraft(SCHOOL, draft.id)).toEqual(filing.report);
      expect(await storage.reports.byReference(SCHOOL, draft.reference)).toEqual(filing.report);
      expect(await storage.reports.evidence(SCHOOL, filing.report.id)).toEqual(pictures);
      expect(await storage.reports.record(SCHOOL, filing.report.id)).toEqual(filing.audit);
      expect(await storage.reports.open(SCHOOL, 10)).toEqual({ items: [lineOf(filing.report)] });
      expect(await storage.reports.mine(SCHOOL, TEACHER, 10)).toEqual({ items: [lineOf(filing.report)] });
      expect(await leftToTell()).toEqual([row]);
      expect(await storage.drafts.get(SCHOOL, TEACHER)).toBeNull();
      expect(await storage.drafts.withWaitingPictures(SCHOOL)).toEqual([]);
    });

    it('pressed twice makes one report', async () => {
      const draft = aDraft();
      const from = await start(draft);
      const outcomes = await Promise.all(
        ['a', 'b', 'c'].map((id) => storage.reports.file(SCHOOL, aFiling(draft, { id: reportId(id) }), from, [])),
      );
      expect(outcomes.sort()).toEqual(['already', 'already', 'filed']);
      expect((await storage.reports.open(SCHOOL, 10)).items).toHaveLength(1);
      expect(await storage.reports.file(SCHOOL, aFiling(draft), from, [])).toBe('already');
    });

    it.each([
      ['of the same kind', false, false],
      ['by a sealed report', true, false],
      ['by a report that is not sealed', false, true],
    ])('finds its reference taken %s, and leaves the draft', async (_by, first, second) => {
      await send(1, {}, first);
      const draft = aDraft({ id: draftId(2), sealed: second });
      const from = await start(draft);
      const filing = aFiling(draft);
      expect(await storage.reports.file(SCHOOL, filing, from, [aWaiting({ sealed: second })])).toBe('reference-taken');
      expect(await storage.reports.get(SCHOOL, filing.report.id)).toBeNull();
      expect(await storage.drafts.get(SCHOOL, TEACHER)).toEqual(from);
      expect(await leftToTell()).toEqual([]);
      const again = aFiling({ ...draft, reference: reference(9) });
      expect(await storage.reports.file(SCHOOL, again, from, [])).toBe('filed');
    });

    it('of a draft that was changed since is refused', async () => {
      const from = await start(aDraft());
      const now = kept(await storage.drafts.replace(SCHOOL, from, aDraft({ danger: 'yes' })));
      expect(await storage.reports.file(SCHOOL, aFiling(aDraft()), from, [])).toBe('changed');
      expect(await storage.reports.byDraft(SCHOOL, draftId(1))).toBeNull();
      expect(await storage.drafts.get(SCHOOL, TEACHER)).toEqual(now);
    });

    it('of a draft that was removed is refused', async () => {
      const from = await start(aDraft());
      await storage.drafts.remove(SCHOOL, from);
      expect(await storage.reports.file(SCHOOL, aFiling(aDraft()), from, [])).toBe('changed');
    });

    it('of a draft that was sealed since is refused', async () => {
      const from = await start(aDraft());
      const moved = kept(await storage.drafts.replace(SCHOOL, from, aDraft({ sealed: true })));
      expect(await storage.reports.file(SCHOOL, aFiling(aDraft()), from, [])).toBe('changed');
      expect(await storage.reports.open(SCHOOL, 10)).toEqual({ items: [] });
      expect(await storage.drafts.get(SCHOOL, TEACHER)).toEqual(moved);
    });

    it('across the two sides is our own mistake', async () => {
      const from = await start(aDraft());
      const filing = aFiling(aDraft(), { audience: 'chair' });
      await expect(storage.reports.file(SCHOOL, filing, from, [])).rejects.toThrow(/partition|elsewhere/);
      expect(await storage.drafts.get(SCHOOL, TEACHER)).toEqual(from);
    });

    it('refuses a row to tell that belongs to the other side', async () => {
      const from = await start(aDraft());
      const wrong = storage.reports.file(SCHOOL, aFiling(aDraft()), from, [aWaiting({ sealed: true })]);
      await expect(wrong).rejects.toThrow('belongs with what it tells of');
      expect(await storage.drafts.get(SCHOOL, TEACHER)).toEqual(from);
    });
  });

  describe('a sealed report', () => {
    it('is in no list but the chair’s and its reporter’s, and nobody else’s list changes by it', async () => {
      const seen = await send(1);
      const sealed = await send(2, { audience: 'chair', concerned: [HEAD] }, true);
      expect(await storage.reports.open(SCHOOL, 10)).toEqual({ items: [lineOf(seen)] });
      expect(await storage.reports.openSealed(SCHOOL, 10)).toEqual({ items: [lineOf(sealed)] });
      expect(await storage.reports.mine(SCHOOL, TEACHER, 10)).toEqual({ items: [lineOf(sealed), lineOf(seen)] });
    });

    it('is found, changed and told like any other', async () => {
      const draft = aDraft({ sealed: true });
      const filing = aFiling(draft, {}, [anEvidence()]);
      const row = aWaiting({ sealed: true });
      expect(await storage.reports.file(SCHOOL, filing, await start(draft), [row])).toBe('filed');
      const { id } = filing.report;
      expect(await storage.reports.byDraft(SCHOOL, draft.id)).toEqual(filing.report);
      expect(await storage.reports.byReference(SCHOOL, draft.reference)).toEqual(filing.report);
      expect(await storage.reports.evidence(SCHOOL, id)).toEqual(filing.evidence);
      expect(await storage.reports.record(SCHOOL, id)).toEqual(filing.audit);
      expect(await leftToTell()).toEqual([row]);
      const change = takeStep(filing.report, { kind: 'close', reason: 'dealt-with' }, LEAD, after(1));
      expect(await storage.reports.commit(SCHOOL, await reading(id), kept(change))).toBe('done');
      expect(await storage.reports.openSealed(SCHOOL, 10)).toEqual({ items: [] });
      expect((await storage.reports.mine(SCHOOL, TEACHER, 10)).items).toMatchObject([{ state: 'closed' }]);
    });
  });

  describe('reports', () => {
    it('that are not there are null, and have nothing', async () => {
      expect(await storage.reports.get(SCHOOL, reportId('none'))).toBeNull();
      expect(await storage.reports.byDraft(SCHOOL, draftId('none'))).toBeNull();
      expect(await storage.reports.byReference(SCHOOL, reference(99))).toBeNull();
      expect(await storage.reports.evidence(SCHOOL, reportId('none'))).toEqual([]);
      expect(await storage.reports.record(SCHOOL, reportId('none'))).toEqual([]);
      expect(await storage.reports.open(SCHOOL, 10)).toEqual({ items: [] });
    });

    it('belong to one school', async () => {
      await send(1);
      const other = school('st-marys-2');
      expect(await storage.reports.get(other, reportId(1))).toBeNull();
      expect(await storage.reports.byReference(other, reference(1))).toBeNull();
      expect(await storage.reports.open(other, 10)).toEqual({ items: [] });
    });

    it('do not show the rows of one whose id begins alike', async () => {
      await send(1);
      await send(11);
      expect(await storage.reports.record(SCHOOL, reportId(1))).toHaveLength(1);
      expect(await storage.reports.evidence(SCHOOL, reportId(1))).toEqual([]);
    });

    it('change with their lines, pictures, lists and rows to tell, all at once', async () => {
      const draft = aDraft();
      const filing = aFiling(draft, { id: reportId(1) }, [anEvidence({ number: 1 }), anEvidence({ number: 2 })]);
      await storage.reports.file(SCHOOL, filing, await start(draft), []);
      const change = kept(takeStep(filing.report, { kind: 'acknowledge' }, HEAD, after(60_000)));
      const sealed = anEvidence({ number: 2, state: 'sealed', sealedAt: after(60_000) });
      const outcome = await storage.reports.commit(SCHOOL, await reading(), {
        ...change,
        evidence: [sealed],
        tell: [aWaiting()],
      });
      expect(outcome).toBe('done');
      const report = (await reading()).value;
      expect(report).toEqual(change.report);
      expect(await storage.reports.evidence(SCHOOL, reportId(1))).toEqual([filing.evidence[0], sealed]);
      const record = await storage.reports.record(SCHOOL, reportId(1));
      expect(record.map(({ what }) => what)).toEqual(['filed', 'acknowledged']);
      expect(firstBreak(record, report.chain)).toBeNull();
      expect((await storage.reports.open(SCHOOL, 10)).items).toEqual([lineOf(report)]);
      expect((await storage.reports.mine(SCHOOL, TEACHER, 10)).items).toEqual([lineOf(report)]);
      expect(await leftToTell()).toEqual([aWaiting()]);
    });

    it('never change in what was sent', async () => {
      const report = await send(1);
      for (const change of [{ audience: 'chair' as const }, { reporter: OTHER_TEACHER }, { filedAt: after(1) }]) {
        const wrong = storage.reports.commit(SCHOOL, await reading(), { report: { ...report, ...change }, audit: [] });
        await expect(wrong).rejects.toThrow('what was sent of a report never changes');
      }
      expect((await reading()).value).toEqual(report);
    });

    it('takes an addition and its draft in one step, as both were read', async () => {
      const report = await send(1);
      const facts = { report: report.id, reference: report.reference, reporter: TEACHER, sealed: false, pictures: [] };
      const gathered = { ...startAddition(draftId(9), facts, after(1)), pictures: [aStoredPicture(1)] };
      const from = await start(gathered);
      const change = addToReport(report, gathered, 'More of it', after(2));
      const stale = { ...from, version: (await reading()).version };
      expect(await storage.reports.commit(SCHOOL, await reading(), { ...change, from: stale })).toBe('changed');
      expect(await storage.reports.evidence(SCHOOL, report.id)).toEqual([]);
      expect(await storage.reports.commit(SCHOOL, await reading(), { ...change, from })).toBe('done');
      expect((await reading()).value).toEqual(change.report);
      expect(await storage.reports.evidence(SCHOOL, report.id)).toEqual(change.evidence);
      expect(await storage.drafts.get(SCHOOL, TEACHER)).toBeNull();
      expect((await storage.reports.byDraft(SCHOOL, draftId(9)))?.id).toBe(report.id);
      expect(await storage.drafts.create(SCHOOL, aDraft({ id: draftId(10) }))).not.toBe('exists');
    });

    it('carries the flag of one that was withdrawn into every list', async () => {
      const report = await send(1);
      const change = kept(withdraw(report, { at: after(1), reason: 'mistake', words: 'It was a joke' }));
      expect(await storage.reports.commit(SCHOOL, await reading(), change)).toBe('done');
      expect((await reading()).value).toEqual(change.report);
      expect((await storage.reports.open(SCHOOL, 5)).items).toEqual([expect.objectContaining({ withdrawn: true })]);
      expect((await storage.reports.mine(SCHOOL, TEACHER, 5)).items).toEqual([lineOf(change.report)]);
      expect((await storage.reports.record(SCHOOL, report.id)).at(-1)?.what).toBe('withdrawn');
    });

    it('leave the open list when they are closed, and stay with their reporter', async () => {
      const report = await send(1);
      const closed = kept(takeStep(report, { kind: 'close', reason: 'repeat' }, HEAD, after(60_000)));
      expect(await storage.reports.commit(SCHOOL, await reading(), closed)).toBe('done');
      expect(await storage.reports.open(SCHOOL, 10)).toEqual({ items: [] });
      expect((await storage.reports.mine(SCHOOL, TEACHER, 10)).items).toEqual([lineOf(closed.report)]);
      const viewed = withLine(closed.report, { at: after(1), by: HEAD, what: 'page-viewed', facts: {} });
      expect(await storage.reports.commit(SCHOOL, await reading(), viewed)).toBe('done');
      expect(await storage.reports.record(SCHOOL, report.id)).toHaveLength(3);
      expect(await storage.reports.open(SCHOOL, 10)).toEqual({ items: [] });
    });

    it('of two changes at once, one is kept, with its line alone', async () => {
      const report = await send(1);
      const read = await reading();
      const outcomes = await Promise.all(
        [HEAD, TRIAGER, LEAD].map((by) =>
          storage.reports.commit(SCHOOL, read, {
            ...kept(takeStep(report, { kind: 'acknowledge' }, by, after(60_000))),
            tell: [aWaiting({ id: tellingId(by) })],
          }),
        ),
      );
      expect(outcomes.sort()).toEqual(['changed', 'changed', 'done']);
      expect(await storage.reports.record(SCHOOL, report.id)).toHaveLength(2);
      const { value } = await reading();
      expect(await leftToTell()).toMatchObject([
        { id: tellingId(value.state === 'acknowledged' ? value.acknowledgedBy : 'none') },
      ]);
    });

    it('come newest first, in pages, each once', async () => {
      for (let number = 1; number <= 25; number += 1) await send(number);
      const numbers = Array.from({ length: 25 }, (_none, index) => reportId(25 - index));
      for (const list of ['open', 'mine'] as const) {
        const seen: string[] = [];
        const sizes: number[] = [];
        for (let from: string | undefined, more = true; more; more = from !== undefined) {
          const page =
            list === 'open'
              ? await storage.reports.open(SCHOOL, 10, from)
              : await storage.reports.mine(SCHOOL, TEACHER, 10, from);
          seen.push(...page.items.map(({ id }) => id));
          sizes.push(page.items.length);
          from = page.next;
        }
        expect(seen).toEqual(numbers);
        expect(sizes).toEqual([10, 10, 5]);
      }
      expect((await storage.reports.open(SCHOOL, 25)).next).toBeUndefined();
    }, 60_000);

    it('of both sides are one list of one’s own, in pages', async () => {
      for (let number = 1; number <= 7; number += 1) await send(number, {}, number % 2 === 0);
      await send(8, {}, false, OTHER_TEACHER);
      const first = await storage.reports.mine(SCHOOL, TEACHER, 4);
      const second = await storage.reports.mine(SCHOOL, TEACHER, 4, first.next);
      expect([...first.items, ...second.items].map(({ id }) => id)).toEqual([7, 6, 5, 4, 3, 2, 1].map(reportId));
      expect(second.next).toBeUndefined();
    });

    it.each([`' or PartitionKey ne '`, 'list:open:', '../..', '000000000000000:a/b'])(
      'start at the newest for a place that cannot be read: %s',
      async (after) => {
        const report = await send(1);
        expect((await storage.reports.open(SCHOOL, 10, after)).items).toEqual([lineOf(report)]);
        expect((await storage.reports.mine(SCHOOL, OTHER_TEACHER, 10, after)).items).toEqual([]);
      },
    );
  });

  describe('what is to be told', () => {
    const add = (row: Waiting) => storage.outbox.add(SCHOOL, row);
    const now = new Date(after(5_000));
    const due = (most = 10) => storage.outbox.due(SCHOOL, now, most);
    const one = async (): Promise<Versioned<Waiting>> => kept((await due())[0] ?? null);

    it('is due from its instant, oldest first, of both sides', async () => {
      await add(aWaiting({ id: tellingId('late'), dueAt: after(5_001) }));
      await add(aWaiting({ id: tellingId('now'), dueAt: after(5_000) }));
      await add(aWaiting({ id: tellingId('first'), dueAt: after(0) }));
      await add(aWaiting({ id: tellingId('second'), dueAt: after(1), sealed: true }));
      expect((await due()).map(({ value }) => value.id)).toEqual(['first', 'second', 'now'].map(tellingId));
      expect((await due(2)).map(({ value }) => value.id)).toEqual(['first', 'second'].map(tellingId));
    });

    it.each([[false], [true]])('is leased by one worker until the lease ends (sealed: %s)', async (sealed) => {
      await add(aWaiting({ sealed }));
      const row = await one();
      const until = new Date(after(65_000));
      const leases = await Promise.all([1, 2, 3].map(() => storage.outbox.lease(SCHOOL, row, until)));
      expect(leases.filter((lease) => lease !== null)).toHaveLength(1);
      expect(await due()).toEqual([]);
      const lease = kept(leases.find((one) => one !== null) ?? null);
      const again = await storage.outbox.due(SCHOOL, until, 10);
      expect(again).toEqual([lease]);
      await storage.outbox.done(SCHOOL, lease);
      await storage.outbox.done(SCHOOL, lease);
      expect(await storage.outbox.due(SCHOOL, until, 10)).toEqual([]);
    });

    it('stays with who leased it last', async () => {
      await add(aWaiting());
      const first = kept(await storage.outbox.lease(SCHOOL, await one(), new Date(after(6_000))));
      const second = kept(await storage.outbox.lease(SCHOOL, first, new Date(after(9_000))));
      await storage.outbox.done(SCHOOL, first);
      await storage.outbox.later(SCHOOL, first, new Date(after(1)), 7);
      await storage.outbox.park(SCHOOL, first, TEACHER);
      expect(await storage.outbox.due(SCHOOL, new Date(after(9_000)), 10)).toEqual([second]);
    });

    it('is put off with its count', async () => {
      await add(aWaiting());
      const lease = kept(await storage.outbox.lease(SCHOOL, await one(), new Date(after(6_000))));
      await storage.outbox.later(SCHOOL, lease, new Date(after(3_000)), 1);
      expect((await one()).value).toEqual(aWaiting({ dueAt: after(3_000), attempts: 1 }));
    });

    it('is parked until its person writes', async () => {
      await add(aWaiting({ id: tellingId(1) }));
      await add(aWaiting({ id: tellingId(2), sealed: true }));
      await add(aWaiting({ id: tellingId(3) }));
      const [first, second, third] = await due();
      await storage.outbox.park(SCHOOL, kept(first ?? null), TEACHER);
      await storage.outbox.park(SCHOOL, kept(second ?? null), TEACHER);
      await storage.outbox.park(SCHOOL, kept(third ?? null), OTHER_TEACHER);
      expect(await leftToTell()).toEqual([]);
      expect(await storage.outbox.unpark(SCHOOL, staff(77), now)).toBe(0);
      expect(await storage.outbox.unpark(SCHOOL, TEACHER, now)).toBe(2);
      expect(await storage.outbox.unpark(SCHOOL, TEACHER, now)).toBe(0);
      expect((await due()).map(({ value }) => value)).toEqual([
        aWaiting({ id: tellingId(1), dueAt: now.toISOString() }),
        aWaiting({ id: tellingId(2), dueAt: now.toISOString(), sealed: true }),
      ]);
    });

    it('is found again however often more is parked, and where it was noted anew', async () => {
      await add(aWaiting({ id: tellingId(1), sealed: true }));
      await storage.outbox.park(SCHOOL, await one(), TEACHER);
      await storage.outbox.noteParked(SCHOOL);
      expect(await storage.outbox.unpark(SCHOOL, TEACHER, now)).toBe(1);
      await storage.outbox.park(SCHOOL, await one(), TEACHER);
      expect(await storage.outbox.unpark(SCHOOL, OTHER_TEACHER, now)).toBe(0);
      expect(await storage.outbox.unpark(SCHOOL, TEACHER, now)).toBe(1);
      expect(await due()).toHaveLength(1);
      await storage.outbox.noteParked(SCHOOL);
      expect(await storage.outbox.unpark(SCHOOL, TEACHER, now)).toBe(0);
    });

    it('is there once when it is added twice', async () => {
      await add(aWaiting());
      await add(aWaiting());
      expect(await due()).toHaveLength(1);
    });
  });

  it('keeps what was said of a picture, and that it cannot be shown, with the draft and with the evidence', async () => {
    const more = {
      words: { caption: 'the second “comment”\nand its reply', link: 'example.test/p/1' },
      noView: true,
    } as const;
    const draft = aDraft({
      pictures: [
        { ...aStoredPicture(1), ...more },
        { ...aStoredPicture(2), words: {} },
      ],
    });
    const from = await storage.drafts.create(SCHOOL, draft);
    if (from === 'exists') throw new Error('no draft');
    expect((await storage.drafts.get(SCHOOL, TEACHER))?.value).toEqual(draft);
    const evidence = [anEvidence({ ...more, mediaType: 'image/heic', width: 0, height: 0 }), anEvidence({ number: 2 })];
    const filing = aFiling(draft, {}, evidence);
    expect(await storage.reports.file(SCHOOL, filing, from, [])).toBe('filed');
    expect(await storage.reports.evidence(SCHOOL, filing.report.id)).toEqual(evidence);
  });

  describe('pictures', () => {
    const key = { draft: draftId(1), picture: pictureId(1), copy: 'original' as const };
    const bytes = Buffer.from([0, 1, 2, 255, 254, 13, 10, 0]);

    it('come back byte for byte, each under its key', async () => {
      await storage.evidence.put(SCHOOL, key, bytes, 'image/png');
      await storage.evidence.put(SCHOOL, { ...key, copy: 'view' }, new Uint8Array([7]), 'image/jpeg');
      expect(await storage.evidence.get(SCHOOL, key)).toEqual({ bytes, mediaType: 'image/png' });
      expect(await storage.evidence.get(SCHOOL, { ...key, copy: 'view' })).toEqual({
        bytes: Buffer.from([7]),
        mediaType: 'image/jpeg',
      });
      expect(await storage.evidence.get(SCHOOL, { ...key, picture: pictureId(2) })).toBeNull();
      expect(await storage.evidence.get(school('another'), key)).toBeNull();
    });

    it('are summed without being handed over', async () => {
      await storage.evidence.put(SCHOOL, key, bytes, 'image/png');
      expect(await storage.evidence.digest(SCHOOL, key)).toBe(createHash('sha256').update(bytes).digest('hex'));
      expect(await storage.evidence.digest(SCHOOL, { ...key, copy: 'view' })).toBeNull();
    });

    it('have a small copy, a view copy and the original, and each goes by itself', async () => {
      for (const copy of COPIES) await storage.evidence.put(SCHOOL, { ...key, copy }, Buffer.from(copy), 'image/webp');
      for (const copy of COPIES)
        expect((await storage.evidence.get(SCHOOL, { ...key, copy }))?.bytes.toString()).toBe(copy);
      for (const copy of COPIES) {
        await storage.evidence.remove(SCHOOL, { ...key, copy });
        expect(await storage.evidence.get(SCHOOL, { ...key, copy })).toBeNull();
      }
    });

    it('are written once', async () => {
      await storage.evidence.put(SCHOOL, key, bytes, 'image/png');
      await storage.evidence.put(SCHOOL, key, Buffer.from('other'), 'image/jpeg');
      expect(await storage.evidence.get(SCHOOL, key)).toEqual({ bytes, mediaType: 'image/png' });
    });

    it('are gone when they are removed, and removing again is fine', async () => {
      await storage.evidence.put(SCHOOL, key, bytes, 'image/png');
      await storage.evidence.remove(SCHOOL, key);
      await storage.evidence.remove(SCHOOL, key);
      expect(await storage.evidence.get(SCHOOL, key)).toBeNull();
    });
  });

  describe('people and places', () => {
    const chat = { serviceUrl: 'https://smba.example.test/uk/', id: 'a:1/with#odd?signs\\' };

    it('are remembered as last seen, and forgotten', async () => {
      expect(await storage.people.conversation(SCHOOL, TEACHER)).toBeNull();
      await storage.people.remember(SCHOOL, TEACHER, { serviceUrl: 'https://old.example.test', id: 'old' });
      await storage.people.remember(SCHOOL, TEACHER, chat);
      expect(await storage.people.conversation(SCHOOL, TEACHER)).toEqual(chat);
      expect(await storage.people.conversation(SCHOOL, HEAD)).toBeNull();
      const last = aLastAsked({ at: after(0) });
      await storage.people.remember(SCHOOL, TEACHER, chat, last);
      expect(await storage.people.conversation(SCHOOL, TEACHER)).toEqual(chat);
      expect(await storage.lastAsked.get(SCHOOL, { person: TEACHER, conversation: chat.id })).toEqual(last);
      await storage.people.forget(SCHOOL, TEACHER);
      await storage.people.forget(SCHOOL, TEACHER);
      expect(await storage.people.conversation(SCHOOL, TEACHER)).toBeNull();
    });

    it('are welcomed once, of several at the same time too', async () => {
      const welcomes = await Promise.all([1, 2, 3].map(() => storage.people.firstWelcome(SCHOOL, TEACHER)));
      expect(welcomes.filter((first) => first)).toHaveLength(1);
      expect(await storage.people.firstWelcome(SCHOOL, TEACHER)).toBe(false);
      expect(await storage.people.firstWelcome(SCHOOL, HEAD)).toBe(true);
    });

    it('have one triage channel, the last that was set', async () => {
      expect(await storage.desk.channel(SCHOOL)).toBeNull();
      await storage.desk.setChannel(SCHOOL, { serviceUrl: 'https://old.example.test', id: 'old' }, HEAD, SENT_AT);
      await storage.desk.setChannel(SCHOOL, chat, HEAD, after(1));
      expect(await storage.desk.channel(SCHOOL)).toEqual(chat);
      expect(await storage.desk.channel(school('another'))).toBeNull();
    });

    it('have the triagers that were added and not removed', async () => {
      expect(await storage.desk.triagers(SCHOOL)).toEqual([]);
      await storage.desk.addTriager(SCHOOL, TRIAGER, HEAD, SENT_AT);
      await storage.desk.addTriager(SCHOOL, LEAD, HEAD, SENT_AT);
      await storage.desk.addTriager(SCHOOL, TRIAGER, HEAD, after(1));
      expect(await storage.desk.triagers(SCHOOL)).toEqual([LEAD, TRIAGER]);
      await storage.desk.removeTriager(SCHOOL, LEAD, HEAD, after(2));
      await storage.desk.removeTriager(SCHOOL, LEAD, HEAD, after(3));
      expect(await storage.desk.triagers(SCHOOL)).toEqual([TRIAGER]);
    });
  });

  describe('last questions', () => {
    const talking = { person: TEACHER, conversation: 'a:chat/1?#%\\;messageid=2' };
    const last = aLastAsked({ at: after(0) });

    it('are found as they were kept, the newest in the place of the one before', async () => {
      expect(await storage.lastAsked.get(SCHOOL, talking)).toBeNull();
      await storage.lastAsked.keep(SCHOOL, talking, last);
      expect(await storage.lastAsked.get(SCHOOL, talking)).toEqual(last);
      const next = aLastAsked({ situation: 'leaver-request', open: [], asked: 0, at: after(1_000) });
      await storage.lastAsked.keep(SCHOOL, talking, next);
      expect(await storage.lastAsked.get(SCHOOL, talking)).toEqual(next);
    });

    it('are of one person in one conversation of one school', async () => {
      await storage.lastAsked.keep(SCHOOL, talking, last);
      expect(await storage.lastAsked.get(SCHOOL, { ...talking, person: OTHER_TEACHER })).toBeNull();
      expect(await storage.lastAsked.get(SCHOOL, { ...talking, conversation: 'a:chat' })).toBeNull();
      expect(await storage.lastAsked.get(school('another'), talking)).toBeNull();
    });

    it('are forgotten once', async () => {
      await storage.lastAsked.keep(SCHOOL, talking, last);
      expect(await storage.lastAsked.forget(SCHOOL, talking)).toBe(true);
      expect(await storage.lastAsked.get(SCHOOL, talking)).toBeNull();
      expect(await storage.lastAsked.forget(SCHOOL, talking)).toBe(false);
    });

    it('are swept when they are old, and no others', async () => {
      const other = { ...talking, conversation: 'a:other' };
      await storage.lastAsked.keep(SCHOOL, talking, last);
      await storage.lastAsked.keep(SCHOOL, other, aLastAsked({ at: after(2_000) }));
      expect(await storage.lastAsked.sweep(SCHOOL, new Date(after(1_000)))).toBe(1);
      expect(await storage.lastAsked.get(SCHOOL, talking)).toBeNull();
      expect(await storage.lastAsked.get(SCHOOL, other)).not.toBeNull();
      expect(await storage.lastAsked.sweep(SCHOOL, new Date(after(1_000)))).toBe(0);
    });
  });

  describe('links', () => {
    it.each([
      ['open', aLink()],
      ['open, sealed', aLink({ sealed: true })],
      ['upload', aLink({ kind: 'upload', draft: draftId(1) })],
    ])('are kept and redeemed once: %s', async (_kind, link) => {
      await storage.links.create(link);
      await expect(storage.links.create(link)).rejects.toThrow(`link ${link.id}`);
      const read = kept(await storage.links.get(SCHOOL, link.id));
      expect(read.value).toEqual(JSON.parse(JSON.stringify(link)));
      const sessions = ['a', 'b', 'c'].map((letter) => ({ secretHash: letter.repeat(64), until: after(600_000) }));
      const outcomes = await Promise.all(
        sessions.map((session) => storage.links.replace(read, { ...read.value, session })),
      );
      expect([...outcomes].sort()).toEqual(['changed', 'changed', 'done']);
      const now = kept(await storage.links.get(SCHOOL, link.id));
      expect(now.value.session).toEqual(sessions[outcomes.indexOf('done')]);
      expect(await storage.links.replace(now, { ...now.value, signIn: 'state' })).toBe('done');
    });

    it('that are not there are null', async () => {
      expect(await storage.links.get(SCHOOL, linkId('none'))).toBeNull();
      await storage.links.create(aLink());
      expect(await storage.links.get(school('another'), linkId(1))).toBeNull();
    });
  });
});
