using Tandem.Care.CareTeams;
using Tandem.Care.Patients;
using Tandem.Kernel.Actors;
using Tandem.Kernel.Outcomes;
using Tandem.Record.Log;

namespace Tandem.Care.Loops.Pages;

/// <summary>Everything that one page of the worklist shows, read at once.</summary>
public sealed record WorklistReading
{
    public required WorklistView View { get; init; }

    /// <summary>The team of the list or of the tab (reference), or null.</summary>
    public required string? Team { get; init; }

    /// <summary>The reader's own teams with what stands on their lists.</summary>
    public required IReadOnlyList<(string Team, LoopCount Count)> OwnTeams { get; init; }

    /// <summary>In whose name the reader receives work.</summary>
    public required Receiving Receiving { get; init; }

    /// <summary>Until which climb the reader has seen what climbed to each receiver.</summary>
    public required IReadOnlyDictionary<string, DateTimeOffset> SeenUntil { get; init; }

    public required WorklistRows Rows { get; init; }

    public required WorklistBadges Badges { get; init; }

    public required IReadOnlyDictionary<string, PatientSummary> Patients { get; init; }

    /// <summary>Names of the teams and people that the page mentions.</summary>
    public required IReadOnlyDictionary<string, string> Names { get; init; }

    /// <summary>Why the page could not be read as asked, or null.</summary>
    public Refusal? Refusal { get; init; }

    internal static WorklistReading Read(RecordStore record, WorklistAddress address, DateTimeOffset now, string zone, AccessScope scope)
    {
        var teams = CountLoops.OwnTeams(record, scope);
        var receiving = Receiving.Of(record, scope, now);
        var filter = address.Filter(scope, receiving.StandsInFor, address.Team ?? (teams.Count > 0 ? teams[0].Team : null), now, zone);
        var outcome = FindWorklist.Find(record, filter, scope);
        var rows = outcome.Succeeded(out var found, out var refusal) ? found : new WorklistRows([], null, 0);
        var mentioned = rows.Loops.SelectMany(loop => new[] { loop.Team, loop.Owner, loop.EscalatedTo }).Append(filter.Team).Append(filter.Owner).Concat(scope.Teams).OfType<string>();
        return new WorklistReading
        {
            View = filter.View,
            Team = filter.Team,
            OwnTeams = teams,
            Receiving = receiving,
            SeenUntil = FindEscalations.SeenUntil(record, scope),
            Rows = rows,
            Badges = CountLoops.Badges(record, filter.Team, receiving.StandsInFor, scope),
            Patients = PatientSummaries.Find(record, rows.Loops.Select(loop => loop.Patient), scope),
            Names = FindReceivers.Names(record, mentioned, scope),
            Refusal = refusal,
        };
    }

    /// <summary>How pages name a team or person.</summary>
    internal string NameOf(string? reference) => LoopNames.Of(reference, Names);

    /// <summary>True for a loop of an absent colleague whom the reader stands in for.</summary>
    internal bool StandsInFor(Loop loop) => Receiving.StandsInFor.Any(person => person == loop.Owner || person == loop.WaitsFor);

    /// <summary>True for a loop that climbed to the reader since they last marked what they have seen.</summary>
    internal bool IsNew(Loop loop) => loop.WaitsFor is { } receiver && loop.ClimbedAt?.ToUnixTimeMilliseconds() > SeenUntil.GetValueOrDefault(receiver).ToUnixTimeMilliseconds();

    /// <summary>How many stand on the tab's whole list.</summary>
    internal LoopCount Count(WorklistAddress address) => (View, address.State) switch
    {
        (WorklistView.Mine, "snoozed") => Badges.MineSnoozed,
        (WorklistView.Mine, _) => Badges.Mine,
        (WorklistView.Escalated, _) => Badges.Escalated,
        (WorklistView.Team, "snoozed") => Badges.TeamSnoozed,
        (WorklistView.Team, "open") => Badges.TeamUnclaimed,
        (WorklistView.Team, _) => Badges.Team,
        _ => Badges.All,
    };

    /// <summary>How many the list holds in all with the filters asked for, when that is counted; null when it is not.</summary>
    internal long? Total(WorklistAddress address)
    {
        if (Rows.Total is { } counted)
            return counted;
        if (address is not { Owner: null, Kind: null, Due: null, Patient: null }
            || (address.State is not null && !(View == WorklistView.Team && address.State is "open" or "snoozed") && !(View == WorklistView.Mine && address.State == "snoozed")))
            return null;
        var count = Count(address);
        return address.Tier switch { "red" => count.Red, "orange" => count.Orange, "routine" => count.Routine, _ => count.Total };
    }
}

/// <summary>Names of those who own work.</summary>
internal static class LoopNames
{
    internal static string Of(string? reference, IReadOnlyDictionary<string, string> names) => reference switch
    {
        null or "" => "",
        _ when names.TryGetValue(reference, out var name) => name,
        _ when reference == Actor.Hub.Reference => Actor.Hub.Display,
        _ => reference[(reference.LastIndexOf('/') + 1)..],
    };
}
