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
        foreach (var contained in resource["contained"u8].Items)
        {
            if (contained["id"u8].Text is not { } id || !(Holds(resource, "#" + id) || Holds(contained, "#") || Shows(resource["text"u8]["div"u8].Text, id)))
                return false;
        }

        return true;
    }

    private static bool Shows(string? narrative, string id) =>
        narrative is not null && (narrative.Contains($"\"#{id}\"", StringComparison.Ordinal) || narrative.Contains($"'#{id}'", StringComparison.Ordinal));

    private static bool Holds(FhirNode within, string reference)
    {
        var rows = within.Document.Rows;
        for (var at = within.Index + 1; at < rows[within.Index].Next; at++)
        {
            if (rows[at].Kind == JsonKind.String && rows[at].Length == reference.Length + 2 && new FhirNode(within.Document, at).Text == reference)
                return true;
        }

        return false;
    }
}
