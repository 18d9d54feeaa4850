import { pngPicture } from '../builders/pictureFiles.ts';
import { filled as filledOn, newestCard, walkOn } from '../builders/reporting.ts';
import { actionsOf, dataOf, type RunningPostwise, runPostwise, type Said, type Who } from '../builders/runningApp.ts';
import { elementsOf } from '../cards/readCard.ts';

let postwise: RunningPostwise;
beforeAll(async () => {
  postwise = await runPostwise();
});
afterAll(() => postwise.stop());
beforeEach(async () => {
  const card = newestCard(await postwise.say('teacher', 'delete'));
  const confirm = actionsOf(card.card).find(({ verb }) => verb === 'report.delete');
  if (confirm !== undefined)
    await postwise.press('teacher', 'report.delete', { ...(confirm.data as object), sure: 'true' });
});

/** Presses the first button with that verb, with more than its own data where a client sends inputs. */
const press = (card: Said, verb: string, more: Readonly<Record<string, unknown>> = {}, who: Who = 'teacher') =>
  postwise.press(who, verb, { ...dataOf(card.card, verb), ...more });

type Input = { readonly id: string; readonly type: string; readonly isRequired?: boolean; readonly value?: string };
const inputsOf = (card: Said) =>
  elementsOf(card.card as never).filter(({ type }) =>
    String(type).startsWith('Input.'),
  ) as unknown as readonly (Input & {
    readonly choices?: readonly { readonly title: string; readonly value: string }[];
  })[];
const filled = (card: Said) => filledOn(card.card, { what: 'words' });

const toKinds = (start: Said, concerns = 'parent-or-other'): Promise<Said> =>
  walkOn(postwise, 'teacher', start, 'report.kind', { concerns });
const toReceipt = async (form: Said): Promise<Said> =>
  press(await walkOn(postwise, 'teacher', form, 'report.send'), 'report.send');

it('offers first what the rule of an answer applies to, and says which rule it came from', async () => {
  const asked = newestCard(
    await postwise.say('teacher', 'a former pupil who left last summer has messaged me, what do I do?'),
  );
  const start = dataOf(asked.card, 'report.start');
  expect(String(start.rule)).toMatch(/^5\.v\./);
  await postwise.press('teacher', 'report.start', start);
  const danger = newestCard(await postwise.say('teacher', 'continue'));
  const kinds = await toKinds(danger);
  expect(kinds.all).toContain(`You come from rule ${String(start.rule)} of the policy`);
  const [choice] = inputsOf(kinds);
  expect(choice?.value).toBe('pupil-contact');
  expect(choice?.choices?.[0]?.value).toBe('pupil-contact');
  expect(choice?.choices).toHaveLength(15);
});

it('takes more detail on a second card, gives back what is wrong with it, and says where else to go', async () => {
  const kinds = await toKinds(newestCard(await postwise.say('teacher', 'report')));
  const form = await press(kinds, 'report.kind', { kind: 'abusive-post' });
  expect(inputsOf(form)).toHaveLength(7);
  const more = await press(form, 'report.form', { ...filled(form), 'f.platform': 'tiktok', then: 'more' });
  expect(more.all).toContain('More, if you know it');
  const wrong = await press(more, 'report.form', {
    'f.opinion': 'I think it is a parent',
    'f.posted-on': '2999-01-01',
  });
  expect(wrong.all).toContain('is in the future');
  expect(inputsOf(wrong).find(({ id }) => id === 'f.opinion')?.value).toBe('I think it is a parent');
  const pictures = await press(wrong, 'report.form', { 'f.opinion': 'I think it is a parent', 'f.posted-on': '' });
  const look = await press(pictures, 'report.pictures', { act: 'done' });
  expect(look.all).toContain('What do you make of it?');
  expect(look.all).toContain('I think it is a parent');
  expect(look.all).not.toContain('When was it posted');
  const receipt = await press(look, 'report.send');
  for (const words of [
    'Where else it can be reported',
    'The site itself: TikTok',
    'Professionals Online Safety Helpline',
  ])
    expect(receipt.all).toContain(words);
  expect(receipt.all).not.toContain('Support for you');
});

it('has kind words and support for a person whom it is about', async () => {
  const kinds = await toKinds(newestCard(await postwise.say('teacher', 'report')), 'me');
  expect(kinds.all).toContain('I am sorry that this has happened to you.');
  const receipt = await toReceipt(await press(kinds, 'report.kind', { kind: 'friend-post' }));
  expect(receipt.all).toContain('Support for you');
  expect(receipt.all).toContain('PHRP');
});

it.each([
  ['adult', 'Intimate picture of an adult', 'The headteacher alone', 'Revenge Porn Helpline'],
  ['terrorism', 'Terrorist material', 'The safeguarding lead and deputies alone', '0800 789 321'],
])('stops pictures for %s as it does for a child, with a form of its own', async (answer, title, audience, help) => {
  const fetched = postwise.connector.pictures.requests.length;
  const contentUrl = postwise.connector.pictures.put(answer, { bytes: await pngPicture() });
  const danger = newestCard(await postwise.say('teacher', 'report'));
  await postwise.say('teacher', '', { attachments: [{ contentType: 'image/png', contentUrl }] });
  const imagery = await press(danger, 'report.danger', { answer: 'no' });
  expect(actionsOf(imagery.card).map(({ title: name }) => name)).toContain('Terrorist material');
  const stop = await press(imagery, 'report.imagery', { answer });
  expect(stop.all).toContain(title);
  expect(stop.all).toContain('not fetched, and I have let go of the address');
  await postwise.say('teacher', '', { attachments: [{ contentType: 'image/png', contentUrl }] });

  const concerns = await press(stop, 'report.imagery', { answer: 'go-on' });
  const form = await press(concerns, 'report.concerns', { concerns: 'parent-or-other' });
  expect(form.all).toContain(title);
  const look = await press(form, 'report.form', filled(form));
  expect(look.all).toContain(audience);
  expect(look.all).toContain('None are taken in this report.');
  const receipt = await press(look, 'report.send');
  expect(receipt.all).toContain(help);
  expect(postwise.connector.pictures.requests).toHaveLength(fetched);
});

it.each(['yes', 'constructor', '__proto__', ''])(
  'takes the answer "%s" about pictures for nothing but a stop or no answer',
  async (answer) => {
    const imagery = await press(newestCard(await postwise.say('teacher', 'report')), 'report.danger', { answer: 'no' });
    const next = await press(imagery, 'report.imagery', { answer });
    expect(next.all).toContain(answer === 'yes' ? 'Tell the safeguarding lead now' : 'Could any of it show');
  },
);

it('keeps nothing of an old card whose kind the draft no longer has', async () => {
  const kinds = await toKinds(newestCard(await postwise.say('teacher', 'report')));
  const old = await press(kinds, 'report.kind', { kind: 'abusive-post' });
  await press(kinds, 'report.kind', { kind: 'terrorist-material' });
  const now = await press(old, 'report.form', { ...filled(old), 'f.platform': 'tiktok', 'f.told-by': 'Mrs Halloran' });
  expect(now.all).toContain('Terrorist material');
  expect(now.all).not.toMatch(/Halloran|"value":"tiktok","/);
  expect(inputsOf(now).find(({ id }) => id === 'f.platform')?.value).toBeUndefined();
});

it('stops pictures for one who said no and then names the picture of a child', async () => {
  const kinds = await toKinds(newestCard(await postwise.say('teacher', 'report')), 'pupil');
  const stop = await press(kinds, 'report.kind', { kind: 'possible-imagery' });
  expect(stop.all).toContain('No pictures in this report');
  const form = await press(stop, 'report.imagery', { answer: 'go-on' });
  const look = await press(form, 'report.form', filled(form));
  expect(look.all).toContain('The safeguarding lead and deputies alone');
});
