import { z } from 'zod';
import type { DraftId, ReportId, SchoolId } from '../core/ids.ts';
import type { AuditLine } from '../core/report/audit.ts';
import type { Evidence } from '../core/report/picture.ts';
import { lineOf, type Report, type ReportLine } from '../core/report/report.ts';
import type { Page, ReportStore, Versioned } from '../flows/ports.ts';
import { endSteps, sweepEnded } from './drafts.ts';
import {
  auditKey,
  draftKey,
  evidenceKey,
  mineList,
  OPEN_LIST,
  partitionOf,
  placeOf,
  readPlace,
  referenceKey,
  reportKey,
  sentKey,
  within,
} from './keys.ts';
import { tellSteps } from './outbox.ts';
import * as readers from './readers.ts';
import type { Row } from './row.ts';
import { etagOf, type Step, type Table } from './table.ts';

const isSealed = (report: Report) => report.audience === 'chair';
const pointer = z.strictObject({ report: readers.reportId });

const auditSteps = (id: ReportId, lines: readonly AuditLine[]): readonly Step[] =>
  lines.map((line) => ({ act: 'create', key: auditKey(id, line.number), value: line }));
const evidenceSteps = (act: 'create' | 'overwrite', id: ReportId, pictures: readonly Evidence[]): readonly Step[] =>
  pictures.map((picture) => ({ act, key: evidenceKey(id, picture.number), value: picture }));

const sentMark = (draft: DraftId, report: ReportId): Step => ({
  act: 'create',
  key: sentKey(draft),
  value: { report },
});

/** The list rows of a changed report. Every list row is written only with its report, whose version guards it. */
function listSteps(before: Report, now: Report): readonly Step[] {
  const line = lineOf(now);
  if (JSON.stringify(lineOf(before)) === JSON.stringify(line)) return [];
  const open = `${OPEN_LIST}${placeOf(now)}`;
  const mine: Step = { act: 'overwrite', key: `${mineList(now.reporter)}${placeOf(now)}`, value: line };
  if (now.state !== 'closed') return [mine, { act: 'overwrite', key: open, value: line }];
  return before.state === 'closed' ? [mine] : [mine, { act: 'remove', key: open }];
}

function pageOf(rows: readonly Row<ReportLine>[], most: number): Page<ReportLine> {
  const items = rows.slice(0, most).map(({ value }) => value);
  const last = items.at(-1);
  return rows.length > most && last !== undefined ? { items, next: placeOf(last) } : { items };
}

export function reportStore(table: Table): ReportStore {
  /** Looks in the school's own partition, then in that of its sealed reports. */
  async function inEither<T>(look: (sealed: boolean) => Promise<T | null>): Promise<T | null> {
    return (await look(false)) ?? look(true);
  }
  const reportIn = async (school: SchoolId, sealed: boolean, id: ReportId): Promise<Versioned<Report> | null> => {
    const row = await table.read(['read report', id], partitionOf(school, sealed), reportKey(id), readers.report);
    return row === null ? null : { value: row.value, version: row.etag };
  };
  const pointed = (school: SchoolId, sealed: boolean, key: string) =>
    table.read(['find report by', key], partitionOf(school, sealed), key, pointer);
  const byPointer = (school: SchoolId, key: string) =>
    inEither(async (sealed) => {
      const row = await pointed(school, sealed, key);
      return row === null ? null : ((await reportIn(school, sealed, row.value.report))?.value ?? null);
    });
  const isSent = async (school: SchoolId, draft: DraftId) =>
    (await inEither((sealed) => pointed(school, sealed, sentKey(draft)))) !== null;

  /** All rows of one report; every report has a first line, so where there are none it is looked for as a sealed one. */
  async function rowsOf<T>(
    school: SchoolId,
    prefix: string,
    what: string,
    reader: z.ZodType<T>,
  ): Promise<readonly T[]> {
    const look = async (sealed: boolean) => {
      const rows = await table.range([what], partitionOf(school, sealed), within(prefix), reader);
      return rows.length === 0 ? null : rows.map(({ value }) => value);
    };
    return (await inEither(look)) ?? [];
  }

  const list = (school: SchoolId, sealed: boolean, prefix: string, most: number, after?: string) =>
    table.range(
      ['list reports'],
      partitionOf(school, sealed),
      within(prefix, readPlace(after)),
      readers.reportLine,
      most + 1, // one more than is shown says whether there is a next page
    );

  return {
    async file(school, { report, evidence, audit }, from, tell) {
      const sealed = isSealed(report);
      if (from.value.sealed !== sealed) throw new Error('a draft is sent from the partition that its report stays in');
      if (from.value.id !== report.draft || from.value.reporter !== report.reporter || report.school !== school)
        throw new Error('a report is filed from its own draft');
      /*
       * The row of the reference lies with the report, so its own partition never holds one twice. The other is looked
       * at first. What is left is that two people send within the same milliseconds, one of them a sealed report, and
       * that 25^7 (six thousand million) references give them the same; `byReference` would then find the unsealed one.
       */
      const elsewhere = await pointed(school, !sealed, referenceKey(report.reference));
      const partition = partitionOf(school, sealed);
      const line = lineOf(report);
      const pointsHere = { report: report.id };
      const written =
        elsewhere === null
          ? await table.write(['file report', report.id], partition, [
              ...endSteps(from),
              { act: 'create', key: sentKey(report.draft), value: pointsHere },
              { act: 'create', key: referenceKey(report.reference), value: pointsHere },
              { act: 'create', key: reportKey(report.id), value: report },
              ...auditSteps(report.id, audit),
              ...evidenceSteps('create', report.id, evidence),
              { act: 'create', key: `${OPEN_LIST}${placeOf(report)}`, value: line },
              { act: 'create', key: `${mineList(report.reporter)}${placeOf(report)}`, value: line },
              ...tellSteps(tell, sealed),
            ])
          : { kind: 'conflict' as const };
      if (written.kind === 'written') {
        await sweepEnded(table, partition, report.reporter, etagOf(written, draftKey(report.reporter)));
        return 'filed';
      }
      // In this order: a Send whose answer was lost finds its own reference taken, and is told that it was sent.
      if (await isSent(school, report.draft)) return 'already';
      const taken = elsewhere ?? (await pointed(school, sealed, referenceKey(report.reference)));
      return taken === null ? 'changed' : 'reference-taken';
    },

    get: (school, id) => inEither((sealed) => reportIn(school, sealed, id)),
    byDraft: (school, draft) => byPointer(school, sentKey(draft)),
    byReference: (school, reference) => byPointer(school, referenceKey(reference)),
    evidence: (school, id) => rowsOf(school, `evidence:${id}:`, 'list evidence', readers.evidence),
    record: (school, id) => rowsOf(school, `audit:${id}:`, 'read record', readers.auditLine),

    async withLockedPictures(school, sealed) {
      const rows = await table.range(
        ['look for locked pictures'],
        partitionOf(school, sealed),
        within('evidence:'),
        readers.evidence,
      );
      const locked = rows.filter(
        ({ value }) =>
          value.state === 'sealed' || (value.state === 'destroyed' && value.destroyed?.goneAt === undefined),
      );
      return [...new Set(locked.flatMap(({ key }) => readers.reportIdIn(key) ?? []))];
    },

    async commit(school, kept, { report, audit, evidence = [], tell = [], from }) {
      const before = kept.value;
      const fixed = (['id', 'audience', 'reporter', 'filedAt', 'reference', 'draft'] as const).every(
        (field) => before[field] === report[field],
      );
      if (!fixed) throw new Error('what was sent of a report never changes');
      if (from !== undefined && (from.value.sealed !== isSealed(report) || from.value.reporter !== report.reporter))
        throw new Error('what is added lies with its report, and is its reporter’s');
      const partition = partitionOf(school, isSealed(report));
      const written = await table.write(['change report', report.id], partition, [
        { act: 'replace', key: reportKey(report.id), value: report, etag: kept.version },
        ...auditSteps(report.id, audit),
        ...evidenceSteps(from === undefined ? 'overwrite' : 'create', report.id, evidence),
        ...listSteps(before, report),
        ...tellSteps(tell, isSealed(report)),
        ...(from === undefined ? [] : endSteps(from)),
        ...(from === undefined ? [] : [sentMark(from.value.id, report.id)]),
      ]);
      if (written.kind !== 'written') return 'changed';
      if (from !== undefined)
        await sweepEnded(table, partition, report.reporter, etagOf(written, draftKey(report.reporter)));
      return 'done';
    },

    open: async (school, most, after) => pageOf(await list(school, false, OPEN_LIST, most, after), most),
    openSealed: async (school, most, after) => pageOf(await list(school, true, OPEN_LIST, most, after), most),
    async mine(school, person, most, after) {
      const both = await Promise.all(
        [false, true].map((sealed) => list(school, sealed, mineList(person), most, after)),
      );
      return pageOf(
        both.flat().sort((a, b) => (a.key < b.key ? -1 : 1)),
        most,
      );
    },
  };
}
