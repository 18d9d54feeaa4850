import { firstBreak } from '../../src/core/report/audit.ts';
import type { Concern } from '../../src/core/report/audience.ts';
import { deliverWaiting } from '../../src/flows/deliverWaiting.ts';
import { fetchWaiting, receiveChatPictures } from '../../src/flows/fetchPictures.ts';
import { fileReport } from '../../src/flows/fileReport.ts';
import { deleteReport, sayConcerns, sayDanger, sayImagery, startReport } from '../../src/flows/guideReport.ts';
import {
  destroyPictures,
  type LockedItem,
  type LockedKey,
  lockedFor,
  readLockedKey,
  lockedKeyInWords,
  sendLockedLink,
  viewLocked,
} from '../../src/flows/lockedPictures.ts';
import { redeemLink } from '../../src/flows/links.ts';
import type { Outside } from '../../src/flows/ports.ts';
import { stopSentPictures } from '../../src/flows/stopSent.ts';
import { sweepPictures } from '../../src/flows/sweepPictures.ts';
import { openReports } from '../../src/flows/triageReport.ts';
import { aHouse, aReadyDraft, head, type House, person, personalChat, setUpHouse, teacher } from '../builders/house.ts';
import { CHAIR, HEAD, LEAD, OTHER_TEACHER, SCHOOL, staff, TRIAGER } from '../builders/values.ts';

const DEPUTY = staff(33);
const lead = person(LEAD);
let house: House;
beforeEach(async () => {
  house = aHouse();
  await setUpHouse(house);
});

const at = (name: string) => `https://smba.trafficmanager.net/uk/v3/attachments/${name}/views/original`;
async function send(who = teacher, ...names: string[]) {
  const addresses = names.map((name, index) => ({ url: at(name), how: 'inline' as const, index }));
  await receiveChatPictures(house.outside, house.fetches, who, names.join(), addresses);
  await fetchWaiting(house.outside, house.fetches, who);
}
/** Sent with two pictures, and stopped by its reporter after Send. */
async function aStoppedReport(concerns: readonly Concern[] = [{ kind: 'parent-or-other' }]) {
  const draft = await aReadyDraft(house, { concerns });
  await send(teacher, 'one', 'two');
  const sent = await fileReport(house.outside, teacher, draft.id, '1', house.nudge);
  if (sent.kind !== 'filed') throw new Error(sent.kind);
  await stopSentPictures(house.outside, teacher, draft.id, house.nudge);
  return sent.report;
}
/** Stopped in the guide when a picture was held already, and then deleted by its reporter. */
async function aStoppedDraft(concerns: readonly Concern[] = [{ kind: 'pupil' }]) {
  const { draft } = await startReport(house.outside, teacher);
  await sayDanger(house.outside, teacher, draft.id, 'no');
  await sayImagery(house.outside, house.fetches, teacher, draft.id, 'no');
  if (concerns.length > 0) await sayConcerns(house.outside, teacher, draft.id, concerns);
  await send(teacher, 'early');
  await sayImagery(house.outside, house.fetches, teacher, draft.id, 'yes');
  await deleteReport(house.outside, house.fetches, teacher, draft.id);
  return draft.id;
}
const bytes = () => [...house.store.memory(SCHOOL).blobs.keys()];
const keysOf = (items: readonly LockedItem[]) => items.map(({ key }) => lockedKeyInWords(key));
const SAID = { adviser: 'police', adviceReference: 'CR/1234/26', reason: 'They have what they need' } as const;
const destroy = (key: LockedKey, who = lead, numbers: readonly number[] = [1, 2]) =>
  destroyPictures(house.outside, who, key, { ...SAID, numbers }, house.nudge);
async function deliver() {
  while ((await deliverWaiting(house.outside, SCHOOL)) > 0);
}

describe('what is locked', () => {
  it('waits for the safeguarding lead, from reports and from drafts that were removed', async () => {
    const report = await aStoppedReport();
    const draft = await aStoppedDraft();
    const items = await lockedFor(house.outside, lead);
    expect(keysOf(items).sort()).toEqual([`report-${report.id}`, `stopped-${draft}`].sort());
    expect(items.find(({ key }) => key.of === 'report')).toMatchObject({ reference: report.reference });
    expect(JSON.stringify(items)).not.toContain('She called me a liar');
  });

  it('is no one else’s to see, to open or to destroy', async () => {
    const report = await aStoppedReport();
    const draft = await aStoppedDraft();
    for (const other of [teacher, head, person(TRIAGER), person(CHAIR), person(OTHER_TEACHER)]) {
      expect(await lockedFor(house.outside, other)).toEqual([]);
      expect(await sendLockedLink(house.outside, other)).toBe('nothing');
      for (const key of [{ of: 'report', id: report.id } as const, { of: 'stopped', id: draft } as const]) {
        expect(await viewLocked(house.outside, other, key)).toBeNull();
        expect(await destroy(key, other)).toEqual({ kind: 'none' });
      }
    }
    expect(bytes()).toHaveLength(6);
  });

  it('of whom it concerns is kept, and goes to the deputy', async () => {
    house.roles = { ...house.roles, safeguarding: [LEAD, DEPUTY] };
    await aStoppedReport([{ kind: 'handler', staffId: LEAD }]);
    await aStoppedDraft([{ kind: 'handler', staffId: LEAD }]);
    expect(await lockedFor(house.outside, lead)).toEqual([]);
    expect(await lockedFor(house.outside, person(DEPUTY))).toHaveLength(2);
  });

  it.each([
    ['it concerns the headteacher', [{ kind: 'headteacher' }] as const],
    ['nobody has said whom it concerns', []],
  ])('is kept from a headteacher who is the lead where %s', async (_why, concerns) => {
    house.roles = { ...house.roles, safeguarding: [HEAD, DEPUTY] };
    await aStoppedDraft(concerns);
    expect(await lockedFor(house.outside, head)).toEqual([]);
    expect(await lockedFor(house.outside, person(DEPUTY))).toHaveLength(1);
  });

  it('is asked for among the sealed by nobody who is a headteacher', async () => {
    house.roles = { ...house.roles, safeguarding: [HEAD] };
    await aStoppedReport([{ kind: 'headteacher' }]);
    const asked: boolean[] = [];
    const { reports } = house.outside;
    const watched: Outside = {
      ...house.outside,
      reports: {
        ...reports,
        withLockedPictures: (school, sealed) => {
          asked.push(sealed);
          return reports.withLockedPictures(school, sealed);
        },
      },
    };
    expect(await lockedFor(watched, head)).toEqual([]);
    expect(asked).toEqual([false]);
  });

  it('stands in no list of those who handle reports when it was stopped in the guide', async () => {
    await aStoppedDraft();
    for (const who of [head, person(TRIAGER), lead])
      expect((await openReports(house.outside, who, 'personal', 10)).items).toEqual([]);
  });

  it('is looked at on the record, the picture never', async () => {
    const report = await aStoppedReport();
    const draft = await aStoppedDraft();
    house.store.calls.length = 0;
    await viewLocked(house.outside, lead, { of: 'report', id: report.id });
    await viewLocked(house.outside, lead, { of: 'stopped', id: draft });
    expect(house.store.calls.filter((call) => call.startsWith('evidence.'))).toEqual([]);
    const record = await house.outside.reports.record(SCHOOL, report.id);
    expect(record.at(-1)).toMatchObject({ what: 'locked-viewed', by: LEAD });
    expect((await house.outside.stopped.get(SCHOOL, draft))?.value.record).toMatchObject([
      { what: 'locked-viewed', by: LEAD },
    ]);
  });

  it('is linked to in the lead’s own chat, without a reference', async () => {
    const report = await aStoppedReport();
    expect(await sendLockedLink(house.outside, lead)).toBe('sent');
    const last = house.notices.at(-1);
    expect(last).toMatchObject({ to: personalChat(LEAD).id, notice: { kind: 'locked-link' } });
    expect(JSON.stringify(last)).not.toContain(report.reference);
  });
});

describe('the link to what is locked', () => {
  it.each([
    ['of a report about the headteacher, and then says nothing in the log', 'headteacher', true],
    ['of another report', 'parent-or-other', false],
  ] as const)('lies where it leads to: %s', async (_name, kind, sealed) => {
    await aStoppedReport([{ kind }]);
    expect(await sendLockedLink(house.outside, lead)).toBe('sent');
    const [link] = [...house.store.memory(SCHOOL).links.values()].map(({ value }) => value);
    if (link === undefined) throw new Error('no link');
    expect(link).toMatchObject({ kind: 'locked', person: LEAD, sealed });
    house.logged.length = 0;
    const visit = { kind: 'signed-in', staff: OTHER_TEACHER } as const;
    expect(await redeemLink(house.outside, SCHOOL, link.id, visit)).toEqual({ kind: 'not-yours' });
    expect(house.logged.join().includes(link.id)).toBe(!sealed);
  });
});

describe('destroying what is locked', () => {
  it('keeps the act first, then takes every byte, and keeps number, hash, size, kind, who, when and why', async () => {
    const report = await aStoppedReport();
    const key = { of: 'report', id: report.id } as const;
    expect(await destroy(key)).toEqual({ kind: 'destroyed', pictures: 2 });
    expect(bytes()).toHaveLength(4);
    await deliver();
    expect(bytes()).toEqual([]);
    const evidence = await house.outside.reports.evidence(SCHOOL, report.id);
    expect(evidence.map(({ state }) => state)).toEqual(['destroyed', 'destroyed']);
    expect(evidence[0]).toMatchObject({
      number: 1,
      bytes: 13,
      mediaType: 'image/png',
      destroyed: { ...SAID, by: LEAD },
    });
    expect(evidence[0]?.destroyed?.goneAt).toBeDefined();
    const record = await house.outside.reports.record(SCHOOL, report.id);
    const [line] = record.filter(({ what }) => what === 'picture-destroyed');
    expect(line).toMatchObject({
      by: LEAD,
      facts: { ...SAID, picture: '1', sha256: evidence[0]?.sha256, bytes: '13', mediaType: 'image/png' },
    });
    expect(record.filter(({ what }) => what === 'picture-gone')).toHaveLength(2);
    const now = await house.outside.reports.get(SCHOOL, report.id);
    expect(now === null ? 'gone' : firstBreak(record, now.value.chain)).toBeNull();
    expect(await lockedFor(house.outside, lead)).toEqual([]);
  });

  it('does the same for a draft that was removed', async () => {
    const draft = await aStoppedDraft();
    expect(await destroy({ of: 'stopped', id: draft }, lead, [1])).toEqual({ kind: 'destroyed', pictures: 1 });
    await deliver();
    expect(bytes()).toEqual([]);
    const kept = await house.outside.stopped.get(SCHOOL, draft);
    expect(kept?.value.record?.map(({ what }) => what)).toEqual(['picture-destroyed', 'picture-gone']);
    expect(kept?.value.pictures[0]?.destroyed).toMatchObject({ ...SAID, by: LEAD });
    expect(await lockedFor(house.outside, lead)).toEqual([]);
  });

  it('leaves no word of what was said with a picture, of a report', async () => {
    const draft = await aReadyDraft(house);
    const addresses = ['one', 'two'].map((name, index) => ({ url: at(name), how: 'inline' as const, index }));
    await receiveChatPictures(house.outside, house.fetches, teacher, 'both', addresses, 'she is in the bath');
    await fetchWaiting(house.outside, house.fetches, teacher);
    const sent = await fileReport(house.outside, teacher, draft.id, '1', house.nudge);
    if (sent.kind !== 'filed') throw new Error(sent.kind);
    await stopSentPictures(house.outside, teacher, draft.id, house.nudge);
    await destroy({ of: 'report', id: sent.report.id }, lead, [2]);
    const evidence = () => house.outside.reports.evidence(SCHOOL, sent.report.id);
    expect((await evidence()).map(({ state, words }) => [state, words])).toEqual([
      ['sealed', undefined],
      ['destroyed', undefined],
    ]);
    await deliver();
    expect(JSON.stringify((await evidence())[1])).not.toContain('bath');
  });

  it('twice is once', async () => {
    const report = await aStoppedReport();
    const key = { of: 'report', id: report.id } as const;
    await destroy(key);
    const before = await house.outside.reports.record(SCHOOL, report.id);
    expect(await destroy(key)).toEqual({ kind: 'already' });
    expect(await house.outside.reports.record(SCHOOL, report.id)).toEqual(before);
    await deliver();
    expect(await destroy(key)).toEqual({ kind: 'already' });
  });

  it('takes none but those that the lead was shown', async () => {
    const report = await aStoppedReport();
    expect(await destroy({ of: 'report', id: report.id }, lead, [2, 7])).toEqual({ kind: 'destroyed', pictures: 1 });
    await deliver();
    const evidence = await house.outside.reports.evidence(SCHOOL, report.id);
    expect(evidence.map(({ state }) => state)).toEqual(['sealed', 'destroyed']);
    expect(bytes()).toHaveLength(2);
  });

  it('never takes a picture that is not locked', async () => {
    const draft = await aReadyDraft(house);
    await send(teacher, 'one');
    const sent = await fileReport(house.outside, teacher, draft.id, '1', house.nudge);
    if (sent.kind !== 'filed') throw new Error(sent.kind);
    expect(await destroy({ of: 'report', id: sent.report.id })).toEqual({ kind: 'none' });
    expect(bytes()).toHaveLength(2);
  });

  it('is asked after again until the storage holds nothing back any more', async () => {
    const report = await aStoppedReport();
    let heldBack = 2;
    const held: Outside = {
      ...house.outside,
      evidence: {
        ...house.outside.evidence,
        destroy: async (school, picture) => (await house.outside.evidence.destroy(school, picture)) + heldBack,
      },
    };
    await destroy({ of: 'report', id: report.id });
    while ((await deliverWaiting(held, SCHOOL)) > 0);
    expect((await house.outside.reports.record(SCHOOL, report.id)).some(({ what }) => what === 'picture-gone')).toBe(
      false,
    );
    expect(await lockedFor(house.outside, lead)).toHaveLength(1);
    heldBack = 0;
    house.pass(25 * 60 * 60_000);
    while ((await deliverWaiting(held, SCHOOL)) > 0);
    expect(await lockedFor(house.outside, lead)).toEqual([]);
  });

  it('leaves nothing that comes late: what stands under a destroyed picture is swept', async () => {
    const report = await aStoppedReport();
    const [picture] = await house.outside.reports.evidence(SCHOOL, report.id);
    if (picture === undefined) throw new Error('no picture');
    await destroy({ of: 'report', id: report.id });
    await deliver();
    const late = { draft: report.draft, picture: picture.id, copy: 'original' } as const;
    await house.outside.evidence.put(SCHOOL, late, Buffer.from('late'), 'image/png');
    expect(await sweepPictures(house.outside, SCHOOL, new Date(Date.now() + 60_000))).toBe(1);
    expect(bytes()).toEqual([]);
  });
});

describe.each([
  ['before it is done', false],
  ['after it is done, the answer lost', true],
])('a destruction cut off at any call, %s', (_when, afterwards) => {
  it.each([
    ['of a report', true],
    ['of a removed draft', false],
  ])('%s is either not begun or finished by the next worker', async (_of, ofReport) => {
    let ended = false;
    for (let nth = 1; !ended; nth += 1) {
      if (nth > 60) throw new Error('it never ended');
      house = aHouse();
      await setUpHouse(house);
      const key: LockedKey = ofReport
        ? { of: 'report', id: (await aStoppedReport()).id }
        : { of: 'stopped', id: await aStoppedDraft() };
      await deliver();
      const before = bytes().length;
      const dying = dieAt(house.outside, nth, afterwards);
      let begun = false;
      try {
        await destroyPictures(dying.outside, lead, key, { ...SAID, numbers: [1, 2] }, house.nudge);
        begun = true;
        while ((await deliverWaiting(dying.outside, SCHOOL)) > 0);
      } catch (error) {
        expect(error).toEqual(new Error('killed'));
      }
      ended = dying.calls() < nth;
      // The next process, after the lease of the one that died.
      house.pass(120_000);
      await deliver();
      const item = (await lockedFor(house.outside, lead)).length;
      const left = bytes().length;
      expect([`${before} bytes, 1 item`, '0 bytes, 0 item']).toContain(`${left} bytes, ${item} item`);
      if (begun) expect(left).toBe(0);
      if (left > 0) {
        await destroy(key);
        await deliver();
      }
      expect(bytes()).toEqual([]);
      const lines = await linesOf(key);
      expect(lines.filter((what) => what === 'picture-destroyed')).toHaveLength(before / 2);
      expect(lines.filter((what) => what === 'picture-gone')).toHaveLength(before / 2);
    }
  });
});

async function linesOf(key: LockedKey): Promise<readonly string[]> {
  const record =
    key.of === 'report'
      ? await house.outside.reports.record(SCHOOL, key.id)
      : ((await house.outside.stopped.get(SCHOOL, key.id))?.value.record ?? []);
  return record.map(({ what }) => what);
}

/** From the nth call at a store on, nothing answers: the process was killed. */
function dieAt(outside: Outside, nth: number, afterwards: boolean) {
  let calls = 0;
  const guarded = <T extends object>(port: T): T =>
    Object.fromEntries(
      Object.entries(port).map(([name, act]: [string, (...given: unknown[]) => Promise<unknown>]) => [
        name,
        async (...given: unknown[]) => {
          calls += 1;
          if (calls > nth || (calls === nth && !afterwards)) throw new Error('killed');
          const result = await act(...given);
          if (calls === nth) throw new Error('killed');
          return result;
        },
      ]),
    ) as T;
  const { reports, stopped, evidence, outbox, roster } = outside;
  return {
    calls: () => calls,
    outside: {
      ...outside,
      reports: guarded(reports),
      stopped: guarded(stopped),
      evidence: guarded(evidence),
      outbox: guarded(outbox),
      roster: guarded(roster),
    },
  };
}

it.each([['report-abc'], ['stopped-draft-1']])('reads the key %s', (key) => {
  const read = readLockedKey(key);
  expect(read === null ? null : lockedKeyInWords(read)).toBe(key);
});
it.each([['report-'], ['abc'], ['report-a/b'], [undefined], ['other-1']])('refuses the key %s', (key) => {
  expect(readLockedKey(key)).toBeNull();
});
