using System.Text;
using Tandem.Fhir.Json;

namespace Tandem.Fhir.Search;

/// <summary>
/// Tokens (R4 3.1.1.4.10): codings, identifiers, codes, booleans, contact points, plain strings. Codes and identifiers are compared as sent, case
/// and all; a contact point is its value without a system, and like a string in lower case.
/// </summary>
internal static class TokenIndex
{
    private static readonly long SpecialValues = StableHash.Of("http://terminology.hl7.org/CodeSystem/special-values"u8);
    private static readonly long True = StableHash.Of("true"u8);
    private static readonly long False = StableHash.Of("false"u8);

    internal static void Add(FhirNode node, StepName? name, IndexSlot slot, SearchValueList into)
    {
        if (node.Boolean is { } flag)
        {
            AddBoolean(node, flag, slot, into);
            return;
        }

        if (!node.IsObject)
        {
            AddCode(node, name, slot, into);
            return;
        }

        switch (name?.Type.Name)
        {
            case "CodeableConcept":
                AddWords(node["text"u8], slot, into);
                foreach (var coding in node["coding"u8].Items)
                    AddCoding(coding, slot, into);
                break;
            case "Coding":
                AddCoding(node, slot, into);
                break;
            case "Identifier":
                AddPair(node, node["system"u8], node["value"u8], slot, into);
                AddOfType(node, slot, into);
                break;
            case "ContactPoint":
                AddCode(node["value"u8], null, slot, into);
                break;
        }
    }

    /// <summary>A token whose case does not count.</summary>
    internal static string WithoutCase(string text) => text.ToLowerInvariant();

    internal static void AddBoolean(FhirNode node, bool value, IndexSlot slot, SearchValueList into) =>
        Add(node, SpecialValues, value ? True : False, slot, into);

    /// <summary>Adds system and value of an identifier or coding; nothing when it has neither.</summary>
    internal static void AddPair(FhirNode source, FhirNode system, FhirNode code, IndexSlot slot, SearchValueList into)
    {
        if (system.Kind == JsonKind.String || code.Kind == JsonKind.String)
            Add(source, HashOf(system), HashOf(code), slot, into);
    }

    /// <summary>What <c>:of-type</c> compares besides the value: the type of an identifier (R4 3.1.1.4.10).</summary>
    internal static long TypeKey(long system, long code) => StableHash.Pair(system, code);

    private static void AddCoding(FhirNode coding, IndexSlot slot, SearchValueList into)
    {
        AddPair(coding, coding["system"u8], coding["code"u8], slot, into);
        AddWords(coding["display"u8], slot, into);
    }

    private static void AddOfType(FhirNode identifier, IndexSlot slot, SearchValueList into)
    {
        if (slot.Group > 0)
            return;
        var type = identifier["type"u8];
        AddWords(type["text"u8], slot, into);
        if (identifier["value"u8].Kind != JsonKind.String)
            return;
        foreach (var coding in type["coding"u8].Items)
        {
            if (coding["code"u8].Kind != JsonKind.String)
                continue;
            into.Add(new()
            {
                ParameterId = slot.ParameterId, Kind = Definitions.SearchType.Token, Source = identifier, SystemHash = SearchValue.OfType,
                CodeHash = HashOf(identifier["value"u8]), Hash = TypeKey(HashOf(coding["system"u8]), HashOf(coding["code"u8])),
            });
        }
    }

    /// <summary>The words that <c>:text</c> finds a code by; the parts of a composite have none.</summary>
    private static void AddWords(FhirNode words, IndexSlot slot, SearchValueList into)
    {
        if (slot.Group > 0 || KnownTexts.Keys.Of(words) is not { Length: > 0 } text)
            return;
        into.Add(new()
        {
            ParameterId = slot.ParameterId, Kind = Definitions.SearchType.String, Source = words, Text = text, Hash = HashOf(words),
        });
    }

    internal static long HashOf(FhirNode text)
    {
        if (text.Kind != JsonKind.String)
            return 0;
        Span<byte> buffer = stackalloc byte[256];
        return StableHash.Of(text.Plain(buffer));
    }

    private static void AddCode(FhirNode node, StepName? name, IndexSlot slot, SearchValueList into)
    {
        Span<byte> buffer = stackalloc byte[256];
        var code = node.Plain(buffer);
        if (code.IsEmpty)
            return;
        var system = name?.Codes is { } codes ? codes.SystemOf(code) : default;
        var hash = slot.IgnoresCase ? StableHash.Of(WithoutCase(Encoding.UTF8.GetString(code))) : StableHash.Of(code);
        Add(node, system.IsEmpty ? 0 : StableHash.Of(system), hash, slot, into);
    }

    private static void Add(FhirNode source, long system, long code, IndexSlot slot, SearchValueList into) => into.Add(new()
    {
        ParameterId = slot.ParameterId, Kind = Definitions.SearchType.Token, Component = slot.Component, Group = slot.Group, Source = source,
        Hash = code == 0 ? 0 : StableHash.Pair(system, code), CodeHash = code, SystemHash = system,
    });
}
