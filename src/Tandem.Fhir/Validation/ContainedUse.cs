using Tandem.Fhir.Json;

namespace Tandem.Fhir.Validation;

/// <summary>
/// Rule dom-3 read off the tape, because its expression visits every element once per contained resource: each contained resource is
/// referred to from somewhere in its container, or refers to the container itself. Any text <c>#id</c> counts as a reference, and so does an
/// image or link of the narrative (R4 2.4.0.1).
/// </summary>
internal static class ContainedUse
{
    internal static bool IsComplete(FhirNode resource)
    {
        if (!resource["contained"u8].Exists)
            return true;
        var referred = Referred(resource);
        foreach (var contained in resource["contained"u8].Items)
        {
            if (contained["id"u8].Text is not { } id || !(referred.Contains(id) || References(contained).Contains("")))
                return false;
        }

        return true;
    }

    /// <summary>All ids that the resource, what it contains and its narrative refer to.</summary>
    private static HashSet<string> Referred(FhirNode resource)
    {
        var attributes = (resource["text"u8]["div"u8].Text ?? "").Split('"', '\'').Where(text => text.StartsWith('#')).Select(text => text[1..]);
        return new(References(resource).Concat(attributes), StringComparer.Ordinal);
    }

    /// <summary>What follows the <c>#</c> of each text that is a reference within its container; nothing for the container itself.</summary>
    private static IEnumerable<string> References(FhirNode within)
    {
        var rows = within.Document.Rows;
        for (var at = within.Index + 1; at < rows[within.Index].Next; at++)
        {
            if (rows[at].Kind == JsonKind.String && new FhirNode(within.Document, at) is var text && text.Raw.StartsWith("\"#"u8))
                yield return text.Text![1..];
        }
    }
}
