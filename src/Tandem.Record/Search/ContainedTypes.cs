namespace Tandem.Record.Search;

/// <summary>
/// Contained resources in the index (R4 3.1.1.5.5): of a type of their own, named by the type with a hash before it (<c>#Patient</c>), whose parameters have numbers of their own, so that no
/// other search meets their rows; each under a number of its own, below zero, that tells the resource around it and the place in its element contained.
/// </summary>
internal static class ContainedTypes
{
    /// <summary>How far the numbers of these types lie beyond those of the others.</summary>
    internal const int Beyond = 1000;

    /// <summary>So many bits of a number tell the place: no resource is large enough to contain more.</summary>
    internal const int PlaceBits = 20;

    /// <summary>The type of contained resources.</summary>
    internal static string Of(string type) => "#" + type;

    /// <summary>True for a type of contained resources.</summary>
    internal static bool Is(string type) => type[0] == '#';

    /// <summary>The type of resource that it is of.</summary>
    internal static string Plain(string type) => Is(type) ? type[1..] : type;

    /// <summary>What is true when a resource contains one of these types, in SQL.</summary>
    /// <param name="types">Their numbers, as places of a statement's values.</param>
    internal static string Any(IEnumerable<string> types) => Condition.Exists("search_resources c", $"c.type IN ({string.Join(", ", types)})");

    /// <summary>The number of a contained resource.</summary>
    /// <param name="rid">Number of the resource around it.</param>
    /// <param name="place">Its place in the element contained, from 0.</param>
    internal static long Number(long rid, int place) => -((rid << PlaceBits) | (long)place);

    /// <summary>The number of the resource around one, in SQL.</summary>
    internal static string Around(string number) => $"((0 - {number}) >> {PlaceBits})";

    /// <summary>The number of the resource around one, in SQL; of a resource of its own its own.</summary>
    internal static string AroundAny(string number) => $"(CASE WHEN {number} < 0 THEN {Around(number)} ELSE {number} END)";

    /// <summary>The number of the resource around one; of a resource of its own its own.</summary>
    internal static long AroundOf(long number) => number < 0 ? -number >> PlaceBits : number;

    /// <summary>The place of a contained resource.</summary>
    internal static int Place(long number) => (int)(-number & ((1L << PlaceBits) - 1));
}
