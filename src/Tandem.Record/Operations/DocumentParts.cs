using Tandem.Fhir.Definitions;
using Tandem.Fhir.Json;
using Tandem.Fhir.Views;
using Tandem.Kernel.Data;
using Tandem.Kernel.Outcomes;
using Tandem.Record.Access;
using Tandem.Record.Log;
using Tandem.Record.Rest;

namespace Tandem.Record.Operations;

/// <summary>
/// What belongs into a document (R4 3.3.1): the composition first, then all that it refers to, each of which has to be here, then what those refer to in turn as far as it is here and is
/// shown. References to other servers stay references. Nothing of another patient comes along that the composition does not name itself.
/// </summary>
internal static class DocumentParts
{
    private const int Most = 2000;

    internal static Outcome<List<ResourceVersion>> Of(DbSession session, ResourceVersion composition, FhirRequest request)
    {
        var parts = new List<ResourceVersion> { composition.ShownTo(request.Scope.Reach) };
        var seen = new HashSet<(string, string)> { ("Composition", composition.Id) };
        for (var at = 0; at < parts.Count;)
        {
            var (from, isNamed) = (parts[at..], at == 0);
            at = parts.Count;
            var wanted = from.SelectMany(part => References(part.Root, request.Own)).Distinct().Where(seen.Add).ToList();
            var found = LogTables.ReadMany(session, wanted);
            foreach (var one in wanted)
            {
                var isHere = found.TryGetValue(one, out var version) && !version.Deleted && request.Scope.Reaches(session, version);
                if (isNamed && !isHere)
                    return Refusal.Unprocessable("", new RefusalDetail("not-found", $"The composition refers to {one.Item1}/{one.Item2}, which is not here: a document holds all that its composition refers to."));
                if (isHere && (isNamed || version!.Patient is null || version.Patient == composition.Patient))
                    parts.Add(version!.ShownTo(request.Scope.Reach));
            }

            if (parts.Count > Most)
                return Refusal.Unprocessable("", new RefusalDetail("too-costly", $"The document would hold more than {Most:N0} resources."));
        }

        return parts;
    }

    /// <summary>All references within this record that stand anywhere in a resource, in their order.</summary>
    private static IEnumerable<(string Type, string Id)> References(FhirNode node, OwnAddresses own)
    {
        if (node.IsObject && node["reference"u8].Text is { } text && Local(text, own) is { } one)
            yield return one;
        foreach (var inner in node.IsObject ? node.Properties.AsEnumerable() : node.Items.AsEnumerable())
        {
            foreach (var below in inner.Kind is JsonKind.Object or JsonKind.Array ? References(inner, own) : [])
                yield return below;
        }
    }

    private static (string Type, string Id)? Local(string reference, OwnAddresses own) =>
        own.Relative(reference)!.Split('/') is [var type, var id, ..] && R4.IsResourceType(type) && UpdateResource.IsId(id) ? (type, id) : null;
}
