import { type Draft, storedPictures } from '../../src/core/report/draft.ts';
import { addNow, startAddingTo } from '../../src/flows/addToReport.ts';
import { deliverWaiting } from '../../src/flows/deliverWaiting.ts';
import { fetchWaiting, receiveChatPictures } from '../../src/flows/fetchPictures.ts';
import { fileReport } from '../../src/flows/fileReport.ts';
import { dropPicture, sayDanger, sayImagery, startReport } from '../../src/flows/guideReport.ts';
import { makeUploadLink } from '../../src/flows/links.ts';
import { readReport, stopPicture, viewPicture, viewThumbnail } from '../../src/flows/readReport.ts';
import { answerOnPage, keepUpload, readUpload, sayOfUploads, viewUploaded } from '../../src/flows/uploadPictures.ts';
import type { Inspection, Link } from '../../src/flows/ports.ts';
import { usefulToCapture } from '../../src/flows/usefulToCapture.ts';
import { aHouse, aReadyDraft, aSentReport, type House, PICTURE_BYTES, setUpHouse, teacher } from '../builders/house.ts';
import { SCHOOL, SENT_AT, TEACHER, TRIAGER } from '../builders/values.ts';

let house: House;
beforeEach(async () => {
  house = aHouse();
  house.inspectGives = async (bytes) => SMALL(bytes);
  await setUpHouse(house);
});

const SMALL = (bytes: Buffer): Inspection => ({
  kind: 'picture',
  mediaType: 'image/png',
  width: 10,
  height: 20,
  viewCopy: { bytes, mediaType: 'image/png' },
  thumbnail: { bytes: Buffer.from('small'), mediaType: 'image/webp' },
});
const at = (name: string) => `https://smba.trafficmanager.net/uk/v3/attachments/${name}/views/original`;
const send = (activity: string, text: string, ...names: string[]) =>
  receiveChatPictures(
    house.outside,
    house.fetches,
    teacher,
    activity,
    names.map((name, index) => ({ url: at(name), how: 'inline' as const, index })),
    text,
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
const blobs = () => [...house.store.memory(SCHOOL).blobs.keys()].map((key) => key.split('/').at(-1));
type OpenLink = Extract<Link, { kind: 'open' }>;
const opened = (report: OpenLink['report']): OpenLink => ({
  id: house.outside.ids.link(),
  kind: 'open',
  school: SCHOOL,
  person: TRIAGER,
  madeAt: SENT_AT,
  redeemBy: SENT_AT,
  sealed: false,
  report,
  notAboutMe: true,
});

describe('what is written with a picture in the chat', () => {
  it('is kept with each picture of the message, through fetching and Send, to whoever reads the report', async () => {
    await aReadyDraft(house);
    await send('a1', 'the second comment, https://example.test/p/1', 'one', 'two');
    await send('a2', '', 'three');
    await fetchAll();
    const words = { caption: 'the second comment, https://example.test/p/1', link: 'https://example.test/p/1' };
    expect((await live()).pictures.map((picture) => [picture.state, picture.words])).toEqual([
      ['stored', words],
      ['stored', words],
      ['stored', undefined],
    ]);
    const sent = await fileReport(house.outside, teacher, (await live()).id, '1', house.nudge);
    if (sent.kind !== 'filed') throw new Error(sent.kind);
    const page = await readReport(house.outside, opened(sent.report.id));
    expect(page?.evidence.map((picture) => picture.words)).toEqual([words, words, undefined]);
  });

  it('waits with the reference while the question about pictures is open', async () => {
    await send('a1', 'what my niece was sent', 'one');
    expect((await live()).pictures[0]).toMatchObject({
      state: 'waiting',
      words: { caption: 'what my niece was sent' },
    });
    await sayImagery(house.outside, house.fetches, teacher, (await live()).id, 'no');
    await fetchAll();
    expect((await live()).pictures[0]).toMatchObject({ state: 'stored', words: { caption: 'what my niece was sent' } });
  });

  it.each(['yes', 'not-sure'] as const)('is let go with the picture by "%s", stored or not', async (answer) => {
    const id = await saysNo();
    await send('a1', 'a description of it', 'one');
    await fetchAll();
    house.fetchGives = async () => ({ kind: 'refused', why: 'unreachable' });
    await send('a2', 'a description of another', 'two');
    await fetchAll();
    await send('a3', 'a description of a third', 'three');
    await sayImagery(house.outside, house.fetches, teacher, id, answer);
    const draft = await live();
    expect(draft.pictures.map(({ state }) => state)).toEqual(['sealed', 'not-kept', 'dropped']);
    expect(JSON.stringify(draft)).not.toContain('description');
  });

  it('goes on to the picture that is sent again without a word', async () => {
    await saysNo();
    house.fetchGives = async () => ({ kind: 'refused', why: 'unreachable' });
    await send('a1', 'the whole thread', 'one');
    await fetchAll();
    house.fetchGives = async () => ({ kind: 'fetched', bytes: PICTURE_BYTES });
    await send('a2', '', 'again');
    await fetchAll();
    expect(storedPictures(await live())).toMatchObject([{ number: 2, words: { caption: 'the whole thread' } }]);
  });
});

describe('the acknowledgement', () => {
  it('says of a draft what is still useful, and for an addition what its report does not have', async () => {
    await saysNo();
    await send('a1', 'at https://example.test/p/1', 'one');
    await fetchAll();
    await deliverWaiting(house.outside, SCHOOL);
    expect(house.notices.at(-1)?.notice).toMatchObject({
      kind: 'pictures-settled',
      useful: ['account', 'time', 'thread'],
    });

    house = aHouse();
    await setUpHouse(house);
    const { report } = await aSentReport(house);
    const adding = await startAddingTo(house.outside, teacher, report.id);
    if (adding.kind !== 'draft') throw new Error(adding.kind);
    expect(await usefulToCapture(house.outside, SCHOOL, adding.draft)).toContain('link');
    const kept = await house.outside.reports.get(SCHOOL, report.id);
    if (kept === null) throw new Error('no report');
    await house.outside.reports.commit(SCHOOL, kept, {
      report: { ...kept.value, answers: { link: 'https://example.test/p/1', account: '@x' } },
      audit: [],
    });
    expect(await usefulToCapture(house.outside, SCHOOL, adding.draft)).toEqual(['time', 'thread']);
  });
});

describe('a picture that cannot be shown', () => {
  beforeEach(() => {
    house.inspectGives = async () => ({ kind: 'unseen', mediaType: 'image/heic', width: 0, height: 0 });
  });

  it('is kept as it came, with its hash, and nothing of it is shown to anybody', async () => {
    await aReadyDraft(house);
    await send('a1', 'from my phone', 'one');
    await fetchAll();
    expect(blobs()).toEqual(['original']);
    expect((await live()).pictures[0]).toMatchObject({ state: 'stored', noView: true, mediaType: 'image/heic' });
    const sent = await fileReport(house.outside, teacher, (await live()).id, '1', house.nudge);
    if (sent.kind !== 'filed') throw new Error(sent.kind);
    const link = opened(sent.report.id);
    expect(await viewPicture(house.outside, link, 1)).toEqual({ kind: 'none' });
    expect(await viewThumbnail(house.outside, link, 1)).toEqual({ kind: 'none' });
    const record = await house.outside.reports.record(SCHOOL, sent.report.id);
    expect(record.map(({ what }) => what)).not.toContain('picture-viewed');
    expect(await stopPicture(house.outside, link, 1, house.nudge)).toBe('sealed');
  });
});

describe('a stop by a reader', () => {
  it('lets go of what was said with that picture, in whichever row it stands, and of nothing else', async () => {
    await aReadyDraft(house);
    await send('a1', 'a child in the bath', 'one', 'beside');
    await send('a2', 'the group chat', 'two');
    await fetchAll();
    const sent = await fileReport(house.outside, teacher, (await live()).id, '1', house.nudge);
    if (sent.kind !== 'filed') throw new Error(sent.kind);
    expect(await stopPicture(house.outside, opened(sent.report.id), 1, house.nudge)).toBe('sealed');
    const evidence = await house.outside.reports.evidence(SCHOOL, sent.report.id);
    expect(evidence.map(({ state, words }) => [state, words])).toEqual([
      ['sealed', undefined],
      ['kept', undefined],
      ['kept', { caption: 'the group chat' }],
    ]);
  });
});

describe('small copies', () => {
  const sentWith = async (...names: string[]) => {
    await aReadyDraft(house);
    await send('a1', '', ...names);
    await fetchAll();
    const sent = await fileReport(house.outside, teacher, (await live()).id, '1', house.nudge);
    if (sent.kind !== 'filed') throw new Error(sent.kind);
    return sent.report;
  };

  it('are in the record with the page that they stand on, and gone with a stop', async () => {
    const report = await sentWith('one', 'two', 'three');
    const link = opened(report.id);
    const page = await readReport(house.outside, link);
    expect(page?.record.at(-1)).toMatchObject({ what: 'page-viewed', facts: { thumbnails: '1, 2, 3' } });
    expect(await viewThumbnail(house.outside, link, 2)).toEqual({
      kind: 'picture',
      bytes: Buffer.from('small'),
      mediaType: 'image/webp',
    });
    await stopPicture(house.outside, link, 2, house.nudge);
    expect(await viewThumbnail(house.outside, link, 2)).toEqual({ kind: 'none' });
    expect((await readReport(house.outside, link))?.record.at(-1)?.facts).toEqual({ thumbnails: '1, 3' });
  });

  it('are not made for one picture, and not shown to one who may not open the report', async () => {
    const report = await sentWith('one');
    expect((await readReport(house.outside, opened(report.id)))?.record.at(-1)?.facts).toEqual({});
    expect(await viewThumbnail(house.outside, opened(report.id), 1)).toEqual({ kind: 'none' });
    const other = await sentWith('two', 'three');
    expect(await viewThumbnail(house.outside, { ...opened(other.id), person: TEACHER }, 1)).toEqual({ kind: 'none' });
  });

  it('are not shown once the original is not what was received', async () => {
    const report = await sentWith('one', 'two');
    const { blobs: held } = house.store.memory(SCHOOL);
    for (const [key, blob] of held)
      if (key.endsWith('/original')) held.set(key, { ...blob, bytes: Buffer.from('other bytes') });
    expect(await viewThumbnail(house.outside, opened(report.id), 1)).toEqual({ kind: 'altered' });
    expect(house.logged.join()).toContain('picture-altered');
  });

  it('of what was stored before there were any are the copies that pages show', async () => {
    const { thumbnail: _later, ...before } = SMALL(PICTURE_BYTES) as Extract<Inspection, { kind: 'picture' }>;
    house.inspectGives = async () => before;
    const report = await sentWith('one', 'two');
    expect(await viewThumbnail(house.outside, opened(report.id), 1)).toMatchObject({ bytes: PICTURE_BYTES });
  });

  it('go with the picture when it is taken out', async () => {
    await aReadyDraft(house);
    await send('a1', '', 'one');
    await fetchAll();
    expect(blobs().sort()).toEqual(['original', 'thumbnail', 'view']);
    await dropPicture(house.outside, teacher, (await live()).id, 1);
    expect(blobs()).toEqual([]);
  });
});

describe('on the upload page', () => {
  const atPage = async () => {
    const draft = await aReadyDraft(house);
    const made = await makeUploadLink(house.outside, teacher, draft.id);
    if (made.kind !== 'link') throw new Error(made.kind);
    const id = (await live()).uploadLink;
    const kept = id === undefined ? null : await house.outside.links.get(SCHOOL, id);
    if (kept?.value.kind !== 'upload') throw new Error('no link');
    await answerOnPage(house.outside, house.fetches, kept.value, 'no', house.nudge);
    await keepUpload(house.outside, kept.value, 'key-00000001', PICTURE_BYTES);
    return kept.value;
  };

  it('what is said of a picture is kept, changed and taken away, and of no other draft', async () => {
    const link = await atPage();
    const say = (number: number, words?: { caption?: string; link?: string }) =>
      sayOfUploads(house.outside, link, new Map([[number, words]]));
    expect(await say(1, { caption: 'first', link: 'example.test/1' })).toBe('kept');
    expect((await live()).pictures[0]?.words).toEqual({ caption: 'first', link: 'example.test/1' });
    expect((await readUpload(house.outside, link))?.useful).not.toContain('link');
    expect(await say(9, { caption: 'no such number' })).toBe('kept');
    expect(await say(1)).toBe('kept');
    expect((await live()).pictures[0]?.words).toBeUndefined();
    await makeUploadLink(house.outside, teacher, link.draft);
    expect(await say(1, { caption: 'too late' })).toBe('ended');
    expect(JSON.stringify(await live())).not.toContain('too late');
  });

  it('the small copy is there until the page is stopped', async () => {
    const link = await atPage();
    expect(await viewUploaded(house.outside, link, 1)).toMatchObject({ kind: 'picture', mediaType: 'image/webp' });
    expect(await viewUploaded(house.outside, link, 2)).toEqual({ kind: 'none' });
    await answerOnPage(house.outside, house.fetches, link, 'not-sure', house.nudge);
    expect(await viewUploaded(house.outside, link, 1)).toEqual({ kind: 'none' });
  });

  it('an addition keeps what was said with its evidence', async () => {
    const { report } = await aSentReport(house);
    const adding = await startAddingTo(house.outside, teacher, report.id);
    if (adding.kind !== 'draft') throw new Error(adding.kind);
    await sayImagery(house.outside, house.fetches, teacher, adding.draft.id, 'no');
    await send('a9', 'the reply to it', 'later');
    await fetchAll();
    await addNow(house.outside, teacher, adding.draft.id, '', house.nudge);
    const evidence = await house.outside.reports.evidence(SCHOOL, report.id);
    expect(evidence.at(-1)?.words).toEqual({ caption: 'the reply to it' });
  });
});
