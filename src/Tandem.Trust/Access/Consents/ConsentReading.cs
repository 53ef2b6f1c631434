using Tandem.Fhir.Json;
using Tandem.Fhir.Views;
using Tandem.Record.Access;

namespace Tandem.Trust.Access;

/// <summary>What a consent says of one recipient, label, purpose and part of the record.</summary>
/// <param name="IsPermit">False for a refusal.</param>
/// <param name="Depth">How deep the provision stands: of one consent the deeper goes before.</param>
/// <param name="Party">FHIR reference; <c>*</c> for anybody.</param>
/// <param name="Label">A sensitivity label, or what a grant needs (<see cref="ConsentReading.CommunityPartner"/> …); <c>*</c> for everything.</param>
/// <param name="Purpose">HL7 v3 PurposeOfUse; empty for any.</param>
/// <param name="When">From when to when.</param>
/// <param name="Part">What part of the record it is about.</param>
internal sealed record ConsentTerm(bool IsPermit, int Depth, string Party, string Label, string Purpose, Validity When, ConsentPart Part);

/// <summary>
/// Reads a FHIR Consent into terms (R4 Consent.provision). Only an active one says anything. A permission is never read wider than it is written: one
/// that is limited by what the hub cannot tell apart permits nothing, while a refusal so limited refuses everything it may mean.
/// </summary>
internal static class ConsentReading
{
    /// <summary>Substance use disorder: what a consent under 42 CFR Part 2 is about when it names no label.</summary>
    internal const string SubstanceUse = "ETH";

    /// <summary>Counselling notes (42 CFR 2.11, 2.31(b)): only a consent of their own permits them.</summary>
    internal const string CounsellingNotes = "PSYTHPN";

    /// <summary>Sharing with a community partner (Gravity SDOH Clinical Care, consent category IDSCL).</summary>
    internal const string CommunityPartner = "IDSCL";

    /// <summary>Taking part in research (consent scope).</summary>
    internal const string Research = "research";

    /// <summary>An adult's representative (consent category of the hub).</summary>
    internal const string Representative = "representative";

    /// <summary>HL7 v3 Confidentiality: how closely something is kept, which tells nothing of what it is.</summary>
    private static readonly HashSet<string> Confidentialities = new(["U", "L", "M", "N", "R", "V"], StringComparer.Ordinal);

    /// <summary>A consent of more terms than this is not read to its end: it refuses everything that it refuses anything of, and permits nothing.</summary>
    private const int MostTerms = 2_000;

    internal static IEnumerable<ConsentTerm> Read(FhirNode consent, OwnAddresses own)
    {
        if (consent["status"u8].Text is not "active" || !consent["provision"u8].Exists)
            return [];
        var labels = Implied(consent).ToList();
        var root = consent["provision"u8];
        return Terms(root, Validity.Of(root["period"u8], Validity.Always), 0, labels, root["type"u8].Text is "permit", own);
    }

    /// <summary>
    /// What a consent tells of its patient by the labels that it names, whatever it says of them and whether or not it is in force: also who refuses something
    /// shows that there is something to refuse. One about counselling notes tells of mental health, and no more, so that patients see their own.
    /// </summary>
    internal static IEnumerable<string> Tells(FhirNode consent) =>
        Named(consent["provision"u8]).Concat(Implied(consent).Where(label => label == SubstanceUse))
            .Where(label => !Confidentialities.Contains(label)).Select(label => label == CounsellingNotes ? "PSY" : label).Distinct();

    private static IEnumerable<string> Named(FhirNode provision) => provision["securityLabel"u8].Items.AsEnumerable().Select(label => label["code"u8].Text).OfType<string>()
        .Concat(provision["provision"u8].Items.AsEnumerable().SelectMany(Named));

    /// <summary>What the consent is about by its kind, where its provisions name no label.</summary>
    private static IEnumerable<string> Implied(FhirNode consent)
    {
        if (Codes(consent["policyRule"u8]).Any(code => code.Contains("42cfrpart2", StringComparison.OrdinalIgnoreCase))
            || consent["policy"u8].Items.AsEnumerable().Any(policy => (policy["uri"u8].Text ?? "").Contains("part-2", StringComparison.OrdinalIgnoreCase)))
            yield return SubstanceUse;
        foreach (var category in consent["category"u8].Items.AsEnumerable().SelectMany(Codes))
        {
            if (category is CommunityPartner or Representative)
                yield return category;
        }

        if (Codes(consent["scope"u8]).Contains(Research))
            yield return Research;
    }

    private static IEnumerable<ConsentTerm> Terms(FhirNode provision, Validity span, int depth, IReadOnlyList<string> implied, bool isPermitAbove, OwnAddresses addresses)
    {
        var isPermit = provision["type"u8].Text switch { "permit" => true, "deny" => false, _ => isPermitAbove };
        var own = Validity.Of(provision["period"u8], span);
        if (depth > 0 || Says(provision))
        {
            foreach (var term in Of(provision, isPermit, depth, own, implied, addresses))
                yield return term;
        }

        foreach (var below in provision["provision"u8].Items.AsEnumerable())
        {
            foreach (var term in Terms(below, own, depth + 1, implied, isPermit, addresses))
                yield return term;
        }
    }

    /// <summary>A root provision without a type says only when it holds.</summary>
    private static bool Says(FhirNode provision) => provision["type"u8].Exists;

    private static IEnumerable<ConsentTerm> Of(FhirNode provision, bool isPermit, int depth, Validity span, IReadOnlyList<string> implied, OwnAddresses own)
    {
        var parties = provision["actor"u8].Items.AsEnumerable().Select(actor => own.Relative(actor["reference"u8]["reference"u8].Text)).OfType<string>().DefaultIfEmpty("*").ToList();
        var named = provision["securityLabel"u8].Items.AsEnumerable().Select(label => label["code"u8].Text).OfType<string>().ToList();
        var labels = named.Count > 0 ? named : implied.Count > 0 ? implied : ["*"];
        if (isPermit && labels.Count > 1)
            labels = [.. labels.Where(label => label != CounsellingNotes)];
        var purposes = provision["purpose"u8].Items.AsEnumerable().Select(purpose => purpose["code"u8].Text).OfType<string>().DefaultIfEmpty("").ToList();
        var parts = ConsentPart.Of(provision, isPermit, MostTerms, own).ToList();
        if ((long)parties.Count * labels.Count * purposes.Count * parts.Count > MostTerms)
            return isPermit ? [] : [new ConsentTerm(false, depth, "*", "*", "", span, ConsentPart.All)];
        return
            from party in parties from label in labels from purpose in purposes from part in parts
            select new ConsentTerm(isPermit, depth, party, label, purpose, span, part);
    }

    private static IEnumerable<string> Codes(FhirNode concept) => concept["coding"u8].Items.AsEnumerable().Select(coding => coding["code"u8].Text).OfType<string>();
}
