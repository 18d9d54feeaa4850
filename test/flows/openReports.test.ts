import { openReports } from '../../src/flows/triageReport.ts';
import type { Person } from '../../src/flows/ports.ts';
import { aHouse, type Answers, aSentReport, head, type House, person, setUpHouse, triager } from '../builders/house.ts';
import { CHAIR, HEAD, LEAD, OTHER_TEACHER, SCHOOL } from '../builders/values.ts';

let house: House;
beforeEach(async () => {
  house = aHouse();
  await setUpHouse(house);
});

const SEALED: Answers = { concerns: [{ kind: 'headteacher' }] };
async function send(count: number, answers: Answers = {}): Promise<string[]> {
  const references: string[] = [];
  for (let sent = 0; sent < count; sent += 1) {
    house.pass(1_000);
    references.unshift((await aSentReport(house, answers)).report.reference);
  }
  return references;
}
/** Page after page, as "Older ones" goes through them. */
async function pages(who: Person, place: 'personal' | 'channel' = 'personal', most = 5): Promise<string[][]> {
  const all: string[][] = [];
  let after: string | undefined;
  do {
    const page = await openReports(house.outside, who, place, most, after);
    all.push(page.items.map(({ reference }) => reference));
    after = page.next;
  } while (after !== undefined && all.length < 20);
  return all;
}
/** Everybody but the headteacher is shut out of these, and then the headteacher: they go on to the chair. */
async function giveToChair() {
  for (const kept of [...house.store.memory(SCHOOL).reports.values()].map(({ report }) => report))
    if (kept.value.audience === 'head')
      await house.outside.reports.commit(SCHOOL, kept, { report: { ...kept.value, concerned: [HEAD] }, audit: [] });
}

describe('the chair’s open reports', () => {
  it.each([
    [0, 0],
    [3, 0],
    [5, 0],
    [12, 0],
    [0, 7],
    [3, 1],
    [5, 1],
    [5, 5],
    [12, 8],
  ])('%i sealed and %i that went on to the chair: each once, the sealed ones first', async (sealed, goneOn) => {
    const first = await send(sealed, SEALED);
    const then = await send(goneOn, { concerns: [{ kind: 'other-staff' }] });
    await send(3);
    await giveToChair();
    const seen = await pages(person(CHAIR));
    expect(seen.flat()).toEqual([...first, ...then]);
    for (const page of seen) expect(page.length).toBeLessThanOrEqual(5 + 4);
    // No button that leads to nothing.
    if (sealed + goneOn > 0) expect(seen.at(-1)).not.toEqual([]);
  });
});

it('shows nobody else a sealed one, whatever mark they bring, and asks for none', async () => {
  const open = await send(7);
  await send(7, SEALED);
  const chairs = await openReports(house.outside, person(CHAIR), 'personal', 5);
  expect(chairs.next).toMatch(/^sealed\//);
  house.store.calls.length = 0;
  for (const who of [triager, head, person(LEAD), person(OTHER_TEACHER)])
    for (const after of [chairs.next, 'sealed/', 'others/', 'nonsense', undefined]) {
      const page = await openReports(house.outside, who, 'personal', 5, after);
      for (const { reference } of page.items) expect(open).toContain(reference);
    }
  const inChannel = await openReports(house.outside, person(CHAIR), 'channel', 5, chairs.next);
  expect(inChannel.items).toEqual([]);
  expect(house.store.calls).not.toContain('reports.openSealed');
  expect((await pages(triager)).flat()).toEqual(open);
});
