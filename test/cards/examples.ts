import { readdirSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import {
  additionCard,
  additionStoppedCard,
  alreadySentCard,
  chairCodeCard,
  chairCodeConfirmCard,
  answerCard,
  type CardJson,
  channelNeutralCard,
  concernsCard,
  contactHeadCard,
  type Contacts,
  couldBeHeadCard,
  dangerCard,
  dangerNowCard,
  deleteConfirmCard,
  draftDeletedCard,
  draftGoneCard,
  draftWaitingCard,
  formCard,
  type Handler,
  helpCard,
  helpfulCard,
  imageryCard,
  imageryStopCard,
  kindCard,
  moreCard,
  otherStopCard,
  lookOverCard,
  myPicturesCard,
  myReportCard,
  myReportsCard,
  noticeCard,
  notHelpfulCard,
  picturesCard,
  problemCard,
  questionCard,
  questionsCard,
  questionSentCard,
  reportQuestionCard,
  receiptCard,
  restartConfirmCard,
  sentCard,
  sentStoppedCard,
  topicsCard,
  triageCard,
  triageListCard,
  welcomeCard,
  withFollows,
} from './every.ts';
import type { Answer, Emergency, Guidance, NotCovered, Ruling } from '../../src/core/policy/answer.ts';
import { readRuleId, type RuleId } from '../../src/core/ids.ts';
import {
  ADULT_KIND,
  type Draft,
  IMAGERY_KIND,
  STOP_KINDS,
  TERRORISM_KIND,
  startAddition,
} from '../../src/core/report/draft.ts';
import type { IncidentForm } from '../../src/core/report/forms.ts';
import type { DraftPicture, NotKept } from '../../src/core/report/picture.ts';
import { readForms } from '../../src/core/report/readForms.ts';
import { readSignposts } from '../../src/core/report/readSignposts.ts';
import { type Signposts, signpostsFor, supportFor } from '../../src/core/report/signposts.ts';
import { lineOf, type Report } from '../../src/core/report/report.ts';
import { readSchoolDay, type SchoolDay } from '../../src/core/schoolDay.ts';
import { readSchoolWeek, type SchoolWeek } from '../../src/core/schoolWeek.ts';
import {
  anEvidence,
  aDraft,
  answerId,
  aQuestion,
  after,
  aReport,
  aStoredPicture,
  aWaitingPicture,
  pictureId,
  questionId,
  reference,
  staff,
} from '../builders/values.ts';

const incidents = resolve(import.meta.dirname, '../../src/content/incidents');
/** The forms of the house, in the order in which they are offered. */
export const forms: readonly IncidentForm[] = readForms(
  readdirSync(incidents).map((file): unknown => JSON.parse(readFileSync(resolve(incidents, file), 'utf8'))),
);
const signpostFile = (name: string): unknown =>
  JSON.parse(readFileSync(resolve(incidents, `../signposts/${name}.json`), 'utf8'));
export const signposts: Signposts = readSignposts(
  { sites: signpostFile('sites'), services: signpostFile('services'), support: signpostFile('support') },
  forms,
);
export const formFiles: readonly string[] = readdirSync(incidents);
export const formOf = (kind: string): IncidentForm => {
  const form = forms.find((one) => one.kind === kind);
  if (form === undefined) throw new Error(`There is no form "${kind}"`);
  return form;
};

/** Everything that people type, and names, in one hand: a test can put anything in its place. */
export type Typed = { readonly words: string; readonly name: string };
const PLAIN: Typed = { words: 'You will regret this, Miss Ahmed. Everyone knows where you park.', name: 'Ada Reyes' };

const STANDING = 'If anyone is in danger now, call 999. Tell the safeguarding lead about a child at risk.';
const rule = (id: string): RuleId => {
  const read = readRuleId(id);
  if (read === null) throw new Error(`"${id}" is no rule`);
  return read;
};
const day = (text: string): SchoolDay => {
  const read = readSchoolDay(text);
  if (read === null) throw new Error(`"${text}" is no day`);
  return read;
};

const notKept = (number: number, why: NotKept): DraftPicture => ({
  id: pictureId(number),
  number,
  source: { kind: 'chat', activityId: `activity-${number}`, index: 0, how: 'inline' },
  state: 'not-kept',
  why,
});
const EVERY_REASON = {
  'foreign-host': true,
  expired: true,
  'too-large': true,
  'not-found': true,
  unreachable: true,
  'not-a-picture': true,
  'too-many-pixels': true,
  animated: true,
  broken: true,
  unsupported: true,
  'too-many': true,
} satisfies Record<NotKept, true>;
export const everyReason = Object.keys(EVERY_REASON) as readonly NotKept[];
const sealed = (number: number): DraftPicture => ({ ...aStoredPicture(number), state: 'sealed' }) as DraftPicture;
const unseen = (number: number): DraftPicture =>
  ({ ...aStoredPicture(number), mediaType: 'image/heic', width: 0, height: 0, noView: true }) as DraftPicture;
const dropped = (number: number): DraftPicture => {
  const { id, source } = aWaitingPicture(number);
  return { id, number, source, state: 'dropped' };
};

const begun: Draft = (() => {
  const {
    danger: _d,
    imagery: _i,
    kind: _k,
    formVersion: _v,
    ...rest
  } = aDraft({
    concerns: [],
    answers: {},
    formDone: false,
    picturesDone: false,
  });
  return rest;
})();

const mark = {
  id: 'coton-social-media',
  title: 'Social Media Policy',
  version: '1',
  lastReview: 'July 2024',
  nextReview: 'November 2025',
  overdue: true,
  sentence:
    'Social Media Policy, version 1, last reviewed in July 2024; its review was due in November 2025 and is overdue; it holds until it is replaced.',
};
const guidance: Guidance = {
  id: 'child-at-risk',
  title: 'A child may be at risk',
  lines: ['If a child is in danger now, ring 999.', 'Tell the safeguarding lead straight away.'],
  contacts: ['safeguarding lead', 'deputy safeguarding lead', 'LADO'],
  sources: [{ name: 'Keeping children safe in education', url: 'https://www.gov.uk/kcsie' }],
  checkedOn: day('2026-11-22'),
};

function answers({ words }: Typed): readonly (readonly [string, Answer])[] {
  const common = { situation: 'an-example', policy: mark, guidance: [] };
  const ruling: Ruling = {
    ...common,
    kind: 'ruling',
    verdict: 'prohibited',
    headline: 'The policy says do not befriend the families of pupils online, and accepting counts as befriending.',
    citations: [
      {
        rule: rule('5.v.1'),
        section: '5 v. Our Social Media Rules: Maintain professional standards',
        quote: words,
        display: words,
        nearest: false,
      },
      {
        rule: rule('5.iii.8'),
        section: '5 iii. Our Social Media Rules: Think about what you are posting',
        quote: words,
        display: words,
        nearest: false,
      },
    ],
    exceptions: [{ rule: rule('5.v.1'), quote: 'unless you are the parent of the pupil or a close family member' }],
    next: ['Leave the request unanswered.', 'If you are not sure, ask the headteacher.'],
    clarify: {
      ask: 'Who is it from?',
      choices: [
        { id: 'pupil', label: 'A pupil' },
        { id: 'leaver', label: 'A former pupil' },
        { id: 'parent', label: 'A parent' },
        { id: 'stranger', label: 'Somebody I do not know' },
      ],
    },
  };
  const silent: NotCovered = {
    ...common,
    kind: 'not-covered',
    verdict: 'not-covered',
    headline: 'The policy does not say whether you may follow a review site.',
    citations: ruling.citations.slice(0, 1).map((citation) => ({ ...citation, nearest: true })),
    exceptions: [],
    next: ['Ask the headteacher.'],
    clarify: null,
    standingLine: STANDING,
    guidance: [{ ...guidance, title: 'Who hears a worry about a child', contacts: ['safeguarding lead'] }],
  };
  const emergency: Emergency = {
    ...common,
    kind: 'emergency',
    verdict: 'emergency',
    emergency: 'child at risk',
    headline: 'This cannot wait for a policy.',
    citations: [],
    exceptions: [],
    next: [],
    actNow: [guidance],
    clarify: null,
    standingLine: STANDING,
  };
  const allowed: Ruling = { ...ruling, verdict: 'allowed', exceptions: [], next: [], clarify: null };
  return [
    ['answer, prohibited, asking back', ruling],
    ['answer, allowed', allowed],
    ['answer, not covered', silent],
    ['answer, emergency', emergency],
    ['answer, emergency with a rule', { ...emergency, citations: ruling.citations.slice(0, 1) }],
  ];
}

const silentAnswer = (typed: Typed): Answer => {
  const found = answers(typed).find(([, { kind }]) => kind === 'not-covered');
  if (found === undefined) throw new Error('No answer among the examples is silent');
  return found[1];
};
const week = (text: string): SchoolWeek => {
  const read = readSchoolWeek(text);
  if (read === null) throw new Error(`"${text}" is no week`);
  return read;
};

export type Example = {
  readonly name: string;
  readonly card: CardJson;
  /** Sentences that a person must be able to read in it. */
  readonly says: readonly string[];
};

const line = (number: number, change: Partial<Report> = {}) =>
  lineOf(aReport({ reference: reference(number), filedAt: after(number * 3_600_000), ...change }));

/** Every card in each of its variants. `typed` stands wherever people's own words or names are shown. */
export function examples(typed: Typed = PLAIN): readonly Example[] {
  const { words, name } = typed;
  const asked = { number: 1, at: after(0), by: staff(3), words, answers: [] };
  const contacts: Contacts = {
    headteacher: { kind: 'set', name, phone: '01632 960101' },
    safeguardingLead: { kind: 'set', name, phone: '01632 960102', email: 'lead@school.example' },
    deputySafeguardingLead: { kind: 'set', name },
    chair: { kind: 'set', name, email: 'chair@governors.example' },
    socialCare: { kind: 'set', name: 'Starting Point', phone: '01632 960199' },
  };
  const handlers: readonly Handler[] = [
    { staffId: staff(3), role: 'Safeguarding lead', name },
    { staffId: staff(5), role: 'Handles reports', name: null },
  ];
  const post = formOf('abusive-post');
  const filled = {
    platform: 'facebook',
    what: words,
    account: name,
    link: words,
    'seen-on': '2026-03-01',
    'seen-by': 'group',
    'site-told': 'no',
  };
  const onReceipt = { chainHead: 'abcdef0123456789'.repeat(4), policyVersion: '1', imagery: 'no' } as const;
  const toAdd = startAddition(
    aDraft().id,
    { report: aReport().id, reference: reference(3), reporter: staff(1), sealed: false, pictures: [{ number: 2 }] },
    after(0),
  );
  const draft = aDraft({ answers: filled, pictures: [aStoredPicture(1), aStoredPicture(2)] });
  const stopped = aDraft({ imagery: 'not-sure', kind: IMAGERY_KIND, answers: {}, pictures: [dropped(1), sealed(2)] });
  const { imagery: _answer, ...unanswered } = aDraft({ pictures: [notKept(1, 'expired')] });
  const sealedDraft = aDraft({
    sealed: true,
    answers: filled,
    concerns: [{ kind: 'headteacher' }, { kind: 'handler', staffId: staff(3) }],
  });
  const one = (says: readonly string[], exampleName: string, card: CardJson): Example => ({
    name: exampleName,
    card,
    says,
  });
  const NOT_SENT = 'Not sent yet';
  return [
    one(
      ['Three things to try', 'Reports are not anonymous.', 'Questions are private.', STANDING],
      'welcome',
      welcomeCard({ standingLine: STANDING }),
    ),
    one(['What I can do', STANDING], 'help', helpCard({ standingLine: STANDING })),
    ...answers(typed)
      .slice(0, 1)
      .map(([exampleName, answer]) =>
        one(
          ['Following on from:', 'Taken as:', 'Not so? Ask the whole question.', answer.headline],
          `${exampleName}, following on`,
          withFollows(answerCard(answer, { contacts }), answer, {
            from: 'A child at the school wants to connect with you',
            now: answer.headline,
            note: 'The same rule.',
            reasons: answer.citations
              .slice(0, 1)
              .map(({ rule, section }) => ({ rule, section, quote: answer.headline })),
          }),
        ),
      ),
    ...answers(typed).map(([exampleName, answer]) =>
      one(
        [answer.headline, mark.sentence, ...(ANSWER_SAYS[answer.verdict] ?? [])],
        exampleName,
        answerCard(answer, {
          contacts,
          card: answerId(1),
          askHead: { question: questionId(1), words, headteacher: true },
        }),
      ),
    ),
    one(
      ['No headteacher is set up in Postwise here, so nothing can be sent.', 'not set here'],
      'answer, not covered, no headteacher',
      answerCard(silentAnswer(typed), {
        contacts: {},
        card: answerId(1),
        askHead: { question: questionId(1), words: '', headteacher: false },
      }),
    ),
    one(
      ['Was this helpful?', 'It is counted without your name.', 'Yes', 'No'],
      'helpful',
      helpfulCard({ card: answerId(1), situation: 'an-example', policy: 'a-policy', version: '1' }),
    ),
    one(
      ['Thank you. That is counted, without your name.', 'Report this', 'Send to the headteacher'],
      'not helpful',
      notHelpfulCard(rule('5.v.1'), { question: questionId(1), words, headteacher: true }, contacts),
    ),
    one(
      ['Your question is kept for the headteacher', 'is on its way to the headteacher in Teams', STANDING],
      'question sent',
      questionSentCard({ kind: 'asked', reached: true }, contacts, STANDING),
    ),
    one(
      ['please also tell them yourself', '01632 960101'],
      'question sent, nobody reached',
      questionSentCard({ kind: 'asked', reached: false }, contacts, STANDING),
    ),
    one(['is not sent twice'], 'question sent before', questionSentCard({ kind: 'already' }, contacts, STANDING)),
    one(
      ['A question to you', 'Asked by', 'Monday 2 March 2026 at 09:30', 'Send the answer'],
      'question, to the headteacher',
      questionCard(aQuestion({ words, askerName: name }), 'headteacher'),
    ),
    one(
      ['Write something first.'],
      'question, answer too long',
      questionCard(aQuestion({ words, askerName: name }), 'headteacher', {
        typed: words,
        problem: 'Write something first.',
      }),
    ),
    one(
      ['The answer', 'The headteacher, Monday 2 March 2026'],
      'question, answered, to the headteacher',
      questionCard(
        aQuestion({ words, askerName: name, answer: { how: 'written', words, by: staff(2), at: after(1) } }),
        'headteacher',
      ),
    ),
    one(
      ['Your question to the headteacher', 'The answer'],
      'question, answered',
      questionCard(aQuestion({ words, answer: { how: 'written', words, by: staff(2), at: after(1) } }), 'asker'),
    ),
    one(
      ['The headteacher says that this was answered in person.'],
      'question, answered in person',
      questionCard(aQuestion({ words, answer: { how: 'in-person', by: staff(2), at: after(1) } }), 'asker'),
    ),
    one(
      ['2 wait, the oldest first.', 'Asked on 2 Mar 2026, 09:30', 'Read it'],
      'questions',
      questionsCard([aQuestion(), aQuestion({ id: questionId(2), askedAt: after(60_000) })]),
    ),
    one(['No question waits for you.'], 'questions, none', questionsCard([])),
    one(
      ['Week of 2 March 2026', 'Week of 23 February 2026', '7', 'Write a review of a place online'],
      'topics',
      topicsCard(
        [
          { week: week('2026-W10'), policy: 'p', situation: 'review-write', count: 7 },
          { week: week('2026-W09'), policy: 'p', situation: 'gone-since', count: 6 },
        ],
        (_policy, situation) => (situation === 'review-write' ? 'Write a review of a place online' : null),
      ),
    ),
    one(
      ['There is no such topic yet.', 'Fewer are never shown.'],
      'topics, none',
      topicsCard([], () => null),
    ),
    one(
      ['A question waits for you', 'Read it'],
      'notice, question waits',
      noticeCard({ kind: 'question-waits', to: staff(2), question: questionId(1) }),
    ),
    one(
      ['The headteacher has answered your question', 'Read the answer'],
      'notice, question answered',
      noticeCard({ kind: 'question-answered', to: staff(1), question: questionId(1) }),
    ),
    one(
      [NOT_SENT, 'step 1 of 5', 'Is anyone in danger now?', 'A report is not anonymous.', STANDING],
      'danger',
      dangerCard(begun, STANDING),
    ),
    one(
      [NOT_SENT, 'Call 999 now', '01632 960102', 'This report does not replace your own duty to report.'],
      'danger now',
      dangerNowCard(begun, contacts),
    ),
    one(
      [
        'not set here. Ask in the office who that is today, or tell the headteacher.',
        'not set here. Your council puts you through, at any hour.',
      ],
      'danger now, no contacts',
      dangerNowCard(begun, {}),
    ),
    one(
      [NOT_SENT, 'Could any of it show a naked or partly naked child, or sexual content?'],
      'imagery',
      imageryCard(begun),
    ),
    one(
      ['You have sent 2 pictures. I have not fetched or looked at any of it.'],
      'imagery, pictures waiting',
      imageryCard({ ...begun, pictures: [aWaitingPicture(1), aWaitingPicture(2)] }),
    ),
    one(
      [
        NOT_SENT,
        'No pictures in this report',
        'Tell the safeguarding lead now',
        'Do not look again, copy, print, share, save or photograph it.',
        '1 picture you sent: not fetched, and I have let go of the address.',
        '1 picture stored before: locked, and the safeguarding lead is told without content.',
      ],
      'imagery stop',
      imageryStopCard(stopped, contacts),
    ),
    one(
      [
        "The safeguarding lead's contact is not set here. Ask in the office who that is today, or tell the headteacher.",
      ],
      'imagery stop, no contacts',
      imageryStopCard(aDraft({ imagery: 'yes', kind: IMAGERY_KIND }), {}),
    ),
    one([NOT_SENT, 'Whom does it concern?', 'Handles reports', 'Not sure'], 'concerns', concernsCard(begun, handlers)),
    one(
      ['Please tick at least one.'],
      'concerns, nothing ticked',
      concernsCard(
        aDraft({ concerns: [{ kind: 'pupil' }, { kind: 'handler', staffId: staff(3) }] }),
        handlers,
        'Please tick at least one.',
      ),
    ),
    one(
      [NOT_SENT, 'Could it be about the headteacher?'],
      'could be the head',
      couldBeHeadCard(aDraft({ concerns: [{ kind: 'not-sure' }] })),
    ),
    one(
      [NOT_SENT, 'What happened?', 'Choose the nearest', ...forms.map(({ title }) => title)],
      'kind',
      kindCard(begun, forms),
    ),
    one(
      ['You come from rule 5.v.2 of the policy', 'Contact from a pupil or former pupil'],
      'kind, from a rule',
      kindCard({ ...begun, fromRule: rule('5.v.2') }, forms),
    ),
    one(
      ['I am sorry that this has happened to you.'],
      'kind, about me',
      kindCard(begun, forms, signposts.support.kindWords),
    ),
    ...forms.map((form) =>
      one(
        [
          NOT_SENT,
          form.title,
          form.summary,
          ...form.doNow,
          ...form.doNot,
          ...(form.national === undefined
            ? []
            : ["National guidance, not the school's policy", ...form.national.lines, 'Checked on 22 November 2026.']),
        ],
        `form, ${form.kind}`,
        formCard({ ...begun, imagery: form.listed ? 'no' : 'yes', kind: form.kind }, form),
      ),
    ),
    ...forms
      .filter(({ more = [] }) => more.length > 0)
      .map((form) =>
        one(
          [NOT_SENT, 'More, if you know it', 'Nothing here has to be answered.'],
          `form, more, ${form.kind}`,
          moreCard({ ...draft, kind: form.kind }, form),
        ),
      ),
    ...[ADULT_KIND, TERRORISM_KIND].map((kind) =>
      one(
        [NOT_SENT, 'No pictures in this report', formOf(kind).title, ...formOf(kind).doNot],
        `stop, ${kind}`,
        otherStopCard({ ...stopped, kind }, formOf(kind), contacts),
      ),
    ),
    ...forms.map((form) =>
      one(
        [
          'Sent. Thank you.',
          'Where else it can be reported',
          "This is not the school's policy",
          ...signpostsFor(signposts, form, { platform: 'tiktok' }).map(({ title }) => title),
        ].slice(0, form.services === undefined && form.siteSteps !== true ? 1 : undefined),
        `receipt, ${form.kind}`,
        receiptCard({
          ...onReceipt,
          draft: draft.id,
          reference: reference(7),
          filedAt: after(0),
          audience: form.audience,
          canBeTold: true,
          pictures: STOP_KINDS.includes(form.kind)
            ? []
            : [{ number: 1, sha256: '0123456789abcdef'.repeat(4), state: 'kept' }],
          signposts: signpostsFor(signposts, form, { platform: 'tiktok' }),
        }),
      ),
    ),
    one(
      ['Support for you', '08000 562 561', 'PHRP, phrp.pltd.com'],
      'receipt, about me',
      receiptCard({
        ...onReceipt,
        draft: draft.id,
        reference: reference(7),
        filedAt: after(0),
        audience: 'triage',
        canBeTold: true,
        pictures: [],
        support: supportFor(signposts, [{ kind: 'me' }]),
      }),
    ),
    one(
      ['2 answers need another look. Nothing else was lost.', 'Please answer “Where is it?”.'],
      'form, with problems',
      formCard(draft, post, {
        typed: { ...filled, platform: 'myspace', 'seen-on': 'last Tuesday', what: words.repeat(40) },
        problems: [
          { input: 'platform', sentence: 'Please answer “Where is it?”.' },
          { input: 'seen-on', sentence: '“When did you see it?” should be a date, such as 2026-03-02.' },
        ],
      }),
    ),
    one(
      [NOT_SENT, 'Screen grabs', 'Go on without'],
      'pictures, none',
      picturesCard({ ...draft, pictures: [] }, { uploadUrl: null }),
    ),
    one(
      [
        'Picture 1. Stored: PNG',
        'Your words: the reply, [see](https://example.test/1)',
        'Where it was: https://example.test/1',
        'Picture 2. Stored: HEIC',
        'cannot be shown here',
        'Still useful, if you can see it: the account name as the screen shows it and when it was posted.',
      ],
      'pictures, with words and one that cannot be shown',
      picturesCard(
        {
          ...draft,
          pictures: [
            {
              ...aStoredPicture(1),
              words: { caption: 'the reply, [see](https://example.test/1)', link: 'https://example.test/1' },
            },
            unseen(2),
          ],
        },
        { uploadUrl: null },
        ['account', 'time'],
      ),
    ),
    one(
      [
        'Stored 1 of 3. 1 is still coming.',
        'Received, not looked at yet.',
        'The upload page is open for you until 09:40.',
      ],
      'pictures, three states',
      picturesCard(
        { ...draft, pictures: [aStoredPicture(1), aWaitingPicture(2), notKept(3, 'expired')] },
        { uploadUrl: 'https://reports.example.org/upload/link-1', uploadUntil: after(600_000) },
      ),
    ),
    one(
      ['Stored 0 of 11.'],
      'pictures, every reason',
      picturesCard({ ...draft, pictures: everyReason.map((why, at) => notKept(at + 1, why)) }, { uploadUrl: null }),
    ),
    one(
      [
        NOT_SENT,
        'step 5 of 5',
        'The headteacher and those whom the headteacher has named to handle reports',
        'Stored 2 of 2.',
        '1 March 2026',
        'A parent or somebody else',
      ],
      'look over',
      lookOverCard(draft, post, { audience: 'triage', handlers }),
    ),
    one(
      [
        'The chair of governors alone',
        'Nothing is posted, and it stands in no list that others see.',
        'The headteacher',
      ],
      'look over, sealed',
      lookOverCard(sealedDraft, post, {
        audience: 'chair',
        handlers,
        outside: { chair: contacts.chair, chairIsConcerned: false },
      }),
    ),
    one(
      ['step 4 of 4', 'None are taken in this report.', 'The safeguarding lead and deputies alone'],
      'look over, imagery',
      lookOverCard(
        { ...stopped, answers: { 'told-by': words, 'told-on': '2026-03-01', device: 'with-me' } },
        formOf(IMAGERY_KIND),
        { audience: 'safeguarding', handlers },
      ),
    ),
    one(
      [NOT_SENT, 'Picture 1. Your words: the second comment', `Picture 2. Your words: ${'long '.repeat(47)}long …`],
      'look over, with words beside the pictures',
      lookOverCard(
        {
          ...draft,
          pictures: [
            { ...aStoredPicture(1), words: { caption: 'the second comment' } },
            { ...aStoredPicture(2), words: { caption: 'long '.repeat(200) } },
          ],
        },
        post,
        { audience: 'triage', handlers },
      ),
    ),
    one(
      ['1 picture is still on its way. Press Send again in a moment.'],
      'look over, pictures coming',
      lookOverCard({ ...draft, pictures: [aStoredPicture(1), aWaitingPicture(2), notKept(3, 'broken')] }, post, {
        audience: 'head',
        handlers,
        problem: '1 picture is still on its way. Press Send again in a moment.',
      }),
    ),
    one(
      [
        'Sent. Thank you.',
        reference(7),
        'Sent Monday 2 March 2026 at 09:30, to the headteacher and those whom the headteacher has named to handle reports.',
        '0123456789ab',
        '2 pictures kept with it.',
        'abcdef012345',
        'Version 1 of the social media policy applied when it was sent.',
        'No time is promised by which that is.',
        'It goes when you delete those messages',
      ],
      'receipt',
      receiptCard({
        ...onReceipt,
        draft: draft.id,
        reference: reference(7),
        filedAt: after(0),
        audience: 'triage',
        canBeTold: true,
        pictures: [
          { number: 1, sha256: '0123456789abcdef'.repeat(4), state: 'kept' },
          { number: 3, sha256: 'fedcba9876543210'.repeat(4), state: 'sealed' },
        ],
      }),
    ),
    one(
      ['No channel for reports has been set up yet'],
      'receipt, no channel',
      receiptCard({
        ...onReceipt,
        draft: draft.id,
        reference: reference(7),
        filedAt: after(0),
        audience: 'triage',
        canBeTold: false,
        pictures: [],
      }),
    ),
    one(
      ['A message without names or content is on its way to the headteacher in Teams.'],
      'receipt, head',
      receiptCard({
        ...onReceipt,
        draft: draft.id,
        reference: reference(7),
        filedAt: after(0),
        audience: 'head',
        canBeTold: true,
        pictures: [],
      }),
    ),
    one(
      ['is on its way to the safeguarding lead in Teams', 'leave it unopened, do not delete it'],
      'receipt, safeguarding',
      receiptCard({
        ...onReceipt,
        imagery: 'yes',
        draft: draft.id,
        reference: reference(7),
        filedAt: after(0),
        audience: 'safeguarding',
        canBeTold: true,
        pictures: [],
      }),
    ),
    one(
      [
        'Nothing was posted in any channel, and it stands in no list or count that others see.',
        'chair@governors.example',
        'A code for the chair: ',
        '2346-79AC-DEFG-HJKM',
      ],
      'receipt, sealed',
      receiptCard({
        ...onReceipt,
        draft: draft.id,
        reference: reference(7),
        filedAt: after(0),
        audience: 'chair',
        canBeTold: true,
        pictures: [],
        chairCode: '2346-79AC-DEFG-HJKM',
        outside: { chair: contacts.chair, chairIsConcerned: false },
      }),
    ),
    one(
      ["The chair's contact is not set here."],
      'receipt, sealed, no chair',
      receiptCard({
        ...onReceipt,
        draft: draft.id,
        reference: reference(7),
        filedAt: after(0),
        audience: 'chair',
        canBeTold: true,
        pictures: [],
        outside: { chairIsConcerned: false },
      }),
    ),
    one(
      ['to nobody here: it is kept sealed', 'Please tell the local authority', '01632 960199'],
      'receipt, sealed, about the chair too',
      receiptCard({
        ...onReceipt,
        draft: draft.id,
        reference: reference(7),
        filedAt: after(0),
        audience: 'chair',
        canBeTold: false,
        pictures: [],
        chairCode: '2346-79AC-DEFG-HJKM',
        outside: { chair: contacts.chair, lado: { kind: 'set', phone: '01632 960199' }, chairIsConcerned: true },
      }),
    ),
    one(
      ['please tell them yourself that it is there'],
      'receipt, head, who cannot be reached',
      receiptCard({
        ...onReceipt,
        draft: draft.id,
        reference: reference(7),
        filedAt: after(0),
        audience: 'head',
        canBeTold: false,
        pictures: [],
      }),
    ),
    one(
      ['No picture of this report can be opened', '2 pictures: locked', 'Tell the safeguarding lead now'],
      'stopped after Send',
      sentStoppedCard({ reference: reference(7), locked: 2 }, contacts),
    ),
    one([NOT_SENT, 'You have a draft report', 'It has 2 pictures.'], 'draft waiting', draftWaitingCard(draft)),
    one(
      [NOT_SENT, 'Delete this draft?', '1 picture locked for the safeguarding lead: that stays.'],
      'delete, sure?',
      deleteConfirmCard(stopped),
    ),
    one([NOT_SENT, 'Delete this draft and start again?'], 'start again, sure?', restartConfirmCard(draft)),
    one(['Deleted. Nothing was sent.'], 'draft deleted', draftDeletedCard()),
    one(['This draft is not there any more'], 'draft gone', draftGoneCard()),
    one(['This report was sent already', reference(7)], 'already sent', alreadySentCard(reference(7))),
    one(['This report was sent already'], 'already sent, sealed', alreadySentCard(reference(7), draft.id)),
    one(
      ['A new code for the chair', '2346-79AC-DEFG-HJKM', reference(7)],
      'chair code',
      chairCodeCard(reference(7), '2346-79AC-DEFG-HJKM'),
    ),
    one([reference(7)], 'sent', sentCard(reference(7))),
    one(
      [reference(2), 'Sent, not acknowledged yet', 'Acknowledged: somebody is dealing with it', 'Closed'],
      'my reports',
      myReportsCard([line(3), line(2, { state: 'acknowledged' }), line(1, { state: 'closed', pictures: 2 })], {
        next: 'mark',
      }),
    ),
    one([NOT_SENT, 'step 1 of 2', 'Could any of it show'].slice(0, 2), 'imagery, adding', imageryCard(toAdd)),
    one(
      [NOT_SENT, 'step 2 of 2', `Add to ${reference(3)}`, 'Stored 1 of 1.'],
      'adding, a picture and words',
      additionCard(
        { ...toAdd, imagery: 'no', answers: { words }, pictures: [aStoredPicture(3)], nextNumber: 4 },
        { uploadUrl: 'https://reports.example.org/upload/link-1', uploadUntil: after(600_000) },
      ),
    ),
    one(
      [NOT_SENT, 'There is nothing to add yet.'],
      'adding, nothing yet',
      additionCard({ ...toAdd, imagery: 'no' }, { uploadUrl: null }, { problem: 'There is nothing to add yet.' }),
    ),
    one(
      [
        'Nothing is added, and no picture is taken',
        `Your report ${reference(3)} stays as it was sent.`,
        '1 picture of what you were adding: locked.',
      ],
      'stopped while adding',
      additionStoppedCard({ ...toAdd, imagery: 'not-sure', pictures: [sealed(3)] }, contacts),
    ),
    one(
      [NOT_SENT, `You are adding to ${reference(3)}`, `write “add ${reference(4)}”`],
      'draft waiting, adding elsewhere',
      draftWaitingCard(toAdd, reference(4)),
    ),
    one(
      ['Added. There is more.', 'Added to 2 Mar 2026, 09:30', '3 pictures'],
      'my report, added to',
      myReportCard(
        aReport({
          reference: reference(3),
          pictures: 3,
          additions: [{ at: after(0), draft: toAdd.id, words, pictures: [3] }],
        }),
        'Added. There is more.',
      ),
    ),
    one(
      ['Added to Monday 2 March 2026 at 09:30'],
      'triage, added to',
      triageCard({
        kind: 'report',
        line: line(3, { additions: [{ at: after(0), draft: toAdd.id, pictures: [] }] }),
        steps: ['close'],
      }),
    ),
    one(
      [reference(3), 'The answers are no longer shown here'],
      'notice, card spent',
      noticeCard({ kind: 'card-spent', to: staff(1), reference: reference(3), message: 'message-1' }),
    ),
    one(
      ['Not sent yet', 'A draft of yours is cleared soon', 'It is cleared Tuesday 3 March 2026 at 09:30'],
      'notice, draft ends',
      noticeCard({ kind: 'draft-ends', to: staff(1), draft: draft.id, until: after(86_400_000) }),
    ),
    one(
      ['Not sent yet', 'Nobody has been told yet', '01632 960102'],
      // Not among the notices that name nobody: the lead's contact, from the school's own settings, is what it is for.
      'reminder, draft at risk',
      noticeCard({ kind: 'draft-at-risk', to: staff(1), draft: draft.id }, contacts),
    ),
    one(
      ['Something was added to a report', reference(3)],
      'notice, added',
      noticeCard({ kind: 'added-to', to: staff(3), reference: reference(3), report: line(3).id }),
    ),
    one(
      ['You withdrew it'],
      'my reports, withdrawn',
      myReportsCard([line(3, { withdrawn: { at: after(0), reason: 'mistake' } })]),
    ),
    one(
      [`Your report ${reference(3)}`, 'Sent, not acknowledged yet', '2 pictures'],
      'my report, open',
      myReportCard(aReport({ reference: reference(3), pictures: 2 })),
    ),
    one(
      [
        `Pictures of your report ${reference(3)}`,
        'Number 2: ',
        'you took it back',
        'locked, because it may be indecent',
      ],
      'my pictures',
      myPicturesCard(
        aReport({ reference: reference(3), pictures: 4 }),
        [
          anEvidence({ number: 1 }),
          anEvidence({ number: 2, withdrawn: { at: after(0), reason: 'wrong-person' } }),
          anEvidence({ number: 3, state: 'sealed' }),
          anEvidence({ number: 4, state: 'destroyed' }),
        ],
        'You took back number 2.',
      ),
    ),
    one(
      ['locked, because it may be indecent'],
      'my pictures, none left to take back',
      myPicturesCard(aReport({ reference: reference(3), pictures: 1 }), [anEvidence({ state: 'sealed' })]),
    ),
    one(
      ['What is locked, and waits for you', 'No picture is shown there'],
      'notice, link to what is locked',
      noticeCard({ kind: 'locked-link', url: 'https://pages.example/locked/link-1', until: after(120_000) }),
    ),
    one(
      ['Closed', 'No note was left for you.', 'Closed 2 Mar 2026, 10:30.'],
      'my report, closed',
      myReportCard(aReport({ reference: reference(3), state: 'closed' })),
    ),
    one(
      ['Closed', 'A note to you from those who handle it', words.slice(0, 20)],
      'my report, closed with a note',
      myReportCard(aReport({ reference: reference(3), state: 'closed', note: words })),
    ),
    one(
      [
        'Question 1, 2 Mar 2026, 09:30: waits for your answer',
        'It has gone on since, to the chair of governors alone.',
      ],
      'my report, gone on to the chair, with a question',
      myReportCard(aReport({ reference: reference(3), pictures: 2, questions: [asked] }), '', 'chair'),
    ),
    one(
      ['Question 1, 2 Mar 2026, 09:30: answered 2 Mar 2026, 09:31', 'Your answer is kept.'],
      'my report, answered',
      myReportCard(
        aReport({
          reference: reference(3),
          state: 'acknowledged',
          questions: [{ ...asked, answers: [{ at: after(60_000), words }] }],
        }),
        'Your answer is kept.',
      ),
    ),
    one(
      [`A question about your report ${reference(3)}`, '2 questions wait; this is number 1.', 'Your answer'],
      'question',
      reportQuestionCard(aReport({ reference: reference(3), questions: [asked, { ...asked, number: 2 }] }), asked),
    ),
    one(
      ['If a picture may be indecent, do not describe what it shows'],
      'question, about a report with pictures',
      reportQuestionCard(aReport({ reference: reference(3), pictures: 2, questions: [asked] }), asked),
    ),
    one(
      [
        'There is nothing in the box yet.',
        'Do not describe what such a picture shows',
        'You answered 2 Mar 2026, 09:31.',
      ],
      'question, answered before, about imagery',
      reportQuestionCard(
        aReport({ reference: reference(3), imagery: 'yes', questions: [asked] }),
        { ...asked, answers: [{ at: after(60_000), words }] },
        { problem: 'There is nothing in the box yet.', typed: words },
      ),
    ),
    one(
      ['Make a new code for the chair?', reference(3)],
      'chair code, sure?',
      chairCodeConfirmCard(aReport({ reference: reference(3) })),
    ),
    one(
      ['A code for the local authority', '2346-79AC-DEFG-HJKM'],
      'chair code, the first',
      chairCodeCard(reference(7), '2346-79AC-DEFG-HJKM', { isFirst: true, chairIsConcerned: true }),
    ),
    one(
      ['A question waits for you', 'There is a note for you'],
      'my reports, with a question and a note',
      myReportsCard([line(3, { questions: [asked] }), line(2, { state: 'closed', note: words })]),
    ),
    one(
      ['Asked the reporter Monday 2 March 2026 at 09:30: no answer yet'],
      'triage, asked',
      triageCard({ kind: 'report', line: line(3, { questions: [asked] }), steps: ['close'] }),
    ),
    one(
      ['Answered by the reporter Monday 2 March 2026 at 09:31'],
      'triage, answered',
      triageCard({
        kind: 'report',
        line: line(3, { questions: [{ ...asked, answers: [{ at: after(60_000), words }] }] }),
        steps: ['close'],
      }),
    ),
    one(
      ['A question waits about your report', reference(3)],
      'notice, question',
      noticeCard({ kind: 'asked-of-reporter', to: staff(1), reference: reference(3), report: line(3).id }),
    ),
    one(
      ['An answer waits on a report', reference(3)],
      'notice, answer',
      noticeCard({ kind: 'reporter-answered', to: staff(3), reference: reference(3), report: line(3).id }),
    ),
    one(
      [`Your report ${reference(3)} has gone on`, 'Make a code for the chair'],
      'notice, with the chair',
      noticeCard({ kind: 'with-chair', to: staff(1), reference: reference(3), report: line(3).id }),
    ),
    one(
      ['Closed.', 'There is a note for you.', 'See where it stands'],
      'notice, closed with a note',
      noticeCard({
        kind: 'state-changed',
        to: staff(1),
        reference: reference(3),
        state: 'closed',
        report: line(3).id,
        note: true,
      }),
    ),
    one(
      ['You withdrew it 2 Mar 2026, 09:30'],
      'my report, withdrawn',
      myReportCard(aReport({ reference: reference(3), withdrawn: { at: after(0), reason: 'not-say', words } })),
    ),
    one(
      ['New', 'Withdrawn by the reporter'],
      'triage, withdrawn',
      triageCard({
        kind: 'report',
        line: line(3, { withdrawn: { at: after(0), reason: 'mistake' } }),
        steps: ['acknowledge', 'close'],
      }),
    ),
    one(
      ['New. Withdrawn by the reporter'],
      'open reports, withdrawn',
      triageListCard([line(3, { withdrawn: { at: after(0), reason: 'mistake' } })]),
    ),
    one(
      ['A report was withdrawn', reference(3)],
      'notice, withdrawn',
      noticeCard({ kind: 'withdrawn', to: staff(3), reference: reference(3), report: line(3).id }),
    ),
    one(['You have sent no reports.'], 'my reports, none', myReportsCard([])),
    one(
      [`Report ${reference(3)}`, 'New', '2 pictures', 'Somebody may be in danger now'],
      'triage, new, danger',
      triageCard({ kind: 'report', line: line(3, { danger: 'yes', pictures: 2 }), steps: ['acknowledge', 'close'] }),
    ),
    one(
      ['Acknowledged'],
      'triage, acknowledged',
      triageCard({ kind: 'report', line: line(3, { state: 'acknowledged' }), steps: ['close'] }),
    ),
    one(['Closed'], 'triage, closed', triageCard({ kind: 'report', line: line(3, { state: 'closed' }), steps: [] })),
    one(
      ['A question waits for the headteacher.', 'Nobody else can read it.'],
      'question waits, in the channel',
      triageCard({ kind: 'question-waits' }),
    ),
    one(['One waits, for the headteacher.'], 'one waits, head', triageCard({ kind: 'one-waits', audience: 'head' })),
    one(
      ['One waits, for the safeguarding lead and deputies.'],
      'one waits, safeguarding',
      triageCard({ kind: 'one-waits', audience: 'safeguarding' }),
    ),
    one(
      ['Open reports', reference(3), 'Danger'],
      'open reports',
      triageListCard([line(3, { danger: 'yes' }), line(2, { state: 'acknowledged', pictures: 4 })], {
        next: 'mark',
      }),
    ),
    one(['There is no open report that you can open.'], 'open reports, none', triageListCard([])),
    one(
      [`Your report ${reference(3)}`, 'Acknowledged: somebody is dealing with it.'],
      'notice, state',
      noticeCard({ kind: 'state-changed', to: staff(1), reference: reference(3), state: 'acknowledged' }),
    ),
    one(
      ['A report waits for you'],
      'notice, waits',
      noticeCard({ kind: 'waits-for-you', to: staff(3), reference: reference(3), report: line(3).id }),
    ),
    one(
      ['A picture was stopped', reference(3)],
      'notice, stopped',
      noticeCard({ kind: 'picture-stopped', to: staff(3), reference: reference(3) }),
    ),
    one(
      [
        'Stored 2 of 3.',
        'Picture 2. Stored: PNG',
        'Please send number 3 again.',
        'Still useful, if you can see it: the full address of the post or page.',
      ],
      'notice, pictures',
      noticeCard({
        kind: 'pictures-settled',
        useful: ['link'],
        draft: {
          ...draft,
          picturesDone: false,
          pictures: [aStoredPicture(1), aStoredPicture(2), notKept(3, 'unreachable')],
        },
      }),
    ),
    one(
      ['Stored 2 of 2.', 'Nothing more is needed with these pictures.'],
      'notice, pictures all stored',
      noticeCard({ kind: 'pictures-settled', draft, useful: [] }),
    ),
    one(
      ['Stored 1 of 1.', 'Open the upload page', 'Still useful, if you can see it: when it was posted.'],
      'notice, the card of the pictures follows',
      noticeCard({
        kind: 'draft-pictures',
        draft: { ...draft, picturesDone: false, pictures: [aStoredPicture(1)] },
        page: { uploadUrl: 'https://pages.example/upload/link-1', uploadUntil: after(600_000) },
        useful: ['time'],
      }),
    ),
    one(
      ['No pictures are taken in this report'],
      'notice, pictures stopped since',
      noticeCard({ kind: 'pictures-settled', draft: stopped }),
    ),
    one(
      ['A picture waits for your answer no longer', 'I have not fetched or looked at it'],
      'notice, picture ran out unanswered',
      noticeCard({ kind: 'pictures-settled', draft: unanswered }),
    ),
    one(
      ['Use it before 09:32.'],
      'notice, link',
      noticeCard({
        kind: 'open-link',
        reference: reference(3),
        url: 'https://reports.example.org/open/link-1',
        until: after(120_000),
      }),
    ),
    one(
      ['I answer questions and take reports in a personal chat only, so that nobody else reads them.'],
      'channel',
      channelNeutralCard({ botId: '11111111-2222-4333-8444-555555555555' }),
    ),
    one(['If it is about the headteacher', '01632 960101'], 'contact the head', contactHeadCard(contacts, STANDING)),
    one(
      ["The headteacher's contact is not set here. Ask in the office."],
      'contact the head, not set',
      contactHeadCard({}, STANDING),
    ),
    one(
      ['That did not work', 'Please try again in a moment.'],
      'problem',
      problemCard('Please try again in a moment.'),
    ),
    one(
      ['Nothing is lost.'],
      'problem, form typed',
      problemCard('I cannot reach my storage just now.', {
        typed: { 'f.what': words, 'f.platform': 'facebook', 'f.seen-on': '2026-03-01' },
        forms,
        retry: { verb: 'report.form', data: { draft: draft.id } },
      }),
    ),
    one(
      ['What you typed'],
      'problem, words typed',
      problemCard('I cannot reach my storage just now.', {
        typed: { question: words },
        retry: { title: 'Ask again', verb: 'help', data: {} },
      }),
    ),
  ];
}

const ANSWER_SAYS: Readonly<Record<string, readonly string[]>> = {
  prohibited: [
    'The policy says not to',
    'The rules, word for word',
    'The exception, word for word',
    '“unless you are the parent of the pupil or a close family member”',
    'Who is it from?',
    'Leave the request unanswered.',
  ],
  allowed: ['The policy allows it'],
  'not-covered': [
    'The policy does not say',
    'The nearest rule',
    'They do not answer the question; they come closest.',
    STANDING,
    "National guidance, not the school's policy",
    'Source: Keeping children safe in education. Checked on 22 November 2026.',
  ],
  emergency: ['Act now', 'If a child is in danger now, ring 999.', STANDING, 'not set here'],
};
