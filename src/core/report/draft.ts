import type { DraftId, LinkId, PictureId, Reference, ReportId, RuleId, StaffId } from '../ids.ts';
import {
  audienceFor,
  type Concern,
  type CouldBeHead,
  type Imagery,
  type KindAudience,
  type Roles,
  type Subject,
} from './audience.ts';
import type { FormAnswers } from './forms.ts';
import type { PictureWords } from './pictureWords.ts';
import {
  type DraftPicture,
  MOST_PICTURES,
  type NotKept,
  type PictureSource,
  REFERENCE_LIFE_MS,
  sameSource,
  type StoredFacts,
} from './picture.ts';

/** A report that has not been sent. One live draft a person; everything that decides about its pictures is in this one value,
 * so that one stored change ends the upload link, drops the references and seals what is held. */
export type Draft = {
  readonly id: DraftId;
  /** Minted with the draft, reserved at Send. */
  readonly reference: Reference;
  readonly reporter: StaffId;
  /** ISO instants. */
  readonly startedAt: string;
  readonly changedAt: string;
  readonly danger?: 'no' | 'yes';
  readonly imagery?: Imagery;
  readonly concerns: readonly Concern[];
  readonly couldBeHead?: CouldBeHead;
  /** Decided by the answers so far; such a draft is kept apart with the sealed reports. */
  readonly sealed: boolean;
  readonly kind?: string;
  readonly formVersion?: number;
  /** As content had it when the kind was chosen; left out where a picture could show a child. */
  readonly kindAudience?: KindAudience;
  readonly answers: FormAnswers;
  readonly formDone: boolean;
  readonly picturesDone: boolean;
  readonly pictures: readonly DraftPicture[];
  readonly nextNumber: number;
  /** The rule of the answer from which the report was started. */
  readonly fromRule?: RuleId;
  /** The one upload link that is alive for this draft. */
  readonly uploadLink?: LinkId;
  /** The upload link on whose page the imagery question was answered "no"; bytes from another page are not taken. */
  readonly pageNo?: LinkId;
  /**
   * Set on what is to be added to a report that was sent: it passes the same gate for pictures, asks nothing else, lies
   * in its report's partition for good, and carries its report's reference.
   */
  readonly addsTo?: ReportId;
  /** How many pictures that report has already. */
  readonly heldBefore?: number;
  /** When it first told of danger, or of a picture that could show a child: reminded of once, an hour later. */
  readonly riskSaidAt?: string;
  /** Messages in which a card of this draft was shown: after Send each becomes one line. The last shows where it stands. */
  readonly cards?: readonly string[];
  /** Its pictures have changed since that card was made: a row to tell waits, written with the change. */
  readonly cardBehind?: true;
  /** The step the person went back to, until it is answered again. */
  readonly editing?: Step;
};

/** Every step, in the order in which they are asked. */
export const STEPS = [
  'danger',
  'imagery',
  'concerns',
  'could-be-head',
  'kind',
  'form',
  /** The second card of a form: asked of nobody, opened by those who know more. */
  'more',
  'pictures',
  'look-over',
] as const;
export type Step = (typeof STEPS)[number];

/** The form that takes the place of every kind when a picture could show a child: it asks for no picture and no description. */
export const IMAGERY_KIND = 'possible-imagery';
/** The two other things of which no picture is taken, each with its form: only of adults, or terrorist material. */
export const ADULT_KIND = 'adult-imagery';
export const TERRORISM_KIND = 'terrorist-material';
/** Their forms are reached by the safety answer only. */
export const STOP_KINDS: readonly string[] = [IMAGERY_KIND, ADULT_KIND, TERRORISM_KIND];
/** What the safety answer was about where it was not a child, with whom content gives it to. */
export type OtherStop = { readonly kind: string; readonly audience: KindAudience };

export function startDraft(
  ids: { readonly id: DraftId; readonly reference: Reference },
  reporter: StaffId,
  now: string,
  fromRule?: RuleId,
): Draft {
  return {
    ...ids,
    reporter,
    startedAt: now,
    changedAt: now,
    concerns: [],
    sealed: false,
    answers: {},
    formDone: false,
    picturesDone: false,
    pictures: [],
    nextNumber: 1,
    ...(fromRule === undefined ? {} : { fromRule }),
  };
}

/** What is added to a sent report is a draft of its own. Its pictures are numbered on from `after`. */
export function startAddition(
  id: DraftId,
  to: {
    readonly report: ReportId;
    readonly reference: Reference;
    readonly reporter: StaffId;
    readonly sealed: boolean;
    readonly pictures: readonly { readonly number: number }[];
  },
  now: string,
): Draft {
  return {
    ...startDraft({ id, reference: to.reference }, to.reporter, now),
    sealed: to.sealed,
    addsTo: to.report,
    heldBefore: to.pictures.length,
    nextNumber: Math.max(0, ...to.pictures.map(({ number }) => number)) + 1,
  };
}

/** With more cards than these on show, the oldest is left as it is. */
const MOST_CARDS = 8;
/** @param aside  it does not show where the draft stands, so the one that did stays the last */
export function rememberCard(draft: Draft, message: string, aside = false): Draft {
  const cards = draft.cards ?? [];
  if (cards.at(-1) === message) return draft;
  const others = cards.filter((card) => card !== message);
  const next = aside ? [...others.slice(0, -1), message, ...others.slice(-1)] : [...others, message];
  return { ...draft, cards: next.slice(-MOST_CARDS) };
}

/**
 * The message whose card follows what is done with the pictures elsewhere: the one that lists them, and holds nothing that
 * somebody may be typing. (What is added to a sent report is typed on its card; that one is left alone.)
 */
export const followingCard = (draft: Draft): string | null =>
  draft.addsTo === undefined && draft.imagery === 'no' && nextStep(draft) === 'pictures'
    ? (draft.cards?.at(-1) ?? null)
    : null;

/** The card has been brought up to date. */
export function cardFollowed(draft: Draft): Draft {
  const { cardBehind: _done, ...rest } = draft;
  return rest;
}

/** Whether it tells of danger, or of a picture that is not taken. */
export const tellsOfRisk = ({ danger, imagery }: Draft): boolean =>
  danger === 'yes' || (imagery !== undefined && imagery !== 'no');

/** Once a picture could be indecent there is one form, and no pictures. */
const ONLY_AFTER_NO: readonly Step[] = ['kind', 'pictures'];

/**
 * The next thing to ask. A step is stranded nowhere: each answer leads to another step or to the look-over, and an old card
 * leads back, never to a step that has not been reached.
 */
export function nextStep(draft: Draft): Step {
  if (draft.addsTo !== undefined) return draft.imagery === undefined ? 'imagery' : 'pictures';
  const onward = firstUnanswered(draft);
  const { editing } = draft;
  if (editing === undefined || STEPS.indexOf(editing) > STEPS.indexOf(onward)) return onward;
  return ONLY_AFTER_NO.includes(editing) && draft.imagery !== 'no' ? onward : editing;
}

function firstUnanswered(draft: Draft): Step {
  if (draft.danger === undefined) return 'danger';
  if (draft.imagery === undefined) return 'imagery';
  if (draft.concerns.length === 0) return 'concerns';
  if (draft.concerns.some(({ kind }) => kind === 'not-sure') && draft.couldBeHead === undefined) return 'could-be-head';
  if (draft.kind === undefined) return 'kind';
  if (!draft.formDone) return 'form';
  if (draft.imagery === 'no' && !draft.picturesDone) return 'pictures';
  return 'look-over';
}

const answered = (draft: Draft, change: Partial<Draft>): Draft => {
  const { editing: _done, ...rest } = { ...draft, ...change };
  return rest;
};

export const answerDanger = (draft: Draft, danger: 'no' | 'yes'): Draft => answered(draft, { danger });

/**
 * "Yes" or "not sure" ends every way to a picture in this one value. It is not taken back: a person who pressed it by
 * mistake starts again, with nothing held. A stop for something else still becomes the one for a child, never back.
 */
export function answerImagery(draft: Draft, imagery: Imagery, stop?: OtherStop): Draft {
  const stoppedBefore = draft.imagery !== undefined && draft.imagery !== 'no';
  const nowOfAChild = imagery !== 'no' && stop === undefined && draft.kind !== IMAGERY_KIND;
  if (stoppedBefore && !nowOfAChild) return answered(draft, {});
  if (imagery === 'no') return answered(draft, { imagery });
  const { uploadLink: _ended, pageNo: _taken, kindAudience: _first, ...rest } = answered(draft, { imagery });
  const kind = stop?.kind ?? IMAGERY_KIND;
  const sameForm = draft.kind === kind;
  return {
    ...rest,
    kind,
    ...(stop === undefined ? {} : { kindAudience: stop.audience }),
    formDone: sameForm && draft.formDone,
    // The form for imagery asks other questions and takes no description: what the first form held is let go.
    answers: sameForm ? draft.answers : {},
    pictures: draft.pictures.map(stopped),
  };
}

function stopped(picture: DraftPicture): DraftPicture {
  const { id, number, source } = picture;
  switch (picture.state) {
    case 'waiting':
      return { id, number, source, state: 'dropped' };
    case 'stored': {
      const { words: _describing, ...bare } = picture;
      return { ...bare, state: 'sealed' };
    }
    default: {
      const { words: _describing, ...bare } = picture;
      return bare;
    }
  }
}

/** Decides anew, from every answer so far, whether the draft is kept with the sealed reports. */
export const resealed = (draft: Draft, roles: Roles): Draft =>
  draft.addsTo === undefined ? { ...draft, sealed: audienceFor(subjectOf(draft), roles) === 'chair' } : draft;

export function answerConcerns(draft: Draft, concerns: readonly Concern[], roles: Roles): Draft {
  const { couldBeHead: _asked, ...rest } = answered(draft, { concerns });
  return resealed(rest, roles);
}

export const answerCouldBeHead = (draft: Draft, couldBeHead: CouldBeHead, roles: Roles): Draft =>
  resealed(answered(draft, { couldBeHead }), roles);

/** @param kindAudience  whom content gives this kind to; triage where it says nothing */
export function chooseKind(
  draft: Draft,
  kind: string,
  formVersion: number,
  kindAudience: KindAudience = 'triage',
): Draft {
  if (draft.imagery !== 'no') return draft;
  return draft.kind === kind
    ? answered(draft, { formVersion, kindAudience })
    : answered(draft, { kind, formVersion, kindAudience, answers: {}, formDone: false });
}

export const keepAnswers = (draft: Draft, answers: FormAnswers, formVersion: number): Draft =>
  answered(draft, { answers, formVersion, formDone: true });

/** What was typed, kept although a field still has a problem. */
export const keepTyped = (draft: Draft, typed: FormAnswers): Draft => ({ ...draft, answers: typed, formDone: false });

/** What was typed on the second card, beside the first card's answers. It waits for the first card to be done. */
export const keepMore = (draft: Draft, answers: FormAnswers): Draft =>
  draft.formDone ? answered(draft, { answers }) : draft;

export const finishPictures = (draft: Draft): Draft => answered(draft, { picturesDone: true });
export const goBack = (draft: Draft, editing: Step): Draft => ({ ...draft, editing });

export const subjectOf = (draft: Draft): Subject => ({
  reporter: draft.reporter,
  concerns: draft.concerns,
  couldBeHead: draft.couldBeHead,
  imagery: draft.imagery ?? 'not-sure',
  kindAudience: draft.imagery === undefined ? undefined : draft.kindAudience,
});

// ── pictures ────────────────────────────────────────────────────────────────────────────────────────────────────────

/** Pictures may be looked at by nobody, and fetched by nothing, but on a stored "no". */
export const mayHoldPictures = (draft: Draft): boolean => draft.imagery === 'no';
/** Before the question is answered a reference may wait; after a "yes" or "not sure" not even that. */
export const mayWaitForPictures = (draft: Draft): boolean => draft.imagery === undefined || draft.imagery === 'no';

/** How many pictures of one draft are told of by number, kept or not. */
const MOST_TOLD_OF = 3 * MOST_PICTURES;

export type PictureArrival = {
  readonly id: PictureId;
  readonly source: PictureSource;
  readonly url: string;
  readonly host: string;
  /** What came with it in its message. */
  readonly words?: PictureWords | undefined;
  /** Set where the address is refused before anything is fetched. */
  readonly refused?: NotKept;
};

/** A "no" was said of the pictures of its hour. Of one that comes to a draft left lying for longer it says nothing. */
const NO_HOLDS_MS = 60 * 60_000;

/**
 * Takes references to pictures sent in the chat. The same activity and place never makes a second one, however often
 * it is delivered; the twenty-first is refused. To a draft left lying, the imagery question is put again first.
 */
export function receivePictures(draft: Draft, arrivals: readonly PictureArrival[], now: Date): Draft {
  if (!mayWaitForPictures(draft)) return draft;
  const fresh = arrivals.filter(({ source }) => !draft.pictures.some((held) => sameSource(held.source, source)));
  if (fresh.length === 0) return draft;
  let next = now.getTime() - Date.parse(draft.changedAt) > NO_HOLDS_MS ? askImageryAgain(draft) : draft;
  for (const { id, source, url, host, refused, words } of fresh) {
    // Somebody may send hundreds: past this there is nothing more to say of each.
    if (next.pictures.length >= MOST_TOLD_OF) break;
    const why = refused ?? (countHeld(next) >= MOST_PICTURES ? 'too-many' : undefined);
    // One that is sent again without a word keeps the words that it came with first.
    const said = words ?? (why === undefined ? failedBefore(next, draft)?.words : undefined);
    const base = { id, source, number: next.nextNumber, ...(said === undefined ? {} : { words: said }) };
    const until = new Date(now.getTime() + REFERENCE_LIFE_MS).toISOString();
    const picture: DraftPicture =
      why === undefined ? { ...base, state: 'waiting', url, host, until } : { ...base, state: 'not-kept', why };
    const before = why === undefined ? inPlaceOfOne(next, draft) : next.pictures;
    next = { ...next, pictures: [...before, picture], nextNumber: next.nextNumber + 1 };
  }
  return next;
}

function askImageryAgain(draft: Draft): Draft {
  const { imagery: _old, pageNo: _given, ...rest } = draft;
  return rest;
}

/** A picture that comes after one failed is that one sent again: the oldest failure of `before`. */
const failedBefore = (draft: Draft, before: Draft) =>
  notKeptPictures(draft).find(({ id }) => before.pictures.some((held) => held.id === id));

/** What was sent again is not asked for any more. */
function inPlaceOfOne(draft: Draft, before: Draft): readonly DraftPicture[] {
  const failed = failedBefore(draft, before);
  return failed === undefined
    ? draft.pictures
    : draft.pictures.map((picture) => (picture === failed ? { ...failed, sentAgain: true } : picture));
}

/** Takes a picture whose bytes are in the store. Refuses (`null`) unless the draft still says "no". */
export function holdPicture(
  draft: Draft,
  picture: { readonly id: PictureId; readonly source: PictureSource },
  facts: StoredFacts,
): Draft | null {
  if (!mayHoldPictures(draft)) return null;
  const held = draft.pictures.find(({ source }) => sameSource(source, picture.source));
  if (held !== undefined && held.state !== 'waiting') return draft;
  const number = held?.number ?? draft.nextNumber;
  // Named one by one: a spread would carry the address of a chat picture along.
  const { id, source } = { id: held?.id ?? picture.id, source: picture.source };
  const words = held?.words ?? (held === undefined ? failedBefore(draft, draft)?.words : undefined);
  const stored: DraftPicture = {
    id,
    number,
    source,
    ...(words === undefined ? {} : { words }),
    state: 'stored',
    ...facts,
  };
  return held === undefined
    ? { ...draft, pictures: [...inPlaceOfOne(draft, draft), stored], nextNumber: number + 1 }
    : replacePicture(draft, stored);
}

/** Ends the wait for one picture with the reason it could not be kept. */
export function giveUpPicture(draft: Draft, id: PictureId, why: NotKept): Draft {
  const waiting = draft.pictures.find((picture) => picture.id === id && picture.state === 'waiting');
  if (waiting === undefined) return draft;
  const { number, source, words } = waiting;
  return replacePicture(draft, {
    id,
    number,
    source,
    ...(words === undefined ? {} : { words }),
    state: 'not-kept',
    why,
  });
}

/** The sender's words with one picture, in the place of those it had; `undefined` takes them away. */
export function sayOfPicture(draft: Draft, number: number, words: PictureWords | undefined): Draft {
  const picture = draft.pictures.find((each) => each.number === number);
  if (picture?.state !== 'stored' || !mayHoldPictures(draft)) return draft;
  const { words: before, ...bare } = picture;
  return before?.caption === words?.caption && before?.link === words?.link
    ? draft
    : replacePicture(draft, words === undefined ? bare : { ...bare, words });
}

/** References older than ten minutes are forgotten, answered or not. */
export function forgetOldReferences(draft: Draft, now: Date): Draft {
  return draft.pictures.reduce<Draft>(
    (next, picture) =>
      picture.state === 'waiting' && Date.parse(picture.until) <= now.getTime()
        ? giveUpPicture(next, picture.id, 'expired')
        : next,
    draft,
  );
}

/** Takes a stored picture out of the draft. A sealed one stays: only the safeguarding lead may have it destroyed. */
export const removePicture = (draft: Draft, number: number): Draft => ({
  ...draft,
  pictures: draft.pictures.filter((picture) => picture.number !== number || picture.state === 'sealed'),
});

const replacePicture = (draft: Draft, next: DraftPicture): Draft => ({
  ...draft,
  pictures: draft.pictures.map((picture) => (picture.id === next.id ? next : picture)),
});

const countHeld = (draft: Draft): number =>
  (draft.heldBefore ?? 0) + draft.pictures.filter(({ state }) => state === 'waiting' || state === 'stored').length;

export const waitingPictures = (draft: Draft) => draft.pictures.filter((picture) => picture.state === 'waiting');
/** Those that could not be kept and have not been sent again since. */
export const notKeptPictures = (draft: Draft) =>
  draft.pictures.filter((picture) => picture.state === 'not-kept' && picture.sentAgain !== true) as readonly Extract<
    DraftPicture,
    { state: 'not-kept' }
  >[];
/** What is shown of a draft's pictures: one that was sent again has its second coming for a line. */
export const picturesToTell = (draft: Draft): readonly DraftPicture[] =>
  draft.pictures.filter((picture) => picture.state !== 'not-kept' || picture.sentAgain !== true);
export const storedPictures = (draft: Draft) => draft.pictures.filter((picture) => picture.state === 'stored');
export const sealedPictures = (draft: Draft) => draft.pictures.filter((picture) => picture.state === 'sealed');
