using System.Globalization;
using Tandem.Fhir.Json;

namespace Tandem.Fhir.Patch;

/// <summary>JSON Patch (RFC 6902): add, remove, replace, move, copy, test on the JSON of a resource.</summary>
internal sealed class JsonPatch : ResourcePatch
{
    private const int MostDepth = 128;
    private readonly List<Step> steps;

    private JsonPatch(List<Step> steps) => this.steps = steps;

    internal static new JsonPatch? Read(FhirNode patch, out PatchFault? fault)
    {
        var steps = new List<Step>();
        foreach (var item in patch.Items)
        {
            var place = string.Create(CultureInfo.InvariantCulture, $"[{steps.Count}]");
            if (steps.Count == MostOperations)
                fault = new(true, "too-costly", $"At most {MostOperations} operations.", place);
            else
                fault = Step.Read(item, place, out var step) ?? Add(steps, step!);
            if (fault is not null)
                return null;
        }

        fault = null;
        return new(steps);
    }

    public override FhirJson? Apply(FhirNode resource, JsonLimits limits, out PatchFault? fault, long mostBytes = MostBytes)
    {
        var root = JsonTree.Of(resource);
        long copied = 0;
        foreach (var step in steps)
        {
            if (step.Apply(ref root, ref copied, mostBytes) is { } reason)
            {
                fault = new(false, copied > mostBytes ? "too-costly" : step.Op == "test" ? "conflict" : "processing", reason, step.Place);
                return null;
            }
        }

        return Parse(root.ToBytes(), limits, out fault);
    }

    private static PatchFault? Add(List<Step> steps, Step step)
    {
        steps.Add(step);
        return null;
    }

    private sealed record Step(string Op, JsonPointer Path, JsonPointer? From, FhirNode Value, string Place)
    {
        internal static PatchFault? Read(FhirNode item, string place, out Step? step)
        {
            step = null;
            var op = item["op"u8].Kind == JsonKind.String ? item["op"u8].Text : null;
            if (op is not ("add" or "remove" or "replace" or "move" or "copy" or "test"))
                return new(true, "value", "op has to be add, remove, replace, move, copy or test (RFC 6902 4).", place);
            if (Pointer(item["path"u8]) is not { } path)
                return new(true, "value", "path has to be a JSON Pointer, such as /name/0/family (RFC 6901).", place);
            var from = op is "move" or "copy" ? Pointer(item["from"u8]) : null;
            if (op is "move" or "copy" && from is null)
                return new(true, "required", $"{op} needs from, a JSON Pointer.", place);
            if (op is "add" or "replace" or "test" && !item["value"u8].Exists)
                return new(true, "required", $"{op} needs a value.", place);
            if (op == "move" && from!.Holds(path))
                return new(true, "value", "A value cannot be moved into itself (RFC 6902 4.4).", place);
            step = new(op, path, from, item["value"u8], place);
            return null;
        }

        /// <summary>Null, or why it cannot be done.</summary>
        internal string? Apply(ref JsonTree root, ref long copied, long mostBytes)
        {
            switch (Op)
            {
                case "test":
                    return Path.Find(root) is not { } found ? Nowhere("path")
                        : found.Says(JsonTree.Of(Value)) ? null : $"The value at {Shown(Path)} is not the one that was expected.";
                case "add":
                    return Add(ref root, JsonTree.Of(Value));
                case "remove":
                    return Remove(root, Path);
                case "replace":
                    return Path.Tokens.Count == 0 ? Add(ref root, JsonTree.Of(Value)) : Path.Find(root) is null ? Nowhere("path") : Replace(root);
                default:
                    if (From!.Find(root) is not { } value)
                        return Nowhere("from");
                    copied += value.Size();
                    if (copied > mostBytes)
                        return "The operations copy too much.";
                    value = value.Clone();
                    return (Op == "move" && From.Tokens.Count > 0 ? Remove(root, From) : null) ?? Add(ref root, value);
            }
        }

        private string? Add(ref JsonTree root, JsonTree value)
        {
            if (Path.Tokens.Count + value.Depth() > MostDepth)
                return "The result would be nested too deeply.";
            if (Path.Tokens.Count == 0)
            {
                root = value;
                return null;
            }

            var parent = Path.Parent(root);
            if (parent is { Kind: JsonKind.Object })
                parent.Set(Path.Last, value);
            else if (parent is { Kind: JsonKind.Array } && (Path.Last == "-" ? parent.Items.Count : JsonPointer.Number(Path.Last, parent.Items.Count)) is var at and >= 0)
                parent.Items.Insert(at, value);
            else
                return Nowhere("path");
            return null;
        }

        private string? Replace(JsonTree root)
        {
            var parent = Path.Parent(root)!;
            if (Path.Tokens.Count + JsonTree.Of(Value).Depth() > MostDepth)
                return "The result would be nested too deeply.";
            if (parent.Kind == JsonKind.Object)
                parent.Set(Path.Last, JsonTree.Of(Value));
            else
                parent.Items[JsonPointer.Number(Path.Last, parent.Items.Count - 1)] = JsonTree.Of(Value);
            return null;
        }

        private string? Remove(JsonTree root, JsonPointer path)
        {
            if (path.Tokens.Count == 0)
                return "The resource itself cannot be removed; delete it instead.";
            var parent = path.Parent(root);
            if (parent is { Kind: JsonKind.Object } && parent.Remove(path.Last))
                return null;
            if (parent is not { Kind: JsonKind.Array } || JsonPointer.Number(path.Last, parent.Items.Count - 1) is not (var at and >= 0))
                return Nowhere(path == Path ? "path" : "from");
            parent.Items.RemoveAt(at);
            return null;
        }

        private string Nowhere(string member) => $"{member} leads nowhere: {Shown(member == "path" ? Path : From!)}";

        private static string Shown(JsonPointer pointer)
        {
            var text = string.Concat(pointer.Tokens.Select(token => "/" + token));
            return new([.. (text.Length > 100 ? text[..100] + "…" : text).Where(c => !char.IsControl(c))]);
        }

        private static JsonPointer? Pointer(FhirNode node) => node.Kind == JsonKind.String ? JsonPointer.Read(node.Text) : null;
    }
}
