using Tandem.Fhir.Definitions;

namespace Tandem.Fhir.Search;

/// <summary>The modifiers of R4 3.1.1.4.4, and what only <c>_filter</c> says; <c>:missing</c> is a clause of its own and <c>:[type]</c> part of the operand.</summary>
public enum SearchModifier : byte
{
    None,
    Exact,
    Contains,
    Text,
    Not,
    Above,
    Below,
    In,
    NotIn,
    OfType,
    Identifier,

    /// <summary>The whole string, without case and accents: <c>eq</c> of <c>_filter</c>.</summary>
    Equal,

    /// <summary>A value is another one: <c>ne</c> of <c>_filter</c>. What has no value has none that differs.</summary>
    NotEqual,

    /// <summary>How a string ends: <c>ew</c> of <c>_filter</c>.</summary>
    EndsWith,
}

/// <summary>One condition of a search.</summary>
public abstract record SearchClause;

/// <summary>A parameter has one of the values.</summary>
/// <param name="Parameter">The parameter.</param>
/// <param name="Modifier">How it is compared.</param>
/// <param name="Values">At least one; any of them will do (with <c>:not</c>: none of them).</param>
public sealed record ParameterClause(SearchParameter Parameter, SearchModifier Modifier, IReadOnlyList<SearchOperand> Values) : SearchClause;

/// <summary>A parameter has a value, or has none.</summary>
/// <param name="Parameter">The parameter.</param>
/// <param name="IsMissing">True when it must have none.</param>
public sealed record MissingClause(SearchParameter Parameter, bool IsMissing) : SearchClause;

/// <summary>A List names the resource: <c>_list=42</c>.</summary>
/// <param name="Ids">Ids of lists; any of them will do.</param>
public sealed record ListClause(IReadOnlyList<string> Ids) : SearchClause;

/// <summary>What a reference points to has to fulfil a condition: <c>subject:Patient.name=x</c>.</summary>
/// <param name="Reference">The reference parameter.</param>
/// <param name="Targets">One condition per type the reference may point to; any of them will do.</param>
public sealed record ChainClause(SearchParameter Reference, IReadOnlyList<ChainTarget> Targets) : SearchClause;

/// <summary>A type and the condition on it.</summary>
/// <param name="ResourceType">The type pointed to.</param>
/// <param name="Clause">The condition.</param>
public sealed record ChainTarget(string ResourceType, SearchClause Clause);

/// <summary>Something that points here has to fulfil a condition: <c>_has:Observation:patient:code=x</c>.</summary>
/// <param name="ResourceType">The type that points here.</param>
/// <param name="Reference">Its reference parameter.</param>
/// <param name="Clause">The condition on it.</param>
public sealed record HasClause(string ResourceType, SearchParameter Reference, SearchClause Clause) : SearchClause;

/// <summary>How the parts of a filter go together.</summary>
public enum FilterWord : byte
{
    /// <summary>Each holds.</summary>
    And,

    /// <summary>One of them holds.</summary>
    Or,

    /// <summary>The only part does not hold.</summary>
    Not,
}

/// <summary>A filter expression, or a part of one (R4 3.1.3): <c>_filter=given eq peter or not (birthdate ge 2014)</c>.</summary>
/// <param name="Word">How the parts go together.</param>
/// <param name="Parts">Conditions and filters; at least one.</param>
public sealed record FilterClause(FilterWord Word, IReadOnlyList<SearchClause> Parts) : SearchClause;
