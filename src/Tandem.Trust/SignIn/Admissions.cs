using Microsoft.AspNetCore.Http;
using Tandem.Record.Access;
using Tandem.Trust.Smart;

namespace Tandem.Trust.SignIn;

/// <summary>The sessions and tokens by which streams and sockets were opened. A service rests on its approval instead: its tokens last minutes. Thread-safe.</summary>
internal sealed class Admissions(Sessions sessions, AccessTokens tokens) : IAdmissions
{
    private const string Token = "token";

    /// <inheritdoc/>
    public string Of(HttpContext request)
    {
        if (SignInGate.BearerOf(request) is { } secret)
            return tokens.Find(secret) is { Grant.Person: null } ? "" : $"{Token}|{Tokens.Hash(secret)}";
        return request.SignedIn() is { Session: var open } ? Named(open) : "";
    }

    /// <inheritdoc/>
    public bool Hold(string admission) => admission.Split('|') switch
    {
        [Token, var hash] => tokens.FindHashed(hash) is not null,
        [var id, var person, ..] => sessions.Open(person, id) is { } open && Named(open) == admission,
        _ => true,
    };

    private static string Named(Session open) => $"{open.Id}|{open.Person}|{open.Role}|{open.Organization}";
}
