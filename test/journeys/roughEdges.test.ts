import { pngPicture } from '../builders/pictureFiles.ts';
import {
  actionsOf,
  chatOf,
  dataOf,
  PEOPLE,
  REPORTS_CHANNEL,
  type RunningPostwise,
  runPostwise,
  TENANT,
  type Who,
} from '../builders/runningApp.ts';

let postwise: RunningPostwise;
beforeAll(async () => {
  postwise = await runPostwise({
    pictureHosts: [{ kind: 'loopback', host: '127.0.0.1', scheme: 'http', port: 'any', takesToken: false }],
  });
  await postwise.mention('head', 'set up');
});
afterAll(() => postwise.stop());

const wordsOf = (said: readonly { readonly all: string }[]) => said.map(({ all }) => all).join('\n');
const picture = (url: string) => ({ attachments: [{ contentType: 'image/png', contentUrl: url }] });
const yes = (data: Readonly<Record<string, unknown>>) => data.answer === 'yes';
const no = (data: Readonly<Record<string, unknown>>) => data.answer === 'no';
/** A fresh draft with both first questions answered "no". */
async function opened(who: Who): Promise<string> {
  const first = (await postwise.say(who, 'report')).at(-1);
  const danger = dataOf(first?.card, 'report.danger', no);
  await postwise.press(who, 'report.danger', danger);
  await postwise.press(who, 'report.imagery', { draft: danger.draft, answer: 'no' });
  return String(danger.draft);
}

describe('a reference that was mistyped', () => {
  it('is not answered as a question, and says how one looks', async () => {
    for (const typed of ['SM-234-679B', 'add to sm-011-5ll5']) {
      expect(wordsOf(await postwise.say('teacher', typed))).toContain('one looks like SM-234-679A');
    }
  });
});

describe('pictures that come with the unforeseen', () => {
  it('are not said to be on their way where nothing of them can be fetched', async () => {
    const draft = await opened('teacher');
    for (const url of [
      'http://10.0.0.1/a.png',
      'https://example.com/a.png',
      'file:///etc/passwd',
      'http://127.0.0.1@evil.example/a',
    ]) {
      const said = wordsOf(await postwise.say('teacher', '', picture(url)));
      expect(said).toContain('was not kept. It lies somewhere that I do not fetch from.');
      expect(said).not.toContain('I am storing');
    }
    await postwise.press('teacher', 'report.delete', { draft, sure: true });
  });

  it('do not drown danger in the words beside them', async () => {
    const url = postwise.connector.pictures.put('danger', { bytes: await pngPicture() });
    const said = await postwise.say('other', 'a child says she is going to kill herself tonight', picture(url));
    expect(said[0]?.all).toContain('999');
    expect(said[0]?.all).toContain('Act now');
    const plain = wordsOf(await postwise.say('other', 'Mrs Halloran wrote this about me', picture(`${url}?2`)));
    expect(plain).toContain('What you wrote stays with what you sent');
    expect(plain).not.toContain('Halloran');
    expect(postwise.connector.pictures.requests).toHaveLength(0);
    const draft = dataOf((await postwise.say('other', 'continue')).at(-1)?.card, 'report.danger').draft;
    await postwise.press('other', 'report.delete', { draft, sure: true });
  });
});

describe('a card that is answered by typing', () => {
  it('is shown again, and the word is taken for no answer and no question', async () => {
    const first = (await postwise.say('teacher', 'report')).at(-1);
    const { draft } = dataOf(first?.card, 'report.danger', yes);
    for (const word of ['yes', 'No.', 'not sure', 'stop']) {
      const said = await postwise.say('teacher', word);
      expect(wordsOf(said)).toContain('Nothing has been sent');
      expect(dataOf(said.at(-1)?.card, 'report.danger', yes).draft).toBe(draft);
    }
    await postwise.press('teacher', 'report.delete', { draft, sure: true });
    expect(wordsOf(await postwise.say('teacher', 'yes'))).not.toContain('The policy does not say');
  });
});

describe('what nobody pressed, or pressed where others read', () => {
  it('changes nothing when Teams asks by itself', async () => {
    const draft = await opened('teacher');
    const automatic = {
      id: 'automatic-1',
      type: 'invoke',
      name: 'adaptiveCard/action',
      channelId: 'msteams',
      serviceUrl: postwise.connector.serviceUrl,
      from: { id: '29:teacher', aadObjectId: PEOPLE.teacher },
      recipient: { id: '28:bot-id' },
      conversation: { conversationType: 'personal', tenantId: TENANT, id: chatOf('teacher') },
      channelData: { tenant: { id: TENANT } },
      value: { action: { verb: 'report.delete', data: { draft, sure: true } }, trigger: 'automatic' },
    };
    expect((await postwise.post(automatic)).status).toBe(200);
    expect(wordsOf(await postwise.say('teacher', 'continue'))).toContain(draft);
    await postwise.press('teacher', 'report.delete', { draft, sure: true });
  });

  it('shows the list in the channel for reports to triagers only, and in no other place but the personal chat', async () => {
    const stranger = await postwise.press('other', 'triage.list', {}, 'channel', 'list-1');
    expect(stranger.card).toBeUndefined();
    const head = await postwise.press('head', 'triage.list', {}, 'channel', 'list-1');
    expect(head.all).toContain('Open reports');
    for (const conversation of [
      { conversationType: 'groupChat', isGroup: true, tenantId: TENANT, id: '19:g@unq.gbl.spaces' },
      { conversationType: 'channel', isGroup: true, tenantId: TENANT, id: `${REPORTS_CHANNEL}x;messageid=1` },
    ]) {
      const elsewhere = await postwise.post({
        id: 'elsewhere-1',
        type: 'invoke',
        name: 'adaptiveCard/action',
        replyToId: '1',
        channelId: 'msteams',
        serviceUrl: postwise.connector.serviceUrl,
        from: { id: '29:head', aadObjectId: PEOPLE.head },
        recipient: { id: '28:bot-id' },
        conversation,
        channelData: { tenant: { id: TENANT } },
        value: { action: { verb: 'triage.list', data: {} }, trigger: 'manual' },
      });
      expect(JSON.stringify(elsewhere.body)).not.toContain('Open reports');
    }
  });
});

// The last one: storage does not come back.
describe('with storage gone', () => {
  it('tells whoever presses “yes” what to do first, and ends what is being fetched', async () => {
    const draft = await opened('teacher');
    await postwise.azurite.stop();
    const imagery = await postwise.press('teacher', 'report.imagery', { draft, answer: 'yes' });
    expect(imagery.all).toContain('Tell the safeguarding lead now');
    expect(imagery.all).not.toContain('Nothing you typed');
    const danger = await postwise.press('teacher', 'report.danger', { draft, answer: 'yes' });
    expect(danger.all).toContain('ring 999 first');
    const send = await postwise.press('teacher', 'report.send', { draft });
    expect(send.all).toContain('pressing again never sends it twice');
    expect(actionsOf(send.card).map(({ verb }) => verb)).toEqual(['report.send']);
    const form = await postwise.press('teacher', 'report.form', { draft, 'f.what': 'She called me a liar' });
    expect(form.all).toContain('She called me a liar');
  }, 120_000);
});
