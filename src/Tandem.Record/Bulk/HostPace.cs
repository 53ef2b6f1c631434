using System.Diagnostics;

namespace Tandem.Record.Bulk;

/// <summary>How fast a file has to come: its host may neither be silent for long nor send next to nothing for as long, as other jobs wait meanwhile.</summary>
/// <param name="file">The file, as it is told of.</param>
/// <param name="options">How long, and how much.</param>
internal sealed class HostPace(string file, BulkOptions options)
{
    private TimeSpan waited; // for the host; what is done with what it sends does not count
    private long came;

    /// <summary>What the host answers.</summary>
    /// <exception cref="BulkException">It sent nothing for too long, or ended before its end.</exception>
    internal async Task<T> WithinAsync<T>(Func<CancellationToken, Task<T>> ask, CancellationToken cancel)
    {
        using var late = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        late.CancelAfter(options.LongestSilence);
        var began = Stopwatch.GetTimestamp();
        try
        {
            return await ask(late.Token);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            throw new BulkException($"{file} sent nothing for {options.LongestSilence.TotalSeconds:0.#} seconds.");
        }
        catch (Exception e) when (e is IOException or InvalidDataException)
        {
            throw new BulkException($"{file} broke off before its end, or cannot be read.");
        }
        finally
        {
            waited += Stopwatch.GetElapsedTime(began);
        }
    }

    /// <summary>The text begins, of which so much has to come in so long: its host may have had to put it together first.</summary>
    internal void Begin() => (waited, came) = (TimeSpan.Zero, 0);

    /// <summary>Counts what came of a file that goes on.</summary>
    /// <exception cref="BulkException">It was too little for the time that was waited for it.</exception>
    internal void Note(long bytes)
    {
        came += bytes;
        if (waited < options.LongestSilence)
            return;
        if (came < options.LeastBytesPerSecond * options.LongestSilence.TotalSeconds)
            throw new BulkException($"{file} comes too slowly: {came:N0} bytes in {waited.TotalSeconds:0.#} seconds.");
        Begin();
    }
}
