using Tandem.Fhir.Definitions;
using Tandem.Fhir.FhirPath;
using Tandem.Fhir.FhirPath.Model;
using Tandem.Fhir.Json;

namespace Tandem.Fhir.Validation;

/// <summary>Whether an item belongs to a slice, by the discriminators of the slicing (R4 5.1.0.15).</summary>
internal sealed class SliceMatch(ProfilePass pass, Slicing slicing)
{
    private readonly ValidationRun run = pass.Run;

    internal bool Matches(ProfileNode slice, in FhirValue item)
    {
        if (slicing.Discriminators.Count == 0)
            return Fits(slice, item);
        var isTold = false;
        foreach (var discriminator in slicing.Discriminators)
        {
            if (Matches(discriminator, slice, item) is not { } matches)
                continue;
            if (!matches)
                return false;
            isTold = true;
        }

        return isTold;
    }

    /// <summary>Null where the slice says nothing of what the discriminator looks at: then another one tells it apart.</summary>
    private bool? Matches(Discriminator discriminator, ProfileNode slice, in FhirValue item)
    {
        var defined = Definitions(slice, discriminator.Path);
        var values = ValuesAt(discriminator.Path, item);
        if (defined.Exists(node => node.Max == 0) && discriminator.Path != "$this")
            return values.Length == 0;
        if (discriminator.Type == "exists")
            return values.Length > 0;
        var (type, isTarget) = (discriminator.Type, discriminator.Path.EndsWith("resolve()", StringComparison.Ordinal));
        defined.RemoveAll(node => type switch
        {
            "type" => (node.Types ?? []).All(of => isTarget && of.Targets.Count == 0),
            "profile" => (node.Types ?? []).All(of => (isTarget ? of.Targets : of.Profiles).Count == 0),
            _ => !node.Fixed.Exists && !node.Pattern.Exists && node.Binding?.Strength != "required" && node.Children.Count == 0 && node.Slices.Count == 0,
        });
        if (defined.Count == 0)
            return null;
        return values.Length > 0 && defined.Exists(node => type switch
        {
            "type" => OfType(node, values, isTarget),
            "profile" => OfProfile(node, values, isTarget),
            _ => values.Any(value => HasValue(node, value)),
        });
    }

    /// <summary>By type; through a reference by the types of the profiles that it may point to.</summary>
    private bool OfType(ProfileNode node, FhirValue[] values, bool isTarget)
    {
        var types = isTarget
            ? node.Types!.SelectMany(of => of.Targets).Select(target => ProfileSet.CoreType(target) ?? run.Validator.Profiles.Find(target, out _)?.Root.Only)
            : node.Types!.Select(of => of.Type);
        return types.OfType<FhirType>().Any(type => values.Any(value => value.Type?.Is(type) == true));
    }

    /// <summary>By fixed value, pattern or required binding, of the element itself or of what the profile says below it.</summary>
    private bool HasValue(ProfileNode node, in FhirValue value)
    {
        if (node.Fixed.Exists)
            return ValueMatch.IsFixed(node.Fixed, value);
        if (node.Pattern.Exists)
            return ValueMatch.HasPattern(node.Pattern, value.Node);
        if (node.Binding is { Strength: "required" } binding)
            return run.Validator.Terminology.MemberOf(value, binding.ValueSet) == true;
        return (node.Children.Count > 0 || node.Slices.Count > 0) && Fits(node, value);
    }

    private bool OfProfile(ProfileNode node, FhirValue[] values, bool isTarget)
    {
        var profiles = (node.Types ?? []).SelectMany(of => isTarget ? of.Targets : of.Profiles).ToList();
        return values.Any(value => profiles.Exists(profile =>
            ProfileSet.CoreType(profile) is { } core ? value.Type?.Is(core) == true : run.Validator.Conforms(value, profile, run.Options) == true));
    }

    /// <summary>Tries the item against all the node says.</summary>
    private bool Fits(ProfileNode node, in FhirValue item)
    {
        if (run.Depth >= ValidationRun.MaxDepth)
            return false;
        var probe = pass.Probe();
        probe.Node(node, item);
        return !probe.Run.Log.Issues.Any(issue => issue.IsError);
    }

    private FhirValue[] ValuesAt(string path, in FhirValue item)
    {
        if (path == "$this")
            return [item];
        var expression = FhirPathExpression.Compile(path, out _);
        if (expression is null)
            return [];
        var context = pass.ContextOfRules().At(item);
        return expression.TryEvaluate(context, out var values, out _) ? [.. values] : [];
    }

    /// <summary>What the slice's definition says at a discriminator's path, nested slices and the profiles of types included.</summary>
    private List<ProfileNode> Definitions(ProfileNode slice, string path)
    {
        List<ProfileNode> nodes = slice.Inherited is { } inherited ? [slice, inherited] : [slice];
        if (path == "$this")
            return nodes;
        foreach (var step in Steps(path))
        {
            if (step == "resolve()" || step == "$this")
                continue;
            if (step.StartsWith("ofType(", StringComparison.Ordinal) || step.StartsWith("as(", StringComparison.Ordinal))
                nodes = [.. nodes.SelectMany(node => node.Slices.Count > 0 ? node.Slices.Prepend(node) : [node])];
            else if (step.StartsWith("extension(", StringComparison.Ordinal))
                nodes = [.. nodes.SelectMany(node => ExtensionSlices(node, step[10..^1].Trim('\'', '"')))];
            else
                nodes = [.. nodes.SelectMany(node => Below(node, step))];
        }

        return nodes;
    }

    private IEnumerable<ProfileNode> Below(ProfileNode node, string name)
    {
        var own = node.Children.Where(child => child.Name == name).SelectMany(child => child.Slices.Prepend(child)).ToList();
        if (own.Count > 0)
            return own;
        return (node.Types ?? []).SelectMany(of => of.Profiles)
            .Select(profile => run.Validator.Profiles.Find(profile, out _)?.Root).OfType<ProfileNode>()
            .SelectMany(root => root.Children.Where(child => child.Name == name));
    }

    private IEnumerable<ProfileNode> ExtensionSlices(ProfileNode node, string url) =>
        node.Children.Where(child => child.Name == "extension").SelectMany(child => child.Slices)
            .Where(slice => (slice.Types ?? []).Any(of => of.Profiles.Contains(url)) || slice.Children.Exists(child => child.Name == "url" && child.Fixed.Text == url))
            .SelectMany(slice => (slice.Types ?? []).SelectMany(of => of.Profiles).Select(profile => run.Validator.Profiles.Find(profile, out _)?.Root).OfType<ProfileNode>().Prepend(slice));

    /// <summary>The steps of a path; points within brackets belong to their step.</summary>
    private static IEnumerable<string> Steps(string path)
    {
        var (from, depth) = (0, 0);
        for (var at = 0; at < path.Length; at++)
        {
            depth += path[at] switch { '(' => 1, ')' => -1, _ => 0 };
            if (path[at] != '.' || depth > 0)
                continue;
            yield return path[from..at];
            from = at + 1;
        }

        yield return path[from..];
    }
}
