using System.Text;
using Tandem.Fhir.Definitions;
using Tandem.Fhir.FhirPath;
using Tandem.Fhir.FhirPath.Model;
using Tandem.Fhir.Json;
using Tandem.Fhir.Structure;

namespace Tandem.Fhir.Validation;

/// <summary>The walk over a value with the tree of a profile beside it. Says only what the profile asks beyond the type.</summary>
/// <param name="run">The validation.</param>
/// <param name="resource">The resource that the walk begins in (<c>%resource</c>).</param>
/// <param name="root">The resource around that one, or the same (<c>%rootResource</c>).</param>
internal sealed class ProfilePass(ValidationRun run, FhirNode resource, FhirNode root)
{
    private static readonly FhirPathExpression Resolution = FhirPathExpression.Compile(Discriminator.Resolve, out _)!;

    private FhirNode resource = resource;
    private FhirNode root = root;
    private string profileName = "";

    internal ValidationRun Run => run;

    /// <summary>The profiles a resource says it keeps to (meta.profile).</summary>
    internal void Claimed(in FhirValue value)
    {
        if (!run.Options.ClaimedProfiles)
            return;
        foreach (var claim in value.Node["meta"u8]["profile"u8].Items)
        {
            if (claim.Text is not { } canonical || run.Options.Profiles.Contains(canonical))
                continue;
            if (run.Validator.Profiles.IsOtherVersion(canonical))
                Missing(canonical, null, FhirValue.Element(claim, default, null), IssueSeverity.Warning);
            else
                Named(value, canonical, FhirValue.Element(claim, default, null), IssueSeverity.Warning);
        }
    }

    /// <summary>The profiles of vital signs that an observation is of and does not claim.</summary>
    internal void Sign(in FhirValue observation)
    {
        if (!run.Options.ClaimedProfiles)
            return;
        foreach (var profile in VitalSigns.ProfilesOf(observation.Node))
        {
            if (run.Options.Profiles.Contains(profile) || observation.Node["meta"u8]["profile"u8].Items.AsEnumerable().Any(claim => claim.Text?.Split('|')[0] == profile))
                continue;
            try
            {
                run.IsAdvice = true;
                Named(observation, profile, observation, IssueSeverity.Information);
            }
            finally
            {
                run.IsAdvice = false;
            }
        }
    }

    /// <summary>The profiles that were asked for; one that is not here is an error.</summary>
    internal void Named(in FhirValue value, IReadOnlyList<string> canonicals)
    {
        foreach (var canonical in canonicals)
        {
            if (run.Validator.Profiles.IsOtherVersion(canonical))
                Missing(canonical, null, value, IssueSeverity.Error);
            else
                Named(value, canonical, value, IssueSeverity.Error);
        }
    }

    /// <summary>Holds a value against a compiled profile.</summary>
    internal void Check(Profile profile, in FhirValue value)
    {
        if (run.Depth >= ValidationRun.MaxDepth)
            return;
        var outerName = profileName;
        profileName = profile.Name;
        run.Depth++;
        if (RequireType(value, profile.Type))
            Node(profile.Root, value);
        run.Depth--;
        profileName = outerName;
    }

    /// <summary>Whether a value keeps to all that a node says.</summary>
    internal bool Fits(ProfileNode node, FhirValue value) => run.Depth < ValidationRun.MaxDepth && run.Once(value.Node, node, () =>
    {
        var document = (value.Node.Exists ? value.Node : value.Companion).Document; // it may be what a reference points to
        var probe = run.Within(document, document.Root.Index);
        new ProfilePass(probe, resource, root).Node(node, value);
        return !probe.Log.HasErrors;
    });

    /// <summary>Whether a value of the resource, or a resource that it points to, keeps to a profile; null when the profile is not here.</summary>
    internal bool? Conforms(in FhirValue value, string profile)
    {
        var (own, outer) = Around(value);
        return run.Conforms(value, profile, own, outer);
    }

    /// <summary>As <see cref="Conforms"/>: what keeps it from that; null when nothing does.</summary>
    internal string? Fault(in FhirValue value, string profile)
    {
        var (own, outer) = Around(value);
        return run.Fault(value, profile, own, outer);
    }

    /// <summary>The resource that a value is or lies in, and the one around that.</summary>
    private (FhirNode Resource, FhirNode Root) Around(in FhirValue value)
    {
        if (value.Type is not { IsResource: true } || value.Node == resource)
            return (resource, root);
        var isContained = root["contained"u8] is { Exists: true } contained && ElementPath.Has(contained, value.Node);
        return (value.Node, isContained ? root : value.Node);
    }

    /// <summary>What a reference points to; null where that is not here.</summary>
    internal FhirValue? Resolve(in FhirValue reference) =>
        Resolution.TryEvaluate(ContextOfRules().At(reference), out var found, out _) && found.Count > 0 ? found[0] : null;

    /// <summary>The type of what a reference points to, whether that is here or not; null where it cannot be told.</summary>
    internal string? TargetType(in FhirValue reference) => ReferenceTarget.TypeOf(reference.Node, root, run);

    /// <summary>Where paths and rules of the profile are evaluated.</summary>
    internal FhirPathContext ContextOfRules() => run.Context(resource, root);

    /// <summary>One value against what a node of the tree says.</summary>
    internal void Node(ProfileNode node, in FhirValue value)
    {
        if (run.Log.IsFull)
            return;
        var outer = (resource, root);
        var rules = node.Rules.Count > 0 ? ContextOfRules() : null; // those of an element that holds a resource are asked in the resource it is an element of
        if (value.Type is { IsResource: true } && value.Node != resource)
            (resource, root) = (value.Node, node.Name == "contained" ? root : value.Node);
        if (node.Fixed.Exists && !ValueMatch.IsFixed(node.Fixed, value))
            Say(IssueSeverity.Error, "value", $"This has to be exactly {Shown(node.Fixed)}", value);
        if (node.Pattern.Exists && !ValueMatch.HasPattern(node.Pattern, value.Node))
            Say(IssueSeverity.Error, "value", $"This has to match {Shown(node.Pattern)}", value);
        Bounds(node, value);
        if (node.Binding is { } binding)
            Bindings.Check(run, value, binding.ValueSet, binding.Strength);
        foreach (var (strength, valueSet) in node.MoreBindings)
            Bindings.Check(run, value, valueSet, strength);
        if (node.MaxValueSet is { } most)
            Bindings.Most(run, value, most);
        Types(node, value);
        foreach (var rule in node.Rules)
            rule.Check(value, rules!, run);
        foreach (var child in node.Children)
            Element(child, value);
        if (node.Defined is { } defined)
            AsDefined(defined, value);
        (resource, root) = outer;
    }

    private void AsDefined(ProfileNode defined, in FhirValue value)
    {
        foreach (var rule in defined.Rules)
            rule.Check(value, ContextOfRules(), run);
        foreach (var child in defined.Children)
            Element(child, value);
    }

    /// <summary>The values of one element below a value: how many there are, each, and their slices.</summary>
    private void Element(ProfileNode node, in FhirValue parent)
    {
        var values = ValuesOf(node, parent);
        if (node.ChecksMin && values.Count < node.Min)
        {
            Say(IssueSeverity.Error, "required", values.Count == 0
                ? $"{node.Name} is missing"
                : $"{node.Name} is there {values.Count} times; at least {node.Min} are asked for", parent, "." + node.Name);
        }

        if (node.Max is { } max && values.Count > max)
            Say(IssueSeverity.Error, "structure", max == 0 ? $"{node.Name} must not be there" : $"{node.Name} may be there at most {max} times, not {values.Count}", parent, "." + node.Name);
        for (var number = 0; number < values.Count; number++)
            Node(node, values[number]);
        if (node.Slices.Count > 0 || node.Slicing is { Rules: "closed" })
            new SlicePass(this).Check(node, values, parent);
    }

    /// <summary>A snapshot names the value of a primitive beside its id and extensions (R4 string.value); in JSON that is the primitive itself.</summary>
    private static Values ValuesOf(ProfileNode node, in FhirValue parent)
    {
        if (parent.Type is not { IsPrimitive: true } || node.Name != "value")
            return Children.Named(parent, node.NameUtf8);
        var found = default(ValueBuilder);
        if (parent.Node.Exists)
            found.Add(parent);
        return found.Done();
    }

    private void Bounds(ProfileNode node, in FhirValue value)
    {
        if (node.MaxLength is { } length && value.Node.Kind == JsonKind.String && new System.Globalization.StringInfo(value.Node.Text!).LengthInTextElements > length)
            Say(IssueSeverity.Error, "too-long", $"This may have at most {length:N0} characters", value);
        if (node.MinValue is { } min && Compare(value, min) < 0)
            Say(IssueSeverity.Error, "value", $"This must not be less than {Shown(min.Node)}", value);
        if (node.MaxValue is { } max && Compare(value, max) > 0)
            Say(IssueSeverity.Error, "value", $"This must not be more than {Shown(max.Node)}", value);
    }

    /// <summary>0 as well where the two have no order.</summary>
    private static int Compare(in FhirValue value, in FhirValue bound)
    {
        try
        {
            return Ordering.Compare(value, bound, 0) ?? 0;
        }
        catch (FhirPathException)
        {
            return 0;
        }
    }

    private void Types(ProfileNode node, in FhirValue value)
    {
        if (node.Types is not { } types || value.Type is not { } own)
            return;
        var fitting = types.Where(of => own.Is(of.Type)).ToList();
        if (fitting.Count == 0)
        {
            Say(IssueSeverity.Error, "structure", $"This has to be a {string.Join(" or ", types.Select(of => of.Type.Name).Distinct())}, not a {own.Name}", value);
            return;
        }

        var profiles = fitting.SelectMany(of => of.Profiles).ToList();
        if (profiles.Count > 0)
            OfProfile(value, profiles);
        var targets = fitting.SelectMany(of => of.Targets).ToList();
        if (own.Name == "Reference" && targets.Count > 0)
            Target(value, targets);
        if (fitting.TrueForAll(of => of.Aggregation.Count > 0) && value.Node["reference"u8].Text is { Length: > 0 } reference)
            Aggregation(value, reference, [.. fitting.SelectMany(of => of.Aggregation).Distinct()]);
    }

    /// <summary>Where the target lies (R4 2.24.0.4, ElementDefinition.type.aggregation); outside of a bundle it cannot be told what would lie in it.</summary>
    private void Aggregation(in FhirValue value, string reference, List<string> modes)
    {
        var isThere = reference[0] == '#' ? modes.Contains("contained") : modes.Contains("referenced") || (modes.Contains("bundled") && run.MayBeBundled(reference, value.Node));
        if (!isThere)
            Say(IssueSeverity.Error, "value", $"What this reference points to has to be {string.Join(" or ", modes)}", value);
    }

    /// <summary>With one profile everything it finds is said; of several any one will do.</summary>
    private void OfProfile(in FhirValue value, List<string> profiles)
    {
        if (value.Type!.Name == "Extension")
        {
            var url = value.Node["url"u8].Text;
            if (!profiles.Exists(profile => profile.Split('|')[0] == url))
                Say(IssueSeverity.Error, "extension", $"This has to be the extension {string.Join(" or ", profiles)}", value);
            return; // what it holds is checked wherever the extension stands
        }

        if (profiles.Count == 1)
        {
            Named(value, profiles[0], value, IssueSeverity.Warning);
            return;
        }

        foreach (var profile in profiles)
        {
            if (Conforms(value, profile) != false)
                return;
        }

        Say(IssueSeverity.Error, "structure", $"This keeps to none of the profiles {string.Join(", ", profiles)}", value);
    }

    private void Target(in FhirValue value, List<string> targets)
    {
        var types = targets.ConvertAll(run.Validator.Profiles.TypeOf);
        if (types.Contains("Resource") || types.Contains(null))
            return; // a profile that is not here may be about any type
        var type = TargetType(value);
        if (type is not null && !types.Contains(type))
        {
            Say(IssueSeverity.Error, "value", $"This reference points to a {type}; the profile allows {string.Join(", ", types.Distinct())}", value);
            return;
        }

        if (type is not null && !targets.Exists(target => ProfileSet.CoreType(target)?.Name == type) && Resolve(value) is { } resolved
            && targets.TrueForAll(target => ProfileSet.CoreType(target) is not null || Conforms(resolved, target) == false))
            Say(IssueSeverity.Error, "value", $"What this reference points to keeps to none of the profiles {string.Join(", ", targets)}", value);
    }

    private void Named(in FhirValue value, string canonical, in FhirValue place, IssueSeverity unknown)
    {
        if (ProfileSet.CoreType(canonical) is { } core)
            RequireType(value, core.Name);
        else if (run.Validator.Profiles.Find(canonical, out var fault) is { } profile)
            Check(profile, value);
        else
            Missing(canonical, fault, place, unknown);
    }

    private void Missing(string canonical, string? fault, in FhirValue place, IssueSeverity severity) =>
        run.Add(severity, fault is null ? "not-found" : "not-supported", fault ?? $"The profile {canonical} is not here, so it was not checked. Load its StructureDefinition.", place);

    private bool RequireType(in FhirValue value, string type)
    {
        if (value.Type is not { } own || R4.Types.Find(type) is not { } wanted || own.Is(wanted) || value.TypeName == type)
            return true;
        run.Add(IssueSeverity.Error, "invalid", $"The profile is about {type}, not about {own.Name}.", value);
        return false;
    }

    internal void Say(IssueSeverity severity, string code, string text, in FhirValue at, string below = "") =>
        run.Add(severity, code, $"{text} ({profileName}).", at, below);

    /// <summary>A profile's own value, cut short.</summary>
    private static string Shown(FhirNode value) =>
        value.Raw.Length <= 120 ? Encoding.UTF8.GetString(value.Raw) : Encoding.UTF8.GetString(value.Raw[..119]) + "…";
}
