using Tandem.Record.Log;

namespace Tandem.Record.Search.Site;

/// <summary>
/// For which resources an expression of the site's own failed while their rows were made, until somebody tells of it; a hundred at most. Hints, for rows are made also of versions that are replaced at that moment
/// and of writes that come to nothing. Thread-safe.
/// </summary>
internal sealed class SiteParameterFailures
{
    private const int Most = 100;
    private readonly Lock gate = new();
    private readonly HashSet<(ushort Number, string Type, string Id)> noted = [];

    /// <summary>Notes that parameters of these numbers had no answer for a version.</summary>
    internal void Note(IReadOnlyCollection<ushort> numbers, ResourceVersion version)
    {
        if (numbers.Count == 0)
            return;
        lock (gate)
        {
            foreach (var number in numbers)
            {
                if (noted.Count < Most)
                    noted.Add((number, version.Type, version.Id));
            }
        }
    }

    /// <summary>What was noted since the call before, by number of the parameter.</summary>
    internal ILookup<ushort, (string Type, string Id)> Take()
    {
        lock (gate)
        {
            var taken = noted.ToLookup(one => one.Number, one => (one.Type, one.Id));
            noted.Clear();
            return taken;
        }
    }
}
