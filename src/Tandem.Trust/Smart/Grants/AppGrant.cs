using Tandem.Kernel.Actors;
using Tandem.Kernel.Data;
using Tandem.Record.Log;

namespace Tandem.Trust.Smart;

/// <summary>What a person (or, for a service, an administrator) granted an app: the family of all tokens that follow from it.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Client">The app's client_id.</param>
/// <param name="Scopes">What was granted.</param>
/// <param name="CreatedAt">When.</param>
/// <param name="ExpiresAt">When it ends whatever happens.</param>
public sealed record AppGrant(string Id, string Client, ScopeSet Scopes, DateTimeOffset CreatedAt, DateTimeOffset ExpiresAt)
{
    internal const string Columns = "g.id, g.client, g.scope, g.created_at, g.expires_at, g.person, g.role, g.organization, g.patient, g.encounter, g.context, g.session, g.revoked_at, g.revoked_why";

    internal const string ReadOne = $"SELECT {Columns} FROM smart_grants g WHERE g.id = $1";

    /// <summary>Who granted it and for whom the app acts (reference); null for a service.</summary>
    public string? Person { get; init; }

    /// <summary>The role in which the person did.</summary>
    public string? Role { get; init; }

    /// <summary>The organisation for which the person did (reference), or null.</summary>
    public string? Organization { get; init; }

    /// <summary>The patient in context (logical id), or null.</summary>
    public string? Patient { get; init; }

    /// <summary>The encounter in context (logical id), or null.</summary>
    public string? Encounter { get; init; }

    /// <summary>What else is in context: references, as <c>fhirContext</c> tells them.</summary>
    public IReadOnlyList<string> Context { get; init; } = [];

    /// <summary>The session with which it ends (online access); null when it outlives it.</summary>
    public string? Session { get; init; }

    /// <summary>When it was taken back, or null.</summary>
    public DateTimeOffset? RevokedAt { get; init; }

    /// <summary>Why it was taken back: <c>person</c>, <c>app</c>, <c>reuse</c>, <c>administrator</c> or <c>account</c> (the account was closed, or the role ended).</summary>
    public string? RevokedWhy { get; init; }

    /// <summary>True while tokens of it work.</summary>
    internal bool HoldsAt(DateTimeOffset now) => RevokedAt is null && now < ExpiresAt;

    internal static AppGrant Read(DbRow row) => new(row.Text(0), row.Text(1), ScopeSet.Parse(row.Text(2)).Value, row.Instant(3), row.Instant(4))
    {
        Person = row.TextOrNull(5),
        Role = row.TextOrNull(6),
        Organization = row.TextOrNull(7),
        Patient = row.TextOrNull(8),
        Encounter = row.TextOrNull(9),
        Context = row.Text(10).Split(' ', StringSplitOptions.RemoveEmptyEntries),
        Session = row.TextOrNull(11),
        RevokedAt = row.InstantOrNull(12),
        RevokedWhy = row.TextOrNull(13),
    };

    internal void Write(WriteSession session) => session.Write(
        SmartTables.Grants, Id, Client, Scopes.ToString(), CreatedAt, ExpiresAt, Person, Role, Organization, Patient, Encounter, string.Join(' ', Context), Session, RevokedAt,
        RevokedWhy);

    /// <summary>An act of this grant's app for the access log.</summary>
    /// <param name="code">What happened.</param>
    /// <param name="how">By what means or why.</param>
    /// <param name="by">Who did it (reference); null for the app itself.</param>
    internal TrailAct ActOf(string code, string how, string? by = null) => new(code, ActKind.App, how)
    {
        Actor = by ?? "Device/" + Client,
        Subjects = Person is { } person ? ["Device/" + Client, person] : ["Device/" + Client],
        Patient = Patient,
    };

    /// <summary>Stages that it is taken back; all its tokens stop working with that.</summary>
    /// <param name="session">The write.</param>
    /// <param name="why">See <see cref="RevokedWhy"/>.</param>
    /// <param name="by">Who does it (reference); null for the app itself.</param>
    internal void Revoke(WriteSession session, string why, string? by = null)
    {
        if (RevokedAt is not null)
            return;
        (this with { RevokedAt = session.Now, RevokedWhy = why }).Write(session);
        session.Acted(ActOf("grant-ended", why, by));
    }
}
