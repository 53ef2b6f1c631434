namespace Tandem.Care.Intake;

/// <summary>
/// Numbers transmissions in order of arrival: they grow with each message of this node, follow the clock so that those of several nodes interleave,
/// and hold the node so that they differ. Thread-safe.
/// </summary>
internal sealed class MessageNumbers(IntakeOptions options, TimeProvider clock)
{
    private readonly Lock gate = new();
    private long last;

    /// <summary>This node: the remainder of its numbers by 64.</summary>
    internal int Node => options.Node & 63;

    internal long Next()
    {
        lock (gate)
        {
            last = Math.Max(last + 1, clock.GetUtcNow().ToUnixTimeMilliseconds() << 8);
            return (last << 6) | (uint)Node;
        }
    }
}
