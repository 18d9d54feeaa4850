import { readLinkId } from '../../src/core/ids.ts';
import { firstBreak } from '../../src/core/report/audit.ts';
import type { ChairCode } from '../../src/core/report/chairCode.ts';
import type { Report } from '../../src/core/report/report.ts';
import { deliverWaiting } from '../../src/flows/deliverWaiting.ts';
import { fileReport } from '../../src/flows/fileReport.ts';
import { makeUploadLink } from '../../src/flows/links.ts';
import {
  MOST_PACK_BYTES,
  newChairCode,
  newCodeFor,
  type PackAsked,
  sealForChair,
} from '../../src/flows/sealForChair.ts';
import { standAside } from '../../src/flows/standAside.ts';
import { answerOnPage, keepUpload } from '../../src/flows/uploadPictures.ts';
import {
  aHouse,
  type Answers,
  aReadyDraft,
  aSentReport,
  type House,
  person,
  personalChat,
  setUpHouse,
  teacher,
} from '../builders/house.ts';
import { aLink, CHAIR, HEAD, LEAD, OTHER_TEACHER, reference, SCHOOL, TRIAGER } from '../builders/values.ts';

let house: House;
beforeEach(async () => {
  house = aHouse();
  await setUpHouse(house);
});

type Sealed = { readonly report: Report; readonly code: ChairCode };
async function aSealedReport(pictures = 0, answers: Answers = {}): Promise<Sealed> {
  const draft = await aReadyDraft(house, { concerns: [{ kind: 'headteacher' }], ...answers });
  const made = await makeUploadLink(house.outside, teacher, draft.id);
  const id = made.kind === 'link' ? readLinkId(made.url.split('/').at(-1)) : null;
  const link = id === null ? null : await house.outside.links.get(SCHOOL, id);
  if (link?.value.kind !== 'upload') throw new Error('no upload link');
  await answerOnPage(house.outside, house.fetches, link.value, 'no', () => undefined);
  for (let at = 1; at <= pictures; at += 1)
    await keepUpload(house.outside, link.value, `key-000${at}`, Buffer.from(`picture ${at}`));
  const sent = await fileReport(house.outside, teacher, draft.id, '1', house.nudge);
  if (sent.kind !== 'filed' || sent.chairCode === undefined) throw new Error(`no code, but ${sent.kind}`);
  return { report: sent.report, code: sent.chairCode };
}
const ask = ({ report, code }: Sealed, change: Partial<PackAsked> = {}) =>
  sealForChair(house.outside, {
    school: SCHOOL,
    reference: report.reference,
    by: OTHER_TEACHER,
    name: 'Bo Okafor',
    reason: 'The chair asked for it',
    code,
    withPictures: true,
    ...change,
  });
const recordOf = ({ report }: Sealed) => house.outside.reports.record(SCHOOL, report.id);
const WRONG = '2222-2222-2222-2222';

describe('the code of a sealed report', () => {
  it('is given with the Send, and kept only as a hash', async () => {
    const { code } = await aSealedReport();
    await deliverWaiting(house.outside, SCHOOL);
    const memory = house.store.memory(SCHOOL);
    const everything = JSON.stringify([
      [...memory.reports.values()],
      [...memory.outbox.values()],
      [...memory.drafts.values()],
      house.logged,
      house.notices,
      house.posted,
    ]);
    expect(everything).toContain('"chairCode":{"salt":');
    for (const word of [code, code.replaceAll('-', '')]) expect(everything).not.toContain(word);
  });

  it('is given for no other report', async () => {
    expect(await aSentReport(house)).not.toHaveProperty('chairCode');
    expect((await aSentReport(house, { imagery: 'yes' })).report).not.toHaveProperty('chairCode');
  });
});

describe('taking a sealed report out', () => {
  it('gives the report, its originals and its record, with the line that says so', async () => {
    const sealed = await aSealedReport(2);
    const outcome = await ask(sealed);
    if (outcome.kind !== 'pack') throw new Error(outcome.kind);
    const { report, pictures, record } = outcome.contents;
    expect(report.answers).toEqual({ what: 'She called me a liar' });
    expect(pictures.map((picture) => picture.kind === 'original' && picture.bytes.toString())).toEqual([
      'picture 1',
      'picture 2',
    ]);
    expect(record).toEqual(await recordOf(sealed));
    expect(record.at(-1)).toMatchObject({
      what: 'pack-written',
      by: OTHER_TEACHER,
      facts: { name: 'Bo Okafor', reason: 'The chair asked for it', pictures: '2' },
    });
    expect(firstBreak(record, report.chain)).toBeNull();
  });

  it('gives nothing when its line cannot be written', async () => {
    const sealed = await aSealedReport();
    house.store.fail('reports.commit', { times: 1 });
    await expect(ask(sealed)).rejects.toThrow();
    expect((await recordOf(sealed)).map(({ what }) => what)).toEqual(['filed']);
  });

  it('leaves out what was stopped and what is no longer what was received, and says which', async () => {
    const sealed = await aSealedReport(3);
    const kept = await house.outside.reports.get(SCHOOL, sealed.report.id);
    const evidence = await house.outside.reports.evidence(SCHOOL, sealed.report.id);
    if (kept === null || evidence[0] === undefined) throw new Error('no report');
    await house.outside.reports.commit(SCHOOL, kept, {
      report: kept.value,
      audit: [],
      evidence: [{ ...evidence[0], state: 'sealed' }],
    });
    const { blobs } = house.store.memory(SCHOOL);
    for (const [key, blob] of blobs)
      if (key.includes(`/${evidence[1]?.id}/`)) blobs.set(key, { ...blob, bytes: Buffer.from('others') });
    const outcome = await ask(sealed);
    if (outcome.kind !== 'pack') throw new Error(outcome.kind);
    expect(outcome.contents.pictures.map((each) => (each.kind === 'left-out' ? each.why : each.kind))).toEqual([
      'sealed',
      'altered',
      'original',
    ]);
  });

  it('of more pictures than one file carries is said before anything is taken out, and goes without them', async () => {
    const sealed = await aSealedReport(1);
    const { reports } = house.outside;
    const evidence = reports.evidence.bind(reports);
    (reports as { evidence: typeof evidence }).evidence = async (school, id) =>
      (await evidence(school, id)).map((picture) => ({ ...picture, bytes: MOST_PACK_BYTES + 1 }));
    expect(await ask(sealed)).toEqual({ kind: 'too-large', bytes: MOST_PACK_BYTES + 1 });
    expect((await recordOf(sealed)).map(({ what }) => what)).toEqual(['filed']);
    expect(await ask(sealed, { withPictures: false })).toMatchObject({
      kind: 'pack',
      contents: { pictures: [{ kind: 'left-out', why: 'not-asked' }] },
    });
  });

  it('answers the same for a report that is not there, one that is not sealed, and one that is not for this person', async () => {
    const sealed = await aSealedReport();
    const { report: open } = await aSentReport(house);
    const answers = [
      await ask(sealed, { reference: reference(99) }),
      await ask({ report: open, code: sealed.code }),
      await ask(sealed, { by: HEAD }),
    ];
    for (const answer of answers) expect(answer).toEqual({ kind: 'not-yours' });
    expect((await recordOf(sealed)).slice(1)).toMatchObject([
      { what: 'pack-refused', by: HEAD, facts: { why: 'person' } },
    ]);
    expect((await house.outside.reports.record(SCHOOL, open.id)).map(({ what }) => what)).toEqual(['filed']);
  });

  it.each([
    ['whom it concerns', TRIAGER],
    ['who is headteacher today, though not at Send', LEAD],
  ])('is refused to one %s, with the right code', async (_who, by) => {
    const sealed = await aSealedReport(0, {
      concerns: [{ kind: 'headteacher' }, { kind: 'handler', staffId: TRIAGER }],
    });
    house.roles = { ...house.roles, headteachers: [HEAD, LEAD] };
    expect(await ask(sealed, { by })).toEqual({ kind: 'not-yours' });
    expect(await ask(sealed, { by: CHAIR })).toMatchObject({ kind: 'pack' });
  });
});

describe('a wrong code', () => {
  it('is refused and recorded; after five the right one is refused too, until the hour is over', async () => {
    const sealed = await aSealedReport();
    for (const [at, left] of [4, 3, 2, 1, 0].entries())
      expect(await ask(sealed, { code: at % 2 === 0 ? WRONG : null })).toEqual({ kind: 'wrong-code', triesLeft: left });
    house.pass(59 * 60_000);
    const before = (await recordOf(sealed)).length;
    expect(await ask(sealed)).toEqual({ kind: 'locked', until: '2026-03-02T10:30:00.000Z' });
    expect(await recordOf(sealed)).toHaveLength(before);
    expect(JSON.stringify(await recordOf(sealed))).not.toContain(WRONG);
    house.pass(60_000);
    expect(await ask(sealed)).toMatchObject({ kind: 'pack' });
  });

  it('is counted once each, however many are tried at once', async () => {
    const sealed = await aSealedReport();
    const tries = await Promise.all(Array.from({ length: 9 }, () => ask(sealed, { code: WRONG })));
    expect(tries.filter(({ kind }) => kind === 'wrong-code')).toHaveLength(5);
    expect(tries.filter(({ kind }) => kind === 'locked')).toHaveLength(4);
    expect((await recordOf(sealed)).filter(({ what }) => what === 'pack-refused')).toHaveLength(5);
  });

  it('leaves no word in the log', async () => {
    const sealed = await aSealedReport();
    house.logged.length = 0;
    await ask(sealed, { code: WRONG });
    await ask(sealed, { by: HEAD });
    await ask(sealed);
    expect(house.logged).toEqual([]);
  });
});

describe('a new code for the reporter', () => {
  it('is offered where a sealed report was sent before, and makes the one before it worthless', async () => {
    const sealed = await aSealedReport();
    const { draft } = sealed.report;
    expect(await fileReport(house.outside, teacher, draft, '1', house.nudge)).toEqual({
      kind: 'already-sent',
      reference: sealed.report.reference,
      sealedFrom: draft,
    });
    const made = await newChairCode(house.outside, teacher, draft);
    if (made === null) throw new Error('no code');
    expect(made.code).not.toBe(sealed.code);
    expect(await ask(sealed)).toMatchObject({ kind: 'wrong-code' });
    expect(await ask({ ...sealed, code: made.code })).toMatchObject({ kind: 'pack' });
    expect((await recordOf(sealed)).map(({ what }) => what)).toEqual([
      'filed',
      'code-made',
      'pack-refused',
      'pack-written',
    ]);
    expect(JSON.stringify([...house.store.memory(SCHOOL).reports.values()])).not.toContain(made.code);
  });

  it('is given to nobody else, and for no report that is not sealed', async () => {
    const sealed = await aSealedReport();
    for (const staff of [HEAD, CHAIR, OTHER_TEACHER])
      expect(await newChairCode(house.outside, person(staff), sealed.report.draft)).toBeNull();
    const open = await aSentReport(house);
    expect(await newChairCode(house.outside, teacher, open.report.draft)).toBeNull();
    expect(house.logged.join()).not.toContain(sealed.report.id);
  });
});

describe('a report that came to the chair because everybody before is shut out', () => {
  async function aReportGoneOn(chairs = [CHAIR]): Promise<Report> {
    house.roles = { ...house.roles, chairs };
    const { report } = await aSentReport(house, { concerns: [{ kind: 'other-staff' }] });
    expect(await newCodeFor(house.outside, teacher, report.id)).toBeNull();
    await deliverWaiting(house.outside, SCHOOL);
    const link = aLink({ person: HEAD, report: report.id });
    if (link.kind !== 'open') throw new Error('no link');
    await standAside(house.outside, link, house.nudge);
    house.notices.length = 0;
    await deliverWaiting(house.outside, SCHOOL);
    return report;
  }
  const told = () => house.notices.map(({ to, notice }) => [to, notice.kind]);

  it('has its reporter told, without content, where no chair has an account, and given the first code', async () => {
    const report = await aReportGoneOn([]);
    expect(told()).toEqual([[personalChat(teacher.staff).id, 'with-chair']]);
    expect(house.notices[0]?.notice).toEqual({
      kind: 'with-chair',
      to: teacher.staff,
      reference: report.reference,
      report: report.id,
    });
    for (const staff of [HEAD, CHAIR, OTHER_TEACHER, TRIAGER])
      expect(await newCodeFor(house.outside, person(staff), report.id)).toBeNull();
    const made = await newCodeFor(house.outside, teacher, report.id);
    if (made === null) throw new Error('no code');
    expect(await ask({ report, code: made.code })).toMatchObject({
      kind: 'pack',
      contents: { report: { id: report.id, answers: { what: 'She called me a liar' } } },
    });
    expect((await recordOf({ report, code: '' })).slice(-2)).toMatchObject([
      { what: 'code-made', by: teacher.staff },
      { what: 'pack-written', by: OTHER_TEACHER },
    ]);
  });

  it('is opened by a chair with an account, and a code is there for the asking', async () => {
    const report = await aReportGoneOn();
    expect(told()).toEqual([[personalChat(CHAIR).id, 'waits-for-you']]);
    const first = await newCodeFor(house.outside, teacher, report.id);
    const second = await newCodeFor(house.outside, teacher, report.id);
    if (first === null || second === null) throw new Error('no code');
    expect(await ask({ report, code: first.code })).toMatchObject({ kind: 'wrong-code' });
    expect(await ask({ report, code: second.code })).toMatchObject({ kind: 'pack' });
  });

  it('is taken out by nobody whom it concerns, nor by a headteacher', async () => {
    const report = await aReportGoneOn();
    const made = await newCodeFor(house.outside, teacher, report.id);
    if (made === null) throw new Error('no code');
    house.roles = { ...house.roles, headteachers: [HEAD, LEAD], chairs: [] };
    // With a second headteacher named, it is the chair's no longer.
    expect(await ask({ report, code: made.code }, { by: OTHER_TEACHER })).toEqual({ kind: 'not-yours' });
    house.roles = { ...house.roles, headteachers: [HEAD] };
    expect(await ask({ report, code: made.code }, { by: HEAD })).toEqual({ kind: 'not-yours' });
    expect(await ask({ report, code: made.code })).toMatchObject({ kind: 'pack' });
  });
});
