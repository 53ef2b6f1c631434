using Tandem.Fhir.Definitions;
using Tandem.Fhir.Json;
using Tandem.Fhir.Search;
using Tandem.Fhir.Views;
using Tandem.Kernel.Data;
using Tandem.Record.Access;
using Tandem.Record.Log;
using Tandem.Record.Projections;

namespace Tandem.Trust.Access;

/// <summary>
/// The sensitivity labels of each resource of a patient: those in <c>meta.security</c> (by its source or by hand) those that its codes and its
/// source put on by rule, and on a consent those that it names; also of what is contained in it, and of the entries of a bundle.
/// </summary>
internal sealed class LabelProjection(LabelRules rules, OwnAddresses own, int shape = LabelProjection.Shape) : IProjection
{
    /// <summary>Who put a label on that stands in the resource.</summary>
    internal const string ByHand = "meta.security";

    /// <summary>What put a label on a consent that names it.</summary>
    private const string ByConsent = "securityLabel";

    /// <summary>Goes up when the rows of the same rules change: they are rebuilt at the next start.</summary>
    internal const int Shape = 3;

    private const int MostDepth = 4;

    /// <summary>Where codes say what a resource is about.</summary>
    private static readonly HashSet<string> About = new(StringComparer.Ordinal)
    {
        "code", "category", "type", "class", "reasonCode", "medicationCodeableConcept", "vaccineCode", "serviceType", "specialty", "valueCodeableConcept", "component",
        "conclusionCode", "diagnosis", "addresses", "detail", "practiceSetting", "context", "productOrService", "item", "focalDevice", "activity", "program", "section",
    };

    private static readonly string[] Holders = ["serviceProvider", "managingOrganization", "custodian", "performer", "author", "requester", "organization", "sender"];

    public string Name => "access-labels";

    public int Version => own.VersionOf(unchecked(rules.Version + shape) & int.MaxValue);

    public IReadOnlyList<Table> Tables => [AccessTables.Labels];

    public bool TakesSealed => true;

    public bool Wants(string type) => type is "Patient" or "Bundle" or "Binary" || R4.PatientCompartment(type).Count > 0;

    public void Project(ResourceVersion version, RowSink rows)
    {
        var (found, holder) = Labels(version);
        foreach (var (label, by) in found)
            rows.Add(AccessTables.Labels, version.Rid, label, StableHash.Of(version.Type), StableHash.Of(version.Id), holder, by);
    }

    /// <summary>The labels of a version with what put each on, and the organisation that holds it (empty when none is named).</summary>
    internal (Dictionary<string, string> Labels, string Holder) Labels(ResourceVersion version)
    {
        var found = new Dictionary<string, string>(0, StringComparer.Ordinal);
        AddOf(version.Root, found);
        return (found, Holder(version.Root));
    }

    /// <summary>Adds what a resource bears by itself and by what is in it: contained resources, and the entries of a bundle.</summary>
    private void AddOf(FhirNode root, Dictionary<string, string> found)
    {
        AddOwn(root, found);
        foreach (var contained in root["contained"u8].Items)
            AddOf(contained, found);
        if (!root["resourceType"u8].Is("Bundle"u8))
            return;
        foreach (var entry in root["entry"u8].Items)
            AddOf(entry["resource"u8], found);
    }

    private void AddOwn(FhirNode root, Dictionary<string, string> found)
    {
        foreach (var security in root["meta"u8]["security"u8].Items)
        {
            if (SensitivityLabel.CodeOf(security) is { } code)
                found.TryAdd(code, ByHand);
        }

        if (root["resourceType"u8].Is("Consent"u8))
        {
            foreach (var label in ConsentReading.Tells(root))
                found.TryAdd(label, ByConsent);
        }

        foreach (var rule in rules.OfSource(Holder(root)))
            found.TryAdd(rule.Label, rule.Id);
        foreach (var member in root.Properties)
        {
            if (member.Kind is JsonKind.Object or JsonKind.Array && About.Contains(member.Name))
                Add(member, 0, found);
        }
    }

    /// <summary>Adds what the codings below a place put on.</summary>
    private void Add(FhirNode node, int depth, Dictionary<string, string> found)
    {
        foreach (var item in node.Items)
        {
            if (item["code"u8].Text is { } code && item["system"u8].Text is { } system)
                rules.AddTo(found, system, code);
            if (depth > MostDepth || !item.IsObject)
                continue;
            foreach (var below in item.Properties)
            {
                if (below.Kind is JsonKind.Object or JsonKind.Array)
                    Add(below, depth + 1, found);
            }
        }
    }

    private string Holder(FhirNode root)
    {
        foreach (var name in Holders)
        {
            foreach (var item in root[name].Items)
            {
                var reference = own.Relative(item["reference"u8].Text ?? item["actor"u8]["reference"u8].Text);
                if (reference is not null && reference.StartsWith("Organization/", StringComparison.Ordinal))
                    return reference;
            }
        }

        return "";
    }
}
