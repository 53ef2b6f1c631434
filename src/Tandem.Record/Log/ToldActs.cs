using System.Text.Json;
using Tandem.Kernel.Actors;
using Tandem.Kernel.Data;

namespace Tandem.Record.Log;

/// <summary>An act as it stands beside the change that it tells of.</summary>
/// <param name="At">When it was done.</param>
/// <param name="Facts">What is known of the request.</param>
/// <param name="Act">What was done.</param>
/// <param name="Actor">Who was signed in (FHIR reference); empty when nobody was.</param>
/// <param name="Name">How pages name them.</param>
/// <param name="Organization">For which organisation, or null.</param>
/// <param name="Role">In which role.</param>
/// <param name="Purpose">HL7 v3 PurposeOfUse.</param>
public sealed record ToldAct(DateTimeOffset At, TrailFacts Facts, TrailAct Act, string Actor, string Name, string? Organization, string Role, string Purpose)
{
    /// <summary>Facts of what the hub does by itself, for no request.</summary>
    private static readonly TrailFacts OwnWork = new("work") { Address = "the hub" };

    /// <param name="at">When.</param>
    /// <param name="trail">Of the request; <see cref="AccessTrail.None"/> for work that nobody follows, which is told all the same.</param>
    /// <param name="act">What was done.</param>
    /// <param name="writer">On whose behalf it was written.</param>
    internal static ToldAct Of(DateTimeOffset at, AccessTrail trail, TrailAct act, AccessScope writer)
    {
        var who = trail.Scope is { } scope && scope.Role != AccessScope.Nobody.Role ? scope : act.As ?? (trail.IsFollowed ? AccessScope.Nobody : writer);
        return new(at, trail.IsFollowed ? trail.Facts : OwnWork, act, who.Actor.Reference, who.Actor.Display, who.Organization, who.Role, who.Purpose);
    }
}

/// <summary>
/// Acts for the access log, written in the transaction of the change that they tell of: what was done is there when its act is, and the other way round, whenever the hub was killed. Whoever keeps
/// the access log brings them there, in the order of their numbers, and says how far it is.
/// </summary>
public static class ToldActs
{
    /// <summary>The acts of everybody after a number, the first of them.</summary>
    private const string ReadAfter = "SELECT number, body FROM record_acts WHERE number > $1 ORDER BY number LIMIT 500";

    private const string ReadBefore = "SELECT number FROM record_acts WHERE number < $1 ORDER BY number LIMIT 1000";

    private const string ReadLast = "SELECT COALESCE(MAX(number), 0) FROM record_acts";

    /// <summary>Numbers grow with every act. They begin anew with the time, so that they go on growing when the record was put back to what it was.</summary>
    internal static readonly Table Table = new("record_acts", TableKind.Ledger, [new("number", DbKind.Integer)], [new("body", DbKind.Bytes)], []);

    /// <summary>Acts that come after a number, in order, some hundreds at most.</summary>
    public static IReadOnlyList<(long Number, ToldAct Told)> After(Database record, long number) => record.Read(session => session.Query(
        ReadAfter, row => (row.Integer(0), JsonSerializer.Deserialize<ToldAct>(row.Bytes(1)) ?? throw new InvalidOperationException("An act in the record is empty.")), number));

    /// <summary>Stages the removal of acts before a number; the last of them stays and tells the next one's number.</summary>
    public static void RemoveBefore(WriteSession session, long number)
    {
        foreach (var gone in session.Query(ReadBefore, row => row.Integer(0), number))
            session.Remove(Table, gone);
    }

    internal static long LastOf(DbSession session) => session.First(ReadLast, row => row.Integer(0));

    internal static DbValue[] Row(long number, ToldAct told) => [number, JsonSerializer.SerializeToUtf8Bytes(told)];
}
