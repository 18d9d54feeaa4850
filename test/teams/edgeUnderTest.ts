import type { Credentials } from '../../src/teams/adapter.ts';
import { createTeamsEdge, type TeamsEdgeOptions } from '../../src/teams/edge.ts';
import type { CardJson, Intent, ReplyHand } from '../../src/teams/intent.ts';
import { APP_ID, type Json, recorded, TENANT } from '../activities/recorded.ts';
import { channelTokens } from '../builders/channelTokens.ts';
import { fakeConnector } from '../builders/fakeConnector.ts';

export const PASSWORD = 'a-secret-for-tests';
export const TEAMS: Credentials = {
  kind: 'teams',
  appId: APP_ID,
  tenantId: TENANT,
  appType: 'SingleTenant',
  password: PASSWORD,
};
export const card = (text: string): CardJson => ({
  type: 'AdaptiveCard',
  version: '1.5',
  fallbackText: 'Open Postwise to read this.',
  body: [{ type: 'TextBlock', text }],
});

type Handler = (intent: Intent, reply: ReplyHand) => Promise<unknown>;

/** The edge between real servers on loopback: one that issues tokens, one that is the Connector. */
export async function edgeUnderTest(options: Partial<TeamsEdgeOptions> = {}) {
  const connector = await fakeConnector();
  const tokens = await channelTokens(APP_ID, connector.serviceUrl, PASSWORD);
  const intents: Intent[] = [];
  const lines: { readonly event: string; readonly ids: Json }[] = [];
  let handler: Handler = async () => undefined;
  const edge = createTeamsEdge({
    credentials: TEAMS,
    tenant: TENANT,
    mayAnswerTo: (url) => url.startsWith(`${connector.origin}/`),
    onIntent: async (intent, reply) => {
      intents.push(intent);
      await handler(intent, reply);
    },
    cards: {
      noticeCard: (notice) => card(`notice ${notice.kind}`),
      channelCard: (notice) => card(`channel ${notice.kind}`),
    },
    log: {
      info: (event, ids = {}) => void lines.push({ event, ids }),
      warn: (event, ids = {}) => void lines.push({ event, ids }),
    },
    ...options,
    configuration: {
      keysUrl: tokens.keysUrl,
      credentialFactory: tokens.credentialFactory,
      pace: { delaysMs: [5, 10, 20], attemptMs: 300, longestWaitMs: 200, random: () => 0.5 },
      answerWithinMs: 2_000,
      ...options.configuration,
    },
  });
  /** An activity of the folder, from the service that this test runs. */
  const activity = (name: string, changes: Json = {}): Json =>
    recorded(name, { serviceUrl: connector.serviceUrl, ...changes });
  return {
    edge,
    connector,
    tokens,
    intents: intents as readonly Intent[],
    lines: lines as readonly { readonly event: string; readonly ids: Json }[],
    activity,
    onIntent(next: Handler) {
      handler = next;
    },
    /** Sends an activity with a good token, and waits for all that follows. */
    async deliver(name: string, changes: Json = {}) {
      const answer = await edge.receive(await tokens.header(), activity(name, changes));
      await edge.settled();
      return answer;
    },
    close: () => Promise.all([connector.close(), tokens.close()]),
  };
}

export type EdgeUnderTest = Awaited<ReturnType<typeof edgeUnderTest>>;
