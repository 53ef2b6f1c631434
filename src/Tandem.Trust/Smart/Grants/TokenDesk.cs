using Tandem.Record.Log;
using Tandem.Trust.SignIn;

namespace Tandem.Trust.Smart;

/// <summary>What the token endpoint works with.</summary>
internal sealed class TokenDesk(RecordStore record, ClientAuthentication authentication, OAuthThrottle throttle, ActingFor people, IdTokens idTokens, SmartSettings settings, TimeProvider clock)
{
    internal RecordStore Record => record;

    internal OAuthThrottle Throttle => throttle;

    internal ClientAuthentication Authentication => authentication;

    internal ActingFor People => people;

    internal IdTokens IdTokens => idTokens;

    internal SmartSettings Settings => settings;

    internal TimeProvider Clock => clock;

    /// <summary>The approved app without a secret to which a refresh token was given, used or not; null for any other token.</summary>
    internal SmartClient? PublicClientOf(string refreshToken) => record.Database.Read(session =>
        session.First(Token.ReadOne, Token.Read, Tokens.Hash(refreshToken)) is { Kind: Token.Refresh } token && session.First(AppGrant.ReadOne, AppGrant.Read, token.Grant) is { } grant
        && session.First(SmartClient.ReadOne, SmartClient.Read, grant.Client) is { IsApproved: true, Metadata.TokenEndpointAuthMethod: ClientAuthentication.Public } client
            ? client
            : null);
}
