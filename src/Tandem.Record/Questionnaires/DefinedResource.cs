using System.Text;
using System.Text.Json.Nodes;
using Tandem.Fhir.Definitions;
using Tandem.Fhir.FhirPath;
using Tandem.Fhir.Json;

namespace Tandem.Record.Questionnaires;

/// <summary>A resource that is built along element paths such as <c>Patient.name.family</c> (SDC 7.2). A group whose definition repeats gets an item of its own.</summary>
internal sealed class DefinedResource(FhirType type, JsonObject json, string? id)
{
    private readonly List<(string Path, JsonObject Item)> groups = [];

    internal FhirType Type => type;

    internal JsonObject Json => json;

    /// <summary>The id of the resource that is changed; null for a new one.</summary>
    internal string? Id => id;

    internal bool IsChanged { get; private set; }

    /// <summary>Begins the item of a repeating element that the answers of a group belong to; null when the path names none.</summary>
    internal IDisposable? Enter(string path)
    {
        var place = Find(path, out var owner, out var element, out var name);
        if (place is null || element is not { IsList: true, IsChoice: false } || element.Types[0].Type.IsPrimitive || owner is null)
            return null;
        var item = new JsonObject();
        groups.Add((path, item));
        return new Group(this, place, name, item);
    }

    /// <summary>Sets an element to an answer. Gives the reason when it cannot be.</summary>
    internal string? Set(string path, FhirNode answer)
    {
        if (Find(path, out _, out var element, out _) is not { } place || element is null)
            return $"{path} is no element of {type.Name}.";
        foreach (var of in element.Types)
        {
            if (Converted(answer, of.Type) is not { } value)
                continue;
            var name = element.JsonName(of.Type);
            if (!element.IsList)
                place[name] = value;
            else if (place[name] is JsonArray list && IsRepeated(path))
                list.Add(value);
            else
                place[name] = new JsonArray(value);
            IsChanged = true;
            return null;
        }

        return $"An answer given as {answer.Name} does not fit {path}.";
    }

    /// <summary>Sets an element to what an expression gave. Gives the reason when it cannot be.</summary>
    internal string? Put(string path, FhirValue value)
    {
        if (Find(path, out _, out var element, out _) is not { } place || element is null)
            return $"{path} is no element of {type.Name}.";
        var plain = value.ToSystem();
        var of = element.Types.FirstOrDefault(one => one.Type == value.Type) ?? element.Types[0];
        JsonNode? made = value.Node.Exists && of.Type == value.Type ? JsonText.Of(value.Node)
            : plain.Boolean is { } flag ? flag
            : plain.Number is { } number ? number
            : plain.Kind != FhirValueKind.Node && of.Type.IsPrimitive ? plain.Text
            : plain.Kind == FhirValueKind.String && of.Type.Name == "CodeableConcept" ? new JsonObject { ["text"] = plain.Text } : null;
        if (made is null)
            return $"A value of type {value.TypeName} does not fit {path}.";
        place[element.JsonName(of.Type)] = element.IsList ? new JsonArray(made) : made;
        IsChanged = true;
        return null;
    }

    private readonly HashSet<string> begun = new(StringComparer.Ordinal);

    /// <summary>True from the second answer on; the first replaces what was there.</summary>
    private bool IsRepeated(string path) => !begun.Add($"{path} {groups.Count}");

    /// <summary>The object that has the last step of a path, made where it is missing.</summary>
    private JsonObject? Find(string path, out FhirType? owner, out FhirElement? element, out string name)
    {
        (owner, element, name) = (type, null, "");
        var steps = path.Split('.');
        if (steps[0] != type.Name || steps.Length < 2)
            return null;
        var (at, prefix) = (json, steps[0]);
        for (var number = 1; number < steps.Length; number++)
        {
            name = steps[number].Split(':')[0].Replace("[x]", "", StringComparison.Ordinal);
            element = owner?.Elements.Find(name);
            if (element is null && owner is not null && owner.Elements.TryFind(Encoding.UTF8.GetBytes(name), out var chosen))
                element = chosen.Element;
            if (element is null)
                return null;
            if (number == steps.Length - 1)
                return at;
            prefix += "." + steps[number];
            at = Below(at, element, prefix);
            owner = element.Types[0].Type;
        }

        return null;
    }

    private JsonObject Below(JsonObject at, FhirElement element, string prefix)
    {
        if (groups.FindLast(group => group.Path == prefix).Item is { } current)
            return current;
        var name = element.JsonName(element.Types[0].Type);
        if (!element.IsList)
            return (at[name] ??= new JsonObject()).AsObject();
        var list = (at[name] ??= new JsonArray()).AsArray();
        if (list.Count == 0)
            list.Add(new JsonObject());
        return list[0]!.AsObject();
    }

    /// <summary>The answer as a value of an element's type; null where it does not fit.</summary>
    private static JsonNode? Converted(FhirNode answer, FhirType to) => (answer.Name, to.Name) switch
    {
        ("valueCoding", "CodeableConcept") => new JsonObject { ["coding"] = new JsonArray(JsonText.Of(answer)) },
        ("valueCoding", "Coding") or ("valueQuantity", "Quantity") or ("valueReference", "Reference") or ("valueAttachment", "Attachment") => JsonText.Of(answer),
        ("valueCoding", "code") => answer["code"u8].Text,
        ("valueCoding", "string") => answer["display"u8].Text ?? answer["code"u8].Text,
        ("valueString", "CodeableConcept") => new JsonObject { ["text"] = answer.Text },
        ("valueString", "string" or "code" or "markdown" or "id") or ("valueUri", "uri" or "url" or "canonical") => answer.Text,
        ("valueBoolean", "boolean") or ("valueInteger", "integer" or "positiveInt" or "unsignedInt" or "decimal") or ("valueDecimal", "decimal") => JsonText.Of(answer),
        ("valueDate", "date" or "dateTime") or ("valueDateTime", "dateTime" or "instant") or ("valueTime", "time") => answer.Text,
        ("valueInteger" or "valueDecimal", "Quantity") => new JsonObject { ["value"] = JsonText.Of(answer) },
        _ => null,
    };

    /// <summary>Puts the item into its list when its group ends, if anything was said in it.</summary>
    private sealed class Group(DefinedResource owner, JsonObject place, string name, JsonObject item) : IDisposable
    {
        public void Dispose()
        {
            owner.groups.RemoveAll(group => ReferenceEquals(group.Item, item));
            if (item.Count > 0)
                (place[name] ??= new JsonArray()).AsArray().Add((JsonNode)item);
        }
    }
}
