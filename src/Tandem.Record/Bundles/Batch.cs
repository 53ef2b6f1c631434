using Tandem.Fhir.Json;
using Tandem.Kernel.Outcomes;
using Tandem.Record.Log;
using Tandem.Record.Rest;

namespace Tandem.Record.Bundles;

/// <summary>A bundle's entries, each on its own: one that is refused does not touch the others (R4 3.1.0.11.1).</summary>
internal static class Batch
{
    internal static async Task<FhirReply> HandleAsync(FhirRequest request, FhirNode bundle)
    {
        var entries = new List<Outcome<BundleEntry>>();
        foreach (var entry in bundle["entry"u8].Items)
            entries.Add(BundleEntry.Read(request, entry, entries.Count));

        var answers = new FhirReply[entries.Count];
        var writes = new List<Task>();
        foreach (var method in new[] { EntryMethod.Delete, EntryMethod.Post, EntryMethod.Put, EntryMethod.Patch })
        {
            for (var i = 0; i < entries.Count; i++)
            {
                if (entries[i].Succeeded(out var entry, out var refusal) && entry.Method == method && !entry.IsInteraction)
                    writes.Add(WriteAsync(request, entry, answers));
                else if (refusal is not null)
                    answers[i] = refusal;
            }
        }

        await Task.WhenAll(writes);
        foreach (var outcome in entries)
        {
            if (outcome.Succeeded(out var entry, out _) && (entry.Method == EntryMethod.Get || entry.IsInteraction))
                answers[entry.Index] = await EntryReads.AnswerAsync(request, entry);
        }

        BundleEntry?[] read = [.. entries.Select(outcome => outcome.Succeeded(out var entry, out _) ? entry : null)];
        return EntryReads.Response(request, "batch-response", read, answers);
    }

    private static async Task WriteAsync(FhirRequest request, BundleEntry entry, FhirReply[] answers) =>
        answers[entry.Index] = await FhirEndpoint.AnswerAsync(request, all => WriteAsync(all, entry)) ?? throw new OperationCanceledException(request.Cancel);

    private static async Task<FhirReply> WriteAsync(FhirRequest request, BundleEntry entry)
    {
        if (entry.Resource.IsObject && ConditionalReference.None(entry.Resource).Refusal is { } unclear)
            return unclear.At(entry.Index, ".resource");
        var made = entry.Method == EntryMethod.Post ? new ReadyVersion(entry.Type, entry.Id!, entry.Resource, request.Service.Search.Options) : null;
        var outcome = await PatchWrite.RunAsync(request, entry.Patches, session => Decide(session, request, entry, made));
        return outcome.Succeeded(out var written, out var refusal) ? FhirReply.Written(request, written) : refusal;
    }

    private static Outcome<Written> Decide(WriteSession session, FhirRequest request, BundleEntry entry, ReadyVersion? made) => entry switch
    {
        { Method: EntryMethod.Delete, Id: { } id } => DeleteResource.Decide(session, entry.Type, id, entry.IfMatch),
        { Method: EntryMethod.Delete } => DeleteResource.DecideMatches(session, entry.Type, entry.Criteria, request.Service.Limits.MostDeletes, entry.IfMatch),
        { Method: EntryMethod.Post } => CreateResource.Decide(session, made!, entry.Criteria),
        { Patch: { } patch, Id: { } id } => PatchResource.Decide(session, entry.Type, id, patch, entry.IfMatch),
        { Patch: { } patch } => PatchResource.DecideMatch(session, entry.Type, patch, entry.Criteria, entry.IfMatch),
        { Id: { } id } => UpdateResource.Decide(session, entry.Type, id, entry.Resource, entry.IfMatch, entry.IsNewOnly),
        _ => UpdateResource.DecideMatch(session, entry.Type, entry.FreshId!, entry.Resource, entry.Criteria, entry.IfMatch, entry.IsNewOnly),
    };
}
