import { forms, signposts } from '../cards/examples.ts';
import { fileReport } from '../../src/flows/fileReport.ts';
import {
  sayConcerns,
  sayDanger,
  sayForm,
  sayImagery,
  sayKind,
  sayPicturesDone,
  startReport,
} from '../../src/flows/guideReport.ts';
import type { IncidentForm } from '../../src/core/report/forms.ts';
import { head, person, teacher, triager } from '../builders/house.ts';
import { LEAD } from '../builders/values.ts';
import { anOpenLink, aSite, pressAndAnswer, type Site, Surfer, wordsOf } from './site.ts';

let site: Site;
beforeEach(async () => {
  site = await aSite({ forms, signposts, clause: (id) => ({ section: 'A section', quote: `The words of ${id}` }) });
});
afterEach(() => site.close());

const TODAY = '2026-03-02';
const READERS = { triage: triager, head, safeguarding: person(LEAD) };

/** The page of a report of that kind, as the first who may open it sees it. */
async function pageOf(form: IncidentForm): Promise<string> {
  const { outside, fetches, nudge } = site.house;
  const { draft } = await startReport(outside, teacher);
  await sayDanger(outside, teacher, draft.id, 'no');
  const stop = form.listed || form.kind === 'possible-imagery' ? undefined : form;
  await sayImagery(outside, fetches, teacher, draft.id, form.listed ? 'no' : 'yes', stop);
  await sayConcerns(outside, teacher, draft.id, [{ kind: 'parent-or-other' }]);
  if (form.listed) await sayKind(outside, teacher, draft.id, form);
  const answers = Object.fromEntries(
    form.inputs.map((input) => [
      input.id,
      input.type === 'text' ? 'some words' : input.type === 'date' ? TODAY : (input.choices[0]?.code ?? ''),
    ]),
  );
  await sayForm(outside, teacher, draft.id, forms, answers, TODAY);
  if (form.listed) await sayPicturesDone(outside, teacher, draft.id);
  const sent = await fileReport(outside, teacher, draft.id, '1', nudge);
  if (sent.kind !== 'filed') throw new Error(`Not filed but ${sent.kind}`);
  const path = await anOpenLink(site.house, sent.report.id, READERS[form.audience]);
  const surfer = new Surfer(site);
  await pressAndAnswer(surfer, path);
  return (await surfer.get(path)).text;
}

describe('the page of a report', () => {
  it('shows what is to be done about an allegation for a colleague’s activity, whatever else was ticked', async () => {
    await site.close();
    const allegation = {
      id: 'a',
      title: 'The harm threshold',
      lines: ['Four questions.'],
      contacts: [],
      sources: [],
      checkedOn: '2026-11-22',
    };
    site = await aSite({ forms, allegation } as never);
    const about = (kind: string) => forms.filter((form) => form.kind === kind)[0] as IncidentForm;
    expect(await pageOf(about('colleague-activity'))).toContain('The harm threshold');
    expect(await pageOf(about('abusive-post'))).not.toContain('The harm threshold');
  });

  it.each(forms.map((form) => [form.kind, form] as const))(
    'of the kind %s shows its rules, and apart from them national guidance and where else it can go',
    async (_kind, form) => {
      const text = await pageOf(form);
      const words = wordsOf({ text });
      for (const id of form.clauses) expect(words).toContain(`The words of ${id}`);
      const policy = text.indexOf('What the policy says');
      const outside = text.indexOf('National guidance and help: not the school');
      const hasOutside = form.national !== undefined || (form.services ?? []).length > 0;
      expect(outside > policy && policy > 0).toBe(hasOutside);
      for (const id of form.services ?? []) {
        const name = signposts.services.find((service) => service.id === id)?.name ?? 'no such service';
        expect(text.indexOf(name)).toBeGreaterThan(outside);
      }
      for (const line of form.national?.lines ?? []) expect(words).toContain(line);
      // Whatever is said of an address there, nothing on the page can be pressed to go there.
      expect(text).not.toMatch(/href="https?:/);
    },
  );
});
