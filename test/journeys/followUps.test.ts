import { actionsOf, dataOf, type RunningPostwise, runPostwise, type Said, type Who } from '../builders/runningApp.ts';

/** The clock is the bot's alone: nobody waits for thirty minutes here. */
let ahead = 0;
let postwise: RunningPostwise;
beforeAll(async () => {
  postwise = await runPostwise({ forTests: { clock: { now: () => new Date(Date.now() + ahead) } } });
});
afterAll(() => postwise.stop());

const MINUTE = 60_000;
const FOLLOWS = 'Following on from: ';

async function ask(who: Who, words: string): Promise<Said> {
  const said = await postwise.say(who, words);
  const [one] = said;
  if (one === undefined || said.length > 1) throw new Error(`${said.length} replies to "${words}"`);
  return one;
}
const textsIn = (card: unknown): readonly string[] =>
  Array.isArray(card)
    ? card.flatMap(textsIn)
    : typeof card !== 'object' || card === null
      ? []
      : Object.entries(card).flatMap(([key, value]) =>
          key === 'text' && typeof value === 'string' ? [value] : key === 'fallback' ? [] : textsIn(value),
        );
const read = ({ card, text }: Said): string => (card === undefined ? text : textsIn(card).join('\n'));

describe('a conversation', () => {
  it('goes on from the last question, also after a restart, until it is told to forget', async () => {
    const first = read(await ask('teacher', 'A pupil in my class has sent me a friend request, can I accept it?'));
    expect(first).toContain('The policy says not to');
    expect(first).not.toContain(FOLLOWS);

    const niece = read(await ask('teacher', "what if she's my niece?"));
    expect(niece).toContain(FOLLOWS);
    expect(niece).toContain('your niece');
    expect(niece).toContain('The policy allows it');

    const why = read(await ask('teacher', 'why?'));
    expect(why).toContain(FOLLOWS);
    expect(why).toContain("Why, in the policy's own words");
    expect(why).toContain('“to ensure we meet the required standards”');
    expect(why).toContain("Do not 'befriend'");

    await postwise.restart();
    const left = read(await ask('teacher', 'and if he left last summer?'));
    expect(left).toContain(FOLLOWS);
    expect(left).toContain('left the school not long ago');
    expect(left).toContain('(5.v.1)');
    expect(left).toContain('(5.v.2)');

    expect(read(await ask('teacher', 'forget'))).toContain('Forgotten');
    expect(read(await ask('teacher', "what if she's my niece?"))).not.toContain(FOLLOWS);
    await ask('teacher', 'Forget that!');
    expect(read(await ask('teacher', 'forget it'))).toContain('nothing of yours');
  });

  it('says that another platform changes nothing', async () => {
    await ask('teacher', 'A mum from my class wants to be friends on Facebook, can I accept?');
    const other = read(await ask('teacher', 'and on WhatsApp?'));
    expect(other).toContain('does not turn on which app');
    expect(other).toContain('The policy says not to');
  });

  it('has no light on what is asked after thirty minutes', async () => {
    await ask('teacher', 'Can I look at Facebook on my phone in my lunch break?');
    ahead += 29 * MINUTE;
    expect(read(await ask('teacher', 'why?'))).toContain(FOLLOWS);
    ahead += 31 * MINUTE;
    expect(read(await ask('teacher', 'why?'))).not.toContain(FOLLOWS);
  });

  it('is nobody else’s, and keeps no words', async () => {
    await ask('teacher', 'Jaden Quillfeather in year 4 has sent me a friend request, can I accept it?');
    expect(read(await ask('other', "what if she's my niece?"))).not.toContain(FOLLOWS);
    expect(postwise.log()).not.toMatch(/Quillfeather|pupil-request|niece/);
  });

  it('stops for an emergency, and does not soften it afterwards', async () => {
    await ask('teacher', 'A pupil in my class has sent me a friend request, can I accept it?');
    const danger = read(await ask('teacher', 'now she says she wants to kill herself'));
    expect(danger.startsWith('Act now')).toBe(true);
    const after = await ask('teacher', "what if she's my niece?");
    expect(read(after).startsWith('Act now')).toBe(true);
    expect(actionsOf(after.card).map(({ verb }) => verb)).not.toContain('ask.clarify');
  });

  it('takes a typed choice like a tap', async () => {
    await ask('teacher', 'can I accept this friend request?');
    expect(read(await ask('teacher', 'the second one'))).toContain('Ask the headteacher first');
    const card = await ask('teacher', 'can I accept this friend request?');
    const data = dataOf(card.card, 'ask.clarify', ({ choice }) => choice === 'leaver-request');
    expect(read(await pressed('ask.clarify', data))).toContain('Ask the headteacher first');
  });

  it('asks back twice in a row at most, and never what has just been said', async () => {
    await ask('teacher', 'can I accept this friend request?');
    const second = await ask('teacher', 'a pupil');
    expect(actionsOf(second.card).map(({ verb }) => verb)).toContain('ask.clarify');
    const third = await ask('teacher', 'a pupil now');
    expect(actionsOf(third.card).map(({ verb }) => verb)).not.toContain('ask.clarify');
  });

  it('answers on as if nothing had been asked when storage is away, and says that it could not forget', async () => {
    await ask('teacher', 'A mum from my class wants to be friends on Facebook, can I accept?');
    await postwise.azurite.stop();
    expect(read(await ask('teacher', 'Is TikTok covered?'))).toContain('What the policy states');
    expect(read(await ask('teacher', 'and on WhatsApp?'))).not.toContain(FOLLOWS);
    const forget = read(await ask('teacher', 'forget'));
    expect(forget).toContain('Sorry');
    expect(forget).not.toContain('Forgotten');
  });
});

/** A tap leaves the card as it is and answers below. */
async function pressed(verb: string, data: Readonly<Record<string, unknown>>): Promise<Said> {
  const before = new Set(postwise.personal('teacher').map(({ id }) => id));
  await postwise.press('teacher', verb, data);
  return postwise.until(() => postwise.personal('teacher').find(({ id }) => !before.has(id)));
}
