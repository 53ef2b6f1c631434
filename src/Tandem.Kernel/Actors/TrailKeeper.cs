using Tandem.Kernel.Outcomes;

namespace Tandem.Kernel.Actors;

/// <summary>What is known of the request or work that a trail follows.</summary>
/// <param name="Interaction">What was asked for: a RESTful interaction of FHIR (<c>read</c>, <c>search-type</c>), or the hub's own word (<c>page</c>, <c>login</c>).</param>
public sealed record TrailFacts(string Interaction)
{
    /// <summary>Method and path, such as <c>GET /fhir/Patient/1</c>; holds ids.</summary>
    public string Address { get; init; } = "";

    /// <summary>The query as it was sent; holds what was searched for.</summary>
    public string Query { get; init; } = "";

    /// <summary>The caller's network address, or empty.</summary>
    public string Remote { get; init; } = "";

    /// <summary>The program that called: its client id or what it says of itself; empty for the hub.</summary>
    public string Client { get; init; } = "";

    /// <summary>What ties all events of one request together.</summary>
    public string Request { get; init; } = "";
}

/// <summary>One keeping of a trail.</summary>
/// <param name="Facts">What is known of the request.</param>
/// <param name="Scope">On whose behalf.</param>
/// <param name="Status">The HTTP status of the answer; 0 when there is none.</param>
/// <param name="Touches">One for each patient; empty when nobody's record was touched.</param>
public sealed record TrailEntry(TrailFacts Facts, AccessScope Scope, int Status, IReadOnlyCollection<PatientTouch> Touches)
{
    /// <summary>What was done that decides who may see what.</summary>
    public IReadOnlyList<TrailAct> Acts { get; init; } = [];
}

/// <summary>Where trails are kept. Thread-safe.</summary>
public abstract class TrailKeeper
{
    /// <summary>For programs without an audit: benchmarks of single parts, tests.</summary>
    public static readonly TrailKeeper None = new KeepsNothing();

    /// <summary>A trail for work that no request waits for, such as an export or a notification.</summary>
    public abstract AccessTrail Begin(TrailFacts facts);

    /// <summary>Asked before something is changed, so that nothing is changed of which no trail could be kept.</summary>
    /// <returns>Null when entries can be kept as far as is known; otherwise why nothing may be changed.</returns>
    public virtual ValueTask<Refusal?> ReadyAsync() => default;

    /// <summary>Keeps an entry so that no crash of the hub can lose it.</summary>
    /// <returns>Null when it is kept; otherwise why nothing may be shown.</returns>
    public abstract ValueTask<Refusal?> KeepAsync(TrailEntry entry);

    private sealed class KeepsNothing : TrailKeeper
    {
        public override AccessTrail Begin(TrailFacts facts) => AccessTrail.None;

        public override ValueTask<Refusal?> KeepAsync(TrailEntry entry) => default;
    }
}
