import { readLinkId, type LinkId } from '../../src/core/ids.ts';
import { createEntraVisitor } from '../../src/web/entraVisitor.ts';
import { aHouse, aSentReport, head, type House, triager } from '../builders/house.ts';
import { aLocalIssuer, type LocalIssuer } from '../builders/localIssuer.ts';
import { HEAD, LEAD, SCHOOL, TEACHER, TRIAGER } from '../builders/values.ts';
import { anOpenLink, anUploadLink, aSite, ask, type Reply, type Site, Surfer, wordsOf } from './site.ts';

const TENANT = '11111111-1111-4111-8111-111111111111';
const CLIENT = { id: 'client-id', secret: 'client-secret', redirectUri: 'https://pages.example/signed-in' };

let issuer: LocalIssuer;
let site: Site;
let house: House;
beforeEach(async () => {
  issuer = await aLocalIssuer(CLIENT);
  house = aHouse();
  const visitor = createEntraVisitor({
    issuer: issuer.url,
    tenantId: TENANT,
    clientId: CLIENT.id,
    clientSecret: CLIENT.secret,
    redirectUri: CLIENT.redirectUri,
  });
  site = await aSite({ visitor, local: false }, house);
  issuer.next = { oid: TRIAGER, tid: TENANT };
});
afterEach(async () => {
  await site.close();
  await issuer.close();
});

/** Presses the button and signs in with the issuer. @returns where the issuer sends the browser back to, on our site */
async function signIn(surfer: Surfer, path: string, fields: Record<string, string> = {}): Promise<string> {
  const pressed = await surfer.post(path, fields);
  expect(pressed.status).toBe(200);
  const url = /http-equiv="refresh" content="0; url=([^"]+)"/.exec(pressed.text)?.[1]?.replace(/&amp;/g, '&');
  if (url === undefined) throw new Error(`Not sent to sign in: ${pressed.text}`);
  const sentBack = await fetch(url, { redirect: 'manual' });
  const back = new URL(sentBack.headers.get('location') ?? '');
  expect(back.origin + back.pathname).toBe(CLIENT.redirectUri);
  return back.pathname + back.search;
}

/** Presses Continue on the page that the sign-in came back to. */
async function pressContinue(surfer: Surfer, back: string): Promise<Reply> {
  // Strict cookies do not come along from another site, so the page is fetched without any.
  const page = await ask(site.port, 'GET', back);
  expect(page.status).toBe(200);
  const action = /<form method="post" action="([^"]+)"/.exec(page.text)?.[1] ?? '';
  const answer = /name="answer" value="([^"]*)"/.exec(page.text)?.[1]?.replace(/&amp;/g, '&') ?? '';
  return surfer.post(action, { answer });
}

const linkOf = async (path: string) => {
  const id: LinkId | null = readLinkId(path.split('/').at(-1));
  const kept = id === null ? null : await house.outside.links.get(SCHOOL, id);
  if (kept === null) throw new Error('no such link');
  return kept.value;
};
const aLink = async (who = triager) => {
  const { report } = await aSentReport(house);
  return anOpenLink(house, report.id, who);
};

describe('signing in before a page', () => {
  it('lets in the person whom the link was made for', async () => {
    const path = await aLink();
    const surfer = new Surfer(site);
    expect(wordsOf(await surfer.get(path))).toContain('You will be asked to sign in with your school account.');
    const entered = await pressContinue(surfer, await signIn(surfer, path));
    expect(entered).toMatchObject({ status: 303, headers: { location: path } });
    expect(entered.setCookies[0]).toMatch(/^pw-.*; Path=\/open\/.*; Max-Age=600; HttpOnly; SameSite=Strict; Secure$/);
    expect((await surfer.get(path)).text).toContain('Is this about you or someone close?');
    await surfer.post(`${path}/about-you`, { answer: 'no' });
    expect((await surfer.get(path)).text).toContain('She called me a liar');
    expect(issuer.asked[0]?.get('prompt')).toBeNull();
  });

  it('does the same for the upload page', async () => {
    issuer.next = { oid: TEACHER.toUpperCase(), tid: TENANT.toUpperCase() };
    const path = await anUploadLink(house);
    const surfer = new Surfer(site);
    expect(await pressContinue(surfer, await signIn(surfer, path))).toMatchObject({ status: 303 });
    expect(wordsOf(await surfer.get(path))).toContain('Before you add screen grabs');
  });

  it.each([
    ['another of those who may open the report', HEAD],
    ['the safeguarding lead', LEAD],
    ['the reporter', TEACHER],
  ])('refuses %s, says so in the log, and spends nothing', async (_who, oid) => {
    const path = await aLink();
    const surfer = new Surfer(site);
    issuer.next = { oid, tid: TENANT };
    const refused = await pressContinue(surfer, await signIn(surfer, path));
    expect(refused.status).toBe(403);
    expect(wordsOf(refused)).toContain('This link is for somebody else');
    expect(refused.setCookies).toEqual([]);
    const link = await linkOf(path);
    expect(link.session).toBeUndefined();
    expect(house.logged).toContain(JSON.stringify({ event: 'link-refused', link: link.id, by: oid }));

    issuer.next = { oid: TRIAGER, tid: TENANT };
    const back = await signIn(surfer, path, { account: 'another' });
    expect(issuer.asked.at(-1)?.get('prompt')).toBe('select_account');
    expect(await pressContinue(surfer, back)).toMatchObject({ status: 303 });
  });

  it.each<[string, LocalIssuer['next'], string]>([
    [
      'an account of another tenant with the same id',
      { oid: TRIAGER, tid: '22222222-2222-4222-8222-222222222222' },
      'That is not a school account',
    ],
    [
      'an account without a tenant',
      { oid: TRIAGER, tid: '', claims: { tid: undefined } },
      'That is not a school account',
    ],
    [
      'a token for another application',
      { oid: TRIAGER, tid: TENANT, claims: { aud: 'another' } },
      'You are not signed in',
    ],
    [
      'a token of another issuer',
      { oid: TRIAGER, tid: TENANT, claims: { iss: 'https://evil.example' } },
      'You are not signed in',
    ],
    [
      'a token with another nonce',
      { oid: TRIAGER, tid: TENANT, claims: { nonce: 'another' } },
      'You are not signed in',
    ],
    ['a token signed with another key', { oid: TRIAGER, tid: TENANT, forged: true }, 'You are not signed in'],
    ['a token without a person', { oid: TRIAGER, tid: TENANT, claims: { oid: undefined } }, 'You are not signed in'],
    ['somebody who gave up', { oid: TRIAGER, tid: TENANT, error: 'access_denied' }, 'You are not signed in'],
  ])('refuses %s', async (_what, next, title) => {
    const path = await aLink();
    const surfer = new Surfer(site);
    issuer.next = next;
    const refused = await pressContinue(surfer, await signIn(surfer, path));
    expect(refused.status).toBe(403);
    expect(wordsOf(refused)).toContain(title);
    expect((await linkOf(path)).session).toBeUndefined();
    expect(house.logged.join()).toContain('"event":"sign-in-refused"');
  });

  it('takes an answer once: the same code and state again open nothing', async () => {
    const path = await aLink();
    const surfer = new Surfer(site);
    issuer.next = { oid: HEAD, tid: TENANT };
    const back = await signIn(surfer, path);
    await pressContinue(surfer, back);
    const exchanges = issuer.exchanges;
    expect(wordsOf(await pressContinue(surfer, back))).toContain('You are not signed in');
    expect(issuer.exchanges).toBe(exchanges);

    issuer.next = { oid: TRIAGER, tid: TENANT };
    const good = await signIn(surfer, path);
    expect(await pressContinue(surfer, good)).toMatchObject({ status: 303 });
    const other = new Surfer(site);
    expect(await pressContinue(other, good)).toMatchObject({ status: 403 });
    expect(issuer.exchanges).toBe(exchanges + 1);
  });

  it('takes an answer only from the browser that began', async () => {
    const path = await aLink();
    const began = new Surfer(site);
    const back = await signIn(began, path);
    const thief = new Surfer(site);
    expect(wordsOf(await pressContinue(thief, back))).toContain('begun in another browser');
    expect(issuer.exchanges).toBe(0);
    expect((await linkOf(path)).session).toBeUndefined();
    expect(await pressContinue(began, back)).toMatchObject({ status: 303 });
  });

  it('takes no answer of another sign-in, whichever link it was for', async () => {
    const { report } = await aSentReport(house);
    const mine = await anOpenLink(house, report.id);
    const theirs = await anOpenLink(house, report.id, head);
    const surfer = new Surfer(site);
    const forMine = await signIn(surfer, mine);
    await signIn(surfer, theirs);
    const id = theirs.split('/').at(-1) ?? '';
    const swapped = await surfer.post(`${theirs}/signed-in`, { answer: forMine.split('?')[1] ?? '' });
    expect(swapped.status).toBe(403);
    expect(issuer.exchanges).toBe(0);
    const renamed = forMine.replace(mine.split('/').at(-1) ?? '', id);
    expect(await pressContinue(surfer, renamed)).toMatchObject({ status: 403 });
    expect(issuer.exchanges).toBe(0);
  });

  it('spends nothing by looking at the page that the sign-in comes back to', async () => {
    const path = await aLink();
    const surfer = new Surfer(site);
    const back = await signIn(surfer, path);
    for (let look = 0; look < 10; look += 1) {
      expect(await ask(site.port, 'GET', back)).toMatchObject({ status: 200, setCookies: [] });
      expect(await ask(site.port, 'HEAD', back)).toMatchObject({ status: 200, text: '' });
    }
    expect(issuer.exchanges).toBe(0);
    expect(await pressContinue(surfer, back)).toMatchObject({ status: 303 });
  });

  it('is too late when the link has ended meanwhile', async () => {
    const path = await aLink();
    const surfer = new Surfer(site);
    const back = await signIn(surfer, path);
    house.pass(2 * 60_000);
    expect(await pressContinue(surfer, back)).toMatchObject({ status: 410 });
    expect(issuer.exchanges).toBe(0);
  });

  it('says so when the issuer does not work, and works again when it does', async () => {
    const path = await aLink();
    const surfer = new Surfer(site);
    issuer.next = { oid: TRIAGER, tid: TENANT, down: true };
    const down = await pressContinue(surfer, await signIn(surfer, path));
    expect(down.status).toBe(503);
    expect(wordsOf(down)).toContain('Signing in does not work just now');
    issuer.next = { oid: TRIAGER, tid: TENANT };
    expect(await pressContinue(surfer, await signIn(surfer, path))).toMatchObject({ status: 303 });
  });

  it('of an issuer that is not there says so, and spends nothing', async () => {
    const path = await aLink();
    await issuer.close();
    const reply = await new Surfer(site).post(path);
    expect(reply.status).toBe(503);
    expect((await linkOf(path)).signIn).toBeUndefined();
  });

  it('keeps secrets out of pages and logs', async () => {
    const path = await aLink();
    const surfer = new Surfer(site);
    const pressed = await surfer.post(path);
    const { keep } = JSON.parse((await linkOf(path)).signIn ?? '{}') as { keep: string };
    const { verifier } = JSON.parse(keep) as { verifier: string };
    expect(pressed.text).not.toContain(verifier);
    expect(pressed.text).not.toContain(CLIENT.secret);
    expect(house.logged.join()).not.toContain(path.split('/').at(-1) ?? 'no id');
    expect(pressed.setCookies[0]).toMatch(/^pw-[^=]+-in=[^;]+; Path=\/open\/.*; HttpOnly; SameSite=Strict; Secure$/);
  });
});

it('an issuer is an https address, but for one on this machine', () => {
  const registration = { tenantId: TENANT, clientId: 'c', clientSecret: 's', redirectUri: CLIENT.redirectUri };
  expect(() => createEntraVisitor({ ...registration, issuer: 'http://login.example/tenant/v2.0' })).toThrow('https');
});
