using Tandem.Fhir.Search;
using Tandem.Record.Log;

namespace Tandem.Record.Search.Site;

/// <summary>What is to become of the site's own parameters: a pure decision from what is defined and how far each is.</summary>
/// <param name="Progress">All of them as they are to stand.</param>
/// <param name="InForce">Those whose values are written.</param>
internal sealed record SiteParameterPlan(IReadOnlyList<SiteParameterProgress> Progress, IReadOnlyList<SiteSearchParameter> InForce)
{
    private const int Last = ushort.MaxValue;

    /// <summary>
    /// Decides. A definition that gives the same values as before keeps its number; another one gets a new number and is read from the start, while the one
    /// before stays in use until that is done, and for as long as there is no number left. Of two that have one name for one type the older holds.
    /// </summary>
    /// <param name="defined">All SearchParameter resources, the oldest first.</param>
    /// <param name="known">How far each is.</param>
    /// <param name="definition">The definition that a row stands for, by its entry of the log.</param>
    /// <param name="count">How many resources there are of some types.</param>
    internal static SiteParameterPlan Of(
        IReadOnlyList<ResourceVersion> defined, IReadOnlyList<SiteParameterProgress> known, Func<SiteParameterProgress, SiteSearchParameter?> definition, Func<IReadOnlyList<string>, long> count)
    {
        var rows = known.ToDictionary(row => row.Number);
        var taken = new HashSet<(string, string)>();
        var inForce = new List<SiteSearchParameter>();
        var kept = new HashSet<ushort>();
        foreach (var version in defined.Where(SiteParameterRules.IsInForce))
        {
            if (SiteSearchParameter.Read(version.Root, 0, (_, url, _) => DefinedParameters.Find(defined, url), out _) is not { } wanted || wanted.Bases.Any(type => taken.Contains((type, wanted.Code))))
                continue;
            taken.UnionWith(wanted.Bases.Select(type => (type, wanted.Code)));
            var before = rows.Values.Where(row => row.Resource == version.Id && row.State is SiteParameterState.Indexing or SiteParameterState.Ready)
                .Select(row => (Row: row, Parameter: definition(row))).Where(pair => pair.Parameter is not null).ToList();
            var same = before.Find(pair => pair.Parameter!.IsAs(wanted)).Row;
            var row = (same ?? New(rows, version, count(wanted.Bases))) with { Seq = version.Seq, Parts = wanted.PartTypes };
            if (row.Number != 0)
            {
                rows[row.Number] = row;
                kept.Add(row.Number);
                inForce.Add(SiteParameters.Define(version.Root, row, defined)!);
            }

            foreach (var (older, parameter) in before.Where(pair => row.State == SiteParameterState.Indexing && pair.Row.State == SiteParameterState.Ready && pair.Row.Number != row.Number))
            {
                kept.Add(older.Number);
                inForce.Add(parameter!);
            }
        }

        foreach (var row in rows.Values.Where(row => !kept.Contains(row.Number) && row.State is SiteParameterState.Indexing or SiteParameterState.Ready).ToList())
            rows[row.Number] = row with { State = SiteParameterState.Leaving, Type = 0, Rid = 0 };
        return new([.. rows.Values.OrderBy(row => row.Number)], inForce);
    }

    /// <summary>One with a number that none had; when all were given out, with that of which nothing is left for the longest. Its number is 0 when there is none, and it waits.</summary>
    private static SiteParameterProgress New(Dictionary<ushort, SiteParameterProgress> rows, ResourceVersion version, long total)
    {
        var next = rows.Count == 0 ? SiteSearchParameter.First : rows.Keys.Max() + 1;
        var number = next <= Last ? (ushort)next : rows.Values.Where(row => row.State == SiteParameterState.Gone && row.Seq < version.Seq).MinBy(row => row.Seq)?.Number;
        return new(number ?? 0, version.Id, version.Seq, SiteParameterState.Indexing, Total: total);
    }
}
