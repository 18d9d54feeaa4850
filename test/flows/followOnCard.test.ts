import { FOLLOW_MS } from '../../src/flows/followOnCard.ts';
import { deliverWaiting } from '../../src/flows/deliverWaiting.ts';
import { fileReport } from '../../src/flows/fileReport.ts';
import { deleteReport, sayImagery, sayPicturesDone, stepBack } from '../../src/flows/guideReport.ts';
import { makeUploadLink } from '../../src/flows/links.ts';
import { ConversationGone, type Link } from '../../src/flows/ports.ts';
import { rememberWhereShown } from '../../src/flows/rememberCard.ts';
import { answerOnPage, keepUpload, removeUpload, sayOfUploads } from '../../src/flows/uploadPictures.ts';
import { aHouse, aReadyDraft, type Answers, type House, personalChat, setUpHouse, teacher } from '../builders/house.ts';
import { SCHOOL } from '../builders/values.ts';

type UploadLink = Extract<Link, { kind: 'upload' }>;

/** At the step of the pictures, its card shown, and the upload page open. */
async function atPictures(answers: Answers = {}, cards: readonly string[] = ['older', 'card']) {
  const house = aHouse();
  await setUpHouse(house);
  const { id } = await aReadyDraft(house, answers);
  await stepBack(house.outside, teacher, id, 'pictures');
  for (const card of cards) await rememberWhereShown(house.outside, teacher, id, card);
  const made = await makeUploadLink(house.outside, teacher, id);
  if (made.kind !== 'link') throw new Error(made.kind);
  const kept = await house.outside.links.get(SCHOOL, (made.url.split('/').pop() ?? '') as never);
  const link = kept?.value as UploadLink;
  await answerOnPage(house.outside, house.fetches, link, 'no', house.nudge);
  const draft = async () => {
    const live = await house.outside.drafts.get(SCHOOL, teacher.staff);
    if (live === null) throw new Error('The draft has gone');
    return live.value;
  };
  return { house, link, id, draft, add: (name: string) => keepUpload(house.outside, link, name, Buffer.from(name)) };
}

const rowsOf = async (house: House) =>
  (await house.outside.outbox.due(SCHOOL, new Date(Date.UTC(9999, 0)), 100)).filter(
    ({ value }) => value.telling.kind === 'card-follows',
  );
async function later(house: House, ms = FOLLOW_MS) {
  house.pass(ms);
  while ((await deliverWaiting(house.outside, SCHOOL)) > 0);
}
const shown = (house: House) =>
  house.replaced.map(({ message, notice }) => [
    message,
    notice.kind === 'draft-pictures'
      ? notice.draft.pictures.map(({ number, words }) => `${number} ${words?.caption ?? ''}`.trim())
      : notice.kind,
  ]);

describe('the card that lists the pictures', () => {
  it('follows what is added, written and removed on the page, in the message where it stands', async () => {
    const { house, link, add, draft } = await atPictures();
    await add('one');
    await later(house);
    await add('two');
    await sayOfUploads(house.outside, link, new Map([[2, { caption: 'the reply' }]]));
    await later(house);
    await removeUpload(house.outside, link, 1);
    await later(house);
    expect(shown(house)).toEqual([
      ['card', ['1']],
      ['card', ['1', '2 the reply']],
      ['card', ['2 the reply']],
    ]);
    expect(house.replaced.every(({ to }) => to === personalChat(teacher.staff).id)).toBe(true);
    expect(house.replaced[0]?.notice).toMatchObject({
      kind: 'draft-pictures',
      page: { uploadUrl: `https://pages.example/upload/${link.id}` },
      useful: ['link', 'account', 'time', 'thread'],
    });
    expect(await rowsOf(house)).toEqual([]);
    expect(await draft()).not.toHaveProperty('cardBehind');
  });

  it('changes once for all that comes within seconds, and not before they are over', async () => {
    const { house, add } = await atPictures();
    for (let each = 1; each <= 20; each += 1) await add(`picture ${each}`);
    expect(await rowsOf(house)).toHaveLength(1);
    await later(house, FOLLOW_MS - 1);
    expect(house.replaced).toEqual([]);
    await later(house, 1);
    expect(shown(house)).toEqual([['card', Array.from({ length: 20 }, (_none, index) => String(index + 1))]]);
  });

  it('changes again for what came while it was being changed', async () => {
    const { house, add, draft } = await atPictures();
    await add('one');
    house.beforeReplace = async () => {
      house.beforeReplace = null;
      await add('two');
    };
    await later(house);
    expect(shown(house)).toEqual([['card', ['1']]]);
    await later(house);
    expect(shown(house)[1]).toEqual(['card', ['1', '2']]);
    expect(await rowsOf(house)).toEqual([]);
    expect(await draft()).not.toHaveProperty('cardBehind');
  });

  it('is tried until it is done, and the page never waits for it', async () => {
    const { house, add } = await atPictures();
    house.noticeError = new Error('Teams is away');
    expect((await add('one')).kind).toBe('kept');
    for (let tries = 0; tries < 4; tries += 1) await later(house, 600_000);
    expect((await add('two')).kind).toBe('kept');
    expect(await rowsOf(house)).toHaveLength(1);
    house.noticeError = null;
    await later(house, 600_000);
    expect(shown(house)).toEqual([['card', ['1', '2']]]);
  });

  it('is written with the change: a change that was not kept leaves nothing to tell', async () => {
    const { house, add } = await atPictures();
    house.store.fail('drafts.replace');
    await expect(add('one')).rejects.toThrow();
    house.store.mend();
    expect(await rowsOf(house)).toEqual([]);
  });

  it('that was deleted from the chat is let be', async () => {
    const { house, add, draft } = await atPictures();
    await add('one');
    house.noticeError = new ConversationGone('no such message');
    await later(house);
    expect(await rowsOf(house)).toEqual([]);
    expect(await draft()).not.toHaveProperty('cardBehind');
  });

  it('is no change by the person', async () => {
    const { house, add, draft } = await atPictures();
    await add('one');
    const { changedAt } = await draft();
    await later(house);
    expect((await draft()).changedAt).toBe(changedAt);
  });

  it('is left alone once the person has gone on from it', async () => {
    const { house, id, add, draft } = await atPictures();
    await add('one');
    await sayPicturesDone(house.outside, teacher, id);
    await later(house);
    expect(house.replaced).toEqual([]);
    await add('two');
    expect(await rowsOf(house)).toEqual([]);
    expect(await draft()).not.toHaveProperty('cardBehind');
  });

  it('stays the one that follows when another only offers to go on', async () => {
    const { house, id, add } = await atPictures();
    await rememberWhereShown(house.outside, teacher, id, 'offer', undefined, true);
    await add('one');
    await later(house);
    expect(shown(house)).toEqual([['card', ['1']]]);
  });

  it('is not there for a draft whose card was never shown', async () => {
    const { house, add } = await atPictures({}, []);
    await add('one');
    expect(await rowsOf(house)).toEqual([]);
  });
});

describe('after Send', () => {
  it.each([
    ['for triage', {}],
    ['sealed for the chair', { concerns: [{ kind: 'headteacher' }] } as const],
  ])('each card becomes the one line, and never the list again: %s', async (_what, answers) => {
    const { house, id, add } = await atPictures(answers);
    await add('one');
    await sayPicturesDone(house.outside, teacher, id);
    await fileReport(house.outside, teacher, id, '1', house.nudge, 'card');
    await later(house);
    expect(shown(house)).toEqual([['older', 'card-spent']]);
    expect(await rowsOf(house)).toEqual([]);
  });

  it('a change that was about to be shown is not, where Send came first', async () => {
    const { house, id, add } = await atPictures();
    await add('one');
    // Read as a draft by the worker, and sent before its turn in the chat came.
    house.beforeRenew = async () => {
      house.beforeRenew = null;
      await sayPicturesDone(house.outside, teacher, id);
      await fileReport(house.outside, teacher, id, '1', house.nudge, 'card');
    };
    await later(house);
    expect(shown(house)).toEqual([['older', 'card-spent']]);
  });

  it('so it is of a draft that was deleted', async () => {
    const { house, id, add } = await atPictures();
    await add('one');
    await deleteReport(house.outside, house.fetches, teacher, id);
    await later(house);
    expect(house.replaced).toEqual([]);
    expect(await rowsOf(house)).toEqual([]);
  });
});

describe('a stop', () => {
  it('on the page takes the list from the chat at once', async () => {
    const { house, link, add } = await atPictures();
    await add('one');
    await answerOnPage(house.outside, house.fetches, link, 'not-sure', house.nudge);
    await later(house, 0);
    expect(shown(house)).toEqual([['card', 'pictures-settled']]);
    await later(house);
    expect(shown(house)).toHaveLength(1);
    expect(await rowsOf(house)).toEqual([]);
  });

  it('in the chat leaves what is said there', async () => {
    const { house, id, add } = await atPictures();
    await add('one');
    await sayImagery(house.outside, house.fetches, teacher, id, 'yes');
    await later(house);
    expect(house.replaced).toEqual([]);
  });

  it('on the page changes no card of somebody who has gone on since', async () => {
    const { house, link, id, add } = await atPictures();
    await add('one');
    house.noticeError = new Error('Teams is away');
    await answerOnPage(house.outside, house.fetches, link, 'yes', house.nudge);
    await later(house);
    house.noticeError = null;
    await stepBack(house.outside, teacher, id, 'concerns');
    await later(house, 600_000);
    expect(house.replaced).toEqual([]);
  });
});
