namespace Tandem.Record.Search;

/// <summary>
/// One condition as SQL, in two forms. As the <em>driver</em> it finds resources: arms of rows named <c>d</c> with a column rid. As
/// a <em>filter</em> it is held against the resource <c>d.rid</c> that the driver found. Filters are scalar subqueries on purpose: neither
/// engine may turn them into joins, so the order is the one chosen here and never the planner's guess.
/// </summary>
/// <param name="Rank">How many resources it may find, roughly: the least becomes the driver, above <see cref="Sure"/> after a look at the index.</param>
/// <param name="Drive">How it finds resources; null when it cannot.</param>
/// <param name="Filter">The filter on <c>d.rid</c>.</param>
internal sealed record Condition(int Rank, Drive? Drive, string Filter)
{
    /// <summary>A query of the patients (as hashes of their ids) it goes by, when it is a chain over the patient; else null.</summary>
    internal string? Targets { get; init; }

    /// <summary>True when it leads to contained resources too, whom <see cref="Targets"/> leaves out.</summary>
    internal bool LeadsWithin { get; init; }

    /// <summary>What it asks of the only, short date of a resource by that parameter; null when it is no condition on a date alone.</summary>
    internal (ushort Parameter, RangeTest Test)? ShortDate { get; init; }

    /// <summary>A query whose rows tell how much it finds, when that is cheaper to look at than what it finds.</summary>
    internal string? Probe { get; init; }

    /// <summary>Up to this rank a condition finds few resources whatever its values.</summary>
    internal const int Sure = 100;

    /// <summary>Up to this rank a condition finds one resource or a few: by id or identifier.</summary>
    internal const int OfOne = 10;

    /// <summary>Up to this rank the rows that a condition walks are those that it finds.</summary>
    internal const int Direct = 300;

    internal const int NoDriver = int.MaxValue;

    /// <summary>A condition that only filters.</summary>
    internal static Condition FilterOnly(string filter) => new(NoDriver, null, filter);

    /// <summary>A filter that holds when a row is there.</summary>
    internal static string Exists(string from, string where) => $"COALESCE((SELECT 1 FROM {from} WHERE {where} LIMIT 1), 0) = 1";

    /// <summary>A filter that holds when no row is there.</summary>
    internal static string NotExists(string from, string where) => $"COALESCE((SELECT 1 FROM {from} WHERE {where} LIMIT 1), 0) = 0";

    /// <summary>The same with its filter held against what it drives.</summary>
    internal Condition DrivenToo() => this with { Drive = Driven(Filter) };

    /// <summary>The same, held against a filter on <c>d.rid</c> too.</summary>
    internal Condition And(string filter) => this with
    {
        Drive = Driven(filter),
        Filter = $"{Filter} AND {filter}",
        Targets = null,
        ShortDate = null,
    };

    /// <summary>One of them holds. It drives when each can, all that each finds together.</summary>
    internal static Condition Any(IReadOnlyList<Condition> parts)
    {
        if (parts is [var only])
            return only;
        var filter = $"({string.Join(" OR ", parts.Select(part => $"({part.Filter})"))})";
        if (parts.Any(part => part.Drive is null))
            return FilterOnly(filter);
        var drives = parts.Select(part => part.Drive!).ToList();
        var drive = drives.TrueForAll(one => one is { Key: null, IsWhole: false })
            ? new Drive([.. drives.SelectMany(one => one.Arms)])
            : Search.Drive.One($"({Search.Drive.Together([.. drives.Select(one => one.Rows)])}) d", "1 = 1") with { IsWhole = true };
        return new Condition(parts.Max(part => part.Rank), drive, filter);
    }

    private Drive? Driven(string filter) =>
        Drive is null ? null : Drive with { Arms = [.. Drive.Arms.Select(arm => arm with { Where = $"{arm.Where} AND {filter}" })] };

    /// <summary>The resources of a type that it finds, as a query of one column rid.</summary>
    internal string Resources(string typeNumber) => Drive is null
        ? $"SELECT d.rid FROM search_resources d WHERE d.type = {typeNumber} AND {Filter}"
        : Drive.Rows;
}

/// <summary>How a condition finds resources: arms side by side, each a walk along one index in the order of the key, then of the number.</summary>
/// <param name="Arms">Each finds rows; all together everything.</param>
/// <param name="Key">The column the arms are ordered by before rid, such as <c>d.text</c>; null when by rid alone.</param>
/// <param name="KeyKind">What the key is.</param>
/// <param name="Once">What keeps of a resource's several rows the one with the least key; empty when rows of a resource have one key.</param>
internal sealed record Drive(IReadOnlyList<Arm> Arms, string? Key = null, Kernel.Data.DbKind KeyKind = Kernel.Data.DbKind.Integer, string Once = "")
{
    private const int FewSideBySide = 20;
    private const int MostSideBySide = 400;

    /// <summary>True when all has to be found before the first can be told: no way to begin when it is much.</summary>
    internal bool IsWhole { get; init; }

    /// <summary>A walk along one index.</summary>
    internal static Drive One(string from, string where) => new([new(from, where)]);

    /// <summary>All that it finds, as a query of one column rid; a number may come more than once.</summary>
    internal string Rows => Together([.. Arms.Select(arm => $"SELECT d.rid FROM {arm.From} WHERE {arm.Where}")]);

    /// <summary>The rows of all of several queries. SQLite takes 500 side by side, so many lie within one, or within some, that can lie beside others.</summary>
    internal static string Together(IReadOnlyList<string> queries) => string.Join(
        " UNION ALL ", queries.Count <= FewSideBySide ? queries : queries.Chunk(MostSideBySide).Select((some, at) => $"SELECT * FROM ({string.Join(" UNION ALL ", some)}) q{at}"));
}

/// <summary>One walk.</summary>
/// <param name="From">Where rows named <c>d</c> come from.</param>
/// <param name="Where">What is true of them.</param>
internal sealed record Arm(string From, string Where)
{
    /// <summary>True when no resource has two of the rows: they need not be told apart, for which PostgreSQL copies each.</summary>
    internal bool IsOfEachOnce { get; init; }
}
