using Tandem.Fhir.Definitions;
using Tandem.Fhir.Search;
using Tandem.Kernel.Actors;
using Tandem.Kernel.Data;
using Tandem.Kernel.Outcomes;
using Tandem.Record.Search.FullText;
using Tandem.Record.Validation;

namespace Tandem.Record.Search;

/// <summary>What turning a search into SQL needs to know besides the search.</summary>
/// <param name="Session">For looking things up while the statement is made.</param>
/// <param name="Engine">Which engine will run it: only where the two walk an index, or join, in another way.</param>
/// <param name="Arguments">Collects the statement's values.</param>
/// <param name="Zone">The zone of dates that name none.</param>
/// <param name="Now">For <c>ap</c> on dates, which widens with the distance from now.</param>
/// <param name="Addresses">The record's own addresses, that by which the request came among them: references that begin with one are relative.</param>
/// <param name="Units">The units of UCUM in the record, read when needed.</param>
/// <param name="Terminology">Value sets and code systems.</param>
internal sealed record SearchContext(
    DbSession Session, Engine Engine, SqlArguments Arguments, TimeZoneInfo Zone, DateTimeOffset Now, IReadOnlyList<string> Addresses, Lazy<IReadOnlyList<string>> Units, SearchTerminology Terminology)
{
    /// <summary>Some thousands, those in common use among them: they are short. What lies in braces is a remark and no unit (UCUM section 2.1), so whoever writes makes as many of these as they like.</summary>
    private const string KnownUnits =
        "SELECT text FROM search_words WHERE list = -1 AND LENGTH(text) <= 100 ORDER BY CASE WHEN text LIKE '%{%' THEN 1 ELSE 0 END, LENGTH(text), text LIMIT 2000";

    /// <summary>The numbers of the types of which any resource contains one, read once for a search: each is a look at the first row beyond the one before.</summary>
    private const string ContainedNumbers =
        "WITH RECURSIVE c (type) AS (SELECT MIN(type) FROM search_resources WHERE type > 1000 UNION ALL SELECT (SELECT MIN(s.type) FROM search_resources s WHERE s.type > c.type) FROM c WHERE c.type IS NOT NULL) "
        + "SELECT type FROM c WHERE type IS NOT NULL";

    private readonly Lazy<HashSet<long>> contained = new(() => [.. Session.Query(ContainedNumbers, row => row.Integer(0))], isThreadSafe: false);

    private readonly Dictionary<string, string> hashes = new(StringComparer.Ordinal);

    /// <summary>Types that no resource contains, and where the statement does not look: it tells when one does (<see cref="WalkText.Outdated"/>).</summary>
    internal SortedSet<long> NoneContained { get; } = [];

    /// <summary>True when any resource contains one of the type.</summary>
    internal bool IsContained(string type)
    {
        var number = SearchTables.TypeNumber(ContainedTypes.Of(type));
        if (contained.Value.Contains(number))
            return true;
        NoneContained.Add(number);
        return false;
    }

    /// <summary>By a code of UCUM the units of the record that measure the same.</summary>
    internal Dictionary<string, IReadOnlyList<string>> AlikeUnits { get; } = new(StringComparer.Ordinal);

    /// <summary>What is reached: added to what a chain or <c>_has</c> finds on its way too.</summary>
    internal Reach Reach { get; init; } = Reach.Everyone;

    /// <summary>Parts that are not shown to who asks, so that they are not found by either (<see cref="HiddenPart"/>).</summary>
    internal IReadOnlyList<string> Hidden { get; init; } = [];

    /// <summary>A context for conditions beside a search, whose first arguments these are.</summary>
    internal static SearchContext Plain(DbSession session, ReadOnlySpan<DbValue> arguments) => Plain(session, new SqlArguments(arguments));

    /// <inheritdoc cref="Plain(DbSession, ReadOnlySpan{DbValue})"/>
    internal static SearchContext Plain(DbSession session, SqlArguments arguments) => new(
        session, LedJoin.EngineOf(session), arguments, TimeZoneInfo.Utc, DateTimeOffset.MinValue, [], UnitsOf(session), new SearchTerminology(session, PackagedDefinitions.None));

    internal static Lazy<IReadOnlyList<string>> UnitsOf(DbSession session) => new(() => session.Query(KnownUnits, row => row.Text(0)), isThreadSafe: false);

    internal string Add(DbValue value) => Arguments.Add(value);

    /// <summary>The hash of a unit or a system, taken once for all values of a search that share it.</summary>
    internal string Hash(string text) => hashes.TryGetValue(text, out var place) ? place : hashes[text] = Add(StableHash.Of(text));

    /// <inheritdoc cref="LedJoin.To"/>
    internal string Join(string table, string on) => LedJoin.To(Engine, table, on);

    /// <inheritdoc cref="SqlArguments.Fixed"/>
    internal string Fixed(DbValue value) => Arguments.Fixed(value);

    /// <inheritdoc cref="SqlArguments.Of{T}(T, Func{T, DbValue})"/>
    internal string Of<T>(T operand, Func<T, DbValue> value)
        where T : SearchOperand => Arguments.Of(operand, value);

    internal string Parameter(string type, SearchParameter parameter) => Fixed(SearchTables.ParameterNumber(type, parameter));

    /// <summary>The number under which references of a parameter to a type lie.</summary>
    internal string Reference(string type, SearchParameter parameter, string target) => Fixed(SearchTables.ReferenceNumber(type, parameter, target));
}

/// <summary>Turns a clause into a condition, by the kind of clause and the type of its parameter.</summary>
internal static class Conditions
{
    internal static Outcome<Condition> Of(string type, SearchClause clause, SearchContext context)
    {
        if (context.Hidden.Count == 0)
            return OfAll(type, clause, context);
        if (Access.HiddenValues.Refused(clause, context.Hidden) is { } refusal)
            return refusal;
        return OfAll(type, clause, context).Then<Condition>(condition => Access.HiddenValues.Shown(type, clause, condition, context));
    }

    private static Outcome<Condition> OfAll(string type, SearchClause clause, SearchContext context) => (ContainedTypes.Is(type) ? ContainedCondition.Of(type, clause, context) : null) ?? KeptParameters.Condition(type, clause, context) ?? clause switch
    {
        ParameterClause plain => Plain(type, plain, context),
        MissingClause missing => MissingCondition.Of(type, missing, context),
        ChainClause chain => ChainCondition.Of(type, chain, context),
        ListClause list => ListCondition.Of(type, list, context),
        HasClause has => HasCondition.Of(type, has, context),
        FilterClause filter => FilterCondition.Of(type, filter, context),
        CompartmentClause compartment => compartment.Condition(type, context),
        _ => throw new InvalidOperationException($"No such clause: {clause.GetType().Name}"),
    };

    /// <summary>The conditions of several clauses, or why one of them is none.</summary>
    internal static Outcome<List<Condition>> Each(string type, IEnumerable<SearchClause> clauses, SearchContext context)
    {
        var parts = new List<Condition>();
        foreach (var clause in clauses)
        {
            if (!Of(type, clause, context).Succeeded(out var part, out var refusal))
                return refusal;
            parts.Add(part);
        }

        return parts;
    }

    /// <summary>A query of one column rid: what all clauses find; the one that finds least drives. A number may come more than once.</summary>
    internal static Outcome<string> Found(string type, IReadOnlyList<SearchClause> clauses, SearchContext context) => FoundBy(type, clauses, context).Then<string>(drive => drive.Rows);

    /// <summary>The same as arms, with the filters of all other clauses.</summary>
    internal static Outcome<Drive> FoundBy(string type, IReadOnlyList<SearchClause> clauses, SearchContext context) => Each(type, clauses, context).Then<Drive>(conditions =>
    {
        var driver = conditions.Where(condition => condition.Drive is not null).MinBy(condition => condition.Rank);
        var drive = driver?.Drive ?? Drive.One("search_resources d", $"d.type = {context.Add(SearchTables.TypeNumber(type))}");
        var filters = string.Concat(conditions.Where(condition => condition != driver).OrderBy(condition => condition.Rank).Select(condition => $" AND {condition.Filter}"));
        return drive with { Arms = [.. drive.Arms.Select(arm => arm with { Where = arm.Where + filters })] };
    });

    /// <summary>A condition on resources that a search passes on its way: what is not reached does not count.</summary>
    internal static Outcome<Condition> OfPassed(string type, SearchClause clause, SearchContext context) =>
        Of(type, clause, context).Then<Condition>(condition => Access.ReachCondition.OnNumber(Interactions.Search, type, context) is { } reached ? condition.And(reached) : condition);

    internal static Refusal NotOffered(SearchParameter parameter, string what) =>
        Refusal.Invalid("", new RefusalDetail("not-supported", $"{parameter.Code}: {what} is not offered."));

    private static Outcome<Condition> Plain(string type, ParameterClause clause, SearchContext context) => (clause.Parameter.Code, clause.Parameter.Type) switch
    {
        _ when !SearchOffer.Has(type, clause.Parameter) => NotOffered(clause.Parameter, "a search by this parameter"),
        ("_id", _) => IdCondition.Of(type, clause, context),
        ("_text" or "_content", _) => FullTextCondition.Of(type, clause, context),
        ("_lastUpdated", _) => LastUpdatedCondition.Of(type, clause, context),
        (_, SearchType.Token) => TokenCondition.Of(type, clause, context),
        (_, SearchType.Reference) => ReferenceCondition.Of(type, clause, context),
        (_, SearchType.String) => StringCondition.Of(type, clause, context),
        (_, SearchType.Date) => DateCondition.Of(type, clause, context),
        (_, SearchType.Number) => NumberCondition.Of(type, clause, context),
        (_, SearchType.Quantity) => QuantityCondition.Of(type, clause, context),
        (_, SearchType.Uri) => UriCondition.Of(type, clause, context),
        (_, SearchType.Composite) => CompositeCondition.Of(type, clause, context),
        (_, SearchType.Special) when clause.Parameter.Code == "near" || SiteSearchParameter.Owns(clause.Parameter.Id) => NearCondition.Of(type, clause, context),
        _ => NotOffered(clause.Parameter, "a search by this parameter"),
    };
}
