using System.Text;

namespace Tandem.Fhir.Definitions;

/// <summary>The types of search parameters (R4 3.1.1.4).</summary>
public enum SearchType : byte
{
    Number,
    Date,
    String,
    Token,
    Reference,
    Composite,
    Quantity,
    Uri,
    Special,
}

/// <summary>One part of a composite parameter.</summary>
/// <param name="Code">The search parameter the part is of.</param>
/// <param name="Expression">FHIRPath from the composite's own values.</param>
/// <param name="Parameter">That parameter, of a composite of a site's own; null where the code names it among those of the type.</param>
public sealed record SearchComponent(string Code, string Expression, SearchParameter? Parameter = null);

/// <summary>A search parameter of one resource type (or of all: base Resource).</summary>
/// <param name="Id">Its number: the same as long as the shipped definitions are the same.</param>
/// <param name="Base">The resource type, or <c>Resource</c> or <c>DomainResource</c>.</param>
/// <param name="Code">The name used in a query.</param>
/// <param name="Type">How values compare.</param>
/// <param name="Expression">FHIRPath, only the branches that apply to the base; empty for the special ones (<c>_text</c>, <c>_content</c>, <c>_query</c>).</param>
/// <param name="Targets">Types a reference may point to; empty when any.</param>
/// <param name="Components">The parts of a composite.</param>
public sealed record SearchParameter(
    ushort Id,
    string Base,
    string Code,
    SearchType Type,
    string Expression,
    IReadOnlyList<string> Targets,
    IReadOnlyList<SearchComponent> Components)
{
    private const string Resolves = "resolve() is ";

    /// <summary>The last part of the address of R4's definition, where it is not base-code: several types share one.</summary>
    internal string? Name { get; init; }

    /// <summary>The address of R4's definition; says nothing of a parameter of a site's own.</summary>
    public string Definition => $"http://hl7.org/fhir/SearchParameter/{Name ?? $"{Base}-{Code}"}";

    internal byte[] CodeBytes { get; } = Encoding.UTF8.GetBytes(Code);

    /// <summary>The code in UTF-8.</summary>
    public ReadOnlySpan<byte> CodeUtf8 => CodeBytes;

    /// <summary>The types a reference really points to: <c>patient</c> only to patients, whatever its element may; empty when any.</summary>
    public IReadOnlyList<string> PointsTo => field ??= Expression.IndexOf(Resolves, StringComparison.Ordinal) is var at and >= 0
        ? [Expression[(at + Resolves.Length)..Expression.IndexOf(')', at + Resolves.Length)]]
        : Targets;

    /// <inheritdoc/>
    public override string ToString() => $"{Base}.{Code}";
}
