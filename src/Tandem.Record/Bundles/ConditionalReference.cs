using System.Buffers;
using Tandem.Fhir.Json;
using Tandem.Fhir.Structure;
using Tandem.Kernel.Outcomes;
using Tandem.Record.Rest;

namespace Tandem.Record.Bundles;

/// <summary>A reference by a search (<c>Patient?identifier=…</c>): a transaction replaces it by the one resource that is found (R4 3.1.0.11.2). Kept as sent it would lead nowhere.</summary>
internal static class ConditionalReference
{
    private static readonly SearchValues<char> Letters = SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ");

    /// <summary>True for a word and a query; whether the word is a type is for whoever looks for it.</summary>
    internal static bool Is(string reference) =>
        reference.IndexOf('?', StringComparison.Ordinal) is var question and > 0 && !reference.AsSpan(0, question).ContainsAnyExcept(Letters);

    /// <summary>The type that is searched.</summary>
    internal static string TypeOf(string reference) => reference[..reference.IndexOf('?', StringComparison.Ordinal)];

    /// <summary>The resource, or a refusal with the places where it has one; for every write that is no transaction. A bundle that is kept as such may hold any.</summary>
    internal static Outcome<FhirNode> None(FhirNode resource) => NoneBeside(resource, default);

    /// <summary>As <see cref="None"/>, but for those that were there before: a change need not mend them.</summary>
    internal static Outcome<FhirNode> NoneBeside(FhirNode resource, FhirNode before)
    {
        var found = In(resource);
        if (found.Count > 0 && before.Exists)
        {
            var there = In(before).Select(spot => spot.Text).ToHashSet(StringComparer.Ordinal);
            found.RemoveAll(spot => there.Contains(spot.Text));
        }

        return found.Count == 0 ? resource : Refusal.Unprocessable("", [.. found.Select(spot => new RefusalDetail(
            "not-supported",
            "A reference by a search leads to a resource in a transaction only. Name the resource, or send this as an entry of a transaction.",
            ElementPath.Of(resource, spot.Node)))]);
    }

    private static List<ReferenceSpot> In(FhirNode resource) =>
        resource.Raw.IndexOfAny((byte)'?', (byte)'\\') < 0 || resource["resourceType"u8].Is("Bundle"u8) ? [] : ReferenceSpots.Of(resource).FindAll(spot => spot.IsReference && Is(spot.Text));
}
