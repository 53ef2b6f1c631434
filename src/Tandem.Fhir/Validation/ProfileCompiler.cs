using System.Globalization;
using Tandem.Fhir.Definitions;
using Tandem.Fhir.FhirPath;
using Tandem.Fhir.Json;

namespace Tandem.Fhir.Validation;

/// <summary>
/// Turns a StructureDefinition into a tree of what it asks beyond its type. A snapshot is read as it is; a differential is laid over the
/// tree of the profile it derives from, so no snapshot has to be generated. What the type asks for anyway is left to the type.
/// </summary>
internal sealed class ProfileCompiler(ProfileSet profiles, IReadOnlyList<string> open)
{
    private const int MostSteps = 32;
    private const string Extensions = "http://hl7.org/fhir/StructureDefinition/";

    /// <summary>Rules of the specification that every resource is held against with or without a profile: their expressions by key.</summary>
    private static readonly Lazy<ILookup<string, string>> Known = new(() =>
        R4.Types.All.SelectMany(type => type.Rules.Concat(type.Elements.SelectMany(element => element.Rules))).ToLookup(rule => rule.Key, rule => rule.Expression));

    /// <summary>The slice that the latest element of a path began, for definitions whose elements have no usable ids.</summary>
    private readonly Dictionary<string, string> latestSlice = new(StringComparer.Ordinal);

    private readonly List<string> faults = [];

    internal (Profile?, string?) Compile(FhirNode definition)
    {
        var url = definition["url"u8].Text;
        if (definition["type"u8].Text is not { } typeName || R4.Types.Find(typeName) is not { } type)
            return (null, $"The profile {url} is not about a type of FHIR R4.");
        if (definition["derivation"u8].Text == "specialization")
            return (null, $"{url} defines a type of its own; only constraints on the types of FHIR R4 can be used.");
        var isSnapshot = definition["snapshot"u8]["element"u8].First.Exists;
        if (Start(definition, type, isSnapshot, out var fault) is not { } root)
            return (null, fault);
        foreach (var element in definition[isSnapshot ? "snapshot"u8 : "differential"u8]["element"u8].Items)
            Apply(root, type, element);
        ContentReferences.Bring(root);
        return faults.Count > 0 ? (null, faults[0]) : (new(definition, root), null);
    }

    private ProfileNode? Start(FhirNode definition, FhirType type, bool isSnapshot, out string? fault)
    {
        fault = null;
        var parent = definition["baseDefinition"u8].Text;
        if (isSnapshot || parent is null || ProfileSet.CoreType(parent) is not null)
            return new(type.Name) { Only = type };
        if (profiles.Find(parent, open, out fault) is { } known)
            return known.Root.Copy();
        fault ??= $"The profile {definition["url"u8].Text} has no snapshot, and {parent}, which it derives from, is not here.";
        return null;
    }

    private void Apply(ProfileNode root, FhirType type, FhirNode element)
    {
        if (element["path"u8].Text is not { } path)
            return;
        var steps = path.Split('.');
        if (steps.Length > MostSteps)
        {
            faults.Add($"The profile has a path of more than {MostSteps} steps.");
            return;
        }

        var ids = (element["id"u8].Text ?? "").Split('.');
        var hasIds = ids.Length == steps.Length && ids.Zip(steps).All(pair => pair.First.Split(':')[0] == pair.Second);
        var node = root;
        FhirElement? declared = null;
        FhirType? owner = type;
        var prefix = steps[0];
        for (var at = 1; at < steps.Length; at++)
        {
            prefix += "." + steps[at];
            var slice = hasIds ? SliceIn(ids[at])
                : at == steps.Length - 1 ? latestSlice[prefix] = element["sliceName"u8].Text ?? ""
                : latestSlice.GetValueOrDefault(prefix);
            node = Step(node, owner, steps[at], slice, out declared);
            owner = node.Only;
        }

        if (node != root || steps.Length == 1)
            Read(node, element, node.SliceName is null ? declared : null, declared);
    }

    private static string? SliceIn(string id) => id.IndexOf(':', StringComparison.Ordinal) is var colon and >= 0 ? id[(colon + 1)..] : null;

    private ProfileNode Step(ProfileNode node, FhirType? owner, string step, string? slice, out FhirElement? declared)
    {
        var name = step.EndsWith("[x]", StringComparison.Ordinal) ? step[..^3] : step;
        declared = owner?.Elements.Find(name);
        FhirType? chosen = null;
        if (declared is null && owner is not null && owner.Elements.TryFind(System.Text.Encoding.UTF8.GetBytes(name), out var choice) && choice.Element.IsChoice)
        {
            (declared, chosen) = (choice.Element, choice.Type);
            slice ??= name; // valueQuantity is short for a slice of value[x] by type
            name = choice.Element.Name;
        }
        else if (declared is null && owner is { Kind: not TypeKind.Abstract } && !(owner.IsPrimitive && name == "value"))
        {
            faults.Add($"The profile names {owner.Name}.{name}, which FHIR R4 does not have.");
        }

        var child = node.Child(name);
        child.Only ??= declared is { Types: [{ } only] } ? only.Type : null;
        if (string.IsNullOrEmpty(slice))
            return child;
        if (declared is { IsChoice: true })
        {
            child.Slicing ??= Slicing.ByType;
            var element = declared;
            chosen ??= element.Types.Select(of => of.Type).FirstOrDefault(of => element.JsonName(of) == slice);
        }

        var parts = slice.Split('/');
        for (var count = 1; count <= parts.Length; count++)
            child = child.Slice(string.Join('/', parts.Take(count)));
        if (chosen is not null)
            (child.Only, child.Types) = (chosen, child.Types ?? [new(chosen, [], [])]);
        return child;
    }

    private static void Read(ProfileNode node, FhirNode element, FhirElement? same, FhirElement? declared)
    {
        if (Whole(element["min"u8]) is { } min)
            (node.Min, node.ChecksMin) = (min, same is null || min > same.Min);
        if (element["max"u8].Text is { } max)
            node.Max = max == "*" ? int.MaxValue : int.TryParse(max, out var number) ? number : node.Max;
        if (element["slicing"u8] is { IsObject: true } slicing)
            node.Slicing = ReadSlicing(slicing, node.Slicing);
        node.MaxLength = Whole(element["maxLength"u8]) ?? node.MaxLength;
        node.IsModifier |= element["isModifier"u8].Boolean == true;
        ReadBinding(node, element["binding"u8], declared);
        ReadTypes(node, element["type"u8], declared);
        foreach (var property in element.Properties)
            ReadValue(node, property);
        foreach (var rule in element["constraint"u8].Items)
            ReadRule(node, rule);
        foreach (var extension in element["extension"u8].Items)
            ReadText(node, extension);
    }

    /// <summary>What a text has to look like, which R4 lets a profile say by extensions.</summary>
    private static void ReadText(ProfileNode node, FhirNode extension)
    {
        switch (extension["url"u8].Text)
        {
            case Extensions + "minLength" when Whole(extension["valueInteger"u8]) is { } length:
                Add(node, "minLength", $"toString().length() >= {length}", $"This must have at least {length} characters");
                break;
            case Extensions + "regex" when extension["valueString"u8].Text is { } pattern:
                var literal = pattern.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("'", "\\'", StringComparison.Ordinal);
                Add(node, "regex", $"toString().matchesFull('{literal}')", $"This has to look like {pattern}");
                break;
        }

        static void Add(ProfileNode node, string key, string expression, string text)
        {
            node.Rules.RemoveAll(other => other.Key == key);
            node.Rules.Add(new(new(key, RuleSeverity.Error, $"hasValue() implies {expression}", text)));
        }
    }

    /// <summary>Null for what is no integer of R4 (2.24.0.1), which a definition of elsewhere may have.</summary>
    private static int? Whole(FhirNode number) => int.TryParse(number.Text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole) ? whole : null;

    /// <summary>A slicing that only bounds the one it derives from tells the items apart as that one.</summary>
    private static Slicing ReadSlicing(FhirNode slicing, Slicing? derived) => new(
        slicing["discriminator"u8].Exists
            ? [.. slicing["discriminator"u8].Items.AsEnumerable().Select(item => new Discriminator(item["type"u8].Text ?? "value", item["path"u8].Text ?? "$this"))]
            : derived?.Discriminators ?? [],
        slicing["rules"u8].Text ?? "open",
        slicing["ordered"u8].Boolean == true);

    private static void ReadBinding(ProfileNode node, FhirNode binding, FhirElement? declared)
    {
        if (binding["valueSet"u8].Text is not { } valueSet || binding["strength"u8].Text is not { } strength)
            return;
        var plain = valueSet.Split('|')[0];
        var isSame = strength == "required" ? declared?.Codes?.ValueSet == plain : strength == "extensible" && declared?.ExtensibleValueSet == plain;
        node.Binding = isSame ? null : (strength, valueSet);
        var most = binding["extension"u8].Items.AsEnumerable().FirstOrDefault(extension => extension["url"u8].Text == Extensions + "elementdefinition-maxValueSet");
        var bound = most["valueCanonical"u8].Text ?? most["valueUri"u8].Text;
        var more = AdditionalBinding.Read(binding);
        node.MaxValueSet = more.Find(one => one.Purpose == "maximum")?.ValueSet ?? (bound == declared?.MaxValueSet ? null : bound);
        node.MoreBindings = more.ConvertAll(one => (one.Purpose, one.ValueSet));
    }

    private static void ReadTypes(ProfileNode node, FhirNode types, FhirElement? declared)
    {
        var read = new List<ProfileType>();
        foreach (var item in types.Items)
        {
            if (R4.Types.Find(item["code"u8].Text ?? "") is not { } type)
                return; // System types of ids and urls say nothing beyond the type
            read.Add(new(type, Addresses(item["profile"u8]), Addresses(item["targetProfile"u8])) { Aggregation = [.. item["aggregation"u8].Items.AsEnumerable().Select(mode => mode.Text).OfType<string>()] });
        }

        if (read.Count == 0 || (declared is not null && read.TrueForAll(of => SaysNothing(of, declared)) && read.Count == declared.Types.Count))
            return;
        node.Types = read;
        if (read.Count == 1 && (node.Only is null || node.Only.Kind != TypeKind.Backbone))
            node.Only = read[0].Type;
        if (read.Count == 1 && node.Only is { Kind: TypeKind.Backbone })
            node.Types = null;
    }

    private static bool SaysNothing(ProfileType of, FhirElement declared)
    {
        var same = declared.Types.FirstOrDefault(type => type.Type == of.Type);
        var targets = of.Targets.Select(target => ProfileSet.CoreType(target)?.Name).ToList();
        return (same is not null || declared.Types is [{ Type.Kind: TypeKind.Backbone }]) && of.Profiles.Count == 0 && of.Aggregation.Count == 0
            && (targets.Count == 0 || targets is ["Resource"] || (same is not null && targets.Count == same.Targets.Count && targets.TrueForAll(same.Targets.Contains!)));
    }

    private static string[] Addresses(FhirNode list) =>
        [.. list.Items.AsEnumerable().Select(item => item.Text ?? "").Where(address => !address.Split('|')[0].EndsWith("/SimpleQuantity", StringComparison.Ordinal))];

    private static void ReadValue(ProfileNode node, FhirNode property)
    {
        var name = property.Name;
        if (name.StartsWith("fixed", StringComparison.Ordinal))
            node.Fixed = property;
        else if (name.StartsWith("pattern", StringComparison.Ordinal))
            node.Pattern = property;
        else if (name.StartsWith("minValue", StringComparison.Ordinal))
            node.MinValue = Typed(property, name[8..]);
        else if (name.StartsWith("maxValue", StringComparison.Ordinal))
            node.MaxValue = Typed(property, name[8..]);
    }

    private static FhirValue Typed(FhirNode property, string type) =>
        FhirValue.Of(property, R4.Types.Find(type) is not null ? type : char.ToLowerInvariant(type[0]) + type[1..]);

    /// <summary>A rule of R4 that a snapshot repeats; a profile may use its key, such as <c>inv-1</c>, for one of its own.</summary>
    private static bool IsOfSpecification(string key, string expression, string? source) =>
        key is "ele-1" or "ext-1" or "dom-2" or "dom-3" or "dom-4" or "dom-5" or "dom-6" // whatever way they are written
        || (Known.Value.Contains(key) && (Known.Value[key].Contains(expression) || (source is not null && (ProfileSet.CoreType(source) ?? R4.Types.Find(source)) is not null)));

    private static void ReadRule(ProfileNode node, FhirNode rule)
    {
        if (rule["key"u8].Text is not { } key || rule["expression"u8].Text is not { } expression || IsOfSpecification(key, expression, rule["source"u8].Text))
            return;
        node.Rules.RemoveAll(other => other.Key == key);
        var severity = rule["extension"u8].Items.AsEnumerable().Any(extension => extension["url"u8].Text?.EndsWith("bestpractice", StringComparison.Ordinal) == true && extension["valueBoolean"u8].Boolean != false)
            ? RuleSeverity.BestPractice
            : rule["severity"u8].Text == "error" ? RuleSeverity.Error : RuleSeverity.Warning;
        node.Rules.Add(new(new(key, severity, expression, rule["human"u8].Text ?? key)));
    }
}
