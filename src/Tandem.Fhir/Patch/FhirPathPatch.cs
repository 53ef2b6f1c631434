using System.Globalization;
using Tandem.Fhir.FhirPath;
using Tandem.Fhir.Json;

namespace Tandem.Fhir.Patch;

/// <summary>FHIRPath Patch (FHIR R4 3.1.0.6, fhirpatch.html): add, insert, delete, replace, move on the elements of a resource.</summary>
internal sealed class FhirPathPatch : ResourcePatch
{
    private readonly List<PatchStep> steps;

    private FhirPathPatch(List<PatchStep> steps) => this.steps = steps;

    internal static new FhirPathPatch? Read(FhirNode parameters, out PatchFault? fault)
    {
        var steps = new List<PatchStep>();
        foreach (var parameter in parameters["parameter"u8].Items)
        {
            var place = string.Create(CultureInfo.InvariantCulture, $"Parameters.parameter[{steps.Count}]");
            PatchStep? step = null;
            fault = steps.Count == MostOperations
                ? new(true, "too-costly", $"At most {MostOperations} operations.", place)
                : PatchStep.Read(parameter, place, out step);
            if (fault is not null)
                return null;
            steps.Add(step!);
        }

        fault = null;
        return new(steps);
    }

    public override FhirJson? Apply(FhirNode resource, JsonLimits limits, out PatchFault? fault, long mostBytes = MostBytes)
    {
        long rewritten = 0;
        var json = resource.Document;
        foreach (var step in steps)
        {
            var root = JsonTree.Of(resource);
            rewritten += resource.Raw.Length;
            var reason = rewritten > mostBytes ? "The operations rewrite too much." : step.Apply(resource, root);
            fault = reason is null ? null : new(false, rewritten > mostBytes ? "too-costly" : "processing", reason, step.Place);
            if (fault is not null || (json = Parse(root.ToBytes(), limits, out fault)) is null)
                return null;
            resource = json.Root;
        }

        fault = null;
        return steps.Count > 0 ? json : Parse(resource.Raw.ToArray(), limits, out fault);
    }
}

/// <summary>One operation of a FHIRPath Patch.</summary>
internal sealed record PatchStep(string Type, FhirPathExpression Path, string? Name, FhirNode Value, int Index, int Source, int Destination, string Place)
{
    private const int MostWork = 200_000;
    private static readonly string[] PartNames = ["type", "path", "name", "value", "index", "source", "destination"];

    internal static PatchFault? Read(FhirNode parameter, string place, out PatchStep? step)
    {
        step = null;
        if (!parameter["name"u8].Is("operation"u8))
            return new(true, "value", "Each parameter of a patch has the name operation.", place);
        var parts = parameter["part"u8].Items.AsEnumerable().Select(part => part["name"u8].Text).ToList();
        if (parts.Exists(part => !PartNames.Contains(part)))
            return new(true, "value", $"The parts of an operation are {string.Join(", ", PartNames)}.", place);
        if (parts.Distinct().Count() < parts.Count)
            return new(true, "value", "A part of an operation is there once.", place);
        var type = Part(parameter, "type").Text;
        if (type is not ("add" or "insert" or "delete" or "replace" or "move"))
            return new(true, "value", "type has to be add, insert, delete, replace or move.", place);
        if (Part(parameter, "path").Text is not { } path)
            return new(true, "required", "path has to be a FHIRPath expression.", place);
        if (FhirPathExpression.Compile(path, out var wrong) is not { } expression)
            return new(true, "invalid", $"path cannot be read: {wrong}", place);
        var value = parameter["part"u8].Items.AsEnumerable().FirstOrDefault(part => part["name"u8].Is("value"u8));
        var (name, index) = (Part(parameter, "name").Text, Whole(parameter, "index"));
        var (source, destination) = (Whole(parameter, "source"), Whole(parameter, "destination"));
        if (type == "add" && name is null)
            return new(true, "required", "add needs name, the element to add.", place);
        if (type is "add" or "insert" or "replace" && !value.Exists)
            return new(true, "required", $"{type} needs a value.", place);
        if ((type == "insert" && index < 0) || (type == "move" && (source < 0 || destination < 0)))
            return new(true, "required", type == "insert" ? "insert needs index, from 0." : "move needs source and destination, from 0.", place);
        step = new(type, expression, name, value, index, source, destination, place);
        return null;
    }

    /// <summary>Null, or why it cannot be done.</summary>
    internal string? Apply(FhirNode resource, JsonTree root)
    {
        if (!Path.TryEvaluate(new FhirPathContext(resource) { MaxWork = MostWork }, out var found, out var fault))
            return $"path has no answer here: {fault}";
        if (Type is "insert" or "move")
            return new ListChange(this, resource, root).Apply(found);
        if (found.Count == 0)
            return Type == "delete" ? null : "path finds nothing.";
        if (found.Count > 1)
            return "path finds more than one element.";
        if (ElementPlace.Of(found[0], resource, root) is not { } place)
            return "path gives a value and no element of the resource.";
        return Type switch { "add" => Add(place, found[0]), "delete" => Delete(place), _ => Replace(place) };
    }

    private string? Add(ElementPlace place, FhirValue found)
    {
        var owner = Below(place, found);
        if (ElementName.Find(found.Type, Name!) is not { } element)
            return $"{found.TypeName} has no element of this name.";
        if (PatchValue.Read(Value, element.Types.Count == 1 ? element.Types[0].Type : null) is not { } value)
            return "The value cannot be read: one value[x], a resource, or parts that the element has.";
        if (ElementName.JsonName(element, value.Type) is not { } json)
            return $"{element} cannot have a value of this type.";
        if (!element.IsList && element.Types.Any(of => ElementValues.Of(owner, element.JsonName(of.Type), false).Items.Count > 0))
            return $"{element} is there already; replace it instead.";
        var values = ElementValues.Of(owner, json, element.IsList);
        values.Items.Add((value.Value, value.Companion));
        values.Keep();
        return null;
    }

    /// <summary>The object that gets the new element: for a primitive its companion.</summary>
    private static JsonTree Below(ElementPlace place, FhirValue found)
    {
        if (place.Name.Length == 0)
            return place.Owner;
        var values = place.Values;
        var (value, companion) = values.Items[place.Position];
        if (found.Type is not { IsPrimitive: true })
            return value!;
        companion ??= JsonTree.NewObject();
        values.Items[place.Position] = (value, companion);
        values.Keep();
        return companion;
    }

    private static string? Delete(ElementPlace place)
    {
        if (place.Name.Length == 0)
            return "The resource itself cannot be removed; delete it instead.";
        var values = place.Values;
        values.Items.RemoveAt(place.Position);
        values.Keep();
        place.Prune();
        return null;
    }

    private string? Replace(ElementPlace place)
    {
        if (place.Name.Length == 0)
            return "The resource itself cannot be replaced; update it instead.";
        var element = place.Element;
        var type = element is { IsChoice: false, Types: [var only] } ? only.Type : null;
        if (PatchValue.Read(Value, type) is not { } value)
            return "The value cannot be read: one value[x], a resource, or parts that the element has.";
        if ((element is null ? place.Name : ElementName.JsonName(element, value.Type)) is not { } json)
            return $"{element} cannot have a value of this type.";
        var values = place.Values;
        if (json != place.Name)
        {
            values.Items.Clear();
            values.Keep();
            values = ElementValues.Of(place.Owner, json, isList: false);
            values.Items.Add((value.Value, value.Companion));
        }
        else
        {
            values.Items[place.Position] = (value.Value, value.Companion);
        }

        values.Keep();
        return null;
    }

    private static FhirNode Part(FhirNode parameter, string name)
    {
        foreach (var part in parameter["part"u8].Items)
        {
            if (part["name"u8].Text != name)
                continue;
            foreach (var member in part.Properties)
            {
                if (member.NameUtf8.StartsWith("value"u8))
                    return member;
            }
        }

        return default;
    }

    private static int Whole(FhirNode parameter, string name) =>
        int.TryParse(Part(parameter, name).Text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : -1;
}
