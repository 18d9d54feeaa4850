import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { stillUseful } from '../../../src/core/report/capture.ts';
import { STOP_KINDS } from '../../../src/core/report/draft.ts';
import { type IncidentForm, inputsOf } from '../../../src/core/report/forms.ts';

const one = [{}];
const said = (link: string) => [{ words: { link } }];

describe('what is still useful to capture', () => {
  it('is everything while nothing is known', () => {
    expect(stillUseful({ answers: {}, pictures: one })).toEqual(['link', 'account', 'time', 'thread']);
  });

  it.each([
    [{ link: 'https://example.test/1' }, one, ['account', 'time', 'thread']],
    [{}, said('example.test/1'), ['account', 'time', 'thread']],
    [{ platform: 'whatsapp' }, one, ['account', 'time', 'thread']],
    [{ account: '@somebody' }, one, ['link', 'time', 'thread']],
    [{ 'posted-on': '2026-03-01' }, one, ['link', 'account', 'thread']],
    [{ 'seen-on': '2026-03-01' }, one, ['link', 'account', 'time', 'thread']],
    [{}, [{}, {}], ['link', 'account', 'time']],
    [{ link: '', account: '' }, one, ['link', 'account', 'time', 'thread']],
    [{ account: 'a', 'posted-on': '2026-03-01' }, [{}, ...said('x.test/1')], []],
  ])('with the answers %j and the pictures %j is %j', (answers, pictures, expected) => {
    expect(stillUseful({ kind: 'abusive-post', answers, pictures })).toEqual(expected);
  });

  it('of a page that got through the filter is its address alone', () => {
    expect(stillUseful({ kind: 'filtering-breach', answers: {}, pictures: one })).toEqual(['link']);
  });

  const folder = join(import.meta.dirname, '../../../src/content/incidents');
  const forms = readdirSync(folder).map((file) => JSON.parse(readFileSync(join(folder, file), 'utf8')) as IncidentForm);
  it.each(forms.filter(({ kind }) => !STOP_KINDS.includes(kind)))(
    'of the kind $kind ends with all its questions answered and two pictures with an address',
    (form) => {
      const answers = Object.fromEntries(inputsOf(form).map(({ id }) => [id, '2026-03-01']));
      const left = stillUseful({ kind: form.kind, answers, pictures: [{}, ...said('x.test/1')] });
      // Only what the form has no question for can be left; that is told with the picture.
      const asked = inputsOf(form).map(({ id }) => id);
      expect(left).toEqual(
        asked.includes('posted-on') || asked.includes('came-on') ? [] : left.filter((each) => each === 'time'),
      );
    },
  );
});
