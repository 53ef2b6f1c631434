using Tandem.Fhir.Search;
using Tandem.Kernel.Data;
using Tandem.Kernel.Outcomes;

namespace Tandem.Record.Search;

/// <summary>Places near another (R4 3.1.1.4.17, Location near): first between two latitudes, then by their distance on the sphere.</summary>
internal static class NearCondition
{
    /// <summary>How far "near" is when the search does not say.</summary>
    private const double Unstated = 50;

    internal static Outcome<Condition> Of(string type, ParameterClause clause, SearchContext context)
    {
        var param = context.Parameter(type, clause.Parameter);
        var each = clause.Values.Select(value => One((NearOperand)value, context)).ToList();
        var arms = each.Select(one => new Arm("search_places d", RangeCondition.On($"t.param = {param} AND {one}")));
        return new Condition(
            400,
            new Drive([.. arms], "d.latitude", DbKind.Real),
            Condition.Exists("search_places t", $"t.rid = d.rid AND t.param = {param} AND ({string.Join(" OR ", each)})"));
    }

    private static string One(NearOperand near, SearchContext context)
    {
        var kilometres = near.Kilometres ?? Unstated;
        var (x, y, z) = SearchPlace.Point(near.Latitude, near.Longitude);
        var chord = SearchPlace.Chord(kilometres);
        var degrees = double.RadiansToDegrees(Math.Min(kilometres / SearchPlace.Radius, Math.PI)) * 1.000001;
        var (fromX, fromY, fromZ) = ($"(t.x - {context.Add(x)})", $"(t.y - {context.Add(y)})", $"(t.z - {context.Add(z)})");
        return $"(t.latitude >= {context.Add(near.Latitude - degrees)} AND t.latitude <= {context.Add(near.Latitude + degrees)} "
            + $"AND {fromX} * {fromX} + {fromY} * {fromY} + {fromZ} * {fromZ} <= {context.Add(chord * chord)})";
    }
}
