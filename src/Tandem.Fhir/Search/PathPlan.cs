using Tandem.Fhir.Definitions;

namespace Tandem.Fhir.Search;

/// <summary>What a step of a plan does with each value it is given.</summary>
internal enum StepKind : byte
{
    /// <summary>Goes to properties by name; a choice is one step with several names.</summary>
    Child,

    /// <summary>Keeps values whose property has a given text: <c>where(system='phone')</c>.</summary>
    WhereEquals,

    /// <summary>Keeps references to one type: <c>where(resolve() is Patient)</c>.</summary>
    WhereTarget,

    /// <summary>Keeps one item of a list: <c>entry[0]</c>; follows the step that made the list.</summary>
    Index,

    /// <summary>True when the value is there and is not false: <c>deceased.exists() and deceased != false</c>.</summary>
    IsNotFalse,
}

/// <summary>A property by its name in JSON, the type it then has, the codes it is bound to, and whether it may be there several times.</summary>
internal sealed record StepName(byte[] Json, FhirType Type, CodeTable? Codes, bool IsList);

/// <summary>One step.</summary>
internal sealed record PathStep(StepKind Kind, StepName[] Names, byte[] Name, byte[] Text, int Number);

/// <summary>A path through a resource, from the resource or (composites) from a value inside of it.</summary>
/// <param name="FromResource">True when it starts at the resource whatever it is asked from.</param>
/// <param name="Steps">The steps in order.</param>
internal sealed record PathPlan(bool FromResource, PathStep[] Steps)
{
    /// <summary>True when it leads to one value at most: no step goes to a list, or to one item of it alone.</summary>
    internal bool IsSingle { get; } = !Steps.Where((step, at) => step.Names.Any(name => name.IsList) && (at + 1 == Steps.Length || Steps[at + 1].Kind != StepKind.Index)).Any();
}
