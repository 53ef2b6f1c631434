using System.Text.RegularExpressions;
using Tandem.Fhir.Definitions;
using Tandem.Fhir.FhirPath;
using Tandem.Fhir.FhirPath.Model;
using Tandem.Fhir.Json;
using Tandem.Fhir.Structure;

namespace Tandem.Fhir.Validation;

/// <summary>
/// The walk over a resource that holds every value against the rules of its type and element: invariants, extensible bindings,
/// reference targets, extensions, and the profiles that contained and bundled resources claim.
/// </summary>
internal sealed partial class RulePass(ValidationRun run)
{
    private static readonly FhirType ElementType = R4.Types["Element"];
    private static readonly FhirType ReferenceType = R4.Types["Reference"];
    private static readonly FhirType ExtensionType = R4.Types["Extension"];
    private static readonly FhirType CodingType = R4.Types["Coding"];
    private static readonly FhirType IdentifierType = R4.Types["Identifier"];
    private static readonly FhirType ConceptType = R4.Types["CodeableConcept"];
    private static readonly FhirType AttachmentType = R4.Types["Attachment"];
    private static readonly FhirType XhtmlType = R4.Types["xhtml"];

    private FhirPathContext context = null!;
    private FhirNode resource;
    private FhirNode root;
    private HashSet<string> ids = []; // of the elements of the resource
    private string? valueSet; // that the concept around is bound to
    private int extensions; // around what is looked at, within each other

    /// <summary>A resource within <paramref name="outermost"/>, which is itself unless it is contained.</summary>
    internal void Resource(FhirNode node, FhirNode outermost)
    {
        if (FhirValue.Of(node) is not { Type: { IsResource: true } } value)
            return;
        var outer = (context, resource, root, ids);
        (context, resource, root, ids) = (run.Context(node, outermost), node, outermost, []);
        Object(node, value, null);
        if (value.Type.Name == "Bundle")
            BundleCheck.Check(node, run);
        DefinitionCheck.Check(node, value.Type.Name, run);
        if (value.Type.Name == "Questionnaire")
            QuestionnaireCheck.Check(node, run);
        var profiles = new ProfilePass(run, node, outermost);
        profiles.Claimed(value);
        if (value.Type.Name == "Observation")
            profiles.Sign(value);
        (context, resource, root, ids) = outer;
    }

    /// <summary>An object of a known type; the element is null for a resource and the parts of a primitive.</summary>
    private void Object(FhirNode node, in FhirValue value, FhirElement? element)
    {
        if (run.Log.IsFull)
            return;
        var type = value.Type!;
        foreach (var rule in CompiledRule.Of(type))
            rule.Check(value, context, run);
        if (type.ExtensibleValueSet is { } units)
            Bindings.Check(run, value, units, "extensible");
        if (type.MaxValueSet is { } most)
            Bindings.Most(run, value, most);
        if (element is not null)
            OfElement(value, element, type);
        if (ReferenceEquals(type, CodingType))
            CodingCheck.Check(node, BoundTo(element) ?? valueSet, resource["language"u8].Text, run);
        else if (ReferenceEquals(type, IdentifierType))
            IdentifierCheck.Check(node, run);
        else if (ReferenceEquals(type, AttachmentType))
            Size(node);
        var isExtension = ReferenceEquals(type, ExtensionType);
        extensions += isExtension ? 1 : 0;
        var (around, named) = (valueSet, ids);
        if (type.Name == "ElementDefinition")
            ids = []; // a snapshot repeats what the differential says, names and all (R4 5.1.0.9)
        valueSet = ReferenceEquals(type, ConceptType) ? BoundTo(element) : null;
        foreach (var property in node.Properties)
        {
            var name = property.NameUtf8;
            var isCompanion = name.Length > 0 && name[0] == '_';
            if (!type.Elements.TryFind(isCompanion ? name[1..] : name, out var known))
                continue;
            var beside = isCompanion ? node[name[1..]] : default;
            foreach (var item in property.Items)
                Item(item, isCompanion, beside, known);
        }

        (valueSet, ids) = (around, named);
        if (!type.IsResource && node["id"u8] is { Kind: JsonKind.String } id)
            ElementId(id, type);
        if (node.Properties.Count == 1 && node["id"u8].Exists && !type.IsResource)
            run.Add(IssueSeverity.Error, "invariant", "An element needs a value or children beside its id (ele-1).", value);
        if (!isExtension)
            return;
        extensions--;
        new ExtensionCheck(run, resource, root).Check(value, element, isPart: extensions > 0);
    }

    private void ElementId(FhirNode id, FhirType type)
    {
        var fault = id.Raw.Contains((byte)' ') ? "The id of an element has no blanks (R4 2.24.0.1)."
            : type.Name != "ElementDefinition" && !ids.Add(id.Text!) ? "Another element of this resource has this id (R4 2.24.0.1)."
            : null;
        if (fault is not null)
            run.Add(IssueSeverity.Error, "value", fault, FhirValue.Element(id, default, null));
    }

    private static string? BoundTo(FhirElement? element) => element?.Codes?.ValueSet ?? element?.ExtensibleValueSet;

    /// <summary>The size of the content itself, before it was written in base64 (R4 2.24.0.8).</summary>
    private void Size(FhirNode attachment)
    {
        if (attachment["size"u8].Number is { } said && AttachmentLimits.LengthOf(attachment["data"u8]) is { } actual && actual != said)
            run.Add(IssueSeverity.Error, "value", $"The size says {said} bytes; the data has {actual}.", FhirValue.Element(attachment["size"u8], default, null));
    }

    private void Item(FhirNode item, bool isCompanion, FhirNode beside, in JsonProperty known)
    {
        if (isCompanion)
        {
            if (item.IsObject)
                Parts(item, beside, known);
            return;
        }

        if (known.Type.IsPrimitive)
        {
            if (known.Type.Primitive is PrimitiveKind.Uri or PrimitiveKind.Url or PrimitiveKind.Canonical && (UrnFault(item) ?? CanonicalFault(item, known.Type)) is { } fault)
                run.Add(IssueSeverity.Error, "value", fault, FhirValue.Element(item, default, known.Type));
            if (ReferenceEquals(known.Type, XhtmlType) && Narrative.NamedEntity(item.Text ?? "") is { } entity)
                run.Add(IssueSeverity.Error, "invalid", $"The narrative has no entities of HTML such as {entity}; write the character itself (R4 2.4.0).", FhirValue.Element(item, default, known.Type));
            if (known.Element.Rules.Count > 0 || known.Element.ExtensibleValueSet is not null || known.Element.MaxValueSet is not null)
                OfElement(FhirValue.Element(item, default, known.Type), known.Element, known.Type);
        }
        else if (known.Type.Name == "Resource")
        {
            Resource(item, known.Element.Name == "contained" ? resource : item);
        }
        else if (item.IsObject)
        {
            Object(item, FhirValue.Element(item, default, known.Type), known.Element);
        }
    }

    /// <summary>What is wrong with an address that says it is an OID (RFC 3061) or a UUID (RFC 4122); null where nothing is or it is another.</summary>
    private static string? UrnFault(FhirNode item)
    {
        if (item.Kind != JsonKind.String || !item.RawMemory.Span.StartsWith("\"urn:"u8) || item.Text is not { } text)
            return null;
        if (text.StartsWith("urn:uuid:", StringComparison.Ordinal))
            return Guid.TryParseExact(text["urn:uuid:".Length..], "D", out _) ? null : "This address begins as a UUID and is none.";
        return !text.StartsWith("urn:oid:", StringComparison.Ordinal) || Oid().IsMatch(text["urn:oid:".Length..]) ? null : "This address begins as an OID and is none.";
    }

    /// <summary>A canonical address holds everywhere, or names what is contained (R4 canonical).</summary>
    private static string? CanonicalFault(FhirNode item, FhirType type) =>
        type.Primitive == PrimitiveKind.Canonical && item.Kind == JsonKind.String && item.Text is [not '#', ..] and var address && !address.Contains(':', StringComparison.Ordinal)
            ? "A canonical address is absolute, or begins with # for what is contained."
            : null;

    [GeneratedRegex(@"^[0-2](\.(0|[1-9][0-9]*))+$")]
    private static partial Regex Oid();

    /// <summary>
    /// Id and extensions of a primitive; extensions stand on the primitive's own element. Of the value beside them only its presence is looked at, of those of a repeating
    /// element as a whole.
    /// </summary>
    private void Parts(FhirNode parts, FhirNode beside, in JsonProperty known)
    {
        foreach (var extension in parts["extension"u8].Items)
        {
            if (extension.IsObject)
                Object(extension, FhirValue.Element(extension, default, ExtensionType), known.Element);
        }

        if (parts.Properties.Count == 1 && parts["id"u8].Exists && !beside.Exists)
            run.Add(IssueSeverity.Error, "invariant", "An element needs a value or children beside its id (ele-1).", FhirValue.Element(parts, default, ElementType));
    }

    private void OfElement(in FhirValue value, FhirElement element, FhirType type)
    {
        foreach (var rule in CompiledRule.Of(element))
            rule.Check(value, context, run);
        if (element.Codes is { } codes)
        {
            Bindings.Codeless(run, value, codes.ValueSet);
            Bindings.Systemless(run, value, codes);
        }

        if (element.ExtensibleValueSet is { } extensible)
            Bindings.Check(run, value, extensible, "extensible");
        if (element.MaxValueSet is { } most)
            Bindings.Most(run, value, most);
        if (ReferenceEquals(type, ReferenceType))
            Target(value, element);
    }

    private void Target(in FhirValue value, FhirElement element)
    {
        if (ReferenceTarget.Misnamed(value.Node, run) is { } other)
            run.Add(IssueSeverity.Error, "value", $"This reference leads to an entry that is of another type than it says: {other}.", value);
        if (ReferenceTarget.Contradiction(value.Node, root, run) is var (stated, found))
            run.Add(IssueSeverity.Error, "value", $"This reference says that it points to a {stated}; it points to a {found}.", value);
        foreach (var of in element.Types)
        {
            if (!ReferenceEquals(of.Type, ReferenceType) || of.Targets.Count == 0)
                continue;
            if (ReferenceTarget.TypeOf(value.Node, root, run) is { } target && !of.Targets.Contains(target))
                run.Add(IssueSeverity.Error, "value", $"This reference points to a {target}; it may point to {string.Join(", ", of.Targets)}.", value);
        }
    }
}
