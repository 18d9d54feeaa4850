import { schoolWeekOf } from '../../src/core/schoolWeek.ts';
import type { Answered } from '../../src/core/asking/counts.ts';
import type { Storage } from '../../src/storage/storage.ts';
import { inTheEmulator } from '../builders/emulated.ts';
import { memoryStore } from '../builders/memoryStore.ts';
import {
  after,
  answerId,
  aQuestion,
  aWaiting,
  HEAD,
  questionId,
  school,
  SCHOOL,
  SENT_AT,
  TEACHER,
  tellingId,
} from '../builders/values.ts';

const emulator = inTheEmulator('asking');

const WEEK = schoolWeekOf(new Date(SENT_AT));
const NEXT_WEEK = schoolWeekOf(new Date(after(7 * 86_400_000)));
const ANSWERED: Answered = { policy: 'p', version: '1', situation: 's', verdict: 'prohibited' };

describe.each([
  ['in memory', async (): Promise<Storage> => memoryStore()],
  ['in the emulator', () => emulator.open()],
])('what questions teach, %s', (_where, open) => {
  let storage: Storage;
  beforeEach(async () => {
    storage = await open();
  });

  describe('topics', () => {
    it('are sums by week, policy and situation, each school by itself', async () => {
      const { counts } = storage;
      expect(await counts.topics(SCHOOL)).toEqual([]);
      const topic = (situation: string, count: number, policy = 'p') => ({ policy, situation, count });
      await counts.addTopics(SCHOOL, WEEK, [topic('a', 2), topic('b', 1), topic('a', 5, 'q')]);
      await counts.addTopics(SCHOOL, WEEK, [topic('a', 3)]);
      await counts.addTopics(SCHOOL, NEXT_WEEK, [topic('a', 1)]);
      const sums = (await counts.topics(SCHOOL)).map(({ week, policy, situation, count }) =>
        [week, policy, situation, count].join(' '),
      );
      expect(sums.sort()).toEqual([`${WEEK} p a 5`, `${WEEK} p b 1`, `${WEEK} q a 5`, `${NEXT_WEEK} p a 1`]);
      expect(await counts.topics(school('another'))).toEqual([]);
    });

    it('lose nothing where several add at the same time', async () => {
      await Promise.all(
        [1, 2, 3, 4].map((count) => storage.counts.addTopics(SCHOOL, WEEK, [{ policy: 'p', situation: 'a', count }])),
      );
      expect(await storage.counts.topics(SCHOOL)).toEqual([{ week: WEEK, policy: 'p', situation: 'a', count: 10 }]);
    });
  });

  describe('taps', () => {
    const tap = (card: number, helpful: boolean, answered = ANSWERED) =>
      storage.counts.addHelpful(SCHOOL, WEEK, answered, helpful, answerId(card));

    it('count once a card, whatever is tapped the second time', async () => {
      expect([await tap(1, true), await tap(1, true), await tap(1, false)]).toEqual(['counted', 'already', 'already']);
      expect(await tap(2, false)).toBe('counted');
      expect(await tap(3, true, { ...ANSWERED, version: '2' })).toBe('counted');
      const sums = await storage.counts.helpful(SCHOOL);
      expect(sums).toHaveLength(2);
      expect(sums).toEqual(
        expect.arrayContaining([
          { ...ANSWERED, week: WEEK, yes: 1, no: 1 },
          { ...ANSWERED, version: '2', week: WEEK, yes: 1, no: 0 },
        ]),
      );
    });

    it('count once when they come at the same time, and lose none of other cards', async () => {
      const outcomes = await Promise.all([tap(1, true), tap(1, true), tap(2, true), tap(3, false)]);
      expect(outcomes.filter((outcome) => outcome === 'counted')).toHaveLength(3);
      expect(await storage.counts.helpful(SCHOOL)).toEqual([{ ...ANSWERED, week: WEEK, yes: 2, no: 1 }]);
    });
  });

  describe('questions to the headteacher', () => {
    const far = new Date(after(10_000_000));
    const told = async () => (await storage.outbox.due(SCHOOL, far, 10)).map(({ value }) => value.id);
    const row = (id: number) =>
      aWaiting({
        id: tellingId(id),
        telling: { kind: 'question-waits', to: HEAD, question: questionId(1) },
        sealed: false,
      });

    it('are kept once, with what is to be told of them', async () => {
      const words = `it's "quoted"' or PartitionKey ne '' 🦓`;
      expect(await storage.questions.create(SCHOOL, aQuestion({ words }), [row(1)])).toBe('kept');
      expect(await storage.questions.create(SCHOOL, aQuestion({ words: 'other' }), [row(2)])).toBe('exists');
      expect((await storage.questions.get(SCHOOL, questionId(1)))?.value).toEqual(aQuestion({ words }));
      expect(await told()).toEqual([tellingId(1)]);
      expect(await storage.questions.get(SCHOOL, questionId(2))).toBeNull();
      expect(await storage.questions.get(school('another'), questionId(1))).toBeNull();
    });

    it('are answered by one of two, against what was read', async () => {
      await storage.questions.create(SCHOOL, aQuestion(), []);
      const kept = await storage.questions.get(SCHOOL, questionId(1));
      if (kept === null) throw new Error('not kept');
      const next = (words: string) => aQuestion({ answer: { how: 'written', words, by: HEAD, at: after(1) } });
      const outcomes = await Promise.all([
        storage.questions.replace(SCHOOL, kept, next('yes'), [row(1)]),
        storage.questions.replace(SCHOOL, kept, next('no'), [row(2)]),
      ]);
      expect([...outcomes].sort()).toEqual(['changed', 'done']);
      expect(await told()).toHaveLength(1);
      const changed = { ...next('yes'), words: 'not what was asked' };
      await expect(storage.questions.replace(SCHOOL, kept, changed, [])).rejects.toThrow('never changes');
    });

    it('wait in the order in which they were asked, until they are answered', async () => {
      const { questions } = storage;
      await questions.create(SCHOOL, aQuestion({ id: questionId(1), askedAt: after(2) }), []);
      await questions.create(SCHOOL, aQuestion({ id: questionId(2), askedAt: after(1) }), []);
      const answer = { how: 'in-person', by: HEAD, at: after(3) } as const;
      await questions.create(SCHOOL, aQuestion({ id: questionId(3), answer }), []);
      expect((await questions.waiting(SCHOOL)).map(({ id }) => id)).toEqual([questionId(2), questionId(1)]);
      expect(await questions.waiting(school('another'))).toEqual([]);
      expect((await questions.get(SCHOOL, questionId(3)))?.value.answer).toEqual(answer);
      expect((await questions.get(SCHOOL, questionId(1)))?.value.asker).toBe(TEACHER);
    });
  });
});
