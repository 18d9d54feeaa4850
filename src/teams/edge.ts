import type { Activity } from 'botbuilder';
import { readStaffId, type StaffId } from '../core/ids.ts';
import type { ChannelNotice, Conversation, HeadChannel, Log, Notice, PersonalNotice } from '../flows/ports.ts';
import { CheckedAdapter, type CredentialFactory, type Credentials } from './adapter.ts';
import { createChannelTokenCheck } from './channelToken.ts';
import type { CardJson, Intent, ReplyHand } from './intent.ts';
import { readActivity, readReturnAddress } from './readActivity.ts';
import { createTurn, messageAnswer, type Turn } from './replyHand.ts';
import {
  createHeadChannel,
  createPersonalNotice,
  createSender,
  type Pace,
  TEAMS_PACE,
  textMessage,
} from './sending.ts';

export type TeamsEdgeOptions = {
  readonly credentials: Credentials;
  /** The school's Entra tenant id. Every activity of another is refused. */
  readonly tenant: string;
  /** Whether the bot may speak to a service, and so may show it its token. */
  readonly mayAnswerTo: (serviceUrl: string) => boolean;
  /** Called for what asks for something: never for `nothing` or `unreadable`. */
  readonly onIntent: (intent: Intent, reply: ReplyHand) => Promise<unknown>;
  readonly cards: {
    readonly noticeCard: (notice: Notice) => CardJson;
    readonly channelCard: (notice: ChannelNotice) => CardJson;
  };
  readonly log: Log;
  /** For tests; no setting reaches it. */
  readonly configuration?: {
    /** The OpenID metadata of the channel. */
    readonly keysUrl?: string;
    readonly credentialFactory?: CredentialFactory;
    readonly pace?: Pace;
    /** How long a request is held for its turn. Milliseconds. */
    readonly answerWithinMs?: number;
  };
};

export type Answer = { readonly status: number; readonly body?: unknown };

export type TeamsEdge = {
  /** Takes one activity as it came in. Never throws; no answer holds an exception's text. */
  receive(authHeader: string | undefined, body: unknown): Promise<Answer>;
  readonly headChannel: HeadChannel;
  readonly personalNotice: PersonalNotice;
  /** For pictures that were pasted. `null` in `local`. @throws where Entra gives none */
  botToken(): Promise<string | null>;
  /** @returns who a Teams user id of that conversation is; `null` where the roster does not know. @throws where it cannot be read */
  member(conversation: Conversation, teamsUserId: string): Promise<StaffId | null>;
  /** Waits for what goes on after its response. For an orderly end. */
  settled(): Promise<void>;
};

/** Teams gives up on a turn after 15 seconds, and then may say the same again. */
const ANSWER_WITHIN_MS = 10_000;

const SORRY =
  'Sorry, something went wrong here and I could not finish that. Please try again in a few minutes. ' +
  'If anyone is in danger now, ring 999. If a child may be at risk, tell your safeguarding lead without waiting for me.';
const WHO_ARE_YOU =
  'I could not see who sent this, so I have done nothing with it. Please open a chat with me from your own school account and try again.';
const WHERE_ARE_YOU = 'I could not see which chat this came from. Please go back to our chat and try again from there.';
const STILL_AT_IT = 'This is taking longer than it should. The answer will come here.';

/**
 * The one way in from Teams and the one way out to it.
 *
 * @throws where Teams is meant and the app's id, tenant or secret is missing
 */
export function createTeamsEdge(options: TeamsEdgeOptions): TeamsEdge {
  const { credentials, tenant, mayAnswerTo, onIntent, cards, log, configuration = {} } = options;
  const appId = credentials.kind === 'teams' ? credentials.appId.trim() : '';
  if (tenant.trim() === '') throw new Error('No tenant: every activity would be refused');
  if (credentials.kind === 'teams' && appId === '') throw new Error('No app id: no token could be checked');
  const adapter = new CheckedAdapter(credentials, configuration.credentialFactory);
  const sender = createSender(adapter.conversations, mayAnswerTo, { appId, tenant }, configuration.pace ?? TEAMS_PACE);
  const tokenFault = credentials.kind === 'teams' ? createChannelTokenCheck(appId, configuration.keysUrl) : null;
  const who = { tenant, botIds: appId === '' ? [] : [appId, `28:${appId}`] };
  const going = new Set<Promise<unknown>>();
  const goesOn = (work: Promise<unknown>) => {
    going.add(work);
    void work.finally(() => going.delete(work));
  };

  const receive = async (authHeader: string | undefined, body: unknown): Promise<Answer> => {
    const activity = readOuter(body);
    if (activity === null) return refusal(400);
    const fault = tokenFault === null ? null : await tokenFault(authHeader, activity);
    if (fault !== null) {
      log.warn('token-refused', { why: fault });
      return refusal(401);
    }
    const intent = readActivity(body, who);
    const to = readReturnAddress(body);
    if (to !== null && !mayAnswerTo(to.serviceUrl)) {
      log.warn('service-refused');
      return refusal(403);
    }
    if (intent.kind === 'unreadable') return refuse(intent.why, activity, to);
    if (to === null || intent.kind === 'nothing') return adapter.run(activity, null);
    return takeTurn(activity, intent, to);
  };

  const refuse = async (why: string, activity: Activity, to: Conversation | null): Promise<Answer> => {
    log.warn('activity-refused', { why, type: /^\w{1,40}$/.test(activity.type) ? activity.type : 'other' });
    if (why === 'tenant') return refusal(403);
    const sentence = why === 'sender' ? WHO_ARE_YOU : why === 'address' ? WHERE_ARE_YOU : null;
    if (sentence === null) return refusal(400);
    if (activity.type === 'invoke') return { status: 200, body: messageAnswer(sentence) };
    if (to === null) return refusal(400);
    if (activity.type === 'message') await sender.send(to, textMessage(sentence)).catch(logged('not-said'));
    return { status: 200 };
  };

  const takeTurn = async (activity: Activity, intent: Intent, to: Conversation): Promise<Answer> => {
    const turn = createTurn(sender, to, intent, logged('card-not-kept'));
    let broken = false;
    const work = (async () => onIntent(intent, turn.hand))()
      .catch(async (error: unknown) => {
        logged('turn-failed', { kind: intent.kind })(error);
        await turn.hand.text(SORRY);
      })
      .catch((error: unknown) => {
        logged('not-said')(error);
        broken = true;
      })
      .then(() => turn.pending());
    goesOn(work);
    const answer = await adapter.run(activity, async () => {
      const late = await isLate(work, configuration.answerWithinMs ?? ANSWER_WITHIN_MS);
      turn.close();
      return bodyOf(turn, late);
    });
    return broken ? refusal(500) : answer;
  };

  const logged =
    (event: string, ids: Readonly<Record<string, string>> = {}) =>
    (error: unknown): void =>
      log.warn(event, { ...ids, ...nameAndPlace(error) });

  return {
    async receive(authHeader, body) {
      try {
        return await receive(authHeader, body);
      } catch (error) {
        logged('turn-failed')(error);
        return refusal(500);
      }
    },
    headChannel: createHeadChannel(sender, cards.channelCard),
    personalNotice: createPersonalNotice(sender, cards.noticeCard),
    botToken: () => adapter.token(),
    async member(conversation, teamsUserId) {
      const found = await sender.member(conversation, teamsUserId);
      return readStaffId((found as { aadObjectId?: unknown } | null)?.aadObjectId);
    },
    async settled() {
      while (going.size > 0) await Promise.allSettled(going);
    },
  };
}

/** Only enough to check the token against; everything else is looked at behind that. */
function readOuter(body: unknown): Activity | null {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return null;
  const { type } = body as { type?: unknown };
  return typeof type === 'string' && type !== '' ? (body as Activity) : null;
}

const WORDS = {
  400: 'This is not an activity that Postwise can read.',
  401: 'Not authorised.',
  403: 'Not for this bot.',
  500: 'Something went wrong.',
} as const;

const refusal = (status: keyof typeof WORDS): Answer => ({ status, body: { message: WORDS[status] } });

/** @returns whether the work took longer than `ms` */
async function isLate(work: Promise<unknown>, ms: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<true>((resolve) => {
    timer = setTimeout(() => resolve(true), ms);
  });
  try {
    return await Promise.race([work.then(() => false), late]);
  } finally {
    clearTimeout(timer);
  }
}

const bodyOf = (turn: Turn, late: boolean) => turn.answer() ?? messageAnswer(late ? STILL_AT_IT : 'Received.');

/** The error's name and the place in our own code. Its message may hold what somebody wrote. */
function nameAndPlace(error: unknown): Readonly<Record<string, string>> {
  if (!(error instanceof Error)) return { error: 'unknown' };
  const frames = (error.stack ?? '').split('\n').filter((line) => line.startsWith('    at '));
  const at = /\/(src\/[\w./-]+:\d+):\d+/.exec(frames.join('\n'))?.[1];
  return { error: error.name, ...(at === undefined ? {} : { at }) };
}
