import { localPeople } from '../../src/local/people.ts';
import { playgroundConfig, REPORTS_CHANNEL } from '../../src/local/playground.ts';

const teacher = playgroundConfig('teacher', localPeople);
const headteacher = playgroundConfig('headteacher', localPeople);
const idsIn = ({ personalChat, groupChat, team }: typeof teacher) => [
  ...[personalChat.id, groupChat.id, team.id],
  ...team.channels.map(({ id }) => id),
];

describe("what a Playground is told of its window's world", () => {
  it('is the person of the window and exactly five others', () => {
    expect(teacher.currentUser).toMatchObject({ name: 'Priya Nair', aadObjectId: localPeople.teacher.entraId });
    expect(headteacher.currentUser).toMatchObject({ aadObjectId: localPeople.headteacher.entraId });
    for (const { currentUser, users } of [teacher, headteacher]) {
      expect(new Set([currentUser, ...users].map((user) => user?.id)).size).toBe(6);
      expect(users).toHaveLength(5);
    }
  });

  it('has the same ids at every start, and none of the other window', () => {
    expect(playgroundConfig('teacher', localPeople)).toEqual(teacher);
    expect(new Set([...idsIn(teacher), ...idsIn(headteacher)]).size).toBe(8);
  });

  it("has the channel for reports in the headteacher's window alone", () => {
    expect(headteacher.team.channels.map(({ name }) => name)).toEqual([REPORTS_CHANNEL]);
    expect(teacher.team.channels.map(({ name }) => name)).not.toContain(REPORTS_CHANNEL);
  });
});
