import { readdirSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { IMAGERY_KIND, STOP_KINDS } from '../../../src/core/report/draft.ts';
import { answerInWords, type FormInput, inputsOf, readForm } from '../../../src/core/report/forms.ts';
import { FormsError, readForms } from '../../../src/core/report/readForms.ts';

const content = resolve(import.meta.dirname, '../../../src/content');
const jsonOf = (path: string): unknown => JSON.parse(readFileSync(resolve(content, path), 'utf8'));
const files = readdirSync(resolve(content, 'incidents'));
const forms = readForms(files.map((file) => jsonOf(`incidents/${file}`)));

const TODAY = '2026-03-02';
/** The first choice, a short text, today: what fills an input well. */
function fit(input: FormInput): string {
  switch (input.type) {
    case 'text':
      return 'words';
    case 'choice':
      return input.choices[0]?.code ?? '';
    case 'date':
      return TODAY;
  }
}

describe('the forms of the house', () => {
  it('are twelve kinds to choose from, and three that a safety answer leads to', () => {
    const kinds = (wanted: boolean) => forms.filter(({ listed }) => listed === wanted).map(({ kind }) => kind);
    expect(kinds(true).sort()).toEqual([
      'abusive-post',
      'colleague-activity',
      'cyberbullying',
      'fake-account',
      'filtering-breach',
      'friend-post',
      'inappropriate-reference',
      'naming-complaint',
      'phishing',
      'pupil-contact',
      'radicalisation',
      'something-else',
    ]);
    expect(kinds(false).sort()).toEqual([...STOP_KINDS].sort());
  });

  it('keep their codes, so that what was sent before can still be read', () => {
    const codes = (kind: string, input: string) => {
      const found = forms.find((form) => form.kind === kind);
      const asked = (found === undefined ? [] : inputsOf(found)).find(({ id }) => id === input);
      return asked?.type === 'choice' ? asked.choices.map(({ code }) => code) : [];
    };
    const sites = ['facebook', 'instagram', 'whatsapp', 'tiktok', 'snapchat', 'x', 'youtube', 'game', 'other'];
    for (const kind of ['abusive-post', 'pupil-contact', 'something-else', IMAGERY_KIND])
      expect(codes(kind, 'platform')).toEqual(expect.arrayContaining(sites));
    expect(codes('pupil-contact', 'who')).toEqual(['pupil', 'left-recently', 'left-longer', 'not-sure']);
    expect(codes(IMAGERY_KIND, 'device')).toEqual(['with-child', 'with-me', 'in-school', 'away', 'mine', 'not-known']);
  });

  it.each(forms.map((form) => [form.kind, form] as const))(
    '%s asks at most seven things, and texts are fewer than what can be chosen',
    (_kind, form) => {
      expect(form.inputs.length).toBeLessThanOrEqual(7);
      const texts = form.inputs.filter(({ type }) => type === 'text').length;
      expect(texts).toBeLessThan(form.inputs.length / 2 + 0.5);
    },
  );

  it.each(forms.filter(({ siteSteps }) => siteSteps === true).map((form) => [form.kind, form] as const))(
    '%s, of something posted, keeps fact, hearsay and opinion apart and asks for what makes evidence stand up',
    (_kind, form) => {
      const ids = inputsOf(form).map(({ id }) => id);
      const asked = ['platform', 'what', 'known-how', 'account', 'link', 'site-told', 'opinion'];
      expect(asked.filter((id) => !ids.includes(id) && !(form.kind === 'phishing' && id === 'site-told'))).toEqual([]);
    },
  );

  it("tells the second card's answers apart from the first's", () => {
    for (const form of forms) {
      const ids = inputsOf(form).map(({ id }) => id);
      expect(new Set(ids).size).toBe(ids.length);
    }
  });

  it.each(forms.map((form) => [form.kind, form] as const))('%s cites clauses that the policy has', (_kind, form) => {
    const clauses = jsonOf('policy/coton-social-media/clauses.json') as readonly { readonly id: string }[];
    const ids = clauses.map(({ id }) => id);
    expect(ids.length).toBeGreaterThan(100);
    expect(form.clauses.filter((clause) => !ids.includes(clause))).toEqual([]);
  });

  it.each(forms.map((form) => [form.kind, form] as const))('%s is complete once it is filled', (_kind, form) => {
    const sent = Object.fromEntries(form.inputs.map((input) => [input.id, fit(input)]));
    expect(readForm(form, sent, TODAY)).toEqual({ kind: 'complete', answers: sent });
    for (const input of form.inputs) expect(answerInWords(input, sent[input.id])).toMatch(/\w/);
  });

  it.each(forms.map((form) => [form.kind, form] as const))(
    '%s names each required answer that is missing',
    (_kind, form) => {
      const reading = readForm(form, {}, TODAY);
      const required = form.inputs.filter((input) => input.required).map(({ id }) => id);
      expect(required.length).toBeGreaterThan(1);
      expect(reading.kind === 'incomplete' && reading.problems.map(({ input }) => input)).toEqual(required);
    },
  );

  it.each(forms.map((form) => [form.kind, form] as const))(
    '%s asks for at most one text that must be typed',
    (_kind, form) => {
      const typed = form.inputs.filter((input) => input.type === 'text' && input.required);
      expect(typed.length).toBeLessThanOrEqual(1);
    },
  );

  it('asks for no description of a picture that may be indecent', () => {
    const form = forms.find(({ kind }) => kind === IMAGERY_KIND);
    expect(form?.inputs.map(({ id }) => id)).toEqual([
      'told-by',
      'told-on',
      'children',
      'platform',
      'device',
      'own-words',
    ]);
    expect(form?.doNot.join(' ')).toContain('Do not say here what the picture shows.');
  });

  it('says to capture before reporting to the site, and not to deal with it personally', () => {
    const post = forms.find(({ kind }) => kind === 'abusive-post');
    const now = post?.doNow ?? [];
    expect(now.findIndex((line) => line.includes('screen grabs first'))).toBe(0);
    expect(now.findIndex((line) => line.includes('report it to the site'))).toBeGreaterThan(0);
    expect(post?.doNot.join(' ')).toContain('Do not deal with it yourself');
  });

  it('tells nobody to take a screen grab of what no picture is taken of', () => {
    for (const form of forms.filter(({ kind }) => STOP_KINDS.includes(kind)))
      expect([...form.doNow, ...(form.national?.lines ?? [])].join(' ')).not.toMatch(/screen grab|capture/i);
  });

  it("sends a friend's post to the friend, and nobody else's post to its writer", () => {
    const asks = forms.filter(({ doNow }) => doNow.some((line) => /ask .* to remove/i.test(line)));
    expect(asks.map(({ kind }) => kind)).toEqual(['friend-post']);
  });
});

describe('readForms', () => {
  const form = jsonOf('incidents/something-else.json') as { readonly inputs: readonly unknown[] };
  const text = { id: 'what', label: 'What?', required: true, type: 'text', multiline: true, maxLength: 100 };
  const choice = {
    id: 'where',
    label: 'Where?',
    required: true,
    type: 'choice',
    many: false,
    choices: [
      { code: 'a', label: 'A' },
      { code: 'b', label: 'B' },
    ],
  };
  const problemsOf = (...json: readonly unknown[]): string => {
    try {
      readForms(json);
      return 'none';
    } catch (error) {
      return error instanceof FormsError ? error.problems.join('\n') : 'not a FormsError';
    }
  };
  const withInputs = (...inputs: readonly unknown[]) => ({ ...form, inputs });

  it.each<[string, readonly unknown[], string]>([
    ['a kind given twice', [form, form], 'The kind "something-else" is given twice.'],
    ['an input given twice', [withInputs(text, text)], 'the input "what" is given twice'],
    [
      'a code given twice',
      [withInputs({ ...choice, choices: [choice.choices[0], choice.choices[0]] })],
      'the code "where: a" is given twice',
    ],
    [
      'a code with a comma',
      [withInputs({ ...choice, choices: [{ code: 'a,b', label: 'A' }, choice.choices[1]] })],
      'code',
    ],
    ['a choice of one', [withInputs({ ...choice, choices: [choice.choices[0]] })], 'choices'],
    [
      'an eighth input',
      [withInputs(...Array.from({ length: 8 }, (_, at) => ({ ...text, id: `what-${at}` })))],
      'inputs',
    ],
    ['a second card that requires something', [{ ...form, more: [text] }], 'nobody has to open it'],
    ['a code used on both cards', [{ ...withInputs(text), more: [{ ...text, required: false }] }], 'given twice'],
    ['a listed stop', [{ ...form, kind: IMAGERY_KIND, audience: 'safeguarding' }], 'it is both'],
    [
      'imagery for anybody but the safeguarding lead',
      [{ ...form, kind: IMAGERY_KIND, listed: false, audience: 'head' }],
      'goes to the safeguarding lead',
    ],
    [
      'national lines without a date',
      [{ ...form, national: { lines: ['Ring.'], sources: [{ name: 'A', url: 'https://a.example' }] } }],
      'checkedOn',
    ],
    ['an audience that only follows from whom it concerns', [{ ...form, audience: 'chair' }], 'audience'],
    ['nothing required', [withInputs({ ...text, required: false })], 'no input is required'],
    [
      'more text than fits',
      [withInputs({ ...text, maxLength: 3_000 }, { ...text, id: 'more', maxLength: 3_000 })],
      'at most 4000 fit',
    ],
    ['a label with markup', [withInputs({ ...text, label: '**What?**' })], 'markup'],
    ['a property nobody reads', [{ ...form, colour: 'red' }], 'colour'],
    ['no listed form', [{ ...form, listed: false }], 'nobody could report'],
    ['something that is no form', [null], 'form 1'],
  ])('refuses %s', (_name, json, problem) => {
    expect(problemsOf(...json)).toContain(problem);
  });

  it('says all that is wrong at once', () => {
    expect(problemsOf({ ...form, version: 0 }, { ...form, kind: 'Not A Code' })).toMatch(/form 1[\s\S]*form 2/);
  });
});
