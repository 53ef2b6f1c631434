using Tandem.Kernel.Actors;
using Tandem.Kernel.Data;
using Tandem.Record.Log;

namespace Tandem.Care.CareTeams;

/// <summary>What kind of owner work can have.</summary>
public enum ReceiverKind
{
    /// <summary>A care team.</summary>
    Team,

    /// <summary>An organisation.</summary>
    Organization,

    /// <summary>A person, or a person in a role.</summary>
    Person,
}

/// <summary>Who can own work.</summary>
/// <param name="Reference">FHIR reference.</param>
/// <param name="Name">As pages name it.</param>
/// <param name="Kind">Team, organisation or person.</param>
public sealed record Receiver(string Reference, string Name, ReceiverKind Kind);

/// <summary>Names those who can own work, and lists them for a choice.</summary>
public static class FindReceivers
{
    private const int Most = 500;

    internal const string ReadOne = "SELECT reference, name, kind FROM careteams_receivers WHERE reference = $1";

    internal const string ReadActive = "SELECT reference, name, kind FROM careteams_receivers WHERE active = 1 ORDER BY kind, name, reference LIMIT $1";

    /// <summary>Those that work now, teams first, then by name; at most 500.</summary>
    public static IReadOnlyList<Receiver> Active(RecordStore record, AccessScope scope) => scope.Reach == Reach.NoOne
        ? []
        : record.Database.Read(session => session.Query(ReadActive, Read, Most));

    /// <summary>The names of these references; one that is not known is missing.</summary>
    public static IReadOnlyDictionary<string, string> Names(RecordStore record, IEnumerable<string> references, AccessScope scope)
    {
        var names = new Dictionary<string, string>(StringComparer.Ordinal);
        if (scope.Reach == Reach.NoOne)
            return names;
        return record.Database.Read(session =>
        {
            foreach (var reference in references.Distinct(StringComparer.Ordinal))
            {
                if (session.First(ReadOne, Read, reference) is { } receiver)
                    names[reference] = receiver.Name;
            }

            return names;
        });
    }

    private static Receiver Read(DbRow row) => new(row.Text(0), row.Text(1), (ReceiverKind)row.Integer(2));
}
