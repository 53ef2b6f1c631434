using Tandem.Kernel.Actors;
using Tandem.Record.Log;
using Tandem.Trust.Teams;

namespace Tandem.Care.Loops;

/// <summary>In whose name a reader receives work: their own, their teams', and that of absent colleagues whom they stand in for.</summary>
/// <param name="Person">The reader (reference).</param>
/// <param name="StandsInFor">Absent colleagues (references).</param>
/// <param name="Teams">The reader's teams (references).</param>
public sealed record Receiving(string Person, IReadOnlyList<string> StandsInFor, IReadOnlyList<string> Teams)
{
    private const string People = "Practitioner/";

    /// <summary>Everybody it is.</summary>
    public IReadOnlyList<string> All => [Person, .. StandsInFor, .. Teams];

    /// <summary>As it is at an instant.</summary>
    public static Receiving Of(RecordStore record, AccessScope scope, DateTimeOffset now) => new(
        scope.Actor.Reference,
        scope.Actor.Reference.StartsWith(People, StringComparison.Ordinal)
            ? [.. FindTeams.CoveredBy(record, scope.Actor.Reference[People.Length..], now).Select(id => People + id)]
            : [],
        scope.Teams);
}
