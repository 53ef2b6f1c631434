using Tandem.Fhir.Json;
using Tandem.Fhir.Structure;

namespace Tandem.Fhir.Validation;

/// <summary>What a validation looks at.</summary>
public sealed record ValidationOptions
{
    /// <summary>All there is to look at, the profiles that the resource claims (meta.profile) among it.</summary>
    public static readonly ValidationOptions Default = new();

    /// <summary>Profiles to hold the resource against beside those it claims (canonical addresses).</summary>
    public IReadOnlyList<string> Profiles { get; init; } = [];

    /// <summary>False to leave meta.profile aside.</summary>
    public bool ClaimedProfiles { get; init; } = true;

    /// <summary>The type it has to be; null when any will do.</summary>
    public string? Type { get; init; }

    /// <summary>False when the structure was checked before (<see cref="Structure.StructureCheck"/>).</summary>
    public bool Structure { get; init; } = true;

    /// <summary>What an element is that R4 does not know: a warning where it is kept all the same, an error to who asks whether a resource is sound (R4 2.9.1).</summary>
    public IssueSeverity Unknown { get; init; } = IssueSeverity.Warning;

    /// <summary>Finds what a reference points to; null leaves targets unresolved.</summary>
    public Func<string, FhirNode>? Resolve { get; init; }

    /// <summary>The questionnaire that the resource answers, when it is a response; missing to leave its answers aside.</summary>
    public FhirNode Questionnaire { get; init; }

    /// <summary>The moment that rules with <c>now()</c> and <c>today()</c> see; null for the clock's.</summary>
    public DateTimeOffset? Now { get; init; }
}
