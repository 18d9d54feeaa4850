import { readdirSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { STOP_KINDS } from '../../../src/core/report/draft.ts';
import { readForms } from '../../../src/core/report/readForms.ts';
import { readSignposts, SignpostsError } from '../../../src/core/report/readSignposts.ts';
import { SITE_INPUT, signpostsFor, supportFor } from '../../../src/core/report/signposts.ts';

const content = resolve(import.meta.dirname, '../../../src/content');
const jsonOf = (path: string): unknown => JSON.parse(readFileSync(resolve(content, path), 'utf8'));
const forms = readForms(readdirSync(resolve(content, 'incidents')).map((file) => jsonOf(`incidents/${file}`)));
const raw = {
  sites: jsonOf('signposts/sites.json'),
  services: jsonOf('signposts/services.json'),
  support: jsonOf('signposts/support.json'),
};
const signposts = readSignposts(raw, forms);
const formOf = (kind: string) => {
  const form = forms.find((one) => one.kind === kind);
  if (form === undefined) throw new Error(`No form for ${kind}`);
  return form;
};
const titles = (kind: string, answers: Readonly<Record<string, string>> = {}) =>
  signpostsFor(signposts, formOf(kind), answers).map(({ title }) => title);

describe('where else a report can be taken', () => {
  it('is only what fits its kind', () => {
    expect(titles('cyberbullying')).toEqual(['NSPCC helpline', 'Report Harmful Content', 'Police']);
    expect(titles('adult-imagery')[0]).toBe('Revenge Porn Helpline');
    expect(titles('terrorist-material')).toEqual(['Anti-terrorism police', 'Police']);
    expect(titles('phishing', { platform: 'email' })).toEqual(['The site itself: E-mail', 'Report Fraud', 'Police']);
    // CEOP says itself that bullying, fake accounts and hacking are not for it.
    for (const kind of ['cyberbullying', 'fake-account', 'phishing']) expect(titles(kind).join()).not.toMatch(/CEOP/);
  });

  it('has steps for the site that was named, with the screen grab before and the confirmation after', () => {
    const [site] = signpostsFor(signposts, formOf('abusive-post'), { [SITE_INPUT]: 'tiktok' });
    expect(site?.title).toBe('The site itself: TikTok');
    expect(site?.lines[0]).toMatch(/^Screen grabs first/);
    expect(site?.lines.at(-1)).toMatch(/screen grab of the confirmation and keep its reference/);
    expect(titles('abusive-post')[0]).not.toMatch(/site itself/);
  });

  it('sends nobody to a site with what no picture is taken of', () => {
    for (const kind of STOP_KINDS) expect(titles(kind, { [SITE_INPUT]: 'tiktok' }).join()).not.toMatch(/site itself/);
  });

  it('says of everything where it was read and when', () => {
    for (const form of forms) {
      for (const { sources, checkedOn } of signpostsFor(signposts, form, { [SITE_INPUT]: 'facebook' })) {
        expect(sources.length).toBeGreaterThan(0);
        for (const { url } of sources) expect(new URL(url).hostname).toContain('.');
        expect(checkedOn).toMatch(/^2026-\d\d-\d\d$/);
      }
    }
  });
});

describe('support for the person whom it is about', () => {
  it('is there when "me" is ticked, and only then', () => {
    expect(supportFor(signposts, [{ kind: 'parent-or-other' }, { kind: 'me' }])?.title).toBe('Support for you');
    expect(supportFor(signposts, [{ kind: 'pupil' }])).toBeNull();
  });

  it('names HR as the policy prints it, and cites the rule', () => {
    const clauses = jsonOf('policy/coton-social-media/clauses.json') as readonly { id: string; text: string }[];
    const { words, clauses: cited } = signposts.support.policy;
    const text = clauses
      .filter(({ id }) => cited.includes(id))
      .map((clause) => clause.text)
      .join(' ');
    for (const printed of ['PHRP', 'phrp.pltd.com']) {
      expect(text).toContain(printed);
      expect(words).toContain(printed);
    }
  });
});

describe('readSignposts', () => {
  const problemsOf = (json: typeof raw): string => {
    try {
      readSignposts(json, forms);
      return 'none';
    } catch (error) {
      return error instanceof SignpostsError ? error.problems.join('\n') : 'not a SignpostsError';
    }
  };
  const services = raw.services as readonly { readonly id: string }[];
  const { sites, ...rest } = raw.sites as { readonly sites: readonly { readonly code: string }[] };

  it.each<[string, typeof raw, string]>([
    ['a service that nobody knows', { ...raw, services: services.slice(1) }, 'which is not there'],
    ['a service that no kind names', { ...raw, services: [...services, { ...services[0], id: 'spare' }] }, '"spare"'],
    ['a service given twice', { ...raw, services: [...services, services[0]] }, 'given twice'],
    ['a site without steps', { ...raw, sites: { ...rest, sites: sites.slice(1) } }, 'there are no steps for it'],
    ['a service without a date', { ...raw, services: [{ ...services[0], checkedOn: undefined }] }, 'checkedOn'],
  ])('refuses %s', (_name, json, problem) => {
    expect(problemsOf(json)).toContain(problem);
  });
});
