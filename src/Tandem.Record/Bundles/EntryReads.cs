using System.Globalization;
using Tandem.Kernel.Outcomes;
using Tandem.Record.Log;
using Tandem.Record.Operations;
using Tandem.Record.Rest;
using Tandem.Record.Search;

namespace Tandem.Record.Bundles;

/// <summary>The reading entries of a bundle.</summary>
internal static class EntryReads
{
    /// <summary>
    /// Answers a GET as the same request alone would be answered, a HEAD without the resource. One that fails is not the others' fault, nor that of what was written before it: a refusal of all would have clients
    /// send the writes again.
    /// </summary>
    internal static async Task<FhirReply> AnswerAsync(FhirRequest request, BundleEntry entry) =>
        await FhirEndpoint.AnswerAsync(request, all => ReadAsync(all, entry)) ?? throw new OperationCanceledException(request.Cancel);

    private static async Task<FhirReply> ReadAsync(FhirRequest request, BundleEntry entry)
    {
        var reply = await EntryInteractions.AnswerAsync(request, entry);
        if (reply is { Status: 200, Version: { } version } && Preconditions.NotModified(entry.Conditions.IfNoneMatch is { } tag ? [tag] : [], entry.Conditions.IfModifiedSince, version))
            return new FhirReply(304, default) { Version = version };
        return entry.IsHead && reply.Status == 200 ? reply with { Body = default } : reply;
    }

    /// <summary>
    /// Within a transaction, before it: a read, a search or a history that cannot be asked, or a read of a version that was deleted, refuses all of it (R4 3.1.0.11.2). What an operation
    /// asks for is known to the operation alone.
    /// </summary>
    internal static async Task<Refusal?> RefusedAsync(FhirRequest request, BundleEntry entry)
    {
        if (entry.Method != EntryMethod.Get || SearchLink.IsIn(entry.Url))
            return null;
        var question = entry.Url.IndexOf('?', StringComparison.Ordinal);
        var (path, query) = question < 0 ? (entry.Url, "") : (entry.Url[..question], entry.Url[(question + 1)..]);
        Refusal? refusal = path.Split('/') switch
        {
            [.., ['$', ..]] => null,
            ["metadata"] => Capabilities.Misasked(EntryInteractions.Alone(request, entry).Request),
            [.., "_history"] => HistoryQuestion.Read(EntryInteractions.Alone(request, entry).Request).Refusal,
            [""] => (await SearchTypes.ReadAsync(request, query, null)).Refusal,
            [var type] => (await SearchResources.ReadAsync(request, type, query, isWithin: false, path)).Refusal,
            [_, _] or [_, _, "_history", _] when EntryInteractions.Alone(request, entry).Request.UnknownParameters() is { } unknown => unknown,
            [var type, _, var member] when SearchCompartment.Nowhere(type, member) is { } nowhere => nowhere,
            [var type, var id, "*"] => (await SearchTypes.ReadAsync(request, query, new CompartmentClause(type, id))).Refusal,
            [_, _, var member] => (await SearchResources.ReadAsync(request, member, query, isWithin: true, path)).Refusal,
            [var type, var id, _, var version] when Preconditions.VersionNumber(version) is { } number
                && request.Service.Store.ReadOne(type, id, number, request.Scope, request.Limit).Refusal is { Kind: RefusalKind.Gone } gone => gone,
            _ => null,
        };
        return (refusal ?? ResultShape.Read(QueryPairs.Read(query)).Refusal)?.At(entry.Index);
    }

    /// <summary>Within a transaction, after its writes: a read of what is not there, or no longer, refuses all of it (R4 3.1.0.11.2). Definitions of the hub's own operations are there without being written.</summary>
    internal static Refusal? Missing(WriteSession session, FhirRequest request, BundleEntry entry)
    {
        if (entry is not { Method: EntryMethod.Get, Id: { } id })
            return null;
        var current = session.FindReached(entry.Type, id);
        if (current is null or { Deleted: true } && entry.Type == "OperationDefinition" && OperationDefinitions.Find(request.Address, id) is not null)
            return null;
        if (current is null)
            return Refusal.NotFound($"There is no {entry.Type} with this id.").At(entry.Index);
        var question = entry.Url.IndexOf('?', StringComparison.Ordinal);
        var path = (question < 0 ? entry.Url : entry.Url[..question]).Split('/');
        if (path.Length == 4 && (Preconditions.VersionNumber(path[3]) is not { } version || version > current.Version))
            return Refusal.NotFound("There is no such version.").At(entry.Index);
        var isCurrent = path.Length == 4 ? path[3] == current.Version.ToString(CultureInfo.InvariantCulture) : path[^1] != "_history";
        return isCurrent && current.Deleted ? Refusal.Gone($"The {entry.Type} was deleted.").At(entry.Index) : null;
    }
}
