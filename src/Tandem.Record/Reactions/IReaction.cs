using Tandem.Kernel.Data;
using Tandem.Record.Log;

namespace Tandem.Record.Reactions;

/// <summary>
/// Something that follows the log with a cursor of its own: it sees every change once or more, in order, and its effect and its cursor
/// are kept in one commit. What keeps failing is parked with its reason and shown to a person; the rest goes on.
/// </summary>
public interface IReaction
{
    /// <summary>A name that stays: the cursor is kept under it.</summary>
    string Name { get; }

    /// <summary>True for the resource types it follows.</summary>
    bool Wants(string type);

    /// <summary>
    /// It is led along the log from here on: after the start, after a failure, or after another node did it. What it remembers of earlier changes may be out of date.
    /// </summary>
    void Begin()
    {
    }

    /// <summary>Decides outside the writer.</summary>
    /// <param name="change">What happened.</param>
    /// <param name="reading">The data as they are now, at or after the change.</param>
    /// <returns>What to write, to be run in the writer; must be harmless when run again. Null when there is nothing to do.</returns>
    Action<WriteSession>? Decide(Change change, DbSession reading);

    /// <summary>Decides about several changes at once, where that reads less than one by one; what it throws makes it be asked one by one.</summary>
    /// <param name="changes">What happened, in order; only types that it follows.</param>
    /// <param name="reading">The data as they are now, at or after the last of the changes.</param>
    /// <returns>What to write, each with the place in the log of the last change that led to it, in order; null to be asked one by one.</returns>
    IReadOnlyList<(long Seq, Action<WriteSession> Run)>? DecideTogether(IReadOnlyList<Change> changes, DbSession reading) => null;

    /// <summary>What was decided so far is durable: the time to wake who waits for it. Must be quick and must not throw.</summary>
    void Kept()
    {
    }
}
