using Tandem.Kernel.Data;
using Tandem.Record.Log;

namespace Tandem.Trust.SignIn.Providers;

/// <summary>An organisation's own identity provider (OpenID Connect Core 1.0). It can sign in people of that organisation and of those below it, and give roles in it, and nothing beyond.</summary>
/// <param name="Organization">The organisation's id.</param>
/// <param name="Issuer">Where it is discovered: an https address without the well-known part.</param>
/// <param name="ClientId">What it calls the hub.</param>
/// <param name="SealedSecret">The client's secret, sealed; null for a public client (PKCE alone).</param>
/// <param name="LoginClaim">The claim that names the account at the first sign-in, such as <c>email</c>.</param>
/// <param name="RoleClaim">The claim that holds groups or roles, or empty when roles are given in the hub.</param>
/// <param name="RoleMap">Lines <c>value=role</c>.</param>
/// <param name="MakesAccounts">True when somebody whom the provider knows and the hub does not gets an account, if a role is mapped.</param>
/// <param name="Strengths">Values of <c>acr</c> or <c>amr</c> separated by spaces, one of which a token has to hold; empty when the provider is trusted to ask for a second factor.</param>
/// <param name="ShortKeysSince">Since when an administrator accepts that it signs with RSA of 2048 bits; null when it needs what the site asks for.</param>
internal sealed record ProviderSettings(
    string Organization, string Issuer, string ClientId, string? SealedSecret, string LoginClaim, string RoleClaim, string RoleMap, bool MakesAccounts, string Strengths = "", DateTimeOffset? ShortKeysSince = null)
{
    internal const string Columns = "p.organization, p.issuer, p.client_id, p.client_secret, p.login_claim, p.role_claim, p.role_map, p.makes_accounts, COALESCE(s.accepted, ''), k.accepted_at";

    internal const string From = "FROM signin_providers p LEFT JOIN signin_strengths s ON s.organization = p.organization LEFT JOIN signin_short_keys k ON k.organization = p.organization";

    internal const string ReadOne = $"SELECT {Columns} {From} WHERE p.organization = $1";

    internal const string ReadAll = $"SELECT {Columns} {From} ORDER BY p.organization";

    internal const string ReadSubject = "SELECT person FROM signin_subjects WHERE organization = $1 AND issuer = $2 AND subject = $3";

    internal static readonly Table Providers = new(
        "signin_providers",
        TableKind.Rows,
        [new("organization", DbKind.Text)],
        [
            new("issuer", DbKind.Text), new("client_id", DbKind.Text), new("client_secret", DbKind.Text, Nullable: true), new("login_claim", DbKind.Text),
            new("role_claim", DbKind.Text), new("role_map", DbKind.Text), new("makes_accounts", DbKind.Integer),
        ],
        []);

    /// <summary>How strong a sign-in at a provider has to be.</summary>
    internal static readonly Table StrengthsAsked = new("signin_strengths", TableKind.Rows, [new("organization", DbKind.Text)], [new("accepted", DbKind.Text)], []);

    /// <summary>Which organisations' providers may sign with RSA of 2048 bits, and since when. Nobody's without a row.</summary>
    internal static readonly Table ShortKeys = new("signin_short_keys", TableKind.Rows, [new("organization", DbKind.Text)], [new("accepted_at", DbKind.Integer)], []);

    /// <summary>Whom a provider means by a subject: fixed at the first sign-in, so that a changed e-mail address takes nobody else's account.</summary>
    internal static readonly Table Subjects = new(
        "signin_subjects", TableKind.Rows, [new("organization", DbKind.Text), new("issuer", DbKind.Text), new("subject", DbKind.Text)], [new("person", DbKind.Text)], []);

    /// <summary>The roles that values of the role claim stand for.</summary>
    internal IReadOnlyList<string> RolesOf(IEnumerable<string> values)
    {
        var map = RoleMap.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(line => line.Split('=', 2, StringSplitOptions.TrimEntries))
            .Where(pair => pair.Length == 2 && People.Roles.OfStaff.Contains(pair[1])).ToLookup(pair => pair[0], pair => pair[1], StringComparer.Ordinal);
        return [.. values.SelectMany(value => map[value]).Distinct()];
    }

    internal static ProviderSettings Read(DbRow row) => new(
        row.Text(0), row.Text(1), row.Text(2), row.TextOrNull(3), row.Text(4), row.Text(5), row.Text(6), row.Integer(7) != 0, row.Text(8), row.InstantOrNull(9));

    /// <summary>The bits that an RSA key of this provider has at least.</summary>
    /// <param name="site">What the site asks for.</param>
    internal int ShortestRsaKey(int site) => ShortKeysSince is null ? site : KeyLength.LeastRsa;

    /// <summary>Whether what a token says of the way somebody signed in (OpenID Connect Core 2: acr, amr) is strong enough.</summary>
    /// <param name="told">The token's values of both.</param>
    internal bool IsStrongEnough(IEnumerable<string> told) => Strengths.Length == 0 || Strengths.Split(' ').Intersect(told, StringComparer.Ordinal).Any();

    internal void Write(WriteSession session)
    {
        session.Write(Providers, Organization, Issuer, ClientId, SealedSecret, LoginClaim, RoleClaim, RoleMap, MakesAccounts);
        session.Write(StrengthsAsked, Organization, Strengths);
        if (ShortKeysSince is { } since)
            session.Write(ShortKeys, Organization, since);
        else
            session.Remove(ShortKeys, Organization);
    }
}
