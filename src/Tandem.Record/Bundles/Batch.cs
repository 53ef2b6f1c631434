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

        var writes = new Task<FhirReply>?[entries.Count];
        foreach (var method in new[] { EntryMethod.Delete, EntryMethod.Post, EntryMethod.Put, EntryMethod.Patch })
        {
            for (var i = 0; i < entries.Count; i++)
            {
                if (entries[i].Succeeded(out var entry, out _) && entry.Method == method && !entry.IsInteraction)
                    writes[i] = WriteAnsweredAsync(request, entry);
            }
        }

        await Task.WhenAll(writes.OfType<Task>());
        var answers = new EntryAnswers(request, bundle, entries.Count);
        var reads = new List<BundleEntry>();
        for (var i = 0; i < entries.Count; i++)
        {
            if (!entries[i].Succeeded(out var entry, out var refusal))
                answers.Add(i, refusal);
            else if (writes[i] is { } write)
                answers.Add(i, await write);
            else
                reads.Add(entry);
        }

        foreach (var entry in reads)
            await answers.ReadAsync(entry);
        return answers.Response("batch-response");
    }

    private static async Task<FhirReply> WriteAnsweredAsync(FhirRequest request, BundleEntry entry) =>
        await FhirEndpoint.AnswerAsync(request, all => WriteAsync(all, entry)) ?? throw new OperationCanceledException(request.Cancel);

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
