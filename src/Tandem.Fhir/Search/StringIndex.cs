using System.Buffers;
using System.Globalization;
using System.Text;
using Tandem.Fhir.Definitions;
using Tandem.Fhir.Json;

namespace Tandem.Fhir.Search;

/// <summary>Strings (R4 3.1.1.4.8): the text itself, each part of a name or address.</summary>
public static class StringIndex
{
    private static readonly SearchValues<char> Letters = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789 ");
    private static readonly SearchValues<char> Within = SearchValues.Create("'`ʻ");
    private static readonly SearchValues<char> Plain = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789-.'");
    private static readonly byte[][] NameParts = ["text"u8.ToArray(), "family"u8.ToArray(), "given"u8.ToArray(), "prefix"u8.ToArray(), "suffix"u8.ToArray()];

    private static readonly byte[][] AddressParts =
    [
        "text"u8.ToArray(), "line"u8.ToArray(), "city"u8.ToArray(), "district"u8.ToArray(), "state"u8.ToArray(), "postalCode"u8.ToArray(),
        "country"u8.ToArray(),
    ];

    /// <summary>
    /// How strings are compared: lower case, accents off (José = jose, Straße = strasse), white space collapsed to one blank and
    /// none at the ends.
    /// </summary>
    public static string Normalise(string text)
    {
        if (!text.AsSpan().ContainsAnyExcept(Plain))
            return text;
        var folded = new StringBuilder(text.Length);
        foreach (var letter in SoundText.Of(text).Normalize(NormalizationForm.FormKD))
        {
            if (char.IsWhiteSpace(letter))
            {
                if (folded.Length > 0 && folded[^1] != ' ')
                    folded.Append(' ');
            }
            else if (CharUnicodeInfo.GetUnicodeCategory(letter) is not (UnicodeCategory.NonSpacingMark or UnicodeCategory.Control))
            {
                Fold(char.ToLowerInvariant(letter), folded);
            }
        }

        return folded.ToString().TrimEnd(' ').Normalize(NormalizationForm.FormC);
    }

    /// <summary>
    /// What a search compares (R4 3.1.1.4.8): the text normalised, and without its punctuation. What stands within a word goes (O'Brien = obrien), what parts words is a blank
    /// (Jean-Luc = jean luc). A text of punctuation alone keeps it.
    /// </summary>
    public static string Key(string text)
    {
        var normalised = Normalise(text);
        if (!normalised.AsSpan().ContainsAnyExcept(Letters))
            return normalised;
        var key = new StringBuilder(normalised.Length);
        foreach (var letter in normalised)
        {
            if (Within.Contains(letter))
                continue;
            if (letter != ' ' && !char.IsPunctuation(letter))
                key.Append(letter);
            else if (key.Length > 0 && key[^1] != ' ')
                key.Append(' ');
        }

        return key.Length > 0 ? key.ToString().TrimEnd(' ') : normalised;
    }

    internal static void Add(FhirNode node, StepName? name, IndexSlot slot, SearchValueList into)
    {
        if (node.Kind == JsonKind.String)
        {
            AddText(node, slot, into);
            return;
        }

        foreach (var part in name?.Type.Name switch { "HumanName" => NameParts, "Address" => AddressParts, _ => [] })
        {
            foreach (var item in node[part].Items)
                AddText(item, slot, into);
        }
    }

    private static void AddText(FhirNode node, IndexSlot slot, SearchValueList into)
    {
        if (node.Kind != JsonKind.String || Key(node.Text!) is not { Length: > 0 } text)
            return;
        into.Add(new()
        {
            ParameterId = slot.ParameterId, Kind = SearchType.String, Component = slot.Component, Group = slot.Group, Source = node,
            Text = text, Hash = TokenIndex.HashOf(node),
        });
    }

    /// <summary>Letters that Unicode does not take apart.</summary>
    private static void Fold(char letter, StringBuilder into) => _ = letter switch
    {
        'ß' => into.Append("ss"),
        'æ' => into.Append("ae"),
        'œ' => into.Append("oe"),
        'ø' => into.Append('o'),
        'ł' => into.Append('l'),
        'đ' or 'ð' => into.Append('d'),
        'þ' => into.Append("th"),
        'ı' => into.Append('i'),
        'ς' => into.Append('σ'),
        '’' or '‘' or 'ʼ' => into.Append('\''),
        _ => into.Append(letter),
    };
}
