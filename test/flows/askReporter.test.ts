import { firstBreak } from '../../src/core/report/audit.ts';
import { LONGEST_ANSWER } from '../../src/core/report/questions.ts';
import type { Report } from '../../src/core/report/report.ts';
import { giveAnswer, putQuestion } from '../../src/flows/askReporter.ts';
import { deliverWaiting } from '../../src/flows/deliverWaiting.ts';
import type { Person } from '../../src/flows/ports.ts';
import { triageReport } from '../../src/flows/triageReport.ts';
import { withdrawReport } from '../../src/flows/withdrawReport.ts';
import {
  aHouse,
  type Answers,
  aSentReport,
  head,
  type House,
  person,
  personalChat,
  setUpHouse,
  teacher,
  triager,
} from '../builders/house.ts';
import { CHAIR, HEAD, LEAD, OTHER_TEACHER, reportId, SCHOOL, SENT_AT, TEACHER, TRIAGER } from '../builders/values.ts';

let house: House;
beforeEach(async () => {
  house = aHouse();
  await setUpHouse(house);
});

const QUESTION = 'Was the account name in the picture?';
const ANSWER = 'Yes, at the top of it.';

async function aReportOf(answers: Answers = {}): Promise<Report> {
  const { report } = await aSentReport(house, answers);
  await told();
  return report;
}
/** What is told now, to whom, since the last time it was asked for. */
async function told() {
  house.notices.length = 0;
  await deliverWaiting(house.outside, SCHOOL);
  return house.notices.map(({ to, notice }) => [to, notice.kind]);
}
const ask = (report: Report, who: Person = triager, words = QUESTION) =>
  putQuestion(house.outside, who, report.id, words, house.nudge);
const answer = (report: Report, words = ANSWER, who: Person = teacher, question = 1) =>
  giveAnswer(house.outside, who, report.id, { question, words }, house.nudge);
const stored = async (report: Report) => {
  const kept = await house.outside.reports.get(SCHOOL, report.id);
  if (kept === null) throw new Error('no report');
  return kept.value;
};
const record = (report: Report) => house.outside.reports.record(SCHOOL, report.id);
/** Adds the person to those whom it concerns, as standing aside does. */
async function shutOut(report: Report, who: Person) {
  const kept = await house.outside.reports.get(SCHOOL, report.id);
  if (kept === null) throw new Error('no report');
  const concerned = [...kept.value.concerned, who.staff];
  await house.outside.reports.commit(SCHOOL, kept, { report: { ...kept.value, concerned }, audit: [] });
}

describe('a question', () => {
  it('is kept with the report and in its record, and the reporter is told without a word of it', async () => {
    const report = await aReportOf();
    expect(await ask(report)).toMatchObject({ kind: 'asked' });
    expect((await stored(report)).questions).toMatchObject([{ number: 1, by: TRIAGER, words: QUESTION }]);
    const lines = await record(report);
    expect(lines.filter(({ what }) => what === 'question-asked')).toMatchObject([{ by: TRIAGER }]);
    expect(firstBreak(lines, (await stored(report)).chain)).toBeNull();
    expect(await told()).toEqual([[personalChat(TEACHER).id, 'asked-of-reporter']]);
    expect(house.notices[0]?.notice).toEqual({
      kind: 'asked-of-reporter',
      to: TEACHER,
      reference: report.reference,
      report: report.id,
    });
    expect(house.updated.at(-1)?.notice).toMatchObject({ kind: 'report', line: { askedAt: SENT_AT } });
    const said = JSON.stringify([house.notices, house.updated, house.posted, house.logged, lines]);
    expect(said).not.toContain('account name');
    expect(JSON.stringify([house.notices, house.updated])).not.toContain(TRIAGER);
  });

  it('is told of before it is answered only once, however often it is pressed', async () => {
    const report = await aReportOf();
    const both = await Promise.all([ask(report), ask(report), ask(report, head)]);
    expect(both.map(({ kind }) => kind).sort()).toEqual(['already', 'already', 'asked']);
    expect(await told()).toHaveLength(1);
  });

  it('is put by nobody who may not open the report, the reporter among them', async () => {
    const report = await aReportOf();
    for (const who of [teacher, person(OTHER_TEACHER), person(LEAD), person(CHAIR)])
      expect(await ask(report, who)).toEqual({ kind: 'not-yours' });
    expect(await putQuestion(house.outside, triager, reportId('none'), QUESTION, house.nudge)).toEqual({
      kind: 'not-yours',
    });
    await shutOut(report, triager);
    expect(await ask(report)).toEqual({ kind: 'not-yours' });
    expect((await stored(report)).questions).toBeUndefined();
    expect(await told()).toEqual([]);
  });

  it('waits for a reporter who cannot be reached yet', async () => {
    const report = await aReportOf();
    await house.outside.people.forget(SCHOOL, TEACHER);
    await ask(report);
    expect(await told()).toEqual([]);
    await house.outside.people.remember(SCHOOL, TEACHER, personalChat(TEACHER));
    await house.outside.outbox.unpark(SCHOOL, TEACHER, house.outside.clock.now());
    expect(await told()).toEqual([[personalChat(TEACHER).id, 'asked-of-reporter']]);
  });

  it('is not lost, nor told of, when it cannot be kept', async () => {
    const report = await aReportOf();
    house.store.fail('reports.commit', { times: 1 });
    await expect(ask(report)).rejects.toThrow();
    expect((await stored(report)).questions).toBeUndefined();
    expect(await told()).toEqual([]);
  });
});

describe('an answer', () => {
  it('is kept, and the one who asked is told that it waits, without a word of it', async () => {
    const report = await aReportOf();
    await ask(report);
    await told();
    expect(await answer(report)).toMatchObject({ kind: 'answered' });
    expect((await stored(report)).questions).toMatchObject([{ answers: [{ words: ANSWER }] }]);
    expect(await told()).toEqual([[personalChat(TRIAGER).id, 'reporter-answered']]);
    expect(house.updated.at(-1)?.notice).toMatchObject({ kind: 'report', line: { answeredAt: SENT_AT } });
    const lines = await record(report);
    expect(lines.map(({ what }) => what)).toContain('question-answered');
    expect(firstBreak(lines, (await stored(report)).chain)).toBeNull();
    expect(JSON.stringify([house.notices, house.updated, house.logged, lines])).not.toContain('top of it');
  });

  it('is nobody else’s to give, and of a report that is not there gets the same answer', async () => {
    const report = await aReportOf();
    await ask(report);
    await told();
    for (const who of [triager, head, person(OTHER_TEACHER)])
      expect(await answer(report, ANSWER, who)).toEqual({ kind: 'not-yours' });
    expect(await answer({ ...report, id: reportId('none') })).toEqual({ kind: 'not-yours' });
    expect((await stored(report)).questions?.[0]?.answers).toEqual([]);
    expect(await told()).toEqual([]);
  });

  it('given on two devices is kept twice where it differs, and once where it does not', async () => {
    const report = await aReportOf();
    await ask(report);
    const both = await Promise.all([answer(report), answer(report), answer(report, 'Sorry: at the bottom.')]);
    expect(both.map(({ kind }) => kind).sort()).toEqual(['already', 'answered', 'answered']);
    expect((await stored(report)).questions?.[0]?.answers.map(({ words }) => words).sort()).toEqual([
      'Sorry: at the bottom.',
      ANSWER,
    ]);
  });

  it('that is empty, too long or to no question is refused, and changes nothing', async () => {
    const report = await aReportOf();
    await ask(report);
    const before = await record(report);
    expect(await answer(report, '')).toMatchObject({ kind: 'refused', why: 'empty' });
    expect(await answer(report, 'x'.repeat(LONGEST_ANSWER + 1))).toMatchObject({ kind: 'refused', why: 'too-long' });
    expect(await answer(report, ANSWER, teacher, 7)).toMatchObject({ kind: 'refused', why: 'no-such-question' });
    expect(await record(report)).toEqual(before);
  });

  it('to a report that was withdrawn or closed since is kept and told', async () => {
    const report = await aReportOf();
    await ask(report);
    await withdrawReport(house.outside, teacher, report.id, { reason: 'mistake', words: '' }, house.nudge);
    await triageReport(house.outside, head, report.id, { kind: 'close', reason: 'dealt-with' }, house.nudge);
    await told();
    expect(await answer(report)).toMatchObject({ kind: 'answered', report: { state: 'closed' } });
    expect(await told()).toEqual([[personalChat(TRIAGER).id, 'reporter-answered']]);
    expect(await ask(report)).toMatchObject({ kind: 'refused', why: 'closed' });
  });
});

describe('one who stands aside', () => {
  it('is told of no answer, even of one that was kept before', async () => {
    const report = await aReportOf();
    await ask(report);
    await told();
    await answer(report);
    await shutOut(report, triager);
    expect(await told()).toEqual([]);
  });

  it('leaves the answer to those who have the report now', async () => {
    const report = await aReportOf();
    await ask(report);
    await told();
    for (const who of [triager, head]) await shutOut(report, who);
    const updates = house.updated.length;
    await answer(report);
    expect(await told()).toEqual([[personalChat(CHAIR).id, 'reporter-answered']]);
    expect(house.updated).toHaveLength(updates);
  });
});

describe.each([
  ['the headteacher alone', { concerns: [{ kind: 'other-staff' }] } as const, HEAD],
  ['the safeguarding lead', { imagery: 'yes' } as const, LEAD],
  ['the chair', { concerns: [{ kind: 'headteacher' }] } as const, CHAIR],
])('a report for %s', (_whom, answers, reader) => {
  it('is asked about by its own reader, who alone is told of the answer', async () => {
    const report = await aReportOf(answers);
    const seen = house.posted.length + house.updated.length;
    for (const who of [triager, ...(reader === HEAD ? [] : [head])]) {
      expect(await ask(report, who)).toEqual({ kind: 'not-yours' });
    }
    house.logged.length = 0;
    expect(await ask(report, person(reader))).toMatchObject({ kind: 'asked' });
    expect(await told()).toEqual([[personalChat(TEACHER).id, 'asked-of-reporter']]);
    await answer(report);
    expect(await told()).toEqual([[personalChat(reader).id, 'reporter-answered']]);
    expect(house.posted.length + house.updated.length).toBe(seen);
    expect(house.logged).toEqual([]);
  });
});

it('keeps nothing of a sealed report’s questions among the others', async () => {
  const report = await aReportOf({ concerns: [{ kind: 'headteacher' }] });
  await ask(report, person(CHAIR));
  await answer(report);
  const rows = [...house.store.memory(SCHOOL).outbox.values()]
    .map(({ value }) => value)
    .filter(({ telling }) => 'report' in telling);
  expect(rows.map(({ sealed, telling }) => [sealed, telling.kind])).toEqual([
    [true, 'asked-of-reporter'],
    [true, 'reporter-answered'],
  ]);
});

describe('closing with a note', () => {
  it('keeps it apart from the reason, and tells the reporter that there is one', async () => {
    const report = await aReportOf();
    const step = { kind: 'close', reason: 'not-enough', note: 'We have looked into it. Thank you.' } as const;
    await triageReport(house.outside, head, report.id, step, house.nudge);
    expect(await stored(report)).toMatchObject({ state: 'closed', reason: 'not-enough', note: step.note });
    await told();
    expect(house.notices.at(-1)?.notice).toEqual({
      kind: 'state-changed',
      to: TEACHER,
      reference: report.reference,
      state: 'closed',
      report: report.id,
      note: true,
    });
    expect(JSON.stringify([house.notices, house.updated, await record(report)])).not.toContain('looked into');
  });
});
