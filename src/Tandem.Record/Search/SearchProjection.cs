using Tandem.Fhir.Definitions;
using Tandem.Fhir.Search;
using Tandem.Kernel.Data;
using Tandem.Record.Log;
using Tandem.Record.Projections;
using Tandem.Record.Search.Site;

namespace Tandem.Record.Search;

/// <summary>The rows by which each current resource is found: one per value of each search parameter of R4.</summary>
internal sealed class SearchProjection(SiteParameters site) : IProjection
{
    private const int MostKept = 800; // characters of an address; a key of PostgreSQL holds no more than 2,700 bytes

    [ThreadStatic]
    private static SearchValueList? values;

    private static readonly HashSet<ushort> KeptElsewhere =
        [.. R4.SearchParameters("Patient").Where(parameter => parameter.Code is "_id" or "_lastUpdated").Select(parameter => parameter.Id)];

    private static readonly HashSet<ushort> OfAllTypes =
        [.. R4.AllSearchParameters.Where(parameter => parameter.Base is "Resource" or "DomainResource").Select(parameter => parameter.Id)];

    /// <summary>Without parameters of the site's own.</summary>
    internal SearchProjection(SearchIndexOptions options)
        : this(SiteParameters.Without(options))
    {
    }

    public string Name => "search";

    public int Version => site.Own.VersionOf(16);

    public IReadOnlyList<Table> Tables => SearchTables.All;

    public bool TakesSealed => true;

    public bool Wants(string type) => R4.IsResourceType(type);

    public void Follow(long standing) => site.Follow(standing);

    public void RolledBack() => site.Forget();

    public void Project(ResourceVersion version, RowSink rows)
    {
        var type = SearchTables.TypeNumber(version.Type);
        rows.Add(SearchTables.Resources, type, version.Rid, SearchTables.IdHash(version.Id), version.At);

        var read = version.Values is { } before && ReferenceEquals(before.Options, site.Options) ? before.Values : ReadNow(version);
        site.Failures.Note(read.Unanswered, version);
        var all = ValuesBeside.Of(read.Span);
        for (var at = 0; at < read.Count; at++)
        {
            ref readonly var value = ref read.Span[at];
            if (IsKept(value) && !(version.IsSealed && IsWords(value)))
                Add(rows, NumberOf(type, value.ParameterId), version.Rid, value, all[at]);
        }

        if (!version.IsSealed)
        {
            CompositeRows.Add(rows, type, version.Rid, read.Span, site.Current);
            TargetKey.AddOwn(version, rows);
        }

        Timeline.Add(rows, version.Type, type, version.Rid, read.Span);
        values?.Clear();
        if (version.Values?.Contains ?? version.Root["contained"u8].Exists) // what is said before needs not be taken apart again in the writer's turn
            site.Failures.Note(ContainedRows.Add(version, site.Options, rows), version);
    }

    /// <summary>Numbers of the site's own parameters that have no answer for a version, or for something that it contains.</summary>
    internal static IEnumerable<ushort> Unanswered(ResourceVersion version, SearchIndexOptions options)
    {
        var read = new SearchValueList();
        SearchIndexValues.Read(version.Root, version.Type, options, read);
        return read.Unanswered.Concat(ContainedRows.Add(version, options, new RowSink()));
    }

    private SearchValueList ReadNow(ResourceVersion version)
    {
        var read = values ??= new SearchValueList();
        read.Clear();
        SearchIndexValues.Read(version.Root, version.Type, site.Options, read);
        return read;
    }

    /// <summary>The rows of one of the site's own parameters alone; false when it has no answer for the version.</summary>
    internal static bool ProjectOne(ResourceVersion version, SiteSearchParameter parameter, SearchIndexOptions options, RowSink rows)
    {
        var read = new SearchValueList();
        var isAnswered = SearchIndexValues.Read(version.Root, parameter, options, read);
        var number = SearchTables.ParameterNumber(version.Type, parameter.For(version.Type)!);
        var all = ValuesBeside.Of(read.Span);
        for (var at = 0; at < read.Count; at++)
        {
            ref readonly var value = ref read.Span[at];
            if (value.Group == 0 && (!version.IsSealed || !IsWords(value)))
                Add(rows, number, version.Rid, value, all[at]);
        }

        if (!version.IsSealed)
            CompositeRows.Add(rows, SearchTables.TypeNumber(version.Type), version.Rid, read.Span, new SiteSearchParameters([parameter]));
        if (version.Root["contained"u8].Exists)
            ContainedRows.AddLinksOfOne(version, parameter, rows);
        return isAnswered;
    }

    /// <summary>What would tell words of a sealed resource.</summary>
    internal static bool IsWords(in SearchValue value) => value.Kind is SearchType.String or SearchType.Uri;

    /// <summary>True for a value that has a row of its own.</summary>
    internal static bool IsKept(in SearchValue value) => value.Group == 0 && !KeptElsewhere.Contains(value.ParameterId) && KeptParameters.Has(value.ParameterId);

    /// <summary>The number that values of a parameter lie under.</summary>
    internal static long NumberOf(long type, ushort parameter) => OfAllTypes.Contains(parameter) || SiteSearchParameter.Owns(parameter) ? (type << 16) | parameter : parameter;

    internal static void Add(RowSink rows, long param, long rid, in SearchValue value, Beside beside)
    {
        switch (value.Kind)
        {
            case SearchType.Token:
                rows.Add(SearchTables.Tokens, param, value.CodeHash, rid, value.SystemHash, value.SystemHash == SearchValue.OfType ? value.Hash : 0);
                break;
            case SearchType.Uri:
                rows.Add(SearchTables.Tokens, param, value.Hash, rid, 0, 0);
                if (value.Text is { Length: > 0 and <= MostKept } address)
                    rows.Add(SearchTables.Words, param, address, value.Hash);
                break;
            case SearchType.Reference:
                Reference(rows, param, rid, value);
                break;
            case SearchType.String:
                var (text, rest) = SearchTables.Cut(value.Text!);
                rows.Add(SearchTables.Strings, rid, param, text, value.Hash, rest, beside.Shared);
                break;
            case SearchType.Date:
                rows.Add(SearchTables.Dates, rid, param, value.Low, value.High, IsWide(value.Low, value.High) || beside.IsOneOfSeveral);
                break;
            case SearchType.Number or SearchType.Quantity:
                rows.Add(
                    SearchTables.Numbers, rid, param, value.NumberLow, value.NumberHigh, value.CodeHash, value.SystemHash, value.NumberLow < value.NumberHigh);
                if (value.Text is { Length: > 0 } unit && Ucum.IsKnown(unit)) // a search converts to these alone, and reads no more than some thousand
                    rows.Add(SearchTables.Words, SearchTables.Units, unit, value.CodeHash);
                break;
            case SearchType.Special:
                rows.Add(SearchTables.Places, SearchPlace.Row(rid, param, value.NumberLow, value.NumberHigh));
                break;
        }
    }

    internal static bool IsWide(long low, long high) =>
        low < long.MinValue / 2 || high > long.MaxValue / 2 || high - low > SearchTables.Narrow;

    private static void Reference(RowSink rows, long param, long rid, in SearchValue value)
    {
        if (value.SystemHash != 0)
        {
            if (!NarrowedReferences.LiesWithWider(value.ParameterId, value.SystemHash))
                rows.Add(SearchTables.References, value.CodeHash, param, rid, value.SystemHash);
            return;
        }

        rows.Add(SearchTables.References, value.Hash, param, rid, TargetKey.Address);
        if (value.CodeHash != 0 && value.CodeHash != value.Hash)
            rows.Add(SearchTables.References, value.CodeHash, param, rid, TargetKey.WithoutVersion);
    }
}
