import { dataOf, type RunningPostwise, runPostwise, type Said } from '../builders/runningApp.ts';
import { BYOD, inventedPolicies } from '../builders/policies.ts';

const folders = [inventedPolicies];
let postwise: RunningPostwise;
beforeAll(async () => {
  postwise = await runPostwise({ policyFolders: folders });
});
afterAll(() => postwise.stop());

async function ask(words: string): Promise<Said> {
  const [one, more] = await postwise.say('teacher', words);
  if (one === undefined || more !== undefined) throw new Error(`Not one reply to "${words}"`);
  return one;
}
type Data = Readonly<Record<string, unknown>>;
const behind = ({ card }: Said, verb: string, what: Data): Data =>
  dataOf(card, verb, (data) => Object.entries(what).every(([key, value]) => data[key] === value));
/** A press, and what it said: in its own answer, and below in the chat. */
async function press(verb: string, data: Data): Promise<string> {
  const before = postwise.personal('teacher').length;
  const said = await postwise.press('teacher', verb, data);
  return [said, ...postwise.personal('teacher').slice(before)].map(({ all }) => all).join('\n');
}

describe('a second policy in the school’s own folder', () => {
  it('answers in the chat and says which it is; its choice and its "helpful" stay with it, and nothing breaks once it is gone', async () => {
    const asked = await ask('must my phone be out of sight while the children are there?');
    expect(asked.all).toContain('Bring Your Own Device Policy, version 3');

    const choice = behind(asked, 'ask.clarify', { choice: 'watch-in-class' });
    expect(choice).toEqual({ choice: 'watch-in-class', policy: BYOD });
    expect(await press('ask.clarify', choice)).toContain('A smart watch may be worn in class');

    const answered = await ask('how long does the PIN on my own phone have to be for work?');
    const helpful = behind(answered, 'answer.helpful', { helpful: 'yes' });
    expect(helpful).toMatchObject({ situation: 'device-security', policy: BYOD, version: '3' });
    expect(await press('answer.helpful', helpful)).toContain('That is counted');

    // A card from before there were several policies: the first one's.
    const old = await press('ask.clarify', { choice: 'device-security' });
    expect(old).toContain('Social Media Policy, version 1');

    folders.length = 0;
    await postwise.restart();
    expect(await press('ask.clarify', choice)).toContain('That choice is from an old card');
    expect(await press('answer.helpful', helpful)).toContain('from before the last change');
    // What was asked last was of the policy that is gone.
    expect((await ask('why?')).all).toContain('Social Media Policy, version 1');
  });
});
