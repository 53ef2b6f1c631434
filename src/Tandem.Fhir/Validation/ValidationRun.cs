using Tandem.Fhir.FhirPath;
using Tandem.Fhir.Json;
using Tandem.Fhir.Structure;

namespace Tandem.Fhir.Validation;

/// <summary>One validation: what it works with, what it found, and the contexts in which rules are evaluated.</summary>
internal sealed class ValidationRun
{
    /// <summary>Deepest chain of profiles that name each other.</summary>
    internal const int MaxDepth = 40;

    private readonly ValidationMemory memory;
    private FhirPathContext? latest;
    private FhirNode latestRoot;

    internal ValidationRun(FhirValidator validator, ValidationOptions options, IssueLog log)
        : this(validator, options, log, new(options))
    {
    }

    private ValidationRun(FhirValidator validator, ValidationOptions options, IssueLog log, ValidationMemory memory) =>
        (Validator, Options, Log, this.memory) = (validator, options, log, memory);

    internal FhirValidator Validator { get; }

    internal ValidationOptions Options { get; }

    internal IssueLog Log { get; }

    internal BundleEntries Entries => BundleEntries.Of(Log.Document);

    internal WalkedPlaces Walked => memory.Walked;

    internal int Depth { get; set; }

    /// <summary>True while what would be an error is only a warning.</summary>
    internal bool IsAdvice { get; set; }

    /// <summary>True where it is only tried out whether something holds, and nobody reads why not.</summary>
    internal bool IsTrial { get; private init; }

    /// <summary>The same validation with findings of its own, to try something out.</summary>
    internal ValidationRun Within(FhirJson document, int root) =>
        new(Validator, Options, new(document, root), memory) { Depth = Depth + 1, IsTrial = true };

    /// <summary>What was found of a value before; else finds it. While it is being found it is taken to be true, so what leads back to itself does not fail for that.</summary>
    internal bool Once(FhirNode value, object question, Func<bool> find) => value.Exists ? memory.Once((value, question), find) : find();

    /// <summary>Whether a resource or element keeps to a profile; null when the profile is not known, or the chain of profiles is too long.</summary>
    /// <param name="item">The resource or element.</param>
    /// <param name="canonical">The profile.</param>
    /// <param name="resource">The resource that it is, or lies in.</param>
    /// <param name="root">The resource around that one, or the same.</param>
    internal bool? Conforms(FhirValue item, string canonical, FhirNode resource, FhirNode root)
    {
        if (Depth >= MaxDepth || !item.Node.IsObject || Validator.Profiles.Find(canonical, out _) is not { } profile)
            return null;
        return Once(item.Node, profile, () => !Check(item, profile, resource, root).HasErrors);
    }

    /// <summary>What a resource or element does not keep to of a profile; the first there is to say, with its place. Null when there is nothing.</summary>
    internal string? Fault(FhirValue item, string canonical, FhirNode resource, FhirNode root) => Validator.Profiles.Find(canonical, out _) is { } profile
        && Check(item, profile, resource, root).Issues.FirstOrDefault(one => one.IsError) is { } issue ? $"{issue.Expression}: {issue.Text}" : null;

    private IssueLog Check(FhirValue item, Profile profile, FhirNode resource, FhirNode root)
    {
        var run = Within(item.Node.Document, item.Node.Index);
        new ProfilePass(run, resource, root).Check(profile, item);
        return run.Log;
    }

    /// <summary>Whether an item belongs to a slice of a profile; null when the profile or the slice is not known.</summary>
    internal bool? InSlice(FhirValue item, string profile, string slice)
    {
        if (Depth >= MaxDepth || Validator.Profiles.Find(profile, out _) is not { } known || ListOf(known.Root, slice) is not { } list || !item.Node.Exists)
            return null;
        var (run, root) = (Within(item.Node.Document, item.Node.Index), item.Node.Document.Root);
        var matcher = new SliceMatch(new ProfilePass(run, root, root), list.SlicingOf(Validator.Profiles));
        matcher.Take(item);
        return matcher.Fits(list.Slices.Find(one => one.SliceName == slice)!) == SliceFit.Yes;
    }

    /// <summary>Where rules of a resource are evaluated; one is kept, as most rules in a row are of one resource.</summary>
    internal FhirPathContext Context(FhirNode resource, FhirNode root)
    {
        if (latest is not null && latest.Resource == resource && latestRoot == root)
            return latest;
        latestRoot = root;
        return latest = OwnContext(resource, root);
    }

    /// <summary>As <see cref="Context"/>, for rules with variables of their own.</summary>
    internal FhirPathContext OwnContext(FhirNode resource, FhirNode root) => new FhirPathContext(resource)
    {
        Now = Options.Now,
        Entries = Entries,
        Resolve = memory.Resolve,
        MemberOf = Validator.Terminology.MemberOf,
        IsA = Validator.Terminology.IsA,
        InSlice = InSlice,
        ConformsTo = (item, profile) => new ProfilePass(this, resource, root).Conforms(item, profile),
    }.In(root);

    /// <summary>Within a bundle an entry of that address, otherwise whatever the caller finds.</summary>
    internal FhirNode Resolve(string reference, FhirNode from) => Entries.Find(reference, from) is { Exists: true } entry ? entry : memory.Resolve(reference);

    /// <summary>True for the address of an entry of the bundle around, and for any where there is no bundle.</summary>
    internal bool MayBeBundled(string reference, FhirNode from) => !Log.Document.Root["resourceType"u8].Is("Bundle"u8) || Entries.Find(reference, from).Exists;

    internal void Add(IssueSeverity severity, string code, string text, in FhirValue at, string below = "") =>
        Log.Add(IsAdvice && severity == IssueSeverity.Error ? IssueSeverity.Warning : severity, code, text, at.Node.Exists ? at.Node.Index : at.Companion.Index, below);

    private static ProfileNode? ListOf(ProfileNode node, string slice) => node.Slices.Exists(one => one.SliceName == slice)
        ? node
        : node.Children.Concat(node.Slices).Select(child => ListOf(child, slice)).FirstOrDefault(found => found is not null);
}
