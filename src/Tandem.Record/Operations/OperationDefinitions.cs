using Tandem.Fhir.Json;

namespace Tandem.Record.Operations;

/// <summary>OperationDefinitions written from the table of operations (R4 5.4).</summary>
internal static class OperationDefinitions
{
    /// <summary>The canonical address under which this server describes an operation.</summary>
    internal static string Address(string server, Operation operation) => $"{server}/OperationDefinition/{operation.Id}";

    /// <summary>The definition with this id; null when there is none.</summary>
    internal static byte[]? Find(string server, string id) =>
        OperationTable.All.FirstOrDefault(operation => operation.Id == id) is { } operation ? Write(server, operation) : null;

    private static byte[] Write(string server, Operation operation) => FhirWriter.Resource("OperationDefinition", definition => definition
        .Text("id", operation.Id)
        .Text("url", Address(server, operation))
        .Text("name", string.Concat(operation.Id.Split('-').Select(word => char.ToUpperInvariant(word[0]) + word[1..])))
        .Text("status", "active")
        .Text("kind", "operation")
        .Text("description", operation.Summary)
        .Boolean("affectsState", operation.AffectsState)
        .Text("code", operation.Code)
        .Text("base", operation.Follows)
        .Texts("resource", operation.Types.Count > 0 ? operation.Types : operation.Levels == OperationLevels.System ? [] : ["Resource"])
        .Boolean("system", operation.Levels.HasFlag(OperationLevels.System))
        .Boolean("type", operation.Levels.HasFlag(OperationLevels.Type))
        .Boolean("instance", operation.Levels.HasFlag(OperationLevels.Instance))
        .Array("parameter", operation.Parameters, Parameter));

    private static void Parameter(FhirWriter writer, OperationParameter parameter) => writer
        .Text("name", parameter.Name)
        .Text("use", parameter.IsOut ? "out" : "in")
        .Number("min", parameter.Min)
        .Text("max", parameter.IsList ? "*" : "1")
        .Text("documentation", parameter.Text)
        .Text("type", parameter.Type == "Resource" ? "Any" : parameter.Type)
        .Text("searchType", parameter.SearchType is { Length: > 0 } search ? search : null);
}
