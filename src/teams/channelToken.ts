import { JwtTokenExtractor } from 'botframework-connector/lib/auth/jwtTokenExtractor.js';

/** Source: learn.microsoft.com, Bot Connector authentication, "Authenticate requests from the Bot Connector service". */
export const CHANNEL_ISSUER = 'https://api.botframework.com';
const CHANNEL_KEYS = 'https://login.botframework.com/v1/.well-known/openidconfiguration';
const SKEW_S = 5 * 60;

/** What a token is held against: the activity it came with. */
export type Said = { readonly channelId: unknown; readonly serviceUrl: unknown };

/** @returns `null` for a good token; otherwise why not, in one word for the log. Never throws. */
export type ChannelTokenCheck = (authHeader: string | undefined, activity: Said) => Promise<string | null>;

/**
 * Checks that Teams itself sent an activity: signed with the channel's own key which is endorsed for Teams, for this bot,
 * in time, and from the service that the activity says it is from.
 *
 * The SDK's own entrance is not used. It would take tokens of the emulator and of other bots as well: any that Entra gave
 * out through this app's id, whatever they were meant for, so that a person who has signed in could speak as another.
 * And it adds to a list for good whatever tenant an unproven token names.
 *
 * @param keysUrl  the OpenID metadata; another one is for tests alone
 */
export function createChannelTokenCheck(appId: string, keysUrl: string = CHANNEL_KEYS): ChannelTokenCheck {
  const reader = new JwtTokenExtractor(
    { issuer: [CHANNEL_ISSUER], clockTolerance: SKEW_S, ignoreExpiration: false },
    keysUrl,
    ['RS256', 'RS384', 'RS512'],
  );
  return async (authHeader, { channelId, serviceUrl }) => {
    if (authHeader === undefined || authHeader === '') return 'none';
    if (channelId !== 'msteams') return 'channel';
    if (typeof serviceUrl !== 'string' || serviceUrl === '') return 'service';
    try {
      const identity = await reader.getIdentityFromAuthHeader(authHeader, channelId, []);
      if (identity === null || !identity.isAuthenticated) return 'unreadable';
      if (identity.getClaimValue('iss') !== CHANNEL_ISSUER) return 'issuer';
      if (identity.getClaimValue('aud') !== appId) return 'audience';
      // Without an end it would be good for ever; the library only looks at an end that is there.
      if (identity.getClaimValue('exp') === null) return 'endless';
      return identity.getClaimValue('serviceurl') === serviceUrl ? null : 'service';
    } catch (error) {
      return error instanceof Error ? error.name : 'unknown';
    }
  };
}
