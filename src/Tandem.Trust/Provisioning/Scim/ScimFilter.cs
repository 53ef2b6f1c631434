using System.Globalization;
using System.Text.Json.Nodes;

namespace Tandem.Trust.Provisioning.Scim;

/// <summary>
/// A filter of SCIM (RFC 7644 3.4.2.2): comparisons with <c>and</c>, <c>or</c>, <c>not</c>, brackets, <c>pr</c> and value paths (<c>emails[type eq "work"]</c>), asked of the JSON of a resource. Names of
/// attributes and operators, and texts, are compared without regard to capitals; ids and external ids exactly.
/// </summary>
internal abstract record ScimFilter
{
    /// <summary>Whether a resource, or a value of a list, meets it.</summary>
    internal abstract bool Meets(JsonNode? value);

    internal sealed record Both(ScimFilter One, ScimFilter Other) : ScimFilter
    {
        internal override bool Meets(JsonNode? value) => One.Meets(value) && Other.Meets(value);
    }

    internal sealed record Either(ScimFilter One, ScimFilter Other) : ScimFilter
    {
        internal override bool Meets(JsonNode? value) => One.Meets(value) || Other.Meets(value);
    }

    internal sealed record Not(ScimFilter Inner) : ScimFilter
    {
        internal override bool Meets(JsonNode? value) => !Inner.Meets(value);
    }

    internal sealed record Has(string Path) : ScimFilter
    {
        internal override bool Meets(JsonNode? value) => ScimPath.Values(value, Path).Any(one => one is not (null or JsonArray { Count: 0 } or JsonObject { Count: 0 }) && one.ToString().Length > 0);
    }

    internal sealed record Within(string Path, ScimFilter Inner) : ScimFilter
    {
        internal override bool Meets(JsonNode? value) => ScimPath.Values(value, Path).Any(Inner.Meets);
    }

    internal sealed record Compare(string Path, string Operator, JsonNode? Value) : ScimFilter
    {
        private StringComparison How => Path.EndsWith("id", StringComparison.OrdinalIgnoreCase) ? StringComparison.Ordinal : StringComparison.OrdinalIgnoreCase;

        internal override bool Meets(JsonNode? value)
        {
            var found = ScimPath.Values(value, Path).Select(one => one is JsonObject whole ? whole["value"] : one).ToList();
            return Operator == "ne" ? !found.Any(one => IsSame(one)) : found.Any(one => Operator switch
            {
                "eq" => IsSame(one),
                "co" => Text(one).Contains(Text(Value), How),
                "sw" => Text(one).StartsWith(Text(Value), How),
                "ew" => Text(one).EndsWith(Text(Value), How),
                "gt" => Order(one) > 0,
                "ge" => Order(one) >= 0,
                "lt" => Order(one) < 0,
                _ => Order(one) <= 0,
            });
        }

        private bool IsSame(JsonNode? one) => string.Equals(Text(one), Text(Value), How);

        private int Order(JsonNode? one) => DateTimeOffset.TryParse(Text(one), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at)
            && DateTimeOffset.TryParse(Text(Value), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var other)
            ? at.CompareTo(other)
            : string.Compare(Text(one), Text(Value), How);

        private static string Text(JsonNode? one) => one?.ToString() ?? "";
    }
}

/// <summary>Finds values in the JSON of a resource by the name of an attribute, such as <c>name.familyName</c>.</summary>
internal static class ScimPath
{
    /// <summary>The values of an attribute; those of a list one by one.</summary>
    internal static IEnumerable<JsonNode?> Values(JsonNode? value, string path)
    {
        IEnumerable<JsonNode?> found = [value];
        foreach (var name in Plain(path).Split('.'))
            found = found.SelectMany(one => one is JsonObject whole && NameIn(whole, name) is { } known ? Each(whole[known]) : []);
        return found;
    }

    /// <summary>The path without the name of the schema before it.</summary>
    internal static string Plain(string path) => path.StartsWith("urn:", StringComparison.OrdinalIgnoreCase) ? path[(path.LastIndexOf(':') + 1)..] : path;

    /// <summary>How an object writes a name, or null when it does not have it.</summary>
    internal static string? NameIn(JsonObject whole, string name) => whole.Select(member => member.Key).FirstOrDefault(key => string.Equals(key, name, StringComparison.OrdinalIgnoreCase));

    /// <summary>The values of a list, or the one value.</summary>
    internal static JsonNode?[] Each(JsonNode? value) => value is JsonArray list ? [.. list] : [value];
}
