using Tandem.Record.Rest;

namespace Tandem.Record.Operations;

/// <summary>On what an operation is called (R4 3.2.0.1).</summary>
[Flags]
internal enum OperationLevels
{
    System = 1,
    Type = 2,
    Instance = 4,
}

/// <summary>One parameter of an operation.</summary>
/// <param name="Name">As in a Parameters resource or, for a primitive, in the query.</param>
/// <param name="Type">FHIR type; a resource type or <c>Resource</c> for a resource.</param>
/// <param name="Text">What it means.</param>
/// <param name="Min">How often at least.</param>
/// <param name="IsList">True when it may be given more than once.</param>
/// <param name="IsOut">True when the operation gives it.</param>
/// <param name="SearchType">For a string that says what a search would (R4 OperationDefinition.parameter.searchType): <c>reference</c>, which may be posted as a Reference too, or <c>token</c>, as a CodeableConcept; else empty.</param>
internal sealed record OperationParameter(string Name, string Type, string Text, int Min = 0, bool IsList = false, bool IsOut = false, string SearchType = "");

/// <summary>
/// An operation as it is declared: the routes, the CapabilityStatement and the OperationDefinition are made of this and of nothing else.
/// </summary>
internal sealed record Operation
{
    /// <summary>The name after the dollar sign.</summary>
    internal required string Code { get; init; }

    internal required OperationLevels Levels { get; init; }

    /// <summary>The resource types it is for; empty for all.</summary>
    internal IReadOnlyList<string> Types { get; init; } = [];

    /// <summary>True when it changes the record: it has to be posted (R4 3.2.0.2).</summary>
    internal bool AffectsState { get; init; }

    /// <summary>True when nobody has to be signed in; then it is not posted.</summary>
    internal bool IsOpen { get; init; }

    /// <summary>One sentence.</summary>
    internal required string Summary { get; init; }

    /// <summary>The canonical address of the definition it follows, or null.</summary>
    internal string? Follows { get; init; }

    internal IReadOnlyList<OperationParameter> Parameters { get; init; } = [];

    /// <summary>True when it takes search parameters beside its own.</summary>
    internal bool TakesSearch { get; init; }

    /// <summary>True when its answer tells which parameters are left out as not understood (<c>handling=lenient</c>); elsewhere they are refused always.</summary>
    internal bool TellsWhatIsLeftOut { get; init; }

    /// <summary>True when what is sent becomes part of what it makes: a body whose values have the wrong kind is refused, while elements that are missing are for the operation to say.</summary>
    internal bool BuildsOnBody { get; init; }

    internal required Func<OperationRequest, Task<FhirReply>> Run { get; init; }

    /// <summary>The id of its OperationDefinition.</summary>
    internal string Id => $"{(Types is [var only] ? only : Types.Count > 1 ? string.Join('-', Types) : Levels == OperationLevels.System ? "System" : "Resource")}-{Code}";

    /// <summary>The parameter that may be the whole body (R4 3.2.0.2): the only one that is a resource.</summary>
    internal OperationParameter? Body
    {
        get
        {
            var resources = Parameters.Where(parameter => !parameter.IsOut && IsResource(parameter.Type)).ToList();
            return resources is [var only] ? only : null;
        }
    }

    internal bool IsFor(string type) => Types.Count == 0 || Types.Contains(type);

    internal static bool IsResource(string type) => type == "Resource" || Fhir.Definitions.R4.IsResourceType(type);
}
