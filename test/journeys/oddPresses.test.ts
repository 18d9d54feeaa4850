/**
 * Presses that no card of ours makes, over the wire: by somebody with no role, by a headteacher on what is shut to them,
 * from another tenant and in the channel. Whatever comes, the answer is a card or a message with a sentence.
 */
import fc from 'fast-check';
import type { Call } from '../builders/fakeConnector.ts';
import { EXCEPTION, type Named, oddText, oddValue, SEED, SENTENCE, withIds } from '../builders/oddValues.ts';
import { chatOf, PEOPLE, REPORTS_CHANNEL, type RunningPostwise, runPostwise, TENANT } from '../builders/runningApp.ts';
import { SECRET, type SomebodyElse, somebodyElse, type Trying } from '../builders/somebodyElse.ts';
import { knownFields, knownVerbs, knownWords } from '../builders/whatIsKnown.ts';
import { complaints } from '../cards/library.ts';
import { elementsOf, textsOf } from '../cards/readCard.ts';

type Json = Readonly<Record<string, unknown>>;

/**
 * What each press looks at, so that most odd presses come as far as the store. `draft` and `report` stand for whose they
 * are: one's own, or somebody else's.
 */
const LOOKS_AT: Readonly<Record<string, readonly string[]>> = {
  'answer.helpful': ['answer', 'helpful', 'situation', 'version'],
  'answer.rate': ['answer', 'helpful', 'situation', 'version'],
  'ask.clarify': ['choice'],
  'contact.head': [],
  help: [],
  'mine.add': ['draft', 'f.added'],
  'mine.again': ['draft', 'f.added', 'act', 'number'],
  'mine.answer': ['report', 'draft', 'f.answered', 'f.answer'],
  'mine.new-code': ['report'],
  'mine.open': ['report'],
  'mine.pictures': ['report'],
  'mine.start-add': ['report'],
  'mine.take-back': ['report', 'number', 'reason'],
  'mine.withdraw': ['report', 'reason', 'f.why'],
  'my-reports': ['after'],
  'question.answer': ['question', 'f.answer'],
  'question.in-person': ['question'],
  'question.open': ['question'],
  'question.read': ['question'],
  'question.send': ['question', 'f.question'],
  'report.back': ['draft', 'step'],
  'report.chair-code': ['draft'],
  'report.concerns': ['draft', 'concerns'],
  'report.continue': [],
  'report.could-be-head': ['draft', 'answer'],
  'report.danger': ['draft', 'answer'],
  'report.delete': ['draft', 'sure'],
  'report.form': ['draft', 'kind', 'page', 'then', 'f.what', 'f.seen-on', 'f.platform'],
  'report.imagery': ['draft', 'answer'],
  'report.kind': ['draft', 'kind', 'answer'],
  'report.pictures': ['draft', 'act', 'number'],
  'report.restart': ['draft', 'sure'],
  'report.send': ['draft'],
  'report.start': ['rule'],
  'triage.acknowledge': ['report'],
  'triage.again': ['report'],
  'triage.close': ['report', 'reason'],
  'triage.list': ['after'],
  'triage.open': ['report'],
};

const VERBS = knownVerbs();
const FIELDS = [...knownFields(), '__proto__', 'constructor', 'verb', 'msteams', 'toString'];
const WORDS = [...knownWords(), 'dealt-with', 'mistake', 'headteacher', 'parent-or-other', '5.v.1'];
const RUNS_A_VERB = 12;

type Odd = {
  readonly who: Trying;
  readonly by: 'invoke' | 'submit';
  readonly where: 'personal' | 'channel' | 'other-tenant';
  readonly verb: unknown;
  readonly data: unknown;
};

const own = (field: string): fc.Arbitrary<unknown> => fc.constant<Named>({ named: field as Named['named'] });

/** The right names with what may or may not belong under them, and now and then names that belong elsewhere. */
function oddData(who: Trying, verb: string, theirs: readonly string[]): fc.Arbitrary<unknown> {
  const value = oddValue([...WORDS, ...theirs]);
  const right = (LOOKS_AT[verb] ?? []).map((field) => {
    const isId = field === 'draft' || field === 'report';
    const likely = isId ? fc.oneof(own(field), fc.constantFrom(...theirs)) : fc.constantFrom(...WORDS);
    return fc.oneof(
      { weight: 4, arbitrary: likely.map((each): [string, unknown] => [field, each]) },
      { weight: 3, arbitrary: value.map((each): [string, unknown] => [field, each]) },
      { weight: 1, arbitrary: fc.constant(null) },
    );
  });
  const more = fc.array(fc.tuple(fc.constantFrom(...FIELDS), value), { maxLength: 2 });
  return fc
    .tuple(fc.tuple(...right), more)
    .map(([pairs, extra]) => Object.fromEntries([...extra, ...pairs.filter((pair) => pair !== null)]));
}

function oddPress(verb: string, theirs: SomebodyElse['theirs']): fc.Arbitrary<Odd> {
  return fc.constantFrom<Trying>('other', 'other', 'head').chain((who) =>
    fc.record({
      who: fc.constant(who),
      by: fc.constantFrom<Odd['by']>('invoke', 'invoke', 'submit'),
      where: fc.constantFrom<Odd['where']>('personal', 'personal', 'personal', 'channel', 'other-tenant'),
      verb: fc.constant(verb),
      data: oddData(who, verb, theirs[who]),
    }),
  );
}

let postwise: RunningPostwise;
let them: SomebodyElse;
let before: ReadonlyMap<string, string>;
let presses = 0;

beforeAll(async () => {
  postwise = await runPostwise();
  them = await somebodyElse(postwise);
  await them.quiet();
  before = await them.stored();
}, 120_000);
afterAll(() => postwise.stop());

function activityOf({ who, by, where, verb, data }: Odd, value?: unknown): Json {
  const tenant = where === 'other-tenant' ? '00000000-0000-4000-8000-0000000000ee' : TENANT;
  const inChannel = where === 'channel';
  const execute = { action: { type: 'Action.Execute', verb, data }, trigger: 'manual' };
  const submit = { ...(typeof data === 'object' && data !== null && !Array.isArray(data) ? data : { data }), verb };
  return {
    id: `odd-${(presses += 1)}`,
    channelId: 'msteams',
    serviceUrl: postwise.connector.serviceUrl,
    from: { id: `29:${who}`, name: 'Somebody', aadObjectId: PEOPLE[who] },
    recipient: { id: '28:bot-id', name: 'Postwise' },
    conversation: inChannel
      ? { conversationType: 'channel', isGroup: true, tenantId: tenant, id: `${REPORTS_CHANNEL};messageid=1` }
      : { conversationType: 'personal', tenantId: tenant, id: chatOf(who) },
    channelData: { tenant: { id: tenant }, ...(inChannel ? { channel: { id: REPORTS_CHANNEL } } : {}) },
    replyToId: 'odd-card',
    ...(by === 'invoke' ? { type: 'invoke', name: 'adaptiveCard/action' } : { type: 'message' }),
    value: value ?? (by === 'invoke' ? execute : submit),
  };
}

/** Sends it, and looks at everything that was said because of it. */
async function press(odd: Odd, value?: unknown): Promise<void> {
  const heard = postwise.connector.calls.length;
  const { status, body } = await postwise.post(activityOf(odd, value));
  const said = postwise.connector.calls.slice(heard).flatMap(messageIn);
  const answer = body as { readonly type?: string; readonly value?: unknown; readonly message?: string } | undefined;
  if (odd.where === 'other-tenant') {
    expect(status).toBe(403);
    expect(answer?.message).toMatch(SENTENCE);
    return;
  }
  expect([200, 400]).toContain(status);
  if (status === 400) expect(answer?.message).toMatch(SENTENCE);
  else if (odd.by === 'submit') expect(said.length).toBeGreaterThan(0);
  else if (answer?.type === 'application/vnd.microsoft.card.adaptive') checkCard(answer.value as Json);
  else {
    expect(answer?.type).toBe('application/vnd.microsoft.activity.message');
    expect(answer?.value).toMatch(SENTENCE);
  }
  for (const message of said) checkMessage(message);
  const all = JSON.stringify([body ?? '', ...said]);
  expect(all).not.toMatch(SECRET);
  const typed = JSON.stringify(odd.data ?? null);
  if (odd.who === 'other')
    for (const each of them.references.filter((one) => !typed.includes(one)))
      expect(JSON.stringify(body ?? '')).not.toContain(each);
  expect(all).not.toMatch(EXCEPTION);
}

/** What a person can read of what the Connector was asked. */
const messageIn = ({ what, body }: Call): readonly Json[] =>
  what === 'create' ? [(body['activity'] ?? {}) as Json] : ['send', 'reply', 'update'].includes(what) ? [body] : [];

function checkMessage(message: Json): void {
  const attachments = (message['attachments'] ?? []) as readonly { readonly content?: Json }[];
  for (const { content } of attachments) if (content !== undefined) checkCard(content);
  const text = message['text'];
  if (typeof text === 'string') expect(text).not.toMatch(/evil\.example|<img|\*\*zz/);
  expect(attachments.length > 0 || SENTENCE.test(String(text))).toBe(true);
}

/** A card that Teams takes, with a sentence, in which what was typed stands where no markup is read and is no link. */
function checkCard(card: Json): void {
  expect(complaints(card)).toEqual([]);
  expect(textsOf(card).some((text) => SENTENCE.test(text))).toBe(true);
  for (const { type, text, title, label, url, placeholder } of elementsOf(card)) {
    const read = type === 'TextRun' ? [] : [text, title, label, url, placeholder];
    for (const each of read.filter((one) => typeof one === 'string'))
      expect(each).not.toMatch(/evil\.example|<img|\*\*zz|\{\{/);
    if (type === 'TextRun') expect(String(text)).not.toContain('{{');
  }
}

it('has a case for every press that the bot knows', () => {
  expect(VERBS.filter((verb) => !(verb in LOOKS_AT))).toEqual([]);
});

describe(`odd presses, seed ${SEED}`, () => {
  it.each(VERBS)(
    'of %s are answered with a sentence, show nobody’s words and change nothing of others',
    async (verb) => {
      await fc.assert(
        fc.asyncProperty(oddPress(verb, them.theirs), async (odd) => {
          const { who, data } = odd;
          const reaches = JSON.stringify(data).includes('"named"');
          const ids = reaches ? await them.own(who) : { draft: '', report: '' };
          await press({ ...odd, data: withIds(data, ids) });
        }),
        { seed: SEED, numRuns: RUNS_A_VERB },
      );
      expect(them.changedSince(before, await them.stored())).toEqual([]);
    },
  );

  it.each(VERBS)('of %s, right in all but whose it is, say no word and change nothing of others', async (verb) => {
    const right = { answer: 'no', act: 'done', sure: true, number: 1, step: 'form', kind: 'something-else' };
    const words = {
      'f.why': 'x',
      'f.added': 'x',
      'f.what': 'x',
      'f.answer': 'x',
      'f.answered': 'x',
      'f.question': 'x',
    };
    for (const who of ['other', 'head'] as const)
      for (const field of ['draft', 'report', 'question'] as const)
        for (const id of LOOKS_AT[verb]?.includes(field) === true ? them.under[who][field] : [])
          for (const reason of ['mistake', 'dealt-with'])
            await press({
              who,
              by: 'invoke',
              where: 'personal',
              verb,
              data: { ...right, ...words, reason, [field]: id },
            });
    await them.quiet();
    expect(them.changedSince(before, await them.stored())).toEqual([]);
    const links = (['other', 'head'] as const).flatMap((who) => postwise.personal(who).map(({ all }) => all));
    expect(links.join()).not.toMatch(SECRET);
  });

  it('of shapes that are no press at all are answered with a sentence', async () => {
    const shape = fc.oneof(
      fc.constantFrom<unknown>(
        null,
        [],
        'text',
        7,
        true,
        {},
        { action: null },
        { action: [] },
        { action: { verb: null } },
      ),
      fc.record({ action: fc.record({ verb: oddText, data: fc.constantFrom<unknown>(null, [], 'x', 1, [{}]) }) }),
      fc.record({ action: fc.record({ verb: oddValue(VERBS), data: oddValue(WORDS) }), trigger: oddText }),
      fc.record({ verb: oddValue(VERBS), draft: oddValue(WORDS) }),
    );
    const by = fc.constantFrom<Odd['by']>('invoke', 'submit');
    await fc.assert(
      fc.asyncProperty(shape, by, (value, how) =>
        press({ who: 'other', by: how, where: 'personal', verb: '', data: value }, value),
      ),
      { seed: SEED, numRuns: 40 },
    );
  });

  it('have told nobody a word, broken nothing and left what is others’ as it was', async () => {
    await them.quiet();
    expect(them.changedSince(before, await them.stored())).toEqual([]);
    for (const said of them.told()) expect(said).not.toMatch(SECRET);
    expect(postwise.log()).not.toMatch(SECRET);
    expect(postwise.log()).not.toMatch(/turn-failed|press-failed|web-fault|not-said/);
  });
});
