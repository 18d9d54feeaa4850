/**
 * What no page of ours sends, to every address that takes more than a look: by a browser without a key, by one with a key
 * to something else, and by one inside. Whatever comes, the answer is a page or a line with a sentence.
 */
import fc from 'fast-check';
import { EXCEPTION, oddText, SEED, SENTENCE } from '../builders/oddValues.ts';
import { reportUpTo } from '../builders/reporting.ts';
import { PEOPLE, type RunningPostwise, runPostwise, type Who } from '../builders/runningApp.ts';
import { SECRET, SECRETS, type SomebodyElse, somebodyElse } from '../builders/somebodyElse.ts';
import { knownFormFields, knownRoutes } from '../builders/whatIsKnown.ts';
import { ask, type Reply, Surfer, wordsOf } from '../web/site.ts';

/** Every address, with what is inside for the one who has a key to it. */
const ROUTES: Readonly<Record<string, 'upload' | 'open' | 'nothing'>> = {
  'POST /api/messages': 'nothing',
  'POST /locked/:id': 'nothing',
  'POST /locked/:id/finish': 'nothing',
  'POST /locked/:id/items/:key/check': 'nothing',
  'POST /locked/:id/items/:key/destroy': 'nothing',
  'POST /locked/:id/signed-in': 'nothing',
  'POST /open/:id': 'open',
  'POST /open/:id/about-you': 'open',
  'POST /open/:id/close': 'open',
  'POST /open/:id/concerns': 'open',
  'POST /open/:id/finish': 'open',
  'POST /open/:id/pictures/:number/stop': 'open',
  'POST /open/:id/question': 'open',
  'POST /open/:id/signed-in': 'open',
  'POST /upload/:id': 'upload',
  'POST /upload/:id/pictures/:number/remove': 'upload',
  'POST /upload/:id/question': 'upload',
  'POST /upload/:id/signed-in': 'upload',
  'POST /upload/:id/stop': 'upload',
  'POST /upload/:id/words': 'upload',
  'PUT /upload/:id/pictures/:key': 'upload',
};
const RUNS_A_ROUTE = 12;
const FORM = 'application/x-www-form-urlencoded';
const FIELDS = [
  ...knownFormFields(),
  'caption-1',
  'link-1',
  'caption-99',
  'remove',
  '__proto__',
  'constructor',
  'answer[]',
  'answer.no',
];
const WORDS = ['no', 'yes', 'not-sure', 'another', 'headteacher', '1', 'Police', ...Object.values(PEOPLE)];

let postwise: RunningPostwise;
let them: SomebodyElse;
let port: number;
let before: ReadonlyMap<string, string>;
/** Addresses that are other people's, with their browser inside. */
let theirs: readonly string[];

const kindAndId = (path: string) => ({ kind: path.split('/')[1] ?? '', id: path.split('/')[2] ?? '' });
const linkIn = (said: string, kind: string): string | undefined => new RegExp(`/${kind}/[a-z0-9]{32}`).exec(said)?.[0];

async function linkFor(who: Who, kind: string, act: () => Promise<unknown>): Promise<string> {
  const all = () => postwise.personal(who).flatMap((said) => linkIn(said.all, kind) ?? []);
  const known = new Set(all());
  await act();
  return postwise.until(() => all().find((link) => !known.has(link)));
}

/** A browser past the button, and past the question where there is one. */
async function inside(path: string, question: string | null): Promise<Surfer> {
  const surfer = new Surfer({ port });
  await surfer.post(path);
  if (question !== null) await surfer.post(`${path}/${question}`, { answer: 'no' });
  return surfer;
}

async function openLink(): Promise<string> {
  const { id } = await them.handledAfresh();
  return linkFor('head', 'open', () => postwise.press('head', 'triage.open', { report: id }));
}

/** The link on the card of a new draft of the one who tries. */
async function uploadLink(): Promise<string> {
  const { draft } = await them.own('other');
  await postwise.press('other', 'report.delete', { draft, sure: true });
  const card = await reportUpTo(postwise, 'other', 'report.pictures');
  const link = linkIn(card.all, 'upload');
  if (link === undefined) throw new Error(`No link on ${card.all}`);
  return link;
}

beforeAll(async () => {
  postwise = await runPostwise();
  port = Number(new URL(postwise.url).port);
  them = await somebodyElse(postwise);
  const [upload = ''] = them.theirs.other.filter((id) => /^[a-z0-9]{32}$/.test(id)).map((id) => `/upload/${id}`);
  const open = await linkFor('chair', 'open', () =>
    postwise.press('chair', 'triage.open', { report: them.theirs.head[1] }),
  );
  const locked = await linkFor('lead', 'locked', () => postwise.say('lead', 'locked'));
  theirs = [upload, open, locked];
  const theirUpload = await inside(upload, 'question');
  const browsers = [theirUpload, await inside(open, 'about-you'), await inside(locked, null)];
  for (const [at, path] of theirs.entries()) expect((await browsers[at]?.get(path))?.status).toBe(200);
  const said = { 'caption-1': SECRETS.caption, 'link-1': `https://example.org/${SECRETS.caption}` };
  expect((await theirUpload.post(`${upload}/words`, said)).status).toBe(303);
  expect((await theirUpload.get(upload)).text).toContain(SECRETS.caption);
  await them.quiet();
  before = await them.stored();
}, 120_000);
afterAll(() => postwise.stop());

type Odd = {
  readonly id: string;
  readonly number: string;
  readonly key: string;
  readonly body: string;
  readonly type: string | null;
  readonly key_: 'none' | 'own' | 'own-under-their-name';
  readonly from: 'own page' | 'another site';
};

const formBody: fc.Arbitrary<string> = fc
  .array(fc.tuple(fc.constantFrom(...FIELDS), fc.oneof(fc.constantFrom(...WORDS), oddText)), { maxLength: 4 })
  .map((pairs) =>
    new URLSearchParams(pairs.map(([name, value]) => [name, value.toWellFormed()] as [string, string])).toString(),
  );
const anyBody = fc.oneof(
  { weight: 6, arbitrary: formBody },
  {
    weight: 2,
    arbitrary: fc.constantFrom('', 'answer=%', 'answer=%zz&&==', 'answer', '\u0000', '{"answer":"no"}', '[1]', 'a=b;'),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom('answer=no&'.repeat(3_000), '--x\r\nContent-Disposition: form-data\r\n\r\n'),
  },
);
const segment = oddText.map((text) => encodeURIComponent(text.toWellFormed().slice(0, 300)));

function oddRequest(own: string): fc.Arbitrary<Odd> {
  const ids = [kindAndId(own).id, ...theirs.map((path) => kindAndId(path).id), ...them.theirs.other];
  return fc.record({
    id: fc.oneof(
      { weight: 4, arbitrary: fc.constant(kindAndId(own).id) },
      { weight: 4, arbitrary: fc.constantFrom(...ids) },
      { weight: 1, arbitrary: segment },
    ),
    number: fc.oneof(fc.constantFrom('1', '2', '0', '-1', '1e0', '99999'), segment),
    key: fc.oneof(
      fc.constantFrom('upload-key-1', ...them.theirs.other.flatMap((id) => [`report-${id}`, `stopped-${id}`])),
      segment,
    ),
    body: anyBody,
    type: fc.constantFrom(
      FORM,
      FORM,
      FORM,
      `${FORM}; charset=utf-16`,
      'application/json',
      'image/png',
      'text/plain',
      null,
    ),
    key_: fc.constantFrom('none', 'own', 'own', 'own-under-their-name'),
    from: fc.constantFrom('own page', 'own page', 'own page', 'own page', 'another site'),
  });
}

function cookieOf(browser: Surfer, own: string, { key_, id }: Odd): string {
  const cookie = browser.cookieFor(own);
  if (key_ === 'none') return '';
  return key_ === 'own' ? cookie : cookie.replaceAll(kindAndId(own).id, id);
}

function check(reply: Reply, odd: Odd, mayRead: boolean): void {
  expect(reply.status).toBeGreaterThanOrEqual(200);
  expect(reply.status).toBeLessThan(500);
  expect(reply.text).not.toMatch(EXCEPTION);
  expect(reply.text).not.toMatch(/<img src=x|href="https:\/\/evil|<script>alert/);
  if (!mayRead) expect(reply.text).not.toMatch(SECRET);
  if (reply.status === 303) {
    expect(reply.headers['location']).toMatch(/^\/(open|upload|locked)\//);
    return;
  }
  expect(wordsOf(reply)).toMatch(SENTENCE);
  expect(reply.headers['content-type']).toMatch(/^(text\/html|application\/json)/);
  expect(reply.setCookies.join()).not.toContain(odd.body === '' ? '\u0000' : odd.body);
}

it('has a case for every address that takes more than a look', () => {
  expect(knownRoutes().filter((route) => !(route in ROUTES))).toEqual([]);
});

describe(`odd forms, seed ${SEED}`, () => {
  it.each(knownRoutes())(
    'at %s are answered with a sentence, show nobody’s words and change nothing of others',
    async (route) => {
      const key = ROUTES[route];
      const [method = '', pattern = ''] = route.split(' ');
      const own = key === 'open' ? await openLink() : await uploadLink();
      const browser = await inside(own, key === 'open' ? 'about-you' : 'question');
      await them.quiet();
      await fc.assert(
        fc.asyncProperty(oddRequest(own), async (odd) => {
          const path = pattern.replace(':id', odd.id).replace(':number', odd.number).replace(':key', odd.key);
          const cookie = cookieOf(browser, own, odd);
          const headers = {
            'Sec-Fetch-Site': odd.from === 'own page' ? 'same-origin' : 'cross-site',
            ...(odd.type === null ? {} : { 'Content-Type': odd.type }),
            ...(cookie === '' ? {} : { Cookie: cookie }),
          };
          const reply = await ask(port, method, path, { headers, body: odd.body });
          const isInside = key === 'open' && odd.key_ !== 'none' && odd.id === kindAndId(own).id;
          check(reply, odd, isInside);
          if (odd.from === 'another site' && pattern !== '/api/messages')
            expect(reply.status).toBeGreaterThanOrEqual(400);
          if (reply.status === 303 && !isInside)
            expect((await ask(port, 'GET', reply.headers['location'] ?? '/', { headers })).text).not.toMatch(SECRET);
        }),
        { seed: SEED, numRuns: RUNS_A_ROUTE },
      );
      expect(them.changedSince(before, await them.stored())).toEqual([]);
    },
  );

  it('from a page of another site are refused, whoever is inside', async () => {
    const own = { upload: await uploadLink(), open: await openLink() };
    const browsers = { upload: await inside(own.upload, 'question'), open: await inside(own.open, 'about-you') };
    for (const route of knownRoutes().filter((each) => each !== 'POST /api/messages')) {
      const [method = '', pattern = ''] = route.split(' ');
      const kind = pattern.startsWith('/open') ? 'open' : 'upload';
      const path = pattern.replace(':id', kindAndId(own[kind]).id).replace(':number', '1').replace(':key', 'key-12345');
      const headers = { 'Content-Type': FORM, 'Sec-Fetch-Site': 'cross-site', Cookie: browsers[kind].cookieFor(path) };
      expect((await ask(port, method, path, { headers, body: 'answer=no' })).status).toBe(403);
    }
  });

  it('never get in with another’s cookie, or with a cookie that is none', async () => {
    const own = await uploadLink();
    const browser = await inside(own, 'question');
    for (const path of theirs)
      for (const cookie of [
        browser.cookieFor(own),
        `pw-${kindAndId(path).id}=`,
        `pw-${kindAndId(path).id}=__proto__`,
      ]) {
        const reply = await ask(port, 'GET', path, {
          headers: { Cookie: cookie.replaceAll(kindAndId(own).id, kindAndId(path).id) },
        });
        expect(wordsOf(reply)).toMatch(SENTENCE);
        expect(reply.text).not.toMatch(SECRET);
      }
  });

  it('write nobody’s words and no fault in the log, and leave what is others’ as it was', async () => {
    await them.quiet();
    expect(them.changedSince(before, await them.stored())).toEqual([]);
    expect(postwise.log()).not.toMatch(SECRET);
    expect(postwise.log()).not.toMatch(/turn-failed|press-failed|web-fault|not-said/);
  });
});
