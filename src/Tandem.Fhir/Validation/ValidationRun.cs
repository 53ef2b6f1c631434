using Tandem.Fhir.FhirPath;
using Tandem.Fhir.Json;
using Tandem.Fhir.Structure;

namespace Tandem.Fhir.Validation;

/// <summary>One validation: what it works with, what it found, and the contexts in which rules are evaluated.</summary>
internal sealed class ValidationRun(FhirValidator validator, ValidationOptions options, IssueLog log)
{
    /// <summary>Deepest chain of profiles that name each other.</summary>
    internal const int MaxDepth = 40;

    private FhirPathContext? latest;
    private FhirNode latestRoot;

    internal FhirValidator Validator => validator;

    internal ValidationOptions Options => options;

    internal IssueLog Log => log;

    internal int Depth { get; set; }

    /// <summary>The same validation with findings of its own, to try something out.</summary>
    internal ValidationRun Probe() => new(validator, options, new IssueLog(log.Document, log.Root)) { Depth = Depth + 1 };

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
        Now = options.Now,
        Resolve = Resolve,
        MemberOf = validator.Terminology.MemberOf,
        IsA = validator.Terminology.IsA,
        InSlice = validator.InSlice,
        ConformsTo = (node, profile) => validator.Conforms(FhirValue.Of(node), profile, options),
    }.In(root);

    /// <summary>Within a bundle an entry of that address, otherwise whatever the caller finds.</summary>
    internal FhirNode Resolve(string reference) =>
        BundleEntries.Of(log.Document).Find(reference) is { Exists: true } entry ? entry : options.Resolve?.Invoke(reference) ?? default;

    internal void Add(IssueSeverity severity, string code, string text, in FhirValue at, string below = "") =>
        log.Add(severity, code, text, at.Node.Exists ? at.Node.Index : at.Companion.Index, below);
}
