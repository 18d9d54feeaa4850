import { readdirSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { readDraftId, readReference, readStaffId } from '../../../src/core/ids.ts';
import { audienceFor, type Concern, type Imagery, type Roles } from '../../../src/core/report/audience.ts';
import {
  answerConcerns,
  answerCouldBeHead,
  answerDanger,
  answerImagery,
  chooseKind,
  type Draft,
  finishPictures,
  goBack,
  IMAGERY_KIND,
  keepAnswers,
  keepMore,
  mayHoldPictures,
  mayWaitForPictures,
  nextStep,
  startDraft,
  type Step,
  STOP_KINDS,
  subjectOf,
} from '../../../src/core/report/draft.ts';
import { type FormInput, type IncidentForm, inputsOf, readForm } from '../../../src/core/report/forms.ts';
import { readForms } from '../../../src/core/report/readForms.ts';
import { readyToSend } from '../../../src/core/report/report.ts';

const folder = resolve(import.meta.dirname, '../../../src/content/incidents');
const forms = readForms(
  readdirSync(folder).map((file): unknown => JSON.parse(readFileSync(resolve(folder, file), 'utf8'))),
);
const sure = <T>(value: T | null): T => {
  if (value === null) throw new Error('The test names a thing that its reader refuses');
  return value;
};
const [head, lead, triager, chair, teacher] = ['head', 'lead', 'triager', 'chair', 'teacher'].map((name) =>
  sure(readStaffId(name)),
) as [never, never, never, never, never];
const roles: Roles = { headteachers: [head], safeguarding: [lead], chairs: [chair], triagers: [triager] };
const start = startDraft(
  { id: sure(readDraftId('d1')), reference: sure(readReference('SM-234-67AC')) },
  teacher,
  '2026-03-02T09:00:00.000Z',
);
const TODAY = '2026-03-02';
const formOf = ({ kind }: Draft): IncidentForm => {
  const found = forms.find((form) => form.kind === kind);
  if (found === undefined) throw new Error(`No form for ${String(kind)}`);
  return found;
};

const fit = (input: FormInput): string =>
  input.type === 'text' ? 'words' : input.type === 'date' ? TODAY : (input.choices[0]?.code ?? '');
const fill = (inputs: readonly FormInput[]) => Object.fromEntries(inputs.map((input) => [input.id, fit(input)]));

/** Every answer that a step's card can send, as a way to the next draft. */
type Edge = { readonly said: string; readonly to: Draft };
const CONCERNS: readonly Concern[] = [
  { kind: 'headteacher' },
  { kind: 'handler', staffId: triager },
  { kind: 'other-staff' },
  { kind: 'pupil' },
  { kind: 'parent-or-other' },
  { kind: 'me' },
  { kind: 'not-sure' },
];
const stopped = (draft: Draft): readonly Edge[] =>
  forms
    .filter(({ listed }) => !listed)
    .map(({ kind, audience }) => ({
      said: `stop ${kind}`,
      to: answerImagery(draft, 'yes', kind === IMAGERY_KIND ? undefined : { kind, audience }),
    }));
function edgesOf(draft: Draft): readonly Edge[] {
  const step = nextStep(draft);
  switch (step) {
    case 'danger':
      return (['no', 'yes'] as const).map((danger) => ({ said: `danger ${danger}`, to: answerDanger(draft, danger) }));
    case 'imagery':
      return [
        ...(['no', 'not-sure'] as const).map((one) => ({ said: `imagery ${one}`, to: answerImagery(draft, one) })),
        ...stopped(draft),
      ];
    case 'concerns':
      return CONCERNS.map((concern) => ({ said: concern.kind, to: answerConcerns(draft, [concern], roles) }));
    case 'could-be-head':
      return (['no', 'yes-or-not-sure'] as const).map((one) => ({
        said: `head ${one}`,
        to: answerCouldBeHead(draft, one, roles),
      }));
    case 'kind':
      return [
        ...forms
          .filter(({ listed }) => listed)
          .map(({ kind, version, audience }) => ({ said: kind, to: chooseKind(draft, kind, version, audience) })),
        ...stopped(draft),
      ];
    case 'form': {
      const form = formOf(draft);
      const reading = readForm(form, fill(form.inputs), TODAY);
      const kept = reading.kind === 'complete' ? keepAnswers(draft, reading.answers, form.version) : draft;
      return [
        { said: 'filled', to: kept },
        ...(form.more === undefined ? [] : [{ said: 'filled, and more', to: goBack(kept, 'more') }]),
      ];
    }
    case 'more': {
      const more = formOf(draft).more ?? [];
      const all = readForm({ inputs: more }, fill(more), TODAY);
      const none = readForm({ inputs: more }, {}, TODAY);
      return [all, none].flatMap((reading) =>
        reading.kind === 'complete'
          ? [{ said: 'more', to: keepMore(draft, { ...draft.answers, ...reading.answers }) }]
          : [],
      );
    }
    case 'pictures':
      return [{ said: 'done', to: finishPictures(draft) }];
    case 'look-over':
      return [];
  }
}

type Walk = { readonly path: readonly string[]; readonly draft: Draft };
/** Every way through the guide; a way that is longer than the guide has steps goes round in a circle. */
const LONGEST = 9;
function walks(draft: Draft, path: readonly string[] = []): readonly Walk[] {
  const edges = edgesOf(draft);
  if (edges.length === 0 || path.length > LONGEST) return [{ path, draft }];
  return edges.flatMap(({ said, to }) => walks(to, [...path, said]));
}

describe('the guide as a graph', () => {
  const all = walks(start);

  it('has every path end at the look-over, ready to be sent', () => {
    expect(all.length).toBeGreaterThan(400);
    const lost = all.filter(({ draft }) => nextStep(draft) !== 'look-over' || readyToSend(draft).kind !== 'ready');
    expect(lost.map(({ path }) => path.join(' > '))).toEqual([]);
    expect(Math.max(...all.map(({ path }) => path.length))).toBeLessThanOrEqual(LONGEST);
  });

  it('strands no kind: each is reached, with every one of its questions', () => {
    for (const form of forms) {
      const there = all.filter(({ draft }) => draft.kind === form.kind);
      expect([form.kind, there.length > 0]).toEqual([form.kind, true]);
      const answered = new Set(there.flatMap(({ draft }) => Object.keys(draft.answers)));
      expect([form.kind, [...answered].sort()]).toEqual([
        form.kind,
        inputsOf(form)
          .map(({ id }) => id)
          .sort(),
      ]);
    }
  });

  it('takes a picture on no path where a kind of which none is taken was named', () => {
    const stops = all.filter(({ draft }) => STOP_KINDS.includes(draft.kind ?? ''));
    expect(new Set(stops.map(({ draft }) => draft.kind)).size).toBe(3);
    expect(stops.filter(({ draft }) => mayHoldPictures(draft) || mayWaitForPictures(draft))).toEqual([]);
    expect(stops.filter(({ path }) => path.includes('done'))).toEqual([]);
    const others = all.filter(({ draft }) => !STOP_KINDS.includes(draft.kind ?? ''));
    expect(others.every(({ draft, path }) => mayHoldPictures(draft) && path.includes('done'))).toBe(true);
  });

  it('uses no code for two kinds, two questions of one kind or two answers of one question', () => {
    const twice = (codes: readonly string[]) => codes.filter((code, at) => codes.indexOf(code) !== at);
    expect(twice(forms.map(({ kind }) => kind))).toEqual([]);
    for (const form of forms) {
      expect(twice(inputsOf(form).map(({ id }) => id))).toEqual([]);
      for (const input of inputsOf(form)) {
        expect(input.type === 'choice' ? twice(input.choices.map(({ code }) => code)) : []).toEqual([]);
      }
    }
  });

  it('fixes on every path the audience that the table of kinds and concerns gives', () => {
    const byKind = Object.fromEntries(forms.map(({ kind, audience }) => [kind, audience]));
    const expected = ({ kind, concerns, couldBeHead }: Draft) => {
      const concern = concerns[0]?.kind ?? '';
      if (concern === 'headteacher' || couldBeHead === 'yes-or-not-sure') return 'chair';
      if (kind === IMAGERY_KIND) return 'safeguarding';
      return ['handler', 'other-staff', 'not-sure'].includes(concern) ? 'head' : byKind[kind ?? ''];
    };
    for (const { path, draft } of all)
      expect([path.join(' > '), audienceFor(subjectOf(draft), roles)]).toEqual([path.join(' > '), expected(draft)]);
  });
});

describe('whom each kind goes to where it concerns a parent or somebody else', () => {
  it.each<[string, string]>([
    ['abusive-post', 'triage'],
    ['inappropriate-reference', 'triage'],
    ['naming-complaint', 'triage'],
    ['fake-account', 'triage'],
    ['pupil-contact', 'triage'],
    ['friend-post', 'triage'],
    ['filtering-breach', 'triage'],
    ['phishing', 'triage'],
    ['something-else', 'triage'],
    ['colleague-activity', 'head'],
    ['adult-imagery', 'head'],
    ['cyberbullying', 'safeguarding'],
    ['radicalisation', 'safeguarding'],
    ['terrorist-material', 'safeguarding'],
    ['possible-imagery', 'safeguarding'],
  ])('%s → %s', (kind, audience) => {
    expect(forms.find((form) => form.kind === kind)?.audience).toBe(audience);
    expect(forms.length).toBe(15);
  });
});

describe('a stop for something that is not of a child', () => {
  const asked = answerDanger(start, 'no');
  const adult = { kind: 'adult-imagery', audience: 'head' } as const;

  it('becomes the one for a child when that is said after it, and never goes back', () => {
    const first = answerImagery(asked, 'yes', adult);
    expect(first).toMatchObject({ imagery: 'yes', kind: 'adult-imagery', kindAudience: 'head' });
    for (const imagery of ['yes', 'not-sure'] as const) {
      const child = answerImagery({ ...first, answers: { whose: 'me' }, formDone: true }, imagery);
      expect(child).toMatchObject({ imagery, kind: IMAGERY_KIND, answers: {}, formDone: false });
      expect(child.kindAudience).toBeUndefined();
      expect(answerImagery(child, 'yes', adult)).toMatchObject({ imagery, kind: IMAGERY_KIND });
    }
  });

  it('is not undone by a "no", nor by another kind, nor by the other stop', () => {
    const first = answerImagery(asked, 'yes', adult);
    const later: readonly ((draft: Draft) => Draft)[] = [
      (draft) => answerImagery(draft, 'no'),
      (draft) => chooseKind(draft, 'abusive-post', 2),
      (draft) => answerImagery(draft, 'yes', { kind: 'terrorist-material', audience: 'safeguarding' }),
    ];
    for (const act of later) {
      const imagery: Imagery | undefined = act(first).imagery;
      expect([imagery, act(first).kind]).toEqual(['yes', 'adult-imagery']);
    }
  });

  it('gives a kind chosen before no say in whom the picture of a child goes to', () => {
    const open = chooseKind(answerConcerns(answerImagery(asked, 'no'), [{ kind: 'pupil' }], roles), 'k', 1, 'triage');
    expect(audienceFor(subjectOf(answerImagery(open, 'not-sure')), roles)).toBe('safeguarding');
  });
});

describe('the second card of a form', () => {
  const step = (draft: Draft): Step => nextStep(draft);
  const open = answerConcerns(answerImagery(answerDanger(start, 'no'), 'no'), [{ kind: 'pupil' }], roles);
  it('cannot be reached, nor kept, before the first is done', () => {
    const chosen = chooseKind(open, 'abusive-post', 2, 'triage');
    expect(step(goBack(chosen, 'more'))).toBe('form');
    expect(keepMore(chosen, { opinion: 'x' }).answers).toEqual({});
  });
});
