import fc from 'fast-check';
import { formCard, imageryCard, lookOverCard, problemCard } from './every.ts';
import { aDraft, aWaitingPicture } from '../builders/values.ts';
import { ALLOWED, strangeIn } from './allowed.ts';
import { examples, formOf, forms } from './examples.ts';
import { bytes, complaints } from './library.ts';
import { actionsOf, type Element, elementsOf, ofType, textsOf } from './readCard.ts';

const all = examples().map((example) => [example.name, example] as const);
const VERBS: Readonly<Record<string, { readonly data: readonly string[]; readonly inputs?: readonly string[] }>> = {
  help: { data: [] },
  'ask.clarify': { data: ['choice', 'policy'] },
  'answer.helpful': { data: ['answer', 'situation', 'policy', 'version', 'helpful'] },
  'answer.rate': { data: ['answer', 'situation', 'policy', 'version'] },
  'question.send': { data: ['question'] },
  'question.open': { data: ['question'], inputs: ['question'] },
  'question.answer': { data: ['question'] },
  'question.in-person': { data: ['question'] },
  'question.read': { data: ['question'] },
  'contact.head': { data: [] },
  'my-reports': { data: ['after'] },
  'mine.open': { data: ['report', 'see'], inputs: ['report'] },
  'mine.answer': { data: ['report', 'question'] },
  'mine.new-code': { data: ['report', 'sure'] },
  'mine.start-add': { data: ['report'] },
  'mine.pictures': { data: ['report'] },
  'mine.take-back': { data: ['report'], inputs: ['number', 'reason'] },
  'mine.again': { data: ['draft', 'act'] },
  'mine.add': { data: ['draft'] },
  'mine.withdraw': { data: ['report'], inputs: ['reason'] },
  'report.start': { data: ['rule'] },
  'report.continue': { data: [] },
  'report.danger': { data: ['draft', 'answer'] },
  'report.imagery': { data: ['draft', 'answer'] },
  'report.concerns': { data: ['draft'], inputs: ['concerns'] },
  'report.could-be-head': { data: ['draft', 'answer'] },
  'report.kind': { data: ['draft', 'kind'], inputs: ['kind'] },
  'report.form': { data: ['draft', 'kind', 'page', 'then'] },
  'report.pictures': { data: ['draft', 'act'], inputs: ['number'] },
  'report.back': { data: ['draft', 'step'] },
  'report.send': { data: ['draft'] },
  'report.chair-code': { data: ['draft'] },
  'report.delete': { data: ['draft', 'sure'] },
  'report.restart': { data: ['draft', 'sure'] },
  'triage.acknowledge': { data: ['report'], inputs: ['report'] },
  'triage.close': { data: ['report'], inputs: ['reason'] },
  'triage.again': { data: ['report'], inputs: ['report'] },
  'triage.open': { data: ['report'], inputs: ['report'] },
  'triage.list': { data: ['after'] },
};

describe('every card', () => {
  it('has a name of its own among the examples', () => {
    expect(new Set(all.map(([name]) => name)).size).toBe(all.length);
    expect(all.length).toBeGreaterThan(60);
  });

  it.each(all)('%s: the library takes it without a complaint', (_name, { card }) => {
    expect(complaints(card)).toEqual([]);
  });

  it.each(all)('%s: uses nothing but what is on the closed list', (_name, { card }) => {
    expect(elementsOf(card).flatMap(strangeIn)).toEqual([]);
  });

  it.each(all)('%s: is version 1.5, with a fallback text', (_name, { card }) => {
    expect(card).toMatchObject({ type: 'AdaptiveCard', version: '1.5' });
    expect(String(card['fallbackText']).length).toBeGreaterThan(10);
  });

  it.each(all)('%s: leaves no hole of its template open', (_name, { card }) => {
    expect(JSON.stringify(card)).not.toMatch(/\$\{|\$data|\$when|undefined|\[object/);
    expect(ofType(card, 'ActionSet').filter(({ actions }) => (actions as unknown[]).length === 0)).toEqual([]);
  });

  it.each(all)('%s: has at most six actions, each of which can be pressed in any client', (_name, { card }) => {
    const actions = actionsOf(card);
    expect(actions.length).toBeLessThanOrEqual(6);
    for (const action of actions) expect(action['title']).toMatch(/\S/);
    for (const action of actions.filter(({ type }) => type === 'Action.Execute')) {
      const { title, verb, data } = action;
      expect(action['fallback']).toMatchObject({ type: 'Action.Submit', title, data: { verb, ...(data as object) } });
    }
  });

  it.each(all)('%s: unfolds only from its own row of buttons, as phones do', (_name, { card }) => {
    const inside = ofType(card, 'ActionSet').flatMap(({ actions }) => actions as readonly Element[]);
    expect(inside.filter(({ type }) => type === 'Action.ShowCard')).toEqual([]);
  });

  it.each(all)('%s: presses only what the bot understands', (_name, { card }) => {
    const inputs = elementsOf(card).filter(({ type }) => String(type).startsWith('Input.'));
    for (const { verb, data } of actionsOf(card).filter(({ type }) => type === 'Action.Execute')) {
      const known = VERBS[String(verb)];
      expect(known?.data).toEqual(expect.arrayContaining(Object.keys(data as object)));
      for (const value of Object.values(data as object)) expect(['string', 'boolean']).toContain(typeof value);
    }
    const named = new Set(Object.values(VERBS).flatMap(({ inputs: names = [] }) => names));
    const others = inputs.map(({ id }) => String(id)).filter((id) => !id.startsWith('f.') && !named.has(id));
    expect(others.filter((id) => id !== 'question')).toEqual([]);
  });

  it.each(all)('%s: opens nothing but a secure address', (_name, { card }) => {
    for (const { url } of ofType(card, 'Action.OpenUrl')) expect(url).toMatch(/^https:\/\//);
  });

  it.each(all)('%s: wraps its text, and labels and explains its inputs', (_name, { card }) => {
    for (const block of ofType(card, 'TextBlock')) expect(block['wrap']).toBe(true);
    const inputs = elementsOf(card).filter(({ type }) => String(type).startsWith('Input.'));
    expect(new Set(inputs.map(({ id }) => id)).size).toBe(inputs.length);
    for (const input of inputs) {
      expect(input['label']).toMatch(/\S/);
      if (input['isRequired'] === true) expect(input['errorMessage']).toMatch(/\S/);
    }
  });

  it.each(all)('%s: has a heading, or is a line or two', (_name, { card }) => {
    const headings = ofType(card, 'TextBlock').filter(({ style }) => style === 'heading');
    expect(headings.length > 0 || textsOf(card).length <= 4).toBe(true);
  });

  it.each(all)('%s: is small', (_name, { card }) => {
    expect(bytes(card)).toBeLessThan(56_000);
    expect(Buffer.byteLength(JSON.stringify(card))).toBeLessThan(28_000);
  });
});

describe('a draft card', () => {
  const drafts = all.filter(([name]) =>
    /^(adding|danger|imagery|concerns|could|kind|form|pictures|look|draft waiting|delete|start again|notice, pictures)/.test(
      name,
    ),
  );
  it.each(drafts)('%s: says that it is not sent yet', (_name, { card }) => {
    expect(textsOf(card)[0]).toMatch(/^Not sent yet · step \d of \d$/);
    expect(card['fallbackText']).toMatch(/not sent yet|It was not sent/i);
  });
  it('is most of the guide', () => expect(drafts.length).toBeGreaterThan(25));
});

describe('the closed list', () => {
  it.each<[string, Element]>([
    ['a misspelt property', { type: 'TextBlock', text: 'a', wrap: true, txt: 'b' }],
    ['an element of a later version', { type: 'Table', rows: [] }],
    ['a picture', { type: 'Image', url: 'https://reports.example.org/1.png' }],
    ['a value that no client knows', { type: 'Container', items: [], style: 'danger' }],
  ])('finds %s', (_name, element) => expect(strangeIn(element)).toHaveLength(1));

  it('holds no picture', () => expect(Object.keys(ALLOWED).filter((type) => /Image|Media/.test(type))).toEqual([]));
});

describe('what people type', () => {
  const awkward = fc.oneof(
    fc.constantFrom(
      '[x](http://evil)',
      '**b**',
      '<b>x</b>',
      '{{DATE(2026-03-02T09:30:00Z,SHORT)}}',
      '${evil}',
      '- a\n- b',
      '\\*',
    ),
    fc.string({ unit: 'grapheme', minLength: 1, maxLength: 200 }),
  );
  // A sign that stands in none of our own words, so that a find is a find.
  const typed = awkward.map((text) => `\u2e2e${text}`);

  it('stands in no text that a client reads as markup, and in no button', () => {
    fc.assert(
      fc.property(typed, (words) => {
        for (const { name, card } of examples({ words, name: words })) {
          const readAsMarkup = elementsOf(card).flatMap((element) => {
            const { type } = element;
            if (type === 'TextBlock') return [element['text']];
            if (String(type).startsWith('Input.'))
              return [element['label'], element['errorMessage'], element['placeholder'], ...titles(element)];
            return String(type).startsWith('Action.') ? [element['title'], JSON.stringify(element['data'])] : [];
          });
          const found = [...readAsMarkup, card['fallbackText']].filter((text) => String(text).includes('\u2e2e'));
          expect([name, found]).toEqual([name, []]);
        }
      }),
      { numRuns: 25 },
    );
  });

  it('comes back letter for letter, line by line', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 300 }), (words) => {
        const card = lookOverCard(aDraft({ answers: { what: words } }), formOf('something-else'), {
          audience: 'triage',
          handlers: [],
        });
        const lines = words.split(/\r\n|[\n\r\u2028\u2029]/).filter((line) => line.trim() !== '');
        const shown = textsOf(card);
        for (const line of lines) expect(shown).toContain(line);
      }),
      { numRuns: 100 },
    );
  });

  it('is never read as a date by a client', () => {
    const runs = elementsOf(
      lookOverCard(
        aDraft({ answers: { what: 'at {{TIME(2026-03-02T09:30:00Z)}} {{{DATE(x)}}}' } }),
        formOf('something-else'),
        { audience: 'triage', handlers: [] },
      ),
    ).filter(({ type }) => type === 'TextRun');
    expect(runs.filter(({ text }) => String(text).includes('{{'))).toEqual([]);
  });

  it('leaves only what names are made of beside a tick box', () => {
    const named = examples({ words: 'x', name: '**Bo** [O’Neil](http://evil) <i>' }).find(
      ({ name }) => name === 'concerns',
    );
    expect(titles(ofType(named?.card ?? {}, 'Input.ChoiceSet')[0] ?? {})).toContain(
      'Safeguarding lead: Bo O’Neilhttpevil i',
    );
  });
});

const titles = ({ choices }: Element): readonly string[] =>
  Array.isArray(choices) ? (choices as readonly { readonly title: string }[]).map(({ title }) => title) : [];

describe('the largest cards', () => {
  const longest = { what: '☕'.repeat(8_000), account: '☕'.repeat(8_000), link: '☕'.repeat(8_000) };
  const problems = Object.keys(longest).map((input) => ({ input, sentence: 'Please shorten it.' }));

  it('carry a form that comes back with everything over-long in it', () => {
    for (const form of forms) {
      const ids = form.inputs.filter(({ type }) => type === 'text').map(({ id }) => id);
      const typed = Object.fromEntries(ids.map((id) => [id, '☕'.repeat(8_000)]));
      expect(bytes(formCard(aDraft(), form, { typed, problems }))).toBeLessThan(80_000);
    }
  });

  it('carry back what was typed when storage is down', () => {
    const typed = Object.fromEntries(Object.entries(longest).map(([id, value]) => [`f.${id}`, value]));
    const card = problemCard('I cannot reach my storage just now.', {
      typed,
      forms,
      retry: { verb: 'report.form', data: { draft: 'draft-1' } },
    });
    expect(bytes(card)).toBeLessThan(80_000);
    expect(ofType(card, 'Input.Text').map(({ value }) => String(value).length)).toEqual([8_000, 8_000, 8_000]);
  });

  it('stay small when nothing but line breaks and lines were typed', () => {
    const answers = { what: 'a\n'.repeat(1_000), account: 'b', link: 'c' };
    const card = lookOverCard(aDraft({ answers }), formOf('abusive-post'), { audience: 'triage', handlers: [] });
    expect(bytes(card)).toBeLessThan(56_000);
    expect(textsOf(card).join('').match(/a/g)?.length).toBeGreaterThanOrEqual(1_000);
  });
});

describe('a form card', () => {
  const form = formOf('abusive-post');
  it('comes back filled with what was typed, the problem above its input', () => {
    const card = formCard(aDraft(), form, {
      typed: { what: 'some words', platform: 'facebook', 'seen-on': '2026-03-01' },
      problems: [{ input: 'seen-by', sentence: 'Please answer “Who can see it?”.' }],
    });
    const values = Object.fromEntries(
      elementsOf(card).flatMap(({ id, value }) => (typeof id === 'string' ? [[id, value]] : [])),
    );
    expect(values).toMatchObject({ 'f.what': 'some words', 'f.platform': 'facebook', 'f.seen-on': '2026-03-01' });
    const shown = textsOf(card);
    expect(shown.indexOf('Please answer “Who can see it?”.')).toBe(shown.indexOf('Who can see it?') - 1);
  });
  it('lets a client cut nothing that was typed too long', () => {
    const card = formCard(aDraft(), form, { typed: { what: 'x'.repeat(2_001), account: 'short' } });
    const limits = ofType(card, 'Input.Text').map(({ id, maxLength }) => [id, maxLength]);
    expect(limits).toEqual([
      ['f.what', undefined],
      ['f.account', 200],
    ]);
  });
  it('gives no way to another kind where the kind follows from the safety question', () => {
    const buttons = (kind: string) => actionsOf(formCard(aDraft({ kind }), formOf(kind))).map(({ title }) => title);
    expect(buttons('abusive-post')).toContain('Another kind');
    expect(buttons('possible-imagery')).not.toContain('Another kind');
  });
});

describe('pictures', () => {
  it('that wait are never named or addressed in a card', () => {
    const card = imageryCard(aDraft({ pictures: [aWaitingPicture(1)] }));
    expect(JSON.stringify(card)).not.toContain('files.example.test');
  });
});

describe('what others may see', () => {
  it('in the channel and in notices names nobody and holds no id of a person', () => {
    for (const { name, card } of examples().filter(({ name }) =>
      /^(triage|one waits|open reports|notice)/.test(name),
    )) {
      expect([name, JSON.stringify(card).match(/0000-4000-8000/g)]).toEqual([name, null]);
      expect([name, JSON.stringify(card).includes('Ada Reyes')]).toEqual([name, false]);
    }
  });
});
