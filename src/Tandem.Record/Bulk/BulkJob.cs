using System.Text.Json;
using Tandem.Kernel.Actors;
using Tandem.Kernel.Data;
using Tandem.Record.Access;
using Tandem.Record.Log;
using Tandem.Record.Retention;

namespace Tandem.Record.Bulk;

/// <summary>What a job does. Kept as its name.</summary>
internal enum BulkKind
{
    Export,
    Import,
}

/// <summary>How far a job is. Kept as its name.</summary>
internal enum BulkStatus
{
    Waiting,
    Running,
    Done,
    Failed,
    Cancelled,
}

/// <summary>A file that a job made.</summary>
/// <param name="List">Where the manifest names it: <c>output</c>, <c>deleted</c> or <c>error</c>.</param>
/// <param name="Type">The resource type in it.</param>
/// <param name="Name">Its name.</param>
/// <param name="Count">Resources in it.</param>
/// <param name="IsProtected">True when records of substance use treatment may be among them: the notice of 42 CFR 2.32 goes with it.</param>
internal sealed record BulkFile(string List, string Type, string Name, long Count, bool IsProtected = false);

/// <summary>An export or an import that was asked for. A restart goes on with what is not finished.</summary>
/// <param name="Id">Part of its address.</param>
/// <param name="Kind">What it does.</param>
/// <param name="Status">How far it is.</param>
/// <param name="Actor">Who asked: nobody else sees it.</param>
/// <param name="At">When it was asked for.</param>
/// <param name="Request">The address that it was asked at.</param>
/// <param name="Plan">What to do, as JSON of the kind's own.</param>
internal sealed record BulkJob(string Id, BulkKind Kind, BulkStatus Status, Actor Actor, DateTimeOffset At, string Request, string Plan)
{
    /// <summary>How far it is, for people.</summary>
    internal string Progress { get; init; } = "";

    /// <summary>Where to go on, as JSON of the kind's own; empty at the beginning.</summary>
    internal string Cursor { get; init; } = "";

    /// <summary>The files made, once it is done.</summary>
    internal IReadOnlyList<BulkFile> Files { get; init; } = [];

    /// <summary>The state of the record that an export is of (<c>transactionTime</c>); for an import when it was finished.</summary>
    internal DateTimeOffset? Time { get; init; }

    internal bool IsFinished => Status is BulkStatus.Done or BulkStatus.Failed or BulkStatus.Cancelled;

    /// <summary>On whose behalf it works: the scope it was asked for with; nobody's for a job that is older than scopes are kept.</summary>
    internal AccessScope Scope { get; init; } = AccessScope.Nobody;

    /// <summary>The scope each job was asked for with.</summary>
    internal static readonly Table Scopes = new("bulk_scopes", TableKind.Rows, [new("id", DbKind.Text)], [new("scope", DbKind.Text)], []);

    internal static readonly Table Table = new(
        "bulk_jobs",
        TableKind.Rows,
        [new("id", DbKind.Text)],
        [
            new("kind", DbKind.Text), new("status", DbKind.Text), new("actor", DbKind.Text), new("actor_display", DbKind.Text), new("at", DbKind.Integer),
            new("request", DbKind.Text), new("plan", DbKind.Text), new("progress", DbKind.Text), new("cursor", DbKind.Text), new("files", DbKind.Text),
            new("time", DbKind.Integer, Nullable: true),
        ],
        [new("waiting", "at, id", "status = 'Waiting' OR status = 'Running'"), new("ended", "at")]);

    private const string Columns = "id, kind, status, actor, actor_display, at, request, plan, progress, cursor, files, time, (SELECT s.scope FROM bulk_scopes s WHERE s.id = bulk_jobs.id)";

    /// <summary>How the hourly removal of files is called among what was removed (<see cref="RetentionRun"/>).</summary>
    internal const string RetainedAs = "exports";

    /// <summary>How long the files of what ended are kept; a rule like the others, although they go every hour.</summary>
    internal static readonly RetainedKind Retained = new(RetainedAs, Table, FindOld, Days: 7, LeastDays: 1) { RemovedBy = RemovedBy.Hour };

    internal const string ReadOne = $"SELECT {Columns} FROM bulk_jobs WHERE id = $1";

    internal const string ReadUnfinished = "SELECT id FROM bulk_jobs WHERE status = 'Waiting' OR status = 'Running' ORDER BY at, id LIMIT 100";

    internal const string CountWaiting = "SELECT COUNT(*) FROM bulk_jobs WHERE actor = $1 AND (status = 'Waiting' OR status = 'Running')";

    /// <summary>How many are removed in one hour at most; stands in <see cref="ReadOld"/>.</summary>
    internal const int Group = 100;

    internal const string ReadOld = "SELECT id FROM bulk_jobs WHERE at < $1 AND status <> 'Waiting' AND status <> 'Running' LIMIT 100";

    internal const string FindOld = "SELECT id FROM bulk_jobs WHERE at < $1 AND status <> 'Waiting' AND status <> 'Running' LIMIT $2";

    internal static BulkJob Read(DbRow row) => new(
        row.Text(0), Enum.Parse<BulkKind>(row.Text(1)), Enum.Parse<BulkStatus>(row.Text(2)), new Actor(row.Text(3), row.Text(4)), row.Instant(5), row.Text(6), row.Text(7))
    {
        Progress = row.Text(8),
        Cursor = row.Text(9),
        Files = JsonSerializer.Deserialize<List<BulkFile>>(row.Text(10))!,
        Time = row.InstantOrNull(11),
        Scope = row.TextOrNull(12) is { } scope ? KeptScope.Read(scope) : AccessScope.Nobody,
    };

    internal void Write(WriteSession session)
    {
        session.Write(
            Table, Id, Kind.ToString(), Status.ToString(), Actor.Reference, Actor.Display, At, Request, Plan, Progress, Cursor, JsonSerializer.Serialize(Files), Time);
        session.Write(Scopes, Id, KeptScope.ToText(Scope));
    }
}
