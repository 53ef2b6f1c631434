namespace Tandem.Record.Bulk;

/// <summary>How long a file's host may send nothing before the file is given up.</summary>
/// <param name="File">The file, as it is told of.</param>
/// <param name="Longest">How long.</param>
internal sealed record SilenceLimit(string File, TimeSpan Longest)
{
    /// <summary>What the host answers.</summary>
    /// <exception cref="BulkException">It sent nothing for too long, or ended before its end.</exception>
    internal async Task<T> WithinAsync<T>(Func<CancellationToken, Task<T>> ask, CancellationToken cancel)
    {
        using var late = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        late.CancelAfter(Longest);
        try
        {
            return await ask(late.Token);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            throw new BulkException($"{File} sent nothing for {Longest.TotalSeconds:0.#} seconds.");
        }
        catch (Exception e) when (e is IOException or InvalidDataException)
        {
            throw new BulkException($"{File} broke off before its end, or cannot be read.");
        }
    }
}
