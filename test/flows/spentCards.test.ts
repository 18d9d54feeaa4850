import { deliverWaiting } from '../../src/flows/deliverWaiting.ts';
import { fileReport } from '../../src/flows/fileReport.ts';
import { ConversationGone } from '../../src/flows/ports.ts';
import { rememberWhereShown } from '../../src/flows/rememberCard.ts';
import { aHouse, aReadyDraft, type Answers, personalChat, setUpHouse, teacher } from '../builders/house.ts';
import { draftId, SCHOOL } from '../builders/values.ts';

async function aDraftShown(messages: readonly string[], answers: Answers = {}) {
  const house = aHouse();
  await setUpHouse(house);
  const draft = await aReadyDraft(house, answers);
  house.pass(1_000);
  for (const message of messages) await rememberWhereShown(house.outside, teacher, draft.id, message);
  const stored = async () => (await house.outside.drafts.get(SCHOOL, teacher.staff))?.value;
  return {
    house,
    draft,
    stored,
    send: (receiptIn: string | null) => fileReport(house.outside, teacher, draft.id, '1', house.nudge, receiptIn),
  };
}

describe('the cards of a draft that stand in the chat', () => {
  it('are remembered, the last eight of them, and that is no change by the person', async () => {
    const messages = Array.from({ length: 10 }, (_none, at) => `message-${at}`);
    const { house, draft, stored } = await aDraftShown([...messages, 'message-5']);
    expect((await stored())?.cards).toEqual([2, 3, 4, 6, 7, 8, 9, 5].map((at) => `message-${at}`));
    expect((await stored())?.changedAt).toBe(draft.changedAt);
    await rememberWhereShown(house.outside, teacher, draftId('other'), 'message-11');
    await rememberWhereShown(house.outside, teacher, draft.id, null);
    expect((await stored())?.cards).toHaveLength(8);
  });

  it('do not stand in the way of a card when storage fails', async () => {
    const { house, draft, stored } = await aDraftShown([]);
    house.store.fail('drafts.replace');
    await expect(rememberWhereShown(house.outside, teacher, draft.id, 'message-1')).resolves.toBeUndefined();
    house.store.mend();
    expect(await stored()).not.toHaveProperty('cards');
  });

  it.each([
    ['for triage', {}],
    ['sealed for the chair', { concerns: [{ kind: 'headteacher' }] } as const],
  ])('become one line after Send, but for the one with the receipt: %s', async (_what, answers) => {
    const { house, send } = await aDraftShown(['one', 'two', 'three'], answers);
    const sent = await send('two');
    if (sent.kind !== 'filed') throw new Error(sent.kind);
    await deliverWaiting(house.outside, SCHOOL);
    expect(house.replaced.map(({ to, message }) => [to, message])).toEqual([
      [personalChat(teacher.staff).id, 'one'],
      [personalChat(teacher.staff).id, 'three'],
    ]);
    expect(house.replaced[0]?.notice).toEqual({
      kind: 'card-spent',
      to: teacher.staff,
      reference: sent.report.reference,
      message: 'one',
    });
  });

  it('are tried until it is done', async () => {
    const { house, send } = await aDraftShown(['one']);
    await send(null);
    house.noticeError = new Error('Teams is away');
    for (let tries = 0; tries < 3; tries += 1) {
      await deliverWaiting(house.outside, SCHOOL);
      house.pass(600_000);
    }
    expect(house.replaced).toEqual([]);
    house.noticeError = null;
    await deliverWaiting(house.outside, SCHOOL);
    await deliverWaiting(house.outside, SCHOOL);
    expect(house.replaced).toHaveLength(1);
  });

  it('are done with once the message is gone', async () => {
    const { house, send } = await aDraftShown(['one']);
    await send(null);
    house.noticeError = new ConversationGone('no such message');
    await deliverWaiting(house.outside, SCHOOL);
    house.noticeError = null;
    house.pass(86_400_000);
    await deliverWaiting(house.outside, SCHOOL);
    expect(house.replaced).toEqual([]);
    expect(await house.outside.people.conversation(SCHOOL, teacher.staff)).not.toBeNull();
  });
});
