using Tandem.Fhir.FhirPath;
using Tandem.Fhir.Json;

namespace Tandem.Fhir.Validation;

/// <summary>The value sets that a questionnaire names; it may contain them itself. Null where it cannot be said what is in one.</summary>
internal sealed class NamedSets(ValidationRun run, FhirNode questionnaire)
{
    /// <summary>Whether a coding, or the unit of a quantity, is in a set.</summary>
    internal bool? Has(string set, FhirNode coding)
    {
        if (!set.StartsWith('#'))
            return run.Validator.Terminology.MemberOf(FhirValue.Of(coding, "Coding"), set);
        return Contained(set) is { Exists: true } own ? run.Validator.Terminology.Contains(own, coding["system"u8].Text, coding["code"u8].Text ?? "") : null;
    }

    /// <summary>Whether a set has a code of this text, of whatever system.</summary>
    internal bool? HasCode(string set, string code)
    {
        if (!set.StartsWith('#'))
            return run.Validator.Terminology.Contains(set, null, code);
        return Contained(set) is { Exists: true } own ? run.Validator.Terminology.Contains(own, null, code) : null;
    }

    private FhirNode Contained(string set) => questionnaire["contained"u8].Items.AsEnumerable().FirstOrDefault(one => one["id"u8].Text == set[1..]);
}
