import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { MOST_PICTURES } from '../../src/core/report/picture.ts';
import { answerImagery } from '../../src/core/report/draft.ts';
import { type IncidentForm, inputsOf, readForm } from '../../src/core/report/forms.ts';
import { LONGEST_CAPTION, LONGEST_LINK, readPictureWords } from '../../src/core/report/pictureWords.ts';
import { StorageError } from '../../src/storage/storageError.ts';
import {
  aDraft,
  aFiling,
  anEvidence,
  aStoredPicture,
  aWaitingPicture,
  aWaiting,
  pictureId,
  SCHOOL,
  staff,
  TEACHER,
  tellingId,
} from '../builders/values.ts';
import { behindWire, type BehindWire } from './behindWire.ts';

let wired: BehindWire;
beforeAll(async () => {
  wired = await behindWire();
});
afterAll(() => wired.stop());

const FORMS_FOLDER = join(import.meta.dirname, '../../src/content/incidents');
const forms = readdirSync(FORMS_FOLDER)
  .filter((file) => file.endsWith('.json'))
  .map((file) => JSON.parse(readFileSync(join(FORMS_FOLDER, file), 'utf8')) as IncidentForm);

/** The sign that is longest as JSON is a control character, the longest as UTF-8 one of three bytes. */
const LONGEST_SIGNS = ['\u0001', '漢', '"'];
/** What an answer can hold: its own limit, or all of its choices. */
const fullest = (form: IncidentForm, sign: string) =>
  Object.fromEntries(
    inputsOf(form).map((input) => [
      input.id,
      input.type === 'text'
        ? sign.repeat(input.maxLength)
        : input.type === 'date'
          ? '2026-03-02'
          : input.choices.map(({ code }) => code).join(','),
    ]),
  );
/** As it is read: what is longest as JSON is not kept. */
const said = (sign: string) => readPictureWords(sign.repeat(LONGEST_CAPTION), sign.repeat(LONGEST_LINK));
const LONG_ID = 'a'.repeat(80);
const chat = (index: number) => ({
  kind: 'chat' as const,
  activityId: `1:${'9'.repeat(500)}`,
  index,
  how: 'inline' as const,
});
/** Of a file in somebody's OneDrive, with what opens it for some minutes. */
const LONG_ADDRESS = 2_500;
/** As many pictures as one draft tells of. */
const told = Array.from({ length: 3 * MOST_PICTURES }, (_none, index) => index + 1);
const numbers = Array.from({ length: MOST_PICTURES }, (_none, index) => index + 1);
/** As many as could ever be told of one report: everybody in a large leadership team. */
const tell = Array.from({ length: 40 }, (_none, index) => aWaiting({ id: tellingId(index) }));

/** The limits of the service, which the emulator does not hold. Size as the service counts: two bytes a unit. */
function sizesOf(body: string) {
  const entities = body.split(/\r?\n/).flatMap((line) => (line.startsWith('{') ? [JSON.parse(line) as object] : []));
  const units = (value: unknown) => (typeof value === 'string' ? value.length : 8);
  return {
    operations: body.match(/^(POST|PUT|PATCH|MERGE|DELETE) http/gm)?.length ?? 0,
    bytes: Buffer.byteLength(body),
    longestProperty: Math.max(...entities.flatMap((entity) => Object.values(entity).map(units))),
    largestEntityBytes: Math.max(
      ...entities.map((entity) =>
        Object.entries(entity).reduce((sum, [name, value]) => sum + 2 * (name.length + units(value)) + 8, 0),
      ),
    ),
  };
}

it('the forms are those of the school', () => expect(forms.length).toBeGreaterThanOrEqual(4));

describe.each(forms.map((form) => [form.kind, form] as const))('the largest report: %s', (_kind, form) => {
  it.each(LONGEST_SIGNS)('fits one transaction, written with %j', async (sign) => {
    const storage = await wired.open();
    const answers = fullest(form, sign);
    const draft = aDraft({
      kind: form.kind,
      answers,
      concerns: Array.from({ length: 20 }, (_none, index) => ({ kind: 'handler' as const, staffId: staff(index) })),
      pictures: numbers.map((number) => ({ ...aStoredPicture(number), source: chat(number), words: said(sign) })),
      nextNumber: MOST_PICTURES + 1,
    });
    const from = await storage.drafts.create(SCHOOL, draft);
    if (from === 'exists') throw new Error('no draft');
    const evidence = numbers.map((number) =>
      anEvidence({
        number,
        source: chat(number),
        id: pictureId(LONG_ID.slice(20) + String(number)),
        words: said(sign),
      }),
    );
    const filing = aFiling(draft, {}, evidence);
    wired.tables.clear();
    expect(await storage.reports.file(SCHOOL, filing, from, tell)).toBe('filed');

    const batch = wired.tables.sent.find(({ path }) => path.endsWith('$batch'));
    const sizes = sizesOf(batch?.body ?? '');
    expect(sizes.operations).toBe(7 + MOST_PICTURES + tell.length);
    expect(sizes.operations).toBeLessThanOrEqual(100);
    expect(sizes.bytes).toBeLessThan(4 * 1024 * 1024);
    expect(sizes.longestProperty).toBeLessThanOrEqual(32_768);
    expect(sizes.largestEntityBytes).toBeLessThan(1024 * 1024);
    expect((await storage.reports.get(SCHOOL, filing.report.id))?.value).toEqual(filing.report);
    expect(await storage.reports.evidence(SCHOOL, filing.report.id)).toEqual(evidence);
  });
});

it('a draft keeps what was typed far over the limits, so that it can be shown back', async () => {
  const { drafts } = await wired.open();
  const form = forms.reduce((most, next) => (next.inputs.length > most.inputs.length ? next : most));
  const answers = Object.fromEntries(form.inputs.map(({ id }) => [id, '\u0001'.repeat(8_000)]));
  const draft = answerImagery(aDraft({ answers, pictures: numbers.map(aStoredPicture) }), 'no');
  expect(await drafts.create(SCHOOL, draft)).not.toBe('exists');
  expect((await drafts.get(SCHOOL, TEACHER))?.value).toEqual(draft);
  const sizes = sizesOf(wired.tables.sent.find(({ path }) => path.endsWith('$batch'))?.body ?? '');
  expect(sizes.longestProperty).toBeLessThanOrEqual(32_768);
  expect(sizes.largestEntityBytes).toBeLessThan(1024 * 1024);
});

it('what no row can hold is refused here, since the emulator would take it and Azure would not', async () => {
  const { drafts } = await wired.open();
  const draft = aDraft({ answers: { what: '漢'.repeat(500_000) } });
  const refused = drafts.create(SCHOOL, draft);
  await expect(refused).rejects.toThrow(StorageError);
  await expect(refused).rejects.toThrow('larger than a row can be');
  expect(wired.tables.sent).toEqual([]);
});

it('a draft keeps as many pictures as are told of, each with all that can be said of it', async () => {
  const { drafts } = await wired.open();
  const all = Array.from({ length: 3 * MOST_PICTURES }, (_none, index) => index + 1);
  const draft = aDraft({
    pictures: all.map((number) => ({ ...aStoredPicture(number), source: chat(number), words: said('"') })),
  });
  await drafts.create(SCHOOL, draft);
  expect((await drafts.get(SCHOOL, TEACHER))?.value.pictures).toHaveLength(all.length);
});

it.each(LONGEST_SIGNS)(
  'a draft holds over-long answers beside all that can be said of its pictures, in %j',
  async (sign) => {
    const { drafts } = await wired.open();
    // As it is read: a card that was filled in far over its limits, with the second card done before.
    const sent = (inputs: IncidentForm['inputs'], length: number) =>
      Object.fromEntries(inputs.map((input) => [input.id, `-${sign.repeat(length)}-`]));
    for (const form of forms) {
      const reading = readForm(form, sent(form.inputs, 9_000), '2026-03-02');
      if (reading.kind !== 'incomplete') throw new Error('Over-long answers are complete');
      const draft = aDraft({
        kind: form.kind,
        answers: { ...reading.typed, ...fullest({ ...form, inputs: [] }, sign) },
        concerns: Array.from({ length: 20 }, (_none, index) => ({ kind: 'handler' as const, staffId: staff(index) })),
        cards: Array.from({ length: 8 }, (_none, index) => `${index}:${'9'.repeat(100)}`),
        // As many as may wait are on their way, the others were not kept: an address is longer than what is known of a picture.
        pictures: told.map((number) => ({
          ...(number > told.length - MOST_PICTURES
            ? { ...aWaitingPicture(number), url: `https://files.example.test/${'a'.repeat(LONG_ADDRESS)}` }
            : aStoredPicture(number)),
          source: chat(number),
          words: said(sign),
        })),
      });
      wired.tables.clear();
      expect(await drafts.create(SCHOOL, draft)).not.toBe('exists');
      const kept = await drafts.get(SCHOOL, TEACHER);
      expect(kept?.value).toEqual(draft);
      const sizes = sizesOf(wired.tables.sent.find(({ path }) => path.endsWith('$batch'))?.body ?? '');
      expect(sizes.operations).toBeGreaterThan(0);
      expect(sizes.longestProperty).toBeLessThanOrEqual(32_768);
      expect(sizes.largestEntityBytes).toBeLessThan(1024 * 1024);
      if (kept !== null) await drafts.remove(SCHOOL, kept);
    }
  },
);
