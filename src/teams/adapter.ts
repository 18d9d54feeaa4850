import {
  type Activity,
  CloudAdapter,
  ConfigurationBotFrameworkAuthentication,
  ConfigurationServiceClientCredentialFactory,
  INVOKE_RESPONSE_KEY,
  type TurnContext,
} from 'botbuilder';
import { type Connect, type Conversations, plainConversations } from './connector.ts';

/** Who the bot is in Entra. `local` is nobody: no token is asked for and none is sent. */
export type Credentials =
  | {
      readonly kind: 'teams';
      readonly appId: string;
      readonly tenantId: string;
      readonly appType: 'SingleTenant' | 'UserAssignedMSI';
      readonly password?: string;
    }
  | { readonly kind: 'local' };

/** Gives the bot's own credentials; the SDK's, other than in tests. */
export type CredentialFactory = Pick<
  ConfigurationServiceClientCredentialFactory,
  'isValidAppId' | 'isAuthenticationDisabled' | 'createCredentials'
>;

/** Of the public cloud. Source: AuthenticationConstants of botframework-connector 4.23.3. */
const AUDIENCE = 'https://api.botframework.com';
/** A school is served from one or two addresses; only such as we may answer to come here. */
const MOST_CLIENTS = 16;
const LOGIN = 'https://login.microsoftonline.com/botframework.com';

/** The SDK's CloudAdapter, entered behind its own token check: the edge has made a stricter one. */
export class CheckedAdapter extends CloudAdapter {
  readonly #appId: string;
  readonly #factory: CredentialFactory;
  readonly #clients = new Map<string, Conversations>();

  /** @throws where Teams is meant and there is no app id, tenant or secret: the SDK would take that for "no check at all" */
  constructor(credentials: Credentials, factory: CredentialFactory = credentialFactory(credentials)) {
    super(new ConfigurationBotFrameworkAuthentication({}, factory));
    this.#factory = factory;
    this.#appId = appIdOf(credentials);
  }

  /**
   * Runs one turn for an activity that is known to come from Teams.
   *
   * @param work  gives the body of the response to an invoke; `null` otherwise, or where it is not for us
   */
  async run(activity: Activity, work: (() => Promise<unknown>) | null): Promise<{ status: number; body?: unknown }> {
    const claimsIdentity = this.createClaimsIdentity(this.#appId);
    const connectorFactory = this.botFrameworkAuthentication.createConnectorFactory(claimsIdentity);
    const checked = { audience: AUDIENCE, claimsIdentity, connectorFactory };
    const answer = await this.processActivity(checked, activity, async (context: TurnContext) => {
      if (work === null) return;
      const body = await work();
      if (activity.type !== 'invoke') return;
      context.turnState.set(INVOKE_RESPONSE_KEY, { type: 'invokeResponse', value: { status: 200, body } });
    });
    return answer === undefined ? { status: 200 } : { status: answer.status, body: answer.body as unknown };
  }

  /** To make a client takes longer than most of what we do in a turn. It asks for its token anew at each request. */
  readonly conversations: Connect = async (serviceUrl) => {
    const known = this.#clients.get(serviceUrl);
    if (known !== undefined) return known;
    const identity = this.createClaimsIdentity(this.#appId);
    const factory = this.botFrameworkAuthentication.createConnectorFactory(identity);
    const made = plainConversations(await factory.create(serviceUrl, AUDIENCE));
    if (this.#clients.size >= MOST_CLIENTS) this.#clients.clear();
    this.#clients.set(serviceUrl, made);
    return made;
  };

  /** @returns the bot's token for the Connector and for pictures that were pasted; `null` in `local` */
  async token(): Promise<string | null> {
    if (await this.#factory.isAuthenticationDisabled()) return null;
    const credentials: unknown = await this.#factory.createCredentials(this.#appId, AUDIENCE, LOGIN, true);
    return (credentials as { getToken(): Promise<string> }).getToken();
  }
}

const appIdOf = (credentials: Credentials) => (credentials.kind === 'teams' ? credentials.appId : '');

function credentialFactory(credentials: Credentials): CredentialFactory {
  if (credentials.kind === 'local') return new ConfigurationServiceClientCredentialFactory({});
  return new ConfigurationServiceClientCredentialFactory({
    MicrosoftAppId: credentials.appId,
    MicrosoftAppTenantId: credentials.tenantId,
    MicrosoftAppType: credentials.appType,
    MicrosoftAppPassword: credentials.password,
  });
}
