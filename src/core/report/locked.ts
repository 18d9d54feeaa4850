import type { DraftId, Reference, StaffId } from '../ids.ts';
import { type Concern, concernedPersons, type CouldBeHead, type ReportFacts, type Roles } from './audience.ts';
import { type Act, type AuditLine, chainAfter, CHAIN_START, nextLine } from './audit.ts';
import { type Destruction, type DraftPicture, type Evidence, withoutWords } from './picture.ts';
import { type Report, withLine } from './report.ts';

/** A picture that was locked before its report was sent. */
export type StoppedPicture = Extract<DraftPicture, { state: 'sealed' }> & { readonly destroyed?: Destruction };

/** What a draft that was stopped and then removed leaves for the safeguarding lead: no word of what it said. */
export type StoppedDraft = {
  readonly draft: DraftId;
  readonly reference: Reference;
  readonly reporter: StaffId;
  /** ISO instant. */
  readonly changedAt: string;
  readonly pictures: readonly StoppedPicture[];
  /** Left out in rows of an older version; empty where the stop came before the question. */
  readonly concerns?: readonly Concern[];
  readonly couldBeHead?: CouldBeHead;
  /** Where it is kept: with the reports that concern the headteacher. */
  readonly sealed: boolean;
  /** What was done with it since; its lines are chained like those of a report. */
  readonly record?: readonly AuditLine[];
};

/**
 * Whom a stopped draft is kept from. Before the reporter has said whom it concerns it could be the headteacher, so it
 * is taken as if it were.
 */
export function stoppedFacts(stopped: StoppedDraft, roles: Roles): ReportFacts {
  const { concerns = [], couldBeHead, reporter, sealed } = stopped;
  return {
    audience: sealed || concerns.length === 0 ? 'chair' : 'safeguarding',
    concerned: concernedPersons({ reporter, concerns, couldBeHead, imagery: 'not-sure' }, roles),
  };
}

/**
 * Who looks after what is locked, and alone may have it destroyed: the safeguarding lead and deputies. Never one whom it
 * concerns, nor a headteacher where it is sealed. It may leave nobody: then it stays locked until the school names one.
 */
export const mayLookAfter = (person: StaffId, facts: ReportFacts, roles: Roles): boolean =>
  roles.safeguarding.includes(person) &&
  !facts.concerned.includes(person) &&
  !(facts.audience === 'chair' && roles.headteachers.includes(person));

/** A line in the record of a stopped draft. */
export function withStoppedLine(stopped: StoppedDraft, act: Act): StoppedDraft {
  const record = stopped.record ?? [];
  const last = record.at(-1);
  const chain = last === undefined ? { lines: 0, head: CHAIN_START } : chainAfter(last);
  return { ...stopped, record: [...record, nextLine(chain, act)] };
}

type Locked = Pick<Evidence, 'number' | 'sha256' | 'bytes' | 'mediaType'>;
/** What is kept of a destroyed picture, in the record. */
const destructionFacts = (picture: Locked, { adviser, adviceReference, reason }: Destruction) => ({
  picture: String(picture.number),
  sha256: picture.sha256,
  bytes: String(picture.bytes),
  mediaType: picture.mediaType,
  adviser,
  adviceReference,
  reason,
});

export type DestroyedReport = {
  readonly report: Report;
  readonly audit: readonly AuditLine[];
  readonly evidence: readonly Evidence[];
};

/** Marks the locked pictures of those numbers as destroyed, a line for each; their bytes go after. */
export function destroyInReport(
  report: Report,
  evidence: readonly Evidence[],
  numbers: readonly number[],
  destroyed: Destruction,
): DestroyedReport {
  const doomed = evidence.filter(({ state, number }) => state === 'sealed' && numbers.includes(number));
  let change: DestroyedReport = { report, audit: [], evidence: [] };
  for (const picture of doomed) {
    const facts = destructionFacts(picture, destroyed);
    const lined = withLine(change.report, { at: destroyed.at, by: destroyed.by, what: 'picture-destroyed', facts });
    change = {
      report: lined.report,
      audit: [...change.audit, ...lined.audit],
      evidence: [...change.evidence, { ...withoutWords(picture), state: 'destroyed', destroyed }],
    };
  }
  return change;
}

export function destroyInStopped(
  stopped: StoppedDraft,
  numbers: readonly number[],
  destroyed: Destruction,
): StoppedDraft {
  const doomed = stopped.pictures.filter((one) => one.destroyed === undefined && numbers.includes(one.number));
  return doomed.reduce<StoppedDraft>(
    (next, picture) => ({
      ...withStoppedLine(next, {
        at: destroyed.at,
        by: destroyed.by,
        what: 'picture-destroyed',
        facts: destructionFacts(picture, destroyed),
      }),
      pictures: next.pictures.map((one) => (one.id === picture.id ? { ...withoutWords(one), destroyed } : one)),
    }),
    stopped,
  );
}
