using Tandem.Fhir.Json;
using Tandem.Kernel;
using Tandem.Record.Sealing;

namespace Tandem.Record.Log;

/// <summary>One version of one resource, as the log keeps it. Immutable and thread-safe.</summary>
public sealed class ResourceVersion
{
    private readonly ReadOnlyMemory<byte> bytes;
    private FhirJson? document;

    /// <summary>Place in the log: grows with each commit, over all resources.</summary>
    public required long Seq { get; init; }

    /// <summary>The resource's own number, the same for all its versions: the place of its first version.</summary>
    public required long Rid { get; init; }

    /// <summary>FHIR resource type.</summary>
    public required string Type { get; init; }

    /// <summary>Logical id.</summary>
    public required string Id { get; init; }

    /// <summary>1, 2, 3 … (<c>meta.versionId</c>).</summary>
    public required int Version { get; init; }

    /// <summary>When it was recorded (<c>meta.lastUpdated</c>), to the millisecond.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>Who recorded it (FHIR reference).</summary>
    public required string Actor { get; init; }

    /// <summary>Where it came from (<c>meta.source</c>), or null.</summary>
    public string? Source { get; init; }

    /// <summary>The patient it belongs to (logical id), or null.</summary>
    public string? Patient { get; init; }

    /// <summary>0–255, from the patient (or the resource itself): work of one lane keeps its order.</summary>
    public required int Lane { get; init; }

    /// <summary>True when this version is the deletion; <see cref="Bytes"/> is then empty.</summary>
    public bool Deleted { get; init; }

    /// <summary>The UTF-8 JSON as it is served.</summary>
    public required ReadOnlyMemory<byte> Bytes
    {
        get => bytes;
        init => (bytes, IsSealed) = FieldKeys.IsClosed(value.Span) ? (FieldKeys.Open(value.Span), true) : (value, false);
    }

    /// <summary>The bytes taken apart already; null lets the first call of <see cref="Root"/> do it.</summary>
    internal FhirJson? Document
    {
        init => document = value;
    }

    /// <summary>The values that it is found by, where they were read before the writer's turn; forgotten once its rows are staged.</summary>
    internal FoundBy? Values { get; set; }

    /// <summary>True when it lies closed in the log: its words are kept nowhere else.</summary>
    public bool IsSealed { get; internal set; }

    /// <summary>Place in the log of the version before, or 0.</summary>
    public long Previous { get; init; }

    /// <summary>The resource to navigate; missing for a deletion. Parsed at the first call.</summary>
    public FhirNode Root => Deleted ? default : (document ??= FhirJson.ParseStored(Bytes)).Root;

    /// <summary>The same for who looks at it once: taken apart for them alone where it is not yet, so that what is kept by its bytes does not grow.</summary>
    internal FhirNode Glance => Deleted ? default : (document ?? FhirJson.ParseStored(Bytes)).Root;

    /// <summary><c>Type/id</c>.</summary>
    public string Reference => $"{Type}/{Id}";

    /// <summary>
    /// How a bundle says that it came about (<c>Bundle.entry.request</c>): a first version was posted where its id was made here, and put where somebody chose it, so that who sends
    /// it on as it stands keeps the id.
    /// </summary>
    internal (string Method, string Url) Request => Deleted ? ("DELETE", Reference) : Version == 1 && Ids.IsMade(Id) ? ("POST", Type) : ("PUT", Reference);

    /// <summary>The same version with other bytes: what of it somebody is shown.</summary>
    internal ResourceVersion With(ReadOnlyMemory<byte> shown) => new()
    {
        Seq = Seq, Rid = Rid, Type = Type, Id = Id, Version = Version, At = At, Actor = Actor, Source = Source, Patient = Patient, Lane = Lane, Deleted = Deleted, Previous = Previous, Bytes = shown, IsSealed = IsSealed,
    };

    /// <summary>The lane of a patient's or resource's id.</summary>
    public static int LaneOf(string id)
    {
        var hash = 2166136261u; // FNV-1a: stable across processes and versions
        foreach (var c in id)
            hash = (hash ^ c) * 16777619u;
        return (int)((hash ^ (hash >> 16)) & 0xff);
    }
}

/// <summary>What one entry of the log changed.</summary>
/// <param name="Before">The version before; null when the resource is new (or was deleted before).</param>
/// <param name="After">The version recorded.</param>
public sealed record Change(ResourceVersion? Before, ResourceVersion After);
