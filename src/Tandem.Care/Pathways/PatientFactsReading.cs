using Tandem.Care.Loops;
using Tandem.Fhir.Json;
using Tandem.Kernel.Data;
using Tandem.Record.Log;

namespace Tandem.Care.Pathways;

/// <summary>Loads what decisions need to know of a patient.</summary>
internal static class PatientFactsReading
{
    private const string Columns = "l.seq, l.rid, l.type, l.id, l.version, l.at, l.actor, l.lane, l.deleted, l.previous, l.body, l.patient";

    private const int TypesAtOnce = 12;

    private const string ReadOfTypes =
        $"SELECT {Columns} FROM resources r JOIN log l ON l.seq = r.seq WHERE r.patient = $1 AND r.type IN ($2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) ORDER BY r.rid";

    private const string ReadOne = $"SELECT {Columns} FROM resources r JOIN log l ON l.seq = r.seq WHERE r.type = $1 AND r.id = $2";

    private const string ReadEarlier = $"SELECT {Columns} FROM log l WHERE l.rid = $1 AND l.version < $2 ORDER BY l.version";

    /// <summary>Everything of the types that pathways look at.</summary>
    internal static PatientFacts ReadAll(DbSession session, ContentInForce content, string patient) =>
        Read(session, content.Types, [], content, patient);

    /// <summary>
    /// What changes need: of types that only ever start a loop (results) just the changed resources and the facts behind the patient's
    /// loops, of all others everything.
    /// </summary>
    internal static PatientFacts ReadFor(DbSession session, ContentInForce content, string patient, IReadOnlyCollection<string> changed)
    {
        var facts = session.Query(PathwayTables.ReadCauses, row => row.Text(0), patient);
        return Read(session, content.Types.Where(type => !content.StartsOnly(type)), [.. changed, .. facts], content, patient);
    }

    /// <summary>Only the patient and some facts.</summary>
    internal static PatientFacts ReadOnly(DbSession session, ContentInForce content, string patient, IReadOnlyCollection<string> changed)
    {
        var versions = Add([], session, ["Patient/" + patient, .. changed]);
        return new(patient, [.. versions.Values.Select(version => FactOf(session, content, version))], []);
    }

    /// <summary>A fact as it now is, without its earlier versions; null when there is none.</summary>
    internal static Fact? Find(DbSession session, ContentInForce content, string type, string id) =>
        session.First(ReadOne, Version, type, id) is { } found ? new(type, id, [new(found.RootWithin(content.Own), found.At, found.Seq)], found.At) : null;

    internal static bool IsBehindALoop(DbSession session, string patient, IReadOnlyCollection<string> facts) =>
        session.Query(PathwayTables.ReadCauses, row => row.Text(0), patient).Exists(facts.Contains);

    private static PatientFacts Read(DbSession session, IEnumerable<string> types, IEnumerable<string> references, ContentInForce content, string patient)
    {
        string[] wanted = [.. types];
        var found = Of(session, patient, wanted.Contains("Task") ? wanted : [.. wanted, "Task"]);
        var versions = new Dictionary<string, ResourceVersion>();
        foreach (var version in wanted.SelectMany(type => found[type]))
            versions.Add(version.Reference, version);
        Add(versions, session, references);
        return new(patient, [.. versions.Values.Select(version => FactOf(session, content, version))], [.. found["Task"].Select(version => LoopReading.Read(version, content.Own)).OfType<Loop>()]);
    }

    /// <summary>A patient's resources of several types, each type's in the order in which they came.</summary>
    private static ILookup<string, ResourceVersion> Of(DbSession session, string patient, IReadOnlyList<string> types)
    {
        var found = new List<ResourceVersion>();
        var arguments = new DbValue[1 + TypesAtOnce];
        arguments[0] = patient;
        foreach (var some in types.Chunk(TypesAtOnce))
        {
            for (var i = 0; i < TypesAtOnce; i++)
                arguments[1 + i] = some[Math.Min(i, some.Length - 1)];
            session.ForEach(ReadOfTypes, row => found.Add(Version(row)), arguments);
        }

        return found.ToLookup(version => version.Type, StringComparer.Ordinal);
    }

    private static Dictionary<string, ResourceVersion> Add(Dictionary<string, ResourceVersion> versions, DbSession session, IEnumerable<string> references)
    {
        foreach (var reference in references)
        {
            if (!versions.ContainsKey(reference) && reference.Split('/') is [var type, var id] && session.First(ReadOne, Version, type, id) is { } version)
                versions.Add(reference, version);
        }

        return versions;
    }

    /// <summary>What starts loops is read with all its versions, everything else as it now is.</summary>
    private static Fact FactOf(DbSession session, ContentInForce content, ResourceVersion current)
    {
        var versions = new List<FactVersion> { new(current.RootWithin(content.Own), current.At, current.Seq) };
        if (!content.Starts(current.Type))
            return new(current.Type, current.Id, versions, current.At);
        var earlier = current.Version == 1 ? [] : session.Query(ReadEarlier, Version, current.Rid, current.Version);
        versions.AddRange(earlier.Select(version => new FactVersion(version.RootWithin(content.Own), version.At, version.Seq)));
        return new(current.Type, current.Id, versions, earlier.Count == 0 ? current.At : earlier[0].At);
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
        Patient = row.TextOrNull(11),
    };
}
