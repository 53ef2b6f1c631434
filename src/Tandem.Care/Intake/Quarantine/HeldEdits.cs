using System.Collections.Concurrent;
using Tandem.Kernel;

namespace Tandem.Care.Intake;

/// <summary>A correction that still has a fault, and what the fault is.</summary>
internal sealed record HeldEdit(string Text, string Problem, string? Place, DateTimeOffset At);

/// <summary>
/// Keeps what a person typed while they are told what is still wrong with it. In memory and for a few minutes: it may hold personal data. Thread-safe.
/// </summary>
internal sealed class HeldEdits(TimeProvider clock)
{
    private const int Most = 200;
    private static readonly TimeSpan Life = TimeSpan.FromMinutes(15);
    private readonly ConcurrentDictionary<string, HeldEdit> edits = new(StringComparer.Ordinal);

    /// <summary>Keeps it and gives its name.</summary>
    internal string Hold(string text, string problem, string? place)
    {
        var now = clock.GetUtcNow();
        foreach (var (old, edit) in edits)
        {
            if (now - edit.At > Life || edits.Count >= Most)
                edits.TryRemove(old, out _);
        }

        var name = Ids.New(clock);
        edits[name] = new HeldEdit(text, problem, place, now);
        return name;
    }

    /// <summary>Gives it back; null when it is gone.</summary>
    internal HeldEdit? Find(string? name) =>
        name is not null && edits.TryGetValue(name, out var edit) && clock.GetUtcNow() - edit.At <= Life ? edit : null;
}
