using Tandem.Kernel.Outcomes;
using Tandem.Record.Log;
using Tandem.Record.Rest;
using Tandem.Record.Search;

namespace Tandem.Record.Bundles;

/// <summary>What each entry of a transaction is, before anything is written: conditions are answered by the record as it was.</summary>
internal sealed class TransactionIdentities(RecordSearch search)
{
    private readonly Dictionary<int, (string? Id, ResourceVersion? Match)> byEntry = [];
    private readonly Dictionary<string, BundleEntry> created = new(StringComparer.Ordinal);
    private readonly HashSet<string> changed = new(StringComparer.Ordinal);

    internal EntryTargets Targets { get; } = new(search);

    internal (string? Id, ResourceVersion? Match) this[BundleEntry entry] => byEntry[entry.Index];

    /// <summary>Finds out; refuses what finds several, or what another entry already means.</summary>
    internal Refusal? Find(WriteSession session, BundleEntry entry)
    {
        if (entry.Method == EntryMethod.Get)
            return null;
        if (!entry.Criteria.FindOne(session).Succeeded(out var match, out var refusal))
            return refusal;
        if (entry is { Method: EntryMethod.Patch, Id: null } && match.Version is null)
            return PatchResource.NoMatch(entry.Type);
        var id = match.Version?.Id ?? entry.Id ?? OwnOrFresh(entry);
        if (entry.Method == EntryMethod.Post && match.Version is null && entry.CriteriaText is { } criteria && !created.TryAdd(criteria, entry))
            return Refusal.Invalid("", new RefusalDetail("duplicate", "Two entries create what the same query finds.", entry.Where));
        if (entry.Method == EntryMethod.Put && match.Version is { } there && entry.Resource["id"u8].Text is { } own && own != there.Id)
            return Refusal.Invalid("The query finds a resource with another id than the one sent.");
        if (id is not null && entry.Method is EntryMethod.Put or EntryMethod.Patch or EntryMethod.Delete && !changed.Add($"{entry.Type}/{id}"))
            return Refusal.Invalid("", new RefusalDetail("duplicate", "Two entries change the same resource.", entry.Where));
        byEntry[entry.Index] = (id, match.Version);
        if (id is not null)
            Targets.Add(entry, entry.Type, id);
        return null;
    }

    /// <summary>A conditional PUT that finds nothing creates: with the client's id, else with a new one; a DELETE does nothing.</summary>
    private static string? OwnOrFresh(BundleEntry entry) =>
        entry.Method == EntryMethod.Put ? entry.Resource["id"u8].Text ?? entry.FreshId : null;
}
