using System.Diagnostics.CodeAnalysis;
using Tandem.Fhir.Definitions;

namespace Tandem.Fhir.Search;

/// <summary>All search parameters of a site's own, beside those of the specification. Immutable and thread-safe.</summary>
public sealed class SiteSearchParameters
{
    /// <summary>A site that has none.</summary>
    public static readonly SiteSearchParameters None = new([]);

    private readonly ILookup<string, SiteSearchParameter> byType;

    /// <summary>Holds parameters: all are indexed, those that are ready can be searched by.</summary>
    public SiteSearchParameters(IEnumerable<SiteSearchParameter> all)
    {
        All = [.. all];
        byType = All.SelectMany(parameter => parameter.Bases, (parameter, type) => (type, parameter)).ToLookup(pair => pair.type, pair => pair.parameter, StringComparer.Ordinal);
    }

    /// <summary>All of them.</summary>
    public IReadOnlyList<SiteSearchParameter> All { get; }

    /// <summary>Those of a type that can be searched by.</summary>
    public IEnumerable<(SearchParameter Parameter, string Url)> Of(string type) =>
        byType[type].Where(parameter => parameter.IsReady).Select(parameter => (parameter.For(type)!, parameter.Url));

    /// <summary>The parameter of this code that can be searched by: the specification's, or else the site's own.</summary>
    public bool TryFind(string type, string code, [NotNullWhen(true)] out SearchParameter? parameter) =>
        R4.TryFindSearchParameter(type, code, out parameter) || (parameter = byType[type].FirstOrDefault(own => own.IsReady && own.Code == code)?.For(type)) is not null;

    /// <summary>True when a parameter of this code is there but its values are not all in the index yet.</summary>
    public bool IsComing(string type, string code) => byType[type].Any(own => !own.IsReady && own.Code == code);

    /// <summary>How many parts the composite of this number has.</summary>
    public int PartsOf(ushort number) => All.First(parameter => parameter.Number == number).Parts.Count;

    internal IEnumerable<SiteSearchParameter> Indexed(string type) => byType[type];
}
