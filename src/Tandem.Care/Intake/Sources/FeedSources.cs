using System.Collections.Concurrent;
using System.Text.Json;
using Tandem.Hl7v2;
using Tandem.Kernel.Actors;
using Tandem.Kernel.Data;
using Tandem.Kernel.Outcomes;
using Tandem.Record.Log;
using Tandem.Record.Validation;

namespace Tandem.Care.Intake;

/// <summary>The systems that send messages: from the configuration and those registered while running. Thread-safe.</summary>
public sealed class FeedSources
{
    internal const string ReadAll = "SELECT id, settings FROM intake_sources ORDER BY id";

    /// <summary>Stands in the inbox for the source of a message whose sender is not known.</summary>
    public const string Unknown = "unknown";

    private readonly RecordStore record;
    private readonly IntakeOptions options;
    private readonly ConcurrentDictionary<string, FeedSource> byId = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<Sender, FeedSource?> bySender = new();

    /// <summary>Reads the sources.</summary>
    /// <exception cref="ArgumentException">The configuration names a time zone that is none, or an id twice.</exception>
    public FeedSources(RecordStore record, IntakeOptions options)
    {
        (this.record, this.options) = (record, options);
        foreach (var source in record.Database.Read(session => session.Query(ReadAll, row => JsonSerializer.Deserialize<FeedSource>(row.Text(1))!)))
            byId[source.Id] = source;
        foreach (var source in options.Sources)
            byId[source.Id] = Checked(source);
        if (options.Sources.DistinctBy(source => source.Id).Count() != options.Sources.Count)
            throw new ArgumentException("Two feed sources in the configuration have the same id. Give each an id of its own.");
    }

    /// <summary>All sources by id.</summary>
    public IReadOnlyList<FeedSource> All => [.. byId.Values.OrderBy(source => source.Id, StringComparer.Ordinal)];

    /// <summary>A source by its id; null when there is none.</summary>
    public FeedSource? Find(string id) => byId.GetValueOrDefault(id);

    /// <summary>What a source's own settings say of validation, by the device that stands for it.</summary>
    internal ValidationMode? ValidationOf(string actor, out bool isFeed)
    {
        isFeed = actor.StartsWith(FeedSource.DevicePrefix, StringComparison.Ordinal);
        return isFeed ? Find(actor[FeedSource.DevicePrefix.Length..])?.Validation : null;
    }

    /// <summary>True for a source of the configuration: what is changed while running would not outlast a restart.</summary>
    internal bool IsConfigured(string id) => options.Sources.Any(source => source.Id == id);

    /// <summary>
    /// Registers a source or changes its settings. Messages that wait in quarantine because their sender was unknown can then be replayed.
    /// </summary>
    public async Task<Outcome<FeedSource>> SaveAsync(FeedSource source, AccessScope scope, CancellationToken cancel)
    {
        try
        {
            Checked(source);
        }
        catch (ArgumentException e)
        {
            return Refusal.Invalid(e.Message);
        }

        var saved = await record.WriteAsync<FeedSource>(
            scope,
            session =>
            {
                session.Write(IntakeTables.Sources, source.Id, JsonSerializer.Serialize(source), session.Now);
                return source;
            },
            cancel);
        if (saved.Refusal is null)
            Take(source);
        return saved;
    }

    /// <summary>The source of a message; null when no source fits and unknown senders are not registered by themselves.</summary>
    internal FeedSource? Resolve(Hl7Message message) => Resolve(Sender.Of(message));

    internal FeedSource? Resolve(Sender sender)
    {
        if (bySender.TryGetValue(sender, out var known))
            return known;
        var best = byId.Values.Select(source => (Source: source, Fit: source.Fit(sender))).Where(pair => pair.Fit > 0)
            .OrderByDescending(pair => pair.Fit).ThenBy(pair => pair.Source.Id, StringComparer.Ordinal).FirstOrDefault().Source;
        if (best is null && options.UnknownSenders == UnknownSenders.Accept)
            best = byId.GetOrAdd(sender.ToSourceId(), id => OfSender(id, sender));
        if (bySender.Count < 10_000)
            bySender[sender] = best;
        return best;
    }

    private FeedSource OfSender(string id, Sender sender) => new()
    {
        Id = id,
        Display = string.Join(" · ", new[] { sender.Facility ?? sender.FacilityId, sender.Application ?? sender.ApplicationId }.Where(name => name is not null)),
        Application = sender.Application ?? sender.ApplicationId,
        Facility = sender.Facility ?? sender.FacilityId,
        Zone = options.DefaultZone,
        RegisteredByItself = true,
    };

    private void Take(FeedSource source)
    {
        byId[source.Id] = source;
        bySender.Clear();
    }

    private static FeedSource Checked(FeedSource source)
    {
        if (source.Id.Length is 0 or > 48 || source.Id == Unknown || !source.Id.All(c => char.IsAsciiLetterOrDigit(c) || c == '-'))
            throw new ArgumentException($"'{source.Id}' is no id for a feed source. Use up to 48 letters, digits and hyphens.");
        if (!TimeZoneInfo.TryFindSystemTimeZoneById(source.Zone, out _))
            throw new ArgumentException($"'{source.Zone}', the time zone of the feed source {source.Id}, is not known. Use an IANA name such as America/Chicago.");
        return source;
    }
}
