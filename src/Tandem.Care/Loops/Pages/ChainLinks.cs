using Tandem.Kernel.Actors;
using Tandem.Record.Log;

namespace Tandem.Care.Loops.Pages;

/// <summary>A resource that a loop's chain names, and where it came from.</summary>
/// <param name="Reference">As the chain names it.</param>
/// <param name="Version">Which version stands (or stood), or null when the record does not have it.</param>
/// <param name="At">When that version was recorded.</param>
/// <param name="Message">The id of the message that brought it, or null.</param>
internal sealed record ChainLink(string Reference, int? Version, DateTimeOffset? At, string? Message)
{
    /// <summary>Where messages are told from other sources in <c>meta.source</c>.</summary>
    private const string MessageSource = "urn:tandem:message:";

    /// <summary>The version as FHIR serves it.</summary>
    internal string Href => Version is { } version ? $"/fhir/{Type}/{Id}/_history/{version}" : $"/fhir/{Type}/{Id}";

    internal string Type => Reference.Split('/') is [var type, ..] ? type : "";

    private string Id => Reference.Split('/') is [_, var id, ..] ? id : "";

    /// <summary>Finds the version that held at an instant, so that a later correction does not stand in for the cause.</summary>
    internal static ChainLink Find(RecordStore record, string reference, DateTimeOffset at, AccessScope scope)
    {
        if (reference.Split('/') is not [var type, var id, ..] || !record.Read(type, id, scope).Succeeded(out var found, out _))
            return new ChainLink(reference, null, null, null);
        while (found.At > at && found.Version > 1 && record.ReadOne(type, id, found.Version - 1, scope).Succeeded(out var earlier, out _))
            found = earlier;
        var message = found.Source is { } source && source.StartsWith(MessageSource, StringComparison.Ordinal) ? source[MessageSource.Length..] : null;
        return new ChainLink(reference, found.Version, found.At, message);
    }
}
