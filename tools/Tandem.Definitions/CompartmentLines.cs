using System.Text;

namespace Tandem.Definitions;

/// <summary>Writes <c>P type parameter parameter …</c>: which search parameters put a resource into a patient's compartment.</summary>
internal static class CompartmentLines
{
    internal static void Write(StringBuilder text, SourceFolder source)
    {
        var lines = source.Document("compartmentdefinition-patient.json").Items("resource")
            .Where(resource => resource.Items("param").Any())
            .OrderBy(resource => resource.Text("code"), StringComparer.Ordinal);
        foreach (var resource in lines)
            TypeLines.Line(text, ["P", resource.Text("code")!, .. resource.Texts("param")]);
    }
}
