import { packFiles, packPage } from '../../src/papers/chairPack.ts';
import { after, aReport, CHAIR } from '../builders/values.ts';

const report = aReport({
  audience: 'chair',
  state: 'closed',
  note: 'Thank you, <b>it is settled</b>',
  chairCode: { salt: 'salt', hash: 'the hash of the code' },
  questions: [
    {
      number: 1,
      at: after(60_000),
      by: CHAIR,
      words: 'Who was there?',
      answers: [
        { at: after(120_000), words: 'Two of us' },
        { at: after(180_000), words: 'Three & a child' },
      ],
    },
    { number: 2, at: after(240_000), by: CHAIR, words: 'And when?', answers: [] },
  ],
});
const contents = { report, pictures: [], record: [] };
const words = { forms: [], guidance: null };

it('has what was asked and answered, and the note, as text', () => {
  const page = packPage(contents, words);
  for (const said of [
    'Question 1 to the reporter',
    'Who was there?',
    'Two of us',
    'Three &amp; a child',
    'And when?',
    'None yet',
    'Note to the reporter',
    'Thank you, &lt;b&gt;it is settled&lt;/b&gt;',
  ])
    expect(page).toContain(said);
  expect(packPage({ ...contents, report: aReport() }, words)).not.toContain('to the reporter');
});

it('has them as data too, and never the proof of the code', () => {
  const data =
    packFiles(contents, words)
      .find(({ name }) => name === 'report.json')
      ?.bytes.toString() ?? '';
  expect(JSON.parse(data)).toMatchObject({
    report: { questions: report.questions, note: 'Thank you, <b>it is settled</b>' },
  });
  expect(data).not.toContain('the hash of the code');
});
