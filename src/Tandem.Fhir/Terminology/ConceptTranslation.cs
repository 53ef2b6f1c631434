using Tandem.Fhir.Json;

namespace Tandem.Fhir.Terminology;

/// <summary>One translation of a code.</summary>
/// <param name="Equivalence">Code of concept-map-equivalence: <c>equivalent</c>, <c>wider</c> …; read from the target's side when translating backwards.</param>
/// <param name="System">The system of the code found, or null.</param>
/// <param name="Code">The code; null for <c>unmatched</c>.</param>
/// <param name="Display">What people call it, or null.</param>
/// <param name="Map">The concept map it comes from.</param>
/// <param name="Products">What goes with it for other elements (<c>target.product</c>); missing when there is nothing.</param>
public sealed record Translation(string Equivalence, string? System, string? Code, string? Display, string Map, FhirNode Products = default);

/// <summary>The code to translate.</summary>
/// <param name="System">Its system; null takes groups of any.</param>
/// <param name="Code">The code.</param>
/// <param name="Version">The version of its system; groups for another do not fit. Null fits all.</param>
/// <param name="TargetSystem">Only translations into this system; null for all.</param>
/// <param name="IsReverse">True to go from target to source.</param>
public sealed record CodeToTranslate(string? System, string Code, string? Version = null, string? TargetSystem = null, bool IsReverse = false)
{
    /// <summary>What other elements hold, by their addresses: translations that depend on something else do not hold (<c>target.dependsOn</c>).</summary>
    public IReadOnlyList<(string Element, FhirNode Concept)> Dependencies { get; init; } = [];
}

/// <summary>Translates codes by concept maps (R4 4.10).</summary>
public static class ConceptTranslation
{
    /// <summary>All translations of a code by one map.</summary>
    /// <param name="map">The ConceptMap.</param>
    /// <param name="asked">The code.</param>
    /// <param name="next">Finds another map by its address, for groups that refer to one for what they do not have; null when there is none.</param>
    public static IReadOnlyList<Translation> Of(FhirNode map, CodeToTranslate asked, Func<string, FhirNode>? next = null)
    {
        var found = new List<Translation>();
        Collect(map, asked, next, found, 0);
        return found;
    }

    private static void Collect(FhirNode map, CodeToTranslate asked, Func<string, FhirNode>? next, List<Translation> found, int depth)
    {
        foreach (var group in map["group"u8].Items)
        {
            if (!Fits(group, asked))
                continue;
            var before = found.Count;
            foreach (var element in group["element"u8].Items)
            {
                foreach (var target in element["target"u8].Items)
                {
                    var (source, aim) = asked.IsReverse ? (target, element) : (element, target);
                    if (source["code"u8].Text == asked.Code && (asked.IsReverse || Holds(target, asked)))
                        found.Add(new(Equivalence(target, asked.IsReverse), To(group, asked), aim["code"u8].Text, aim["display"u8].Text, map["url"u8].Text ?? "", asked.IsReverse ? default : target["product"u8]));
                }
            }

            if (found.Count == before && !asked.IsReverse)
                Unmapped(map, group, asked, next, found, depth);
        }
    }

    private static string? To(FhirNode group, CodeToTranslate asked) => group[asked.IsReverse ? "source" : "target"].Text;

    private static bool Fits(FhirNode group, CodeToTranslate asked)
    {
        var side = asked.IsReverse ? "target" : "source";
        var (from, version) = (group[side].Text, group[side + "Version"].Text);
        return (asked.System is null || from is null || from == asked.System)
            && (asked.Version is null || version is null || version == asked.Version)
            && (asked.TargetSystem is null || To(group, asked) == asked.TargetSystem);
    }

    /// <summary>A mapping holds only where all that it depends on is known and has the value it names (R4 4.10, ConceptMap.group.element.target.dependsOn).</summary>
    private static bool Holds(FhirNode target, CodeToTranslate asked) => target["dependsOn"u8].Items.AsEnumerable().All(needed => asked.Dependencies.Any(known =>
        known.Element == needed["property"u8].Text && Has(known.Concept, needed["system"u8].Text, needed["value"u8].Text)));

    private static bool Has(FhirNode concept, string? system, string? value) =>
        (system is null && concept["text"u8].Text == value)
        || concept["coding"u8].Items.AsEnumerable().Any(coding => coding["code"u8].Text == value && (system is null || coding["system"u8].Text == system));

    /// <summary>What a group says of codes it does not have (R4 4.10, ConceptMap.group.unmapped).</summary>
    private static void Unmapped(FhirNode map, FhirNode group, CodeToTranslate asked, Func<string, FhirNode>? next, List<Translation> found, int depth)
    {
        var (unmapped, to, url) = (group["unmapped"u8], To(group, asked), map["url"u8].Text ?? "");
        switch (unmapped["mode"u8].Text)
        {
            case "provided":
                found.Add(new("equal", to, asked.Code, null, url));
                break;
            case "fixed":
                found.Add(new("inexact", to, unmapped["code"u8].Text, unmapped["display"u8].Text, url));
                break;
            case "other-map" when depth < 8 && unmapped["url"u8].Text is { } other && next?.Invoke(other) is { Exists: true } further:
                Collect(further, asked, next, found, depth + 1);
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
