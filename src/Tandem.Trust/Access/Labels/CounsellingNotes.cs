using Tandem.Record.Log;
using Tandem.Record.Sealing;

namespace Tandem.Trust.Access;

/// <summary>
/// Counselling notes (label <c>PSYTHPN</c>, by hand or by rule; 42 CFR 2.11, 45 CFR 164.501) lie closed in the record. Looked for among what notes are written as; a diagnosis or a result is none
/// by either definition.
/// </summary>
internal sealed class CounsellingNotes(LabelProjection labels) : ISealRule
{
    /// <summary>The label.</summary>
    internal const string Label = "PSYTHPN";

    private static readonly HashSet<string> Written = new(StringComparer.Ordinal)
    {
        "Binary", "Bundle", "ClinicalImpression", "Communication", "Composition", "DiagnosticReport", "DocumentReference", "Media", "QuestionnaireResponse",
    };

    public IReadOnlySet<string> Types => Written;

    public bool Seals(ResourceVersion version) => Written.Contains(version.Type) && labels.Labels(version).Labels.ContainsKey(Label);
}
