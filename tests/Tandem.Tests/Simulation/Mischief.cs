using Tandem.Trial.Demo;
using Tandem.Record.Log;

namespace Tandem.Tests.Simulation;

/// <summary>Where a hub goes down.</summary>
internal enum Fall
{
    Never,
    AfterKeeping,
    WhileApplying,
    AfterApplying,
    WhileReacting,
    AfterReacting,
}

/// <summary>
/// What goes wrong on the way and in the hub, as dice say: messages overtake each other within a window, come twice at once or again days later, are sent
/// again because their acknowledgement got lost; the hub goes down between and within its stages.
/// </summary>
internal sealed class Mischief(Dice dice)
{
    private readonly Queue<RegionMessage> again = new();

    /// <summary>How often each thing happened.</summary>
    internal Dictionary<string, int> Count { get; } = [];

    /// <summary>The messages of a window as they reach the hub.</summary>
    internal List<RegionMessage> Disturb(IReadOnlyList<RegionMessage> messages)
    {
        var arriving = messages.ToList();
        foreach (var message in messages)
        {
            if (dice.Chance(0.06))
                Insert("sent twice at once", message);
            if (dice.Chance(0.04))
                again.Enqueue(message);
        }

        while (again.Count > 12)
            Insert("sent again later", again.Dequeue());
        if (arriving.Count > 1 && dice.Chance(0.35))
        {
            Tell("windows reordered");
            for (var i = arriving.Count - 1; i > 0; i--)
            {
                var j = dice.Below(i + 1);
                (arriving[i], arriving[j]) = (arriving[j], arriving[i]);
            }
        }

        return arriving;

        void Insert(string what, RegionMessage message)
        {
            Tell(what);
            arriving.Insert(dice.Below(arriving.Count + 1), message);
        }
    }

    /// <summary>Where the hub goes down in the next window.</summary>
    internal Fall NextFall()
    {
        var fall = dice.Chance(0.12) ? (Fall)(1 + dice.Below(5)) : Fall.Never;
        if (fall != Fall.Never)
            Tell($"went down {fall}");
        return fall;
    }

    /// <summary>True when the acknowledgements of a window got lost, so that its messages are sent once more.</summary>
    internal bool LosesAnswers()
    {
        var loses = dice.Chance(0.05);
        if (loses)
            Tell("answers lost");
        return loses;
    }

    /// <summary>Runs a stage that ends as if the hub went down after some commits.</summary>
    internal async Task CutShortAsync(RecordStore record, Func<CancellationToken, Task> stage, CancellationToken cancel)
    {
        using var down = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        var left = dice.Below(3);
        if (left == 0)
            await down.CancelAsync();
        void AfterCommit(IReadOnlyList<Change> changes)
        {
            if (--left == 0)
                down.Cancel();
        }

        record.Signal.Committed += AfterCommit;
        try
        {
            await stage(down.Token);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            Tell("stages cut short");
        }
        finally
        {
            record.Signal.Committed -= AfterCommit;
        }
    }

    private void Tell(string what) => Count[what] = Count.GetValueOrDefault(what) + 1;
}
