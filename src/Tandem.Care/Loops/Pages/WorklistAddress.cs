using System.Globalization;
using Microsoft.AspNetCore.Http;
using NodaTime;
using Tandem.Kernel.Actors;
using Tandem.Kernel.Pages;

namespace Tandem.Care.Loops.Pages;

/// <summary>What the address of a worklist says, and how it is written: every filter, tab and page has one of its own.</summary>
public sealed record WorklistAddress
{
    internal const string Path = "/worklist";
    internal const string Escalated = "escalated";
    internal const string Overdue = "overdue";
    internal const string Today = "today";
    internal const string Week = "week";

    internal string? View { get; init; }
    internal string? Team { get; init; }
    internal string? Owner { get; init; }
    internal string? State { get; init; }
    internal string? Tier { get; init; }
    internal string? Kind { get; init; }
    internal string? Due { get; init; }

    /// <summary>What was typed into the search; an address holds it closed, as <see cref="Find"/>.</summary>
    internal string? Patient { get; init; }

    /// <summary>What was typed, as <see cref="SealedFilters"/> closed it.</summary>
    internal string? Find { get; init; }

    internal string? After { get; init; }
    internal string? Before { get; init; }

    /// <summary>Which row the page begins with, for the words under the list only.</summary>
    internal int From { get; init; } = 1;

    internal static WorklistAddress Read(IQueryCollection query) => new()
    {
        View = Text(query, "view"),
        Team = Text(query, "team"),
        Owner = Text(query, "owner"),
        State = Text(query, "state"),
        Tier = Text(query, "tier"),
        Kind = Text(query, "kind"),
        Due = Text(query, "due"),
        Find = Text(query, SealedFilters.Name, 2000),
        After = Text(query, "after"),
        Before = Text(query, "before"),
        From = int.TryParse(query["from"], NumberStyles.None, CultureInfo.InvariantCulture, out var from) ? Math.Clamp(from, 1, 10_000_000) : 1,
    };

    /// <summary>The address with what was typed; without it when it was not closed here, or by a key that is gone.</summary>
    internal WorklistAddress Opened(SealedFilters filters) =>
        filters.Open(Path, Find).GetValueOrDefault("q") is { } typed ? this with { Patient = typed } : this with { Find = null, Patient = null };

    /// <summary>Whose list: as asked for; otherwise the reader's team's, or everyone's for who has no team.</summary>
    internal WorklistView ViewFor(AccessScope scope) => (View, Owner, Team) switch
    {
        (_, not null, _) or ("mine", _, _) => WorklistView.Mine,
        ("all", _, _) => WorklistView.All,
        (Escalated, _, _) => WorklistView.Escalated,
        (_, _, not null) or ("team", _, _) => WorklistView.Team,
        _ => scope.Teams.Count > 0 ? WorklistView.Team : WorklistView.All,
    };

    /// <summary>
    /// The address that shows this list whatever happens: without a view or team an address means whoever is most in need now, which a page that stays
    /// open, or is come back to after an act, must not follow.
    /// </summary>
    internal WorklistAddress Of(WorklistView view, string? team) => (View, Owner, Team) switch
    {
        (null, null, null) when view == WorklistView.Team && team is not null => this with { View = "team", Team = team },
        ("team", null, null) => this with { Team = team },
        _ => this,
    };

    /// <param name="scope">The reader.</param>
    /// <param name="standsInFor">Absent colleagues whose work the reader sees as their own.</param>
    /// <param name="team">The team whose list is shown, or that the tab leads to; null without one.</param>
    /// <param name="now">The present.</param>
    /// <param name="zone">IANA name of the zone in which days end.</param>
    internal WorklistFilter Filter(AccessScope scope, IReadOnlyList<string> standsInFor, string? team, DateTimeOffset now, string zone) => new()
    {
        View = ViewFor(scope),
        Team = team,
        Owner = Owner,
        StandsInFor = standsInFor,
        State = State switch { "open" => LoopState.Open, "claimed" => LoopState.Claimed, "snoozed" => LoopState.Snoozed, _ => null },
        Tier = Tier switch { "red" => LoopTier.Red, "orange" => LoopTier.Orange, "routine" => LoopTier.Routine, _ => null },
        Kind = Kind,
        DueBefore = DueBefore(now, zone),
        Patient = Patient,
        After = After,
        Before = Before,
    };

    /// <summary>True when something other than the tab narrows the list.</summary>
    internal bool Narrows => (Owner ?? State ?? Tier ?? Kind ?? Due ?? Find) is not null;

    /// <summary>The first page of the same list.</summary>
    internal WorklistAddress First => this with { After = null, Before = null, From = 1 };

    /// <summary>The address as a link.</summary>
    internal string Href
    {
        get
        {
            (string Name, string? Value)[] parts =
            [
                ("view", View), ("team", Team), ("owner", Owner), ("state", State), ("tier", Tier), ("kind", Kind), ("due", Due), (SealedFilters.Name, Find),
                ("after", After), ("before", Before), ("from", (After ?? Before) is null || From == 1 ? null : From.ToString(CultureInfo.InvariantCulture)),
            ];
            var query = string.Join('&', parts.Where(part => part.Value is not null).Select(part => $"{part.Name}={Uri.EscapeDataString(part.Value!)}"));
            return query.Length == 0 ? Path : $"{Path}?{query}";
        }
    }

    private DateTimeOffset? DueBefore(DateTimeOffset now, string zone)
    {
        var place = DateTimeZoneProviders.Tzdb[zone];
        var today = Instant.FromDateTimeOffset(now).InZone(place).Date;
        return Due switch
        {
            Overdue => now,
            Today => EndOf(today, place),
            Week => EndOf(today.PlusDays(7), place),
            _ when DateOnly.TryParseExact(Due, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) =>
                EndOf(LocalDate.FromDateOnly(day), place),
            _ => null,
        };
    }

    private static DateTimeOffset EndOf(LocalDate day, DateTimeZone zone) => zone.AtStartOfDay(day.PlusDays(1)).ToDateTimeOffset();

    private static string? Text(IQueryCollection query, string name, int longest = 200) =>
        query[name].ToString().Trim() is { Length: > 0 } text && text.Length <= longest ? text : null;
}
