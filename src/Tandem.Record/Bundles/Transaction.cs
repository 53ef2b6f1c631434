using Tandem.Fhir.Json;
using Tandem.Fhir.Search;
using Tandem.Fhir.Structure;
using Tandem.Kernel.Outcomes;
using Tandem.Record.Files;
using Tandem.Record.Log;
using Tandem.Record.Rest;

namespace Tandem.Record.Bundles;

/// <summary>
/// All of a bundle's entries or none of them, in one write: deletions first, then POST, PUT, GET; references between entries lead to
/// what the entries become (R4 3.1.0.11.2).
/// </summary>
internal static class Transaction
{
    internal static async Task<FhirReply> HandleAsync(FhirRequest request, FhirNode bundle)
    {
        if (!Read(request, bundle).Succeeded(out var steps, out var refusal))
            return refusal;
        foreach (var step in steps)
        {
            if (await EntryReads.RefusedAsync(request, step.Entry) is { } unreadable)
                return unreadable;
        }

        steps = MadeReady(WithFilesTold(steps), request.Service.Search.Options);
        var outcome = await PatchWrite.RunAsync(request, [.. steps.SelectMany(step => step.Entry.Patches)], session => Decide(session, request, steps));
        if (!outcome.Succeeded(out var written, out refusal))
            return refusal;

        var answers = new EntryAnswers(request, bundle, steps.Count);
        for (var i = 0; i < written.Length; i++)
        {
            if (written[i] is { } one)
                answers.Add(i, FhirReply.Written(request, one));
        }

        foreach (var entry in steps.Select(step => step.Entry).Where(entry => written[entry.Index] is null))
            await answers.ReadAsync(entry);
        return answers.Response("transaction-response");
    }

    private static Outcome<List<Step>> Read(FhirRequest request, FhirNode bundle)
    {
        var steps = new List<Step>();
        var problems = new List<RefusalDetail>();
        var (kind, index) = (RefusalKind.Invalid, 0);
        foreach (var entry in bundle["entry"u8].Items)
        {
            if (BundleEntry.Read(request, entry, index++).Succeeded(out var read, out var refusal) && read is { IsInteraction: true, Method: EntryMethod.Post })
                refusal = Refusal.Invalid("", new RefusalDetail("not-supported", "An operation or a posted search cannot be one with a transaction; send it alone or in a batch.", read.Where));
            if (refusal is null)
            {
                steps.Add(Step.Of(read!));
                continue;
            }

            kind = problems.Count == 0 ? refusal.Kind : kind;
            problems.AddRange(refusal.Details);
        }

        if (problems.Count > 0)
            return new Refusal(kind, "", problems);
        return Twice(steps) is { } twice ? twice : steps;
    }

    /// <summary>An attachment beside the Binary that it leads to says the size and hash of the file as it is kept (documents come like that: IHE MHD, ITI-65).</summary>
    private static List<Step> WithFilesTold(List<Step> steps)
    {
        var files = steps.Select(step => step.Entry).Where(entry => entry is { FullUrl: not null, CleanedFile: not null }).ToDictionary(entry => entry.FullUrl!, entry => entry.CleanedFile, StringComparer.Ordinal);
        return files.Count == 0 ? steps : steps.ConvertAll(step => step.Entry.Resource.IsObject
            ? Step.Of(step.Entry with { Resource = AttachmentCheck.Told(step.Entry.Resource, url => files.GetValueOrDefault(Address(url, step))) })
            : step);
    }

    /// <summary>Makes ready outside the writer what is new and points to no other entry.</summary>
    private static List<Step> MadeReady(List<Step> steps, SearchIndexOptions options)
    {
        var urls = steps.Select(step => step.Entry.FullUrl).OfType<string>().ToHashSet(StringComparer.Ordinal);
        return steps.ConvertAll(step => step.Entry is { Method: EntryMethod.Post, CriteriaText: null } entry && !step.Spots.Any(spot => spot.IsNarrative || urls.Contains(Address(spot.Text, step)) || ConditionalReference.Is(spot.Text))
            ? step with { Made = new ReadyVersion(entry.Type, entry.Id!, entry.Resource, options) }
            : step);
    }

    /// <summary>What a reference of an entry names, as the fullUrl of another would have it.</summary>
    private static string Address(string reference, Step step) => BundleEntries.Unversioned(BundleEntries.Absolute(reference, step.Root));

    /// <summary>Refuses a bundle that names one resource twice (R4 3.1.0.11.2).</summary>
    private static Refusal? Twice(List<Step> steps)
    {
        var urls = new HashSet<string>(StringComparer.Ordinal);
        var identities = new HashSet<string>(StringComparer.Ordinal);
        foreach (var entry in steps.Select(step => step.Entry))
        {
            if (entry.FullUrl is { } url && entry.Method != EntryMethod.Get && !urls.Add(url))
                return Duplicate(entry, ".fullUrl");
            if (entry is { Method: EntryMethod.Put or EntryMethod.Patch or EntryMethod.Delete, Id: not null } && !identities.Add($"{entry.Type}/{entry.Id}"))
                return Duplicate(entry, ".request.url");
        }

        return null;
    }

    private static Refusal Duplicate(BundleEntry entry, string below) =>
        Refusal.Invalid("", new RefusalDetail("duplicate", "Two entries name the same resource.", entry.Where + below));

    /// <summary>Stages everything; by entry what was done, null for what is only read.</summary>
    private static Outcome<Written?[]> Decide(WriteSession session, FhirRequest request, List<Step> steps)
    {
        var written = new Written?[steps.Count];
        session.Expect([.. steps.Select(step => step.Entry).Where(entry => entry is { Method: not EntryMethod.Post, Id: not null }).Select(entry => (entry.Type, entry.Id!))]);
        if (!TransactionIdentities.Find(session, request, steps).Succeeded(out var identities, out var unclear))
            return unclear;
        foreach (var step in steps.Where(step => step.Entry.Method != EntryMethod.Get && !(step.Entry.Method == EntryMethod.Post && identities[step.Entry].IsMatch)).OrderBy(step => step.Entry.Method))
        {
            if (!One(session, identities, step).Succeeded(out var one, out var refusal))
                return refusal.At(step.Entry.Index);
            written[step.Entry.Index] = one;
        }

        foreach (var entry in steps.Select(step => step.Entry).Where(entry => entry.Method == EntryMethod.Post && identities[entry].IsMatch))
            written[entry.Index] = new Written(session.Find(entry.Type, identities[entry].Id!), Effect.Unchanged);

        return steps.Select(step => EntryReads.Missing(session, request, step.Entry)).FirstOrDefault(missing => missing is not null) is { } absent ? absent : written;
    }

    private static Outcome<Written> One(WriteSession session, TransactionIdentities identities, Step step)
    {
        var entry = step.Entry;
        if (entry is { Method: EntryMethod.Delete, Id: null })
            return DeleteResource.Decide(session, entry.Type, identities.Deleted(entry), entry.IfMatch);
        var (id, isMatch) = identities[entry];
        if (entry.Method == EntryMethod.Delete)
            return DeleteResource.Decide(session, entry.Type, id!, entry.IfMatch);
        if (entry.Patch is { } patch)
            return Patched(session, identities, entry, id!, patch);
        return identities.Targets.Resolve(entry.Resource, step.Spots, step.Root, session).Then<Written>(resource => entry.Method == EntryMethod.Post
            ? new Written(step.Made is { } made && ReferenceEquals(resource.Document, entry.Resource.Document) ? session.Put(made) : session.Put(entry.Type, id!, resource), Effect.Created)
            : UpdateResource.Decide(session, entry.Type, id!, resource, entry.IfMatch, entry.IsNewOnly || (entry.CriteriaText is not null && !isMatch), isMadeHere: id == entry.FreshId));
    }

    /// <summary>What a patch brings in may point to other entries too, so references are followed in its result; the relative ones in it are of this record.</summary>
    private static Outcome<Written> Patched(WriteSession session, TransactionIdentities identities, BundleEntry entry, string id, PatchedResource patch) =>
        PatchResource.Decide(
            session, entry.Type, id, patch, entry.IfMatch, next => identities.Targets.Resolve(next, ReferenceSpots.Of(next), null, session));
}

/// <summary>An entry and where it points elsewhere.</summary>
internal sealed record Step(BundleEntry Entry, IReadOnlyList<ReferenceSpot> Spots)
{
    internal static Step Of(BundleEntry entry) => new(entry, entry.Resource.IsObject ? ReferenceSpots.Of(entry.Resource) : []);

    /// <summary>Where its relative references stand, see <see cref="BundleEntries.RootOf"/>.</summary>
    internal string? Root { get; } = BundleEntries.RootOf(Entry.FullUrl);

    /// <summary>What is new as it will be written, unless it points to other entries.</summary>
    internal ReadyVersion? Made { get; init; }
}
