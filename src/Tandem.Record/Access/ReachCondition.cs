using Tandem.Fhir.Search;
using Tandem.Kernel.Actors;
using Tandem.Record.Search;

namespace Tandem.Record.Access;

/// <summary>
/// A limited reach as SQL on a row <c>d</c> with the columns rid, type and patient, and seq where it may be of any version (<see cref="RowKind.MayBeGone"/>): every layer has a grant that allows it. The same text on both
/// engines; every lookup is by key.
/// </summary>
internal static class ReachCondition
{
    internal const string None = "1 = 0";

    /// <summary>The condition.</summary>
    /// <param name="reach">A limited reach.</param>
    /// <param name="interactions">What is to be done.</param>
    /// <param name="type">The rows' resource type; null when they are of several.</param>
    /// <param name="context">Collects arguments; compiles the queries of grants.</param>
    /// <param name="rows">What else is known of the rows.</param>
    internal static string Of(Reach reach, Interactions interactions, string? type, SearchContext context, RowKind rows = RowKind.There)
    {
        if (!reach.IsLimited)
            return reach == Reach.Everyone ? "1 = 1" : None;
        var plain = context with { Reach = Reach.Everyone, Hidden = reach.Hidden };
        return string.Join(" AND ", reach.Layers.Select(layer => Layer(layer, interactions, type, plain, rows)));
    }

    /// <summary>The same for the resource with a number (a column of the query); null when nothing limits it.</summary>
    internal static string? OnNumber(Interactions interactions, string type, SearchContext context, string number = "d.rid")
    {
        if (context.Reach == Reach.Everyone)
            return null;
        if (!context.Reach.May(interactions, type))
            return None;
        return Among($"SELECT x.rid, x.type, x.patient FROM resources x WHERE x.rid = {number}", Of(context.Reach, interactions, type, context));
    }

    /// <summary>The condition asked of rows that a query finds.</summary>
    internal static string Among(string rows, string condition) => Condition.Exists($"({rows}) d", condition);

    private static string Layer(AccessLayer layer, Interactions interactions, string? type, SearchContext context, RowKind rows)
    {
        var asked = new LayerArguments(layer, context, (interactions & ~Interactions.Look) == 0, rows);
        var grants = layer.Grants.Where(grant => (grant.Interactions & interactions) == interactions && (type is null || grant.Covers(type)))
            .Select(grant => Grant(grant, type, asked)).Distinct().ToList();
        return grants.Count == 0 ? None : grants is [var only] ? only : $"({string.Join(" OR ", grants)})";
    }

    private static string Grant(Grant grant, string? type, LayerArguments asked)
    {
        var parts = new List<string>();
        if (type is null && grant.Types.Count > 0 && grant.Query.Length == 0)
            parts.Add($"d.type IN ({asked.List(grant.Types)})");
        if (Of(grant, type, asked) is { } whose)
            parts.Add(whose);
        if (grant.Query.Length > 0)
            parts.Add(Queried(grant, type, asked) + (asked.Rows == RowKind.MayBeGone ? " AND EXISTS (SELECT 1 FROM resources y WHERE y.rid = d.rid AND y.seq = d.seq)" : "")); // the index tells of what is there now
        if (grant.Withheld.Count > 0)
            parts.Add(LabelCondition.NoneOf(grant, asked));
        if (grant.Needs.Length > 0)
            parts.Add(ConsentCondition.Shared(asked.Context.Fixed(grant.Needs), asked));
        if (grant.AsksConsent)
            parts.Add(ConsentCondition.NotRefused(asked));
        return parts.Count == 0 ? "1 = 1" : $"({string.Join(" AND ", parts)})";
    }

    private static string? Of(Grant grant, string? type, LayerArguments asked) => grant.Whose switch
    {
        Whose.Everybody => null,
        Whose.Nobody => OfNobody(grant, type, asked),
        Whose.These { Ids.Count: 0 } => None,
        Whose.These these => $"d.patient IN ({asked.List(these.Ids)})",
        Whose.Known when asked.Rows == RowKind.OfNewPatient => null,
        Whose.Known known when asked.Parties.Length > 0 => Condition.Exists(
            "access_relations a", $"a.patient = d.patient AND a.party IN ({asked.Parties}) AND a.until > {asked.Before(known.Afterwards)} AND a.until_day > {asked.DayBefore(known.Afterwards)}"),
        _ => None,
    };

    /// <summary>
    /// What belongs to nobody is not secret, but for subscriptions, for files and bundles, for groups and for persons, and for what is about a stranger: what is in a file or bundle may be about anybody, so that one of which nobody
    /// said whose it is is seen by who reaches everybody's alone; a group names its members, a Person is one of the patients to whom it is linked. A version of nobody is somebody's once its resource is.
    /// </summary>
    private static string OfNobody(Grant grant, string? type, LayerArguments asked)
    {
        if (asked.IsLook && (type is "Binary" or "Bundle" || (type is not null && GroupMembers.IsOne(type) && asked.Rows == RowKind.MayBeGone)))
            return None;
        var parts = new List<string> { "d.patient IS NULL" };
        if (asked.IsLook && type is null)
            parts.Add("d.type NOT IN ('Binary', 'Bundle')");
        if (type is null or "Subscription")
            parts.Add((type is null ? "d.type <> 'Subscription' OR " : "") + OfNobodyElse(asked));
        if (asked.IsLook && (type is null ? grant.Types.Count == 0 || grant.Types.Any(GroupMembers.IsOne) : GroupMembers.IsOne(type)))
            parts.Add((type is null ? "d.type NOT IN ('Group', 'Person') OR " : "") + OfReachedMembers(asked));
        if (asked.IsLook && (type is null || Strangers.MayBe(type)))
            parts.AddRange("NOT EXISTS (SELECT 1 FROM access_strangers g WHERE g.rid = d.rid)", "EXISTS (SELECT 1 FROM resources y WHERE y.rid = d.rid AND y.patient IS NULL)");
        return string.Join(" AND ", parts.Select(part => part.Contains(" OR ", StringComparison.Ordinal) ? $"({part})" : part));
    }

    /// <summary>All members of a group are patients whom the layer reaches. Versions of before, which may name others, are seen by who reaches everybody's alone.</summary>
    private static string OfReachedMembers(LayerArguments asked) => asked.Rows == RowKind.MayBeGone
        ? None
        : $"NOT EXISTS (SELECT 1 FROM access_members m WHERE m.rid = d.rid AND NOT "
            + Among($"SELECT x.rid, x.type, x.patient FROM resources x WHERE x.type = {asked.Context.Add("Patient")} AND x.id = m.patient AND x.deleted = 0", Layer(asked.Layer, Interactions.Read, "Patient", asked.Context, RowKind.There)) + ")";

    /// <summary>A subscription tells where somebody is told of what: it is there for who made it and within their organisation, and for who reaches everybody's.</summary>
    private static string OfNobodyElse(LayerArguments asked) =>
        "NOT EXISTS (SELECT 1 FROM resources y JOIN subscriptions_owners o ON o.subscription = y.id WHERE y.rid = d.rid AND y.type = 'Subscription'"
        + (asked.Parties.Length > 0 ? $" AND o.actor NOT IN ({asked.Parties}) AND (o.organization IS NULL OR o.organization NOT IN ({asked.Parties})))" : ")");

    private static string Queried(Grant grant, string? type, LayerArguments asked)
    {
        if (type is not null)
            return GrantQuery.Condition(type, grant.Query, asked.Context);
        return $"({string.Join(" OR ", grant.Types.Select(one => $"(d.type = {asked.Context.Fixed(one)} AND {GrantQuery.Condition(one, grant.Query, asked.Context)})").DefaultIfEmpty(None))})";
    }
}

/// <summary>What is known of rows that a reach is asked of.</summary>
internal enum RowKind
{
    /// <summary>They are of what is there now.</summary>
    There,

    /// <summary>Their patient comes into being with them: nobody can have a relationship yet.</summary>
    OfNewPatient,

    /// <summary>They may be of what was deleted: what the index and the labels said of it is gone, see <see cref="GoneLabels"/>.</summary>
    MayBeGone,
}

/// <summary>What the conditions of one layer have in common, each argument added once.</summary>
internal sealed class LayerArguments(AccessLayer layer, SearchContext context, bool isLook, RowKind rows)
{
    internal const int Looking = 1;
    private const int Writing = 2;
    private static readonly TimeSpan OneHour = TimeSpan.FromHours(1);
    private (string Least, string Most)? ahead;
    private string? now;
    private string? parties;
    private string? recipients;

    internal AccessLayer Layer => layer;

    internal SearchContext Context => context;

    internal RowKind Rows => rows;

    /// <summary>The layer's parties as a list of arguments; empty when it has none.</summary>
    internal string Parties => parties ??= List(layer.Parties);

    /// <summary>As whom consents are asked for, as a list of arguments; empty when the layer has none.</summary>
    internal string Recipients => recipients ??= List(layer.Recipients);

    /// <summary>The moment that is asked for.</summary>
    internal string Now => now ??= context.Arguments.Of(layer, static one => one.At);

    /// <summary>What the site's clock shows at that moment, see <see cref="AccessTables.ClockOf"/>.</summary>
    internal string Clock => field ??= context.Arguments.Of(layer, static one => AccessTables.ClockOf(one.At));

    /// <summary>The least and the most that the site's clock is ahead of UTC when it is summer or winter, in milliseconds.</summary>
    internal (string Least, string Most) Ahead => ahead ??= (context.Arguments.Of(layer, static one => Milliseconds(one.At.Offset - OneHour)), context.Arguments.Of(layer, static one => Milliseconds(one.At.Offset + OneHour)));

    /// <summary>What a consent has to be about: 1 for looking, 2 for writing.</summary>
    internal int Acts => isLook ? Looking : Writing;

    /// <summary>True when it is for looking.</summary>
    internal bool IsLook => isLook;

    /// <summary>The type Task as references name it.</summary>
    internal string TaskName => field ??= context.Fixed(StableHash.Of("Task"));

    /// <summary>The type Task as the index of resources numbers it.</summary>
    internal string TaskNumber => field ??= context.Fixed(SearchTables.TypeNumber("Task"));

    /// <summary>A condition that holds when a purpose column fits.</summary>
    internal string Purpose(string column) => $"({column} = '' OR {column} = {context.Fixed(layer.Purpose)})";

    internal string Before(TimeSpan afterwards) => afterwards == TimeSpan.Zero ? Now : context.Arguments.Of(layer, one => Earlier(one.At, afterwards));

    /// <summary>As <see cref="Before"/>, on the clock of the site.</summary>
    internal string DayBefore(TimeSpan afterwards) => afterwards == TimeSpan.Zero ? Clock : context.Arguments.Of(layer, one => AccessTables.ClockOf(one.At) - Milliseconds(afterwards));

    internal string List(IReadOnlyList<string> values) => string.Join(", ", values.Select(value => context.Fixed(value)));

    private static long Milliseconds(TimeSpan span) => span.Ticks / TimeSpan.TicksPerMillisecond;

    private static DateTimeOffset Earlier(DateTimeOffset at, TimeSpan by) => at.UtcTicks > by.Ticks ? at - by : DateTimeOffset.MinValue;
}
