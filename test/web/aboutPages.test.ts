import { readFileSync } from 'node:fs';
import { createEntraVisitor } from '../../src/web/entraVisitor.ts';
import { aHouse, aSentReport } from '../builders/house.ts';
import { HEAD, LEAD, SCHOOL, TEACHER, TRIAGER } from '../builders/values.ts';
import { aSite, ask, type Site, STANDING_LINE, wordsOf } from './site.ts';

const manifest = readFileSync(new URL('../../appPackage/manifest.json', import.meta.url), 'utf8');
const PATHS = ['/', '/privacy', '/terms'] as const;

const visitor = createEntraVisitor({
  issuer: 'https://issuer.example.test/v2.0',
  tenantId: '11111111-1111-4111-8111-111111111111',
  clientId: '22222222-2222-4222-8222-222222222222',
  clientSecret: 'not-a-secret',
  redirectUri: 'https://reports.example.test/signed-in',
});

let site: Site;
beforeEach(async () => {
  site = await aSite({ local: false, visitor });
});
afterEach(() => site.close());

it('are the pages that the Teams manifest names', () => {
  const named = [...manifest.matchAll(/"\w+Url": "\{\{publicUrl\}\}([^"]*)"/g)].map(([, path]) => path);
  expect(named).toEqual(PATHS);
});

describe.each(PATHS)('%s', (path) => {
  it('opens for anybody, with neither a sign-in nor a cookie', async () => {
    const reply = await ask(site.port, 'GET', path);
    expect(reply).toMatchObject({ status: 200, setCookies: [] });
    expect(reply.headers['content-type']).toBe('text/html; charset=utf-8');
    expect(reply.text).not.toMatch(/<form|<script|<input/);
    expect(await ask(site.port, 'HEAD', path)).toMatchObject({ status: 200, text: '' });
    expect(await ask(site.port, 'POST', path)).toMatchObject({ status: 405 });
  });

  it('has one heading, the standing line, and a way to the other two', async () => {
    const { text } = await ask(site.port, 'GET', path);
    expect(text.match(/<h1>/g)).toHaveLength(1);
    expect(text).toContain(STANDING_LINE);
    const links = [...text.matchAll(/<a href="(\/[^"]*)"/g)].map(([, to]) => to);
    expect(links).toEqual(PATHS.filter((other) => other !== path));
  });

  it('is the same whatever is stored, and names nobody', async () => {
    const before = (await ask(site.port, 'GET', path)).text;
    const house = aHouse();
    const { report } = await aSentReport(house);
    const later = await aSite({ local: false, visitor }, house);
    const { text } = await ask(later.port, 'GET', path);
    await later.close();
    expect(text).toBe(before);
    for (const known of ['Ada Reyes', '01632', report.reference, SCHOOL, HEAD, LEAD, TEACHER, TRIAGER])
      expect(text).not.toContain(known);
  });
});

it('say what a person has a right to know before they use it', async () => {
  const privacy = wordsOf(await ask(site.port, 'GET', '/privacy'));
  expect(privacy).toContain('The school decides why and how your data is used here: it is the controller');
  expect(privacy).toContain('Postwise does not delete drafts, reports or pictures by itself yet.');
  expect(privacy).toContain('Ask the headteacher or the school’s data protection officer');
  expect(privacy).toContain('Reports are not anonymous.');
  const terms = wordsOf(await ask(site.port, 'GET', '/terms'));
  expect(terms).toContain('Never send a picture that may show a child undressed or sexual content');
});
