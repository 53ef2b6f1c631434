using System.Text.Json;
using System.Text.Json.Nodes;

namespace Tandem.SecondOpinion;

/// <summary>A resource with one thing wrong: a member is missing, or a text is another. The same resource always gives the same copy.</summary>
internal static class BrokenCopy
{
    internal static byte[] Of(ReadOnlyMemory<byte> resource, int seed)
    {
        var root = JsonNode.Parse(resource.Span)!.AsObject();
        var random = new Random(seed);
        var places = Members(root).Where(place => place.Name is not ("resourceType" or "id" or "div")).ToList();
        var (owner, name) = places[random.Next(places.Count)];
        if (random.Next(2) == 0 || owner[name] is not JsonValue value || value.GetValueKind() != JsonValueKind.String)
            owner.Remove(name);
        else
            owner[name] = value.GetValue<string>() + "x";
        Prune(root);
        return JsonSerializer.SerializeToUtf8Bytes(root);
    }

    private static IEnumerable<(JsonObject Owner, string Name)> Members(JsonNode? node) => node switch
    {
        JsonObject one => one.SelectMany(member => Members(member.Value).Prepend((one, member.Key))),
        JsonArray many => many.SelectMany(Members),
        _ => [],
    };

    /// <summary>Leaves no empty object or list, which is wrong in another way.</summary>
    private static bool Prune(JsonNode? node)
    {
        switch (node)
        {
            case JsonObject one:
                foreach (var name in one.Where(member => Prune(member.Value)).Select(member => member.Key).ToList())
                    one.Remove(name);
                return one.Count == 0;
            case JsonArray many:
                foreach (var item in many.Where(Prune).ToList())
                    many.Remove(item);
                return many.Count == 0;
            default:
                return false;
        }
    }
}
