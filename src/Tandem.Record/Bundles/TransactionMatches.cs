using Tandem.Fhir.Json;
using Tandem.Kernel.Outcomes;
using Tandem.Record.Log;
using Tandem.Record.Rest;
using Tandem.Record.Search;

namespace Tandem.Record.Bundles;

/// <summary>
/// What the conditions of a transaction find: in the record, and among what the transaction itself brings (R4 3.1.0.11.2: the outcome does not
/// depend on the order of entries). All questions are asked once, together, as if all new resources were there already.
/// </summary>
internal sealed class TransactionMatches
{
    private readonly Dictionary<string, IReadOnlyList<string>> found = new(StringComparer.Ordinal);

    private TransactionMatches()
    {
    }

    /// <summary>The ids that the condition finds, by <see cref="BundleEntry.CriteriaText"/> or by a conditional reference; null when it was not asked.</summary>
    internal IReadOnlyList<string>? this[string criteria] => found.GetValueOrDefault(criteria);

    /// <summary>Asks everything that the entries want to know.</summary>
    internal static Outcome<TransactionMatches> Find(WriteSession session, RecordSearch search, IReadOnlyList<Step> steps)
    {
        var matches = new TransactionMatches();
        var questions = new Dictionary<string, (string Type, Criteria Criteria, int Entry)>(StringComparer.Ordinal);
        foreach (var entry in steps.Select(step => step.Entry).Where(entry => entry.CriteriaText is not null))
            questions.TryAdd(entry.CriteriaText!, (entry.Type, entry.Criteria, entry.Index));
        foreach (var step in steps)
        {
            foreach (var text in step.Spots.Where(spot => spot.IsReference && EntryTargets.IsConditional(spot.Text)).Select(spot => spot.Text))
            {
                var type = text[..text.IndexOf('?', StringComparison.Ordinal)];
                if (questions.ContainsKey(text))
                    continue;
                if (!Criteria.Required(search, type, text).Succeeded(out var criteria, out var refusal))
                    return refusal.At(step.Entry.Index);
                questions.Add(text, (type, criteria, step.Entry.Index));
            }
        }

        if (questions.Count == 0)
            return matches;
        var brought = Brought(session, steps);
        var mayFind = questions.Values.Any(question => !question.Criteria.IsPlain || brought.Exists(version => version.Type == question.Type));
        return mayFind && brought.Count > 0
            ? session.Trying(brought, () => matches.Ask(session, questions, steps.Count))
            : matches.Ask(session, questions, steps.Count);
    }

    private Outcome<TransactionMatches> Ask(
        WriteSession session, Dictionary<string, (string Type, Criteria Criteria, int Entry)> questions, int entries)
    {
        foreach (var (text, question) in questions)
        {
            if (!question.Criteria.FindIds(session, entries + 2).Succeeded(out var ids, out var refusal))
                return refusal.At(question.Entry);
            found[text] = ids;
        }

        return this;
    }

    /// <summary>The resources that may be new with this transaction, as they were sent.</summary>
    private static List<ResourceVersion> Brought(WriteSession session, IReadOnlyList<Step> steps)
    {
        var brought = new List<ResourceVersion>();
        var seq = session.LastSeq;
        foreach (var entry in steps.Select(step => step.Entry))
        {
            if (entry.NewId is not { } id)
                continue;
            var current = session.Find(entry.Type, id);
            if (current is { Deleted: false })
                continue;
            seq++;
            brought.Add(new ResourceVersion
            {
                Seq = seq, Rid = current?.Rid ?? seq, Type = entry.Type, Id = id, Version = (current?.Version ?? 0) + 1, At = session.Now, Actor = session.Scope.Actor.Reference,
                Lane = 0, Bytes = JsonSplice.WithIdentity(entry.Resource, id, "1", session.Now, null),
            });
        }

        return brought;
    }
}
