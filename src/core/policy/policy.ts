import { z } from 'zod';
import { readRuleId, type RuleId } from '../ids.ts';
import { readSchoolDay, readSchoolMonth, type SchoolDay, type SchoolMonth } from '../schoolDay.ts';
import { CONTACT_ROLES, EMERGENCIES, type Guidance, VERDICTS } from './answer.ts';

/** A clause's own verb. The `should be followed` that stands over section 5 is kept apart, as `headingVerb`. */
export const MODALITIES = [
  'must',
  'must not',
  'do not',
  'should',
  'should if',
  'only permitted',
  'will',
  'may',
  'can',
  'advised',
  'encouraged',
  'reminded',
  'could',
  'fact',
] as const;

export const ADDRESSEES = [
  'staff, governors and volunteers',
  'leaders',
  'users of the school account',
  'headteacher',
  'the school',
  'governing board',
] as const;

const ruleId = z.string().transform((value, context): RuleId => {
  const id = readRuleId(value);
  if (id) return id;
  context.addIssue(`"${value}" cannot be the id of a clause`);
  return z.NEVER;
});
const schoolDay = z.string().transform((value, context): SchoolDay => {
  const day = readSchoolDay(value);
  if (day) return day;
  context.addIssue(`"${value}" is not a day`);
  return z.NEVER;
});
const schoolMonth = z.string().transform((value, context): SchoolMonth => {
  const month = readSchoolMonth(value);
  if (month) return month;
  context.addIssue(`"${value}" is not a month`);
  return z.NEVER;
});

const block = z.object({ id: z.string(), section: z.string(), kind: z.string(), text: z.string() });

const clause = z.object({
  id: ruleId,
  block: z.string(),
  section: z.string(),
  sectionTitle: z.string(),
  part: z.string().optional(),
  text: z.string().min(1),
  modality: z.enum(MODALITIES),
  /** The clause's verb as it stands there. */
  verb: z.string(),
  addressee: z.enum(ADDRESSEES),
  headingVerb: z.literal('should be followed').optional(),
  exceptions: z.array(z.string()),
  related: z.array(ruleId),
});

const situation = z.object({
  id: z.string().regex(/^[a-z0-9-]+$/),
  /** What it is about, in neutral everyday words. */
  brief: z.string().min(1),
  cites: z.array(ruleId).max(5),
  verdict: z.enum(VERDICTS),
  headline: z.string().min(1),
  /** Clauses whose exceptions are shown. */
  exceptions: z.array(ruleId),
  next: z.array(z.string()),
  clarify: z
    .object({
      ask: z.string(),
      choices: z
        .array(z.object({ situation: z.string(), label: z.string() }))
        .min(2)
        .max(4),
    })
    .optional(),
  emergency: z.enum(EMERGENCIES).optional(),
  guidance: z.array(z.string()).default([]),
});

const about = z.object({
  id: z.string(),
  title: z.string(),
  school: z.string(),
  source: z.string(),
  version: z.object({
    number: z.string(),
    lastReview: z.string(),
    lastReviewMonth: schoolMonth,
    reviewedBy: z.string(),
    nextReview: z.string(),
    nextReviewMonth: schoolMonth,
    comments: z.string(),
    clause: ruleId,
  }),
  channels: z.array(
    z.object({
      platform: z.string(),
      account: z.string(),
      masterAdministrator: z.string(),
      approvedToPost: z.string(),
      approvedToPostNote: z.string(),
      opened: schoolDay,
      openedAsPrinted: z.string(),
      closed: schoolDay.nullable(),
      closedNote: z.string(),
      clause: ruleId,
    }),
  ),
  notes: z.array(z.string()),
  /** Situations whose answer only points to another policy: one that stands beside this one and covers the question answers it. */
  defers: z.array(z.string()).default([]),
});

const guidance = z.array(
  z.object({
    id: z.string(),
    title: z.string(),
    lines: z.array(z.string()),
    contacts: z.array(z.enum(CONTACT_ROLES)),
    sources: z.array(z.object({ name: z.string(), url: z.url() })),
    checkedOn: schoolDay,
  }),
);

export type Block = Readonly<z.infer<typeof block>>;
export type Clause = Readonly<z.infer<typeof clause>>;
export type Situation = Readonly<z.infer<typeof situation>>;
export type About = Readonly<z.infer<typeof about>>;

/** A policy with its rules, and what is answered in each situation. */
export type Policy = {
  readonly about: About;
  readonly blocks: readonly Block[];
  /** In the order of the document. */
  readonly clauses: ReadonlyMap<RuleId, Clause>;
  readonly situations: ReadonlyMap<string, Situation>;
};

/** @throws where content does not hold together, naming what is wrong: a mistake of ours, never of a person asking */
export function readPolicy(content: {
  about: unknown;
  blocks: unknown;
  clauses: unknown;
  situations: unknown;
}): Policy {
  const clauses = byId(z.array(clause).parse(content.clauses));
  const situations = byId(z.array(situation).parse(content.situations));
  for (const { id, cites, exceptions, clarify, verdict, emergency } of situations.values()) {
    const unknown = [...cites, ...exceptions].find((rule) => !clauses.has(rule));
    if (unknown) throw new Error(`Situation "${id}" cites clause ${unknown}, which the policy does not have`);
    const lost = clarify?.choices.find((choice) => !situations.has(choice.situation));
    if (lost) throw new Error(`Situation "${id}" offers "${lost.situation}", which is no situation`);
    if ((verdict === 'emergency') !== (emergency !== undefined))
      throw new Error(`Situation "${id}": say which emergency it is, and only of an emergency`);
  }
  const of = about.parse(content.about);
  const lost = of.defers.find((id) => !situations.has(id));
  if (lost) throw new Error(`Policy "${of.id}" defers in "${lost}", which is no situation`);
  return { about: of, blocks: z.array(block).parse(content.blocks), clauses, situations };
}

/** The clauses of a policy by themselves. @throws as `readPolicy` does */
export const readClauses = (content: unknown): ReadonlyMap<RuleId, Clause> => byId(z.array(clause).parse(content));

/** @throws as `readPolicy` does */
export function readGuidance(content: unknown): ReadonlyMap<string, Guidance> {
  return byId(guidance.parse(content));
}

function byId<T extends { readonly id: string }>(items: readonly T[]): ReadonlyMap<T['id'], T> {
  const map = new Map<T['id'], T>(items.map((item) => [item.id, item]));
  if (map.size === items.length) return map;
  const twice = items.find((item, place) => items.findIndex(({ id }) => id === item.id) !== place);
  throw new Error(`Two things go by the id "${twice?.id}"`);
}

/** `5 v. Our Social Media Rules: Maintain professional standards` */
export function sectionOf({ section, sectionTitle, part }: Clause): string {
  if (section === '0') return sectionTitle;
  return `${section.replace('.', ' ')}. ${sectionTitle}${part ? `: ${part}` : ''}`;
}

/** The clause with its links made readable: `[Contact | phrp \(phrp.pltd.com\)](http://…)` → `Contact | phrp (phrp.pltd.com)`. */
export const displayOf = (text: string): string =>
  text.replace(/\[((?:\\.|[^\]\\])*)\]\(([^)\s]*)\)/g, (_link, label: string) => label.replace(/\\(.)/g, '$1'));
