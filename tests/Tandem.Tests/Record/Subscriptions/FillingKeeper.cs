using Tandem.Kernel.Actors;
using Tandem.Kernel.Outcomes;

namespace Tandem.Tests.Record.Subscriptions;

/// <summary>Keeps trails as long as there is room.</summary>
internal sealed class FillingKeeper : TrailKeeper
{
    private int refused;

    internal bool IsFull { get; set; }

    /// <summary>How often there was no room.</summary>
    internal int Refused => Volatile.Read(ref refused);

    public override AccessTrail Begin(TrailFacts facts) => new(facts, this);

    public override ValueTask<Refusal?> KeepAsync(TrailEntry entry)
    {
        if (!IsFull)
            return default;
        Interlocked.Increment(ref refused);
        return new(Refusal.Unavailable("The access log cannot be written."));
    }
}
