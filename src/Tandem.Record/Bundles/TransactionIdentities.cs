using Tandem.Kernel.Outcomes;
using Tandem.Record.Log;
using Tandem.Record.Rest;

namespace Tandem.Record.Bundles;

/// <summary>
/// What each entry of a transaction is, before anything is written. A condition is answered by the record without what the transaction
/// deletes and with what it creates; two entries that would create what one condition finds become one.
/// </summary>
internal sealed class TransactionIdentities
{
    private readonly Dictionary<int, (string? Id, bool IsMatch)> byEntry = [];
    private readonly Dictionary<int, List<string>> deletions = [];
    private readonly Dictionary<string, BundleEntry> brought = new(StringComparer.Ordinal);
    private readonly HashSet<string> created = new(StringComparer.Ordinal);
    private readonly HashSet<string> deleted = new(StringComparer.Ordinal);
    private readonly HashSet<string> changed = new(StringComparer.Ordinal);
    private readonly TransactionMatches matches;
    private readonly int mostDeletes;

    private TransactionIdentities(TransactionMatches matches, FhirRequest request)
    {
        this.matches = matches;
        mostDeletes = request.Service.Limits.MostDeletes;
        Targets = new EntryTargets(request, reference => matches.OfReference(reference) is { } found ? One(found, ConditionalReference.TypeOf(reference), null) : (Outcome<string?>?)null);
    }

    internal EntryTargets Targets { get; }

    /// <summary>The logical id of an entry, and whether it stands for a resource that is there without it.</summary>
    internal (string? Id, bool IsMatch) this[BundleEntry entry] => byEntry[entry.Index];

    /// <summary>The logical ids of what the query of a DELETE finds.</summary>
    internal IReadOnlyList<string> Deleted(BundleEntry entry) => deletions[entry.Index];

    /// <summary>Finds out what all entries are; refuses what finds several, or what another entry already means.</summary>
    internal static Outcome<TransactionIdentities> Find(WriteSession session, FhirRequest request, IReadOnlyList<Step> steps)
    {
        foreach (var entry in steps.Select(step => step.Entry))
        {
            if (entry is { Method: EntryMethod.Post, Id: { } made })
                session.KnowNew(entry.Type, made);
        }

        if (!TransactionMatches.Find(session, request, steps).Succeeded(out var matches, out var refusal))
            return refusal;
        var identities = new TransactionIdentities(matches, request);
        identities.Note();
        foreach (var entry in steps.Select(step => step.Entry).Where(entry => entry.Method != EntryMethod.Get).OrderBy(entry => entry.Method))
        {
            if (identities.Settle(entry) is { } wrong)
                return wrong.At(entry.Index);
        }

        return identities;
    }

    /// <summary>What is new whatever the conditions find, and what may be.</summary>
    private void Note()
    {
        foreach (var (entry, version) in matches.Brought)
        {
            brought[version.Reference] = entry;
            if (entry.CriteriaText is null)
                created.Add(version.Reference);
        }
    }

    private Refusal? Settle(BundleEntry entry)
    {
        if (entry is { Method: EntryMethod.Delete, CriteriaText: { } query })
            return SettleDeletion(entry, query);
        string? match = null;
        if (entry.CriteriaText is { } criteria && !One(matches[criteria] ?? [], entry.Type, entry).Succeeded(out match, out var refusal))
            return refusal;
        if (entry is { Method: EntryMethod.Patch, Id: null } && match is null)
            return PatchResource.NoMatch(entry.Type);
        if (entry.Method == EntryMethod.Put && match is not null && entry.Resource["id"u8].Text is { } own && own != match)
            return Refusal.Invalid("The query finds a resource with another id than the one sent.");

        var id = match ?? (entry.Method == EntryMethod.Post ? entry.Id : entry.Id ?? entry.NewId);
        var identity = $"{entry.Type}/{id}";
        if (id is not null && entry.Method != EntryMethod.Post && (!changed.Add(identity) || (created.Contains(identity) && brought[identity] != entry)))
            return Refusal.Invalid("", new RefusalDetail("duplicate", "Two entries change the same resource."));
        if (id is not null && entry.Method == EntryMethod.Delete)
            deleted.Add(identity);
        else if (match is null && brought.ContainsKey(identity))
            created.Add(identity);
        byEntry[entry.Index] = (id, match is not null);
        if (id is not null)
            Targets.Add(entry, entry.Type, id);
        return null;
    }

    /// <summary>A query deletes one resource, or several where the site allows it (R4 3.1.0.7.1).</summary>
    private Refusal? SettleDeletion(BundleEntry entry, string query)
    {
        var ids = Meant(matches[query] ?? [], entry.Type, entry).ToList();
        if (DeleteResource.TooMany(ids.Count, mostDeletes) is { } refusal)
            return refusal;
        foreach (var identity in ids.Select(id => $"{entry.Type}/{id}"))
        {
            changed.Add(identity);
            deleted.Add(identity);
        }

        deletions[entry.Index] = ids;
        return null;
    }

    /// <summary>The one of the ids that a condition found which it means for an entry or a reference, or null.</summary>
    private Outcome<string?> One(IReadOnlyList<string> ids, string type, BundleEntry? asking) =>
        Meant(ids, type, asking).Take(2).ToList() switch { [] => (string?)null, [var one] => one, _ => Criteria.Several };

    /// <summary>Those that are there for who asks: not what the transaction deletes, nor, for a deletion, what it creates.</summary>
    private IEnumerable<string> Meant(IReadOnlyList<string> ids, string type, BundleEntry? asking) => ids.Where(id =>
        $"{type}/{id}" is var identity && !deleted.Contains(identity)
        && !(brought.TryGetValue(identity, out var other) && (other == asking || asking?.Method == EntryMethod.Delete || !created.Contains(identity))));
}
