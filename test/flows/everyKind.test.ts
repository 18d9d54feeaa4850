import type { FormInput, IncidentForm } from '../../src/core/report/forms.ts';
import { fileReport } from '../../src/flows/fileReport.ts';
import {
  sayConcerns,
  sayDanger,
  sayForm,
  sayImagery,
  sayKind,
  sayMore,
  sayPicturesDone,
  startReport,
  stepBack,
} from '../../src/flows/guideReport.ts';
import { aHouse, teacher } from '../builders/house.ts';
import { formOf, forms } from '../cards/examples.ts';

const TODAY = '2026-03-02';
const fit = (input: FormInput): string =>
  input.type === 'text' ? `words for ${input.id}` : input.type === 'date' ? TODAY : (input.choices[0]?.code ?? '');
const fill = (inputs: readonly FormInput[]) => Object.fromEntries(inputs.map((input) => [input.id, fit(input)]));
const required = (form: IncidentForm) => form.inputs.filter((input) => input.required);

async function toForm(form: IncidentForm) {
  const house = aHouse();
  const { outside, fetches } = house;
  const { draft } = await startReport(outside, teacher);
  await sayDanger(outside, teacher, draft.id, 'no');
  await sayImagery(outside, fetches, teacher, draft.id, form.listed ? 'no' : 'yes', stopOf(form));
  await sayConcerns(outside, teacher, draft.id, [{ kind: 'parent-or-other' }]);
  if (form.listed) await sayKind(outside, teacher, draft.id, form);
  return { house, outside, id: draft.id };
}
const stopOf = (form: IncidentForm) => (form.listed || form.kind === 'possible-imagery' ? undefined : form);

describe('every kind', () => {
  it.each(forms.map((form) => [form.kind, form] as const))(
    '%s is sent with no more than what it requires, to those whom content names',
    async (_kind, form) => {
      const { house, outside, id } = await toForm(form);
      const answers = fill(required(form));
      const turn = await sayForm(outside, teacher, id, forms, answers, TODAY);
      expect(turn.problems).toBeUndefined();
      if (form.listed) await sayPicturesDone(outside, teacher, id);
      const sent = await fileReport(outside, teacher, id, '1', house.nudge);
      expect(sent).toMatchObject({
        kind: 'filed',
        report: { kind: form.kind, formVersion: form.version, audience: form.audience, answers },
      });
    },
  );

  it.each(forms.filter(({ more = [] }) => more.length > 0).map((form) => [form.kind, form] as const))(
    '%s keeps the answers of both cards, whichever is changed last',
    async (_kind, form) => {
      const { house, outside, id } = await toForm(form);
      const first = fill(required(form));
      const more = fill(form.more ?? []);
      await sayForm(outside, teacher, id, forms, first, TODAY);
      await stepBack(outside, teacher, id, 'more');
      await sayMore(outside, teacher, id, forms, more, TODAY);
      await stepBack(outside, teacher, id, 'form');
      await sayForm(outside, teacher, id, forms, first, TODAY);
      await sayPicturesDone(outside, teacher, id);
      const sent = await fileReport(outside, teacher, id, '1', house.nudge);
      expect(sent).toMatchObject({ kind: 'filed', report: { answers: { ...first, ...more } } });
    },
  );
});

describe('the second card', () => {
  it('comes back with all that was typed, while the draft holds only what may be sent', async () => {
    const form = formOf('abusive-post');
    const { outside, id } = await toForm(form);
    await sayForm(outside, teacher, id, forms, fill(required(form)), TODAY);
    await stepBack(outside, teacher, id, 'more');
    const typed = { link: 'somewhere', opinion: 'x'.repeat(700), 'posted-on': 'last Tuesday' };
    const turn = await sayMore(outside, teacher, id, forms, typed, TODAY);
    expect(turn.problems?.map(({ input }) => input)).toEqual(['posted-on', 'opinion']);
    expect(turn.typed).toEqual(typed);
    if (turn.kind !== 'draft') throw new Error('no draft');
    expect(turn.draft.answers).toEqual({ ...fill(required(form)), link: 'somewhere' });
    expect(turn.draft.editing).toBe('more');
  });

  it('is not taken from an old card once pictures have been stopped', async () => {
    const form = formOf('abusive-post');
    const { house, outside, id } = await toForm(form);
    await sayForm(outside, teacher, id, forms, fill(required(form)), TODAY);
    await sayImagery(outside, house.fetches, teacher, id, 'not-sure');
    const turn = await sayMore(outside, teacher, id, forms, { opinion: 'what it shows' }, TODAY);
    expect(turn.kind === 'draft' && turn.draft.answers).toEqual({});
  });
});
