import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Answer, Guidance } from './core/policy/answer.ts';
import { readRuleId } from './core/ids.ts';
import { displayOf, readGuidance, sectionOf } from './core/policy/policy.ts';
import { type IncidentForm, OTHER_KIND } from './core/report/forms.ts';
import { readForms } from './core/report/readForms.ts';
import { readSignposts } from './core/report/readSignposts.ts';
import type { Signposts } from './core/report/signposts.ts';
import type { SchoolDay } from './core/schoolDay.ts';
import type { LastAsked } from './core/policy/lastAsked.ts';
import { createEncoder } from './encoder/encoder.ts';
import { type Asked, answerInTurnAmong, answerTap, type InTurn, type Tapped, type TapTurn } from './flows/followUp.ts';
import { answerChoiceOf, explainAmong } from './flows/policies.ts';
import type { SentenceEncoder } from './flows/ports.ts';
import allegation from './content/guidance/allegation.json' with { type: 'json' };
import { findPolicies, holdPolicies } from './policies.ts';
import { readEarlier } from './readEarlier.ts';

/** What the house says, read once at the start; content that does not hold together stops the start with a sentence. */
export type Content = {
  readonly forms: readonly IncidentForm[];
  readonly signposts: Signposts;
  readonly standingLine: string;
  /** Forms that are asked no more, for the reports that were made with them. */
  readonly earlierForms: readonly IncidentForm[];
  /** The school's main policy, on which the forms of a report rest. */
  readonly policyId: string;
  readonly policyVersion: string;
  /** The harm threshold, for whoever opens a report about staff. */
  readonly allegation: Guidance | null;
  readonly answer: (question: string, on: SchoolDay) => Promise<Answer>;
  /** @param policy  whose choice it is; one of the main policy where that is not said */
  readonly answerChoice: (choice: string, on: SchoolDay, policy?: string) => Answer | null;
  readonly answerInTurn: (asked: Asked, last: () => Promise<LastAsked | null>) => Promise<InTurn>;
  readonly answerTap: (choice: string, asked: Tapped, last: LastAsked | null, policy?: string) => TapTurn | null;
  readonly forgetting: { isWished(message: string): boolean; readonly forgotten: string; readonly nothing: string };
  /** A situation in neutral everyday words; `null` for one that its policy does not have. */
  readonly topicInWords: (policy: string, situation: string) => string | null;
  /**
   * A clause word for word, with the name of its section, as it stands today or stood in the version named; `null` for an
   * id that it does not have, and where that version is not kept.
   */
  readonly clause: (
    id: string,
    of?: { readonly policyId?: string | undefined; readonly version: string },
  ) => { readonly section: string; readonly quote: string } | null;
};

/**
 * @param encoder  begins to work with the first question
 * @param places   of the policies, the main one first
 */
export function readContent(encoder: SentenceEncoder = createEncoder(), places = findPolicies()): Content {
  const policies = holdPolicies(encoder, places);
  const { index, followUps } = policies.first;
  const folder = join(import.meta.dirname, 'content/incidents');
  const signpost = (name: string): unknown =>
    JSON.parse(readFileSync(join(import.meta.dirname, 'content/signposts', `${name}.json`), 'utf8'));
  const forms = readForms(
    readdirSync(folder)
      .filter((name) => name.endsWith('.json'))
      .sort()
      .map((name): unknown => JSON.parse(readFileSync(join(folder, name), 'utf8'))),
  );
  const earlier = readEarlier(forms);
  return {
    forms: inOrder(forms),
    signposts: readSignposts(
      { sites: signpost('sites'), services: signpost('services'), support: signpost('support') },
      forms,
    ),
    standingLine: index.standingLine,
    earlierForms: earlier.forms,
    policyId: index.policy.about.id,
    policyVersion: index.policy.about.version.number,
    allegation: readGuidance(allegation).get('harm-threshold') ?? null,
    answer: async (question, on) => (await explainAmong(question, policies, on)).answer,
    answerChoice: (choice, on, policy) => answerChoiceOf(policies, choice, on, policy),
    answerInTurn: (asked, last) => answerInTurnAmong(asked, policies, last),
    answerTap: (choice, asked, last, policy) => answerTap(choice, asked, policies, last, policy),
    forgetting: {
      isWished: (message) => followUps.words.isForget(message),
      forgotten: followUps.words.content.forgotten,
      nothing: followUps.words.content.nothingToForget,
    },
    topicInWords(policy, situation) {
      const held = policies.of(policy);
      if (held === null) return `${situation}, of a policy that is no longer held here`;
      const brief = held.index.policy.situations.get(situation)?.brief ?? null;
      return brief === null || held.id === policies.first.id ? brief : `${brief} (${held.index.policy.about.title})`;
    },
    clause(id, of) {
      const rule = readRuleId(id);
      const policy = of?.policyId ?? index.policy.about.id;
      const today = policies.of(policy)?.index.policy;
      const isToday = today !== undefined && (of === undefined || of.version === today.about.version.number);
      const inForce = isToday ? today.clauses : of === undefined ? null : earlier.clauses(policy, of.version);
      const clause = rule === null ? undefined : inForce?.get(rule);
      return clause === undefined ? null : { section: sectionOf(clause), quote: displayOf(clause.text) };
    },
  };
}

/** The commonest kind first, and "something else" last. */
const ORDER = [
  'abusive-post',
  'inappropriate-reference',
  'naming-complaint',
  'pupil-contact',
  'cyberbullying',
  'fake-account',
  'friend-post',
  'colleague-activity',
  'phishing',
  'filtering-breach',
  'radicalisation',
];
function inOrder(forms: readonly IncidentForm[]): readonly IncidentForm[] {
  const place = ({ kind }: IncidentForm) => {
    if (kind === OTHER_KIND) return ORDER.length + 1;
    const at = ORDER.indexOf(kind);
    return at < 0 ? ORDER.length : at;
  };
  return [...forms].sort((a, b) => place(a) - place(b));
}
