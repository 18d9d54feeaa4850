import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fingerprintOfClauses } from '../src/core/policy/policyVersions.ts';
import { readClauses } from '../src/core/policy/policy.ts';
import { inputsOf, type IncidentForm } from '../src/core/report/forms.ts';
import { fingerprintOfForm, formOfDay, type Fingerprints, notRaised } from '../src/core/report/formVersions.ts';
import { FormsError, readForms } from '../src/core/report/readForms.ts';
import { readContent } from '../src/readContent.ts';
import { earlierFolder, readEarlier } from '../src/readEarlier.ts';
import { fileReport } from '../src/flows/fileReport.ts';
import { reportView } from '../src/web/reportView.ts';
import { createLinkAloneVisitor } from '../src/web/visitor.ts';
import type { WebOptions } from '../src/web/web.ts';
import { readRuleId } from '../src/core/ids.ts';
import { aHouse, aReadyDraft, setUpHouse, teacher } from './builders/house.ts';
import { after, aReport, SCHOOL } from './builders/values.ts';

const content = readContent();
const json = (file: string): unknown => JSON.parse(readFileSync(file, 'utf8'));
const written = json(join(earlierFolder, 'fingerprints.json')) as {
  readonly incidents: Fingerprints;
  readonly policy: Fingerprints;
};
const clausesFile = join(import.meta.dirname, `../src/content/policy/${content.policyId}/clauses.json`);
const clausesToday = readClauses(json(clausesFile));
const thing = (form: IncidentForm) => ({
  name: form.kind,
  version: String(form.version),
  fingerprint: fingerprintOfForm(form),
});

/** The page of a report, as it would be shown with that content. */
const pageOf = (report: ReturnType<typeof aReport>, web: Pick<WebOptions, 'forms' | 'clause'>): string => {
  const house = aHouse();
  const options: WebOptions = {
    outside: house.outside,
    fetches: house.fetches,
    visitor: createLinkAloneVisitor(),
    school: SCHOOL,
    receive: async () => ({ status: 200 }),
    healthy: async () => true,
    local: true,
    standingLine: 'Danger now: 999.',
    contacts: {},
    nudge: house.nudge,
    ...web,
  };
  const page = reportView(options, { report, evidence: [], record: [] }, '/open/x', { until: after(0), seconds: 1 });
  return String(page.body)
    .replace(/<[^>]*>/g, ' ')
    .replaceAll('&#39;', "'")
    .replaceAll('&quot;', '"')
    .replaceAll('&amp;', '&')
    .replace(/\s+/g, ' ');
};

describe('the forms', () => {
  const all = [...content.forms, ...content.earlierForms];

  it('have raised their version wherever they changed', () => {
    expect(notRaised(all.map(thing), written.incidents, 'src/content/earlier/incidents')).toEqual([]);
  });

  it('are refused with a changed question, choice or rule under the same version, and with a new version not written down', () => {
    const [form] = content.forms;
    if (form === undefined) throw new Error('no form');
    const [first, ...others] = form.inputs;
    if (first === undefined) throw new Error('no input');
    const where = 'src/content/earlier/incidents';
    for (const changed of [
      { ...form, inputs: [{ ...first, label: `${first.label}?` }, ...others] },
      { ...form, inputs: others },
      { ...form, clauses: [...form.clauses, '1.1'] },
      { ...form, doNow: [...form.doNow, 'Something more.'] },
    ])
      expect(notRaised([thing(changed)], written.incidents, where).join()).toContain('is still version');
    const raised = { ...form, version: form.version + 1 };
    expect(notRaised([thing(raised)], written.incidents, where).join()).toContain('write its fingerprint down');
    expect(notRaised([thing({ ...form, audience: 'head' })], written.incidents, where)).toEqual([]);
  });

  const everyVersion = Object.entries(written.incidents).flatMap(([kind, versions]) =>
    Object.keys(versions).map((version) => [kind, Number(version)] as const),
  );
  it.each(everyVersion)('%s, version %d, is shown with the questions of its day', (kind, version) => {
    const found = formOfDay(all, { kind, formVersion: version });
    expect(found).toMatchObject({ isOfDay: true });
    if (found === null) throw new Error('not kept');
    expect(fingerprintOfForm(found.form)).toBe(written.incidents[kind]?.[String(version)]);
    const page = pageOf(aReport({ kind, formVersion: version }), { forms: all, clause: content.clause });
    for (const { label } of inputsOf(found.form)) expect(page).toContain(label);
    expect(page).not.toContain('is not kept here');
  });
});

describe('a form that was changed', () => {
  const [today] = content.forms;
  if (today === undefined) throw new Error('no form');
  const raised: IncidentForm = {
    ...today,
    version: today.version + 1,
    title: 'Its new title',
    inputs: [
      { id: 'new', label: 'A question of later', required: true, type: 'text', multiline: false, maxLength: 50 },
    ],
  };
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'earlier-'));
    mkdirSync(join(folder, 'incidents'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));
  const keep = (name: string, form: unknown) => writeFileSync(join(folder, 'incidents', name), JSON.stringify(form));

  it('leaves an old report with its own questions, and a new one has the new', () => {
    keep('one.json', today);
    const forms = [raised, ...readEarlier([raised], folder).forms];
    const old = pageOf(aReport({ kind: today.kind, formVersion: today.version }), { forms });
    expect(old).toContain(today.inputs[0]?.label);
    expect(old).not.toContain('A question of later');
    const fresh = pageOf(aReport({ kind: today.kind, formVersion: raised.version }), { forms });
    expect(fresh).toContain('A question of later');
  });

  it('says so where the questions of that day are not kept', () => {
    const page = pageOf(aReport({ kind: today.kind, formVersion: today.version }), { forms: [raised] });
    expect(page).toContain(`version ${today.version}, which was asked, is not kept here`);
  });

  it.each([
    ['a version that is not older', [today], today],
    ['one version twice', [today, today], raised],
    ['something that is no form', [{ kind: 'x' }], raised],
  ])('is refused with %s among the earlier ones', (_what, earlier, now) => {
    earlier.forEach((form, at) => keep(`${at}.json`, form));
    expect(() => readEarlier([now], folder)).toThrow(FormsError);
  });

  it('is not one of the forms to choose from', () => {
    keep('one.json', today);
    expect(readEarlier([raised], folder).forms).toHaveLength(1);
    expect(readForms([raised])).toHaveLength(1);
  });
});

describe('the policy', () => {
  it('has raised its version if a clause changed', () => {
    const fingerprint = fingerprintOfClauses(clausesToday);
    const now = { name: content.policyId, version: content.policyVersion, fingerprint };
    expect(notRaised([now], written.policy, 'src/content/earlier/policy')).toEqual([]);
    const [first, ...others] = [...clausesToday];
    if (first === undefined) throw new Error('no clause');
    const changed = new Map([[first[0], { ...first[1], text: `${first[1].text} Or not.` }] as const, ...others]);
    const after = { ...now, fingerprint: fingerprintOfClauses(changed) };
    expect(notRaised([after], written.policy, 'x').join()).toContain('is still version');
  });

  it('of every version that was in force is kept', () => {
    const earlier = readEarlier(content.forms);
    for (const [policy, versions] of Object.entries(written.policy))
      for (const [version, fingerprint] of Object.entries(versions)) {
        const isToday = policy === content.policyId && version === content.policyVersion;
        const clauses = isToday ? clausesToday : earlier.clauses(policy, version);
        expect(clauses === null ? 'not kept' : fingerprintOfClauses(clauses)).toBe(fingerprint);
      }
  });

  it('that applied is kept with the report: id, version, and the rules of its kind with the one it was started from', async () => {
    const house = aHouse();
    await setUpHouse(house);
    const draft = await aReadyDraft(house);
    const rule = readRuleId('8.2.b');
    const policy = { id: 'invented', version: '1', rulesOf: () => (rule === null ? [] : [rule]) };
    const sent = await fileReport(house.outside, teacher, draft.id, policy, house.nudge);
    expect(sent.kind === 'filed' ? sent.report : sent).toMatchObject({
      policyId: 'invented',
      policyVersion: '1',
      rules: ['8.2.b'],
    });
  });

  it('that has changed since leaves an old report with the wording of its day', () => {
    const folder = mkdtempSync(join(tmpdir(), 'earlier-'));
    const clause = (text: string) => ({
      id: '2.1',
      block: '2.1',
      section: '2',
      sectionTitle: 'Posts',
      text,
      modality: 'must',
      verb: 'must',
      addressee: 'leaders',
      exceptions: [],
      related: [],
    });
    const today = readClauses([clause('Staff must ask twice before they post.')]);
    mkdirSync(join(folder, 'policy', 'invented'), { recursive: true });
    writeFileSync(
      join(folder, 'policy', 'invented', '1.json'),
      JSON.stringify([clause('Staff must ask once before they post.')]),
    );
    try {
      const earlier = readEarlier([], folder);
      const rule = readRuleId('2.1');
      if (rule === null) throw new Error('no rule');
      const shown: WebOptions['clause'] = (id, of) => {
        const clauses = of.version === '2' ? today : earlier.clauses(of.policyId ?? 'invented', of.version);
        const found = id === rule ? clauses?.get(rule) : undefined;
        return found === undefined ? null : { section: found.sectionTitle, quote: found.text };
      };
      const page = (policyVersion: string) =>
        pageOf(aReport({ policyId: 'invented', policyVersion, rules: [rule] }), {
          forms: content.forms,
          clause: shown,
        });
      expect(page('1')).toContain('Staff must ask once before they post.');
      expect(page('2')).toContain('Staff must ask twice before they post.');
      expect(page('0')).toContain('Rule 2.1, whose wording of that day is not kept here.');
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('is quoted from its own version only', () => {
    const [rule] = [...clausesToday.keys()];
    if (rule === undefined) throw new Error('no clause');
    expect(content.clause(rule)).not.toBeNull();
    expect(content.clause(rule, { version: content.policyVersion })).toEqual(content.clause(rule));
    expect(content.clause(rule, { version: 'never' })).toBeNull();
    expect(content.clause(rule, { policyId: 'another', version: content.policyVersion })).toBeNull();
  });
});
