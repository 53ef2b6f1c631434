using Tandem.Kernel.Actors;
using Tandem.Kernel.Data;
using Tandem.Record.Log;

namespace Tandem.Care.Patients;

/// <summary>When a reader looked at a patient.</summary>
/// <param name="Last">The latest look.</param>
/// <param name="Before">The end of the look before this sitting, or null when there was none: what came after it is new to the reader.</param>
internal sealed record Look(DateTimeOffset Last, DateTimeOffset? Before);

/// <summary>Remembers when each reader looked at each patient, so that a page can say what is new to this reader.</summary>
internal static class PatientLooks
{
    /// <summary>Looks closer together are one sitting: reading a page again does not make its news old.</summary>
    internal static readonly TimeSpan Sitting = TimeSpan.FromMinutes(30);

    private static readonly TimeSpan Fine = TimeSpan.FromMinutes(2);

    internal static readonly Table Looks = new(
        "patients_looks",
        TableKind.Rows,
        [new("actor", DbKind.Text), new("patient", DbKind.Text)],
        [new("last", DbKind.Integer), new("before", DbKind.Integer, Nullable: true)],
        [new("recent", "actor, last"), new("last", "last")]);

    internal const string ReadOne = "SELECT last, before FROM patients_looks WHERE actor = $1 AND patient = $2";

    internal const string ReadRecent = "SELECT patient FROM patients_looks WHERE actor = $1 ORDER BY last DESC LIMIT $2";

    /// <summary>The look after another; null when there is nothing to remember anew.</summary>
    internal static Look? Next(Look? known, DateTimeOffset now) => known switch
    {
        null => new Look(now, null),
        _ when now - known.Last > Sitting => new Look(now, known.Last),
        _ when now - known.Last > Fine => known with { Last = now },
        _ => null,
    };

    /// <summary>The reader's last look, or null.</summary>
    internal static Look? Find(DbSession session, string patient, AccessScope scope) =>
        session.First(ReadOne, row => new Look(row.Instant(0), row.InstantOrNull(1)), scope.Actor.Reference, patient);

    /// <summary>The patients that the reader looked at last, the latest first.</summary>
    internal static IReadOnlyList<string> Recent(DbSession session, AccessScope scope, int most) =>
        session.Query(ReadRecent, row => row.Text(0), scope.Actor.Reference, most);

    /// <summary>Remembers a look.</summary>
    /// <returns>The look as it now stands.</returns>
    internal static async Task<Look> RememberAsync(RecordStore record, Look? known, string patient, AccessScope scope, DateTimeOffset now, CancellationToken cancel)
    {
        if (Next(known, now) is not { } next)
            return known!;
        var kept = await record.WriteAsync<Look>(
            scope,
            session =>
            {
                session.Write(Looks, scope.Actor.Reference, patient, next.Last, next.Before);
                return next;
            },
            cancel);
        return kept.Succeeded(out var look, out _) ? look : next; // a record that cannot be written may still be read
    }
}
