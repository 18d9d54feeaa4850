/**
 * What is left when the bot, or the way to the service, dies in the middle: every call is cut at its first request, then
 * at its second, and so on, once before the service has done it and once after. Whatever is found then has to be the
 * value before or the value after, whole, and it has to be possible to go on from it.
 */
import { takeStep } from '../../src/core/report/report.ts';
import type { Draft } from '../../src/core/report/draft.ts';
import type { Storage } from '../../src/storage/storage.ts';
import { StorageError } from '../../src/storage/storageError.ts';
import {
  aDraft,
  aFiling,
  after,
  anEvidence,
  aReport,
  aWaiting,
  aWaitingPicture,
  draftId,
  HEAD,
  reportId,
  SCHOOL,
  TEACHER,
} from '../builders/values.ts';
import { behindWire, type BehindWire } from './behindWire.ts';
import type { Fault } from './wire.ts';

let wired: BehindWire;
beforeAll(async () => {
  wired = await behindWire();
});
afterAll(() => wired.stop());

/** From the nth request on nothing answers; `lose` lets the nth itself be done. */
const dieAt = (nth: number, how: Fault) => {
  wired.tables.clear();
  wired.tables.fault((at) => (at < nth ? undefined : at === nth ? how : 'refuse'));
};
/** The bot is started again, and the service answers. @returns how many requests there had been */
const startAgain = (): number => {
  const requests = wired.tables.sent.length;
  wired.tables.fault(() => undefined);
  return requests;
};
const CUTS: readonly Fault[] = ['refuse', 'lose'];
/** More requests than any one call makes. A call that is not reached by the cut is a call that succeeded: the end. */
const MOST_REQUESTS = 16;

async function cut(
  how: Fault,
  act: (storage: Storage) => Promise<unknown>,
  prepare: (storage: Storage) => Promise<void>,
  check: (storage: Storage) => Promise<void>,
): Promise<number> {
  for (let nth = 1; nth <= MOST_REQUESTS; nth += 1) {
    const storage = await wired.open({ tries: 1 });
    await prepare(storage);
    dieAt(nth, how);
    const ended = await act(storage).then(
      () => 'done' as const,
      (error: unknown) => {
        expect(error).toBeInstanceOf(StorageError);
        return 'failed' as const;
      },
    );
    const requests = startAgain();
    await check(storage);
    if (ended === 'done' && requests < nth) return nth - 1;
  }
  throw new Error('it never ended');
}

const WAITING = [aWaitingPicture(1)];
const toTell = async (storage: Storage) =>
  (await storage.outbox.due(SCHOOL, new Date(after(10_000)), 10)).map(({ value }) => value.id);

describe.each(CUTS)('cut (%s)', (how) => {
  it.each([
    ['to the sealed ones', false],
    ['from the sealed ones', true],
  ])('a draft that moves %s is lost nowhere, doubled nowhere, and can still be sent', async (_where, sealed) => {
    const before = aDraft({ sealed, pictures: WAITING });
    const next = aDraft({ sealed: !sealed, pictures: WAITING, answers: { moved: 'yes' } });
    let outcomes: Draft[] = [];
    const cuts = await cut(
      how,
      async ({ drafts }) => {
        const kept = await drafts.get(SCHOOL, TEACHER);
        if (kept === null) throw new Error('no draft');
        return drafts.replace(SCHOOL, kept, next, [aWaiting({ sealed: !sealed })]);
      },
      async ({ drafts }) => {
        expect(await drafts.create(SCHOOL, before)).not.toBe('exists');
      },
      async (storage) => {
        expect(await storage.drafts.withWaitingPictures(SCHOOL)).toEqual([TEACHER]);
        const kept = await storage.drafts.get(SCHOOL, TEACHER);
        if (kept === null) throw new Error('the draft is lost');
        outcomes = [...outcomes, kept.value];
        const moved = kept.value.sealed === next.sealed;
        expect(kept.value).toEqual(moved ? next : before);
        expect(await toTell(storage)).toEqual(moved ? [aWaiting().id] : []);
        expect(await storage.drafts.create(SCHOOL, aDraft({ id: draftId(2) }))).toBe('exists');
        const again = await storage.drafts.replace(SCHOOL, kept, { ...kept.value, answers: { again: 'yes' } });
        if (again === 'changed') throw new Error('it cannot be changed');
        expect(await storage.reports.file(SCHOOL, aFiling(again.value), again, [])).toBe('filed');
        expect(await storage.drafts.get(SCHOOL, TEACHER)).toBeNull();
        expect(await storage.drafts.withWaitingPictures(SCHOOL)).toEqual([]);
        expect((await storage.reports.mine(SCHOOL, TEACHER, 10)).items).toHaveLength(1);
        const fresh = await storage.drafts.create(SCHOOL, aDraft({ id: draftId(2) }));
        if (fresh === 'exists') throw new Error('something was left behind');
        expect(await storage.drafts.remove(SCHOOL, fresh)).toBe('removed');
        expect(await storage.drafts.get(SCHOOL, TEACHER)).toBeNull();
      },
    );
    // Read, commit, place, leave: the cuts hit before the move, in it and after it.
    expect(cuts).toBeGreaterThanOrEqual(4);
    expect(outcomes.some((draft) => draft.sealed === sealed)).toBe(true);
    expect(outcomes.some((draft) => draft.sealed !== sealed)).toBe(true);
  });

  it.each([[false], [true]])(
    'a Send leaves the draft or the report, never both or none (sealed: %s)',
    async (sealed) => {
      const draft = aDraft({ sealed, pictures: WAITING });
      const filing = aFiling(draft, {}, [anEvidence()]);
      const found: string[] = [];
      await cut(
        how,
        async ({ drafts, reports }) => {
          const from = await drafts.get(SCHOOL, TEACHER);
          if (from === null) throw new Error('no draft');
          return reports.file(SCHOOL, filing, from, [aWaiting({ sealed })]);
        },
        async ({ drafts }) => {
          expect(await drafts.create(SCHOOL, draft)).not.toBe('exists');
        },
        async (storage) => {
          const from = await storage.drafts.get(SCHOOL, TEACHER);
          const report = await storage.reports.byDraft(SCHOOL, draft.id);
          expect(from === null).toBe(report !== null);
          expect((await storage.reports.mine(SCHOOL, TEACHER, 10)).items).toHaveLength(report === null ? 0 : 1);
          expect(await toTell(storage)).toHaveLength(report === null ? 0 : 1);
          expect(await storage.reports.record(SCHOOL, filing.report.id)).toHaveLength(report === null ? 0 : 1);
          expect(await storage.reports.evidence(SCHOOL, filing.report.id)).toHaveLength(report === null ? 0 : 1);
          found.push(report === null ? 'draft' : 'report');
          // The person starts anew, or sends again: either way it goes on.
          if (from !== null) expect(await storage.reports.file(SCHOOL, filing, from, [])).toBe('filed');
          expect(await storage.drafts.create(SCHOOL, aDraft({ id: draftId(2) }))).not.toBe('exists');
        },
      );
      expect(new Set(found)).toEqual(new Set(['draft', 'report']));
    },
  );

  it('a removal leaves the draft as it was, or nothing', async () => {
    const found: string[] = [];
    await cut(
      how,
      async ({ drafts }) => {
        const kept = await drafts.get(SCHOOL, TEACHER);
        if (kept === null) throw new Error('no draft');
        return drafts.remove(SCHOOL, kept);
      },
      async ({ drafts }) => {
        expect(await drafts.create(SCHOOL, aDraft({ pictures: WAITING }))).not.toBe('exists');
      },
      async ({ drafts }) => {
        const kept = await drafts.get(SCHOOL, TEACHER);
        expect(await drafts.withWaitingPictures(SCHOOL)).toEqual(kept === null ? [] : [TEACHER]);
        found.push(kept === null ? 'nothing' : 'draft');
        if (kept !== null) expect(await drafts.remove(SCHOOL, kept)).toBe('removed');
        expect(await drafts.create(SCHOOL, aDraft({ id: draftId(2) }))).not.toBe('exists');
      },
    );
    expect(new Set(found)).toEqual(new Set(['draft', 'nothing']));
  });

  it('a closing is done with its line and its lists, or not at all', async () => {
    const report = aReport({ id: reportId(1) });
    const filing = aFiling(aDraft(), { id: report.id });
    await cut(
      how,
      async ({ reports }) => {
        const kept = await reports.get(SCHOOL, report.id);
        const change = takeStep(filing.report, { kind: 'close', reason: 'dealt-with' }, HEAD, after(1));
        if (kept === null || change === null) throw new Error('no report');
        return reports.commit(SCHOOL, kept, { ...change, tell: [aWaiting()] });
      },
      async ({ drafts, reports }) => {
        const from = await drafts.create(SCHOOL, aDraft());
        if (from === 'exists') throw new Error('no draft');
        expect(await reports.file(SCHOOL, filing, from, [])).toBe('filed');
      },
      async (storage) => {
        const kept = await storage.reports.get(SCHOOL, report.id);
        const closed = kept?.value.state === 'closed';
        expect(await storage.reports.record(SCHOOL, report.id)).toHaveLength(closed ? 2 : 1);
        expect((await storage.reports.open(SCHOOL, 10)).items).toHaveLength(closed ? 0 : 1);
        expect((await storage.reports.mine(SCHOOL, TEACHER, 10)).items).toMatchObject([
          { state: closed ? 'closed' : 'new' },
        ]);
        expect(await toTell(storage)).toHaveLength(closed ? 1 : 0);
      },
    );
  });

  it.each([false, true])(
    'a row to tell (sealed: %s) is leased, put off, parked and taken up, not lost or doubled',
    async (sealed) => {
      await cut(
        how,
        async ({ outbox }) => {
          const [row] = await outbox.due(SCHOOL, new Date(after(10_000)), 10);
          if (row === undefined) throw new Error('nothing to tell');
          const lease = await outbox.lease(SCHOOL, row, new Date(after(5_000)));
          if (lease === null) throw new StorageError('lease, for its answer was lost');
          await outbox.later(SCHOOL, lease, new Date(after(6_000)), 1);
          const [late] = await outbox.due(SCHOOL, new Date(after(10_000)), 10);
          if (late !== undefined) await outbox.park(SCHOOL, late, TEACHER);
          await outbox.unpark(SCHOOL, TEACHER, new Date(after(7_000)));
        },
        ({ outbox }) => outbox.add(SCHOOL, aWaiting({ sealed })),
        async (storage) => {
          // As the worker does every ten minutes, and at the start.
          await storage.outbox.noteParked(SCHOOL);
          await storage.outbox.unpark(SCHOOL, TEACHER, new Date(after(7_000)));
          expect(await toTell(storage)).toEqual([aWaiting().id]);
        },
      );
    },
  );
});

describe('an answer that is lost once, and asked for again by the SDK', () => {
  const loseOnce = (path: RegExp, wanted = 1) => {
    let seen = 0;
    wired.tables.fault((_nth, sent) => {
      if (!path.test(sent.path)) return undefined;
      seen += 1;
      return seen === wanted ? 'lose' : undefined;
    });
  };

  it.each([1, 2, 3, 4, 5])('does not lose a draft that moves: request %i', async (nth) => {
    const { drafts, outbox } = await wired.open();
    const from = await drafts.create(SCHOOL, aDraft({ pictures: WAITING }));
    if (from === 'exists') throw new Error('no draft');
    loseOnce(/./, nth);
    const next = aDraft({ sealed: true, pictures: WAITING, danger: 'yes' });
    const moved = await drafts.replace(SCHOOL, from, next, [aWaiting({ sealed: true })]);
    if (moved === 'changed') throw new Error('it was nobody else');
    expect(await drafts.get(SCHOOL, TEACHER)).toEqual(moved);
    expect(moved.value).toEqual(next);
    expect(await outbox.due(SCHOOL, new Date(after(1)), 10)).toHaveLength(1);
    expect(await drafts.remove(SCHOOL, moved)).toBe('removed');
    expect(await drafts.get(SCHOOL, TEACHER)).toBeNull();
  });

  it('does not make a Send look as if it had failed', async () => {
    const { drafts, reports } = await wired.open();
    const from = await drafts.create(SCHOOL, aDraft());
    if (from === 'exists') throw new Error('no draft');
    loseOnce(/\$batch$/);
    expect(await reports.file(SCHOOL, aFiling(aDraft()), from, [])).toBe('already');
    expect((await reports.open(SCHOOL, 10)).items).toHaveLength(1);
  });

  it('does not add a row to tell twice', async () => {
    const storage = await wired.open();
    loseOnce(/\$batch$/);
    await storage.outbox.add(SCHOOL, aWaiting());
    expect(await toTell(storage)).toHaveLength(1);
  });

  it('makes a change look as if somebody else had made it, so that it is read again', async () => {
    const { drafts } = await wired.open();
    const from = await drafts.create(SCHOOL, aDraft());
    if (from === 'exists') throw new Error('no draft');
    loseOnce(/\$batch$/);
    expect(await drafts.replace(SCHOOL, from, aDraft({ danger: 'yes' }))).toBe('changed');
    expect((await drafts.get(SCHOOL, TEACHER))?.value.danger).toBe('yes');
  });
});
