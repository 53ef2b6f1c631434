using Tandem.Fhir.Definitions;
using Tandem.Fhir.FhirPath;
using Tandem.Fhir.Json;

namespace Tandem.Fhir.Search;

/// <summary>One part of a composite of a site's own.</summary>
/// <param name="Code">The search parameter the part is of.</param>
/// <param name="Type">How its values compare.</param>
/// <param name="Expression">FHIRPath from the composite's own values.</param>
public sealed record SitePart(string Code, SearchType Type, string Expression)
{
    private const string OfSpecification = "http://hl7.org/fhir/SearchParameter/";

    internal SearchComponent AsComponent(ushort number, string type) => new(Code, Expression, new SearchParameter(number, type, Code, Type, Expression, [], []));

    /// <summary>Reads the parts of a composite.</summary>
    /// <returns>What cannot be followed, a sentence; null when all can.</returns>
    internal static string? ReadAll(FhirNode components, IReadOnlyList<string> types, FindCanonical others, out IReadOnlyList<SitePart> parts)
    {
        var read = new List<SitePart>();
        parts = read;
        foreach (var component in components.Items)
        {
            var (url, expression) = (component["definition"u8].Text ?? "", component["expression"u8].Text ?? "");
            if (Find(url.Split('|')[0], types, others) is not var (code, type))
                return $"The part {url} is no search parameter of the specification for this base, and no active one of this site.";
            if (type is SearchType.Composite or SearchType.Special)
                return $"The part {code} is itself of the type {(type == SearchType.Composite ? "composite" : "special")}, which no part can be.";
            if (FhirPathExpression.Compile(expression, out var fault) is null || expression.Length == 0)
                return $"The expression of the part {code} is no FHIRPath: {fault?.Reason ?? "it is empty."}";
            read.Add(new(code, type, expression));
        }

        return CompositeOrder.Of(read.ConvertAll(part => part.Type)) is not null ? null
            : "A composite has two parts, of which one is a token, a reference or a uri; or three, of which another is a number or a date.";
    }

    /// <summary>The specification's are named after their type, or after a group of types that share one (clinical-code).</summary>
    private static (string Code, SearchType Type)? Find(string url, IReadOnlyList<string> types, FindCanonical others)
    {
        if (!url.StartsWith(OfSpecification, StringComparison.Ordinal))
        {
            var other = others("SearchParameter", url, null);
            return other["code"u8].Text is { } code && SiteSearchParameter.TypeOf(other["type"u8].Text) is { } kind ? (code, kind) : null;
        }

        var name = url[OfSpecification.Length..].Split('-', 2);
        if (name.Length < 2)
            return null;
        var type = R4.IsResourceType(name[0]) ? name[0] : types[0];
        return R4.SearchParameters(type).Find(name[1]) is { } found ? (found.Code, found.Type) : null;
    }
}
