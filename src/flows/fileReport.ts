import type { DraftId, RuleId, SchoolId } from '../core/ids.ts';
import { openers, type Roles } from '../core/report/audience.ts';
import { type ChairCode, type ChairCodeHash, hashChairCode } from '../core/report/chairCode.ts';
import { type Draft, resealed } from '../core/report/draft.ts';
import { fileDraft, type Filing, readyToSend, type Report } from '../core/report/report.ts';
import type { Evidence } from '../core/report/picture.ts';
import { type DraftTurn, findDraft } from './changeDraft.ts';
import type { Outside, Person, Telling, Waiting } from './ports.ts';

export type Sent =
  | {
      readonly kind: 'filed';
      readonly report: Report;
      readonly evidence: readonly Evidence[];
      /** Whether word of it has somewhere to go: the channel for what it has cards of, else the chat of one who may open it. */
      readonly canBeTold: boolean;
      /** Of a sealed report, to be shown on the receipt and nowhere else: only its hash is kept. */
      readonly chairCode?: ChairCode;
    }
  /** Sent before, from this draft, by this person. */
  | Extract<DraftTurn, { kind: 'already-sent' }>
  | { readonly kind: 'no-draft' }
  | { readonly kind: 'unfinished' }
  | { readonly kind: 'pictures-coming'; readonly count: number };

const TRIES = 8;

/** The policy in force, and which of its rules apply to a kind of report. */
export type PolicyOfDay = {
  readonly id: string;
  readonly version: string;
  readonly rulesOf: (kind: string) => readonly RuleId[];
};

/** What is kept of it with the report: its wording may be another tomorrow. The rule it was started from is among them. */
function appliedTo(policy: string | PolicyOfDay, { kind, fromRule }: Draft) {
  if (typeof policy === 'string') return { policyVersion: policy };
  const ofKind = kind === undefined ? [] : policy.rulesOf(kind);
  const rules = [...new Set([...(fromRule === undefined ? [] : [fromRule]), ...ofKind])];
  return { policyVersion: policy.version, policyId: policy.id, rules };
}

/**
 * Decide, keep, tell: nobody is told of a report that is not in the store.
 *
 * @param policy  the policy in force; its version alone where nothing more is known
 */
export async function fileReport(
  outside: Outside,
  who: Person,
  id: DraftId,
  policy: string | PolicyOfDay,
  nudge: () => void,
  receiptIn: string | null = null,
): Promise<Sent> {
  let minted: { readonly code: ChairCode; readonly hash: ChairCodeHash } | null = null;
  for (let tries = 0; tries < TRIES; tries += 1) {
    const found = await findDraft(outside, who, id);
    if ('kind' in found) return found;
    const ready = readyToSend(found.value);
    if (ready.kind !== 'ready') return ready;

    const roles = await outside.roster.roles(who.school);
    const apart = resealed(found.value, roles);
    // Roles can change between the answers and Send; the draft then moves to the partition its report will be in.
    const kept = apart.sealed === found.value.sealed ? found : await outside.drafts.replace(who.school, found, apart);
    if (kept === 'changed') continue;

    if (kept.value.sealed) minted ??= await mintChairCode(outside);
    const facts = {
      id: outside.ids.report(),
      school: who.school,
      at: outside.clock.now().toISOString(),
      ...appliedTo(policy, kept.value),
      reporterName: who.name,
      chairCode: minted?.hash,
    };
    const filing = fileDraft(kept.value, facts, roles);
    const outcome = await outside.reports.file(who.school, filing, kept, [
      ...tellingsFor(outside, filing, roles),
      ...spentCards(outside, kept.value, receiptIn),
    ]);
    switch (outcome) {
      case 'filed':
        nudge();
        // Of a sealed report the log is silent: it is read by people who must not know that there is one.
        if (filing.report.audience !== 'chair') outside.log.info('report-filed', { report: filing.report.id });
        return {
          kind: 'filed',
          report: filing.report,
          evidence: filing.evidence,
          canBeTold: await canBeTold(outside, who.school, filing.report, roles),
          ...(filing.report.chairCode === undefined || minted === null ? {} : { chairCode: minted.code }),
        };
      case 'already':
      case 'changed':
        continue;
      case 'reference-taken': {
        const renamed = { ...kept.value, reference: outside.ids.reference() };
        await outside.drafts.replace(who.school, kept, renamed);
        continue;
      }
    }
  }
  throw new Error('Cannot send a report: its draft changed every time');
}

/** The code is shown once and its hash is kept. */
export async function mintChairCode({
  ids,
}: Outside): Promise<{ readonly code: ChairCode; readonly hash: ChairCodeHash }> {
  const code = ids.chairCode();
  return { code, hash: await hashChairCode(code, ids.secret()) };
}

async function canBeTold(outside: Outside, school: SchoolId, report: Report, roles: Roles): Promise<boolean> {
  if (report.audience === 'triage') return (await outside.desk.channel(school)) !== null;
  const chats = await Promise.all(openers(report, roles).map((person) => outside.people.conversation(school, person)));
  return chats.some((chat) => chat !== null);
}

/** Who is to be told of a new report: the channel unless it is sealed, and those of a narrower audience in person. */
function tellingsFor(outside: Outside, filing: Filing, roles: Roles): readonly Waiting[] {
  const { report } = filing;
  const tellings: Telling[] = report.audience === 'chair' ? [] : [{ kind: 'channel-card', report: report.id }];
  if (report.audience !== 'triage') {
    for (const to of openers(report, roles)) {
      tellings.push({ kind: 'waits-for-you', to, reference: report.reference, report: report.id });
    }
  }
  return tellings.map((telling) => toWaiting(outside, telling, report.audience === 'chair'));
}

/** The chat keeps no second copy of ours: what stands of a draft in it becomes one line, but for the card that the receipt takes. */
export const spentCards = (outside: Outside, draft: Draft, receiptIn: string | null): readonly Waiting[] =>
  (draft.cards ?? [])
    .filter((message) => message !== receiptIn)
    .map((message) =>
      toWaiting(outside, { kind: 'card-spent', to: draft.reporter, reference: draft.reference, message }, draft.sealed),
    );

export const toWaiting = (outside: Outside, telling: Telling, sealed: boolean): Waiting => ({
  id: outside.ids.telling(),
  telling,
  dueAt: outside.clock.now().toISOString(),
  attempts: 0,
  sealed,
});
