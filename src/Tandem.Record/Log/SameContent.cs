using Tandem.Fhir.Json;

namespace Tandem.Record.Log;

/// <summary>Compares resources by what they say: their elements in any order, without id and the meta that the server sets.</summary>
public static class SameContent
{
    /// <summary>True when two resources say the same.</summary>
    public static bool Of(FhirNode a, FhirNode b) => Members(a, b, top: true) && HasNames(a, b, top: true);

    private static bool Members(FhirNode a, FhirNode b, bool top)
    {
        foreach (var member in a.Properties)
        {
            if (!(top && IsServers(member)) && !Equal(member, b[member.NameUtf8]))
                return false;
        }

        return true;
    }

    /// <summary>True when a has all members of b, whatever they say: to compare them from both sides would double the work with each level.</summary>
    private static bool HasNames(FhirNode a, FhirNode b, bool top)
    {
        foreach (var member in b.Properties)
        {
            if (!(top && IsServers(member)) && !a[member.NameUtf8].Exists)
                return false;
        }

        return true;
    }

    private static bool IsServers(FhirNode member) => member.NameUtf8.SequenceEqual("id"u8) || member.NameUtf8.SequenceEqual("meta"u8);

    /// <summary>True when two values are the same: numbers by their digits, texts by what they say, objects whatever the order of their members.</summary>
    public static bool Equal(FhirNode a, FhirNode b) => a.Kind == b.Kind && a.Kind switch
    {
        JsonKind.Object => Members(a, b, top: false) && HasNames(a, b, top: false),
        JsonKind.Array => Items(a, b),
        JsonKind.String => a.Raw.SequenceEqual(b.Raw) || a.Text == b.Text,
        JsonKind.Number => a.Raw.SequenceEqual(b.Raw),
        _ => true,
    };

    private static bool Items(FhirNode a, FhirNode b)
    {
        var others = b.Items.GetEnumerator();
        foreach (var item in a.Items)
        {
            if (!others.MoveNext() || !Equal(item, others.Current))
                return false;
        }

        return !others.MoveNext();
    }
}
