using System.Text;
using System.Text.Json.Nodes;
using Tandem.Fhir.Definitions;
using Tandem.Fhir.Json;
using Tandem.Fhir.Structure;
using Tandem.Kernel.Outcomes;

namespace Tandem.Record.Questionnaires;

/// <summary>What holds of an item for the observations of its answers.</summary>
/// <param name="Is">True where its answers become observations.</param>
/// <param name="Categories">The categories of those, or null.</param>
internal readonly record struct Observing(bool Is, JsonArray? Categories);

/// <summary>The observations of a response (SDC 3.0, 7.1): one for each answer of an item with observationExtract and codes.</summary>
internal sealed class ObservedAnswers(FhirNode response)
{
    private const string Extract = "observationExtract";

    /// <summary>What holds of an item: what it says itself, else what holds of the one that it lies in.</summary>
    internal static Observing At(FhirNode holder, Observing above, List<RefusalDetail> issues)
    {
        var said = holder.Sdc(Extract);
        if (said["valueCode"u8].Text is { } relation)
            issues.Add(new("not-supported", $"Observations are not put together here ({relation}, SDC 4.0): the answer is left out.", $"item {holder["linkId"u8].Text}"));
        List<JsonNode> categories = [.. holder["extension"u8].Items.AsEnumerable()
            .Where(extension => extension["url"u8].Text?.EndsWith("/sdc-questionnaire-observation-extract-category", StringComparison.Ordinal) == true && extension["valueCodeableConcept"u8].Exists)
            .Select(extension => JsonTree.Of(extension["valueCodeableConcept"u8])!)];
        return new(said.Exists ? said["valueBoolean"u8].Boolean == true : above.Is, categories.Count > 0 ? [.. categories] : above.Categories);
    }

    /// <summary>The observation of an answer: the item's codes, the response's subject, time and author; null where it is to be none, or R4 has none of this kind, which is told.</summary>
    internal JsonObject? Observe(FhirNode item, FhirNode value, Observing observing, List<RefusalDetail> issues)
    {
        var codes = Codes(item, observing);
        if (codes.Count == 0)
            return null;
        var (name, content) = Value(item, value);
        if (!R4.Types.Find("Observation")!.Elements.TryFind(Encoding.UTF8.GetBytes(name), out _))
        {
            issues.Add(new("not-supported", $"An Observation has no {name}; the answer is left out.", $"item {item["linkId"u8].Text}"));
            return null;
        }

        var observation = new JsonObject { ["resourceType"] = "Observation" };
        Copy("basedOn", "basedOn", observation);
        if (response["partOf"u8].Items.AsEnumerable().Where(part => !IsOf(part, "Observation")).Select(JsonTree.Of).ToArray() is { Length: > 0 } parts) // of which an Observation is no part in R4
            observation["partOf"] = new JsonArray(parts);
        observation["status"] = "final";
        if (observing.Categories is { } categories)
            observation["category"] = categories.DeepClone();
        observation["code"] = new JsonObject { ["coding"] = codes };
        Copy("subject", "subject", observation);
        Copy("encounter", "encounter", observation);
        Copy("authored", "effectiveDateTime", observation);
        if (response["authored"u8].Text is { } authored && PrimitiveText.IsValid(Encoding.UTF8.GetBytes(authored), PrimitiveKind.Instant))
            observation["issued"] = authored;
        if (response["author"u8].Exists && !IsOf(response["author"u8], "Device")) // which performs nothing in R4
            observation["performer"] = new JsonArray(JsonTree.Of(response["author"u8]));
        observation[name] = content;
        if (response["author"u8].Exists && IsOf(response["author"u8], "Device"))
            Copy("author", "device", observation);
        if (response["id"u8].Text is { } id)
            observation["derivedFrom"] = new JsonArray(new JsonObject { ["reference"] = $"QuestionnaireResponse/{id}" });
        return observation;
    }

    /// <summary>The codes of an item that are to be extracted: those that say so themselves, whatever the item says; else all, where the item says so.</summary>
    private static JsonArray Codes(FhirNode item, Observing observing)
    {
        List<FhirNode> all = [.. item["code"u8].Items.AsEnumerable()];
        var marked = all.FindAll(code => code.Sdc(Extract)["valueBoolean"u8].Boolean == true);
        var codes = marked.Count > 0 ? marked : observing.Is ? all.FindAll(code => code.Sdc(Extract)["valueBoolean"u8].Boolean != false) : [];
        return [.. codes.Select(Unmarked)];
    }

    private static JsonNode Unmarked(FhirNode code)
    {
        var copy = JsonTree.Of(code)!;
        if (copy["extension"] is JsonArray extensions)
        {
            extensions.RemoveAll(extension => extension?["url"]?.ToString().EndsWith(Extract, StringComparison.Ordinal) == true);
            if (extensions.Count == 0)
                copy.AsObject().Remove("extension");
        }

        return copy;
    }

    private static (string Name, JsonNode? Content) Value(FhirNode item, FhirNode value) => value.Name switch
    {
        "valueCoding" => ("valueCodeableConcept", new JsonObject { ["coding"] = new JsonArray(JsonTree.Of(value)) }),
        "valueDecimal" => ("valueQuantity", ElementValue.Quantity(value, item.Unit())),
        "valueInteger" when item.Unit().Exists => ("valueQuantity", ElementValue.Quantity(value, item.Unit())),
        "valueDate" => ("valueDateTime", JsonTree.Of(value)),
        "valueUri" => ("valueString", JsonTree.Of(value)),
        _ => (value.Name, JsonTree.Of(value)),
    };

    private void Copy(string from, string to, JsonObject observation)
    {
        if (response[from].Exists)
            observation[to] = JsonTree.Of(response[from]);
    }

    private static bool IsOf(FhirNode reference, string type) =>
        reference["type"u8].Text == type || reference["reference"u8].Text?.Split('/') is [.., var named, _] && named == type;
}
