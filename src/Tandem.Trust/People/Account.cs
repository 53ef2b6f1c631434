using Tandem.Fhir.Search;
using Tandem.Kernel.Data;

namespace Tandem.Trust.People;

/// <summary>A person who may sign in. One account, however many roles; secrets are kept elsewhere.</summary>
/// <param name="Id">The id of their Practitioner.</param>
/// <param name="Display">How pages name them.</param>
/// <param name="Login">What they type to sign in, usually their e-mail address; lower case, unique in the hub; null when they cannot sign in by password.</param>
/// <param name="Home">The id of the organisation that looks after the account, or null for the region.</param>
/// <param name="Active">False when they may not sign in; their sessions end at once.</param>
/// <param name="ExternalId">What the organisation's own directory calls them (SCIM externalId), or null.</param>
/// <param name="Given">Given name, when known apart.</param>
/// <param name="Family">Surname, when known apart.</param>
/// <param name="ChangedAt">When the account was last changed.</param>
public sealed record Account(
    string Id, string Display, string? Login, string? Home, bool Active, string? ExternalId, string? Given, string? Family, DateTimeOffset ChangedAt)
{
    internal const string Columns = "id, display, login, home, active, external_id, given, family, changed_at";

    /// <summary>FHIR reference of their Practitioner.</summary>
    public string Reference => "Practitioner/" + Id;

    /// <summary>The form in which logins are compared: trimmed, lower case, composed.</summary>
    public static string Normal(string login) => SoundText.Of(login.Trim()).Normalize(System.Text.NormalizationForm.FormC).ToLowerInvariant();

    internal static Account Read(DbRow row) => new(
        row.Text(0), row.Text(1), row.TextOrNull(2), row.TextOrNull(3), row.Integer(4) != 0, row.TextOrNull(5), row.TextOrNull(6), row.TextOrNull(7), row.Instant(8));
}

/// <summary>A role of a person in an organisation.</summary>
/// <param name="Person">The person's id.</param>
/// <param name="Organization">The organisation's id, or null for the region itself.</param>
/// <param name="Role">A word of <see cref="Roles.All"/>.</param>
/// <param name="Since">From when it holds.</param>
/// <param name="Until">When it ends (exclusive), or null.</param>
public sealed record RoleGrant(string Person, string? Organization, string Role, DateTimeOffset Since, DateTimeOffset? Until)
{
    internal const string Columns = "person, organization, role, since, until_at";

    /// <summary>The id of its PractitionerRole: the same for the same three.</summary>
    public string Id => Kernel.Ids.From("role", Person, Organization ?? "", Role);

    /// <summary>Whether it holds at an instant.</summary>
    public bool HoldsAt(DateTimeOffset at) => Since <= at && (Until is null || at < Until);

    internal static RoleGrant Read(DbRow row) => new(
        row.Text(0), row.Text(1) is { Length: > 0 } organization ? organization : null, row.Text(2), row.Instant(3), row.InstantOrNull(4));
}
