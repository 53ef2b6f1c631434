using Tandem.Kernel.Data;
using Tandem.Record.Log;

namespace Tandem.Care.Identity;

/// <summary>Who and what the numbers of one message belong to, as a write sees the record; asked together where the database is far away. Not thread-safe.</summary>
public sealed class KnownNumbers
{
    private readonly Dictionary<(string Type, string System, string Value), List<string>> known = [];
    private readonly DbSession reading;

    /// <summary>Asks for the numbers where that is better done at once.</summary>
    /// <param name="reading">What the write reads with.</param>
    /// <param name="numbers">All that will be asked for.</param>
    public KnownNumbers(DbSession reading, IEnumerable<(string Type, string System, string Value)> numbers)
    {
        this.reading = reading;
        if (!reading.IsFarAway)
            return;
        foreach (var some in numbers.Distinct().Chunk(IdentifierProjection.ManyAtOnce))
            Ask(some);
    }

    /// <summary>The resource of a type that is known by any of these numbers.</summary>
    public IdentifierMatch Find(string type, IEnumerable<(string System, string Value)> numbers)
    {
        var ids = new List<string>();
        foreach (var (system, value) in numbers)
        {
            if (!known.TryGetValue((type, system, value), out var there))
                known[(type, system, value)] = there = reading.Query(IdentifierProjection.Find, row => row.Text(0), type, system, value);
            ids.AddRange(there.Except(ids, StringComparer.Ordinal));
        }

        return new(ids);
    }

    private void Ask((string Type, string System, string Value)[] some)
    {
        var arguments = new DbValue[IdentifierProjection.ManyAtOnce * 3];
        for (var i = 0; i < IdentifierProjection.ManyAtOnce; i++)
            (arguments[i * 3], arguments[(i * 3) + 1], arguments[(i * 3) + 2]) = i < some.Length ? some[i] : ("", "", "");
        var rows = reading.Query(IdentifierProjection.FindMany, row => (Number: (row.Text(0), row.Text(1), row.Text(2)), Id: row.Text(3)), arguments);
        if (rows.Count == IdentifierProjection.MostOfMany)
            return; // a number that so many share is asked for by itself
        var found = rows.ToLookup(row => row.Number, row => row.Id);
        foreach (var number in some)
            known[number] = [.. found[number]];
    }
}
