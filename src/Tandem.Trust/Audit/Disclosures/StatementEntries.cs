using NodaTime;
using Tandem.Kernel;
using Tandem.Kernel.Actors;
using Tandem.Kernel.Calendars;
using Tandem.Kernel.Data;
using Tandem.Kernel.Outcomes;
using Tandem.Kernel.Pages;
using Tandem.Record.Log;

namespace Tandem.Trust.Audit;

/// <summary>What statements of disclosures are made of beside the access log: a disclosure that was noted, one that is held back, research that is summed up.</summary>
internal interface IStatementEntry<TSelf>
    where TSelf : IStatementEntry<TSelf>
{
    /// <summary>Its id.</summary>
    string Id { get; }

    /// <summary>Reads the one with an id.</summary>
    static abstract string QueryOne { get; }

    /// <summary>Reads a row of it.</summary>
    static abstract TSelf Read(DbRow row);

    /// <summary>Stages it in place of what it was.</summary>
    void Write(WriteSession session);

    /// <summary>What the access log is told of an act on it.</summary>
    TrailAct Told(string code, AccessScope scope);
}

/// <summary>Begins and ends entries of statements. Act and event are one commit; an entry that ends stays.</summary>
internal sealed class StatementEntries(RecordStore record, SiteSettings site, TimeProvider clock)
{
    /// <summary>Begins one.</summary>
    /// <param name="patient">Whose; null for all patients'.</param>
    /// <param name="decide">Makes it of what was typed, or refuses: with the site's zone, who noted it (reference), the time and its id.</param>
    /// <param name="code">The event.</param>
    /// <param name="scope">On whose behalf.</param>
    /// <param name="cancel">Gives up while it waits.</param>
    /// <returns>Its id.</returns>
    internal async Task<Outcome<string>> BeginAsync<T>(
        string? patient, Func<DateTimeZone, string, DateTimeOffset, string, Outcome<T>> decide, string code, AccessScope scope, CancellationToken cancel)
        where T : IStatementEntry<T>
    {
        var zone = BusinessCalendar.ZoneNamed(site.TimeZone) ?? DateTimeZone.Utc;
        if (!decide(zone, scope.Actor.Reference, clock.GetUtcNow(), Ids.New(clock)).Succeeded(out var entry, out var refusal))
            return refusal;
        return await record.WriteAsync<string>(
            scope,
            session => patient is not null && session.Find("Patient", patient) is null ? Refusal.NotFound(DisclosureWords.NotYours) : Keep(session, entry, entry, code, scope),
            cancel);
    }

    /// <summary>Ends one; its row stays.</summary>
    /// <param name="id">Which.</param>
    /// <param name="end">As it is at its end, at the time of the write by the hub's clock; null where it cannot be ended.</param>
    /// <param name="code">The event.</param>
    /// <param name="notThere">What is said where there is none that can be ended.</param>
    /// <param name="scope">On whose behalf.</param>
    /// <param name="cancel">Gives up while it waits.</param>
    /// <returns>Its id.</returns>
    internal Task<Outcome<string>> EndAsync<T>(string id, Func<T, DateTimeOffset, T?> end, string code, Phrase notThere, AccessScope scope, CancellationToken cancel)
        where T : class, IStatementEntry<T> => record.WriteAsync<string>(
            scope,
            session => session.Query(T.QueryOne, T.Read, id).FirstOrDefault() is { } entry && end(entry, session.ClockNow) is { } ended
                ? Keep(session, entry, ended, code, scope)
                : Refusal.NotFound(notThere),
            cancel);

    private static Outcome<string> Keep<T>(WriteSession session, T entry, T now, string code, AccessScope scope)
        where T : IStatementEntry<T>
    {
        now.Write(session);
        session.Acted(entry.Told(code, scope));
        return entry.Id;
    }
}
