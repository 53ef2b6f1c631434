using Tandem.Kernel.Data;
using Tandem.Record.Log;

namespace Tandem.Care.Identity;

/// <summary>Who and what the numbers of one message belong to, as a write sees the record; asked together where the database is far away. Not thread-safe.</summary>
public sealed class KnownNumbers
{
    /// <summary>Where answers come from; its key begins with a number (<see cref="KeyOf"/>).</summary>
    public static readonly Table Source = IdentifierProjection.Identifiers;

    private readonly Dictionary<(string Type, string System, string Value), List<string>> known = [];
    private readonly DbSession reading;

    /// <summary>Asks for the numbers where that is better done at once.</summary>
    /// <param name="reading">What the write reads with.</param>
    /// <param name="numbers">All that will be asked for.</param>
    /// <param name="ahead">What is known already: the ids of a number's resources, or null.</param>
    public KnownNumbers(
        DbSession reading, IEnumerable<(string Type, string System, string Value)> numbers, Func<(string Type, string System, string Value), List<string>?> ahead)
    {
        this.reading = reading;
        if (!reading.IsFarAway)
            return;
        var unknown = new List<(string Type, string System, string Value)>();
        foreach (var number in numbers.Distinct())
        {
            if (ahead(number) is { } there)
                known[number] = there;
            else
                unknown.Add(number);
        }

        foreach (var (number, there) in Ask(reading, unknown))
            known[number] = there;
    }

    /// <summary>How a key of <see cref="Source"/> begins.</summary>
    public static DbValue[] KeyOf((string Type, string System, string Value) number)
    {
        var (type, system, value) = IdentifierProjection.KeyOf(number);
        return [type, system, value];
    }

    /// <summary>The ids of each number's resources, none included, many in one exchange. A number is left out when so many share it that it has to be asked for by itself.</summary>
    public static Dictionary<(string Type, string System, string Value), List<string>> Ask(DbSession reading, IEnumerable<(string Type, string System, string Value)> numbers)
    {
        var answers = new Dictionary<(string Type, string System, string Value), List<string>>();
        foreach (var some in numbers.Distinct().Chunk(IdentifierProjection.ManyAtOnce))
        {
            var arguments = new DbValue[IdentifierProjection.ManyAtOnce * 3];
            for (var i = 0; i < IdentifierProjection.ManyAtOnce; i++)
                (arguments[i * 3], arguments[(i * 3) + 1], arguments[(i * 3) + 2]) = i < some.Length ? IdentifierProjection.KeyOf(some[i]) : ("", "", "");
            var rows = reading.Query(IdentifierProjection.FindMany, row => (Number: (row.Text(0), row.Text(1), row.Text(2)), Id: row.Text(3)), arguments);
            if (rows.Count == IdentifierProjection.MostOfMany)
                continue;
            var found = rows.ToLookup(row => row.Number, row => row.Id);
            foreach (var number in some)
                answers[number] = [.. found[IdentifierProjection.KeyOf(number)]];
        }

        return answers;
    }

    /// <summary>The resource of a type that is known by any of these numbers.</summary>
    public IdentifierMatch Find(string type, IEnumerable<(string System, string Value)> numbers)
    {
        var ids = new List<string>();
        foreach (var (system, value) in numbers)
        {
            if (!known.TryGetValue((type, system, value), out var there))
                known[(type, system, value)] = there = reading.Query(IdentifierProjection.Find, row => row.Text(0), type, IdentifierProjection.KeyOf(system), IdentifierProjection.KeyOf(value));
            ids.AddRange(there.Except(ids, StringComparer.Ordinal));
        }

        return new(ids);
    }
}
