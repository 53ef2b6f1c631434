using Tandem.Fhir.Definitions;
using Tandem.Fhir.Search;
using Tandem.Record.Search;

namespace Tandem.Record.Access;

/// <summary>
/// The parts of a consent's row that limit it to some of the record: resource class, code, single resources, and when what they tell happened (R4
/// Consent.provision.class, code, data, dataPeriod). A permission reaches the row <c>d</c> itself only. A refusal reaches what points to a refused
/// resource too, for a report or a task tells it as well as the result itself.
/// </summary>
internal static class ConsentLimit
{
    /// <summary>Where what a resource is about stands in the index.</summary>
    private static readonly string Codes = string.Join(", ", R4.AllSearchParameters
        .Where(parameter => parameter.Type == SearchType.Token && (parameter.Code is "code" or "combo-code" or "vaccine-code" || parameter is { Code: "type", Base: "DocumentReference" }))
        .Select(parameter => parameter.Id));

    /// <summary>A reference's type as the index of resources numbers it, for the types that have such a code and are pointed to.</summary>
    private static readonly string NumberOfReference = "CASE f.type " + string.Join(' ', new[]
    {
        "AllergyIntolerance", "Condition", "DiagnosticReport", "DocumentReference", "FamilyMemberHistory", "Immunization", "MedicationRequest", "MedicationStatement", "Observation", "Procedure",
        "ServiceRequest",
    }.Select(type => $"WHEN {StableHash.Of(type)} THEN {SearchTables.TypeNumber(type)}")) + " ELSE 0 END";

    /// <summary>The permission <paramref name="of"/> reaches the row <c>d</c>. What was deleted is not told by the index any more, so a limited one does not reach it.</summary>
    internal static string Permits(string of, LayerArguments asked) =>
        $"({of}.limited = 0 OR ({(asked.Rows == RowKind.MayBeGone ? IsThere + " AND " : "")}({of}.class = '' OR {of}.class = d.type) AND ({of}.code = 0 OR {Coded(of, "d.rid")}) "
        + $"AND ({of}.data_type = 0 OR {IsNamed(of)} OR ({of}.pointing = 1 AND {PointsToNamed(of)})) "
        + $"AND ({of}.data_until = {AccessTables.NoEnd} OR (EXISTS (SELECT 1 FROM search_dates o WHERE o.rid = d.rid) AND NOT {Outside(of, asked)}))))";

    /// <summary>The refusal <paramref name="of"/> reaches the row <c>d</c>, and what was deleted in any case.</summary>
    internal static string Refuses(string of, LayerArguments asked) =>
        $"({of}.limited = 0 OR {(asked.Rows == RowKind.MayBeGone ? "NOT " + IsThere + " OR " : "")}(({of}.class = '' OR {of}.class = d.type OR EXISTS (SELECT 1 FROM search_references f WHERE f.rid = d.rid AND f.type = {of}.class_hash)) "
        + $"AND ({of}.code = 0 OR {Coded(of, "d.rid")} OR "
        + Condition.Exists("search_references f " + asked.Context.Join("search_resources s", $"s.type = {NumberOfReference} AND s.id_hash = f.target"), $"f.rid = d.rid AND {Coded(of, "s.rid")}") + ") "
        + $"AND ({of}.data_type = 0 OR {IsNamed(of)} OR {PointsToNamed(of)}) "
        + $"AND ({of}.data_until = {AccessTables.NoEnd} OR {Within(of, asked)} OR (d.type <> 'Patient' AND NOT EXISTS (SELECT 1 FROM search_dates o WHERE o.rid = d.rid)))))";

    private const string Day = "86400000";

    private const string IsThere = "EXISTS (SELECT 1 FROM resources y WHERE y.rid = d.rid AND y.deleted = 0)";

    private static string Coded(string of, string rid) =>
        $"EXISTS (SELECT 1 FROM search_tokens t WHERE t.param IN ({Codes}) AND t.code = {of}.code AND t.rid = {rid} AND ({of}.system = 0 OR t.system = {of}.system))";

    private static string IsNamed(string of) =>
        $"EXISTS (SELECT 1 FROM search_resources s WHERE s.type = {of}.data_type AND s.id_hash = {of}.data_id AND s.rid = d.rid)";

    private static string PointsToNamed(string of) =>
        $"EXISTS (SELECT 1 FROM search_references f WHERE f.rid = d.rid AND f.type = {of}.data_hash AND f.target = {of}.data_id)";

    /// <summary>Something of the row <c>d</c> happened in the period, or partly so.</summary>
    private static string Within(string of, LayerArguments asked) =>
        $"EXISTS (SELECT 1 FROM search_dates o WHERE o.rid = d.rid AND o.low < {of}.data_until AND o.high > {of}.data_since "
        + $"AND o.low < {of}.data_until_day - {Unless(asked.Ahead.Least)} AND o.high > {of}.data_since_day - {Unless(asked.Ahead.Most)})";

    /// <summary>Something of the row <c>d</c> happened before or after the period, or partly so.</summary>
    private static string Outside(string of, LayerArguments asked) =>
        $"EXISTS (SELECT 1 FROM search_dates o WHERE o.rid = d.rid AND (o.low < {of}.data_since OR o.high > {of}.data_until "
        + $"OR o.low < {of}.data_since_day - {Unless(asked.Ahead.Least)} OR o.high > {of}.data_until_day - {Unless(asked.Ahead.Most)}))";

    /// <summary>How far the site's clock is ahead of a moment of the index; days of the index are days on any clock. What happened near midnight of a day may be of either, as one hour is summer's.</summary>
    private static string Unless(string ahead) => $"CASE WHEN o.low % {Day} = 0 AND o.high % {Day} = 0 THEN 0 ELSE {ahead} END";
}
