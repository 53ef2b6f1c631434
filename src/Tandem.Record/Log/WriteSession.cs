using System.Globalization;
using System.Text.Json.Nodes;
using Tandem.Fhir.Json;
using Tandem.Fhir.Views;
using Tandem.Kernel;
using Tandem.Kernel.Actors;
using Tandem.Kernel.Data;
using Tandem.Record.Access;
using Tandem.Record.Projections;

namespace Tandem.Record.Log;

/// <summary>
/// What one write sees and stages, on the writer's thread, in the order of all writes. It sees everything written before it. What it
/// stages is kept only when it succeeds as a whole. It may run twice (when its group must be taken apart), so it must have no
/// effect beside what it stages.
/// </summary>
public sealed class WriteSession
{
    private readonly CommitGroup group;
    private readonly Dictionary<(string Type, string Id), ResourceVersion> own = [];
    private readonly List<Change> changes = [];
    private readonly StagedRows rows = new();
    private readonly List<TrailAct> acts = [];
    private readonly List<ResourceVersion> denied = [];
    private long seq;

    internal WriteSession(CommitGroup group, AccessScope scope)
    {
        this.group = group;
        Scope = scope;
        seq = group.LastSeq;
        (Now, ClockNow) = (group.Now, group.ClockNow);
    }

    /// <summary>On whose behalf.</summary>
    public AccessScope Scope { get; }

    /// <summary>The time recorded with what is staged; never earlier than in the entry before.</summary>
    public DateTimeOffset Now { get; }

    /// <summary>The hub's clock, by which it is known elsewhere what has begun and ended. <see cref="Now"/> is ahead of it after a clock was set back: what holds from now on or for some time is counted from this.</summary>
    public DateTimeOffset ClockNow { get; }

    /// <summary>The record's own addresses.</summary>
    public OwnAddresses Own => group.Own;

    internal IReadOnlyList<Change> Changes => changes;

    internal StagedRows Rows => rows;

    internal IReadOnlyList<TrailAct> Acts => acts;

    /// <summary>What was looked for and is there, and is not within the scope's reach.</summary>
    internal IReadOnlyList<ResourceVersion> Denied => denied;

    internal long LastSeq => seq;

    /// <summary>The current version, this write's own included; null when there never was one. A deleted resource gives its deletion.</summary>
    public ResourceVersion? Find(string type, string id) =>
        own.TryGetValue((type, id), out var staged) ? staged : group.Find(type, id, Scope.Reach.IsLimited);

    /// <summary>As <see cref="Find"/>, but what the scope does not reach is not there, nor are the parts that it is not shown.</summary>
    /// <remarks>That it is there is told to the access log.</remarks>
    public ResourceVersion? FindReached(string type, string id)
    {
        var found = Find(type, id);
        if (own.ContainsKey((type, id)) || Scope.Reaches(Reading, found, type))
            return found!.ShownTo(Scope.Reach);
        if (found is not null)
            denied.Add(found);
        return null;
    }

    /// <summary>Says which resources will be looked for, so that they are read together where that is faster.</summary>
    public void Expect(IReadOnlyList<(string Type, string Id)> resources) => group.Expect(resources);

    /// <summary>True when what was read ahead from these rows still holds: no earlier write of the group touched them. This write's own rows do not count.</summary>
    /// <param name="ahead">What was read.</param>
    /// <param name="table">One of its <see cref="ReadAhead.Sources"/>.</param>
    /// <param name="key">As many leading columns of the key as they say.</param>
    public bool Holds(ReadAhead ahead, Table table, params DbValue[] key) => group.Holds(ahead, table, key);

    /// <summary>Says that an id was made just now for a new resource, so that nobody looks for it.</summary>
    internal void KnowNew(string type, string id) => group.KnowNew(type, id);

    /// <summary>Reads rows as they are after all earlier writes; this write's own rows are not among them.</summary>
    public List<T> Query<T>(string sql, Func<DbRow, T> read, params ReadOnlySpan<DbValue> arguments) =>
        Reading.Query(sql, read, arguments);

    /// <summary>The session that sees all earlier writes, for queries built by other parts. Read only.</summary>
    public DbSession Reading => group.Reading;

    /// <summary>The writer's own connection, for what is the database's and not the group's.</summary>
    internal DbSession Writer => group.Writer;

    /// <summary>Reads as if resources were there that are not yet: they can be found by search while <paramref name="read"/> runs, and leave no trace.</summary>
    internal T Trying<T>(IReadOnlyList<ResourceVersion> there, Func<T> read) => group.Trying(there, read);

    /// <summary>Stages a new version, the first or the next.</summary>
    /// <param name="type">FHIR resource type.</param>
    /// <param name="id">Logical id.</param>
    /// <param name="resource">Its JSON; id and meta.versionId, lastUpdated and source are set here, every other byte is kept.</param>
    /// <param name="source">Where it comes from (<c>meta.source</c>); null keeps what the JSON says.</param>
    public ResourceVersion Put(string type, string id, FhirNode resource, string? source = null) => Put(type, id, resource, source, values: null);

    /// <summary>As the other, with the values that the resource is found by where they were read before.</summary>
    internal ResourceVersion Put(string type, string id, FhirNode resource, FoundBy? values) => Put(type, id, resource, source: null, values);

    /// <summary>Stages a version that is ready to be written, or one made of it where another was written before its turn.</summary>
    internal ResourceVersion Put(ReadyVersion ready)
    {
        var root = ready.Document.Root;
        var current = Find(ready.Type, ready.Id);
        if (!ready.Follows(current) || (current is not null && ShownVersions.MayHide(ready.Type, Scope.Reach)))
            return Put(ready.Type, ready.Id, root, ready.Values);
        return Stage(ready.Before(), ready.Type, ready.Id, root, ready.At(Now), root["meta"u8]["source"u8].Text, ready.Values, ready.Document);
    }

    private ResourceVersion Put(string type, string id, FhirNode resource, string? source, FoundBy? values)
    {
        var current = Find(type, id);
        if (current is { Deleted: false } && current.Whole(resource, Scope.Reach) is { } whole)
            (resource, values) = (whole, null);
        var bytes = JsonSplice.WithIdentity(resource, id, NumberAfter(current), Now, source);
        return Stage(current, type, id, resource, bytes, source ?? resource["meta"u8]["source"u8].Text, values, document: null);
    }

    /// <summary>The version (<c>meta.versionId</c>) that follows one; the first after none.</summary>
    internal static string NumberAfter(ResourceVersion? current) => ((current?.Version ?? 0) + 1).ToString(CultureInfo.InvariantCulture);

    /// <summary>As <see cref="Put"/>, but nothing happens when the resource says the same already (apart from its id and meta).</summary>
    /// <returns>The version that now holds, and whether it is new.</returns>
    public (ResourceVersion Version, bool IsNew) PutIfChanged(string type, string id, FhirNode resource, string? source = null)
    {
        var current = Find(type, id);
        return current is { Deleted: false } && SameContent.Of(current.Root, resource)
            ? (current, false)
            : (Put(type, id, resource, source), true);
    }

    /// <summary>As the other, for a resource that the hub itself has put together; members without content are left out.</summary>
    public (ResourceVersion Version, bool IsNew) PutIfChanged(string type, string id, JsonObject resource)
    {
        foreach (var empty in resource.Where(member => member.Value is null or JsonArray { Count: 0 }).Select(member => member.Key).ToList())
            resource.Remove(empty);
        return PutIfChanged(type, id, FhirJson.ParseStored(JsonTree.Bytes(resource)).Root);
    }

    /// <summary>Stages a deletion; null when there is nothing to delete.</summary>
    public ResourceVersion? Delete(string type, string id)
    {
        if (Find(type, id) is not { Deleted: false } current)
            return null;
        return Stage(current, new ResourceVersion
        {
            Seq = ++seq,
            Rid = current.Rid,
            Type = type,
            Id = id,
            Version = current.Version + 1,
            At = Now,
            Actor = Scope.Actor.Reference,
            Patient = current.Patient,
            Lane = current.Lane,
            Deleted = true,
            Bytes = ReadOnlyMemory<byte>.Empty,
            Previous = current.Seq,
        });
    }

    /// <summary>Stages a row of a module's own table (not of a projection).</summary>
    public void Write(Table table, params DbValue[] row) => rows.Put(table, row);

    /// <summary>Stages an act for the access log: kept with this write, and told to the request's trail where somebody follows it; what the hub does by itself is kept as its own work.</summary>
    public void Acted(TrailAct act) => acts.Add(act);

    /// <summary>Stages the removal of a row of a module's own table.</summary>
    public void Remove(Table table, params DbValue[] key) => rows.Remove(table, key);

    /// <summary>Writes rows of a table that nobody reads yet to the transaction, past what is staged.</summary>
    internal int WriteNow(TableChange change) => group.WriteNow(change);

    /// <param name="current">The version that it follows; null for a first one.</param>
    /// <param name="type">FHIR resource type.</param>
    /// <param name="id">Logical id.</param>
    /// <param name="resource">What it says.</param>
    /// <param name="bytes">The same as it is served.</param>
    /// <param name="source">Where it comes from, or null.</param>
    /// <param name="values">What it is found by, where that was read.</param>
    /// <param name="document">The bytes taken apart, where they were.</param>
    private ResourceVersion Stage(ResourceVersion? current, string type, string id, FhirNode resource, ReadOnlyMemory<byte> bytes, string? source, FoundBy? values, FhirJson? document)
    {
        var patient = PatientOf.Resource(type, id, resource, group.Own);
        return Stage(current, new ResourceVersion
        {
            Seq = ++seq,
            Rid = current?.Rid ?? seq,
            Type = type,
            Id = id,
            Version = (current?.Version ?? 0) + 1,
            At = Now,
            Actor = Scope.Actor.Reference,
            Source = source,
            Patient = patient,
            Lane = ResourceVersion.LaneOf(patient ?? id),
            Bytes = bytes,
            Document = document,
            Values = values,
            Previous = current?.Seq ?? 0,
        });
    }

    private ResourceVersion Stage(ResourceVersion? current, ResourceVersion next)
    {
        next.IsSealed = group.Seals(next);
        own[(next.Type, next.Id)] = next;
        changes.Add(new Change(current is { Deleted: false } ? current : null, next));
        return next;
    }
}
