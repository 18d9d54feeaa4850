import type { DraftId, ReportId } from '../core/ids.ts';
import { imageryLeads } from '../core/report/audience.ts';
import { type Draft, keepTyped, startAddition, storedPictures, waitingPictures } from '../core/report/draft.ts';
import { addToReport, LONGEST_ADDITION, type Report, stopAddition, whyNotAdd } from '../core/report/report.ts';
import { changeDraft, type DraftTurn, findDraft } from './changeDraft.ts';
import { lifeOf } from './draftLife.ts';
import { spentCards, toWaiting } from './fileReport.ts';
import type { Outside, Person } from './ports.ts';
import { tellHandlers } from './withdrawReport.ts';

export type Adding =
  | { readonly kind: 'draft'; readonly draft: Draft }
  /** Another draft is under way, and a person has one: it is sent or deleted first. */
  | { readonly kind: 'other-draft'; readonly draft: Draft; readonly report: Report }
  | { readonly kind: 'no-more'; readonly why: Exclude<ReturnType<typeof whyNotAdd>, null>; readonly report: Report }
  | { readonly kind: 'not-yours' };

/** Opens a place to gather what is to be added. The question about pictures comes first, whatever was said before Send. */
export async function startAddingTo(outside: Outside, who: Person, id: ReportId): Promise<Adding> {
  const kept = await outside.reports.get(who.school, id);
  if (kept === null || kept.value.reporter !== who.staff) return { kind: 'not-yours' };
  const report = kept.value;
  const why = whyNotAdd(report);
  if (why !== null) return { kind: 'no-more', why, report };
  const draft = startAddition(
    outside.ids.draft(),
    {
      report: id,
      reference: report.reference,
      reporter: who.staff,
      sealed: report.audience === 'chair',
      pictures: await outside.reports.evidence(who.school, id),
    },
    outside.clock.now().toISOString(),
  );
  const made = await outside.drafts.create(who.school, draft, [lifeOf(outside, draft)]);
  if (made !== 'exists') return { kind: 'draft', draft: made.value };
  const there = await outside.drafts.get(who.school, who.staff);
  if (there === null) throw new Error('Cannot start an addition: the draft that was there has just gone');
  return there.value.addsTo === id
    ? { kind: 'draft', draft: there.value }
    : { kind: 'other-draft', draft: there.value, report };
}

/** What was typed, kept with what is being gathered until it is added. */
export const keepAddition = (outside: Outside, who: Person, id: DraftId, words: string): Promise<DraftTurn> =>
  changeDraft(outside, who, id, (draft) =>
    draft.addsTo === undefined || draft.imagery !== 'no' || draft.answers['words'] === words
      ? null
      : { draft: keepTyped(draft, { words }) },
  );

export type Added =
  | { readonly kind: 'added'; readonly report: Report }
  /** Nothing was added yet; what was typed is kept. */
  | {
      readonly kind: 'not-yet';
      readonly why: 'empty' | 'too-long' | 'pictures-coming' | 'closed' | 'withdrawn' | 'too-many' | 'unanswered';
      readonly draft: Draft;
    }
  | Exclude<DraftTurn, { kind: 'draft' }>;

const TRIES = 8;

/** Decide, keep, tell: in one transaction the report has it, its record says so and the draft is gone. */
export async function addNow(
  outside: Outside,
  who: Person,
  id: DraftId,
  typed: string,
  nudge: () => void,
  shownIn: string | null = null,
): Promise<Added> {
  const words = typed.trim();
  const held = await keepAddition(outside, who, id, typed);
  if (held.kind !== 'draft') return held;
  for (let tries = 0; tries < TRIES; tries += 1) {
    const found = await findDraft(outside, who, id);
    if ('kind' in found) return found;
    const draft = found.value;
    const kept = draft.addsTo === undefined ? null : await outside.reports.get(who.school, draft.addsTo);
    if (kept === null || kept.value.reporter !== who.staff) return { kind: 'no-draft' };
    const why = whyNotYet(draft, words) ?? whyNotAdd(kept.value);
    if (why !== null) return { kind: 'not-yet', why, draft };

    const change = addToReport(kept.value, draft, words, outside.clock.now().toISOString());
    const roles = await outside.roster.roles(who.school);
    const tell = [...tellHandlers(outside, change.report, roles, 'added-to'), ...spentCards(outside, draft, shownIn)];
    if ((await outside.reports.commit(who.school, kept, { ...change, tell, from: found })) === 'done') {
      nudge();
      return { kind: 'added', report: change.report };
    }
  }
  throw new Error('Cannot add to a report: somebody else was quicker every time');
}

function whyNotYet(draft: Draft, words: string): Extract<Added, { kind: 'not-yet' }>['why'] | null {
  if (draft.imagery !== 'no') return 'unanswered';
  if (words.length > LONGEST_ADDITION) return 'too-long';
  if (waitingPictures(draft).length > 0) return 'pictures-coming';
  return words === '' && storedPictures(draft).length === 0 ? 'empty' : null;
}

/**
 * Carries the stop of an addition to its report: what was stored is sealed there, and the safeguarding lead is told,
 * never one whom the report concerns. Done once, however often it is tried.
 */
export async function carryStop(outside: Outside, who: Person, id: DraftId): Promise<void> {
  for (let tries = 0; tries < TRIES; tries += 1) {
    const found = await findDraft(outside, who, id);
    if ('kind' in found || found.value.addsTo === undefined) return;
    if (found.value.imagery === undefined || found.value.imagery === 'no') return;
    const kept = await outside.reports.get(who.school, found.value.addsTo);
    if (kept === null) return;
    const change = stopAddition(kept.value, found.value, outside.clock.now().toISOString());
    const { reference, audience } = change.report;
    const leads = imageryLeads(change.report, await outside.roster.roles(who.school));
    const tell = leads.map((to) =>
      toWaiting(outside, { kind: 'picture-stopped', to, reference }, audience === 'chair'),
    );
    if ((await outside.reports.commit(who.school, kept, { ...change, tell, from: found })) === 'done') return;
  }
  throw new Error('Cannot carry a stop to its report: somebody else was quicker every time');
}
