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
        var referred = References(resource).ToHashSet(StringComparer.Ordinal);
        foreach (var contained in resource["contained"u8].Items)
        {
            if (contained["id"u8].Text is not { } id || !(referred.Contains(id) || References(contained).Contains("")))
                return false;
        }

        return true;
    }

    /// <summary>What follows the <c>#</c> of each text that is a reference within its container, and of each in a narrative (a section has one too); nothing for the container itself.</summary>
    private static IEnumerable<string> References(FhirNode within)
    {
        var rows = within.Document.Rows;
        for (var at = within.Index + 1; at < rows[within.Index].Next; at++)
        {
            if (rows[at].Kind != JsonKind.String)
                continue;
            var text = new FhirNode(within.Document, at);
            if (text.Raw.StartsWith("\"#"u8))
                yield return text.Text![1..];
            else if (text.NameUtf8.SequenceEqual("div"u8))
            {
                foreach (var attribute in text.Text!.Split('"', '\'').Where(part => part.StartsWith('#')))
                    yield return attribute[1..];
            }
        }
    }
}
