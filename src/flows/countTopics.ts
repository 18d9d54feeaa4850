import { shownTopics, silentTopic, type Topic, type TopicCount } from '../core/asking/counts.ts';
import type { SchoolId } from '../core/ids.ts';
import type { Answer } from '../core/policy/answer.ts';
import { type SchoolWeek, schoolWeekOf } from '../core/schoolWeek.ts';
import type { Clock, Counts, Outside, Person } from './ports.ts';

export type TopicCounter = {
  /** Notes the answer's topic, if it has one. Asks nothing of the storage. */
  count(answer: Answer): void;
  /** Stores what was noted since. What cannot be stored stays noted. */
  flush(): Promise<void>;
};

/**
 * Counts silent topics here, and stores them now and then: a turn then costs no storage, and when a sum was written says
 * nothing of when anybody asked. A process that dies loses what it has noted since the last time.
 */
export function createTopicCounter(counts: Counts, clock: Clock, school: SchoolId): TopicCounter {
  const noted = new Map<SchoolWeek, Map<string, Topic & { readonly count: number }>>();
  const note = (week: SchoolWeek, topic: Topic & { readonly count: number }) => {
    const ofWeek = noted.get(week) ?? new Map<string, Topic & { readonly count: number }>();
    const key = `${topic.policy} ${topic.situation}`;
    ofWeek.set(key, { ...topic, count: topic.count + (ofWeek.get(key)?.count ?? 0) });
    noted.set(week, ofWeek);
  };
  return {
    count(answer) {
      const topic = silentTopic(answer);
      if (topic !== null) note(schoolWeekOf(clock.now()), { ...topic, count: 1 });
    },
    async flush() {
      for (const week of [...noted.keys()]) {
        const topics = [...(noted.get(week)?.values() ?? [])];
        // Taken out first: what is noted while this is written is written the next time.
        noted.delete(week);
        try {
          await counts.addTopics(school, week, topics);
        } catch (error) {
          for (const topic of topics) note(week, topic);
          throw error;
        }
      }
    },
  };
}

/** What the headteacher may see; `null` for anybody else. */
export async function topicsFor(outside: Outside, who: Person): Promise<readonly TopicCount[] | null> {
  const { headteachers } = await outside.roster.roles(who.school);
  return headteachers.includes(who.staff) ? shownTopics(await outside.counts.topics(who.school)) : null;
}
