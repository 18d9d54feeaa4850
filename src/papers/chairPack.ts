import { createHash } from 'node:crypto';
import { closingReasonInWords, concernInWords, sizeInWords, withdrawalInWords } from '../cards/sentences.ts';
import { inLondon } from '../cards/when.ts';
import { formOfDay } from '../core/report/formVersions.ts';
import type { Guidance } from '../core/policy/answer.ts';
import { firstBreak } from '../core/report/audit.ts';
import { type Evidence, pictureReasonInWords } from '../core/report/picture.ts';
import { answerInWords, type IncidentForm, inputsOf } from '../core/report/forms.ts';
import type { Report, Withdrawal } from '../core/report/report.ts';
import { never } from '../core/never.ts';
import type { PackContents, PackPicture } from '../flows/sealForChair.ts';
import { escaped } from './markup.ts';
import type { PaperFile } from './zip.ts';

/** What the pack is made from besides the report: how its questions were asked, and what whoever reads it is to weigh. */
export type PackWords = { readonly forms: readonly IncidentForm[]; readonly guidance: Guidance | null };

/** `report.html`, which stands for itself; then everything as data, the pictures as they were received, and all the hashes. */
export function packFiles(contents: PackContents, words: PackWords): readonly PaperFile[] {
  const { report, pictures, record } = contents;
  // The proof of the code stays in the store: nobody is to try codes against it elsewhere.
  const { chairCode: _kept, ...bare } = report;
  const asText = (value: unknown) => Buffer.from(`${JSON.stringify(value, null, 2)}\n`, 'utf8');
  const files: readonly PaperFile[] = [
    { name: 'report.html', bytes: Buffer.from(packPage(contents, words), 'utf8') },
    { name: 'report.json', bytes: asText({ report: bare, pictures: pictures.map(asData) }) },
    { name: 'record.json', bytes: asText({ chain: report.chain, lines: record }) },
    ...pictures.flatMap((picture) =>
      picture.kind === 'original' ? [{ name: nameOfPicture(picture), bytes: picture.bytes }] : [],
    ),
  ];
  const sums = files.map(({ name, bytes }) => `${createHash('sha256').update(bytes).digest('hex')}  ${name}\n`);
  return [...files, { name: 'SHA256SUMS.txt', bytes: Buffer.from(sums.join(''), 'utf8') }];
}

const asData = (picture: PackPicture) => ({
  ...withWordsIfKept(picture.evidence),
  ...(picture.kind === 'original' ? { file: nameOfPicture(picture) } : { leftOut: picture.why }),
});

/** Of a picture that was stopped nothing is told that might describe it. */
function withWordsIfKept(evidence: Evidence): Omit<Evidence, 'words'> & Pick<Evidence, 'words'> {
  if (evidence.state === 'kept') return evidence;
  const { words: _describing, ...bare } = evidence;
  return bare;
}

const ENDINGS: Readonly<Record<string, string>> = {
  'image/png': 'png',
  'image/jpeg': 'jpg',
  'image/webp': 'webp',
  'image/gif': 'gif',
  'image/heic': 'heic',
};
const nameOfPicture = ({ evidence: { number, mediaType } }: PackPicture): string =>
  `pictures/${String(number).padStart(2, '0')}.${ENDINGS[mediaType] ?? 'bin'}`;

const LEFT_OUT = {
  sealed: 'Left out: it was stopped because it may be an indecent image. Ask the safeguarding lead.',
  destroyed:
    'Not there any more: the safeguarding lead had it destroyed, as the record says. It was stopped because it might be an indecent image.',
  altered: 'Left out: what is stored is not what was received. Tell whoever looks after Postwise.',
  'not-asked': 'Left out: the pack was taken out without pictures.',
} as const;

/** The report as a page without a script, a picture or a link: it can be shown anywhere. */
export function packPage({ report, pictures, record }: PackContents, { forms, guidance }: PackWords): string {
  const form = formOfDay(forms, report)?.form ?? null;
  const broken = firstBreak(record, report.chain);
  const facts: readonly (readonly [string, string])[] = [
    ['Kind', form?.title ?? report.kind],
    ['Where it stands', stateInWords(report)],
    ['Sent', inLondon(report.filedAt)],
    ['Reported by', `${report.reporterName ?? 'Name not known'} (staff id ${report.reporter})`],
    ['Concerns', report.concerns.map((concern) => concernInWords(concern, () => null)).join('; ')],
    ['Somebody in danger', report.danger === 'yes' ? 'The reporter said yes' : 'The reporter said no'],
    ['Policy version', report.policyVersion],
    ...(report.withdrawn === undefined ? [] : [withdrawnFact(report.withdrawn)]),
  ];
  const inputs = form === null ? [] : inputsOf(form);
  const asked = inputs.map((input) => [input.label, answerInWords(input, report.answers[input.id])] as const);
  const others = Object.entries(report.answers).filter(([id]) => !inputs.some((input) => input.id === id));
  return `<!doctype html>
<html lang="en-GB">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>Report ${escaped(report.reference)}</title>
<style>body{font:1rem/1.5 system-ui,sans-serif;max-width:45rem;margin:2rem auto;padding:0 1rem;color:#1b1b1b;background:#fff;overflow-wrap:anywhere}dt{font-weight:600;margin-top:.75rem}dd{margin:0;white-space:pre-wrap}code{font-size:.85em}</style>
</head>
<body>
<h1>Report ${escaped(report.reference)}</h1>
<p>For the chair of governors, or whoever acts for the chair. Please keep it where nobody else reads it. Pictures show what the reporter saw; they do not prove who wrote it.</p>
${terms(facts)}
<h2>What was reported</h2>
${terms([...asked, ...others])}
${(report.additions ?? [])
  .map(
    (addition) =>
      `<h2>Added ${inLondon(addition.at)}</h2>${terms([
        ['Words', addition.words ?? 'None'],
        ['Pictures', addition.pictures.join(', ') || 'None'],
      ])}`,
  )
  .join('')}
${exchangeBlock(report)}
<h2>Pictures</h2>
${pictures.length === 0 ? '<p>None were sent with it.</p>' : `<ol>${pictures.map(pictureLine).join('')}</ol>`}
${guidance === null ? '' : guidanceBlock(guidance)}
<h2>The record</h2>
<p>${
    broken === null
      ? 'Every line is tied to the one before by its hash. The chain holds.'
      : `Warning: the chain does not hold at line ${broken}.`
  } It ends in <code>${escaped(report.chain.head)}</code>.</p>
<ol>${record.map(recordLine).join('')}</ol>
</body>
</html>
`;
}

const terms = (pairs: readonly (readonly [string, string])[]): string =>
  `<dl>${pairs.map(([name, value]) => `<dt>${escaped(name)}</dt><dd dir="auto">${escaped(value)}</dd>`).join('')}</dl>`;

function pictureLine(picture: PackPicture): string {
  const { number, mediaType, bytes, receivedAt, sha256, withdrawn } = picture.evidence;
  const back =
    withdrawn === undefined
      ? ''
      : ` Taken back by the reporter on ${inLondon(withdrawn.at)}: ${pictureReasonInWords(withdrawn.reason)}. It is kept all the same.`;
  const where =
    picture.kind === 'original' ? `In the zip as ${nameOfPicture(picture)}, as received.` : LEFT_OUT[picture.why];
  return `<li value="${number}">${escaped(`${where}${back}`)} ${escaped(mediaType)}, ${sizeInWords(bytes)}, received ${inLondon(receivedAt)}. SHA-256 <code>${escaped(sha256)}</code>${wordsOf(picture.evidence)}</li>`;
}

/** As the sender wrote it: an address in it is text. */
function wordsOf({ state, words = {}, noView }: Evidence): string {
  if (state !== 'kept') return '';
  const { caption, link } = words;
  const pairs: readonly (readonly [string, string])[] = [
    ...(noView === true ? [['Shown', 'It could not be shown in Postwise: only the original was kept'] as const] : []),
    ...(caption === undefined ? [] : [['The sender’s words', caption] as const]),
    ...(link === undefined ? [] : [['Where it was', link] as const]),
  ];
  return pairs.length === 0 ? '' : terms(pairs);
}

const guidanceBlock = ({ title, lines, sources, checkedOn }: Guidance): string =>
  `<h2>${escaped(title)}</h2><p>National guidance, not the school’s policy.</p><ul>${lines
    .map((line) => `<li>${escaped(line)}</li>`)
    .join(
      '',
    )}</ul><p>Source: ${escaped(sources.map(({ name }) => name).join('; '))}. Checked on ${escaped(checkedOn)}.</p>`;

/** By the act's own word, so that no line is ever missing here: `page-viewed` reads "Page viewed". */
function recordLine({ at, by, what, facts, hash }: PackContents['record'][number]): string {
  const act = `${what.charAt(0).toUpperCase()}${what.slice(1).replaceAll('-', ' ')}`;
  const more = Object.entries(facts).map(([name, value]) => `${name}: ${value}`);
  const said = more.length === 0 ? act : `${act} (${more.join('; ')})`;
  return `<li>${inLondon(at)}, ${escaped(by === 'postwise' ? 'Postwise' : `staff id ${by}`)}: ${escaped(said)} <code>${escaped(hash)}</code></li>`;
}

/** What went between those who handled it and the reporter. */
function exchangeBlock(report: Report): string {
  const asked = (report.questions ?? []).map(
    ({ number, at, by, words, answers }) =>
      `<h2>Question ${number} to the reporter, ${inLondon(at)}</h2>${terms([
        ['Asked by', `staff id ${by}`],
        ['Question', words],
        ...(answers.length === 0 ? ([['Answer', 'None yet']] as const) : []),
        ...answers.map((answer) => [`Answer, ${inLondon(answer.at)}`, answer.words] as const),
      ])}`,
  );
  const note = report.state === 'closed' && report.note !== undefined ? report.note : null;
  return [...asked, note === null ? '' : `<h2>Note to the reporter</h2>${terms([['Note', note]])}`].join('');
}

const withdrawnFact = ({ at, reason, words }: Withdrawal): readonly [string, string] => [
  'Withdrawn by the reporter',
  `${inLondon(at)}, ${withdrawalInWords(reason)}${words === undefined ? '' : `: ${words}`}. It is kept all the same.`,
];

function stateInWords(report: Report): string {
  switch (report.state) {
    case 'new':
      return 'New';
    case 'acknowledged':
      return `Acknowledged, ${inLondon(report.acknowledgedAt)}`;
    case 'closed':
      return `Closed, ${inLondon(report.closedAt)}: ${closingReasonInWords(report.reason)}`;
    default:
      return never(report);
  }
}
