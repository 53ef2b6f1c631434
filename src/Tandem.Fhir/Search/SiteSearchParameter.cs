using System.Text.RegularExpressions;
using Tandem.Fhir.Definitions;
using Tandem.Fhir.FhirPath;
using Tandem.Fhir.Json;

namespace Tandem.Fhir.Search;

/// <summary>
/// A search parameter of a site's own: a SearchParameter resource read and compiled. Its values are what its FHIRPath gives, evaluated by the same engine as
/// pathways and rules. Immutable.
/// </summary>
/// <param name="Number">Its number in the index; it belongs to this definition as long as the index has rows of it.</param>
/// <param name="Url">Its canonical address.</param>
/// <param name="Code">The name used in a query.</param>
/// <param name="Type">How values compare.</param>
/// <param name="Bases">The resource types it is for, in alphabetical order, those left out that have a parameter of this name by the specification.</param>
/// <param name="Expression">FHIRPath.</param>
/// <param name="Targets">Types a reference may point to; empty when any.</param>
/// <param name="Parts">The parts of a composite; empty for any other.</param>
public sealed partial record SiteSearchParameter(
    ushort Number, string Url, string Code, SearchType Type, IReadOnlyList<string> Bases, string Expression, IReadOnlyList<string> Targets, IReadOnlyList<SitePart> Parts)
{
    /// <summary>The least number of a site's own parameter; those of the specification lie below.</summary>
    public const ushort First = 0x8000;

    private readonly Dictionary<string, SearchParameter> byBase = Bases.ToDictionary(
        type => type, type => new SearchParameter(Number, type, Code, Type, Expression, Targets, [.. Parts.Select(part => part.AsComponent(Number, type))]), StringComparer.Ordinal);

    /// <summary>True when searches may use it: its values are in the index.</summary>
    public bool IsReady { get; init; }

    internal FhirPathExpression Path { get; } = FhirPathExpression.Compile(Expression);

    /// <summary>The parts of a composite in the order the index keeps them in.</summary>
    internal IReadOnlyList<int> Order { get; } = CompositeOrder.Of([.. Parts.Select(part => part.Type)]) ?? [];

    /// <summary>How the parts of a composite compare, such as <c>Token,Date</c>, by what they are made of; null for any other.</summary>
    public string? PartTypes => Parts.Count == 0 ? null : string.Join(',', Parts.Select(part => part.Type));

    /// <summary>True when this number is one of a site's own parameters.</summary>
    public static bool Owns(ushort number) => number >= First;

    /// <summary>The parameter as one of a type; null when it is not for it.</summary>
    public SearchParameter? For(string type) => byBase.GetValueOrDefault(type);

    /// <summary>The same, its parts compared as they were at another time: what a composite is made of is changed by itself.</summary>
    /// <param name="partTypes">What <see cref="PartTypes"/> were then; null for as they are.</param>
    public SiteSearchParameter ComparedBy(string? partTypes) => partTypes is null || partTypes == PartTypes ? this
        : new(Number, Url, Code, Type, Bases, Expression, Targets, [.. Parts.Zip(partTypes.Split(','), (part, type) => part with { Type = Enum.Parse<SearchType>(type) })]) { IsReady = IsReady };

    /// <summary>True when it gives the same values as another one.</summary>
    public bool IsAs(SiteSearchParameter other) =>
        Code == other.Code && Type == other.Type && Expression == other.Expression && Bases.SequenceEqual(other.Bases) && Targets.SequenceEqual(other.Targets) && Parts.SequenceEqual(other.Parts);

    /// <summary>Reads a SearchParameter resource.</summary>
    /// <param name="resource">The resource.</param>
    /// <param name="number">The number it is to have.</param>
    /// <param name="others">Finds the site's own SearchParameter resources, which a composite may be made of.</param>
    /// <param name="reason">What cannot be followed, a sentence; null when it can.</param>
    /// <returns>The parameter; null when it cannot be followed, or when the specification has one of this name for each of its types (no reason then).</returns>
    public static SiteSearchParameter? Read(FhirNode resource, ushort number, FindCanonical others, out string? reason)
    {
        var code = resource["code"u8].Text ?? "";
        var expression = resource["expression"u8].Text ?? "";
        var types = Types(resource["base"u8]);
        IReadOnlyList<SitePart> parts = [];
        reason = null;
        if (code.StartsWith('_') && types.Count > 0 && types.All(type => R4.SearchParameters(type).Find(code) is not null))
            return null; // as US Core and R4 itself define _id
        reason = !Name().IsMatch(code) ? "The code has to be a name of letters, digits, - and _ that begins with a letter, or with - before it."
            : types.Count == 0 ? "The base names no resource type of FHIR R4."
            : TypeOf(resource["type"u8].Text) is not { } kind ? "The type is none of those of FHIR R4."
            : expression.Length == 0 ? "A parameter needs an expression to read its values by."
            : FhirPathExpression.Compile(expression, out var fault) is null ? $"The expression is no FHIRPath: {fault!.Reason}"
            : kind == SearchType.Special && !IsPosition(expression) ? "A parameter of the type special is followed where it is a position: where its expression ends with .position or names the extension geolocation."
            : kind == SearchType.Composite ? SitePart.ReadAll(resource["component"u8], types, others, out parts)
            : null;
        if (reason is not null)
            return null;
        List<string> own = [.. types.Where(type => R4.SearchParameters(type).Find(code) is null)];
        List<string> targets = [.. resource["target"u8].Items.AsEnumerable().Select(target => target.Text).OfType<string>().Where(R4.IsResourceType).Distinct().Order(StringComparer.Ordinal)];
        return own.Count == 0 ? null : new(number, resource["url"u8].Text ?? "", code, TypeOf(resource["type"u8].Text)!.Value, own, expression, targets, parts);
    }

    /// <summary>The resource types that the base of a SearchParameter names, in alphabetical order.</summary>
    public static IReadOnlyList<string> Types(FhirNode bases)
    {
        var named = bases.Items.AsEnumerable().Select(item => item.Text).OfType<string>().ToList();
        return named.Exists(name => name is "Resource" or "DomainResource")
            ? [.. R4.ResourceTypes.Where(type => named.Contains("Resource") || named.Contains(type) || R4.Types[type].Parent?.Name == "DomainResource")]
            : [.. named.Where(R4.IsResourceType).Distinct().Order(StringComparer.Ordinal)];
    }

    private static bool IsPosition(string expression) =>
        expression.EndsWith(".position", StringComparison.Ordinal) || expression.Contains(PositionIndex.Geolocation, StringComparison.Ordinal);

    /// <summary>A type by its code in a SearchParameter; null for none of R4's.</summary>
    public static SearchType? TypeOf(string? word) => word switch
    {
        "number" => SearchType.Number,
        "date" => SearchType.Date,
        "string" => SearchType.String,
        "token" => SearchType.Token,
        "reference" => SearchType.Reference,
        "quantity" => SearchType.Quantity,
        "uri" => SearchType.Uri,
        "composite" => SearchType.Composite,
        "special" => SearchType.Special,
        _ => null,
    };

    [GeneratedRegex("^-?[A-Za-z][A-Za-z0-9_-]{0,63}$")]
    private static partial Regex Name();
}
