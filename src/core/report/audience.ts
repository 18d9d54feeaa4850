import type { StaffId } from '../ids.ts';

/**
 * Who may read a report, fixed at Send and stored with it.
 *
 * - `triage`       those whom the headteacher has named to handle reports, and the headteacher
 * - `head`         the headteacher alone (KCSIE Part Four: a concern about a member of staff goes to the headteacher)
 * - `safeguarding` the safeguarding lead and deputies (UKCIS 2024: imagery goes to the lead immediately, and to nobody else)
 * - `chair`        sealed: the chair of governors (KCSIE Part Four: a concern about the headteacher goes to the chair)
 */
export type Audience = 'triage' | 'head' | 'safeguarding' | 'chair';
export const AUDIENCES: readonly Audience[] = ['triage', 'head', 'safeguarding', 'chair'];

/** Whom content can give a kind of report to. The chair is never content's choice: that follows from whom it concerns. */
export type KindAudience = Exclude<Audience, 'chair'>;

/** Whom the reporter says it concerns. `handler` is somebody who handles reports, picked from a list, never typed. */
export type Concern =
  | { readonly kind: 'headteacher' }
  | { readonly kind: 'handler'; readonly staffId: StaffId }
  | { readonly kind: 'other-staff' }
  | { readonly kind: 'pupil' }
  | { readonly kind: 'parent-or-other' }
  | { readonly kind: 'me' }
  | { readonly kind: 'not-sure' };

/** The answer to the one plain question that follows "not sure": could it be about the headteacher? */
export type CouldBeHead = 'no' | 'yes-or-not-sure';

/** Could it show a naked or partly naked child, or sexual content? */
export type Imagery = 'no' | 'yes' | 'not-sure';

/** Who holds which role today: settings name the first three, the headteacher names the triagers. */
export type Roles = {
  readonly headteachers: readonly StaffId[];
  readonly safeguarding: readonly StaffId[];
  readonly chairs: readonly StaffId[];
  readonly triagers: readonly StaffId[];
};

export type Subject = {
  readonly reporter: StaffId;
  readonly concerns: readonly Concern[];
  readonly couldBeHead?: CouldBeHead | undefined;
  readonly imagery: Imagery;
  /** What content says of the kind. Of a picture that could show a child, content has no say: that is left out. */
  readonly kindAudience?: KindAudience | undefined;
};

/** The persons whom a report concerns, as ids. "Me" is the reporter; the headteacher is everyone who holds that role. */
export function concernedPersons(subject: Subject, roles: Roles): readonly StaffId[] {
  const persons = subject.concerns.flatMap((concern): readonly StaffId[] => {
    switch (concern.kind) {
      case 'headteacher':
        return roles.headteachers;
      case 'handler':
        return [concern.staffId];
      case 'me':
        return [subject.reporter];
      default:
        return [];
    }
  });
  return [...new Set(persons)];
}

/**
 * A report that concerns the headteacher, or may, is sealed for the chair from its first write. When the headteacher
 * reports something about themselves, it concerns the headteacher too.
 */
export function isSealed(subject: Subject, roles: Roles): boolean {
  const has = (kind: Concern['kind']) => subject.concerns.some((concern) => concern.kind === kind);
  if (has('headteacher')) return true;
  // Whatever else is ticked: on an old card too, "it could be the headteacher" is taken at its word.
  if (subject.couldBeHead === 'yes-or-not-sure') return true;
  if (has('not-sure') && subject.couldBeHead === undefined) return true;
  return concernedPersons(subject, roles).some((person) => roles.headteachers.includes(person));
}

const HOLDERS: Readonly<Record<Audience, (roles: Roles) => readonly StaffId[]>> = {
  triage: (roles) => [...new Set([...roles.triagers, ...roles.headteachers])],
  head: (roles) => roles.headteachers,
  safeguarding: (roles) => roles.safeguarding,
  chair: (roles) => roles.chairs,
};

/** Everybody who holds an audience's role today, before anyone is shut out. */
export const holders = (audience: Audience, roles: Roles): readonly StaffId[] => HOLDERS[audience](roles);

/** Where a report goes when nobody in its audience is left to open it. */
const NEXT: Readonly<Record<Audience, Audience>> = {
  triage: 'head',
  safeguarding: 'head',
  head: 'chair',
  chair: 'chair',
};

/**
 * Fixes the audience at Send. If the persons it concerns leave nobody, the next audience has it.
 *
 * A concern about a colleague, or about somebody who handles reports, is for the headteacher alone, whatever its kind. A
 * picture that could show a child is for the safeguarding lead, whomever it concerns; the rest is as content has it by kind.
 */
export function audienceFor(subject: Subject, roles: Roles): Audience {
  if (isSealed(subject, roles)) return 'chair';
  const has = (kind: Concern['kind']) => subject.concerns.some((concern) => concern.kind === kind);
  const concerned = concernedPersons(subject, roles);
  let audience: Audience = subject.kindAudience ?? 'triage';
  if (has('handler') || has('other-staff') || has('not-sure')) audience = 'head';
  if (subject.imagery !== 'no' && subject.kindAudience === undefined) audience = 'safeguarding';
  while (audience !== 'chair' && !holders(audience, roles).some((person) => !concerned.includes(person))) {
    audience = NEXT[audience];
  }
  return audience;
}

/** What the deciding function needs of a report; every list row and link carries it. */
export type ReportFacts = {
  readonly audience: Audience;
  readonly concerned: readonly StaffId[];
};

/**
 * Who has a report now. The audience that was fixed at Send stays as it is; where everybody in it has stood aside or was
 * found to be concerned since, the next audience has it. A report that was not sealed can come to the chair in this way:
 * it stays where it was kept, and the headteacher, who knew of it, opens it no more.
 */
export function audienceNow({ audience, concerned }: ReportFacts, roles: Roles): Audience {
  let now = audience;
  while (now !== 'chair' && !holders(now, roles).some((person) => !concerned.includes(person))) now = NEXT[now];
  return now;
}

/**
 * The one function that decides. Asked by every card, list, count, page, picture and command.
 *
 * A person whom the report concerns never opens it, whatever their role. Otherwise the audience's role today decides.
 * The headteacher never opens a report that is sealed for the chair, even one who is also named as chair.
 */
export function mayOpen(person: StaffId, report: ReportFacts, roles: Roles): boolean {
  if (report.concerned.includes(person)) return false;
  const audience = audienceNow(report, roles);
  if (audience === 'chair' && roles.headteachers.includes(person)) return false;
  return holders(audience, roles).includes(person);
}

/** Those who are to be told, without content, that a report waits for them. */
export const openers = (report: ReportFacts, roles: Roles): readonly StaffId[] =>
  holders(audienceNow(report, roles), roles).filter((person) => mayOpen(person, report, roles));

/** Whether a report that is for the chair leaves nobody to open it, because it concerns the chair as well. */
export const concernsTheChair = (report: ReportFacts, roles: Roles): boolean =>
  audienceNow(report, roles) === 'chair' && roles.chairs.length > 0 && openers(report, roles).length === 0;

/**
 * Those who look after a picture that may be indecent: the safeguarding lead and deputies, never one whom the report
 * concerns, and for a sealed report never a headteacher. If that leaves nobody, those who may open the report.
 */
export function imageryLeads(report: ReportFacts, roles: Roles): readonly StaffId[] {
  const leads = roles.safeguarding.filter(
    (person) =>
      !report.concerned.includes(person) && !(report.audience === 'chair' && roles.headteachers.includes(person)),
  );
  return leads.length > 0 ? leads : openers(report, roles);
}
