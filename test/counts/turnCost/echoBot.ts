/** The least bot that there is, as the SDK's own sample makes it: it says what was said to it. */
import { CloudAdapter, ConfigurationBotFrameworkAuthentication, type TurnContext } from 'botbuilder';
import restify from 'restify';
import { beMeasured, credentialFactory } from './measured.ts';

await beMeasured(async ({ keysUrl }) => {
  const adapter = new CloudAdapter(
    new ConfigurationBotFrameworkAuthentication(
      {
        ToChannelFromBotLoginUrl: 'https://login.microsoftonline.com/botframework.com',
        ToChannelFromBotOAuthScope: 'https://api.botframework.com',
        ToBotFromChannelTokenIssuer: 'https://api.botframework.com',
        OAuthUrl: 'https://api.botframework.com',
        ToBotFromChannelOpenIdMetadataUrl: keysUrl,
        ToBotFromEmulatorOpenIdMetadataUrl: keysUrl,
        CallerId: 'urn:botframework:azure',
        ValidateAuthority: 'true',
      },
      credentialFactory,
    ),
  );
  const server = restify.createServer();
  server.use(restify.plugins.bodyParser());
  const echo = (context: TurnContext) => context.sendActivity(`Echo: ${context.activity.text}`);
  server.post('/api/messages', async (request, response) => {
    await adapter.process(request, response, async (context) => void (await echo(context)));
  });
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve({ port: (server.address() as { port: number }).port }));
  });
});
