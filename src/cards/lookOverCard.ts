import lookOver from '../../cards/look-over.json' with { type: 'json' };
import type { Audience } from '../core/report/audience.ts';
import { type Draft, notKeptPictures, storedPictures } from '../core/report/draft.ts';
import { answerInWords, type FormInput, type IncidentForm } from '../core/report/forms.ts';
import { dayInWords, readSchoolDay } from '../core/schoolDay.ts';
import { type Handler, handlerTitle } from './concernCards.ts';
import { stageOf } from './draftStage.ts';
import { type CardJson, fills } from './fill.ts';
import { countedInWords } from './picturesCard.ts';
import { wordsOnCard } from './pictureSentences.ts';
import { NOBODY_HERE, type OutsideContacts, whomToTell } from './sealedWords.ts';
import { audienceInWords, concernInWords, notKeptSentence } from './sentences.ts';

const fillLookOver = fills(lookOver);

export type LookOverFacts = {
  /** As it would be fixed at Send. */
  readonly audience: Audience;
  /** Those who handle reports, so that a ticked one is shown by role and name. */
  readonly handlers: readonly Handler[];
  /** Whom to tell in person of a sealed report. */
  readonly outside?: OutsideContacts;
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
    audience: capital(facts.outside?.chairIsConcerned === true ? NOBODY_HERE : audienceInWords(facts.audience)),
    audienceMore: draft.concerns.length === 0 ? '' : whoIsShutOut(draft, facts.audience),
    chair: facts.audience === 'chair' ? whomToTell(facts.outside).sentence : '',
    concerns: draft.concerns.map((concern) => concernInWords(concern, nameOf)).join('\n'),
    title: form.title,
    // Of the second card only what was answered: nobody has to read that they left it out.
    answers: [...form.inputs, ...(form.more ?? []).filter(({ id }) => (draft.answers[id] ?? '') !== '')].map(
      (input) => ({
        label: input.label,
        words: inWords(input, draft.answers[input.id]),
      }),
    ),
    pictures: draft.imagery === 'no' ? countedInWords(draft) : 'None are taken in this report.',
    said: storedPictures(draft).flatMap(({ number, words }) =>
      words === undefined ? [] : [{ number, words: wordsOnCard(words) }],
    ),
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

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
