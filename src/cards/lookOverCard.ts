import lookOver from '../../cards/look-over.json' with { type: 'json' };
import type { Audience } from '../core/report/audience.ts';
import { type Draft, notKeptPictures } from '../core/report/draft.ts';
import { answerInWords, type FormInput, type IncidentForm } from '../core/report/forms.ts';
import { dayInWords, readSchoolDay } from '../core/schoolDay.ts';
import { type Handler, handlerTitle } from './concernCards.ts';
import { type Contact, contactLine } from './contacts.ts';
import { stageOf } from './draftStage.ts';
import { type CardJson, fills } from './fill.ts';
import { countedInWords } from './picturesCard.ts';
import { audienceInWords, concernInWords, notKeptSentence } from './sentences.ts';

const fillLookOver = fills(lookOver);

export type LookOverFacts = {
  /** As it would be fixed at Send. */
  readonly audience: Audience;
  /** Those who handle reports, so that a ticked one is shown by role and name. */
  readonly handlers: readonly Handler[];
  /** Shown for a sealed report. */
  readonly chair?: Contact;
  /** A sentence at the top, such as that pictures are still coming. */
  readonly problem?: string;
};

/** Everything once more before Send, and by role who will see it. */
export function lookOverCard(draft: Draft, form: IncidentForm, facts: LookOverFacts): CardJson {
  const nameOf = (staffId: string) => {
    const handler = facts.handlers.find((one) => one.staffId === staffId);
    return handler === undefined ? null : handlerTitle(handler);
  };
  return fillLookOver({
    draft: draft.id,
    stage: stageOf(draft, 'look-over'),
    problem: facts.problem ?? '',
    audience: capital(audienceInWords(facts.audience)),
    audienceMore: draft.concerns.length === 0 ? '' : whoIsShutOut(draft, facts.audience),
    chair: facts.audience === 'chair' ? chairSentence(facts.chair) : '',
    concerns: draft.concerns.map((concern) => concernInWords(concern, nameOf)).join('\n'),
    title: form.title,
    answers: form.inputs.map((input) => ({ label: input.label, words: inWords(input, draft.answers[input.id]) })),
    pictures: draft.imagery === 'no' ? countedInWords(draft) : 'None are taken in this report.',
    troubles: notKeptPictures(draft).map(({ number, why }) => ({ number, sentence: notKeptSentence(why) })),
    takesPictures: draft.imagery === 'no',
  });
}

function inWords(input: FormInput, value: string | undefined): string {
  const day = input.type === 'date' ? readSchoolDay(value) : null;
  return day === null ? answerInWords(input, value) : dayInWords(day);
}

function whoIsShutOut(draft: Draft, audience: Audience): string {
  if (audience === 'chair') return 'Nothing is posted, and it stands in no list that others see.';
  return draft.concerns.some(({ kind }) => kind === 'handler' || kind === 'me')
    ? 'Anybody whom it concerns cannot open it, whatever their role.'
    : '';
}

export function chairSentence(chair: Contact | undefined): string {
  const line = contactLine(chair);
  return line === null
    ? "The chair's contact is not set here. Ask the clerk to the governors for it, or look on the school's website."
    : `Chair of governors: ${line}`;
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
