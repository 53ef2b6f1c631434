using Tandem.Fhir.Definitions;
using Tandem.Fhir.FhirPath;
using Tandem.Fhir.Json;
using Tandem.Fhir.Structure;

namespace Tandem.Fhir.Validation;

/// <summary>
/// What an item asks of a reference: that it is one (R4 2.3.0.1), and what it points to: the types (extension referenceResource) and profiles (referenceProfile), as
/// far as that is here.
/// </summary>
internal sealed class ReferenceLimits(ValidationRun run, FhirNode response)
{
    internal void Check(FhirNode asked, FhirNode reference)
    {
        if (reference["reference"u8].Text is { } address && Fault(address) is { } fault)
        {
            Say(fault, reference);
            return;
        }

        var type = ReferenceTarget.TypeOf(reference, response, run);
        var types = asked.AllTexts(ItemExtensions.Core + "questionnaire-referenceResource");
        if (type is not null && types.Count > 0 && !types.Contains(type) && !types.Contains("Resource"))
            Say($"This reference points to a {type}; the questionnaire takes {string.Join(", ", types)}.", reference);
        var profiles = asked.AllTexts(ItemExtensions.Core + "questionnaire-referenceProfile");
        if (profiles.Count > 0 && profiles.TrueForAll(profile => Breaks(reference, type, profile)))
            Say($"What this reference points to keeps to none of the profiles that the questionnaire takes: {string.Join(", ", profiles)}.", reference);
    }

    private static string? Fault(string address)
    {
        if (address.Any(char.IsWhiteSpace))
            return "A reference is an address, which has no blanks.";
        return UnknownType(address) is { } name ? $"This reference points to a {name}, which is no type of resource of R4." : null;
    }

    /// <summary>What stands where an address of REST has the type; null where R4 has the type, and for all other addresses.</summary>
    private static string? UnknownType(string address)
    {
        var history = address.IndexOf("/_history/", StringComparison.Ordinal);
        var parts = (history < 0 ? address : address[..history]).Split('/');
        var isRest = parts.Length == 2 || (parts.Length > 4 && parts[0] is "http:" or "https:");
        return isRest && parts[^1].Length > 0 && parts[^2].Length > 0 && char.IsAsciiLetterUpper(parts[^2][0]) && parts[^2].All(char.IsAsciiLetter) && !R4.IsResourceType(parts[^2])
            ? parts[^2]
            : null;
    }

    private bool Breaks(FhirNode reference, string? type, string profile)
    {
        if (type is not null && run.Validator.Profiles.TypeOf(profile) is { } about && about != type)
            return true;
        var address = reference["reference"u8].Text ?? "";
        var isContained = address.StartsWith('#');
        var target = isContained ? response["contained"u8].Items.AsEnumerable().FirstOrDefault(one => one["id"u8].Text == address[1..]) : run.Resolve(address, reference);
        return target.Exists && run.Conforms(FhirValue.Of(target), profile, target, isContained ? response : target) == false;
    }

    private void Say(string text, FhirNode at) => run.Add(IssueSeverity.Error, "value", text, FhirValue.Of(at, "Reference"));
}
