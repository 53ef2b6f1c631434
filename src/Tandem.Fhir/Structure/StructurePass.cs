using System.Numerics;
using Tandem.Fhir.Definitions;
using Tandem.Fhir.Json;
using Tandem.Fhir.Xml;

namespace Tandem.Fhir.Structure;

/// <summary>The walk over one resource's rows on the tape, type by type.</summary>
internal ref struct StructurePass
{
    internal const string UnknownElement = "FHIR R4 does not know this element.";

    private static readonly FhirType ResourceType = R4.Types["Resource"];
    private static readonly FhirType ExtensionType = R4.Types["Extension"];
    private static readonly FhirType ElementType = R4.Types["Element"];

    private readonly FhirJson json;
    private readonly TapeRow[] rows;
    private readonly ReadOnlySpan<byte> text;
    private readonly int root;
    private readonly IssueSeverity unknown;
    private readonly bool isSent;
    private IssueLog? log;

    internal StructurePass(FhirNode resource, IssueSeverity unknown, bool isSent)
    {
        (json, root, this.unknown, this.isSent) = (resource.Document, resource.Index, unknown, isSent);
        rows = json.Rows;
        text = json.Utf8.Span;
    }

    internal readonly IReadOnlyList<FhirIssue> Issues => log?.Issues ?? [];

    internal void Root(string? expected)
    {
        if (Resource(root, contained: false) is { } type && expected is not null && type.Name != expected)
            Error("invalid", $"This has to be a resource of type {expected}.", root);
    }

    private FhirType? Resource(int at, bool contained)
    {
        if (rows[at].Kind != JsonKind.Object)
        {
            Error("structure", "A resource has to be an object.", at);
            return null;
        }

        var named = new FhirNode(json, at)["resourceType"u8];
        if (named.Kind != JsonKind.String)
        {
            Error("structure", "A resource needs a resourceType.", at);
            return null;
        }

        if (R4.Types.Find(named.Raw[1..^1]) is not { IsResource: true } type)
        {
            Error("structure", "The resourceType is no resource type of FHIR R4.", named.Index);
            return null;
        }

        if (contained && new FhirNode(json, at)["contained"u8] is { Exists: true } nested)
            Error("invariant", "A contained resource must not contain resources (dom-2).", nested.Index);
        Object(at, type);
        return type;
    }

    private void Object(int at, FhirType type)
    {
        var table = type.Elements;
        ulong seen = 0;
        var extensions = false;
        var end = rows[at].Next;
        if (end == at + 1)
            Error("structure", "An object must not be empty.", at);

        for (var child = at + 1; child < end && log is not { IsFull: true }; child = rows[child].Next)
        {
            ref readonly var row = ref rows[child];
            var name = text.Slice(row.NameStart, row.NameLength);
            if (name.Length > 0 && name[0] == (byte)'_')
            {
                seen |= Companion(at, child, table, name[1..], seen);
                continue;
            }

            if (!table.TryFind(name, out var property))
            {
                if (!type.IsResource || !name.SequenceEqual("resourceType"u8))
                    Unknown(child);
                continue;
            }

            extensions |= ReferenceEquals(property.Type, ExtensionType) && name.Length == 9;
            if (property.Track >= 0)
                seen |= Track(child, property, seen);
            Property(at, child, property);
        }

        var missing = table.RequiredBits & ~seen;
        if (missing != 0)
            Missing(at, table, missing);
        if (ReferenceEquals(type, ExtensionType))
            ExtensionHasOne(at, extensions, seen, table);
    }

    private ulong Track(int child, JsonProperty property, ulong seen)
    {
        var bit = 1UL << property.Track;
        if ((seen & bit) != 0 && property.Element.IsChoice && !IsSameChoice(child, property))
            Error("structure", $"Only one of {property.Element.Name}[x] may be there.", child);
        return bit;
    }

    /// <summary>True when what came before is the value's own part (<c>_valueString</c> before <c>valueString</c>).</summary>
    private readonly bool IsSameChoice(int child, JsonProperty property)
    {
        var owner = Owner(child);
        foreach (var other in new FhirNode(json, owner).Properties)
        {
            var name = other.NameUtf8;
            name = name.StartsWith("_"u8) ? name[1..] : name;
            if (other.Index < child && R4Name(owner, name, out var found) && found.Element == property.Element && found.Type != property.Type)
                return false;
        }

        return true;
    }

    private readonly bool R4Name(int owner, ReadOnlySpan<byte> name, out JsonProperty property)
    {
        property = default;
        return TypeWalk.TypeOf(json, root, owner) is { } type && type.Elements.TryFind(name, out property);
    }

    private readonly int Owner(int child)
    {
        var at = child - 1;
        while (rows[at].Next <= child)
            at--;
        return at;
    }

    private void Property(int owner, int child, JsonProperty property)
    {
        if (!property.Element.IsList)
        {
            if (rows[child].Kind == JsonKind.Array)
                Error("structure", "This element is single; it must not be an array.", child);
            else
                Value(child, property);
            return;
        }

        if (rows[child].Kind != JsonKind.Array)
        {
            Error("structure", "This element repeats; it has to be an array.", child);
            return;
        }

        var end = rows[child].Next;
        if (end == child + 1)
            Error("structure", "An array must not be empty.", child);
        var number = 0;
        var parts = property.Type.IsPrimitive && HasNull(child) ? CompanionItems(owner, child) : default;
        for (var item = child + 1; item < end && log is not { IsFull: true }; item = rows[item].Next, number++)
        {
            var hasParts = parts.MoveNext() && parts.Current.IsObject;
            if (rows[item].Kind != JsonKind.Null || !hasParts)
                Value(item, property);
        }

        if (property.Element.Max != int.MaxValue && number > property.Element.Max)
            Error("structure", $"At most {property.Element.Max} may be there.", child);
    }

    private void Value(int at, JsonProperty property)
    {
        var type = property.Type;
        if (type.IsPrimitive)
        {
            if (PrimitiveCheck.Fault(rows[at], text, type.Primitive) is { } fault)
                Error("value", fault, at);
            else if (property.Element.Codes is { } codes && !BindingCheck.Allows(codes, type, new FhirNode(json, at)))
                Error("code-invalid", $"The code is not one of {codes.ValueSet}.", at);
            else if (isSent && type.Primitive == PrimitiveKind.Xhtml && Xhtml.Sound(new FhirNode(json, at).Text!) is null)
                Error("value", "A narrative is one div element that is well formed as XML (R4 2.4.0).", at);
            else if (PrimitiveCheck.IsBlank(new FhirNode(json, at), type.Primitive))
                Add(IssueSeverity.Warning, "value", "This text has nothing but blanks.", at);
            return;
        }

        if (ReferenceEquals(type, ResourceType))
        {
            Resource(at, contained: property.Element.Name == "contained");
            return;
        }

        if (rows[at].Kind != JsonKind.Object)
        {
            Error("structure", $"This has to be an object ({type.Name}).", at);
            return;
        }

        Object(at, type);
        if (property.Element.Codes is { } table && !BindingCheck.Allows(table, type, new FhirNode(json, at)))
            Error("code-invalid", $"None of the codes is one of {table.ValueSet}.", at);
    }

    /// <summary>Checks <c>_name</c>, id and extensions of a primitive; returns its bit among the tracked elements.</summary>
    private ulong Companion(int owner, int child, ElementTable table, ReadOnlySpan<byte> name, ulong seen)
    {
        if (!table.TryFind(name, out var property) || !property.Type.IsPrimitive)
        {
            if (isSent && property.Type is not null)
                Error("structure", "Only a primitive element has parts beside it (R4 2.6.2.1).", child);
            else
                Unknown(child);
            return 0;
        }

        if (!property.Element.IsList)
        {
            CompanionObject(child);
        }
        else if (rows[child].Kind != JsonKind.Array || rows[child].Next == child + 1)
        {
            Error("structure", "The parts of a repeating element have to be an array with items.", child);
        }
        else
        {
            for (var item = child + 1; item < rows[child].Next; item = rows[item].Next)
            {
                if (rows[item].Kind != JsonKind.Null)
                    CompanionObject(item);
            }

            SameLength(owner, child, name);
        }

        return property.Track < 0 ? 0 : Track(child, property, seen);
    }

    private void CompanionObject(int at)
    {
        if (rows[at].Kind == JsonKind.Object)
            Object(at, ElementType);
        else
            Error("structure", "The parts of a primitive element have to be an object.", at);
    }

    private void SameLength(int owner, int child, ReadOnlySpan<byte> name)
    {
        var values = new FhirNode(json, owner)[name];
        if (values.Kind == JsonKind.Array && values.Items.Count != new FhirNode(json, child).Items.Count)
            Error("structure", "The array of values and the array of their parts differ in length.", child);
    }

    private readonly bool HasNull(int array)
    {
        for (var item = array + 1; item < rows[array].Next; item = rows[item].Next)
        {
            if (rows[item].Kind == JsonKind.Null)
                return true;
        }

        return false;
    }

    /// <summary>The parts beside an array of values, walked along with it: a walk of their own for each value would take the square of their number.</summary>
    private readonly NodeList.Enumerator CompanionItems(int owner, int child)
    {
        Span<byte> name = stackalloc byte[rows[child].NameLength + 1];
        name[0] = (byte)'_';
        text.Slice(rows[child].NameStart, rows[child].NameLength).CopyTo(name[1..]);
        return new FhirNode(json, owner)[name].Items.GetEnumerator();
    }

    private void Missing(int at, ElementTable table, ulong missing)
    {
        for (; missing != 0; missing &= missing - 1)
        {
            var element = table.Tracked[BitOperations.TrailingZeroCount(missing)];
            Add(IssueSeverity.Error, "required", $"{element.Name}{(element.IsChoice ? "[x]" : "")} is missing.", at, "." + element.Name);
        }
    }

    private void ExtensionHasOne(int at, bool extensions, ulong seen, ElementTable table)
    {
        var value = (seen & ~table.RequiredBits) != 0;
        if (value == extensions)
            Error("invariant", "An extension has either a value or extensions (ext-1).", at);
    }

    /// <summary>It is kept as sent, in every form that is asked for: so XML has to have its name, and all that is within it.</summary>
    private void Unknown(int at)
    {
        var element = new FhirNode(json, at);
        var nameless = IsName(element.Name) ? Nameless(element) : element;
        if (nameless.Exists)
            Error("structure", "This is no name of an element (at most 64 characters): XML could not bear it.", nameless.Index);
        else if (isSent && Unbearable(element) is { Exists: true } lost)
            Error("structure", "XML could not bear this: it has no arrays within arrays, and no control characters.", lost.Index);
        else
            Add(unknown, "structure", unknown == IssueSeverity.Error ? UnknownElement : "FHIR R4 does not know this element; it is kept as sent.", at);
    }

    /// <summary>True for a name that XML has, and that is not too long for what is sent.</summary>
    private readonly bool IsName(string property) => XmlName.Of(property) is { } name && (!isSent || name.Length <= XmlName.Longest);

    /// <summary>The first property within a value whose name is none; missing where there is none.</summary>
    private readonly FhirNode Nameless(FhirNode within)
    {
        foreach (var child in within.IsObject ? within.Properties : within.Kind == JsonKind.Array ? within.Items : default)
        {
            if (within.IsObject && !IsName(child.Name))
                return child;
            if (Nameless(child) is { Exists: true } found)
                return found;
        }

        return default;
    }

    /// <summary>The first array within an array, or text with control characters; missing where there is none.</summary>
    private static FhirNode Unbearable(FhirNode within)
    {
        if (within.Kind == JsonKind.String && !XmlText.Has(within.Text!))
            return within;
        foreach (var child in within.IsObject ? within.Properties : within.Kind == JsonKind.Array ? within.Items : default)
        {
            if (within.Kind == JsonKind.Array && child.Kind == JsonKind.Array)
                return child;
            if (Unbearable(child) is { Exists: true } found)
                return found;
        }

        return default;
    }

    private void Error(string code, string sentence, int at) => Add(IssueSeverity.Error, code, sentence, at);

    private void Add(IssueSeverity severity, string code, string sentence, int at, string below = "")
    {
        log ??= new(json, root);
        log.Add(severity, code, sentence, at, below);
    }
}
