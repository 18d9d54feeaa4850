import { storedPictures, waitingPictures, type Draft } from '../../src/core/report/draft.ts';
import { deliverWaiting } from '../../src/flows/deliverWaiting.ts';
import { fetchWaiting, receiveChatPictures } from '../../src/flows/fetchPictures.ts';
import { deleteReport, sayConcerns, sayDanger, sayImagery, startReport } from '../../src/flows/guideReport.ts';
import { enter, lookAtLink, makeUploadLink, redeemLink } from '../../src/flows/links.ts';
import type { Link, PictureKey } from '../../src/flows/ports.ts';
import { readReport, stopPicture, viewPicture } from '../../src/flows/readReport.ts';
import { openReport } from '../../src/flows/triageReport.ts';
import { sweepPictures } from '../../src/flows/sweepPictures.ts';
import { answerOnPage, keepUpload, mayUpload, readUpload } from '../../src/flows/uploadPictures.ts';
import {
  aHouse,
  aReadyDraft,
  head,
  type House,
  person,
  personalChat,
  PICTURE_BYTES,
  setUpHouse,
  teacher,
  triager,
} from '../builders/house.ts';
import { fileReport } from '../../src/flows/fileReport.ts';
import { LEAD, OTHER_TEACHER, SCHOOL, TEACHER, draftId, pictureId } from '../builders/values.ts';

let house: House;
beforeEach(async () => {
  house = aHouse();
  await setUpHouse(house);
});
const at = (name: string) => `https://smba.trafficmanager.net/uk/v3/attachments/${name}/views/original`;
const send = (activity: string, ...names: string[]) =>
  receiveChatPictures(
    house.outside,
    house.fetches,
    teacher,
    activity,
    names.map((name, index) => ({ url: at(name), how: 'inline' as const, index })),
  );
const fetchAll = () => fetchWaiting(house.outside, house.fetches, teacher);
const live = async (): Promise<Draft> => {
  const kept = await house.outside.drafts.get(SCHOOL, TEACHER);
  if (kept === null) throw new Error('No draft');
  return kept.value;
};
const saysNo = async () => {
  const { draft } = await startReport(house.outside, teacher);
  await sayDanger(house.outside, teacher, draft.id, 'no');
  await sayImagery(house.outside, house.fetches, teacher, draft.id, 'no');
  return draft.id;
};
const bytesHeld = () => [...house.store.memory(SCHOOL).blobs.keys()];

describe('pictures sent in the chat', () => {
  it('are references and nothing more until the imagery question has its no', async () => {
    await send('a1', 'one');
    await fetchAll();
    expect(house.fetched).toEqual([]);
    expect((await live()).pictures[0]?.state).toBe('waiting');
    await sayImagery(house.outside, house.fetches, teacher, (await live()).id, 'no');
    await fetchAll();
    expect(house.fetched).toEqual([at('one')]);
    expect(storedPictures(await live())).toHaveLength(1);
  });

  it.each(['yes', 'not-sure'] as const)(
    'are never fetched after "%s", whether sent before or after it',
    async (answer) => {
      await send('a1', 'one', 'two');
      await sayImagery(house.outside, house.fetches, teacher, (await live()).id, answer);
      const later = await send('a2', 'three');
      await fetchAll();
      expect(later.kind).toBe('refused');
      expect(house.fetched).toEqual([]);
      expect(bytesHeld()).toEqual([]);
      expect(JSON.stringify(await live())).not.toContain('https://');
    },
  );

  it('make the same rows when the same message is delivered three times', async () => {
    await saysNo();
    for (let times = 0; times < 3; times += 1) await send('a1', 'one', 'two');
    await fetchAll();
    await send('a1', 'one', 'two');
    await fetchAll();
    expect((await live()).pictures.map(({ number, state }) => `${number} ${state}`)).toEqual(['1 stored', '2 stored']);
    expect(house.fetched).toHaveLength(2);
  });

  it('are told of once they have settled: which were stored, and which to send again', async () => {
    await saysNo();
    house.fetchGives = async (url) =>
      url.includes('two') ? { kind: 'refused', why: 'unreachable' } : { kind: 'fetched', bytes: PICTURE_BYTES };
    await send('a1', 'one', 'two', 'three');
    await fetchAll();
    await deliverWaiting(house.outside, SCHOOL);
    expect(house.notices).toHaveLength(1);
    expect(house.notices[0]).toMatchObject({
      to: personalChat(TEACHER).id,
      notice: {
        kind: 'pictures-settled',
        draft: { pictures: [{ state: 'stored' }, { state: 'not-kept', why: 'unreachable' }, { state: 'stored' }] },
      },
    });
  });

  it('at an address that pictures do not come from are refused before anything is asked of it', async () => {
    await saysNo();
    await receiveChatPictures(house.outside, house.fetches, teacher, 'a1', [
      { url: 'https://evil.example/x.png', how: 'file', index: 0 },
    ]);
    await fetchAll();
    expect(house.fetched).toEqual([]);
    expect((await live()).pictures[0]).toMatchObject({ state: 'not-kept', why: 'foreign-host' });
  });

  it('are forgotten after ten minutes when nobody answers', async () => {
    await send('a1', 'one');
    house.pass(600_001);
    await fetchAll();
    expect(JSON.stringify(await live())).not.toContain('https://');
  });

  it('leave no bytes when the stop comes while they are on their way', async () => {
    const id = await saysNo();
    house.inspectGives = async () => {
      await sayImagery(house.outside, house.fetches, teacher, id, 'yes');
      return {
        kind: 'picture',
        mediaType: 'image/png',
        width: 1,
        height: 1,
        viewCopy: { bytes: Buffer.from('v'), mediaType: 'image/png' },
      };
    };
    await send('a1', 'one');
    await fetchAll();
    expect(bytesHeld()).toEqual([]);
    expect((await live()).pictures[0]?.state).toBe('dropped');
  });

  it('leave no bytes when the draft is deleted while they are on their way', async () => {
    const id = await saysNo();
    house.inspectGives = async () => {
      await deleteReport(house.outside, house.fetches, teacher, id);
      return {
        kind: 'picture',
        mediaType: 'image/png',
        width: 1,
        height: 1,
        viewCopy: { bytes: Buffer.from('v'), mediaType: 'image/png' },
      };
    };
    await send('a1', 'one');
    await fetchAll();
    expect(bytesHeld()).toEqual([]);
  });

  it('that were held are sealed by a later "not sure", and the safeguarding lead is told without content', async () => {
    const id = await saysNo();
    await send('a1', 'one');
    await fetchAll();
    await sayImagery(house.outside, house.fetches, teacher, id, 'not-sure');
    await deliverWaiting(house.outside, SCHOOL);
    expect((await live()).pictures[0]?.state).toBe('sealed');
    expect(bytesHeld()).toHaveLength(2);
    const toLead = house.notices.filter(({ to }) => to === personalChat(LEAD).id);
    expect(toLead.map(({ notice }) => notice.kind)).toEqual(['picture-stopped']);
    expect(Object.keys(toLead[0]?.notice ?? {}).sort()).toEqual(['kind', 'reference', 'to']);
  });

  it('go on being fetched after a restart', async () => {
    await saysNo();
    await send('a1', 'one');
    const waiting = await house.outside.drafts.withWaitingPictures(SCHOOL);
    expect(waiting).toEqual([TEACHER]);
    await fetchAll();
    expect(waitingPictures(await live())).toEqual([]);
    expect(await house.outside.drafts.withWaitingPictures(SCHOOL)).toEqual([]);
  });

  it('follow a draft that moves to the sealed reports', async () => {
    const id = await saysNo();
    await send('a1', 'one');
    await sayConcerns(house.outside, teacher, id, [{ kind: 'headteacher' }]);
    await fetchAll();
    expect(storedPictures(await live())).toHaveLength(1);
    expect((await live()).sealed).toBe(true);
  });
});

describe('bytes that nothing names', () => {
  const future = new Date(Date.now() + 60_000);
  const orphan = { draft: draftId('gone'), picture: pictureId('orphan') };

  it('are swept, and those of drafts, reports and stopped drafts are not', async () => {
    const { evidence } = house.outside;
    for (const copy of ['original', 'view'] as const)
      await evidence.put(SCHOOL, { ...orphan, copy }, PICTURE_BYTES, 'image/png');
    const draft = await aReadyDraft(house);
    await send('a1', 'one');
    await fetchAll();
    await fileReport(house.outside, teacher, draft.id, '1', house.nudge);
    const second = await saysNo();
    await send('a2', 'two');
    await fetchAll();
    await sayImagery(house.outside, house.fetches, teacher, second, 'yes');
    await deleteReport(house.outside, house.fetches, teacher, second);
    await saysNo();
    await send('a3', 'three');
    await fetchAll();
    const before = bytesHeld().length;
    expect(await sweepPictures(house.outside, SCHOOL, future)).toBe(1);
    expect(bytesHeld()).toHaveLength(before - 2);
    expect(bytesHeld().some((key) => key.includes('orphan'))).toBe(false);
    expect(await sweepPictures(house.outside, SCHOOL, future)).toBe(0);
  });

  it('are left alone while they may still be on their way to their row', async () => {
    await house.outside.evidence.put(SCHOOL, { ...orphan, copy: 'original' }, PICTURE_BYTES, 'image/png');
    expect(await sweepPictures(house.outside, SCHOOL, new Date(Date.now() - 60_000))).toBe(0);
    expect(bytesHeld()).toHaveLength(1);
  });
});

async function uploadLink(): Promise<Extract<Link, { kind: 'upload' }>> {
  const made = await makeUploadLink(house.outside, teacher, (await live()).id);
  if (made.kind !== 'link') throw new Error(made.kind);
  const id = made.url.split('/').pop() ?? '';
  const door = await lookAtLink(house.outside, SCHOOL, id as never);
  if (door.kind !== 'waiting' || door.link.kind !== 'upload') throw new Error(door.kind);
  return door.link;
}

describe('the upload page', () => {
  it('takes nothing before its own question is answered, and what was sent twice once', async () => {
    await saysNo();
    const link = await uploadLink();
    expect(await mayUpload(house.outside, link)).toBe(false);
    expect(await keepUpload(house.outside, link, 'k1', PICTURE_BYTES)).toEqual({ kind: 'stopped' });
    expect(await answerOnPage(house.outside, house.fetches, link, 'no', house.nudge)).toBe('open');
    expect((await keepUpload(house.outside, link, 'k1', PICTURE_BYTES)).kind).toBe('kept');
    expect((await keepUpload(house.outside, link, 'k1', PICTURE_BYTES)).kind).toBe('kept');
    expect((await readUpload(house.outside, link))?.pictures).toHaveLength(1);
    expect(bytesHeld()).toHaveLength(2);
  });

  it.each(['yes', 'not-sure'] as const)('ends link and session, and seals what is held, on "%s"', async (answer) => {
    await saysNo();
    const link = await uploadLink();
    const redeemed = await redeemLink(house.outside, SCHOOL, link.id, { kind: 'link-alone' });
    const secret = redeemed.kind === 'session' ? redeemed.secret : '';
    await answerOnPage(house.outside, house.fetches, link, 'no', house.nudge);
    await keepUpload(house.outside, link, 'k1', PICTURE_BYTES);
    expect(await enter(house.outside, SCHOOL, link.id, secret)).not.toBeNull();
    await answerOnPage(house.outside, house.fetches, link, answer, house.nudge);
    expect(await enter(house.outside, SCHOOL, link.id, secret)).toBeNull();
    expect(await keepUpload(house.outside, link, 'k2', PICTURE_BYTES)).toEqual({ kind: 'stopped' });
    expect((await live()).pictures.map(({ state }) => state)).toEqual(['sealed']);
  });

  it('ends when a later link is made for the draft', async () => {
    await saysNo();
    const first = await uploadLink();
    await answerOnPage(house.outside, house.fetches, first, 'no', house.nudge);
    await uploadLink();
    expect(await mayUpload(house.outside, first)).toBe(false);
  });

  it('is never opened for a draft that does not say no', async () => {
    const { draft } = await startReport(house.outside, teacher);
    expect((await makeUploadLink(house.outside, teacher, draft.id)).kind).toBe('stopped');
    expect((await makeUploadLink(house.outside, person(OTHER_TEACHER), draft.id)).kind).toBe('no-draft');
  });
});

async function aReportWithPicture(): Promise<Extract<Link, { kind: 'open' }>> {
  const draft = await aReadyDraft(house);
  await send('a1', 'one');
  await fetchAll();
  const sent = await fileReport(house.outside, teacher, draft.id, '1', house.nudge);
  if (sent.kind !== 'filed') throw new Error(sent.kind);
  await openReport(house.outside, triager, sent.report.id);
  const notice = house.notices.findLast((one) => one.notice.kind === 'open-link')?.notice;
  const id = notice?.kind === 'open-link' ? (notice.url.split('/').pop() ?? '') : '';
  const door = await lookAtLink(house.outside, SCHOOL, id as never);
  if (door.kind !== 'waiting' || door.link.kind !== 'open') throw new Error(door.kind);
  return door.link;
}

describe('the page of a report', () => {
  it('writes every view in the record before it gives anything', async () => {
    const link = await aReportWithPicture();
    house.store.fail('reports.commit', { times: 1 });
    await expect(readReport(house.outside, link)).rejects.toThrow();
    await readReport(house.outside, link);
    const before = house.store.calls.length;
    expect((await viewPicture(house.outside, link, 1)).kind).toBe('picture');
    const calls = house.store.calls.slice(before);
    expect(calls.indexOf('reports.commit')).toBeGreaterThanOrEqual(0);
    expect(calls.indexOf('reports.commit')).toBeLessThan(calls.indexOf('evidence.get'));
    const record = await house.outside.reports.record(SCHOOL, link.report);
    expect(record.map(({ what }) => what)).toEqual(['filed', 'link-sent', 'page-viewed', 'picture-viewed']);
  });

  it('never gives the bytes of a picture again once it was stopped', async () => {
    const link = await aReportWithPicture();
    expect(await stopPicture(house.outside, link, 1, house.nudge)).toBe('sealed');
    expect(await viewPicture(house.outside, link, 1)).toEqual({ kind: 'none' });
    await deliverWaiting(house.outside, SCHOOL);
    expect(house.notices.filter(({ to }) => to === personalChat(LEAD).id).map(({ notice }) => notice.kind)).toEqual([
      'picture-stopped',
    ]);
    expect((await house.outside.reports.evidence(SCHOOL, link.report))[0]?.state).toBe('sealed');
  });

  it('gives nothing when a stop comes between the line in the record and the bytes', async () => {
    const link = await aReportWithPicture();
    const { evidence } = house.outside;
    const get = evidence.get.bind(evidence);
    let asked = 0;
    (evidence as { get: typeof get }).get = async (school, key: PictureKey) => {
      asked += 1;
      return get(school, key);
    };
    const { reports } = house.outside;
    const commit = reports.commit.bind(reports);
    let stopped = false;
    (reports as { commit: typeof commit }).commit = async (school, kept, change) => {
      const done = await commit(school, kept, change);
      if (!stopped && change.audit.some(({ what }) => what === 'picture-viewed')) {
        stopped = true;
        await stopPicture(house.outside, link, 1, house.nudge);
      }
      return done;
    };
    expect(await viewPicture(house.outside, link, 1)).toEqual({ kind: 'none' });
    expect(asked).toBe(0);
  });

  it('says so where the bytes are no longer those that were received', async () => {
    const link = await aReportWithPicture();
    const { blobs } = house.store.memory(SCHOOL);
    for (const [key, blob] of blobs)
      if (key.endsWith('original')) blobs.set(key, { ...blob, bytes: Buffer.from('other') });
    expect(await viewPicture(house.outside, link, 1)).toEqual({ kind: 'altered' });
  });

  it('closes at once to a triager who is no longer one', async () => {
    const link = await aReportWithPicture();
    await house.outside.desk.removeTriager(SCHOOL, triager.staff, head.staff, 'now');
    const before = house.store.calls.length;
    expect(await readReport(house.outside, link)).toBeNull();
    expect(await viewPicture(house.outside, link, 1)).toEqual({ kind: 'none' });
    expect(house.store.calls.slice(before).filter((call) => /evidence|record|commit/.test(call))).toEqual([]);
  });

  it('opens once, for two minutes, to the person it was made for', async () => {
    const link = await aReportWithPicture();
    for (let looks = 0; looks < 10; looks += 1)
      expect((await lookAtLink(house.outside, SCHOOL, link.id)).kind).toBe('waiting');
    expect(await redeemLink(house.outside, SCHOOL, link.id, { kind: 'signed-in', staff: OTHER_TEACHER })).toEqual({
      kind: 'not-yours',
    });
    expect((await house.outside.reports.record(SCHOOL, link.report)).at(-1)).toMatchObject({
      what: 'link-refused',
      by: OTHER_TEACHER,
    });
    const mine = await redeemLink(house.outside, SCHOOL, link.id, { kind: 'signed-in', staff: triager.staff });
    expect(mine.kind).toBe('session');
    expect(await redeemLink(house.outside, SCHOOL, link.id, { kind: 'signed-in', staff: triager.staff })).toEqual({
      kind: 'closed',
    });
    expect(await enter(house.outside, SCHOOL, link.id, 'another secret')).toBeNull();
    house.pass(600_000);
    expect(await enter(house.outside, SCHOOL, link.id, mine.kind === 'session' ? mine.secret : '')).toBeNull();
    const late = await aReportWithPicture();
    house.pass(120_000);
    expect((await lookAtLink(house.outside, SCHOOL, late.id)).kind).toBe('closed');
  });
});
