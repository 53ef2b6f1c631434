using Tandem.Fhir.Definitions;
using Tandem.Fhir.Search;
using Tandem.Kernel.Data;

namespace Tandem.Record.Search;

/// <summary>A way through the index: what is walked, what is held against each row, and the order rows come in.</summary>
/// <param name="Driver">Number of the clause that drives; -1 for all of the type, -3 for the timeline.</param>
/// <param name="Arms">Walks side by side.</param>
/// <param name="Filters">Held against every row.</param>
/// <param name="Order">Keys that rows come in the order of, the number last.</param>
/// <param name="IsGathered">True when the keys are not columns of the walk: everything is gathered and sorted.</param>
internal sealed record Walk(int Driver, IReadOnlyList<Arm> Arms, IReadOnlyList<string> Filters, IReadOnlyList<SortColumn> Order, bool IsGathered)
{
    /// <summary>True when it surely ends soon and finds little: one resource, or what one patient has.</summary>
    internal bool IsShort { get; init; }

    /// <summary>True when it ends with the page: of what is walked nothing is left out but what was found before.</summary>
    internal bool EndsWithPage { get; init; }
}

/// <summary>
/// Chooses how a search is run, and never leaves that to an engine. What surely finds little drives; among others a look at the index
/// (at most <see cref="Look"/> rows each) tells which finds least. Without <c>_sort</c> hits come in the order the driver walks them, so a page
/// costs what is on it; with a sort by date of what has a <see cref="Timeline"/> likewise.
/// </summary>
internal sealed class SearchPlan(
    SearchQuery query, IReadOnlyList<(SearchClause? Clause, Condition Condition)> conditions, IReadOnlyList<SortColumn> sort, SearchContext context)
{
    internal const int Look = 200;
    private const int LongLook = 600;
    private const int LongText = 100_000;
    private const int All = -1;
    internal const int AlongTimeline = -3;

    private readonly string type = query.ResourceType;

    /// <summary>The walk; the one a page before went when <paramref name="known"/> tells.</summary>
    internal Walk Choose(int known)
    {
        if (known is PagePlace.Unknown or AlongTimeline && TimelineWalk.Of(query, conditions, sort, known == AlongTimeline, context) is { } timeline)
            return timeline with { Driver = AlongTimeline };
        var driver = known is PagePlace.Unknown or AlongTimeline ? Best() : known;
        if (driver >= conditions.Count || (driver >= 0 && conditions[driver].Condition.Drive is null))
            driver = All; // the link is of somebody else, or of before what may be seen was changed, and another condition stands there
        if (sort is [{ IsLastUpdated: true } by] && (driver == All || (conditions[driver].Condition.Rank > Condition.Sure && Estimate(conditions[driver].Condition, Look, context) >= Look)))
            return ByTime(by);
        return driver == All ? OfType() : Driven(driver);
    }

    private Walk ByTime(SortColumn by) =>
        new(All, [EachOfType], [.. conditions.Select(pair => pair.Condition.Filter)], [by with { Expression = "d.at" }], false);

    private Walk OfType() =>
        new(All, [EachOfType], [.. conditions.Select(pair => pair.Condition.Filter)], sort, sort.Count > 0);

    private Walk Driven(int driver)
    {
        var drive = conditions[driver].Condition.Drive!;
        var filters = conditions.Where((_, at) => at != driver).OrderBy(pair => pair.Condition.Rank).Select(pair => pair.Condition.Filter).ToList();
        if (sort.Count > 0)
            return new Walk(driver, Arms(drive, filters), filters, sort, true);
        var rank = conditions[driver].Condition.Rank;
        var (isShort, endsWithPage) = (rank <= Condition.OfOne, filters.Count == 0);
        if (drive.Key is null)
            return new Walk(driver, Arms(drive, filters), filters, [], false) { IsShort = isShort, EndsWithPage = endsWithPage };
        if (drive.Once.Length > 0)
            filters.Add(drive.Once);
        return new Walk(driver, Arms(drive, filters), filters, [new SortColumn(drive.Key, false, drive.KeyKind)], false) { IsShort = isShort, EndsWithPage = endsWithPage };
    }

    /// <summary>The arms of a drive; their rows as one where the filters, written for each of many arms, would make a text that takes longer to read than to run.</summary>
    private static IReadOnlyList<Arm> Arms(Drive drive, List<string> filters)
    {
        if (drive.Arms.Count == 1 || drive.Arms.Count * filters.Sum(filter => (long)filter.Length) <= LongText || drive.Key?.StartsWith("d.", StringComparison.Ordinal) == false)
            return drive.Arms;
        var columns = drive.Key is null ? "d.rid" : $"d.rid, {drive.Key}";
        var rows = Drive.Together([.. drive.Arms.Select(arm => $"SELECT {columns} FROM {arm.From} WHERE {arm.Where}")]);
        return [new($"(SELECT DISTINCT * FROM ({rows}) a) d", "1 = 1")]; // distinct: what SQLite does not take apart and write for each again
    }

    /// <summary>The clause that finds least; -1 when none can drive.</summary>
    private int Best()
    {
        var able = Enumerable.Range(0, conditions.Count).Where(at => conditions[at].Condition.Drive is not null)
            .OrderBy(at => conditions[at].Condition.Rank).ToList();
        if (able.Count == 0)
            return All;
        if (conditions[able[0]].Condition.Rank <= Condition.Sure)
            return able[0];
        if (able.Count == 1)
            return Endless(able[0]);
        var (best, least) = (able[0], long.MaxValue);
        foreach (var at in able.Take(4))
        {
            var count = Estimate(conditions[at].Condition, Look, context);
            if (count < least)
                (best, least) = (at, count);
            if (count < Look / 10)
                break;
        }

        return least >= Look ? Endless(best) : best;
    }

    /// <summary>What would have to be found whole, and is much, is held against all resources instead: most will fit.</summary>
    private int Endless(int driver) =>
        conditions[driver].Condition.Drive!.IsWhole && Estimate(conditions[driver].Condition, LongLook, context) >= LongLook ? All : driver;

    /// <summary>How many rows a condition finds, at most <paramref name="limit"/>.</summary>
    internal static long Estimate(Condition condition, int limit, SearchContext context)
    {
        context.Arguments.IsOfThisSearchOnly();
        return context.Session.First(
            $"SELECT COUNT(*) FROM (SELECT 1 FROM ({condition.Probe ?? condition.Drive!.Rows}) a LIMIT {limit}) c", row => row.Integer(0), context.Arguments.Values);
    }

    private Arm EachOfType => new("search_resources d", $"d.type = {Number}") { IsOfEachOnce = true };

    private string Number => field ??= context.Fixed(SearchTables.TypeNumber(type));
}

/// <summary>A search along the timeline: of a patient, of a code, or both, by date.</summary>
internal static class TimelineWalk
{
    private const int MostArms = 16;

    /// <summary>
    /// The walk; null when the search does not go along it. A page after the first goes on along it whatever is contained by now: it is of the resources that were there at the first, and begins at a place of this order.
    /// </summary>
    internal static Walk? Of(
        SearchQuery query, IReadOnlyList<(SearchClause? Clause, Condition Condition)> conditions, IReadOnlyList<SortColumn> sort, bool isNext, SearchContext context)
    {
        if (Timeline.For(query.ResourceType) is not { } line)
            return null;
        var isByDate = query.Result.Sort is [{ } key] && key.Parameter.Id == line.Date.Id;
        if (sort.Count > 0 && !isByDate)
            return null;
        var patient = Find(conditions, clause => Patients(query.ResourceType, clause) is not null, condition => condition.Targets is not null && (isNext || !condition.LeadsWithin));
        var code = Find(conditions, clause => Codes(line, clause) is not null, _ => false);
        var isPair = patient >= 0 && code >= 0;
        if (!isPair && !(isByDate && (patient >= 0 || code >= 0)))
            return null;
        if (conditions.Where((_, at) => at != patient && at != code).Any(pair => pair.Condition.Rank <= Condition.Sure))
            return null;

        var isChain = patient >= 0 && conditions[patient].Condition.Targets is not null;
        if (isChain && (isByDate || (!isNext && conditions[patient].Condition.Rank > ChainCondition.ToOne && SearchPlan.Estimate(conditions[patient].Condition, SearchPlan.Look, context) >= SearchPlan.Look)))
            return null; // patients would come one after another, not by their dates; and they may be too many
        var down = isByDate && sort[0].Descending;
        List<Condition> dates = [.. conditions.Select(pair => pair.Condition).Where(condition => condition.ShortDate?.Parameter == line.Date.Id)];
        var arms = Arms(query.ResourceType, conditions, patient, code, Narrow(dates, down, isNext, context), Wide(dates, down), context);
        if (arms is null)
            return null;
        var filters = conditions.Where((pair, at) => at != patient && at != code && !dates.Contains(pair.Condition)).OrderBy(pair => pair.Condition.Rank)
            .Select(pair => pair.Condition.Filter).ToList();
        var order = isChain ? new SortColumn(ChainCondition.KeyOf("d.patient", context), false, DbKind.Integer) : new SortColumn("d.at", down, DbKind.Integer);
        return new Walk(0, arms, filters, [order], false) { IsShort = patient >= 0 && (!isChain || conditions[patient].Condition.Rank <= ChainCondition.ToOne), EndsWithPage = filters.Count + dates.Count == 0 };
    }

    private static List<Arm>? Arms(
        string type, IReadOnlyList<(SearchClause? Clause, Condition Condition)> conditions, int patient, int code, string narrow, string wide, SearchContext context)
    {
        List<string> codes = code < 0 ? [$"d.code = {context.Fixed(0)}"] : [.. ((ParameterClause)conditions[code].Clause!).Values.Cast<TokenOperand>().GroupBy(value => value.Code).Select(values => CodeIn([.. values], context))];
        var targets = patient < 0 ? null : conditions[patient].Condition.Targets;
        List<ReferenceOperand?> patients = patient < 0 || targets is not null ? [null] : [.. Patients(type, conditions[patient].Clause!)!];
        if (codes.Count * patients.Count * 2 > MostArms)
            return null;
        var number = context.Fixed(SearchTables.TypeNumber(type));
        string Where(string code, string rows) => $"d.type = {number} AND {code} AND {rows}";
        return targets is not null
            ? [.. from what in codes select ChainCondition.Along(Where(what, $"({narrow} OR {wide})"), "search_timeline d", "d.patient", targets, context)] // no order to keep
            : [.. from of in patients from what in codes from rows in (string[])[narrow, wide] select new Arm("search_timeline d", $"{Where(what, rows)} AND d.patient = {Patient(of, context)}")];
    }

    /// <summary>
    /// Rows of one short date that is as it is asked for, or when none is asked for also those without a date, at the end where they belong. SQLite holds an index against one bound on each side, the first that it meets: so
    /// there is one, and on the side where a next page begins the page's own; the others stand where no index is looked up by them.
    /// </summary>
    private static string Narrow(List<Condition> dates, bool down, bool isNext, SearchContext context)
    {
        List<RangeTest> tests = [.. dates.Select(date => date.ShortDate!.Value.Test)];
        List<string> low = [.. tests.Where(test => test.From is not null).Select(test => $">= {test.From}")];
        List<string> high = [.. tests.Where(test => test.To is not null).Select(test => $"<= {test.To}")];
        if (low.Count == 0 && (dates.Count > 0 || !down))
            low.Add($"> {context.Fixed(long.MinValue)}");
        if (high.Count == 0 && (dates.Count > 0 || down))
            high.Add($"< {context.Fixed(long.MaxValue)}");
        var bounds = Bounds(low, isNext && !down).Concat(Bounds(high, isNext && down)).Concat(tests.Select(test => $" AND ({OnLine(test.Test)})"));
        return $"d.wide = {Timeline.Narrow}{string.Concat(bounds)}";

        static IEnumerable<string> Bounds(List<string> bounds, bool isPages) => bounds.Select((bound, at) => isPages || at > 0 ? $" AND d.at + 0 {bound}" : $" AND d.at {bound}");
    }

    /// <summary>Rows of a long date or of several, whose dates are held against the condition.</summary>
    private static string Wide(List<Condition> dates, bool down) =>
        $"d.wide = {(down ? Timeline.WideFalling : Timeline.WideRising)}{string.Concat(dates.Select(date => $" AND {date.Filter}"))}";

    /// <summary>A test on rows <c>t</c> of dates as one on rows of the timeline that no index is looked up by.</summary>
    private static string OnLine(string test) => test.Replace("t.low", "d.at + 0", StringComparison.Ordinal).Replace("t.high", "(d.at + d.lasts)", StringComparison.Ordinal);

    /// <summary>A code, whatever its system or of one of those that are asked for.</summary>
    private static string CodeIn(List<TokenOperand> values, SearchContext context) => $"d.code = {Code(values[0], context)}"
        + (values.Exists(value => value.Match == TokenMatch.Code) ? "" : $" AND d.system IN ({string.Join(", ", values.Select(value => TokenCondition.System(value, context)))})");

    private static int Find(IReadOnlyList<(SearchClause? Clause, Condition Condition)> conditions, Func<SearchClause, bool> clause, Func<Condition, bool> condition)
    {
        for (var at = 0; at < conditions.Count; at++)
        {
            if ((conditions[at].Clause is { } of && clause(of)) || condition(conditions[at].Condition))
                return at;
        }

        return -1;
    }

    private static string Patient(ReferenceOperand? patient, SearchContext context) => patient is null ? context.Fixed(0) : context.Of(patient, static one => StableHash.Of(one.Id!));

    /// <summary>A code as the timeline keeps it.</summary>
    internal static string Code(TokenOperand code, SearchContext context) => context.Of(code, static one => StableHash.Of(one.Code!));

    /// <summary>The patients a clause names; null when it names something else.</summary>
    private static List<ReferenceOperand>? Patients(string type, SearchClause clause)
    {
        if (clause is not ParameterClause { Modifier: SearchModifier.None } plain || !Timeline.IsPatient(type, plain.Parameter))
            return null;
        var isOnly = plain.Parameter.PointsTo is ["Patient"];
        var found = new List<ReferenceOperand>();
        foreach (var value in plain.Values)
        {
            if (value is not ReferenceOperand { Id: not null, Version: null } reference || !(reference.Type == "Patient" || (reference.Type is null && isOnly)))
                return null;
            found.Add(reference);
        }

        return found;
    }

    /// <summary>The codes a clause names, each once; null when it names something else.</summary>
    internal static List<TokenOperand>? Codes(Timeline.Line line, SearchClause clause) =>
        clause is ParameterClause { Modifier: SearchModifier.None } plain && plain.Parameter.Id == line.Code.Id && plain.Values.All(value => value is TokenOperand { Code: not null })
            ? [.. plain.Values.Cast<TokenOperand>().DistinctBy(value => value.Code)]
            : null;

    /// <summary>True when a code needs its system looked at too.</summary>
    internal static bool HasSystem(SearchClause? clause) =>
        clause is ParameterClause plain && plain.Values.Any(value => value is TokenOperand { Match: not TokenMatch.Code });
}
