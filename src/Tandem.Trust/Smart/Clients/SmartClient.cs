using System.Text.Json;
using Tandem.Kernel.Actors;
using Tandem.Kernel.Data;
using Tandem.Record.Log;

namespace Tandem.Trust.Smart;

/// <summary>An app or service that is registered here.</summary>
/// <param name="Id">Its client_id.</param>
/// <param name="Status"><c>pending</c>, <c>approved</c>, <c>declined</c> or <c>disabled</c>. Only an approved one is given anything.</param>
/// <param name="Metadata">What it says of itself.</param>
/// <param name="CreatedAt">When it was registered.</param>
public sealed record SmartClient(string Id, string Status, ClientMetadata Metadata, DateTimeOffset CreatedAt)
{
    internal const string ReadOne = $"SELECT {Columns} FROM smart_clients WHERE id = $1";

    internal const string ReadAll = $"SELECT {Columns} FROM smart_clients ORDER BY created_at DESC, id";

    internal const string ReadApproved = $"SELECT {Columns} FROM smart_clients WHERE status = 'approved' ORDER BY id";

    private const string Columns = "id, status, metadata, created_at, role, organization, secret_hash, manage_hash, decided_at, decided_by";

    /// <summary>In which role a service works, decided at approval.</summary>
    public string? Role { get; init; }

    /// <summary>For which organisation a service works (reference), decided at approval.</summary>
    public string? Organization { get; init; }

    /// <summary>When somebody decided.</summary>
    public DateTimeOffset? DecidedAt { get; init; }

    /// <summary>Who decided (reference).</summary>
    public string? DecidedBy { get; init; }

    internal string? SecretHash { get; init; }

    internal string? ManageHash { get; init; }

    /// <summary>Its name.</summary>
    public string Name => Metadata.ClientName;

    /// <summary>True while it may be given tokens.</summary>
    public bool IsApproved => Status == "approved";

    internal static SmartClient Read(DbRow row) => new(
        row.Text(0), row.Text(1), JsonSerializer.Deserialize<ClientMetadata>(row.Text(2), SmartJson.Options)!, row.Instant(3))
    {
        Role = row.TextOrNull(4),
        Organization = row.TextOrNull(5),
        SecretHash = row.TextOrNull(6),
        ManageHash = row.TextOrNull(7),
        DecidedAt = row.InstantOrNull(8),
        DecidedBy = row.TextOrNull(9),
    };

    /// <summary>An act on this app's registration for the access log.</summary>
    internal TrailAct ActOf(string code, string how, string by) => new(code, ActKind.Permission, how) { Actor = by, Subjects = ["Device/" + Id] };

    internal void Write(WriteSession session) => session.Write(
        SmartTables.Clients, Id, Status, JsonSerializer.Serialize(Metadata, SmartJson.Options), Role, Organization, SecretHash, ManageHash, CreatedAt, DecidedAt, DecidedBy);
}
