/** Who is told that a picture was stopped before the report was sent, and when. */
import type { Concern } from '../../src/core/report/audience.ts';
import { deliverWaiting } from '../../src/flows/deliverWaiting.ts';
import { fetchWaiting, receiveChatPictures } from '../../src/flows/fetchPictures.ts';
import { sayConcerns, sayCouldBeHead, sayImagery, startReport } from '../../src/flows/guideReport.ts';
import { aHouse, type House, personalChat, setUpHouse, teacher } from '../builders/house.ts';
import { CHAIR, HEAD, LEAD, SCHOOL, type TEACHER } from '../builders/values.ts';

let house: House;
beforeEach(async () => {
  house = aHouse();
  await setUpHouse(house);
});

/** A picture is held, and the safety answer is changed on an old card before it was said whom the report concerns. */
async function stoppedEarly(safeguarding: readonly (typeof TEACHER)[]) {
  house.roles = { ...house.roles, safeguarding };
  const { draft } = await startReport(house.outside, teacher);
  await sayImagery(house.outside, house.fetches, teacher, draft.id, 'no');
  const url = 'https://smba.trafficmanager.net/one';
  await receiveChatPictures(house.outside, house.fetches, teacher, 'one', [{ url, how: 'inline', index: 0 }]);
  await fetchWaiting(house.outside, house.fetches, teacher);
  await sayImagery(house.outside, house.fetches, teacher, draft.id, 'not-sure');
  await deliver();
  return draft.id;
}
const deliver = async () => {
  while ((await deliverWaiting(house.outside, SCHOOL)) > 0);
};
const told = () =>
  house.notices
    .filter(({ notice }) => notice.kind === 'picture-stopped')
    .map(({ to }) => [HEAD, LEAD, CHAIR].findIndex((staff) => personalChat(staff).id === to))
    .map((at) => ['head', 'lead', 'chair'][at]);
const say = async (id: Awaited<ReturnType<typeof stoppedEarly>>, concerns: readonly Concern[]) => {
  await sayConcerns(house.outside, teacher, id, concerns);
  await deliver();
};

it('tells a lead who is no headteacher at once, and not again', async () => {
  const id = await stoppedEarly([LEAD]);
  expect(told()).toEqual(['lead']);
  await say(id, [{ kind: 'pupil' }]);
  expect(told()).toEqual(['lead']);
});

it('tells a headteacher who is the lead only once it is said that it is not about them', async () => {
  const id = await stoppedEarly([HEAD, LEAD]);
  expect(told()).toEqual(['lead']);
  await say(id, [{ kind: 'pupil' }]);
  expect(told()).toEqual(['lead', 'head']);
  await say(id, [{ kind: 'parent-or-other' }]);
  expect(told()).toEqual(['lead', 'head']);
});

it.each([
  ['the headteacher', [{ kind: 'headteacher' }]],
  ['nobody can say whom', [{ kind: 'not-sure' }]],
] as const)('never tells that headteacher where it concerns %s', async (_whom, concerns) => {
  const id = await stoppedEarly([HEAD, LEAD]);
  await say(id, concerns);
  expect(told()).toEqual(['lead']);
});

it('tells that headteacher after "not sure" once it is said that it could not be them', async () => {
  const id = await stoppedEarly([HEAD, LEAD]);
  await say(id, [{ kind: 'not-sure' }]);
  await sayCouldBeHead(house.outside, teacher, id, 'no');
  await deliver();
  expect(told()).toEqual(['lead', 'head']);
});

it('tells the chair meanwhile where the headteacher is the only lead', async () => {
  const id = await stoppedEarly([HEAD]);
  expect(told()).toEqual(['chair']);
  await say(id, [{ kind: 'pupil' }]);
  expect(told()).toEqual(['chair', 'head']);
});
