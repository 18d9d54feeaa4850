import fc from 'fast-check';
import { readActivity, readReturnAddress } from '../../src/teams/readActivity.ts';
import {
  APP_ID,
  HEAD,
  PERSONAL_CHAT,
  recorded,
  REPORTS_CHANNEL,
  TEACHER,
  TENANT,
  type Json,
} from '../activities/recorded.ts';

const who = { tenant: TENANT, botIds: [`28:${APP_ID}`] };
const read = (activity: unknown) => readActivity(activity, who);
const personal = {
  staff: TEACHER,
  name: 'Scrubbed Teacher',
  place: 'personal',
  conversation: { id: PERSONAL_CHAT, serviceUrl: `https://smba.trafficmanager.net/uk/${TENANT}/` },
};

describe('a message', () => {
  it('is read with its person, place and words', () => {
    expect(read(recorded('message'))).toEqual({
      kind: 'message',
      from: { ...personal, activityId: '1772446530100' },
      text: 'can I accept this friend request?',
      attachments: [],
      mentioned: [],
      cut: false,
      untaken: 0,
    });
  });

  it('without text has an empty text', () => {
    expect(read(recorded('message-no-text'))).toMatchObject({ kind: 'message', text: '', attachments: [] });
    expect(read(recorded('message', { text: 17 }))).toMatchObject({ kind: 'message', text: '' });
  });

  it('loses the mention of the bot and keeps the names and ids of the others', () => {
    expect(read(recorded('message-channel-mention'))).toMatchObject({
      text: 'add triager Hana Scrubbed please',
      mentioned: ['29:1hana-scrubbed'],
    });
  });

  it('loses the mention of the bot under its other id', () => {
    const entities = [{ type: 'mention', mentioned: { id: `28:${APP_ID}`, name: 'Postwise' } }];
    const activity = recorded('message', { entities, text: '<at>Postwise</at>  hi ', recipient: undefined });
    expect(read(activity)).toMatchObject({ text: 'hi', mentioned: [] });
  });

  it('reads the few characters that Teams writes as in HTML, once', () => {
    expect(read(recorded('message', { text: 'Tom &amp; Jo &lt;3&nbsp;&amp;lt;' }))).toMatchObject({
      text: 'Tom & Jo <3 &lt;',
    });
  });

  it.each([10_000, 10_001, 90_000])('of %i characters is cut at 10,000 and says so', (length) => {
    const intent = read(recorded('message', { text: 'x'.repeat(length) }));
    expect(intent).toMatchObject({ kind: 'message', text: 'x'.repeat(10_000), cut: length > 10_000 });
  });

  it('is never cut in the middle of an emoji', () => {
    expect(read(recorded('message', { text: `${'x'.repeat(9_999)}😀` }))).toMatchObject({
      text: 'x'.repeat(9_999),
      cut: true,
    });
  });

  it('of the bot itself asks for nothing', () => {
    const bot = { id: `28:${APP_ID}`, aadObjectId: TEACHER };
    expect(read(recorded('message', { from: bot }))).toEqual({ kind: 'nothing' });
    expect(read(recorded('message', { from: { id: '28:other', role: 'bot', aadObjectId: TEACHER } }))).toEqual({
      kind: 'nothing',
    });
  });
});

describe('pictures in a message', () => {
  const inline = (n: string) =>
    `https://smba.trafficmanager.net/uk/${TENANT}/v3/attachments/0-uks-d1-scrubbed${n}/views/original`;

  it('that was pasted is one picture, and its HTML sibling is none', () => {
    expect(read(recorded('message-paste'))).toMatchObject({
      text: 'this one',
      attachments: [{ how: 'inline', url: inline('01'), index: 0 }],
      untaken: 0,
    });
  });

  it('from a phone says no more than image/*', () => {
    expect(read(recorded('message-phone-photo'))).toMatchObject({
      attachments: [{ how: 'inline', url: inline('02'), index: 0 }],
    });
  });

  it('by paperclip come with the address that needs no token', () => {
    expect(read(recorded('message-paperclip'))).toMatchObject({
      text: '',
      attachments: [
        {
          how: 'file',
          url: expect.stringContaining('tempauth=') as string,
          index: 0,
          name: 'Screenshot 2026-03-02 101500.png',
        },
      ],
    });
  });

  it('two at once are both taken, each under its place in the message', () => {
    expect(read(recorded('message-two-at-once'))).toMatchObject({
      attachments: [
        { how: 'inline', url: inline('03'), index: 0 },
        { how: 'file', index: 2, name: 'second.jpg' },
      ],
      untaken: 0,
    });
  });

  it('that cannot be taken are counted', () => {
    const attachments = [
      { contentType: 'video/mp4', contentUrl: 'https://x.invalid/v' },
      { contentType: 'image/png' },
      { contentType: 'application/vnd.microsoft.teams.file.download.info', content: {} },
      { contentType: 'reference', contentUrl: 'https://x.invalid/f' },
      { contentType: 'messageReference', content: '{}' },
      { contentType: 'application/vnd.microsoft.card.adaptive', content: {} },
      'no attachment at all',
    ];
    expect(read(recorded('message', { attachments }))).toMatchObject({ attachments: [], untaken: 4 });
  });
});

describe('the place', () => {
  it('in a channel is the channel, and the answer goes to the thread', () => {
    const activity = recorded('message-channel-mention');
    expect(read(activity)).toMatchObject({ from: { place: 'channel', conversation: { id: REPORTS_CHANNEL } } });
    expect(readReturnAddress(activity)?.id).toBe(`${REPORTS_CHANNEL};messageid=1772446530001`);
  });

  it('in a group chat is a group', () => {
    expect(read(recorded('message-group-mention'))).toMatchObject({ from: { place: 'group' } });
  });

  it.each([
    ['no type', { id: 'x', tenantId: TENANT }, 'group'],
    ['an unknown type', { id: 'x', tenantId: TENANT, conversationType: 'hall' }, 'group'],
    ['personal, but a group', { id: 'x', tenantId: TENANT, conversationType: 'personal', isGroup: true }, 'group'],
    [
      'personal, but with the id of a channel',
      { id: REPORTS_CHANNEL, tenantId: TENANT, conversationType: 'personal' },
      'channel',
    ],
  ])('with %s is never taken for personal', (_what, conversation, place) => {
    expect(read(recorded('message', { conversation }))).toMatchObject({ from: { place } });
  });
});

describe('a button', () => {
  it('of Action.Submit is a message with a value', () => {
    expect(read(recorded('submit'))).toEqual({
      kind: 'action',
      from: { ...personal, activityId: 'f:3a1scrubbed' },
      verb: 'guide.next',
      data: { verb: 'guide.next', draft: 'd-1', version: 3, danger: 'no' },
      card: '1772446530200',
      by: 'submit',
      automatic: false,
    });
  });

  it('of Action.Execute is an invoke, and only flat values are kept', () => {
    expect(read(recorded('invoke-execute'))).toEqual({
      kind: 'action',
      from: { ...personal, activityId: 'f:9e1scrubbed' },
      verb: 'guide.next',
      data: { draft: 'd-1', version: 3, danger: 'no', sure: true },
      card: '1772446530201',
      by: 'invoke',
      automatic: false,
    });
  });

  it('takes the verb from the data where the action has none', () => {
    const value = { action: { type: 'Action.Submit', data: { verb: 'ask.report' } }, trigger: 'manual' };
    expect(read(recorded('invoke-execute', { value }))).toMatchObject({ verb: 'ask.report' });
  });

  it('without a verb is still an action, so that it can be answered', () => {
    expect(read(recorded('submit', { value: { draft: 'd-1' } }))).toMatchObject({ kind: 'action', verb: '' });
  });

  it('that nobody pressed is marked', () => {
    expect(read(recorded('invoke-automatic'))).toMatchObject({ kind: 'action', automatic: true, by: 'invoke' });
  });

  it('cannot reach a prototype with its data', () => {
    const value = JSON.parse(
      '{"verb":"v","__proto__":{"admin":true},"constructor":"x","prototype":"y","a":"b"}',
    ) as Json;
    const intent = read(recorded('submit', { value }));
    if (intent.kind !== 'action') throw new Error(intent.kind);
    expect(Object.keys(intent.data)).toEqual(['verb', 'a']);
    expect(Object.getPrototypeOf(intent.data)).toBeNull();
    expect('toString' in intent.data).toBe(false);
  });

  it('without an action is not readable', () => {
    expect(read(recorded('invoke-no-action'))).toEqual({ kind: 'unreadable', why: 'action' });
    expect(read(recorded('invoke-execute', { value: undefined }))).toEqual({ kind: 'unreadable', why: 'action' });
    expect(read(recorded('invoke-execute', { value: { action: { data: {} } } }))).toEqual({
      kind: 'unreadable',
      why: 'action',
    });
  });
});

describe('what happens round the chat', () => {
  it.each([
    ['conversation-update-personal', 'personal', PERSONAL_CHAT],
    ['conversation-update-channel', 'channel', REPORTS_CHANNEL],
    ['installation-update-add', 'personal', PERSONAL_CHAT],
  ])('%s says that the bot was installed', (name, place, id) => {
    expect(read(recorded(name))).toMatchObject({
      kind: 'installed',
      place,
      conversation: { id },
      from: { staff: TEACHER },
    });
  });

  it('an installation need not say by whom', () => {
    const activity = recorded('conversation-update-personal', { from: { id: '29:x' } });
    expect(read(activity)).toMatchObject({ kind: 'installed', from: null, place: 'personal' });
  });

  it('a message that was deleted says which', () => {
    expect(read(recorded('message-delete'))).toMatchObject({
      kind: 'message-deleted',
      activityId: '1772446530101',
      from: { staff: TEACHER },
    });
  });

  it.each([
    'conversation-update-member',
    'installation-update-remove',
    'message-edit',
    'message-reaction',
    'typing',
    'invoke-task-fetch',
  ])('%s asks for nothing', (name) => {
    expect(read(recorded(name))).toEqual({ kind: 'nothing' });
  });

  it('a type that nobody knows yet asks for nothing', () => {
    expect(read(recorded('typing', { type: 'somethingNew' }))).toEqual({ kind: 'nothing' });
  });
});

describe('the tenant', () => {
  const OTHER = '99999999-0000-4000-8000-000000000009';
  const everyKind = [
    'message',
    'message-paste',
    'submit',
    'invoke-execute',
    'invoke-automatic',
    'invoke-no-action',
    'invoke-task-fetch',
    'conversation-update-personal',
    'conversation-update-channel',
    'installation-update-add',
    'message-delete',
    'message-edit',
    'typing',
  ];
  const inTenant = (name: string, ofConversation: unknown, ofChannelData: unknown, more: Json = {}) => {
    const activity = recorded(name, more);
    Object.assign(activity.conversation as Json, { tenantId: ofConversation });
    Object.assign(activity.channelData as Json, { tenant: { id: ofChannelData } });
    return activity;
  };
  const foreign = { kind: 'unreadable', why: 'tenant' };

  it.each(everyKind)('is looked at in %s', (name) => {
    expect(read(inTenant(name, OTHER, OTHER))).toEqual(foreign);
    expect(read(inTenant(name, TENANT, OTHER))).toEqual(foreign);
    expect(read(inTenant(name, OTHER, TENANT))).toEqual(foreign);
    expect(read(inTenant(name, undefined, undefined))).toEqual(foreign);
    expect(read(inTenant(name, 17, TENANT))).toEqual(foreign);
    expect(read(recorded(name, { conversation: undefined, channelData: undefined }))).toEqual(foreign);
  });

  it('may be named in one place alone, and in capitals', () => {
    expect(read(inTenant('message', TENANT, undefined)).kind).toBe('message');
    expect(read(inTenant('message', undefined, TENANT)).kind).toBe('message');
    expect(read(inTenant('message', TENANT.toUpperCase(), TENANT)).kind).toBe('message');
  });

  it('of the sender must be the school too, where it is named', () => {
    const guest = { id: '29:g', aadObjectId: TEACHER, tenantId: OTHER };
    expect(read(inTenant('message', TENANT, TENANT, { from: guest }))).toEqual(foreign);
  });

  it('that is empty lets nobody in', () => {
    expect(readActivity(inTenant('message', '', ''), { tenant: '' })).toEqual(foreign);
  });
});

describe('bad input', () => {
  it.each([
    ['message-no-sender', 'sender'],
    ['message-no-conversation', 'address'],
    ['invoke-no-conversation', 'address'],
  ])('%s is not readable: %s', (name, why) => {
    expect(read(recorded(name))).toEqual({ kind: 'unreadable', why });
  });

  it.each([
    ['no service', { serviceUrl: undefined }, 'address'],
    ['a service that is no address', { serviceUrl: 'nowhere' }, 'address'],
    ['an Entra id that is no key', { from: { id: '29:x', aadObjectId: '../x' } }, 'sender'],
    ['no id', { id: undefined }, 'id'],
  ])('a message with %s is not readable', (_what, changes, why) => {
    expect(read(recorded('message', changes))).toEqual({ kind: 'unreadable', why });
  });

  it.each([null, undefined, 1, 'message', [], {}, { type: 1 }, { type: '' }])('%j is no activity', (activity) => {
    expect(read(activity)).toEqual({ kind: 'unreadable', why: 'activity' });
  });

  it('never throws, whatever is put in any place of an activity', () => {
    const names = [
      'message-two-at-once',
      'message-channel-mention',
      'submit',
      'invoke-execute',
      'conversation-update-channel',
    ];
    const hole = fc.tuple(fc.constantFrom(...names), fc.nat(), fc.jsonValue());
    fc.assert(
      fc.property(hole, ([name, at, value]) => {
        const activity = recorded(name);
        const paths = placesIn(activity);
        const [holder, key] = paths[at % paths.length] ?? [activity, 'type'];
        holder[key] = value;
        expect(typeof read(activity).kind).toBe('string');
      }),
      { numRuns: 400, seed: 7 },
    );
  });
});

it('finds the head in a press on the card of the channel', () => {
  expect(read(recorded('invoke-execute-channel'))).toMatchObject({
    kind: 'action',
    verb: 'triage.acknowledge',
    from: { staff: HEAD, place: 'channel', conversation: { id: REPORTS_CHANNEL } },
    card: '1772446530001',
  });
});

/** Every holder and key of an object, all the way down. */
function placesIn(value: unknown): [Json, string][] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => [[value as Json, key] as [Json, string], ...placesIn(inner)]);
}
