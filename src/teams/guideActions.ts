import { concernsCard } from '../cards/concernCards.ts';
import {
  alreadySentCard,
  chairCodeCard,
  deleteConfirmCard,
  draftDeletedCard,
  draftGoneCard,
  restartConfirmCard,
} from '../cards/draftCards.ts';
import { receiptCard } from '../cards/receiptCard.ts';
import { dangerNowCard, imageryStopCard, otherStopCard, sentStoppedCard } from '../cards/safetyCards.ts';
import { refusals } from '../cards/sentences.ts';
import { readDraftId, readRuleId, type DraftId } from '../core/ids.ts';
import type { Imagery } from '../core/report/audience.ts';
import { ADULT_KIND, IMAGERY_KIND, STEPS, TERRORISM_KIND } from '../core/report/draft.ts';
import { signpostsFor, supportFor } from '../core/report/signposts.ts';
import { schoolDayOf } from '../core/schoolDay.ts';
import { type DraftTurn, findDraft } from '../flows/changeDraft.ts';
import { fileReport } from '../flows/fileReport.ts';
import {
  deleteReport,
  dropPicture,
  handlersOf,
  readConcerns,
  sayConcerns,
  sayCouldBeHead,
  sayDanger,
  sayForm,
  sayImagery,
  sayKind,
  sayMore,
  sayPicturesDone,
  startReport,
  stepBack,
} from '../flows/guideReport.ts';
import type { Person } from '../flows/ports.ts';
import { newChairCode } from '../flows/sealForChair.ts';
import { rememberWhereShown } from '../flows/rememberCard.ts';
import { stopSentPictures } from '../flows/stopSent.ts';
import { formOf, guideCard, outsideOf } from './guideCard.ts';
import type { Action } from './intent.ts';
import { chosenFrom } from './followTalk.ts';
import { askAgain, contactHead, sendMyReports, sendWelcome } from './personalTalk.ts';
import { readNumber } from './readNumber.ts';
import type { Hand, Talk } from './talk.ts';

/** A press on a card in the personal chat. What the card says is taken as a wish; whose draft it is, is asked of the store. */
export async function actOnGuide(talk: Talk, who: Person, action: Action, hand: Hand): Promise<void> {
  const { verb, data } = action;
  switch (verb) {
    case 'help':
      return sendWelcome(talk, hand);
    case 'contact.head':
      return contactHead(talk, hand);
    case 'my-reports':
      return sendMyReports(talk, who, hand, text(data['after']) || undefined);
    case 'ask.clarify':
      return askAgain(talk, who, action.from, chosenFrom(data), hand);
    case 'report.start': {
      const started = await startReport(talk.outside, who, readRuleId(data['rule']) ?? undefined);
      const { draft, version, isNew } = started;
      // The answer stays readable above the report that was started from it.
      const shown = await hand.newCard(await guideCard(talk, who, draft, { waiting: !isNew }));
      await rememberWhereShown(talk.outside, who, draft.id, shown, { value: draft, version }, !isNew);
      return;
    }
    case 'report.continue': {
      const { draft } = await startReport(talk.outside, who);
      const shown = await hand.card(await guideCard(talk, who, draft));
      await rememberWhereShown(talk.outside, who, draft.id, shown);
      return;
    }
  }
  const id = readDraftId(data['draft']);
  if (id === null || !verb.startsWith('report.')) return unknownButton(hand);
  return actOnDraft(talk, who, id, action, hand);
}

const unknownButton = (hand: Hand): Promise<void> => hand.text(refusals.notUnderstood);

const text = (value: unknown): string => (typeof value === 'string' ? value : '');

async function actOnDraft(
  talk: Talk,
  who: Person,
  id: DraftId,
  { verb, data, card }: Action,
  hand: Hand,
): Promise<void> {
  const { outside, fetches } = talk;
  const answer = text(data['answer']);
  const show = (turn: DraftTurn) => showTurn(talk, who, turn, hand);
  const again = async () => {
    const found = await findDraft(outside, who, id);
    return show('kind' in found ? found : { kind: 'draft', draft: found.value, version: found.version });
  };
  switch (verb) {
    case 'report.danger': {
      if (answer === 'no') return show(await sayDanger(outside, who, id, 'no'));
      if (answer !== 'yes') return answer === 'stop' ? hand.text(STOPPED_HERE) : again();
      const turn = await sayDanger(outside, who, id, 'yes');
      if (turn.kind !== 'draft') return show(turn);
      await hand.card(dangerNowCard(turn.draft, talk.contacts));
      return;
    }
    case 'report.imagery': {
      const said = IMAGERY_ANSWERS.get(answer);
      return said === undefined ? again() : answerImagery(talk, who, id, said, hand);
    }
    case 'report.concerns': {
      const roles = await outside.roster.roles(who.school);
      const concerns = readConcerns(text(data['concerns']), roles);
      if (concerns === null) {
        const found = await findDraft(outside, who, id);
        if ('kind' in found) return show(found);
        await hand.card(
          concernsCard(
            found.value,
            handlersOf(roles).map(talk.nameOf),
            'Please tick once more whom it concerns: at least one, or “not sure”.',
          ),
        );
        return;
      }
      return show(await sayConcerns(outside, who, id, concerns, roles));
    }
    case 'report.could-be-head':
      return show(await sayCouldBeHead(outside, who, id, answer === 'no' ? 'no' : 'yes-or-not-sure'));
    case 'report.kind': {
      const form = talk.forms.find(({ kind }) => kind === (text(data['kind']) || answer));
      if (form === undefined) return again();
      if (form.listed) return show(await sayKind(outside, who, id, form));
      // Of this kind no picture is taken, whatever was said at the question about pictures.
      return answerImagery(talk, who, id, { imagery: 'yes', kind: form.kind }, hand);
    }
    case 'report.form':
      return answerForm(talk, who, id, data, hand);
    case 'report.pictures': {
      const act = text(data['act']);
      if (act === 'done') return show(await sayPicturesDone(outside, who, id));
      const number = readNumber(data['number']);
      if (act === 'remove' && number !== null) return show(await dropPicture(outside, who, id, number));
      return again();
    }
    case 'report.back': {
      const step = STEPS.find((known) => known === text(data['step']));
      return step === undefined || step === 'more' ? again() : show(await stepBack(outside, who, id, step));
    }
    case 'report.chair-code': {
      const made = await newChairCode(outside, who, id);
      if (made === null) return again();
      await hand.card(chairCodeCard(made.reference, made.code));
      return;
    }
    case 'report.send':
      return send(talk, who, id, card, hand);
    case 'report.delete':
    case 'report.restart': {
      const found = await findDraft(outside, who, id);
      if ('kind' in found) return show(found);
      if (data['sure'] !== true && data['sure'] !== 'true') {
        const confirm = verb === 'report.delete' ? deleteConfirmCard : restartConfirmCard;
        await hand.card(confirm(found.value));
        return;
      }
      const gone = await deleteReport(outside, fetches, who, id);
      if (gone !== 'deleted') return show(gone);
      if (verb === 'report.delete') {
        await hand.card(draftDeletedCard(found.value));
        return;
      }
      const { draft } = await startReport(outside, who);
      const shown = await hand.card(await guideCard(talk, who, draft));
      await rememberWhereShown(outside, who, draft.id, shown);
      return;
    }
    default:
      return unknownButton(hand);
  }
}

type SaidOfPictures = { readonly imagery: Imagery; readonly kind: string };

/** What the buttons of the question about pictures say, each with the form that it leads to. */
const IMAGERY_ANSWERS: ReadonlyMap<string, SaidOfPictures> = new Map([
  ['no', { imagery: 'no', kind: '' }],
  ['yes', { imagery: 'yes', kind: IMAGERY_KIND }],
  ['not-sure', { imagery: 'not-sure', kind: IMAGERY_KIND }],
  ['adult', { imagery: 'yes', kind: ADULT_KIND }],
  ['terrorism', { imagery: 'yes', kind: TERRORISM_KIND }],
]);

async function answerImagery(
  talk: Talk,
  who: Person,
  id: DraftId,
  { imagery, kind }: SaidOfPictures,
  hand: Hand,
): Promise<void> {
  const { outside, fetches } = talk;
  // Without a form of its own it is taken as the picture of a child, which is the stricter.
  const form = talk.forms.find((one) => one.kind === kind && one.kind !== IMAGERY_KIND && !one.listed);
  const turn = await sayImagery(outside, fetches, who, id, imagery, form);
  if (turn.kind === 'already-sent' && imagery !== 'no') {
    const stopped = await stopSentPictures(outside, who, id, talk.nudge);
    if (stopped === null) return showTurn(talk, who, turn, hand);
    await hand.card(sentStoppedCard(stopped, talk.contacts));
    return;
  }
  if (turn.kind !== 'draft' || turn.draft.imagery === 'no') return showTurn(talk, who, turn, hand);
  talk.nudge();
  const { draft } = turn;
  if (draft.addsTo !== undefined) return showTurn(talk, who, turn, hand);
  await hand.card(
    draft.kind === IMAGERY_KIND
      ? imageryStopCard(draft, talk.contacts)
      : otherStopCard(draft, formOf(talk, draft), talk.contacts),
  );
}

const STOPPED_HERE =
  'Stopped here. Nothing was sent. What you answered so far is kept for you as a draft: write “continue” to go on with it, ' +
  'or “delete” to delete it.';

async function answerForm(talk: Talk, who: Person, id: DraftId, data: Action['data'], hand: Hand): Promise<void> {
  const typed = Object.fromEntries(
    Object.entries(data).flatMap(([key, value]) => (key.startsWith('f.') ? [[key.slice(2), value] as const] : [])),
  );
  const today = schoolDayOf(talk.outside.clock.now());
  const say = data['page'] === 'more' ? sayMore : sayForm;
  // An old card of another kind is not read as this one's: some of their questions share a name.
  const kind = text(data['kind']);
  const forms = kind === '' ? talk.forms : talk.forms.filter((form) => form.kind === kind);
  const turn = await say(talk.outside, who, id, forms, typed, today);
  if (turn.kind !== 'draft') return showTurn(talk, who, turn, hand);
  if (turn.problems !== undefined) {
    await hand.card(await guideCard(talk, who, turn.draft, { problems: turn.problems, typed: turn.typed }));
    return;
  }
  const onward = data['then'] === 'more' && (formOf(talk, turn.draft).more ?? []).length > 0;
  return showTurn(talk, who, onward ? await stepBack(talk.outside, who, id, 'more') : turn, hand);
}

async function showTurn(talk: Talk, who: Person, turn: DraftTurn, hand: Hand): Promise<void> {
  switch (turn.kind) {
    case 'draft':
      await hand.card(await guideCard(talk, who, turn.draft, { version: turn.version }));
      return;
    case 'already-sent':
      await hand.card(alreadySentCard(turn.reference, turn.sealedFrom));
      return;
    case 'no-draft':
      await hand.card(draftGoneCard());
      return;
  }
}

async function send(talk: Talk, who: Person, id: DraftId, pressed: string | null, hand: Hand): Promise<void> {
  const policy = {
    id: talk.policyId,
    version: talk.policyVersion,
    rulesOf: (kind: string) =>
      (talk.forms.find((form) => form.kind === kind)?.clauses ?? []).flatMap((clause) => readRuleId(clause) ?? []),
  };
  const sent = await fileReport(talk.outside, who, id, policy, talk.nudge, pressed);
  switch (sent.kind) {
    case 'filed': {
      const form = talk.forms.find(({ kind }) => kind === sent.report.kind);
      await hand.card(
        receiptCard({
          reference: sent.report.reference,
          filedAt: sent.report.filedAt,
          audience: sent.report.audience,
          draft: id,
          canBeTold: sent.canBeTold,
          chainHead: sent.report.chain.head,
          policyVersion: sent.report.policyVersion,
          imagery: sent.report.imagery,
          pictures: sent.evidence,
          signposts: form === undefined ? [] : signpostsFor(talk.signposts, form, sent.report.answers),
          support: supportFor(talk.signposts, sent.report.concerns),
          chairCode: sent.chairCode,
          ...(sent.report.audience === 'chair'
            ? { outside: outsideOf(talk, sent.report, await talk.outside.roster.roles(who.school)) }
            : {}),
        }),
      );
      return;
    }
    case 'already-sent':
    case 'no-draft':
      return showTurn(talk, who, sent, hand);
    case 'unfinished':
    case 'pictures-coming': {
      const found = await findDraft(talk.outside, who, id);
      if ('kind' in found) return showTurn(talk, who, found, hand);
      const problem =
        sent.kind === 'pictures-coming'
          ? 'A picture is still on its way. I will tell you when it is stored; then press Send again.'
          : undefined;
      await hand.card(await guideCard(talk, who, found.value, { problem }));
      return;
    }
  }
}
