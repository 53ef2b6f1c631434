using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Tandem.Trust.Provisioning.Scim;

/// <summary>Applies the operations of a PATCH (RFC 7644 3.5.2) to the JSON of a resource: add, replace, remove, with or without a path, also into the values of a list that a filter chooses.</summary>
internal static partial class ScimPatch
{
    private const int MostOperations = 1_000;

    /// <summary>Attributes that are the hub's own (RFC 7643 3.1, 4.1.2).</summary>
    private static readonly string[] Fixed = ["id", "meta", "groups", "schemas"];

    /// <returns>What is wrong (a SCIM error type and a sentence), or null; the resource is changed only as far as operations succeeded, so the caller drops it on an error.</returns>
    internal static (string Type, string Text)? Apply(JsonObject resource, JsonNode? request)
    {
        if (request is not JsonObject whole || Member(whole, "Operations") is not JsonArray { Count: > 0 and <= MostOperations } operations)
            return ("invalidSyntax", "A PATCH holds a list named Operations.");
        foreach (var operation in operations)
        {
            if (operation is not JsonObject one)
                return ("invalidSyntax", "An operation is an object.");
            if (ApplyOne(resource, one) is { } problem)
                return problem;
        }

        return null;
    }

    private static (string Type, string Text)? ApplyOne(JsonObject resource, JsonObject operation)
    {
        var verb = Member(operation, "op")?.ToString().ToLowerInvariant();
        var value = Member(operation, "value");
        if (verb is not ("add" or "replace" or "remove"))
            return ("invalidSyntax", $"There is no operation \"{verb}\". Use add, replace or remove.");
        if (Member(operation, "path")?.ToString() is not { Length: > 0 } path)
        {
            if (verb == "remove")
                return ("noTarget", "A removal needs a path.");
            if (value is not JsonObject members)
                return ("invalidValue", "Without a path the value is an object of attributes.");
            foreach (var (name, part) in members.Where(member => !Fixed.Contains(member.Key, StringComparer.OrdinalIgnoreCase)).ToList()) // some directories repeat the id here
                Set(resource, name, part, isAdd: verb == "add");
            return null;
        }

        if (Path().Match(ScimPath.Plain(path)) is not { Success: true } match)
            return ("invalidPath", $"The path \"{path}\" cannot be read.");
        var (attribute, chosen, sub) = (match.Groups[1].Value, match.Groups[2].Value, match.Groups[3].Value);
        if (Fixed.Contains(attribute, StringComparer.OrdinalIgnoreCase))
            return ("mutability", $"The attribute \"{attribute}\" cannot be changed.");
        return chosen.Length > 0 ? ApplyChosen(resource, verb, attribute, chosen, sub, value) : ApplyPlain(resource, verb, attribute, sub, value);
    }

    private static (string, string)? ApplyPlain(JsonObject resource, string verb, string attribute, string sub, JsonNode? value)
    {
        var target = resource;
        if (sub.Length > 0)
        {
            var name = ScimPath.NameIn(resource, attribute) ?? attribute;
            if (resource[name] is not JsonObject inner)
            {
                if (verb == "remove")
                    return null;
                resource[name] = inner = [];
            }

            (target, attribute) = (inner, sub);
        }

        if (verb != "remove")
        {
            Set(target, attribute, value, isAdd: verb == "add");
            return null;
        }

        if (ScimPath.NameIn(target, attribute) is { } known)
        {
            // As some directories ask: members to be removed are named in the value
            if (target[known] is JsonArray list && value is JsonArray named)
                Drop(list, one => named.Any(other => Same(one, other)));
            else
                target.Remove(known);
        }

        return null;
    }

    private static (string, string)? ApplyChosen(JsonObject resource, string verb, string attribute, string chosen, string sub, JsonNode? value)
    {
        if (ScimFilterReading.Read(chosen) is not { } filter)
            return ("invalidFilter", $"The filter \"{chosen}\" cannot be read.");
        var list = ScimPath.NameIn(resource, attribute) is { } known ? resource[known] as JsonArray : null;
        var found = list?.Where(filter.Meets).OfType<JsonObject>().ToList() ?? [];
        if (found.Count == 0)
            return verb == "remove" ? null : ("noTarget", "Nothing meets the filter of the path.");
        foreach (var one in found)
        {
            if (verb == "remove" && sub.Length == 0)
                list!.Remove(one);
            else if (verb == "remove")
                one.Remove(ScimPath.NameIn(one, sub) ?? sub);
            else if (sub.Length > 0)
                Set(one, sub, value, isAdd: false);
            else if (value is JsonObject members)
                members.ToList().ForEach(member => Set(one, member.Key, member.Value, isAdd: false));
        }

        return null;
    }

    private static void Set(JsonObject target, string name, JsonNode? value, bool isAdd)
    {
        if (name.Split('.') is [var outer, var inner] && !name.StartsWith("urn:", StringComparison.OrdinalIgnoreCase))
        {
            ApplyPlain(target, "replace", outer, inner, value);
            return;
        }

        var known = ScimPath.NameIn(target, ScimPath.Plain(name)) ?? ScimPath.Plain(name);
        if (target[known] is JsonArray list && isAdd)
        {
            foreach (var one in value is JsonArray many ? [.. many] : new List<JsonNode?> { value })
            {
                if (!list.Any(other => Same(one, other)))
                    list.Add(one?.DeepClone());
            }
        }
        else if (target[known] is JsonObject whole && value is JsonObject members)
        {
            members.ToList().ForEach(member => Set(whole, member.Key, member.Value, isAdd));
        }
        else
        {
            target[known] = value?.DeepClone();
        }
    }

    private static void Drop(JsonArray list, Func<JsonNode?, bool> which)
    {
        foreach (var one in list.Where(which).ToList())
            list.Remove(one);
    }

    /// <summary>Two values of a list are the same when their <c>value</c> is.</summary>
    private static bool Same(JsonNode? one, JsonNode? other) => (one is JsonObject a ? a["value"] : one)?.ToString() == (other is JsonObject b ? b["value"] : other)?.ToString();

    private static JsonNode? Member(JsonObject whole, string name) => ScimPath.NameIn(whole, name) is { } known ? whole[known] : null;

    [GeneratedRegex(@"^([A-Za-z$][\w$\-]*)(?:\[(.+)\])?(?:\.([A-Za-z$][\w$\-]*))?$")]
    private static partial Regex Path();
}
