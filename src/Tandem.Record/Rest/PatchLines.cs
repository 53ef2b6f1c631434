namespace Tandem.Record.Rest;

/// <summary>
/// Where those wait whose patch of a resource was overtaken on this node, and who comes to patch it after them: they come one after another, so that a patch that takes longer to be worked out
/// is not overtaken by short ones for ever. While nobody was overtaken nobody waits. Thread-safe.
/// </summary>
internal sealed class PatchLines
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5); // nobody keeps others from a resource by patches that take long
    private readonly Dictionary<(string Type, string Id), Line> lines = [];

    /// <summary>True when somebody stands in line for one of these.</summary>
    internal bool IsAnyAt(IReadOnlyList<(string Type, string Id)> resources)
    {
        if (resources.Count == 0)
            return false;
        lock (lines)
            return lines.Count > 0 && resources.Any(lines.ContainsKey);
    }

    /// <summary>Waits until it is first in line for all of these.</summary>
    /// <returns>Held until it is disposed of; null when that took too long, and one goes on without.</returns>
    internal async Task<IDisposable?> EnterAsync(IReadOnlyList<(string Type, string Id)> resources, CancellationToken cancel)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        patience.CancelAfter(Patience);
        var place = new Place(this);
        var isFirst = false;
        try
        {
            foreach (var resource in resources.Distinct().OrderBy(one => one.Type, StringComparer.Ordinal).ThenBy(one => one.Id, StringComparer.Ordinal)) // the same way for all: no two wait for each other
                await place.AddAsync(resource, patience.Token);
            isFirst = true;
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return null;
        }
        finally
        {
            if (!isFirst)
                place.Dispose();
        }

        return place;
    }

    private Line Join((string Type, string Id) resource)
    {
        lock (lines)
        {
            if (!lines.TryGetValue(resource, out var line))
                lines[resource] = line = new Line();
            line.Count++;
            return line;
        }
    }

    private void Leave((string Type, string Id) resource, Line line)
    {
        lock (lines)
        {
            if (--line.Count == 0)
                lines.Remove(resource);
        }
    }

    private sealed class Line
    {
        internal SemaphoreSlim First { get; } = new(1); // not disposed of: it holds nothing of the system

        /// <summary>Who waits, and who is first.</summary>
        internal int Count { get; set; }
    }

    private sealed class Place(PatchLines all) : IDisposable
    {
        private readonly List<((string Type, string Id) Resource, Line Line)> held = [];

        internal async Task AddAsync((string Type, string Id) resource, CancellationToken cancel)
        {
            var line = all.Join(resource);
            try
            {
                await line.First.WaitAsync(cancel);
            }
            catch (OperationCanceledException)
            {
                all.Leave(resource, line);
                throw;
            }

            held.Add((resource, line));
        }

        public void Dispose()
        {
            foreach (var (resource, line) in held)
            {
                line.First.Release();
                all.Leave(resource, line);
            }

            held.Clear();
        }
    }
}
