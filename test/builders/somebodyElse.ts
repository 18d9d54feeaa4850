/**
 * Somebody else's drafts, reports and links, with words in them that nobody but their readers may ever see, and a way to
 * tell whether anything of it was changed.
 */
import { TableClient } from '@azure/data-tables';
import { BlobServiceClient } from '@azure/storage-blob';
import { readReference, readSchoolId } from '../../src/core/ids.ts';
import { createStorage } from '../../src/storage/storage.ts';
import { pngPicture } from './pictureFiles.ts';
import { pressOn, reportUpTo, sendFrom, sendReport, walkOn } from './reporting.ts';
import { chatOf, PEOPLE, type RunningPostwise, type Said, type Who } from './runningApp.ts';

/** One word for each place in which somebody's words can lie. None is a word that anything else says. */
export const SECRETS = {
  draft: 'Quillonfarb',
  caption: 'Sedgeworrow',
  report: 'Wrenthistle',
  sealed: 'Obsidimoor',
  stopped: 'Fennelgate',
  handled: 'Marrowlint',
  question: 'Tolvershaw',
} as const;
export const SECRET = new RegExp(Object.values(SECRETS).join('|'));
/** What a page would run or follow if it took words for markup. */
export const MARKUP = '<img src=x onerror=alert(1)> [zz](https://evil.example) **zz**';

/** Who tries what is not theirs: a member of staff with no role, and a headteacher who may not open all. */
export type Trying = 'other' | 'head';

export type SomebodyElse = {
  /** Names, by which tests ask, of what they may put into a press or a form. */
  readonly theirs: Readonly<Record<Trying, readonly string[]>>;
  /** Of those, what belongs under each name. */
  readonly under: Readonly<Record<Trying, Readonly<Record<'draft' | 'report' | 'question', readonly string[]>>>>;
  /** Another report that the headteacher may do anything with. */
  handledAfresh(): Promise<{ readonly id: string }>;
  /** References that the one with no role is never told. */
  readonly references: readonly string[];
  /** What each try may do something with. */
  own(who: Trying): Promise<Readonly<Record<'draft' | 'report', string>>>;
  /** Everything that is stored now: rows by partition and key, pictures by name. */
  stored(): Promise<ReadonlyMap<string, string>>;
  /** The keys of what belongs to somebody else and is not as it was, gone, or new. */
  changedSince(before: ReadonlyMap<string, string>, now: ReadonlyMap<string, string>): readonly string[];
  /** Messages to anybody but the readers of the words. */
  told(): readonly string[];
  /** Waits until nothing is under way. */
  quiet(): Promise<void>;
};

const must = <T>(value: T | null | undefined): T => {
  if (value === null || value === undefined) throw new Error('It is not there');
  return value;
};
const school = must(readSchoolId('test-school'));

/** The teacher is the other person: a draft ready to be sent, with a picture; reports for triage, sealed and stopped; a question. */
export async function somebodyElse(postwise: RunningPostwise): Promise<SomebodyElse> {
  const { connectionString } = postwise.azurite;
  const place = { connectionString };
  const storage = await createStorage({ tables: place, blobs: place });
  const idOf = async (reference: string) =>
    must(await storage.reports.byReference(school, must(readReference(reference))));

  await postwise.mention('head', 'set up');
  for (const who of ['head', 'chair', 'lead', 'other'] as const) await postwise.say(who, 'hello');
  const sent = async (who: Who, told: Parameters<typeof sendReport>[2]) =>
    idOf((await sendReport(postwise, who, told)).reference);
  const report = await sent('teacher', { what: SECRETS.report });
  const sealed = await sent('teacher', { concerns: 'headteacher', what: SECRETS.sealed });
  const stopped = await stoppedReport();
  const handledIds = new Set<string>();
  const handled = await handledAfresh();
  const otherOwn = await sent('other', {});
  await postwise.press('teacher', 'question.send', { question: 'question-1', 'f.question': SECRETS.question });

  await walkOn(postwise, 'teacher', await withPicture(SECRETS.draft), 'report.send');
  const draft = must(await storage.drafts.get(school, PEOPLE.teacher)).value;

  const table = TableClient.fromConnectionString(connectionString, 'postwise', { allowInsecureConnection: true });
  const blobs = BlobServiceClient.fromConnectionString(connectionString).getContainerClient('evidence');
  const others = [
    ...[draft.id, report.id, sealed.id, stopped.id, report.draft, sealed.draft, stopped.draft],
    ...[PEOPLE.teacher, PEOPLE.lead, PEOPLE.chair, 'question-1', 'desk:'],
  ];
  const isTheirs = (text: string) => others.some((id) => text.includes(id));
  /** What those who try may do something with, and what the bot's own work comes and goes in. */
  const mayChange = (key: string, value = '') =>
    [otherOwn.id, ...handledIds].some((id) => (key + value).includes(id)) ||
    [PEOPLE.other, PEOPLE.head, 'outbox:', 'count'].some((word) => key.includes(word));

  return {
    theirs: {
      other: [
        ...[draft.id, report.id, sealed.id, stopped.id, handled.id, report.draft, sealed.draft, 'question-1'],
        ...[draft.reference, report.reference, sealed.reference, must(draft.uploadLink)],
        ...Object.values(PEOPLE),
      ],
      head: [
        draft.id,
        sealed.id,
        stopped.id,
        sealed.draft,
        sealed.reference,
        stopped.reference,
        must(draft.uploadLink),
      ],
    },
    under: {
      other: {
        draft: [draft.id, report.draft, sealed.draft, stopped.draft],
        report: [report.id, sealed.id, stopped.id, handled.id],
        question: ['question-1'],
      },
      head: { draft: [draft.id, sealed.draft, stopped.draft], report: [sealed.id, stopped.id], question: [] },
    },
    handledAfresh,
    references: [draft, report, sealed, stopped, handled].map(({ reference }) => reference),
    async own(who) {
      const live = (await storage.drafts.get(school, PEOPLE[who]))?.value ?? (await begun(who));
      return { draft: live.id, report: who === 'other' ? otherOwn.id : handled.id };
    },
    async stored() {
      const facts = new Map<string, string>();
      for await (const {
        partitionKey = '',
        rowKey = '',
        timestamp: _when,
        etag: _version,
        ...row
      } of table.listEntities())
        facts.set(`${partitionKey} ${rowKey}`, JSON.stringify(row));
      for await (const { name, properties } of blobs.listBlobsFlat()) facts.set(name, String(properties.etag));
      return facts;
    },
    changedSince(before, now) {
      const lost = [...before].filter(
        ([key, value]) => isTheirs(key + value) && !mayChange(key, value) && now.get(key) !== value,
      );
      const added = [...now.keys()].filter((key) => isTheirs(key) && !before.has(key) && !mayChange(key));
      return [...lost.map(([key]) => key), ...added];
    },
    told: () => {
      const readers = (['teacher', 'chair', 'lead'] as const).map(chatOf);
      return postwise.connector.calls
        .filter(({ conversation, what }) => what !== 'unknown' && !readers.includes(conversation))
        .map(({ body }) => JSON.stringify(body));
    },
    async quiet() {
      await postwise.until(async () => {
        const before = postwise.connector.calls.length;
        await new Promise((resolve) => setTimeout(resolve, 250));
        return postwise.connector.calls.length === before;
      });
    },
  };

  async function handledAfresh() {
    const report = await sent('lead', { what: `${SECRETS.handled} ${MARKUP}` });
    handledIds.add(report.id);
    return report;
  }

  /** The teacher's card of pictures, with one stored. */
  async function withPicture(what: string): Promise<Said> {
    const card = await reportUpTo(postwise, 'teacher', 'report.pictures', { what });
    const contentUrl = postwise.connector.pictures.put(what, { bytes: await pngPicture() });
    await postwise.say('teacher', '', { attachments: [{ contentType: 'image/png', contentUrl }] });
    await postwise.until(async () =>
      (await storage.drafts.get(school, PEOPLE.teacher))?.value.pictures.some(({ state }) => state === 'stored'),
    );
    return card;
  }

  /** Sent after a picture of it was stored and then said to be one that nobody may look at. */
  async function stoppedReport() {
    const card = await withPicture(SECRETS.stopped);
    const stop = await pressOn(postwise, 'teacher', card, 'report.imagery', { choosing: { answer: 'not-sure' } });
    const lookOver = await walkOn(postwise, 'teacher', stop, 'report.send', { what: SECRETS.stopped });
    return idOf((await sendFrom(postwise, 'teacher', lookOver)).reference);
  }

  async function begun(who: Trying) {
    await reportUpTo(postwise, who, 'report.send');
    return must(await storage.drafts.get(school, PEOPLE[who])).value;
  }
}
