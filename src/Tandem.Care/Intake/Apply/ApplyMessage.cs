using Tandem.Care.Intake.Mapping;
using Tandem.Fhir.Json;
using Tandem.Record.Log;

namespace Tandem.Care.Intake;

/// <summary>What applying came to.</summary>
/// <param name="Changed">References of the resources with a new version, without the provenance.</param>
/// <param name="Patient">Logical id of the patient, or null when it was not applied.</param>
/// <param name="Complaint">Why it was not applied; null when it was.</param>
internal sealed record Application(IReadOnlyList<string> Changed, string? Patient, Complaint? Complaint);

/// <summary>Brings one message into the record: match, merge with what is known, put, and tell where it came from. What is known already makes no version.</summary>
internal static class ApplyMessage
{
    /// <summary>The address of a message in <c>meta.source</c> and in provenance.</summary>
    internal static string SourceOf(string messageId) => "urn:tandem:message:" + messageId;

    /// <summary>Stages everything that the message changes; nothing when it cannot be matched.</summary>
    internal static Application Apply(WriteSession session, string messageId, FeedSource source, MappedMessage message, MessageAhead? ahead)
    {
        var (resources, complaint) = MatchMessage.Match(session, message, messageId, source.DeviceId, ahead);
        if (resources is null)
            return new([], null, complaint);
        var references = resources.ToDictionary(resource => resource.Placeholder, resource => resource.Reference, StringComparer.Ordinal);
        var at = message.EventAt.ToUnixTimeMilliseconds();
        var changed = new List<string>();
        var earlier = new EarlierStatements(session, resources, ahead);
        var statements = new Dictionary<string, List<Statement>>(StringComparer.Ordinal);
        foreach (var resource in resources)
        {
            var said = Placeholders.Resolve(resource.Json, references);
            var next = resource.IsWhole ? Replace(session, source, resource, said, at, earlier) : Merge(session, source, resource, said, at, earlier, statements);
            if (next is not null && session.PutIfChanged(resource.Type, resource.Id, FhirJson.ParseStored(next).Root, SourceOf(messageId)).IsNew)
                changed.Add(resource.Reference);
        }

        if (changed.Count > 0)
            MessageProvenance.Put(session, messageId, source, message.EventAt, changed);
        return new(changed, resources[0].Id, null);
    }

    /// <param name="written">What this message wrote already: a write does not see its own rows, and a message may speak of one order twice.</param>
    private static byte[]? Merge(
        WriteSession session, FeedSource source, MatchedResource resource, FhirNode said, long at, EarlierStatements earlier, Dictionary<string, List<Statement>> written)
    {
        var current = session.Find(resource.Type, resource.Id);
        if (!written.TryGetValue(resource.Reference, out var before))
            before = [.. earlier.Of(resource).Select(one => Statement.Read(one.Source, one.Said))];
        var known = before.Find(statement => statement.Source == source.Id);
        var now = known?.Copy() ?? new Statement(source.Id);
        now.Take(said, resource.Cleared, at, resource.ImpliesStatus ? ["status"] : []);
        var stored = now.ToBytes();
        if (known is null || !known.ToBytes().AsSpan().SequenceEqual(stored))
            session.Write(IntakeTables.Statements, resource.Type, resource.Id, source.Id, stored);
        List<Statement> after = [.. before.Where(statement => statement.Source != source.Id), now];
        written[resource.Reference] = after;
        return MergeStatements.Apply(resource.Type, current is { Deleted: false } ? current.Root : default, before, after);
    }

    private static byte[]? Replace(WriteSession session, FeedSource source, MatchedResource resource, FhirNode said, long at, EarlierStatements earlier)
    {
        var now = WholeStatement.Of(said, at);
        var current = session.Find(resource.Type, resource.Id);
        var known = earlier.Of(resource).Where(one => one.Source == source.Id).Select(one => WholeStatement.Read(one.Said)).ToList();
        var replaces = known.Count == 0 || now.Replaces(known[0]);
        if (replaces && (known.Count == 0 || known[0] != now))
            session.Write(IntakeTables.Statements, resource.Type, resource.Id, source.Id, now.ToBytes());
        return current is { Deleted: false } ? WholeStatement.Combine(current.Root, said, replaces) : said.RawMemory.ToArray();
    }
}
