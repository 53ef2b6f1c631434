using Tandem.Fhir.Json;
using Tandem.Kernel.Data;
using Tandem.Record.Log;
using Tandem.Record.Projections;

namespace Tandem.Record.Subscriptions;

/// <summary>Where topics are found by their canonical address: they are Basic resources with the elements of R5 as extensions (backport 1.1, R4). One in a patient's record is none.</summary>
internal sealed class Topics : IProjection
{
    /// <summary>A trigger on this fires for every type.</summary>
    internal const string AnyType = "Resource";

    private static readonly Table Known = new("subscriptions_topics", TableKind.Rows, [new("id", DbKind.Text)], [new("url", DbKind.Text)], [new("url", "url")]);

    private const string ReadAll =
        $"SELECT {LogTables.Columns} FROM subscriptions_topics t JOIN resources r ON r.type = 'Basic' AND r.id = t.id AND r.patient IS NULL JOIN log l ON l.seq = r.seq ORDER BY l.rid";

    public string Name => "subscription-topics";

    public int Version => 1;

    public IReadOnlyList<Table> Tables => [Known];

    public bool Wants(string type) => type == "Basic";

    public void Project(ResourceVersion version, RowSink rows)
    {
        if (IsTopic(version.Root) && TopicReader.UrlOf(version.Root) is { Length: <= 400 } url)
            rows.Add(Known, version.Id, url);
    }

    /// <summary>True for a Basic resource that stands for a topic.</summary>
    internal static bool IsTopic(FhirNode basic) =>
        basic["code"u8]["coding"u8].Items.AsEnumerable().Any(coding => coding["code"u8].Text == "SubscriptionTopic");

    /// <summary>The canonical addresses that can be subscribed to.</summary>
    internal static IReadOnlyList<string> Canonicals(DbSession session) =>
        [.. All(session).Where(topic => topic.IsActive).Select(topic => topic.Url).Distinct()];

    /// <summary>All topics that can be read, the oldest first.</summary>
    internal static IReadOnlyList<Topic> All(DbSession session)
    {
        var topics = new List<Topic>();
        foreach (var version in session.Query(ReadAll, LogTables.Read))
        {
            if (!version.Deleted && TopicReader.Read(version.Root).Succeeded(out var topic, out _))
                topics.Add(topic);
        }

        return topics;
    }

    /// <summary>The topic a canonical reference means; an active one goes before others.</summary>
    internal static Topic? Find(IEnumerable<Topic> topics, string canonical) =>
        topics.Where(topic => topic.IsMeantBy(canonical)).OrderByDescending(topic => topic.IsActive).FirstOrDefault();
}
