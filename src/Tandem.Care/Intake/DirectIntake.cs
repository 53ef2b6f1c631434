using Tandem.Record.Log;

namespace Tandem.Care.Intake;

/// <summary>Intake without a wire and without its own pace: for commands, simulations and benchmarks, which say when messages come and when they are applied. Thread-safe.</summary>
public sealed class DirectIntake
{
    private const string CountPending = "SELECT COUNT(*) FROM intake_pending";

    private readonly Reception reception;
    private readonly Spool spool;
    private readonly SpoolMover mover;
    private readonly Applier applier;
    private readonly RecordStore record;
    private readonly TimeProvider clock;

    internal DirectIntake(Reception reception, Spool spool, SpoolMover mover, Applier applier, RecordStore record, TimeProvider clock) =>
        (this.reception, this.spool, this.mover, this.applier, this.record, this.clock) = (reception, spool, mover, applier, record, clock);

    /// <summary>Messages that are kept and not yet applied.</summary>
    public long Waiting => spool.Waiting + record.Database.Read(session => session.First(CountPending, row => row.Integer(0)));

    /// <summary>Commits that made messages durable before they were acknowledged, and how many messages: their ratio is the acknowledgements per flush.</summary>
    public (long Commits, long Messages) Kept => spool.Kept;

    /// <summary>Receives one message as if it came over a line. Messages are kept in the order of the calls, which need not wait for each other.</summary>
    /// <param name="message">The bytes without frame.</param>
    /// <param name="remote">Where it comes from, as the inbox shows it.</param>
    /// <param name="cancel">Gives up while it waits to be kept.</param>
    /// <returns>The acknowledgements to send, in order.</returns>
    public Task<IReadOnlyList<byte[]>> ReceiveAsync(ReadOnlyMemory<byte> message, string remote, CancellationToken cancel) =>
        reception.ReceiveAsync(new Arrival(message, clock.GetUtcNow(), remote), cancel);

    /// <summary>Applies what was received until nothing waits.</summary>
    public async Task ApplyWaitingAsync(CancellationToken cancel)
    {
        await mover.CatchUpAsync(cancel);
        await applier.CatchUpAsync(cancel);
    }
}
