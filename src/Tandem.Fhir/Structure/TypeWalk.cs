using System.Text;
using Tandem.Fhir.Definitions;
using Tandem.Fhir.Json;

namespace Tandem.Fhir.Structure;

/// <summary>Works out the type of any object in a document. Off the hot path.</summary>
internal static class TypeWalk
{
    internal static FhirType? TypeOf(FhirJson json, int root, int row)
    {
        var rows = json.Rows;
        FhirType? type = null;
        for (var at = root; ; at = Child(rows, at, row))
        {
            type = Step(json, root, type, at);
            if (at == row)
                return type;
        }
    }

    /// <summary>The type of a row whose parent has the type <paramref name="above"/>.</summary>
    internal static FhirType? Step(FhirJson json, int root, FhirType? above, int at)
    {
        var type = at != root && json.Rows[at].NameLength > 0 ? PropertyType(json, above, at) : above;
        return json.Rows[at].Kind == JsonKind.Object && (at == root || type?.Name == "Resource") ? ResourceType(json, at) : type;
    }

    private static int Child(TapeRow[] rows, int at, int row)
    {
        var child = at + 1;
        while (rows[child].Next <= row)
            child = rows[child].Next;
        return child;
    }

    private static FhirType? PropertyType(FhirJson json, FhirType? owner, int at)
    {
        var name = new FhirNode(json, at).Name;
        return owner is not null && owner.Elements.TryFind(Encoding.UTF8.GetBytes(name.TrimStart('_')), out var property) ? property.Type : null;
    }

    private static FhirType? ResourceType(FhirJson json, int at) =>
        new FhirNode(json, at)["resourceType"u8].Text is { } name ? R4.Types.Find(name) : null;
}
