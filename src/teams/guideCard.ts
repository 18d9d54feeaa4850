import { concernsCard, couldBeHeadCard } from '../cards/concernCards.ts';
import { draftWaitingCard } from '../cards/draftCards.ts';
import { formCard, kindCard, moreCard } from '../cards/formCards.ts';
import { lookOverCard } from '../cards/lookOverCard.ts';
import { additionCard, additionStoppedCard } from '../cards/additionCards.ts';
import { picturesCard } from '../cards/picturesCard.ts';
import { dangerCard, imageryCard } from '../cards/safetyCards.ts';
import type { CardJson } from '../cards/fill.ts';
import type { OutsideContacts } from '../cards/sealedWords.ts';
import {
  audienceFor,
  concernedPersons,
  concernsTheChair,
  type ReportFacts,
  type Roles,
} from '../core/report/audience.ts';
import { type Draft, nextStep, subjectOf } from '../core/report/draft.ts';
import type { FormAnswers, FormProblem, IncidentForm } from '../core/report/forms.ts';
import { supportFor } from '../core/report/signposts.ts';
import { schoolDayOf } from '../core/schoolDay.ts';
import { handlersOf } from '../flows/guideReport.ts';
import { uploadLinkFor } from '../flows/links.ts';
import type { Person, Versioned } from '../flows/ports.ts';
import { usefulToCapture } from '../flows/usefulToCapture.ts';
import type { Talk } from './talk.ts';

export type Showing = {
  /** The person asked for a report and has one already: offer it before going on. */
  readonly waiting?: boolean;
  readonly problems?: readonly FormProblem[];
  /** What was typed on a form's second card, where not all of it could be kept. */
  readonly typed?: FormAnswers | undefined;
  /** The store's mark of the draft as it is shown, where it was read or written in this turn. */
  readonly version?: string | undefined;
  /** A sentence about the whole card. */
  readonly problem?: string | undefined;
};

/** The card for where a draft stands: one place decides, whether the draft was just answered, reopened or found again. */
export async function guideCard(talk: Talk, who: Person, draft: Draft, showing: Showing = {}): Promise<CardJson> {
  if (showing.waiting === true) return draftWaitingCard(draft);
  const step = nextStep(draft);
  switch (step) {
    case 'danger':
      return dangerCard(draft, talk.standing);
    case 'imagery':
      return imageryCard(draft);
    case 'concerns':
      return concernsCard(draft, await handlersToOffer(talk, who));
    case 'could-be-head':
      return couldBeHeadCard(draft);
    case 'kind':
      return kindCard(draft, talk.forms, supportFor(talk.signposts, draft.concerns)?.kindWords);
    case 'form':
      return formCard(draft, formOf(talk, draft), { problems: showing.problems ?? [], typed: withToday(talk, draft) });
    case 'more':
      return moreCard(draft, formOf(talk, draft), {
        problems: showing.problems ?? [],
        ...(showing.typed === undefined ? {} : { typed: showing.typed }),
      });
    case 'pictures': {
      if (draft.addsTo !== undefined && draft.imagery !== 'no') return additionStoppedCard(draft, talk.contacts);
      const made = await uploadLinkFor(talk.outside, who, draft.id, asRead(draft, showing));
      const page = made.kind === 'link' ? { uploadUrl: made.url, uploadUntil: made.until } : { uploadUrl: null };
      const useful = await usefulToCapture(talk.outside, who.school, draft);
      return draft.addsTo === undefined
        ? picturesCard(draft, page, useful)
        : additionCard(draft, page, { problem: showing.problem, useful });
    }
    case 'look-over': {
      const roles = await talk.outside.roster.roles(who.school);
      const audience = audienceFor(subjectOf(draft), roles);
      const concerned = concernedPersons(subjectOf(draft), roles);
      return lookOverCard(draft, formOf(talk, draft), {
        audience,
        handlers: handlersOf(roles).map(talk.nameOf),
        ...(audience === 'chair' ? { outside: outsideOf(talk, { audience, concerned }, roles) } : {}),
        ...(showing.problem === undefined ? {} : { problem: showing.problem }),
      });
    }
  }
}

const asRead = (value: Draft, { version }: Showing): Versioned<Draft> | undefined =>
  version === undefined ? undefined : { value, version };

/** Those who handle reports, by role and name, so that one whom the report concerns can be shut out. */
export async function handlersToOffer(talk: Talk, who: Person) {
  return handlersOf(await talk.outside.roster.roles(who.school)).map(talk.nameOf);
}

/** A day that has to be given stands at today until it is changed: most of what is reported was seen today. */
function withToday(talk: Talk, draft: Draft): FormAnswers {
  const today = schoolDayOf(talk.outside.clock.now());
  const days = formOf(talk, draft).inputs.filter(({ type, required }) => type === 'date' && required);
  return { ...Object.fromEntries(days.map(({ id }) => [id, today])), ...draft.answers };
}

/** Whom to tell in person of a sealed report. */
export const outsideOf = (talk: Talk, report: ReportFacts, roles: Roles): OutsideContacts => ({
  chair: talk.contacts.chair,
  lado: talk.contacts.lado,
  chairIsConcerned: concernsTheChair(report, roles),
});

export function formOf(talk: Talk, draft: Draft): IncidentForm {
  const form = talk.forms.find(({ kind }) => kind === draft.kind);
  if (form === undefined) throw new Error(`No form for the kind ${draft.kind ?? 'that was not chosen'}`);
  return form;
}
