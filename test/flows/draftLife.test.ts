import { giveLife } from '../../src/flows/draftLife.ts';
import { deliverWaiting } from '../../src/flows/deliverWaiting.ts';
import { fileReport } from '../../src/flows/fileReport.ts';
import { fetchWaiting, receiveChatPictures } from '../../src/flows/fetchPictures.ts';
import { deleteReport, sayConcerns, sayDanger, sayImagery, startReport } from '../../src/flows/guideReport.ts';
import { ConversationGone } from '../../src/flows/ports.ts';
import { aHouse, aReadyDraft, setUpHouse, teacher } from '../builders/house.ts';
import { SCHOOL } from '../builders/values.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

async function aSetUpHouse() {
  const house = aHouse();
  await setUpHouse(house);
  const settle = async () => {
    for (let rounds = 0; rounds < 3; rounds += 1) await deliverWaiting(house.outside, SCHOOL);
  };
  return {
    house,
    draft: async () => (await house.outside.drafts.get(SCHOOL, teacher.staff))?.value,
    later: async (ms: number) => {
      house.pass(ms);
      await settle();
    },
    told: () => house.notices.map(({ notice }) => notice.kind),
  };
}

describe('a draft that is left lying', () => {
  it('is reminded of once, the day before, and cleared after seven days with its pictures', async () => {
    const { house, draft, later, told } = await aSetUpHouse();
    const { draft: begun } = await startReport(house.outside, teacher);
    await sayImagery(house.outside, house.fetches, teacher, begun.id, 'no');
    const url = 'https://smba.trafficmanager.net/one';
    await receiveChatPictures(house.outside, house.fetches, teacher, 'one', [{ url, how: 'inline', index: 0 }]);
    await fetchWaiting(house.outside, house.fetches, teacher);
    await later(1_000);
    house.notices.length = 0;
    await later(6 * DAY - 2_000);
    expect(told()).toEqual([]);
    await later(2_000);
    await later(HOUR);
    expect(told()).toEqual(['draft-ends']);
    expect(await draft()).toBeDefined();
    await later(23 * HOUR);
    expect(told()).toEqual(['draft-ends']);
    expect(await draft()).toBeUndefined();
    expect(house.store.memory(SCHOOL).blobs.size).toBe(0);
    expect(house.store.memory(SCHOOL).outbox.size).toBe(0);
  });

  it('lives on from the last change, and is reminded of again before its new end', async () => {
    const { house, draft, later, told } = await aSetUpHouse();
    const { draft: begun } = await startReport(house.outside, teacher);
    await later(6 * DAY);
    await sayDanger(house.outside, teacher, begun.id, 'no');
    await later(2 * DAY);
    expect(await draft()).toBeDefined();
    await later(4 * DAY);
    expect(told()).toEqual(['draft-ends', 'draft-ends']);
    await later(DAY);
    expect(await draft()).toBeUndefined();
  });

  it.each([
    [
      'has no chat',
      async ({ house }: Awaited<ReturnType<typeof aSetUpHouse>>) => house.outside.people.forget(SCHOOL, teacher.staff),
    ],
    [
      'has blocked us',
      async ({ house }: Awaited<ReturnType<typeof aSetUpHouse>>) =>
        void (house.noticeError = new ConversationGone('gone')),
    ],
    [
      'cannot be reached all day',
      async ({ house }: Awaited<ReturnType<typeof aSetUpHouse>>) => void (house.noticeError = new Error('away')),
    ],
  ])('is cleared all the same where its person %s', async (_how, unreachable) => {
    const all = await aSetUpHouse();
    await startReport(all.house.outside, teacher);
    await unreachable(all);
    await all.later(6 * DAY);
    await all.later(DAY);
    await all.later(HOUR);
    expect(await all.draft()).toBeUndefined();
  });

  it('leaves what was sealed to the safeguarding lead', async () => {
    const { house, draft, later } = await aSetUpHouse();
    const { draft: begun } = await startReport(house.outside, teacher);
    await sayImagery(house.outside, house.fetches, teacher, begun.id, 'no');
    const url = 'https://smba.trafficmanager.net/one';
    await receiveChatPictures(house.outside, house.fetches, teacher, 'one', [{ url, how: 'inline', index: 0 }]);
    await fetchWaiting(house.outside, house.fetches, teacher);
    await sayImagery(house.outside, house.fetches, teacher, begun.id, 'yes');
    await later(6 * DAY);
    await later(DAY);
    expect(await draft()).toBeUndefined();
    expect(house.store.memory(SCHOOL).stopped.get(begun.id)?.value.pictures).toHaveLength(1);
    expect(house.store.memory(SCHOOL).blobs.size).toBe(2);
  });

  it('leaves a newer one alone, and says nothing of one that was sent or deleted', async () => {
    const { house, draft, later, told } = await aSetUpHouse();
    const first = await aReadyDraft(house);
    await fileReport(house.outside, teacher, first.id, '1', house.nudge);
    const { draft: second } = await startReport(house.outside, teacher);
    await deleteReport(house.outside, house.fetches, teacher, second.id);
    await later(5 * DAY);
    const { draft: third } = await startReport(house.outside, teacher);
    await later(2 * DAY);
    expect((await draft())?.id).toBe(third.id);
    expect(told()).toEqual([]);
  });
});

describe('a draft that tells of danger, or of a child at risk', () => {
  it.each([
    ['danger', (house: ReturnType<typeof aHouse>, id: never) => sayDanger(house.outside, teacher, id, 'yes')],
    [
      'imagery',
      (house: ReturnType<typeof aHouse>, id: never) =>
        sayImagery(house.outside, house.fetches, teacher, id, 'not-sure'),
    ],
  ])('reminds once, after an hour: %s', async (_what, say) => {
    const { house, later, told } = await aSetUpHouse();
    const { draft } = await startReport(house.outside, teacher);
    for (let times = 0; times < 2; times += 1) await say(house, draft.id as never);
    await later(HOUR - 1_000);
    expect(told()).not.toContain('draft-at-risk');
    await later(1_000);
    await later(5 * HOUR);
    expect(told().filter((kind) => kind === 'draft-at-risk')).toHaveLength(1);
  });

  it('does not once it was sent, deleted, or taken back', async () => {
    const { house, later, told } = await aSetUpHouse();
    const sent = await aReadyDraft(house, { imagery: 'yes' });
    await fileReport(house.outside, teacher, sent.id, '1', house.nudge);
    const { draft: deleted } = await startReport(house.outside, teacher);
    await sayDanger(house.outside, teacher, deleted.id, 'yes');
    await deleteReport(house.outside, house.fetches, teacher, deleted.id);
    const { draft: back } = await startReport(house.outside, teacher);
    await sayDanger(house.outside, teacher, back.id, 'yes');
    await sayDanger(house.outside, teacher, back.id, 'no');
    await later(2 * HOUR);
    expect(told()).not.toContain('draft-at-risk');
  });

  it('says nothing after an ordinary "no"', async () => {
    const { house, later, told } = await aSetUpHouse();
    await aReadyDraft(house);
    await later(2 * HOUR);
    expect(told()).toEqual([]);
  });
});

describe('a draft that was begun before drafts had a life', () => {
  async function anOldDraft(sealed = false) {
    const at = await aSetUpHouse();
    const { draft } = await startReport(at.house.outside, teacher);
    if (sealed) await sayConcerns(at.house.outside, teacher, draft.id, [{ kind: 'headteacher' }]);
    at.house.store.memory(SCHOOL).outbox.clear();
    return { ...at, give: () => giveLife(at.house.outside, SCHOOL) };
  }

  it.each([false, true])('is given one, once (sealed: %s), and says so in no log', async (sealed) => {
    const { house, give, later, told, draft } = await anOldDraft(sealed);
    await later(2 * DAY);
    expect(await give()).toBe(1);
    expect(await give()).toBe(0);
    await later(4 * DAY - 1_000);
    expect(told()).toEqual([]);
    await later(1_000);
    expect(told()).toEqual(['draft-ends']);
    expect(await give()).toBe(0);
    await later(DAY);
    expect(await draft()).toBeUndefined();
    expect(house.logged).toEqual([]);
    expect(await give()).toBe(0);
  });

  it('and has lain for a month is reminded of first, and cleared a day after', async () => {
    const { give, later, told, draft } = await anOldDraft();
    await later(30 * DAY);
    expect(await give()).toBe(1);
    await later(1_000);
    expect(told()).toEqual(['draft-ends']);
    expect(await draft()).toBeDefined();
    await later(23 * HOUR);
    expect(await draft()).toBeDefined();
    await later(HOUR);
    expect(await draft()).toBeUndefined();
  });

  it('is left to its person where they are at it just now', async () => {
    const { house, give } = await anOldDraft();
    const { drafts } = house.outside;
    const busy = { ...house.outside, drafts: { ...drafts, replace: async () => 'changed' as const } };
    expect(await giveLife(busy, SCHOOL)).toBe(0);
    expect(await give()).toBe(1);
  });
});

it('gives no second life to a draft that has one, whichever side it went to since', async () => {
  const { house } = await aSetUpHouse();
  const { draft } = await startReport(house.outside, teacher);
  expect(await giveLife(house.outside, SCHOOL)).toBe(0);
  await sayConcerns(house.outside, teacher, draft.id, [{ kind: 'headteacher' }]);
  expect(await giveLife(house.outside, SCHOOL)).toBe(0);
});
