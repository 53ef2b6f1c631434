namespace Tandem.Care.Intake;

/// <summary>Intake without a wire and without its own pace: for commands and simulations, which say when messages come and when they are applied. Thread-safe.</summary>
public sealed class DirectIntake
{
    private readonly Reception reception;
    private readonly Applier applier;
    private readonly TimeProvider clock;

    internal DirectIntake(Reception reception, Applier applier, TimeProvider clock) => (this.reception, this.applier, this.clock) = (reception, applier, clock);

    /// <summary>Receives one message as if it came over a line. Messages are kept in the order of the calls, which need not wait for each other.</summary>
    /// <param name="message">The bytes without frame.</param>
    /// <param name="remote">Where it comes from, as the inbox shows it.</param>
    /// <param name="cancel">Gives up while it waits to be kept.</param>
    /// <returns>The acknowledgements to send, in order.</returns>
    public Task<IReadOnlyList<byte[]>> ReceiveAsync(ReadOnlyMemory<byte> message, string remote, CancellationToken cancel) =>
        reception.ReceiveAsync(new Arrival(message, clock.GetUtcNow(), remote), cancel);

    /// <summary>Applies what was received until nothing waits.</summary>
    public Task ApplyWaitingAsync(CancellationToken cancel) => applier.CatchUpAsync(cancel);
}
