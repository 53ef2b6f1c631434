using Tandem.Care.Loops;
using Tandem.Fhir.Json;
using Tandem.Kernel.Data;
using Tandem.Record.Log;

namespace Tandem.Care.Pathways;

/// <summary>Loads what decisions need to know of a patient.</summary>
internal static class PatientFactsReading
{
    private const string Columns = "l.seq, l.rid, l.type, l.id, l.version, l.at, l.actor, l.lane, l.deleted, l.previous, l.body";

    private const string ReadOfType =
        $"SELECT {Columns} FROM resources r JOIN log l ON l.seq = r.seq WHERE r.patient = $1 AND r.type = $2 ORDER BY r.rid";

    private const string ReadOne = $"SELECT {Columns} FROM resources r JOIN log l ON l.seq = r.seq WHERE r.type = $1 AND r.id = $2";

    private const string ReadSeq = $"SELECT {Columns} FROM log l WHERE l.seq = $1";

    private const string ReadTime = "SELECT at FROM log WHERE seq = $1";

    /// <summary>Everything of the types that pathways look at.</summary>
    internal static PatientFacts ReadAll(DbSession session, ContentInForce content, string patient) =>
        Read(session, content.Types, [], content, patient);

    /// <summary>
    /// What a change needs: of types that only ever start a loop (results) just the changed resource and the facts behind the patient's
    /// loops, of all others everything.
    /// </summary>
    internal static PatientFacts ReadFor(DbSession session, ContentInForce content, string patient, string changed)
    {
        var facts = session.Query(PathwayTables.ReadCauses, row => row.Text(0), patient);
        return Read(session, content.Types.Where(type => !content.StartsOnly(type)), [changed, .. facts], content, patient);
    }

    /// <summary>Only the patient and one fact.</summary>
    internal static PatientFacts ReadOnly(DbSession session, ContentInForce content, string patient, string changed) =>
        Read(session, ["Patient"], [changed], content, patient) with { Loops = [] };

    internal static bool IsBehindALoop(DbSession session, string patient, string fact) =>
        session.Query(PathwayTables.ReadCauses, row => row.Text(0), patient).Contains(fact);

    private static PatientFacts Read(DbSession session, IEnumerable<string> types, IEnumerable<string> references, ContentInForce content, string patient)
    {
        var versions = new Dictionary<string, ResourceVersion>();
        foreach (var type in types)
        {
            foreach (var version in session.Query(ReadOfType, Version, patient, type))
                versions.TryAdd(version.Reference, version);
        }

        foreach (var reference in references)
        {
            if (!versions.ContainsKey(reference) && reference.Split('/') is [var type, var id] && session.First(ReadOne, Version, type, id) is { } version)
                versions.Add(reference, version);
        }

        var loops = session.Query(ReadOfType, Version, patient, "Task").Select(LoopReading.Read).OfType<Loop>();
        return new(patient, [.. versions.Values.Select(version => FactOf(session, content, version))], [.. loops]);
    }

    /// <summary>What starts loops is read with all its versions, everything else as it now is.</summary>
    private static Fact FactOf(DbSession session, ContentInForce content, ResourceVersion current)
    {
        var versions = new List<FactVersion> { new(current.Root, current.At, current.Seq) };
        if (!content.Starts(current.Type))
            return new(current.Type, current.Id, versions, current.At);
        for (var previous = current.Previous; previous != 0;)
        {
            if (session.First(ReadSeq, Version, previous) is not { } version)
                break;
            versions.Add(new(version.Root, version.At, version.Seq));
            previous = version.Previous;
        }

        return new(current.Type, current.Id, versions, current.Version == 1 ? current.At : session.First(ReadTime, row => row.Instant(0), current.Rid));
    }

    private static ResourceVersion Version(DbRow row) => new()
    {
        Seq = row.Integer(0),
        Rid = row.Integer(1),
        Type = row.Text(2),
        Id = row.Text(3),
        Version = (int)row.Integer(4),
        At = row.Instant(5),
        Actor = row.Text(6),
        Lane = (int)row.Integer(7),
        Deleted = row.Integer(8) != 0,
        Previous = row.Integer(9),
        Bytes = row.Bytes(10),
    };
}
