using Tandem.Fhir.Definitions;
using Tandem.Fhir.Json;

namespace Tandem.Fhir.Validation;

/// <summary>A StructureDefinition ready to hold resources, types or extensions against. Immutable once compiled and thread-safe.</summary>
public sealed class Profile
{
    internal Profile(FhirNode definition, ProfileNode root)
    {
        Root = root;
        Url = definition["url"u8].Text ?? "";
        Name = definition["name"u8].Text ?? Url[(Url.LastIndexOf('/') + 1)..];
        Type = definition["type"u8].Text ?? "";
        Contexts = [.. definition["context"u8].Items.AsEnumerable().Select(item =>
            new ExtensionContext(item["type"u8].Text ?? "element", item["expression"u8].Text ?? ""))];
        ContextRules = [.. definition["contextInvariant"u8].Items.AsEnumerable().Select(item => item.Text ?? "").Select(rule =>
            new CompiledRule(new("contextInvariant", RuleSeverity.Error, rule, $"The extension {Name} may stand only where {rule} holds")))];
    }

    /// <summary>Its canonical address.</summary>
    public string Url { get; }

    /// <summary>Its name.</summary>
    public string Name { get; }

    /// <summary>The type it constrains.</summary>
    public string Type { get; }

    internal ProfileNode Root { get; }

    /// <summary>True for an extension that has to stand in <c>modifierExtension</c>.</summary>
    internal bool IsModifier => Root.IsModifier;

    internal IReadOnlyList<ExtensionContext> Contexts { get; }

    /// <summary>What has to be true of the element an extension stands on (R4 5.3.4, StructureDefinition.contextInvariant).</summary>
    internal IReadOnlyList<CompiledRule> ContextRules { get; }
}

/// <summary>A type that an element may have, with the profiles it or its target has to keep to.</summary>
internal sealed record ProfileType(FhirType Type, IReadOnlyList<string> Profiles, IReadOnlyList<string> Targets)
{
    /// <summary>Where the target of a reference may lie: <c>contained</c>, <c>referenced</c>, <c>bundled</c>; nothing where anywhere will do.</summary>
    internal IReadOnlyList<string> Aggregation { get; init; } = [];
}

/// <summary>How the items of a list are told apart (R4 5.1.0.15).</summary>
internal sealed record Slicing(IReadOnlyList<Discriminator> Discriminators, string Rules, bool IsOrdered)
{
    internal static readonly Slicing ByUrl = new([new("value", "url")], "open", false);

    /// <summary>Without discriminators an item belongs to the slice whose definition it keeps to.</summary>
    internal static readonly Slicing ByContent = new([], "open", false);

    internal static readonly Slicing ByType = new([new("type", "$this")], "open", false);
}

/// <summary>One thing that tells slices apart.</summary>
/// <param name="Type"><c>value</c>, <c>exists</c>, <c>pattern</c>, <c>type</c> or <c>profile</c>.</param>
/// <param name="Path">FHIRPath (a restricted subset) from the item.</param>
internal sealed record Discriminator(string Type, string Path)
{
    internal const string Resolve = "resolve()";

    /// <summary>True where the path ends with what a reference points to.</summary>
    internal bool IsOfTarget { get; } = Path.EndsWith(Resolve, StringComparison.Ordinal);
}
