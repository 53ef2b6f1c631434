using System.Globalization;
using Tandem.Kernel.Outcomes;
using Tandem.Record.Log;
using Tandem.Record.Rest;

namespace Tandem.Record.Bundles;

/// <summary>The reading entries of a bundle, and its answer.</summary>
internal static class EntryReads
{
    /// <summary>Answers a GET as the same request alone would be answered.</summary>
    internal static async Task<FhirReply> AnswerAsync(FhirRequest request, BundleEntry entry)
    {
        if (entry.IsInteraction || SearchLink.IsIn(entry.Url)) // a link says how its answer is to look, which is not how the bundle's is
            return await EntryInteractions.AnswerAsync(request, entry);
        var question = entry.Url.IndexOf('?', StringComparison.Ordinal);
        if (!ResultShape.Read(question < 0 ? [] : QueryPairs.Read(entry.Url[question..])).Succeeded(out var shape, out var refusal))
            return refusal;
        var reply = await WholeAsync(request, entry, question);
        if (reply is { Status: 200, Version: { } version } && Preconditions.NotModified(entry.IfNoneMatch is { } tag ? [tag] : [], entry.IfModifiedSince, version))
            return new FhirReply(304, default) { Version = version };
        return shape.IsWhole || reply.Status != 200 ? reply : new FhirReply(200, Subset.Of(reply.Body, shape, reply.IsStored)) { Version = reply.Version };
    }

    private static async Task<FhirReply> WholeAsync(FhirRequest request, BundleEntry entry, int question)
    {
        var path = (question < 0 ? entry.Url : entry.Url[..question]).Split('/');
        if (path.Length == 1)
            return await SearchResources.FindAsync(request, entry.Type, question < 0 ? "" : entry.Url[(question + 1)..]);
        var store = request.Service.Store;
        if (path.Length == 2)
            return Reply(request, store.Read(path[0], path[1], request.Scope));
        return int.TryParse(path[3], NumberStyles.None, CultureInfo.InvariantCulture, out var version)
            ? Reply(request, store.ReadOne(path[0], path[1], version, request.Scope))
            : Refusal.NotFound("There is no such version.");
    }

    /// <summary>Within a transaction: a read of what is not there refuses all of it.</summary>
    internal static Refusal? Missing(WriteSession session, BundleEntry entry)
    {
        if (entry is not { Method: EntryMethod.Get, Id: { } id } || session.FindReached(entry.Type, id) is not null)
            return null;
        return Refusal.NotFound($"There is no {entry.Type} with this id.").At(entry.Index);
    }

    /// <summary>The answers in the order of the entries.</summary>
    internal static FhirReply Response(FhirRequest request, string type, IReadOnlyList<BundleEntry?> entries, FhirReply[] answers)
    {
        using var bundle = new BundleWriter(type, request, 1024 + (answers.Length * 400));
        for (var i = 0; i < answers.Length; i++)
            bundle.Answer(answers[i], entries[i] is { Method: EntryMethod.Get } or { IsInteraction: true } || request.Preference == Preference.Representation);
        return new FhirReply(200, bundle.End());
    }

    private static FhirReply Reply(FhirRequest request, Outcome<ResourceVersion> found)
    {
        if (!found.Succeeded(out var version, out var refusal))
            return refusal;
        Redisclosure.Mark(request, [version]);
        return FhirReply.Resource(version);
    }
}
