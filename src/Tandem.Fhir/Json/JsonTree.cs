using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Tandem.Fhir.Json;

/// <summary>Resources and parts of them as trees that can be changed: as deep as what is stored may be, where the platform by itself stops at 64 levels.</summary>
public static class JsonTree
{
    private static readonly JsonSerializerOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, MaxDepth = JsonLimits.Stored.MaxDepth };

    /// <summary>A tree of its own; changing it leaves the node as it is.</summary>
    public static JsonNode Of(FhirNode node) => JsonNode.Parse(node.Raw, documentOptions: new() { MaxDepth = Options.MaxDepth })!;

    /// <summary>The tree as UTF-8.</summary>
    public static byte[] Bytes(JsonNode tree) => JsonSerializer.SerializeToUtf8Bytes(tree, Options);
}
