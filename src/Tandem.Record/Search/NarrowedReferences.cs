using Tandem.Fhir.Definitions;
using Tandem.Fhir.Search;

namespace Tandem.Record.Search;

/// <summary>
/// Parameters that are another of their type narrowed to one target: <c>patient</c> is <c>subject</c> where that is a patient (its expression ends in
/// <c>.where(resolve() is Patient)</c>), <c>practitioner</c> of an appointment is <c>actor</c> where that is one. Their references within the record lie under the
/// wider parameter alone and are read there with the type of the target. Addresses, whose type only the narrow one knows, and references by identifier lie under both.
/// </summary>
internal static class NarrowedReferences
{
    private static readonly Dictionary<ushort, SearchParameter> Wider = Found();

    private static readonly long[] Targets = [.. R4.AllSearchParameters.Select(parameter => Wider.ContainsKey(parameter.Id) ? StableHash.Of(parameter.PointsTo[0]) : 0)];

    /// <summary>The wider parameter; null when a parameter is not another one narrowed.</summary>
    internal static SearchParameter? Of(SearchParameter parameter) => Wider.GetValueOrDefault(parameter.Id);

    /// <summary>True for a reference that the wider parameter keeps.</summary>
    /// <param name="parameter">Number of the narrow parameter.</param>
    /// <param name="target">Hash of the type that is referred to.</param>
    internal static bool LiesWithWider(ushort parameter, long target) => parameter < Targets.Length && Targets[parameter] == target;

    /// <summary>What rows <c>t</c> of a parameter fulfil, whatever they point to.</summary>
    internal static string Rows(string type, SearchParameter parameter, SearchContext context)
    {
        var own = $"t.param = {context.Parameter(type, parameter)}";
        return Of(parameter) is { } wider
            ? $"({own} OR (t.param = {context.Parameter(type, wider)} AND t.type IN ({context.Fixed(StableHash.Of(parameter.PointsTo[0]))}, {context.Fixed(StableHash.Of(ContainedTypes.Of(parameter.PointsTo[0])))})))"
            : own;
    }

    private static Dictionary<ushort, SearchParameter> Found()
    {
        var found = new Dictionary<ushort, SearchParameter>();
        foreach (var of in R4.AllSearchParameters.Where(parameter => parameter.Type == SearchType.Reference).GroupBy(parameter => parameter.Base))
        {
            foreach (var parameter in of.Where(parameter => parameter.PointsTo is [_]))
            {
                if (of.FirstOrDefault(other => parameter.Expression == $"{other.Expression}.where(resolve() is {parameter.PointsTo[0]})") is { } wider)
                    found[parameter.Id] = wider;
            }
        }

        return found;
    }
}
