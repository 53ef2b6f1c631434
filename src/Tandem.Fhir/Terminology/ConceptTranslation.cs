using Tandem.Fhir.Json;

namespace Tandem.Fhir.Terminology;

/// <summary>One translation of a code.</summary>
/// <param name="Equivalence">Code of concept-map-equivalence: <c>equivalent</c>, <c>wider</c> …; read from the target's side when translating backwards.</param>
/// <param name="System">The system of the code found, or null.</param>
/// <param name="Code">The code; null for <c>unmatched</c>.</param>
/// <param name="Display">What people call it, or null.</param>
/// <param name="Map">The concept map it comes from.</param>
public sealed record Translation(string Equivalence, string? System, string? Code, string? Display, string Map);

/// <summary>Translates codes by concept maps (R4 4.10).</summary>
public static class ConceptTranslation
{
    /// <summary>All translations of a code by one map.</summary>
    /// <param name="map">The ConceptMap.</param>
    /// <param name="system">The code's system; null takes groups of any.</param>
    /// <param name="code">The code.</param>
    /// <param name="targetSystem">Only translations into this system; null for all.</param>
    /// <param name="isReverse">True to go from target to source.</param>
    /// <param name="next">Finds another map by its address, for groups that refer to one for what they do not have; null when there is none.</param>
    public static IReadOnlyList<Translation> Of(
        FhirNode map, string? system, string code, string? targetSystem = null, bool isReverse = false, Func<string, FhirNode>? next = null)
    {
        var found = new List<Translation>();
        Collect(map, system, code, targetSystem, isReverse, next, found, 0);
        return found;
    }

    private static void Collect(
        FhirNode map, string? system, string code, string? targetSystem, bool isReverse, Func<string, FhirNode>? next, List<Translation> found, int depth)
    {
        foreach (var group in map["group"u8].Items)
        {
            var (from, to) = isReverse ? (group["target"u8].Text, group["source"u8].Text) : (group["source"u8].Text, group["target"u8].Text);
            if ((system is not null && from is not null && from != system) || (targetSystem is not null && to != targetSystem))
                continue;
            var before = found.Count;
            foreach (var element in group["element"u8].Items)
            {
                foreach (var target in element["target"u8].Items)
                {
                    var (source, aim) = isReverse ? (target, element) : (element, target);
                    if (source["code"u8].Text == code)
                        found.Add(new(Equivalence(target, isReverse), to, aim["code"u8].Text, aim["display"u8].Text, map["url"u8].Text ?? ""));
                }
            }

            if (found.Count == before && !isReverse)
                Unmapped(map, group["unmapped"u8], system, code, targetSystem, to, next, found, depth);
        }
    }

    /// <summary>What a group says of codes it does not have (R4 4.10, ConceptMap.group.unmapped).</summary>
    private static void Unmapped(
        FhirNode map, FhirNode unmapped, string? system, string code, string? targetSystem, string? to, Func<string, FhirNode>? next, List<Translation> found, int depth)
    {
        var url = map["url"u8].Text ?? "";
        switch (unmapped["mode"u8].Text)
        {
            case "provided":
                found.Add(new("equal", to, code, null, url));
                break;
            case "fixed":
                found.Add(new("inexact", to, unmapped["code"u8].Text, unmapped["display"u8].Text, url));
                break;
            case "other-map" when depth < 8 && unmapped["url"u8].Text is { } other && next?.Invoke(other) is { Exists: true } further:
                Collect(further, system, code, targetSystem, false, next, found, depth + 1);
                break;
        }
    }

    private static string Equivalence(FhirNode target, bool isReverse)
    {
        var stated = target["equivalence"u8].Text ?? "relatedto";
        return !isReverse ? stated : stated switch
        {
            "wider" => "narrower",
            "narrower" => "wider",
            "subsumes" => "specializes",
            "specializes" => "subsumes",
            _ => stated,
        };
    }
}
