using Tandem.Fhir.Definitions;
using Tandem.Fhir.FhirPath;

namespace Tandem.Fhir.Validation;

/// <summary>Whether an item belongs to a slice, by the discriminators of the slicing (R4 5.1.0.15). One is made for a list; its items are looked at one by one.</summary>
internal sealed class SliceMatch(ProfilePass pass, Slicing slicing)
{
    private readonly ValidationRun run = pass.Run;
    private readonly Dictionary<string, List<Reached>> reached = new(StringComparer.Ordinal);
    private FhirValue item;

    /// <summary>What a discriminator's path leads to from an item.</summary>
    /// <param name="Value">The value; nothing for what a reference points to that is not here.</param>
    /// <param name="Type">Its type, which a reference may tell of what is not here.</param>
    private readonly record struct Reached(FhirValue? Value, FhirType? Type);

    /// <summary>Turns to an item.</summary>
    internal void Take(in FhirValue next)
    {
        item = next;
        reached.Clear();
    }

    internal SliceFit Fits(ProfileNode slice)
    {
        if (slicing.Discriminators.Count == 0)
            return pass.Fits(slice, item) ? SliceFit.Yes : SliceFit.No;
        var fit = SliceFit.Unsaid;
        foreach (var defined in slice.ToldBy(slicing, run.Validator.Profiles))
        {
            var one = Fits(defined);
            if (one == SliceFit.No)
                return SliceFit.No;
            if (one == SliceFit.Unknown || fit == SliceFit.Unsaid)
                fit = one;
        }

        return fit == SliceFit.Unsaid ? ByAddress(slice) : fit;
    }

    /// <summary>Where the profile that would tell a slice apart is not here: an extension is told by its address all the same, everything else not at all.</summary>
    private SliceFit ByAddress(ProfileNode slice)
    {
        var missing = (slice.Types ?? []).SelectMany(of => of.Profiles).Where(profile => ProfileSet.CoreType(profile) is null && run.Validator.Profiles.Find(profile, out _) is null).ToList();
        if (missing.Count == 0)
            return SliceFit.No;
        if (slice.Types is not [{ Type.Name: "Extension" }])
            return SliceFit.Unknown;
        return item.Node["url"u8].Text is { } url && missing.Exists(profile => profile.Split('|')[0] == url) ? SliceFit.Yes : SliceFit.No;
    }

    /// <summary>What keeps the item from the profile that would make it one of a slice; null where it is none of it for another reason.</summary>
    internal string? Fault(ProfileNode slice)
    {
        var definitions = slice.ToldBy(slicing, run.Validator.Profiles);
        if (definitions.Any(defined => defined.Discriminator.Type != "profile" && Fits(defined) == SliceFit.No))
            return null;
        var tried = from defined in definitions
            where defined.Discriminator.Type == "profile"
            from reached in ReachedBy(defined.Discriminator.Path)
            from profile in defined.Said.SelectMany(alternatives => alternatives).SelectMany(node => node.Types!).SelectMany(of => defined.Discriminator.IsOfTarget ? of.Targets : of.Profiles)
            where reached.Value is not null && Is(reached, R4.Types.Find(run.Validator.Profiles.TypeOf(profile) ?? "")) == SliceFit.Yes
            select pass.Fault(reached.Value!.Value, profile);
        return tried.FirstOrDefault(fault => fault is not null);
    }

    private SliceFit Fits(SliceDefinition defined)
    {
        var discriminator = defined.Discriminator;
        var values = ReachedBy(discriminator.Path);
        if (defined.IsAbsent || discriminator.Type == "exists")
        {
            return values.Exists(one => one.Value is not null) ? defined.IsAbsent ? SliceFit.No : SliceFit.Yes
                : values.Count > 0 ? SliceFit.Unknown
                : defined.IsAbsent ? SliceFit.Yes : SliceFit.No;
        }

        if (defined.Said.Count == 0)
            return SliceFit.Unsaid;
        return defined.Said.Min(alternatives => Best(alternatives.SelectMany(node => values.Select(value => Fits(discriminator, node, value)))));
    }

    private SliceFit Fits(Discriminator discriminator, ProfileNode node, Reached reached) => discriminator.Type switch
    {
        "type" => OfType(node, reached, discriminator.IsOfTarget),
        "profile" => OfProfile(node, reached, discriminator.IsOfTarget),
        _ => reached.Value is { } value ? HasValue(node, value) : SliceFit.Unknown,
    };

    private static SliceFit Best(IEnumerable<SliceFit> fits) => fits.DefaultIfEmpty(SliceFit.No).Max();

    /// <summary>By type; through a reference by the types of the profiles that it may point to.</summary>
    private SliceFit OfType(ProfileNode node, Reached reached, bool isTarget) => Best(isTarget
        ? node.Types!.SelectMany(of => of.Targets).Select(target => Is(reached, R4.Types.Find(run.Validator.Profiles.TypeOf(target) ?? "")))
        : node.Types!.Select(of => Is(reached, of.Type)));

    private static SliceFit Is(Reached reached, FhirType? type) =>
        reached.Type is { } own && type is not null ? own.Is(type) ? SliceFit.Yes : SliceFit.No : SliceFit.Unknown;

    /// <summary>By any of the profiles of the type, or by the type where it has none; through a reference by those that it may point to.</summary>
    private SliceFit OfProfile(ProfileNode node, Reached reached, bool isTarget) => Best(node.Types!.SelectMany(of =>
        isTarget ? of.Targets.Select(target => KeepsTo(reached, target))
        : of.Profiles.Count > 0 ? of.Profiles.Select(profile => KeepsTo(reached, profile))
        : [of.Type.IsResource ? Is(reached, of.Type) : SliceFit.No]));

    private SliceFit KeepsTo(Reached reached, string profile)
    {
        if (ProfileSet.CoreType(profile) is { } core)
            return Is(reached, core);
        if (reached.Value is { } value)
            return pass.Conforms(value, profile) switch { true => SliceFit.Yes, false => SliceFit.No, _ => SliceFit.Unknown };
        return Is(reached, R4.Types.Find(run.Validator.Profiles.TypeOf(profile) ?? "")) == SliceFit.No ? SliceFit.No : SliceFit.Unknown;
    }

    /// <summary>By fixed value, pattern or required binding, of the element itself or of what the profile says below it.</summary>
    private SliceFit HasValue(ProfileNode node, in FhirValue value)
    {
        var fits = node.Fixed.Exists ? ValueMatch.IsFixed(node.Fixed, value)
            : node.Pattern.Exists ? ValueMatch.HasPattern(node.Pattern, value.Node)
            : node.Binding is { Strength: "required" } binding ? run.Validator.Terminology.MemberOf(value, binding.ValueSet)
            : pass.Fits(node, value);
        return fits switch { true => SliceFit.Yes, false => SliceFit.No, _ => SliceFit.Unknown };
    }

    private List<Reached> ReachedBy(string path)
    {
        if (reached.TryGetValue(path, out var known))
            return known;
        var found = new List<Reached>();
        var at = path.LastIndexOf(Discriminator.Resolve, StringComparison.Ordinal);
        if (at < 0)
        {
            found.AddRange(Values(path, item).Select(Here));
            return reached[path] = found;
        }

        var (way, beyond) = (path[..at].TrimEnd('.'), path[(at + Discriminator.Resolve.Length)..].TrimStart('.'));
        foreach (var reference in Values(way, item))
        {
            if (pass.Resolve(reference) is not { } target)
                found.Add(new(null, beyond.Length == 0 ? R4.Types.Find(pass.TargetType(reference) ?? "") : null));
            else
                found.AddRange(Values(beyond, target).Select(Here));
        }

        return reached[path] = found;

        static Reached Here(FhirValue value) => new(value, value.Type);
    }

    private FhirValue[] Values(string path, in FhirValue from)
    {
        if (path is "" or "$this")
            return [from];
        return FhirPathExpression.Compile(path, out _) is { } expression && expression.TryEvaluate(pass.ContextOfRules().At(from), out var values, out _) ? [.. values] : [];
    }
}
