namespace Tandem.Fhir.Validation;

/// <summary>What a slice's definition says where a discriminator looks: of the elements of the slice, of what is alike, and of the profiles of types on the way (R4 5.1.0.15).</summary>
internal sealed class SliceDefinition
{
    private readonly ProfileSet profiles;

    internal SliceDefinition(ProfileNode slice, Discriminator discriminator, ProfileSet profiles)
    {
        (this.profiles, Discriminator) = (profiles, discriminator);
        List<List<ProfileNode>> found = [.. slice.Alike(profiles).Prepend(slice).Select(one => new List<ProfileNode> { one })];
        var isBySort = discriminator.Type is "type" or "profile";
        if (discriminator.Path != "$this")
        {
            var steps = Steps(discriminator.Path).ToList();
            for (var at = 0; at < steps.Count; at++)
            {
                if (steps[at] != "$this" && !(isBySort && discriminator.IsOfTarget && at == steps.Count - 1))
                    found = [.. WithTypes(found).SelectMany(alternatives => Beyond(alternatives, steps[at])).Where(alternatives => alternatives.Count > 0)];
            }

            var isPlain = !steps[^1].EndsWith(')'); // of an element's slices one may well be forbidden
            IsAbsent = found.Exists(alternatives => alternatives.TrueForAll(node => node.Max == 0 && !(isPlain && node.SliceName is not null)));
        }

        Said = [.. (isBySort ? found : WithTypes(found)).Select(alternatives => alternatives.FindAll(node => Says(node, discriminator))).Where(alternatives => alternatives.Count > 0)];
    }

    internal Discriminator Discriminator { get; }

    /// <summary>True where there must be nothing.</summary>
    internal bool IsAbsent { get; }

    /// <summary>What has to hold, all of it; of several within one any will do.</summary>
    internal IReadOnlyList<List<ProfileNode>> Said { get; }

    private static bool Says(ProfileNode node, Discriminator discriminator) => discriminator.Type switch
    {
        "type" => (node.Types ?? []).Any(of => !discriminator.IsOfTarget || of.Targets.Count > 0),
        "profile" => (node.Types ?? []).Any(of => discriminator.IsOfTarget ? of.Targets.Count > 0 : of.Profiles.Count > 0 || of.Type.IsResource),
        _ => node.Fixed.Exists || node.Pattern.Exists || node.Binding?.Strength == "required" || node.Children.Count > 0,
    };

    /// <summary>With the profiles that the types of the elements have to keep to.</summary>
    private IEnumerable<List<ProfileNode>> WithTypes(List<List<ProfileNode>> found) =>
        found.Concat(found.Select(alternatives => alternatives.SelectMany(node => node.OfTypes(profiles)).ToList()).Where(alternatives => alternatives.Count > 0));

    private IEnumerable<List<ProfileNode>> Beyond(List<ProfileNode> nodes, string step)
    {
        if (step == Discriminator.Resolve)
            return [[.. nodes.SelectMany(node => node.Types ?? []).SelectMany(of => of.Targets).Select(target => profiles.Find(target, out _)?.Root).OfType<ProfileNode>()]];
        if ((Argument(step, "ofType(") ?? Argument(step, "as(")) is { } type)
            return [nodes.FindAll(node => node.Only is null || node.Only.Name == type.Replace("FHIR.", "", StringComparison.Ordinal))];
        return Argument(step, "extension(") is { } url ? [[.. nodes.SelectMany(node => ExtensionSlices(node, url.Trim('\'', '"')))]] : Below(nodes, step);
    }

    /// <summary>The elements of a name; of their slices those that have to be there, else any.</summary>
    private static IEnumerable<List<ProfileNode>> Below(List<ProfileNode> nodes, string name)
    {
        var children = nodes.SelectMany(node => node.Children).Where(child => child.Name == name).ToList();
        var slices = children.SelectMany(child => child.Slices).ToList();
        var needed = slices.FindAll(slice => slice.Min > 0);
        return needed.Select(slice => new List<ProfileNode> { slice }).Append(needed.Count > 0 ? [] : slices).Prepend(children);
    }

    private static IEnumerable<ProfileNode> ExtensionSlices(ProfileNode node, string url) =>
        node.Children.Where(child => child.Name == "extension").SelectMany(child => SlicesWithin(child))
            .Where(slice => (slice.Types ?? []).SelectMany(of => of.Profiles).Any(profile => profile.Split('|')[0] == url) || slice.Children.Exists(child => child.Name == "url" && child.Fixed.Text == url));

    /// <summary>The slices of an element and the slices of those (R4 5.1.0.16).</summary>
    private static IEnumerable<ProfileNode> SlicesWithin(ProfileNode node) => node.Slices.SelectMany(slice => SlicesWithin(slice).Prepend(slice));

    private static string? Argument(string step, string function) =>
        step.StartsWith(function, StringComparison.Ordinal) && step.EndsWith(')') ? step[function.Length..^1] : null;

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
