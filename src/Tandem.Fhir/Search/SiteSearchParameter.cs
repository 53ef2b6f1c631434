using System.Text.RegularExpressions;
using Tandem.Fhir.Definitions;
using Tandem.Fhir.FhirPath;
using Tandem.Fhir.Json;

namespace Tandem.Fhir.Search;

/// <summary>
/// A search parameter of a site's own: a SearchParameter resource read and compiled. Its values are what its FHIRPath gives, evaluated by the same engine as
/// pathways and rules. Immutable.
/// </summary>
/// <param name="Number">Its number in the index; it belongs to this definition and to no later one.</param>
/// <param name="Url">Its canonical address.</param>
/// <param name="Code">The name used in a query.</param>
/// <param name="Type">How values compare.</param>
/// <param name="Bases">The resource types it is for, in alphabetical order, those left out that have a parameter of this name by the specification.</param>
/// <param name="Expression">FHIRPath.</param>
/// <param name="Targets">Types a reference may point to; empty when any.</param>
public sealed partial record SiteSearchParameter(
    ushort Number, string Url, string Code, SearchType Type, IReadOnlyList<string> Bases, string Expression, IReadOnlyList<string> Targets)
{
    /// <summary>The least number of a site's own parameter; those of the specification lie below.</summary>
    public const ushort First = 0x8000;

    private readonly Dictionary<string, SearchParameter> byBase = Bases.ToDictionary(
        type => type, type => new SearchParameter(Number, type, Code, Type, Expression, Targets, []), StringComparer.Ordinal);

    /// <summary>True when searches may use it: its values are in the index.</summary>
    public bool IsReady { get; init; }

    internal FhirPathExpression Path { get; } = FhirPathExpression.Compile(Expression);

    /// <summary>True when this number is one of a site's own parameters.</summary>
    public static bool Owns(ushort number) => number >= First;

    /// <summary>The parameter as one of a type; null when it is not for it.</summary>
    public SearchParameter? For(string type) => byBase.GetValueOrDefault(type);

    /// <summary>True when it gives the same values as another one.</summary>
    public bool IsAs(SiteSearchParameter other) =>
        Code == other.Code && Type == other.Type && Expression == other.Expression && Bases.SequenceEqual(other.Bases) && Targets.SequenceEqual(other.Targets);

    /// <summary>Reads a SearchParameter resource.</summary>
    /// <param name="resource">The resource.</param>
    /// <param name="number">The number it is to have.</param>
    /// <param name="reason">What cannot be followed, a sentence; null when it can.</param>
    /// <returns>The parameter; null when it cannot be followed, or when the specification has one of this name for each of its types (no reason then).</returns>
    public static SiteSearchParameter? Read(FhirNode resource, ushort number, out string? reason)
    {
        var code = resource["code"u8].Text ?? "";
        var expression = resource["expression"u8].Text ?? "";
        var types = Types(resource["base"u8]);
        reason = !Name().IsMatch(code) ? "The code has to be a name of letters, digits, - and _ that begins with a letter."
            : types.Count == 0 ? "The base names no resource type of FHIR R4."
            : TypeOf(resource["type"u8].Text) is null ? "Parameters of the types composite and special cannot be added."
            : expression.Length == 0 ? "A parameter needs an expression to read its values by."
            : FhirPathExpression.Compile(expression, out var fault) is null ? $"The expression is no FHIRPath: {fault!.Reason}"
            : null;
        if (reason is not null)
            return null;
        List<string> own = [.. types.Where(type => R4.SearchParameters(type).Find(code) is null)];
        List<string> targets = [.. resource["target"u8].Items.AsEnumerable().Select(target => target.Text).OfType<string>().Where(R4.IsResourceType).Distinct().Order(StringComparer.Ordinal)];
        return own.Count == 0 ? null : new(number, resource["url"u8].Text ?? "", code, TypeOf(resource["type"u8].Text)!.Value, own, expression, targets);
    }

    private static List<string> Types(FhirNode bases)
    {
        var named = bases.Items.AsEnumerable().Select(item => item.Text).OfType<string>().ToList();
        return named.Exists(name => name is "Resource" or "DomainResource")
            ? [.. R4.ResourceTypes.Where(type => named.Contains("Resource") || named.Contains(type) || R4.Types[type].Parent?.Name == "DomainResource")]
            : [.. named.Where(R4.IsResourceType).Distinct().Order(StringComparer.Ordinal)];
    }

    private static SearchType? TypeOf(string? word) => word switch
    {
        "number" => SearchType.Number,
        "date" => SearchType.Date,
        "string" => SearchType.String,
        "token" => SearchType.Token,
        "reference" => SearchType.Reference,
        "quantity" => SearchType.Quantity,
        "uri" => SearchType.Uri,
        _ => null,
    };

    [GeneratedRegex("^[A-Za-z][A-Za-z0-9_-]{0,63}$")]
    private static partial Regex Name();
}
