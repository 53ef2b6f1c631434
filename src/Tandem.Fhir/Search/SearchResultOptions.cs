using System.Globalization;
using Tandem.Fhir.Definitions;

namespace Tandem.Fhir.Search;

/// <summary>How exactly the number of hits is wanted.</summary>
public enum TotalMode : byte
{
    /// <summary>Not stated.</summary>
    Unstated,
    None,
    Estimate,
    Accurate,
}

/// <summary>Which part of the resources is wanted (R4 3.1.1.5.8).</summary>
public enum SummaryMode : byte
{
    /// <summary>Everything, also when not stated.</summary>
    False,
    True,
    Text,
    Data,
    Count,
}

/// <summary>Whether contained resources are searched (R4 3.1.1.5.5).</summary>
public enum ContainedMode : byte
{
    /// <summary>Only resources of their own, also when not stated.</summary>
    False,

    /// <summary>Only contained ones.</summary>
    True,
    Both,
}

/// <summary>One key to sort by.</summary>
public sealed record SortKey(SearchParameter Parameter, bool Descending);

/// <summary>Other resources to send along.</summary>
/// <param name="SourceType">The type whose references are followed.</param>
/// <param name="Reference">The reference parameter; null for all (<c>*</c>).</param>
/// <param name="TargetType">Only this type; null for any.</param>
/// <param name="Iterate">Followed from included resources too.</param>
public sealed record IncludeRule(string SourceType, SearchParameter? Reference, string? TargetType, bool Iterate)
{
    /// <summary>Whatever points to a hit: <c>_revinclude=*</c>; of hits of any type all references: <c>_include=*</c>.</summary>
    public const string AnyType = "Resource";
}

/// <summary>How the result of a search is to look.</summary>
public sealed record SearchResultOptions
{
    /// <summary>Hits on a page; null when not stated.</summary>
    public int? Count { get; init; }

    /// <summary>A value of <c>_count</c>, a whole number from 0; one too large for any answer is the greatest there is. Null when it is none.</summary>
    public static int? CountOf(string text) => text.Length == 0 || !text.All(char.IsAsciiDigit) ? null
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var count) ? count : int.MaxValue;

    /// <summary>Keys to sort by, first the strongest.</summary>
    public IReadOnlyList<SortKey> Sort { get; init; } = [];

    /// <summary>Whether to count all hits.</summary>
    public TotalMode Total { get; init; }

    /// <summary>What hits refer to.</summary>
    public IReadOnlyList<IncludeRule> Includes { get; init; } = [];

    /// <summary>What refers to hits.</summary>
    public IReadOnlyList<IncludeRule> ReverseIncludes { get; init; } = [];

    /// <summary>How much of each resource.</summary>
    public SummaryMode Summary { get; init; }

    /// <summary>Whether contained resources are searched.</summary>
    public ContainedMode Contained { get; init; }

    /// <summary>True when a contained resource that is found is answered alone (<c>_containedType=contained</c>), false when with the resource around it.</summary>
    public bool ContainedAlone { get; init; }

    /// <summary><c>_format</c> as sent; null when not stated.</summary>
    public string? Format { get; init; }

    /// <summary>Whether the text is to be laid out for people.</summary>
    public bool Pretty { get; init; }
}
