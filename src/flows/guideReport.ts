import { type DraftId, readStaffId, type RuleId, type StaffId } from '../core/ids.ts';
import { type Concern, type CouldBeHead, type Imagery, imageryLeads, type Roles } from '../core/report/audience.ts';
import {
  answerConcerns,
  answerCouldBeHead,
  answerDanger,
  answerImagery,
  chooseKind,
  type Draft,
  finishPictures,
  forgetOldReferences,
  goBack,
  keepAnswers,
  keepMore,
  keepTyped,
  type OtherStop,
  removePicture,
  sealedPictures,
  startDraft,
  type Step,
  storedPictures,
  subjectOf,
} from '../core/report/draft.ts';
import { type FormAnswers, type FormProblem, type IncidentForm, readForm } from '../core/report/forms.ts';
import { concernedPersons } from '../core/report/audience.ts';
import { changeDraft, type DraftChange, type DraftTurn, findDraft } from './changeDraft.ts';
import { lifeOf, withRisk } from './draftLife.ts';
import type { FetchesUnderWay } from './fetchPictures.ts';
import { COPIES, type Outside, type Person, type Waiting } from './ports.ts';

/** The person's live draft: the one there is, or a new one. Starting twice makes one draft. */
export async function startReport(
  outside: Outside,
  who: Person,
  fromRule?: RuleId,
): Promise<{ readonly draft: Draft; readonly version: string; readonly isNew: boolean }> {
  const now = outside.clock.now().toISOString();
  const fresh = startDraft({ id: outside.ids.draft(), reference: outside.ids.reference() }, who.staff, now, fromRule);
  const made = await outside.drafts.create(who.school, fresh, [lifeOf(outside, fresh)]);
  if (made !== 'exists') return { draft: made.value, version: made.version, isNew: true };
  const kept = await outside.drafts.get(who.school, who.staff);
  // Removed between the two calls: the next press starts it.
  if (kept === null) throw new Error('Cannot start a draft: the one that was there has just gone');
  return { draft: kept.value, version: kept.version, isNew: false };
}

export const sayDanger = (outside: Outside, who: Person, id: DraftId, danger: 'no' | 'yes'): Promise<DraftTurn> =>
  changeDraft(outside, who, id, (draft) => withRisk(outside, answerDanger(draft, danger)));

/**
 * Answers the imagery question. "No" lets the pictures that wait be fetched; "yes" and "not sure" end link, session,
 * references and holdings in the one stored change, and only then is what is under way aborted.
 *
 * @param stop  what the "yes" was about, where it was not a child
 */
export async function sayImagery(
  outside: Outside,
  fetches: FetchesUnderWay,
  who: Person,
  id: DraftId | null,
  imagery: Imagery,
  stop?: OtherStop,
): Promise<DraftTurn> {
  // Only a stop is told to anybody.
  const roles = imagery === 'no' ? null : await outside.roster.roles(who.school);
  const turn = await changeDraft(outside, who, id, (draft) => {
    const next = answerImagery(forgetOldReferences(draft, outside.clock.now()), imagery, stop);
    const newlySealed = sealedPictures(next).length > sealedPictures(draft).length;
    if (next.addsTo !== undefined) return { draft: next, tell: tellOfStop(outside, draft, next) };
    const risk = withRisk(outside, next);
    return {
      draft: risk.draft,
      tell: [...risk.tell, ...(newlySealed && roles !== null ? tellLeads(outside, next, roles) : [])],
    };
  });
  if (turn.kind !== 'draft') return turn;
  if (turn.draft.imagery === 'no') fetches.nudge();
  else fetches.abort(turn.draft.id);
  return turn;
}

/** The stop of an addition is told by its report, which knows whom it concerns: nobody is told from here. */
const tellOfStop = (outside: Outside, before: Draft, { imagery, reporter, id, sealed }: Draft): readonly Waiting[] =>
  imagery === 'no' || imagery === undefined || before.imagery === imagery
    ? []
    : [
        {
          id: outside.ids.telling(),
          telling: { kind: 'addition-stopped', of: reporter, draft: id },
          dueAt: outside.clock.now().toISOString(),
          attempts: 0,
          sealed,
        },
      ];

/**
 * Who is told of pictures that are sealed in a draft. Before the reporter has said whom it concerns it could be the
 * headteacher, who is then not told of its reference, even as safeguarding lead.
 */
function leadsOf(draft: Draft, roles: Roles): readonly StaffId[] {
  const couldBeHead = draft.sealed || draft.concerns.length === 0;
  const concerned = concernedPersons(subjectOf(draft), roles);
  return imageryLeads({ audience: couldBeHead ? 'chair' : 'safeguarding', concerned }, roles);
}

/** Once it is said whom it concerns, those are told who could not be told before. */
const tellOthers = (outside: Outside, before: Draft, draft: Draft, roles: Roles): readonly Waiting[] =>
  sealedPictures(draft).length === 0 || draft.addsTo !== undefined
    ? []
    : tellLeads(outside, draft, roles, leadsOf(before, roles));

/** The safeguarding lead is told, without content, that pictures which were already held have been sealed. */
function tellLeads(
  outside: Outside,
  draft: Draft,
  roles: Roles,
  toldBefore: readonly StaffId[] = [],
): readonly Waiting[] {
  const leads = leadsOf(draft, roles).filter((person) => !toldBefore.includes(person));
  return leads.map((to) => ({
    id: outside.ids.telling(),
    telling: { kind: 'picture-stopped', to, reference: draft.reference },
    dueAt: outside.clock.now().toISOString(),
    attempts: 0,
    sealed: draft.sealed,
  }));
}

export async function sayConcerns(
  outside: Outside,
  who: Person,
  id: DraftId,
  concerns: readonly Concern[],
  /** As they were read in this turn. */
  known?: Roles,
): Promise<DraftTurn> {
  const roles = known ?? (await outside.roster.roles(who.school));
  return changeDraft(outside, who, id, (draft) => {
    const next = answerConcerns(draft, concerns, roles);
    return { draft: next, tell: tellOthers(outside, draft, next, roles) };
  });
}

/**
 * Reads the codes of the concerns card: `headteacher`, `handler:<staff id>`, `other-staff` …
 *
 * A handler must hold a role today: a card can carry any id, and only a person who handles reports can be shut out.
 * Nobody who was ticked is left out in silence: where one is no handler any more, the question is put again.
 *
 * @returns `null` where nothing valid was ticked, or somebody who holds no role now
 */
export function readConcerns(codes: string, roles: Roles): readonly Concern[] | null {
  let someoneElse = false;
  const concerns = codes.split(',').flatMap((code): Concern[] => {
    const plain = code.trim();
    switch (plain) {
      case 'headteacher':
      case 'other-staff':
      case 'pupil':
      case 'parent-or-other':
      case 'me':
      case 'not-sure':
        return [{ kind: plain }];
      default: {
        const staffId = plain.startsWith('handler:') ? readStaffId(plain.slice('handler:'.length)) : null;
        if (staffId === null) return [];
        // Named headteacher since the card was shown: then it is about the headteacher.
        if (roles.headteachers.includes(staffId)) return [{ kind: 'headteacher' }];
        if (handlersOf(roles).includes(staffId)) return [{ kind: 'handler', staffId }];
        someoneElse = true;
        return [];
      }
    }
  });
  return concerns.length === 0 || someoneElse ? null : concerns;
}

/** Everybody but the headteacher who could come to read a report. */
export const handlersOf = (roles: Roles): readonly StaffId[] =>
  [...new Set([...roles.safeguarding, ...roles.triagers, ...roles.chairs])].filter(
    (person) => !roles.headteachers.includes(person),
  );

export async function sayCouldBeHead(
  outside: Outside,
  who: Person,
  id: DraftId,
  answer: CouldBeHead,
): Promise<DraftTurn> {
  const roles = await outside.roster.roles(who.school);
  return changeDraft(outside, who, id, (draft) => {
    const next = answerCouldBeHead(draft, answer, roles);
    return { draft: next, tell: tellOthers(outside, draft, next, roles) };
  });
}

export const sayKind = (outside: Outside, who: Person, id: DraftId, form: IncidentForm): Promise<DraftTurn> =>
  changeDraft(outside, who, id, (draft) => ({ draft: chooseKind(draft, form.kind, form.version, form.audience) }));

export type FormTurn = DraftTurn & {
  readonly problems?: readonly FormProblem[];
  /** What was typed on the second card, where something is wrong with it. */
  readonly typed?: FormAnswers;
};

/** Keeps what was typed even where something is still wrong with it. */
export async function sayForm(
  outside: Outside,
  who: Person,
  id: DraftId,
  forms: readonly IncidentForm[],
  sent: Readonly<Record<string, unknown>>,
  today: string,
): Promise<FormTurn> {
  let problems: readonly FormProblem[] = [];
  const turn = await changeDraft(outside, who, id, (draft) => {
    const form = forms.find(({ kind }) => kind === draft.kind);
    if (form === undefined) return null;
    const reading = readForm(form, sent, today);
    problems = reading.kind === 'incomplete' ? reading.problems : [];
    const other = answersTo(form.more ?? [], draft.answers);
    return {
      draft:
        reading.kind === 'complete'
          ? keepAnswers(draft, { ...reading.answers, ...other }, form.version)
          : keepTyped(draft, { ...reading.typed, ...other }),
    };
  });
  return problems.length > 0 ? { ...turn, problems } : turn;
}

/** The second card. The draft holds only what may be sent; what is wrong comes back with the card and nowhere else. */
export async function sayMore(
  outside: Outside,
  who: Person,
  id: DraftId,
  forms: readonly IncidentForm[],
  sent: Readonly<Record<string, unknown>>,
  today: string,
): Promise<FormTurn> {
  let wrong: Pick<FormTurn, 'problems' | 'typed'> = {};
  const turn = await changeDraft(outside, who, id, (draft) => {
    const form = forms.find(({ kind }) => kind === draft.kind);
    if (form?.more === undefined) return null;
    const reading = readForm({ inputs: form.more }, sent, today);
    const first = answersTo(form.inputs, draft.answers);
    if (reading.kind === 'complete') return { draft: keepMore(draft, { ...first, ...reading.answers }) };
    wrong = reading;
    const sound = Object.entries(reading.typed).filter(
      ([input]) => !reading.problems.some((problem) => problem.input === input),
    );
    return { draft: goBack(keepMore(draft, { ...first, ...Object.fromEntries(sound) }), 'more') };
  });
  return { ...turn, ...(wrong.problems === undefined ? {} : { problems: wrong.problems, typed: wrong.typed ?? {} }) };
}

const answersTo = (inputs: IncidentForm['inputs'], answers: FormAnswers): FormAnswers =>
  Object.fromEntries(Object.entries(answers).filter(([id]) => inputs.some((input) => input.id === id)));

export const sayPicturesDone = (outside: Outside, who: Person, id: DraftId): Promise<DraftTurn> =>
  changeDraft(outside, who, id, (draft) => ({ draft: finishPictures(draft) }));

export const stepBack = (outside: Outside, who: Person, id: DraftId, step: Step): Promise<DraftTurn> =>
  changeDraft(outside, who, id, (draft) => ({ draft: goBack(draft, step) }));

/**
 * Takes a picture out of the draft and then deletes its bytes; a sealed one stays.
 *
 * @param also  what else belongs to the change
 */
export async function dropPicture(
  outside: Outside,
  who: Person,
  id: DraftId,
  number: number,
  also: (draft: Draft) => DraftChange = (draft) => ({ draft }),
): Promise<DraftTurn> {
  const before = await findDraft(outside, who, id);
  const turn = await changeDraft(outside, who, id, (draft) => also(removePicture(draft, number)));
  if (turn.kind === 'draft' && !('kind' in before)) {
    const gone = storedPictures(before.value).filter((picture) => picture.number === number);
    await deleteBytes(
      outside,
      who,
      before.value,
      gone.map(({ id: picture }) => picture),
    );
  }
  return turn;
}

/** Deletes the draft with its pictures. What was sealed stays, for the safeguarding lead. */
export async function deleteReport(
  outside: Outside,
  fetches: FetchesUnderWay,
  who: Person,
  id: DraftId,
): Promise<'deleted' | Exclude<DraftTurn, { kind: 'draft' }>> {
  for (;;) {
    const kept = await findDraft(outside, who, id);
    if ('kind' in kept) return kept;
    if ((await outside.drafts.remove(who.school, kept)) === 'changed') continue;
    fetches.abort(kept.value.id);
    await deleteBytes(
      outside,
      who,
      kept.value,
      storedPictures(kept.value).map(({ id: picture }) => picture),
    );
    return 'deleted';
  }
}

async function deleteBytes(
  outside: Outside,
  who: Person,
  draft: Draft,
  pictures: readonly (typeof draft.pictures)[number]['id'][],
): Promise<void> {
  for (const picture of pictures) {
    for (const copy of COPIES) {
      await outside.evidence.remove(who.school, { draft: draft.id, picture, copy });
    }
  }
}
