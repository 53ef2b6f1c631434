using Tandem.Fhir.Definitions;
using Tandem.Fhir.Json;
using Tandem.Kernel.Outcomes;
using Tandem.Record.Access;
using Tandem.Record.Log;
using Tandem.Record.Rest;

namespace Tandem.Record.Bundles;

/// <summary>
/// What the conditions of a transaction find: in the record, and among what the transaction itself brings (R4 3.1.0.11.2: the outcome does not
/// depend on the order of entries). The conditions of entries are asked once, together, as if all new resources were there already;
/// conditional references after them, as if all changes were made.
/// </summary>
internal sealed class TransactionMatches
{
    private readonly Dictionary<string, IReadOnlyList<string>> found = new(StringComparer.Ordinal);
    private readonly Dictionary<string, IReadOnlyList<string>> referred = new(StringComparer.Ordinal);

    private TransactionMatches()
    {
    }

    /// <summary>The ids that the condition of an entry finds, by <see cref="BundleEntry.CriteriaText"/>; null when it was not asked.</summary>
    internal IReadOnlyList<string>? this[string criteria] => found.GetValueOrDefault(criteria);

    /// <summary>The ids that a conditional reference finds, those of what the transaction deletes among them; null when it was not asked.</summary>
    internal IReadOnlyList<string>? OfReference(string reference) => referred.GetValueOrDefault(reference);

    /// <summary>The entries whose resources may be new with the transaction, with what they bring; empty when there is nothing to ask.</summary>
    internal IReadOnlyList<(BundleEntry Entry, ResourceVersion Version)> Brought { get; private set; } = [];

    /// <summary>Asks everything that the entries want to know.</summary>
    internal static Outcome<TransactionMatches> Find(WriteSession session, FhirRequest request, IReadOnlyList<Step> steps)
    {
        var matches = new TransactionMatches();
        var questions = new Dictionary<string, (string Type, Criteria Criteria, int Entry)>(StringComparer.Ordinal);
        foreach (var entry in steps.Select(step => step.Entry).Where(entry => entry.CriteriaText is not null))
            questions.TryAdd(entry.CriteriaText!, (entry.Type, entry.Criteria, entry.Index));
        if (!References(request, steps).Succeeded(out var references, out var unread))
            return unread;
        if (questions.Count == 0 && references.Count == 0)
            return matches;
        matches.Brought = New(session, steps);
        List<ResourceVersion> brought = [.. matches.Brought.Select(one => one.Version)];
        var deletions = steps.Select(step => step.Entry).Where(entry => entry is { Method: EntryMethod.Delete, CriteriaText: not null }).CountBy(entry => entry.Type).ToDictionary();
        int Most(string type) => steps.Count + 2 + ((request.Service.Limits.MostDeletes - 1) * deletions.GetValueOrDefault(type)); // what is deleted is found too
        if (Ask(session, questions, brought, Most, matches.found) is { } wrong)
            return wrong;
        return references.Count > 0 && Ask(session, references, [.. brought, .. matches.Updated(session, steps)], Most, matches.referred) is { } unclear ? unclear : matches;
    }

    /// <summary>The conditional references but for those that are the condition of an entry: they mean what the entry becomes, unless it is deleted.</summary>
    private static Outcome<Dictionary<string, (string Type, Criteria Criteria, int Entry)>> References(FhirRequest request, IReadOnlyList<Step> steps)
    {
        var asked = steps.Select(step => step.Entry).Where(entry => entry is { Method: not EntryMethod.Delete, CriteriaText: not null }).Select(entry => entry.CriteriaText!).ToHashSet(StringComparer.Ordinal);
        var questions = new Dictionary<string, (string Type, Criteria Criteria, int Entry)>(StringComparer.Ordinal);
        foreach (var step in steps)
        {
            foreach (var text in step.Spots.Where(spot => spot.IsReference && ConditionalReference.Is(spot.Text)).Select(spot => spot.Text))
            {
                var type = ConditionalReference.TypeOf(text);
                if (questions.ContainsKey(text) || asked.Contains(text))
                    continue;
                if (!R4.IsResourceType(type))
                    return Refusal.Invalid("", new RefusalDetail("value", $"FHIR R4 has no resource type of this name: {FhirRequest.Shown(type)}.")).At(step.Entry.Index, ".resource");
                if (!Criteria.Required(request, type, text).Succeeded(out var criteria, out var refusal))
                    return refusal.At(step.Entry.Index);
                questions.Add(text, (type, criteria, step.Entry.Index));
            }
        }

        return questions;
    }

    /// <summary>Asks as if the transaction's own resources were there as it leaves them; a refusal when a question cannot be followed.</summary>
    private static Refusal? Ask(
        WriteSession session, Dictionary<string, (string Type, Criteria Criteria, int Entry)> questions, List<ResourceVersion> there, Func<string, int> most, Dictionary<string, IReadOnlyList<string>> found)
    {
        if (questions.Count == 0)
            return null;
        var mayFind = questions.Values.Any(question => !question.Criteria.IsPlain || there.Exists(version => version.Type == question.Type));
        return mayFind && there.Count > 0 ? session.Trying(there, () => Ask(session, questions, most, found)) : Ask(session, questions, most, found);
    }

    private static Refusal? Ask(WriteSession session, Dictionary<string, (string Type, Criteria Criteria, int Entry)> questions, Func<string, int> most, Dictionary<string, IReadOnlyList<string>> found)
    {
        foreach (var (text, question) in questions)
        {
            if (!question.Criteria.FindIds(session, most(question.Type)).Succeeded(out var ids, out var refusal))
                return refusal.At(question.Entry);
            found[text] = ids;
        }

        return null;
    }

    /// <summary>The resources that are there already and that the transaction changes, as it leaves them (R4 3.1.0.11.2: conditional references come last).</summary>
    private List<ResourceVersion> Updated(WriteSession session, IReadOnlyList<Step> steps)
    {
        var updated = new List<ResourceVersion>();
        foreach (var entry in steps.Select(step => step.Entry).Where(entry => entry.Method is EntryMethod.Put or EntryMethod.Patch))
        {
            var id = entry.CriteriaText is { } criteria ? this[criteria] is [var only] ? only : null : entry.Id;
            if (id is null || session.FindReached(entry.Type, id) is not { Deleted: false } current)
                continue;
            var next = entry.Patch is { } patch ? patch.Of(current).Succeeded(out var patched, out _) ? patched : default : entry.Resource;
            if (next.IsObject)
                updated.Add(AsLeft(session, entry.Type, id, session.LastSeq + steps.Count + updated.Count + 1, current, next));
        }

        return updated;
    }

    /// <summary>The resources that may be new with this transaction, as they were sent. What belongs to a patient who is new with it too has nobody yet who is related to them.</summary>
    private static List<(BundleEntry Entry, ResourceVersion Version)> New(WriteSession session, IReadOnlyList<Step> steps)
    {
        var brought = new List<(BundleEntry Entry, string Id, ResourceVersion? Current)>();
        foreach (var entry in steps.Select(step => step.Entry))
        {
            if (entry.NewId is { } id && MayBring(session, entry, id, out var current))
                brought.Add((entry, id, current));
        }

        var patients = brought.Where(one => one.Entry.Type == "Patient").Select(one => one.Id).ToHashSet(StringComparer.Ordinal);
        return [.. brought.Select((one, at) => (one.Entry, AsLeft(session, one.Entry.Type, one.Id, session.LastSeq + at + 1, one.Current, one.Entry.Resource, patients)))];
    }

    /// <summary>True when the resource is not there. Under an id of the client's own that says nothing of what is there and not reached: see <see cref="UpdateResource.Decide"/>.</summary>
    private static bool MayBring(WriteSession session, BundleEntry entry, string id, out ResourceVersion? current)
    {
        var isMadeHere = entry.Method == EntryMethod.Post || id == entry.FreshId;
        current = isMadeHere ? session.Find(entry.Type, id) : session.FindReached(entry.Type, id);
        return current is not { Deleted: false } && (current is not null || isMadeHere || session.Scope.ReachesAll(entry.Type));
    }

    private static ResourceVersion AsLeft(WriteSession session, string type, string id, long seq, ResourceVersion? current, FhirNode resource, HashSet<string>? newPatients = null) => new()
    {
        Seq = seq, Rid = current?.Rid ?? seq, Type = type, Id = id, Version = (current?.Version ?? 0) + 1, At = session.Now, Actor = session.Scope.Actor.Reference,
        Patient = PatientOf.Resource(type, id, resource, session.Own) is { } patient && newPatients?.Contains(patient) != true ? patient : null, Lane = 0, Bytes = JsonSplice.WithIdentity(resource, id, "1", session.Now, null),
    };
}
